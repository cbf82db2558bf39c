from scoring.models import Appeal, CommendationPlan, Reading, Sheet
from tests.editing import Edit
from tests.scoring.factories import (
    make_appeal,
    make_appeal_on_month,
    make_measured,
    make_plan,
    make_round,
    make_sheet,
)


def _measured(cast):
    make_round(cast, status="assessing", rubric=make_measured(cast))
    return ["2026Q4", cast.community.code]


def _own_sheet(cast):
    round = make_round(
        cast, status="assessing", rubric=make_measured(cast, "r5"), follows_rubric=True
    )
    return [make_sheet(round, cast.community, cast.assessor).pk]


EDITS = [
    Edit(
        "scoring:reading",
        _measured,
        first="office_staff",
        second="office_director",
        theirs={"village-c0": "3", "village-c1": "1"},
        mine={"village-c0": "2", "village-c2": "4"},
        stored=lambda: list(Reading.objects.values_list("items", flat=True)),
    ),
    Edit(
        "scoring:sheet",
        lambda cast: [
            make_sheet(make_round(cast, status="assessing"), cast.community, cast.assessor).pk
        ],
        first="assessor",
        second="assessor",
        theirs={
            "Q1-result": "deduct",
            "Q1-deducted": "1.5",
            "Q1-note": "阴沟堵塞",
            "Q2-result": "nothing",
        },
        mine={"Q1-result": "deduct", "Q1-deducted": "2", "Q3-result": "nothing"},
        stored=lambda: Sheet.objects.get().marks,
    ),
    Edit(
        "scoring:sheet",
        _own_sheet,
        first="assessor",
        second="assessor",
        theirs={"community-c1": "3", "community-note": "东门"},
        mine={"community-c1": "2", "community-c3": "4"},
        stored=lambda: Sheet.objects.get().marks,
    ),
    Edit(
        "scoring:appeal",
        lambda cast: [make_appeal(cast, status="verified").pk],
        first="office_director",
        second="office_director",
        theirs={"uphold": "no", "decision": "扣分属实"},
        mine={"uphold": "yes", "new_deducted": "0", "decision": "当日已疏通"},
        stored=lambda: Appeal.objects.values_list("status", "decision").get(),
        closes=True,
    ),
    Edit(
        "scoring:appeal",
        lambda cast: [make_appeal_on_month(cast, status="verified").pk],
        first="office_director",
        second="office_director",
        theirs={"uphold": "no", "decision": "确实逾期"},
        mine={"uphold": "yes", "ruled": "按时", "decision": "当日已报"},
        stored=lambda: Appeal.objects.values_list("status", "decision", "ruled").get(),
        closes=True,
    ),
    Edit(
        "scoring:commendation_plan",
        lambda cast: [make_plan(cast, status="draft", request=None).pk],
        first="office_staff",
        second="office_director",
        theirs={"name": "社区共建先进单位", "lead_quota": "5"},
        mine={"name": "社区共建优秀集体"},
        stored=lambda: CommendationPlan.objects.values_list("name", "lead_quota").get(),
    ),
]
