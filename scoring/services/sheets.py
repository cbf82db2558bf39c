"""An assessor's sheet: kept as a draft, locked once. Nobody sees it, or any mean, before he has locked his own."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongjian.audit.services import record
from gongjian.lib.checklists import Checklist, WrongMarks, check_marks, load_checklist, marks_changed, sheet_points
from gongjian.workflow import WrongState, advance, require
from scoring.models import Round, Sheet
from scoring.models.rounds import RoundStatus, SheetStatus
from scoring.permissions import may_fill_sheet
from scoring.states import LOCK


def save_sheet(sheet: Sheet, *, marks: dict, visited_on: date | None, by, at: datetime) -> Sheet:
    """Keep what has been marked so far. Raises WrongMarks for a mark that cannot be, WrongState once locked."""
    require(may_fill_sheet(by, sheet), "只能填写分给自己的打分表")
    _refuse_wrong_day(sheet, visited_on, at)
    if errors := check_marks(marks, checklist_of(sheet), complete=False):
        raise WrongMarks(errors)
    with transaction.atomic():
        _refuse_outside_assessment(sheet)
        if not Sheet.objects.filter(pk=sheet.pk, status=SheetStatus.OPEN).update(marks=marks, visited_on=visited_on):
            raise WrongState("打分表已锁定，不能再改")
        before, after = marks_changed(sheet.marks, marks, "deducted")
        sheet.marks, sheet.visited_on = marks, visited_on
        record(sheet, "scoring.sheet.save", by=by, at=at, before=before, after=after)
    return sheet


def lock_sheet(sheet: Sheet, *, marks: dict, visited_on: date, by, at: datetime) -> Sheet:
    """Lock the sheet with its total; from now on only an upheld appeal changes it. Raises WrongMarks, WrongState."""
    require(may_fill_sheet(by, sheet), "只能锁定分给自己的打分表")
    if not visited_on:
        raise ValidationError({"visited_on": "请填写考评日期"})
    _refuse_wrong_day(sheet, visited_on, at)
    total = sheet_points(marks, checklist_of(sheet))
    with transaction.atomic():
        _refuse_outside_assessment(sheet)
        advance(sheet, LOCK, by=by, at=at, marks=marks, total_points=total, visited_on=visited_on, locked_at=at)
    return sheet


def checklist_of(sheet: Sheet) -> Checklist:
    """The checklist that the sheet is filled in by. Reads the round and its checklist."""
    return load_checklist(sheet.round.checklist.content)


def _refuse_outside_assessment(sheet: Sheet) -> None:
    status = Round.objects.values_list("status", flat=True).get(pk=sheet.round_id)
    if status != RoundStatus.ASSESSING:
        raise WrongState(f"本季度考评{RoundStatus(status).label}，打分表不能再改")


def _refuse_wrong_day(sheet: Sheet, visited_on: date | None, at: datetime) -> None:
    if visited_on and visited_on > timezone.localdate(at):
        raise ValidationError({"visited_on": "考评日期不能晚于今天"})
    if visited_on and visited_on < sheet.round.starts_on:
        raise ValidationError({"visited_on": f"考评日期不能早于考评开始日期 {sheet.round.starts_on:%Y-%m-%d}"})
