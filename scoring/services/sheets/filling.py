"""An assessor's sheet: saved as a draft, locked once.

Nobody sees it, or any mean, before he has locked his own.
"""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
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

SheetMarks = dict[str, dict[str, Any]]


def save_sheet(
    sheet: Sheet,
    *,
    marks: SheetMarks,
    visited_on: date | None,
    by: User,
    at: datetime,
    reason: str | None = None,
) -> Sheet:
    """Save what has been marked so far.

    By a rubric's own list a mark costs what its `reading` costs. Without `reason` the one written
    before stays. Raises WrongMarks for a mark that cannot be, WrongState once locked.
    """
    require(may_fill_sheet(by, sheet), "只能填写分给自己的打分表")
    refuse_wrong_day(sheet, visited_on, at)
    marks, checklist = marks_by_list(sheet, marks)
    errors = check_marks(marks, checklist, complete=False)
    if errors:
        raise WrongMarks(errors)
    fields = {
        "marks": marks,
        "visited_on": visited_on,
        "saved_at": at,
        "reason": sheet.reason if reason is None else reason.strip(),
    }
    with transaction.atomic():
        refuse_closed(sheet)
        refuse_interested(sheet, by, at)
        still_his = Sheet.objects.filter(pk=sheet.pk, status=SheetStatus.OPEN, assessor=by)
        if not still_his.update(**fields):
            raise WrongState("打分表已锁定或已改派，不能再改")
        before, after = marks_changed(sheet.marks, marks, "deducted")
        for name, value in fields.items():
            setattr(sheet, name, value)
        record(sheet, "scoring.sheet.save", by=by, at=at, before=before, after=after)
    return sheet


def lock_sheet(
    sheet: Sheet,
    *,
    marks: SheetMarks,
    visited_on: date | None,
    by: User,
    at: datetime,
    reason: str = "",
) -> Sheet:
    """Lock the sheet with its total; from now on only an upheld appeal changes it.

    Marks that stand out are locked only with a `reason`: ValidationError there says what stands
    out. Raises WrongMarks, WrongState.
    """
    require(may_fill_sheet(by, sheet), "只能锁定分给自己的打分表")
    if not visited_on:
        raise ValidationError({"visited_on": "请填写考评日期"})
    refuse_wrong_day(sheet, visited_on, at)
    marks, checklist = marks_by_list(sheet, marks)
    fields: dict[str, Any] = {
        "marks": marks,
        "total_points": sheet_points(marks, checklist),
        "visited_on": visited_on,
        "reason": reason.strip(),
        "saved_at": at,
        "locked_at": at,
    }
    with transaction.atomic():
        refuse_closed(sheet)
        refuse_interested(sheet, by, at)
        if fields["reason"]:
            unusual = []
        else:
            unusual = unusual_in(sheet, marks, checklist)
        if unusual:
            message = f"{'；'.join(unusual)}：请在“打分说明”里写明依据再锁定"
            raise ValidationError({"reason": message})
        advance(sheet, LOCK, by=by, at=at, **fields)
    return sheet


def marks_by_list(sheet: Sheet, marks: SheetMarks) -> tuple[SheetMarks, Checklist]:
    """Return the marks as they are stored, and the list that they follow.

    Raises WrongMarks for a reading that cannot be.
    """
    own_list = own_list_of(sheet.round)
    if own_list is None:
        return marks, checklist_of(sheet.round)
    return marks_by_readings(marks, own_list), own_list.checklist


def unusual_in(sheet: Sheet, marks: SheetMarks, checklist: Checklist) -> list[str]:
    """Return what in these marks, which are whole, asks for a reason.

    One query, which reads no sheet of this round.
    """
    published = Score.objects.filter(
        community=sheet.community_id,
        round__status=RoundStatus.PUBLISHED,
        round__quarter__lt=sheet.round.quarter,
    )
    newest_first = published.order_by("-round__quarter")
    last = newest_first.values_list("total_points", flat=True).first()
    scores = item_scores(marks, checklist)
    total = sheet_points(marks, checklist)
    return why_unusual(scores, total, unusual_by(sheet.round), last=last)


def refuse_closed(sheet: Sheet) -> None:
    """Raise WrongState after the gathering, and for a community that left the register."""
    # Read anew: the round may have been gathered since the sheet was opened. One row, not .get(),
    # because a workbook saves sheet after sheet, each on what is true for it.
    columns = ("round__status", "community__is_active", "community__name")
    sheets = Sheet.objects.filter(pk=sheet.pk)
    [(status, is_active, name)] = sheets.values_list(*columns)
    if status != RoundStatus.ASSESSING:
        raise WrongState(f"本季度考评{RoundStatus(status).label}，打分表不能再改")
    if not is_active:
        closed = f"{name}已从名册撤销，本季度不再考评，打分表不用再填"
        raise WrongState(f"{closed}；如有疑问请与共建办联系")


def refuse_interested(sheet: Sheet, by: User, at: datetime) -> None:
    """Raise WrongState for an assessor with an interest in the community.

    One that came after the draw bars as one before it; the office gives the sheet to another.
    """
    if takes_part_in(by, sheet.community, timezone.localdate(at)):
        barred = f"您或您的单位现在参与{sheet.community}的共建，按规定回避"
        raise WrongState(f"{barred}：这张打分表由共建办改派他人")


def refuse_wrong_day(sheet: Sheet, visited_on: date | None, at: datetime) -> None:
    """Raise ValidationError for a day on which nobody can have visited."""
    why = wrong_day(sheet, visited_on, at)
    if why:
        raise ValidationError({"visited_on": why})


def wrong_day(sheet: Sheet, visited_on: date | None, at: datetime) -> str:
    """Return why nobody can have visited on this day; "" if he can, or has not said."""
    if visited_on and visited_on > timezone.localdate(at):
        return "考评日期不能晚于今天"
    if visited_on and visited_on < sheet.round.starts_on:
        return f"考评日期不能早于考评开始日期 {sheet.round.starts_on:%Y-%m-%d}"
    return ""
