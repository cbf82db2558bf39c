from communities.models import AssignmentItem, LabourDay, Meeting, WorkPlan
from tests.communities.factories import make_assignment, make_labour_day, make_meeting, make_plan
from tests.editing import Edit


def acknowledged_item(cast):
    one = make_assignment(cast, status="acknowledged")
    return [one.pk, one.items.get().pk]


def a_meeting(cast):
    return [make_meeting(cast).pk]


def lead_came(cast):
    return {"chair": "郑组长", f"came_{cast.lead_unit.pk}": "on"}


def working(cast, people):
    return {f"count_{cast.lead_unit.pk}": people}


EDITS = [
    Edit(
        "communities:plan_edit",
        lambda cast: [make_plan(cast).quarter],
        first="office_staff",
        second="office_director",
        theirs={"title": "主任改的标题"},
        mine={"title": "科长改的标题"},
        stored=lambda: WorkPlan.objects.values_list("title", "foreword", "due_on").get(),
    ),
    Edit(
        "communities:assignment_item",
        acknowledged_item,
        first="lead_officer",
        second="community_worker",
        theirs={"done_on": "2026-11-10", "note": "社区已清"},
        mine={"done_on": "2026-11-12", "note": "单位已清"},
        stored=lambda: AssignmentItem.objects.values_list("done_on", "note").get(),
    ),
    Edit(
        "communities:meeting_minutes",
        a_meeting,
        first="lead_officer",
        second="community_worker",
        theirs=lambda cast: {**lead_came(cast), "minutes": "社区记的纪要"},
        mine=lambda cast: {**lead_came(cast), "minutes": "单位记的纪要"},
        stored=lambda: Meeting.objects.values_list("minutes", "status").get(),
        closes=True,
    ),
    Edit(
        "communities:labour_day_report",
        lambda cast: [make_labour_day(cast).pk],
        first="lead_officer",
        second="community_worker",
        theirs=lambda cast: {**working(cast, "8"), "outcome": "清运 3 车"},
        mine=lambda cast: {**working(cast, "9"), "outcome": "清运 5 车"},
        stored=lambda: LabourDay.objects.values_list("outcome", "status").get(),
        closes=True,
    ),
]
