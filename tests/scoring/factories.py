"""Rounds, sheets and scores as they would be made, and a small city whose figures are worked out by
hand.
"""

import json
from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from communities.models import Community
from gongjian.accounts.roles import Role
from gongjian.lib.checklists import load_checklist, sheet_points
from gongjian.lib.quarters import SHANGHAI, Quarter
from inspections.models import Checklist, Finding, SelfCheck
from scoring.models import (
    Adjustment,
    Appeal,
    Bulletin,
    Commendation,
    CommendationPlan,
    Correction,
    Nomination,
    QuarterList,
    ResultSheet,
    Round,
    Rubric,
    Score,
    Sheet,
    UnitScore,
)
from scoring.rules.rubrics.mappings import rubric_mapping
from scoring.services.honours.quarter_lists import propose_honours
from scoring.services.rubrics.adopting import adopt_rubric
from tests.cast import make_community, make_unit, make_user
from tests.documents.factories import make_document
from tests.scoring.rules.cities import city

ROOT = Path(__file__).parents[2]
CHECKLIST_FILE = json.loads((ROOT / "inspections/checklists/v1.json").read_text(encoding="utf-8"))
RUBRIC_FILE = json.loads((ROOT / "scoring/rubrics/default.json").read_text(encoding="utf-8"))
RULES = load_checklist(CHECKLIST_FILE)
ADOPTED_AT = datetime(2026, 1, 5, 10, 0, tzinfo=SHANGHAI)
# A Friday after the fourth quarter of 2026, when every self-check's deadline has passed.
AFTER_QUARTER = datetime(2027, 1, 8, 10, 0, tzinfo=SHANGHAI)


def make_checklist() -> Checklist:
    given = {"title": "社区共建检查表", "valid_from": date(2025, 1, 1), "content": CHECKLIST_FILE}
    return Checklist.objects.get_or_create(version="v1", defaults=given)[0]


def make_rubric(cast) -> Rubric:
    content = deepcopy(RUBRIC_FILE)  # a test may change its own
    given = {"title": "社区共建考评细则", "content": content, "created_at": ADOPTED_AT}
    return Rubric.objects.get_or_create(version="2026-1", defaults=given)[0]


def make_measured(cast, name="r6", changes=None) -> Rubric:
    """The printed rubric of another city as a version of the office's own; top-level parts may be
    changed.
    """
    content = json.loads(json.dumps(rubric_mapping(city(name)))) | (changes or {})
    return adopt_rubric(
        version=content["version"], title=content["name"], content=content, at=ADOPTED_AT
    )


def make_round(cast, **given) -> Round:
    content = {
        "quarter": "2026Q4",
        "rubric": make_rubric(cast),
        "checklist": make_checklist(),
        "starts_on": date(2026, 11, 2),
        "ends_on": date(2026, 12, 31),
        "seed": "富春-2026Q4",
        "created_by": cast.office_staff,
        "created_at": cast.now,
    }
    if given.get("status") in {"on_notice", "frozen", "reported", "published"}:
        content |= {"notice_starts_on": date(2026, 11, 12), "notice_ends_on": date(2026, 11, 19)}
    if given.get("status", "planned") not in {"planned", "assessing"}:
        content |= {"gathered_by": cast.office_staff, "gathered_at": cast.now}
    return Round.objects.create(**{**content, **given})


def clean_marks(**deducted) -> dict:
    """A sheet with nothing deducted but for the items given as `Q1="2.00"`."""
    marks = {
        item.code: {"deducted": "0", "not_applicable": False, "note": ""} for item in RULES.items
    }
    return marks | {
        code: {"deducted": text, "not_applicable": False, "note": ""}
        for code, text in deducted.items()
    }


def make_sheet(round, community, assessor, **given) -> Sheet:
    """An open sheet; give `marks` or `total_points` for a locked one."""
    content = {"marks": {}}
    if "marks" in given or "total_points" in given:
        marks = given.get("marks", clean_marks())
        content = {
            "status": "locked",
            "marks": marks,
            "locked_at": round.created_at,
            "visited_on": round.starts_on,
        }
        content["total_points"] = sheet_points(marks, RULES)
    return Sheet.objects.create(
        **{**content, "round": round, "community": community, "assessor": assessor, **given}
    )


def make_sheets(round, community, assessors, *totals):
    return [
        make_sheet(round, community, assessor, total_points=Decimal(total))
        for assessor, total in zip(assessors, totals, strict=True)
    ]


def make_assessors(count, *, unit=None):
    """`count` assessors, posted in a unit that takes part nowhere."""
    home = unit or make_unit(f"考评单位{count}")
    return [
        make_user(f"kao{count}-{n}", Role.ASSESSOR, name=f"考评{n:02}", unit=home)
        for n in range(count)
    ]


def make_self_check(cast, community, month, **given) -> SelfCheck:
    content = {
        "status": "accepted",
        "total_points": Decimal("95.00"),
        "due_on": cast.today,
        "updated_at": cast.now,
    }
    people = {"checklist": make_checklist(), "started_by": cast.office_staff}
    return SelfCheck.objects.create(
        **{**content, **people, "community": community, "month": month, **given}
    )


def report_every_month(cast, community, quarter="2026Q4", **given):
    return [
        make_self_check(cast, community, month, **given) for month in Quarter.parse(quarter).months
    ]


def make_finding(cast, community, **given) -> Finding:
    """A finding due in the quarter; closed out in time when `closed=True`."""
    due = given.pop("due_at", datetime(2026, 11, 20, 12, 0, tzinfo=SHANGHAI))
    closed = (
        {"status": "closed_out", "rectified_at": due, "rectified_by": cast.lead_officer}
        | {
            "verified_at": due,
            "verified_by": cast.office_staff,
            "closed_at": due,
            "closed_by": cast.office_staff,
        }
        if given.pop("closed", False)
        else {}
    )
    content = {
        "number": f"2026-1101-{Finding.objects.count() + 1:02}",
        "source": "city",
        "item_code": "W1",
        "description": "楼后堆放垃圾",
        "place": "虎山路 3 号",
        "found_by": cast.office_staff,
        "found_at": datetime(2026, 11, 10, 9, 0, tzinfo=SHANGHAI),
        "due_at": due,
    }
    return Finding.objects.create(**{**content, **closed, "community": community, **given})


def make_score(round, community, **given) -> Score:
    """A stored score as gathering would leave it, with a short explanation."""
    points = Decimal(given.pop("points", "90.00"))
    part = {
        "value": str(points),
        "weight": None,
        "contribution": str(points),
        "clause": "细则",
        "note": "",
    }
    content = {
        "assessment_points": points,
        "self_check_points": points,
        "rectification_points": points,
        "total_points": points,
        "rank": 1,
        "class_rank": 1,
        "grade": "优秀",
        "explanation": {
            "name": "季度得分",
            **part,
            "parts": [{"name": "全市考评", **part, "parts": []}],
        },
    }
    return Score.objects.create(**{**content, "round": round, "community": community, **given})


def make_unit_score(round, unit, standing, **given) -> UnitScore:
    points = Decimal(given.pop("points", "90.00"))
    content = {
        "total_points": points,
        "rank": 1,
        "explanation": {"name": "得分", "note": "", "parts": []},
    }
    return UnitScore.objects.create(
        **{**content, "round": round, "unit": unit, "standing": standing, **given}
    )


def make_result_sheet(round, **given) -> ResultSheet:
    """A 反馈单 of a community or a unit as the batch leaves it, with a file of a few bytes."""
    name = default_storage.save("feedback/2026/test.pdf", ContentFile(b"%PDF-1.7 test"))
    made = {"status": "made", "file": name, "sha256": "0" * 64, "made_at": round.created_at}
    return ResultSheet.objects.create(**{**made, "round": round, **given})


def make_appeal(cast, *, round=None, assessor=None, **given) -> Appeal:
    """An appeal of 虎山社区 on item Q1 of one locked sheet, from which two points were taken."""
    round = round or make_round(cast, status="on_notice")
    score = Score.objects.filter(round=round, community=cast.community).first() or make_score(
        round, cast.community
    )
    sheet = make_sheet(round, cast.community, assessor or cast.assessor, marks=clean_marks(Q1="2"))
    content = {
        "item_code": "Q1",
        "reason": "管道当日已经疏通",
        "raised_by": cast.lead_officer,
        "raised_at": cast.now,
        "old_deducted": Decimal("2.00"),
    }
    if given.get("status", "raised") != "raised":
        content |= {
            "department": cast.department,
            "precheck": "予以受理",
            "prechecked_by": cast.office_staff,
        }
        content["prechecked_at"] = cast.now
    if given.get("status", "raised") in {"verified", "upheld", "refused"}:
        content |= {
            "finding": "管道已疏通",
            "verified_by": cast.department_officer,
            "verified_at": cast.now,
        }
    return Appeal.objects.create(**{**content, "score": score, "sheet": sheet, **given})


def make_appeal_on_month(cast, **given) -> Appeal:
    """An appeal of 虎山社区 against a self-check counted late, in the same nodes."""
    appeal = make_appeal(cast, **given)
    make_self_check(cast, cast.community, "2026-11", is_late=True)
    month = {
        "kind": "self_check",
        "key": "2026-11",
        "about": "每月自查“2026 年 11 月”",
        "stood": "逾期",
    }
    Appeal.objects.filter(pk=appeal.pk).update(sheet=None, item_code="", old_deducted=None, **month)
    appeal.refresh_from_db()
    return appeal


def make_correction(cast, round, **given) -> Correction:
    """A proposal of the office to put the false rectifications of 虎山社区 right; `frozen` must
    hold what it names.
    """
    change = {
        "code": cast.community.code,
        "kind": "malus",
        "key": "false_rectification",
        "old": "0",
        "new": "1",
    }
    content = {
        "community": cast.community,
        "change": {**change, "said": "扣分事项“虚假整改”由0件更正为1件"},
    }
    words = {"reason": "漏登一件", "basis": "核查记录"}
    drafted = {"drafted_by": cast.office_staff, "drafted_at": cast.now}
    return Correction.objects.create(round=round, **{**content, **words, **drafted, **given})


def make_adjustment(cast, round, **given) -> Adjustment:
    content = {
        "kind": "bonus",
        "points": Decimal("1.00"),
        "reason": "获评省级卫生社区",
        "community": cast.community,
    }
    recorded = {"recorded_by": cast.office_staff, "recorded_at": cast.now}
    return Adjustment.objects.create(round=round, **{**content, **recorded, **given})


def make_bulletin(cast, round, kind="ranking", **given) -> Bulletin:
    document = make_document(
        cast, kind="circular", title="考核评议情况的通报", needs_approval=True, **given
    )
    return Bulletin.objects.create(round=round, kind=kind, document=document)


def make_nomination(round, **given) -> Nomination:
    return Nomination.objects.create(
        **{
            "honour": "praise",
            "points": Decimal("95.00"),
            "reason": "第 1 名",
            **given,
            "round": round,
        }
    )


def make_quarter_list(cast, round, **given) -> QuarterList:
    """The quarter's names as they are on public notice until the cast's own day."""
    content = {"status": "on_notice", "proposed_by": cast.office_staff, "proposed_at": cast.now}
    days = {"notice_starts_on": date(2026, 11, 9), "notice_ends_on": cast.today}
    return QuarterList.objects.create(**{**content, **days, "round": round, **given})


def lie_open(round, *, by, at) -> None:
    """The quarter's names are proposed, and their public notice ends before the day of `at`."""
    propose_honours(round, by=by, at=at)
    before = {"notice_starts_on": date(2026, 11, 9), "notice_ends_on": date(2026, 11, 12)}
    QuarterList.objects.filter(round=round).update(status="on_notice", **before)


PLAN = {
    "year": 2026,
    "name": "社区共建先进集体",
    "host": "市共建办",
    "basis": "《社区共建实施意见》五",
    "cycle": "每年一次",
    "scope": "全市各社区、牵头单位、共建单位和职能部门",
    "competing": 120,
    "community_quota": 3,
    "lead_quota": 2,
    "member_quota": 2,
    "department_quota": 1,
    "awards": "授予先进集体称号",
    "funding": "不发奖金",
    "form": "印发决定",
}


def make_plan(cast, **given) -> CommendationPlan:
    """A plan with its 请示 and its reply already there, approved unless `status` says otherwise."""
    content = {
        **PLAN,
        "status": "approved",
        "drafted_by": cast.office_staff,
        "drafted_at": cast.now,
    }
    reply = {
        "reply_number": "富政函〔2026〕3号",
        "replied_on": cast.today,
        "decided_by": cast.approver,
    }
    request = make_document(
        cast, kind="request", title="关于申报表彰项目的请示", status="published"
    )
    return CommendationPlan.objects.create(**{**content, **reply, "request": request, **given})


def make_commendation(cast, *, round=None, plan=None, **given) -> Commendation:
    """A list that has gone through the notice; give `status` for where it stands."""
    content = {
        "plan": plan or make_plan(cast),
        "round": round or make_round(cast, status="published"),
        "proposed_by": cast.office_staff,
        "proposed_at": cast.now,
        "notice_starts_on": date(2026, 11, 9),
        "notice_ends_on": cast.today,
        "reviewed_by": cast.office_director,
        "approved_by": cast.approver,
    }
    return Commendation.objects.create(**{**content, **given})


def four_published(cast, *, less=None):
    """2026Q1 to 2026Q4 published; 虎山 has 90, 92, 94, 95.01, 后周 89 throughout.

    Returns the last.
    """
    for number, points in enumerate(("90.00", "92.00", "94.00", "95.01"), 1):
        status = "frozen" if number == less else "published"
        round = make_round(cast, quarter=f"2026Q{number}", status=status)
        make_score(round, cast.community, points=points)
        make_score(round, cast.other_community, points="89.00")
        make_unit_score(round, cast.lead_unit, "lead", points=points)
    return round


def make_city(count: int, *, offset: int = 0) -> list[Community]:
    """`count` communities, each with a lead unit of its own and one member."""
    return [
        make_community(
            f"第{number}社区",
            f"3301119{number:05}",
            lead=make_unit(f"牵头{number}"),
            members=[make_unit(f"共建{number}", kind="enterprise")],
        )
        for number in range(offset, offset + count)
    ]


def fill_quarter(cast, round, communities, assessors):
    """Everything that gathering asks for: five locked sheets, three self-checks, a finding for each
    community.
    """
    for number, community in enumerate(communities):
        totals = [f"{80 + (number * 7 + place * 3) % 19}.00" for place in range(len(assessors))]
        make_sheets(round, community, assessors, *totals)
        report_every_month(cast, community, round.quarter)
        make_finding(cast, community, closed=number % 2 == 0)
