from communities.models import Assignment, LabourDay, Meeting, Topic, Visit, WorkPlan
from gongjian.documents.models import Issuer
from tests.access import (
    ASSESSMENT,
    BUSINESS,
    CITY_WIDE,
    EVERYONE,
    OFFICE,
    OTHER_KEEPERS,
    OWN_GROUP,
    Codes,
    Page,
)
from tests.communities.factories import (
    make_assignment,
    make_labour_day,
    make_meeting,
    make_plan,
    make_plan_item,
    make_topic,
    make_visit,
)

SEES = CITY_WIDE | ASSESSMENT | OWN_GROUP
"""Those who see 虎山社区 and what its group does."""
STRANGERS = dict.fromkeys(EVERYONE - SEES, 404)
LEAD, WORKER = {"lead_officer"}, {"community_worker"}
KEEPERS = LEAD | WORKER
DIRECTOR = {"office_director"}
SEES_DRAFTS = OFFICE | {"auditor"}
NO_DRAFT = dict.fromkeys(EVERYONE - SEES_DRAFTS, 404)
NOT_HIS = dict.fromkeys(OTHER_KEEPERS, 400)
"""Others' keepers get the form back: 虎山社区 is not theirs to choose."""


def issued(cast):
    return (WorkPlan.objects.first() or make_plan(cast, status="issued")).quarter


def draft(cast):
    return (WorkPlan.objects.first() or make_plan(cast)).quarter


def draft_with_item(cast):
    plan = WorkPlan.objects.first() or make_plan(cast)
    item = plan.items.first() or make_plan_item(plan)
    return [plan.quarter, item.pk]


def ready(cast):
    return draft_with_item(cast)[:1]


def submitted(cast):
    plan = WorkPlan.objects.first() or make_plan(cast, status="submitted")
    if not plan.items.exists():
        make_plan_item(plan)
    return [plan.quarter]


def assignment(cast, **given):
    return Assignment.objects.first() or make_assignment(cast, **given)


def acknowledged_item(cast):
    one = assignment(cast, status="acknowledged")
    return [one.pk, one.items.get().pk]


def finished(cast):
    one = assignment(cast, status="acknowledged")
    one.items.update(done_on=cast.today)
    return [one.pk]


def first(model, make):
    return lambda cast: [(model.objects.first() or make(cast)).pk]


meeting, labour_day = first(Meeting, make_meeting), first(LabourDay, make_labour_day)
visit, topic = first(Visit, make_visit), first(Topic, make_topic)


def minutes(cast):
    return {"chair": "郑组长", "minutes": "议定三件事", f"came_{cast.lead_unit.pk}": "on"}


def report(cast):
    return {
        "outcome": "清运两车",
        f"count_{cast.lead_unit.pk}": 3,
        f"count_{cast.member_unit.pk}": 0,
    }


def for_community(**said):
    return lambda cast: {"community": cast.community.code, **said}


PLAN_WORDS = {"title": "计划", "foreword": "", "due_on": "2026-12-20"}
ITEM = {"area": "funds", "text": "筹集经费", "community": "", "due_on": ""}

PAGES = [
    Page(
        "communities:reveal_phone",
        lambda cast: [cast.community.code, cast.community.group.members.get(role="lead").pk],
        post=Codes(OFFICE | KEEPERS, exceptions=STRANGERS),
    ),
    Page("communities:list", get=Codes(EVERYONE)),
    Page("communities:list", get=Codes(EVERYONE), query="?format=xlsx"),
    Page("communities:detail", lambda cast: [cast.community.code], get=Codes(SEES, otherwise=404)),
    Page("communities:plans", get=Codes(EVERYONE)),
    Page(
        "communities:plan_new",
        get=Codes(OFFICE),
        post=Codes(OFFICE, code=302),
        data=lambda cast: {**PLAN_WORDS, "quarter": "2026Q4"},
    ),
    Page("communities:plan", lambda cast: [issued(cast)], get=Codes(BUSINESS, otherwise=404)),
    Page(
        "communities:plan",
        lambda cast: [draft(cast)],
        get=Codes(SEES_DRAFTS, otherwise=404),
        query="?draft",
    ),
    Page(
        "communities:plan_edit",
        lambda cast: [draft(cast)],
        get=Codes(OFFICE, exceptions=NO_DRAFT),
        post=Codes(OFFICE, code=302, exceptions=NO_DRAFT),
        data=lambda cast: PLAN_WORDS,
        opens=True,
    ),
    Page("communities:plan_submit", ready, post=Codes(OFFICE, code=302, exceptions=NO_DRAFT)),
    Page(
        "communities:plan_return",
        submitted,
        post=Codes(DIRECTOR, code=302, exceptions=NO_DRAFT),
        data=lambda cast: {"remark": "补充"},
    ),
    Page(
        "communities:plan_issue",
        submitted,
        post=Codes(DIRECTOR, code=302, exceptions=NO_DRAFT),
        data=lambda cast: {"issuer": Issuer.objects.get().pk},
    ),
    Page(
        "communities:plan_item_add",
        lambda cast: [draft(cast)],
        post=Codes(OFFICE, code=302, exceptions=NO_DRAFT),
        data=lambda cast: ITEM,
    ),
    Page(
        "communities:plan_item_remove",
        draft_with_item,
        post=Codes(OFFICE, code=302, exceptions=NO_DRAFT),
    ),
    Page(
        "communities:plan_delete",
        lambda cast: [draft(cast)],
        post=Codes(OFFICE, code=302, exceptions=NO_DRAFT),
    ),
    Page("communities:assignments", get=Codes(EVERYONE)),
    Page("communities:assignments_remind", post=Codes(OFFICE, code=302)),
    Page(
        "communities:assignment", lambda cast: [assignment(cast).pk], get=Codes(SEES, otherwise=404)
    ),
    Page(
        "communities:assignment_acknowledge",
        lambda cast: [assignment(cast).pk],
        post=Codes(LEAD, code=302, exceptions=STRANGERS),
    ),
    Page(
        "communities:assignment_item",
        acknowledged_item,
        get=Codes(KEEPERS, exceptions=STRANGERS),
        post=Codes(KEEPERS, code=302, exceptions=STRANGERS),
        data=lambda cast: {"done_on": "2026-11-16", "note": "已清理"},
        opens=True,
    ),
    Page(
        "communities:assignment_complete",
        finished,
        post=Codes(WORKER, code=302, exceptions=STRANGERS),
        data=lambda cast: {"summary": "完成"},
    ),
    Page("communities:meetings", get=Codes(EVERYONE)),
    Page(
        "communities:meeting_new",
        get=Codes(KEEPERS | OTHER_KEEPERS),
        post=Codes(KEEPERS, code=302, exceptions=NOT_HIS),
        data=for_community(
            quarter="2026Q4", starts_at="2026-11-20T14:00", place="会议室", agenda=""
        ),
    ),
    Page("communities:meeting", meeting, get=Codes(SEES, otherwise=404)),
    Page(
        "communities:meeting_minutes",
        meeting,
        get=Codes(KEEPERS, exceptions=STRANGERS),
        post=Codes(KEEPERS, code=302, exceptions=STRANGERS),
        data=minutes,
        opens=True,
    ),
    Page(
        "communities:meeting_delete", meeting, post=Codes(KEEPERS, code=302, exceptions=STRANGERS)
    ),
    Page("communities:labour_days", get=Codes(EVERYONE)),
    Page(
        "communities:labour_day_new",
        get=Codes(KEEPERS | OTHER_KEEPERS),
        post=Codes(KEEPERS, code=302, exceptions=NOT_HIS),
        data=for_community(quarter="2026Q4", held_on="2026-11-20", place="虎山路", work="清扫"),
    ),
    Page("communities:labour_day", labour_day, get=Codes(SEES, otherwise=404)),
    Page(
        "communities:labour_day_report",
        labour_day,
        get=Codes(KEEPERS, exceptions=STRANGERS),
        post=Codes(KEEPERS, code=302, exceptions=STRANGERS),
        data=report,
        opens=True,
    ),
    Page(
        "communities:labour_day_delete",
        labour_day,
        post=Codes(KEEPERS, code=302, exceptions=STRANGERS),
    ),
    Page("communities:visits", get=Codes(EVERYONE)),
    Page(
        "communities:visit_new",
        get=Codes(KEEPERS | {"liaison_leader"} | OTHER_KEEPERS | {"other_liaison_leader"}),
        post=Codes(
            KEEPERS | {"liaison_leader"},
            code=302,
            exceptions={**NOT_HIS, "other_liaison_leader": 400},
        ),
        data=for_community(visited_on="2026-11-16", leader="钱领导", raised="路灯", settled=""),
    ),
    Page("communities:visit", visit, get=Codes(SEES, otherwise=404)),
    Page(
        "communities:visit_delete",
        visit,
        post=Codes({"liaison_leader"}, code=302, exceptions=STRANGERS),
    ),
    Page("communities:topics", get=Codes(EVERYONE)),
    Page(
        "communities:topic_new",
        get=Codes(KEEPERS | {"member_liaison"} | OTHER_KEEPERS | {"other_member_liaison"}),
        post=Codes(
            KEEPERS | {"member_liaison"},
            code=302,
            exceptions={**NOT_HIS, "other_member_liaison": 400},
        ),
        data=for_community(title="楼道", text="堆物", raised_for=""),
    ),
    Page("communities:topic", topic, get=Codes(SEES, otherwise=404)),
    Page(
        "communities:topic_reply",
        topic,
        post=Codes(OFFICE | OWN_GROUP, code=302, exceptions=STRANGERS),
        data=lambda cast: {"text": "已知悉"},
    ),
    Page(
        "communities:topic_delete",
        topic,
        post=Codes({"member_liaison"}, code=302, exceptions=STRANGERS),
    ),
    Page("api:community-list", get=Codes(EVERYONE)),
    Page(
        "api:community-detail", lambda cast: [cast.community.code], get=Codes(SEES, otherwise=404)
    ),
]
