"""申诉成立 of an item of a sheet: the locked sheet is corrected, and which figures that changes."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.checklists import ChecklistItem, check_marks, sheet_points
from scoring.models import Appeal, Round, Sheet
from scoring.rules.appeals.tracing import traced
from scoring.rules.scores.locked_sheets import PassTotals, pass_totals
from scoring.services.appeals.rulings import inputs_with_own, traced_figures
from scoring.services.sheets.lists import checklist_of


def item_of(appeal: Appeal) -> ChecklistItem:
    """Return the contested item with its range. Reads the sheet's round and checklist."""
    return checklist_of(appeal.contested_sheet.round).item(appeal.item_code)


def uphold_item(
    appeal: Appeal, new_deducted: Decimal | None, *, by: User, at: datetime
) -> dict[str, list[Any]]:
    """Correct the sheet; return each figure before and after, the city's where it can be computed.

    Call in a transaction. Raises ValidationError unless less is deducted than before.
    """
    round = Round.objects.select_related("rubric").get(pk=appeal.score.round_id)
    all_inputs, own_inputs = inputs_with_own(appeal, round, at=at)
    totals = correct_sheet(appeal, new_deducted, by=by, at=at)
    trace: dict[str, list[Any]] = {"sheet": [str(total) for total in totals]}
    if own_inputs is None:
        return trace
    changed = replace(own_inputs, passes=community_totals_by_pass(appeal.contested_sheet))
    standings = traced(all_inputs, changed, round.span.months, round.rubric.rules)
    if standings is None:
        return trace
    before, after = standings
    trace["assessment"] = [str(before.assessment), str(after.assessment)]
    return trace | traced_figures(before, after)


def correct_sheet(
    appeal: Appeal, new_deducted: Decimal | None, *, by: User, at: datetime
) -> tuple[Decimal, Decimal]:
    """Write the new deduction into the locked sheet; return its totals before and after.

    The log keeps both. Call inside a transaction.
    """
    sheets = Sheet.objects.select_for_update(of=("self",)).select_related("round__checklist")
    sheet = sheets.get(pk=appeal.contested_sheet.pk)
    deducted = appeal.old_deducted or Decimal(0)
    if new_deducted is None or not 0 <= new_deducted < deducted:
        message = f"改扣分应在 0 至 {deducted} 之间，并少于原扣分"
        raise ValidationError({"new_deducted": message})
    item = appeal.item_code
    checklist = checklist_of(sheet.round)
    mark = sheet.marks[item]
    marks = {**sheet.marks, item: {**mark, "deducted": f"{new_deducted:f}"}}
    if errors := check_marks(marks, checklist):
        raise ValidationError({"new_deducted": [error.message for error in errors]})
    total_before = sheet.locked_points
    total = sheet_points(marks, checklist)
    sheet.marks = marks
    sheet.total_points = total
    sheet.save(update_fields=["marks", "total_points"])
    before = {"deducted": mark["deducted"], "total_points": total_before}
    after = {"deducted": f"{new_deducted:f}", "total_points": total}
    action = "scoring.sheet.correct"
    record(sheet, action, by=by, at=at, item=item, before=before, after=after)
    return total_before, total


def community_totals_by_pass(sheet: Sheet) -> dict[str, PassTotals]:
    """Return the totals of one community's locked sheets by pass. One query."""
    locked = Sheet.objects.filter(round=sheet.round_id, community=sheet.community_id).locked()
    points_by_pass: dict[str, list[Decimal]] = defaultdict(list)
    for locked_sheet in locked.only("on_pass", "total_points"):
        points_by_pass[locked_sheet.on_pass].append(locked_sheet.locked_points)
    return {on_pass: pass_totals(points) for on_pass, points in points_by_pass.items()}
