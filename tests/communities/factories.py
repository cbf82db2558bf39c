"""Rows of the communities app in any state, made past the services."""

from datetime import date, timedelta

from communities.models import (
    Assignment,
    AssignmentItem,
    LabourDay,
    Meeting,
    PlanItem,
    Topic,
    Visit,
    WorkPlan,
)
from tests.cast import NOW, TODAY, make_community, make_unit

DUE = date(2026, 12, 20)


def make_plan(cast, **given) -> WorkPlan:
    plan = {
        "quarter": "2026Q4",
        "title": "2026年第四季度工作计划",
        "due_on": DUE,
        "created_at": NOW,
        **given,
    }
    return WorkPlan.objects.create(created_by=cast.office_staff, **plan)


def make_plan_item(plan, **given) -> PlanItem:
    return PlanItem.objects.create(
        plan=plan, **{"area": "environment", "text": "清理卫生死角", **given}
    )


def make_assignment(cast, *, plan=None, community=None, items=1, **given) -> Assignment:
    """An assignment with `items` open items, of `cast.community` unless said otherwise."""
    plan = plan or WorkPlan.objects.first() or make_plan(cast, status="issued", issued_at=NOW)
    assignment = Assignment.objects.create(
        plan=plan, community=community or cast.community, **given
    )
    while plan.items.count() < items:
        make_plan_item(plan, text=f"清理卫生死角之{plan.items.count() + 1}")
    for item in plan.items.order_by("pk")[:items]:
        AssignmentItem.objects.create(assignment=assignment, item=item)
    return assignment


def make_meeting(cast, **given) -> Meeting:
    meeting = {
        "quarter": "2026Q4",
        "starts_at": NOW - timedelta(days=3),
        "place": "社区会议室",
        "called_at": NOW,
    }
    return Meeting.objects.create(
        **{"community": cast.community, "called_by": cast.lead_officer, **meeting, **given}
    )


def make_labour_day(cast, **given) -> LabourDay:
    day = {
        "quarter": "2026Q4",
        "held_on": TODAY,
        "place": "虎山路",
        "work": "清扫路面",
        "called_at": NOW,
    }
    return LabourDay.objects.create(
        **{"community": cast.community, "called_by": cast.lead_officer, **day, **given}
    )


def make_visit(cast, **given) -> Visit:
    visit = {
        "quarter": "2026Q4",
        "visited_on": TODAY,
        "leader": "钱领导",
        "raised": "路灯不亮",
        "recorded_at": NOW,
    }
    return Visit.objects.create(
        **{"community": cast.community, "recorded_by": cast.liaison_leader, **visit, **given}
    )


def make_topic(cast, **given) -> Topic:
    topic = {
        "title": "楼道堆物",
        "text": "3 幢楼道堆放杂物",
        "raised_at": NOW,
        "raised_by": cast.member_liaison,
    }
    return Topic.objects.create(**{"community": cast.community, **topic, **given})


def make_communities(count: int, *, start: int = 500):
    """More communities, each with a lead unit of its own and one member unit shared by all."""
    shared = make_unit(f"共享单位{start}")
    return [
        make_community(
            f"社区{number}",
            f"3301110{number:05}",
            lead=make_unit(f"牵头单位{number}"),
            members=[shared],
        )
        for number in range(start, start + count)
    ]
