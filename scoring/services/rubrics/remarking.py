"""A quarter's sheets marked again by another list of the rubric, from what the assessors read; nothing is written."""

from collections.abc import Mapping
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
    """The record in force with its sheets marked by the list of `after`, None where they stay; and what to say of it.

    Raises Missing naming every item that the sheets of the quarter do not answer.
    """
    if before.assessment.sheet == after.assessment.sheet:
        return None, ""
    old, new = (
        sheet_list(one.assessment, record["months"], version=one.version) for one in (before, after)
    )
    if not round.follows_rubric or old is None or new is None:
        return None, BY_OTHER_LIST
    marks = _marks_by_ref(round)
    if lacking := _unanswered(marks.values(), new):
        raise Missing(*lacking)
    points = {ref: f"{_points(held, old, new):.2f}" for ref, held in marks.items()}
    communities = [
        {
            **one,
            "sheets": {
                code: {ref: points[ref] for ref in held} for code, held in one["sheets"].items()
            },
        }
        for one in record["communities"]
    ]
    return {**record, "communities": communities}, ""


def _marks_by_ref(round: Round) -> dict[str, Marks]:
    """The marks of the locked sheets as they stand after appeals and corrections, by number. Two queries."""
    changes = sheet_corrections(round)
    return {
        str(sheet.pk): marks_in_force(sheet, changes)
        for sheet in Sheet.objects.filter(round=round).locked()
    }


def _unanswered(sheets, new: SheetList) -> list[str]:
    """Each item once, with why the sheets do not answer it."""
    found: dict[str, str] = {}
    for marks in sheets:
        for item, _ in new.asked:
            if item.code not in found and (why := _why_not(marks.get(item.code), item, new)):
                found[item.code] = f"{new.checklist.item(item.code).label}：{why}"
    return list(found.values())


def _why_not(mark: Mapping[str, Any] | None, item: Item, new: SheetList) -> str:
    if mark is None or "reading" not in mark:
        return "上季度的评分表没有这一项"
    why = why_refused(new.items, item, reading_from(mark["reading"]))
    return why and f"上季度的读数按新的细则用不上（{why}）"


def _points(marks: Marks, old: SheetList, new: SheetList) -> Decimal:
    return sheet_points(
        {item.code: _mark(marks[item.code], item, old) for item, _ in new.asked}, new.checklist
    )


def _mark(mark: Mapping[str, Any], item: Item, old: SheetList) -> dict[str, Any]:
    """The mark by the new item; a deduction changed by an appeal or a correction stays as it was changed."""
    anew, reading = mark_of(item, reading_from(mark["reading"])), reading_from(mark["reading"])
    known = {one.code: one for one, _ in old.asked}
    was = Decimal(mark["deducted"])
    if (
        item.code in known
        and not mark["not_applicable"]
        and was != deducted_points(known[item.code], reading)
    ):
        anew["deducted"] = f"{min(was, item.points):f}"
    return anew
