from uuid import uuid4

from gongjian.documents.models import Issuer
from gongjian.lib.papers import CleanPaper
from scoring.models import Nomination, Objection, Score
from scoring.services.appeals.evidence import add_evidence
from tests.access import ABOVE, ADMIN, BUSINESS, OFFICE, OTHER_GROUP, OWN_GROUP, Codes, Page
from tests.scoring.factories import (
    PLAN,
    clean_marks,
    make_adjustment,
    make_appeal,
    make_appeal_on_month,
    make_bulletin,
    make_checklist,
    make_commendation,
    make_correction,
    make_measured,
    make_nomination,
    make_plan,
    make_quarter_list,
    make_result_sheet,
    make_round,
    make_rubric,
    make_score,
    make_sheet,
    report_every_month,
)

LISTED = Codes(BUSINESS, exceptions=dict.fromkeys(ADMIN, 200))
KNOWN = Codes(BUSINESS, otherwise=404)
# Those who see a round before its public notice.
SEES_UNKNOWN = OFFICE | {"auditor", "approver", "assessor"}
STRANGERS = BUSINESS - SEES_UNKNOWN
HIDDEN = dict.fromkeys(STRANGERS | ADMIN, 404)
WRONG_ROLE = dict.fromkeys(ADMIN, 404)
SEES_APPEAL = OFFICE | ABOVE | OWN_GROUP | {"assessor", "department_officer"}
GROUP_KEEPERS = {"lead_officer", "community_worker"}


def quarter(status):
    def args(cast):
        make_round(cast, status=status)
        return ["2026Q4"]

    return args


def measured(*more):
    def args(cast):
        make_round(cast, status="assessing", rubric=make_measured(cast))
        return ["2026Q4", *more]

    return args


def gatherable(cast):
    round = make_round(cast, status="assessing")
    for community in cast.communities.values():
        make_sheet(round, community, cast.assessor, marks=clean_marks())
        report_every_month(cast, community)
    return ["2026Q4"]


def reported(cast):
    make_bulletin(cast, make_round(cast, status="reported"), status="published")
    return ["2026Q4"]


def frozen(cast):
    make_round(cast, status="frozen", frozen={"quarter": "2026Q4"}, sha256="0" * 64)
    return ["2026Q4"]


def year(cast):
    """Four published quarters and an approved plan: the office may propose."""
    _last_of_year(cast)
    make_plan(cast)
    return ["2026Q4"]


def _last_of_year(cast):
    for number in range(1, 5):
        last = make_round(cast, quarter=f"2026Q{number}", status="published")
        make_score(last, cast.community, points="95.00")
    return last


def on_public_notice(cast):
    """The year's list on the last day of its notice, with an objection nobody answered."""
    held = make_commendation(cast, round=_last_of_year(cast), status="on_notice")
    make_nomination(held.round, honour="commendation", community=cast.community)
    Objection.objects.create(
        commendation=held,
        about="虎山社区",
        text="请再核实",
        raised_by=cast.lead_officer,
        raised_at=cast.now,
    )
    return ["2026Q4"]


def draft_plan(cast):
    return [make_plan(cast, status="draft", request=None).pk]


def lying_open(cast):
    """The quarter's names on the last day of their notice."""
    make_nomination(
        make_quarter_list(cast, make_round(cast, status="frozen")).round, community=cast.community
    )
    return ["2026Q4"]


def result_sheets(cast):
    make_result_sheet(make_round(cast, status="published"), community=cast.community)
    return ["2026Q4"]


def result_sheet(cast):
    return [make_result_sheet(make_round(cast, status="published"), community=cast.community).pk]


def score(cast):
    round = make_round(cast, status="on_notice")
    make_sheet(round, cast.community, cast.assessor, marks=clean_marks(Q1="2"))
    return [make_score(round, cast.community).pk]


def open_sheet(cast):
    return [make_sheet(make_round(cast, status="assessing"), cast.community, cast.assessor).pk]


def sent_from_phone(cast):
    make_sheet(make_round(cast, status="assessing"), cast.community, cast.assessor, pk=9001)
    return [uuid4()]


def compared(cast):
    make_sheet(
        make_round(cast, status="gathered"),
        cast.community,
        cast.assessor,
        marks=clean_marks(Q1="2"),
    )
    return ["2026Q4"]


def locked_sheet(cast):
    return [
        make_sheet(
            make_round(cast, status="on_notice"), cast.community, cast.assessor, marks=clean_marks()
        ).pk
    ]


def appeal(cast):
    return [make_appeal(cast).pk]


def appeal_on_month(cast):
    return [make_appeal_on_month(cast).pk]


def evidence(cast):
    paper = CleanPaper("照片.jpg", b"jpeg", b"small", "0" * 64)
    held = make_appeal(cast)
    return [add_evidence(held, [paper], by=cast.lead_officer, at=cast.now)[0].uuid]


def correction(cast):
    return [
        make_correction(cast, make_round(cast, status="published", frozen={"communities": []})).pk
    ]


def round_form(cast):
    rules = {"rubric": make_rubric(cast).pk, "checklist": make_checklist().pk}
    return {
        "quarter": "2027Q1",
        "starts_on": "2027-03-01",
        "ends_on": "2027-03-20",
        "seed": "种子",
        **rules,
    }


def contest(cast):
    sheet = Score.objects.get().round.sheets.get()
    return {"contested": f"{sheet.pk}-Q1", "reason": "当日已经疏通"}


def one_rubric(cast):
    make_rubric(cast)
    return []


ONE_EACH = {"each": "1", "off_peak": "0", "night": "0", "bottom": "0", "each_extra": "2"}
NEW_RUBRIC = {"version": "2027-1", "title": "考评细则", "act": "try"}


def adjustment(cast):
    return [make_adjustment(cast, make_round(cast, status="assessing")).pk]


def bonus(cast):
    return {
        "community": cast.community.pk,
        "case": "bonus:",
        "points": "1",
        "reason": "获评省级卫生社区",
    }


def issuer(cast):
    return {"issuer": Issuer.objects.get().pk}


def office_act(name, args, *, get=True, by=OFFICE, known=False, data=lambda cast: {}, code=302):
    """An act of the office: strangers to a round that is not known yet get 404, others without the
    role 403.
    """
    hidden = WRONG_ROLE if known else HIDDEN
    return Page(
        name,
        args,
        get=Codes(by, exceptions=hidden) if get else None,
        post=Codes(by, code=code, exceptions=hidden),
        data=data,
    )


PAGES = [
    Page("scoring:rounds", get=LISTED),
    Page("scoring:round_new", get=Codes(OFFICE), post=Codes(OFFICE, code=302), data=round_form),
    Page("scoring:round", quarter("assessing"), get=Codes(SEES_UNKNOWN, otherwise=404)),
    Page("scoring:round", quarter("on_notice"), get=KNOWN, query="?page=1"),
    office_act("scoring:round_draw", quarter("planned"), data=lambda cast: ONE_EACH),
    office_act("scoring:round_replace", quarter("assessing"), code=400),
    office_act("scoring:round_gather", gatherable, get=False),
    office_act("scoring:round_public_notice", quarter("gathered"), get=False),
    office_act(
        "scoring:round_freeze", quarter("on_notice"), by={"office_director"}, known=True, code=409
    ),
    office_act("scoring:round_report", quarter("planned"), data=issuer, code=409),
    office_act("scoring:round_publish", reported, get=False, known=True),
    Page(
        "scoring:result_sheets",
        result_sheets,
        get=KNOWN,
        post=Codes(OFFICE, code=302, exceptions=WRONG_ROLE),
        data=lambda cast: {"subject": "unit"},
    ),
    Page(
        "scoring:result_sheets",
        quarter("published"),
        get=Codes(OFFICE, exceptions=WRONG_ROLE),
        query="?format=zip",
    ),
    Page(
        "scoring:result_sheet",
        result_sheet,
        get=Codes(OFFICE | OWN_GROUP | {"approver", "auditor"}, otherwise=404),
    ),
    Page(
        "scoring:round_assessors",
        compared,
        get=Codes(OFFICE | {"auditor"}, exceptions=HIDDEN),
        post=Codes(OFFICE, code=409, exceptions=HIDDEN),
    ),
    office_act("scoring:adjustments", quarter("assessing"), data=bonus),
    office_act("scoring:adjustment_withdraw", adjustment, data=lambda cast: {"remark": "登记错了"}),
    office_act("scoring:readings", measured(), data=lambda cast: {"act": "upload"}, code=400),
    Page(
        "scoring:readings_check",
        measured(),
        get=Codes(OFFICE, code=302, exceptions=HIDDEN),
        post=Codes(OFFICE, code=302, exceptions=HIDDEN),
    ),
    Page(
        "scoring:reading",
        measured("330111001101"),
        get=Codes(OFFICE, exceptions=HIDDEN),
        post=Codes(OFFICE, code=302, exceptions=HIDDEN),
        data=lambda cast: {"village-c0": "3"},
        opens=True,
    ),
    Page("scoring:rubrics", get=LISTED),
    Page("scoring:rubric", lambda cast: [make_rubric(cast).pk], get=KNOWN),
    Page(
        "scoring:rubric_new",
        one_rubric,
        get=Codes(OFFICE),
        post=Codes(OFFICE),
        data=lambda cast: NEW_RUBRIC,
    ),
    Page("scoring:frozen", frozen, get=KNOWN),
    Page("scoring:ranking", quarter("on_notice"), get=KNOWN),
    Page("scoring:ranking", quarter("on_notice"), get=KNOWN, query="?format=xlsx"),
    Page("scoring:unit_scores", quarter("on_notice"), get=KNOWN),
    Page("scoring:score", score, get=KNOWN),
    Page(
        "scoring:appeal_new",
        score,
        get=Codes(GROUP_KEEPERS, exceptions=WRONG_ROLE),
        post=Codes(GROUP_KEEPERS, code=302, exceptions=WRONG_ROLE),
        data=contest,
    ),
    Page("scoring:sheets", get=Codes({"assessor"})),
    Page(
        "scoring:sheet",
        open_sheet,
        get=Codes({"assessor"}, otherwise=404),
        post=Codes({"assessor"}, otherwise=404, code=302),
        data=lambda cast: {"act": "draft"},
        opens=True,
    ),
    Page(
        "scoring:sheet",
        locked_sheet,
        get=Codes(OFFICE | OWN_GROUP | ABOVE | {"assessor", "department_officer"}, otherwise=404),
        query="?locked",
    ),
    Page("scoring:sheet_book", get=Codes({"assessor"}), post=Codes({"assessor"}, code=400)),
    Page(
        "scoring:queue_sheet",
        sent_from_phone,
        query="?sheet=9001",
        put=Codes({"assessor"}, otherwise=404, code=201),
        data=lambda cast: b"Q1-result=nothing&act=draft",
    ),
    Page("scoring:appeals", get=LISTED),
    Page(
        "scoring:appeal",
        appeal,
        get=Codes(SEES_APPEAL, otherwise=404),
        post=Codes(
            {"office_staff"},
            code=302,
            exceptions=dict.fromkeys(ADMIN | OTHER_GROUP, 404),
        ),
        data=lambda cast: {
            "admit": "yes",
            "department": cast.department.pk,
            "precheck": "予以受理",
        },
        opens=True,
    ),
    Page("scoring:appeal", appeal_on_month, get=Codes(SEES_APPEAL, otherwise=404), query="?month"),
    Page("scoring:year", on_public_notice, get=KNOWN),
    office_act(
        "scoring:year_commend", year, get=False, data=lambda cast: {"act": "propose"}, known=True
    ),
    Page(
        "scoring:nominations",
        lying_open,
        get=KNOWN,
        post=Codes(OFFICE, code=302, exceptions=WRONG_ROLE),
        data=lambda cast: {
            "act": "strike",
            "nomination": Nomination.objects.get().pk,
            "reason": "案件在办",
        },
    ),
    Page(
        "scoring:commendation_plans",
        get=LISTED,
        post=Codes(OFFICE, code=302),
        data=lambda cast: PLAN,
    ),
    Page(
        "scoring:commendation_plan",
        draft_plan,
        get=Codes(OFFICE | {"auditor", "approver"}, otherwise=404),
        post=Codes(OFFICE, code=302, otherwise=404, exceptions={"auditor": 403, "approver": 403}),
        data=lambda cast: PLAN,
        opens=True,
    ),
    Page("scoring:evidence", evidence, get=Codes(SEES_APPEAL, otherwise=404)),
    Page(
        "scoring:corrections",
        quarter("on_notice"),
        get=KNOWN,
        post=Codes(OFFICE, code=409, exceptions=WRONG_ROLE),
    ),
    Page(
        "scoring:correction",
        correction,
        get=Codes(OFFICE | {"auditor"}, otherwise=404),
        post=Codes(
            {"office_director"},
            code=302,
            otherwise=404,
            exceptions=dict.fromkeys({"office_staff", "auditor"}, 403),
        ),
        data=lambda cast: {"approve": "no", "opinion": "依据不足"},
    ),
    Page("api:score-list", get=LISTED),
    Page("api:score-detail", score, get=KNOWN),
]
