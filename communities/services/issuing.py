"""Laying a plan on every community's table: two statements, whether there are 74 communities or
10,000.
"""

from django.db import connection

from communities.models import Assignment, AssignmentItem, Community, PlanItem, WorkPlan
from communities.models.plans import AssignmentStatus

NEW_ASSIGNMENTS = """
    INSERT INTO {assignment} (plan_id, community_id, status, summary)
    SELECT %s, community.id, %s, '' FROM {community} community WHERE community.is_active ORDER BY community.code
"""
NEW_ITEMS = """
    INSERT INTO {assignment_item} (assignment_id, item_id, note)
    SELECT assignment.id, item.id, '' FROM {assignment} assignment
    JOIN {plan_item} item ON item.plan_id = assignment.plan_id
    WHERE assignment.plan_id = %s AND (item.community_id IS NULL OR item.community_id = assignment.community_id)
    ORDER BY assignment.id, item.id
"""


def lay_out_assignments(plan: WorkPlan) -> None:
    """One assignment for each community in the register, with the general items and its own.

    Two statements.
    """
    tables = {
        "assignment": Assignment._meta.db_table,
        "assignment_item": AssignmentItem._meta.db_table,
        "community": Community._meta.db_table,
        "plan_item": PlanItem._meta.db_table,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEW_ASSIGNMENTS.format(**tables), [plan.pk, AssignmentStatus.ISSUED])
        cursor.execute(NEW_ITEMS.format(**tables), [plan.pk])
