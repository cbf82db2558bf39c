"""An assessor's sheet: kept as a draft, locked once. Nobody sees it, or any mean, before he has locked his own."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongjian.audit.services import record
from gongjian.lib.checklists import (
    Checklist,
    WrongMarks,
    check_marks,
    item_scores,
    marks_changed,
    sheet_points,
)
from gongjian.workflow import WrongState, advance, require
from scoring.models import Score, Sheet
from scoring.models.rounds import RoundStatus, SheetStatus
from scoring.permissions import may_fill_sheet
from scoring.rules.sheets.lists import marks_by_readings
from scoring.rules.sheets.outliers import why_unusual
from scoring.services.rounds.interests import takes_part_in
from scoring.services.sheets.lists import checklist_of, own_list_of, unusual_by
from scoring.states import LOCK


def save_sheet(
    sheet: Sheet,
    *,
    marks: dict,
    visited_on: date | None,
    by,
    at: datetime,
    reason: str | None = None,
) -> Sheet:
    """Keep what has been marked so far. Raises WrongMarks for a mark that cannot be, WrongState once locked.

    By a rubric's own list a mark costs what its `reading` costs. Without `reason` the one written before stays.
    """
    require(may_fill_sheet(by, sheet), "只能填写分给自己的打分表")
    why = wrong_day(sheet, visited_on, at)
    if why:
        raise ValidationError({"visited_on": why})
    marks, rules = _taken(sheet, marks)
    errors = check_marks(marks, rules, complete=False)
    if errors:
        raise WrongMarks(errors)
    given = {"marks": marks, "visited_on": visited_on, "saved_at": at}
    given["reason"] = sheet.reason if reason is None else reason.strip()
    with transaction.atomic():
        _refuse_closed(sheet)
        _refuse_interested(sheet, by, at)
        sheets = Sheet.objects.filter(pk=sheet.pk, status=SheetStatus.OPEN, assessor=by)
        if not sheets.update(**given):
            raise WrongState("打分表已锁定或已改派，不能再改")
        before, after = marks_changed(sheet.marks, marks, "deducted")
        for name, value in given.items():
            setattr(sheet, name, value)
        record(sheet, "scoring.sheet.save", by=by, at=at, before=before, after=after)
    return sheet


def lock_sheet(
    sheet: Sheet, *, marks: dict, visited_on: date, by, at: datetime, reason: str = ""
) -> Sheet:
    """Lock the sheet with its total; from now on only an upheld appeal changes it. Raises WrongMarks, WrongState.

    Marks that stand out are locked with a `reason` alone: ValidationError at `reason` says what stands out.
    """
    require(may_fill_sheet(by, sheet), "只能锁定分给自己的打分表")
    if not visited_on:
        raise ValidationError({"visited_on": "请填写考评日期"})
    why = wrong_day(sheet, visited_on, at)
    if why:
        raise ValidationError({"visited_on": why})
    marks, rules = _taken(sheet, marks)
    total = sheet_points(marks, rules)
    given = {
        "marks": marks,
        "total_points": total,
        "visited_on": visited_on,
        "reason": reason.strip(),
    }
    with transaction.atomic():
        _refuse_closed(sheet)
        _refuse_interested(sheet, by, at)
        if not given["reason"] and (unusual := unusual_in(sheet, marks, rules)):
            raise ValidationError(
                {"reason": f"{'；'.join(unusual)}：请在“打分说明”里写明依据再锁定"}
            )
        advance(sheet, LOCK, by=by, at=at, **given, saved_at=at, locked_at=at)
    return sheet


def _taken(sheet: Sheet, marks: dict) -> tuple[dict, Checklist]:
    """The marks as they are kept, and the list that they follow. Raises WrongMarks for a reading that cannot be."""
    own = own_list_of(sheet.round)
    if own is None:
        return (marks, checklist_of(sheet.round))
    return (marks_by_readings(marks, own), own.checklist)


def unusual_in(sheet: Sheet, marks: dict, rules: Checklist) -> list[str]:
    """What of these marks asks for a reason; they are whole. One query, which reads no sheet of this round."""
    published = Score.objects.filter(
        community=sheet.community_id, round__status=RoundStatus.PUBLISHED
    )
    before = published.filter(round__quarter__lt=sheet.round.quarter).order_by("-round__quarter")
    last = before.values_list("total_points", flat=True).first()
    bounds = unusual_by(sheet.round)
    return why_unusual(item_scores(marks, rules), sheet_points(marks, rules), bounds, last=last)


def _refuse_closed(sheet: Sheet) -> None:
    """Neither after the gathering nor for a community that is in the register no more."""
    sheets = Sheet.objects.filter(pk=sheet.pk)
    found = sheets.values_list("round__status", "community__is_active", "community__name")
    status, is_active, name = found.get()
    if status != RoundStatus.ASSESSING:
        raise WrongState(f"本季度考评{RoundStatus(status).label}，打分表不能再改")
    if not is_active:
        raise WrongState(
            f"{name}已从名册撤销，本季度不再考评，打分表不用再填；如有疑问请与共建办联系"
        )


def _refuse_interested(sheet: Sheet, by, at: datetime) -> None:
    """An interest that came after the draw bars as one before it does; the office gives the sheet to another."""
    if takes_part_in(by, sheet.community, timezone.localdate(at)):
        raise WrongState(
            f"您或您的单位现在参与{sheet.community}的共建，按规定回避：这张打分表由共建办改派他人"
        )


def wrong_day(sheet: Sheet, visited_on: date | None, at: datetime) -> str:
    """Why nobody can have visited on this day; empty if he can, or has not said."""
    if visited_on and visited_on > timezone.localdate(at):
        return "考评日期不能晚于今天"
    if visited_on and visited_on < sheet.round.starts_on:
        return f"考评日期不能早于考评开始日期 {sheet.round.starts_on:%Y-%m-%d}"
    return ""
