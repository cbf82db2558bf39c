"""申诉: 初核 → 部门核实 → 裁定, by three people, each within so many working days; what it changed is kept."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.holidays.services import calendar_from
from gongjian.lib.checklists import ChecklistItem, check_marks, sheet_points
from gongjian.lib.papers import CleanPaper
from gongjian.lib.points import written_number
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require
from scoring.models import Appeal, Evidence, Round, Score, Sheet
from scoring.models.appeals import AppealKind, AppealStatus, Side
from scoring.models.rounds import RoundStatus, SheetStatus
from scoring.permissions import (
    may_add_evidence,
    may_decide_appeal,
    may_precheck_appeal,
    may_raise_appeal,
    may_verify_appeal,
)
from scoring.rules.appeals.tracing import traced
from scoring.rules.scores.locked_sheets import pass_totals
from scoring.services.appeals import rulings
from scoring.services.appeals.contestable import contestable
from scoring.services.appeals.rulings import figures_traced
from scoring.services.corrections.correctable import Subject
from scoring.services.scores.inputs import inputs_of
from scoring.services.sheets.lists import checklist_of
from scoring.states import DISMISS, PRECHECK, REFUSE, UPHOLD, VERIFY

PRECHECK_DAYS, VERIFY_DAYS, DECIDE_DAYS = 1, 2, 2
"""Working days of each node, counted from the day after the one before was done (assessment 3.1.14; own)."""
MOST_EVIDENCE = 12
"""Pieces of each side to one appeal."""
LONGEST_ABOUT, LONGEST_STOOD = 300, 600


def raise_appeal(
    score: Score,
    *,
    sheet: Sheet | None = None,
    item_code: str = "",
    subject: Subject | None = None,
    reason: str,
    papers: Iterable[CleanPaper] = (),
    by,
    at: datetime,
) -> Appeal:
    """Contest one item of one locked sheet, or another input of the score (`subject`), of one's own community while
    the notice runs, with what proves it.

    Raises ValidationError for what cannot be contested, WrongState outside the notice or the second time.
    """
    require(may_raise_appeal(by, score), "只有本社区的牵头单位经办人和社区工作者可以申诉")
    _refuse_outside_public_notice(score.round, timezone.localdate(at))
    contested, stands = (
        _input_of(score, subject, at) if subject else _item_of(score, sheet, item_code)
    )
    if not reason.strip():
        raise ValidationError({"reason": "请写明申诉理由"})
    given = {"score": score, "reason": reason.strip(), "raised_by": by, "raised_at": at, **stands}
    given["precheck_due_on"] = _due(at, PRECHECK_DAYS)
    with transaction.atomic():
        appeal, created = Appeal.objects.get_or_create(**contested, defaults=given)
        if not created:
            raise WrongState(f"{'这张打分表的' if sheet else ''}这一项已经申诉过，每项只能申诉一次")
        record(appeal, "scoring.appeal.raise", by=by, at=at, item=appeal.what, reason=reason)
        _keep(appeal, Side.APPEAL, papers, by=by, at=at)
        _tell(appeal, "", User.objects.holding(Role.OFFICE_STAFF, on=timezone.localdate(at)), at)
    return appeal


def _refuse_outside_public_notice(round: Round, on: date) -> None:
    if round.status != RoundStatus.ON_PUBLIC_NOTICE:
        raise WrongState(f"{round}当前为“{round.get_status_display()}”，公示期间才能申诉")
    if not round.notice_starts_on <= on <= round.notice_ends_on:
        raise WrongState(f"申诉期为 {round.notice_starts_on} 至 {round.notice_ends_on}，现已截止")


def _item_of(score: Score, sheet: Sheet | None, item_code: str) -> tuple[dict, dict]:
    """An item of a locked sheet of the community, and what was deducted. Raises ValidationError if nothing was."""
    mine = (score.round_id, score.community_id, SheetStatus.LOCKED)
    if sheet is None or (sheet.round_id, sheet.community_id, sheet.status) != mine:
        raise ValidationError({"sheet": "这张打分表不是本社区本季度已锁定的打分表"})
    return {"sheet": sheet, "item_code": item_code}, {"old_deducted": _contested(sheet, item_code)}


def _input_of(score: Score, subject: Subject, at: datetime) -> tuple[dict, dict]:
    """Another input, and how it stands now. Raises ValidationError if there is no such to contest."""
    found = contestable(score.round, score.community, at=at)
    now = next((one for one in found if one.value == subject.value), None)
    if now is None:
        raise ValidationError(
            {"subject": f"“{subject.name}”已有变化，现在没有可申诉的，请重新选择"}
        )
    stands = {
        "about": f"{now.group}“{now.name}”"[:LONGEST_ABOUT],
        "stood": now.stands[:LONGEST_STOOD],
    }
    if now.kind == AppealKind.CASE:
        return {"kind": now.kind, "case_id": int(now.key)}, stands
    return {"kind": now.kind, "key": now.key, "score": score}, stands


def _contested(sheet: Sheet, item_code: str) -> Decimal:
    """What was deducted on the item. Raises ValidationError if there is nothing to contest."""
    mark = sheet.marks.get(item_code)
    if mark is None:
        raise ValidationError({"item_code": f"打分表中没有代码为 {item_code} 的项目"})
    deducted = written_number(mark.get("deducted")) or Decimal(0)
    if not deducted:
        raise ValidationError({"item_code": "这一项没有扣分，不需要申诉"})
    return deducted


def _due(at: datetime, days: int) -> date:
    day = timezone.localdate(at)
    return calendar_from(day).add_workdays(day, days)


def _tell(appeal: Appeal, node: str, people, at: datetime) -> None:
    """Those who act next, or who appealed."""
    key = f"scoring.appeal.{appeal.pk}{node and '.'}{node}"
    subject = f"{appeal}：{appeal.get_status_display()}"
    notify(people, key=key, subject=subject, at=at, link=appeal.get_absolute_url())


def add_evidence(
    appeal: Appeal, papers: Iterable[CleanPaper], *, by, at: datetime
) -> list[Evidence]:
    """Put further evidence to one's own appeal until it is pre-checked. Raises WrongState afterwards."""
    require(may_add_evidence(by, appeal), "只有提出申诉的社区可以补充材料")
    with transaction.atomic():
        if (
            not Appeal.objects.select_for_update()
            .filter(pk=appeal.pk, status=AppealStatus.RAISED)
            .exists()
        ):
            raise WrongState("申诉已经初核，不能再补充材料")
        return _keep(appeal, Side.APPEAL, papers, by=by, at=at)


def _keep(
    appeal: Appeal, side: str, papers: Iterable[CleanPaper], *, by, at: datetime
) -> list[Evidence]:
    """Store what is not there yet; the same piece once more is the one already kept."""
    held = set(Evidence.objects.filter(appeal=appeal, side=side).values_list("sha256", flat=True))
    new = {paper.sha256: paper for paper in papers if paper.sha256 not in held}
    if len(held) + len(new) > MOST_EVIDENCE:
        raise ValidationError(
            {
                "papers": f"一件申诉最多 {MOST_EVIDENCE} 份材料，已有 {len(held)} 份：请只留最能说明的"
            }
        )
    kept = [_store(appeal, side, paper, by=by, at=at) for paper in new.values()]
    if kept:
        record(
            appeal, "scoring.appeal.evidence", by=by, at=at, side=Side(side).label, count=len(kept)
        )
    return kept


def _store(appeal: Appeal, side: str, paper: CleanPaper, *, by, at: datetime) -> Evidence:
    name = uuid4()
    small = {"small": ContentFile(paper.small, name=f"{name}-small.jpg")} if paper.small else {}
    return Evidence.objects.create(
        uuid=name,
        appeal=appeal,
        side=side,
        name=paper.name[-120:],
        file=ContentFile(paper.content, name=f"{name}.{paper.extension}"),
        sha256=paper.sha256,
        size_bytes=len(paper.content) + len(paper.small or b""),
        by=by,
        at=at,
        **small,
    )


def precheck_appeal(
    appeal: Appeal, *, admit: bool, department=None, precheck: str, by, at: datetime
) -> Appeal:
    """初核: take the appeal up and say who verifies it (a functional department, else another person of the office),
    or do not, with the reason.

    Raises ValidationError without a remark, or if nobody would be there to verify it; WrongState once frozen.
    """
    require(may_precheck_appeal(by, appeal), "申诉由共建办工作人员初核")
    _refuse_blank("precheck", precheck, "请写明初核意见；不予受理的写明原因")
    given = {"precheck": precheck.strip(), "prechecked_by": by, "prechecked_at": at}
    with transaction.atomic():
        _refuse_after_public_notice(appeal)
        if not admit:
            advance(appeal, DISMISS, by=by, at=at, remark=precheck.strip(), **given)
            _tell(appeal, "decided", [appeal.raised_by], at)
            return appeal
        verifiers = _verifiers(department, by, timezone.localdate(at))
        given |= {"department": department, "verify_due_on": _due(at, VERIFY_DAYS)}
        advance(appeal, PRECHECK, by=by, at=at, remark=precheck.strip(), **given)
        _tell(appeal, "verify", verifiers, at)
    return appeal


def _verifiers(department, by, on: date) -> list[User]:
    """Who can verify. Raises ValidationError naming the way out if there is nobody."""
    if department is None:
        found = list(User.objects.holding(Role.OFFICE_STAFF, on=on).exclude(pk=by.pk))
        if not found:
            raise ValidationError(
                {"department": "共建办没有第二名工作人员可以核实，请指定一个职能部门核实"}
            )
        return found
    held = Appointment.objects.in_force(on).filter(
        role=Role.DEPARTMENT_OFFICER, unit_posting__unit=department
    )
    found = list(User.objects.filter(is_active=True, pk__in=held.values("user")).exclude(pk=by.pk))
    if not found:
        raise ValidationError(
            {"department": f"{department}没有在任的经办人，请指定别的部门，或由共建办核实"}
        )
    return found


def verify_appeal(
    appeal: Appeal, *, finding: str, papers: Iterable[CleanPaper] = (), by, at: datetime
) -> Appeal:
    """核实: what the department, or a second person of the office, finds on the spot; with its own evidence."""
    require(may_verify_appeal(by, appeal), "申诉由初核时指定的部门（共建办初核人以外的人员）核实")
    _refuse_blank("finding", finding, "请写明核实的经过和结论")
    given = {"finding": finding.strip(), "verified_by": by, "verified_at": at}
    with transaction.atomic():
        _refuse_after_public_notice(appeal)
        given["decide_due_on"] = _due(at, DECIDE_DAYS)
        advance(appeal, VERIFY, by=by, at=at, remark=finding.strip(), **given)
        _keep(appeal, Side.FINDING, papers, by=by, at=at)
        _tell(
            appeal,
            "decide",
            User.objects.holding(Role.OFFICE_DIRECTOR, on=timezone.localdate(at)),
            at,
        )
    return appeal


def decide_appeal(
    appeal: Appeal,
    *,
    uphold: bool,
    new_deducted: Decimal | None = None,
    ruled: str = "",
    decision: str,
    by,
    at: datetime,
) -> Appeal:
    """裁定, once. Upheld, an item's deduction falls to `new_deducted` and the sheet's total follows; any other input is
    put right as its kind asks, to `ruled` where it says something. Every figure before and after is kept in `trace`.

    The scores themselves change at the next gathering, without which the quarter cannot be frozen, or by the
    correction drafted when it is.
    """
    require(may_decide_appeal(by, appeal), "申诉由没有参加初核、核实的共建办主任裁定")
    _refuse_blank("decision", decision, "请写明裁定意见")
    with transaction.atomic():
        _refuse_after_public_notice(appeal)
        given = {"decision": decision.strip(), "decided_by": by, "decided_at": at}
        if uphold and appeal.kind == AppealKind.SHEET:
            given |= {
                "trace": _upheld(appeal, new_deducted, by=by, at=at),
                "new_deducted": new_deducted,
            }
        elif uphold:
            given |= rulings.uphold(appeal, ruled, decision=decision.strip(), by=by, at=at)
        advance(
            appeal, UPHOLD if uphold else REFUSE, by=by, at=at, remark=decision.strip(), **given
        )
        _tell(appeal, "decided", [appeal.raised_by], at)
    return appeal


def _refuse_blank(field: str, text: str, sentence: str) -> None:
    if not text.strip():
        raise ValidationError({field: sentence})


def _refuse_after_public_notice(appeal: Appeal) -> None:
    if (
        Round.objects.values_list("status", flat=True).get(pk=appeal.score.round_id)
        != RoundStatus.ON_PUBLIC_NOTICE
    ):
        raise WrongState("本季度已经定分，申诉不能再办理；确有错误的，提出更正")


def item_of(appeal: Appeal) -> ChecklistItem:
    """The contested item with its range. Reads the sheet's round and checklist."""
    return checklist_of(appeal.sheet.round).item(appeal.item_code)


def _upheld(appeal: Appeal, new_deducted: Decimal | None, *, by, at: datetime) -> dict[str, list]:
    """Correct the sheet; each figure before and after, those of the city where it can be computed."""
    round = Round.objects.select_related("rubric").get(pk=appeal.score.round_id)
    before = inputs_of(round, at=at)
    trace = {"sheet": [str(total) for total in _correct_sheet(appeal, new_deducted, by=by, at=at)]}
    mine = next((one for one in before if one.code == appeal.score.community.code), None)
    if mine is None:
        return trace
    changed = replace(mine, passes=_passes_of(appeal.sheet))
    return trace | figures_traced(traced(before, changed, round.span.months, round.rubric.rules))


def _passes_of(sheet: Sheet) -> dict:
    """The totals of one community's locked sheets by pass. One query."""
    held = defaultdict(list)
    mine = Sheet.objects.filter(round=sheet.round_id, community=sheet.community_id).locked()
    for on_pass, points in mine.values_list("on_pass", "total_points"):
        held[on_pass].append(points)
    return {on_pass: pass_totals(points) for on_pass, points in held.items()}


def _correct_sheet(
    appeal: Appeal, new_deducted: Decimal | None, *, by, at: datetime
) -> tuple[Decimal, Decimal]:
    """Write the new deduction into the locked sheet, with before and after in the log; its totals before and after.

    Call inside a transaction.
    """
    sheet = (
        Sheet.objects.select_for_update(of=("self",))
        .select_related("round__checklist")
        .get(pk=appeal.sheet_id)
    )
    if new_deducted is None or not 0 <= new_deducted < appeal.old_deducted:
        raise ValidationError(
            {"new_deducted": f"改扣分应在 0 至 {appeal.old_deducted} 之间，并少于原扣分"}
        )
    marks = {
        **sheet.marks,
        appeal.item_code: {**sheet.marks[appeal.item_code], "deducted": f"{new_deducted:f}"},
    }
    checklist = checklist_of(sheet.round)
    if errors := check_marks(marks, checklist):
        raise ValidationError({"new_deducted": [error.message for error in errors]})
    before = {
        "deducted": sheet.marks[appeal.item_code]["deducted"],
        "total_points": sheet.total_points,
    }
    sheet.marks, sheet.total_points = marks, sheet_points(marks, checklist)
    sheet.save(update_fields=["marks", "total_points"])
    after = {"deducted": f"{new_deducted:f}", "total_points": sheet.total_points}
    record(
        sheet,
        "scoring.sheet.correct",
        by=by,
        at=at,
        item=appeal.item_code,
        before=before,
        after=after,
    )
    return before["total_points"], after["total_points"]
