"""Laying a plan on every community's table: two statements, whether there are 74 communities or
10,000.
"""

from django.db import connection

from communities.models import Assignment, AssignmentItem, Community, PlanItem, WorkPlan
from communities.models.plans import AssignmentStatus

NEW_ASSIGNMENTS = """
    INSERT INTO {Assignment} (plan_id, community_id, status, summary)
    SELECT %s, community.id, %s, '' FROM {Community} community
    WHERE community.is_active ORDER BY community.code
"""
NEW_ITEMS = """
    INSERT INTO {AssignmentItem} (assignment_id, item_id, note)
    SELECT assignment.id, item.id, '' FROM {Assignment} assignment
    JOIN {PlanItem} item ON item.plan_id = assignment.plan_id
    WHERE assignment.plan_id = %s
    AND (item.community_id IS NULL OR item.community_id = assignment.community_id)
    ORDER BY assignment.id, item.id
"""


def lay_out_assignments(plan: WorkPlan) -> None:
    """One assignment for each community in the register, with the general items and its own.

    Two statements.
    """
    tables = {}
    for model in (Assignment, AssignmentItem, Community, PlanItem):
        tables[model.__name__] = model._meta.db_table
    new_assignments = NEW_ASSIGNMENTS.format(**tables)
    new_items = NEW_ITEMS.format(**tables)
    with connection.cursor() as cursor:
        cursor.execute(new_assignments, [plan.pk, AssignmentStatus.ISSUED])
        cursor.execute(new_items, [plan.pk])
