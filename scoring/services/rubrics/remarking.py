"""A quarter's sheets marked again by another list of items; nothing is written."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from gongjian.lib.checklists import Marks, sheet_points
from scoring.models import Round, Sheet
from scoring.rules.readings.asked import why_refused
from scoring.rules.readings.marking import deducted_points
from scoring.rules.records.recording import reading_from
from scoring.rules.refusals import Missing
from scoring.rules.rubrics.items import Item
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.sheets.lists import SheetList, mark_of, sheet_list
from scoring.services.corrections.correctable import marks_in_force, sheet_corrections

BY_OTHER_LIST = "上季度的评分表不是按细则自带的项目打的，自带评分表各项的改动不影响这次试算"


def remarked(
    round: Round, record: Mapping[str, Any], before: Rubric, after: Rubric
) -> tuple[dict[str, Any] | None, str]:
    """Return the record in force with its sheets marked by the list of `after`, and a note.

    None where the sheets stay; the note says why. Raises Missing naming every item that the sheets
    of the quarter do not answer.
    """
    if before.assessment.sheet == after.assessment.sheet:
        return None, ""
    old = sheet_list(before.assessment, record["months"], version=before.version)
    new = sheet_list(after.assessment, record["months"], version=after.version)
    if not round.follows_rubric or old is None or new is None:
        return None, BY_OTHER_LIST
    marks = marks_by_number(round)
    lacking = unanswered(marks.values(), new)
    if lacking:
        raise Missing(*lacking)
    points = {}
    for number, sheet in marks.items():
        points[number] = f"{_points(sheet, old, new):.2f}"
    communities = []
    for community in record["communities"]:
        sheets = {}
        for on_pass, totals in community["sheets"].items():
            sheets[on_pass] = {number: points[number] for number in totals}
        communities.append({**community, "sheets": sheets})
    return {**record, "communities": communities}, ""


def marks_by_number(round: Round) -> dict[str, Marks]:
    """Return the marks of the locked sheets as they stand after appeals and corrections.

    Two queries.
    """
    changes = sheet_corrections(round)
    marks: dict[str, Marks] = {}
    sheets = Sheet.objects.filter(round=round)
    for sheet in sheets.locked():
        marks[str(sheet.pk)] = marks_in_force(sheet, changes)
    return marks


def unanswered(sheets: Iterable[Marks], new: SheetList) -> list[str]:
    """Return each item that some sheet does not answer, once, with why."""
    lacking: dict[str, str] = {}
    for marks in sheets:
        for item, _ in new.asked:
            mark = marks.get(item.code)
            why = _why_unanswered(mark, item, new)
            if why and item.code not in lacking:
                lacking[item.code] = f"{new.checklist.item(item.code).label}：{why}"
    return list(lacking.values())


def _why_unanswered(mark: Mapping[str, Any] | None, item: Item, new: SheetList) -> str:
    if mark is None or "reading" not in mark:
        return "上季度的评分表没有这一项"
    reading = reading_from(mark["reading"])
    why = why_refused(new.items, item, reading)
    return why and f"上季度的读数按新的细则用不上（{why}）"


def _points(marks: Marks, old: SheetList, new: SheetList) -> Decimal:
    anew = {}
    for item, _ in new.asked:
        anew[item.code] = mark_anew(marks[item.code], item, old)
    return sheet_points(anew, new.checklist)


def mark_anew(mark: Mapping[str, Any], item: Item, old: SheetList) -> dict[str, Any]:
    """Return the mark by the new item.

    A deduction that an appeal or a correction changed stays as it was changed.
    """
    reading = reading_from(mark["reading"])
    anew = mark_of(item, reading)
    deducted = Decimal(mark["deducted"])
    old_item = old.by_code.get(item.code)
    if old_item is None or mark["not_applicable"]:
        return anew
    if deducted != deducted_points(old_item, reading):
        anew["deducted"] = f"{min(deducted, item.points):f}"
    return anew
