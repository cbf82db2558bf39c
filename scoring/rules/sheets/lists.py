"""The assessors' own sheet of a rubric, filled in cell by cell, marked by its rules.

It is kept like any other sheet. A mark keeps what the assessor read (`reading`, as the frozen
record writes one) beside what it costs (`deducted`): whatever comes after the sheet goes by what it
costs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gongjian.lib.checklists import (
    FULL,
    RENORMALISE,
    ZERO,
    Checklist,
    ChecklistItem,
    ChecklistSection,
    MarkError,
    Marks,
    WrongMarks,
)
from gongjian.lib.points import written_number
from scoring.rules.readings.asked import AskedCell, asks_of, why_refused
from scoring.rules.readings.item_words import found_words
from scoring.rules.readings.marking import deducted_points, is_absent
from scoring.rules.records.recording import reading_as_mapping, reading_from
from scoring.rules.rubrics.items import (
    REFUSE,
    Item,
    ItemList,
    Ladder,
    Linear,
    NormalisedCount,
    PerInstance,
    Range,
    Rate,
    Reading,
)
from scoring.rules.rubrics.parts import AssessmentRules

_HOW_DEDUCTED = {
    PerInstance: "按发现的情况逐次扣分",
    Range: "由考评员评定",
    Ladder: "按所在的档得分",
    Rate: "按比例得分",
    Linear: "按比例得分",
    NormalisedCount: "按折算的件数得分",
}


@dataclass(frozen=True, slots=True)
class SheetList:
    """The items of one period's sheets with their cells, and the same items as a checklist."""

    items: ItemList
    asked: tuple[tuple[Item, tuple[AskedCell, ...]], ...]
    checklist: Checklist

    def item(self, code: str) -> Item:
        """Return the item with this code. Raises KeyError if there is none."""
        return self.by_code[code]

    @property
    def by_code(self) -> dict[str, Item]:
        """Return the items of the period by their codes."""
        items_by_code = {}
        for item, _ in self.asked:
            items_by_code[item.code] = item
        return items_by_code


def sheet_list(rules: AssessmentRules, months: Sequence[str], *, version: str) -> SheetList | None:
    """Return the rubric's list as it is filled in for these months; None if it has none."""
    if rules.sheet is None:
        return None
    asks = tuple(asks_of(rules.sheet, months))
    sections: dict[str, ChecklistSection] = {}
    entries = []
    for item, _ in asks:
        name = item.group or rules.name
        sections[name] = ChecklistSection(name, name)
        policy = rules.sheet.policy(item)
        entries.append(checklist_item(item, name, policy))
    clause = rules.clause
    parts = tuple(sections.values())
    checklist = Checklist(rules.name, version, clause, parts, tuple(entries))
    return SheetList(rules.sheet, asks, checklist)


def checklist_item(item: Item, section: str, policy: str) -> ChecklistItem:
    """Return the rubric's item as one of a checklist: what it may cost, not how."""
    if policy in (FULL, ZERO):
        not_applicable_policy = policy
    else:
        not_applicable_policy = RENORMALISE
    deduction_rule = _HOW_DEDUCTED.get(type(item.rule), "达标得分")
    return ChecklistItem(
        code=item.code,
        section=section,
        text=item.name,
        points=item.points,
        how_checked=item.clause,
        deduction=Decimal(0),
        deduction_rule=deduction_rule,
        cap=most_deducted(item),
        may_be_not_applicable=policy != REFUSE,
        event_class="",
        put_right=None,
        not_applicable_policy=not_applicable_policy,
    )


def most_deducted(item: Item) -> Decimal:
    """Return the most that an assessor can take from the item."""
    match item.rule:
        case PerInstance(cap=cap):
            return item.points if cap is None else cap
        case Range(lowest=lowest):
            return item.points - lowest
        case _:
            return item.points


def mark_of(item: Item, reading: Reading, note: str = "") -> dict[str, Any]:
    """Return the mark of a reading that `why_refused` lets through: its cost and the reading."""
    absent = is_absent(item, reading)
    if absent:
        deducted = Decimal(0)
    else:
        deducted = deducted_points(item, reading)
    return {
        "deducted": f"{deducted:f}" if deducted else "0",
        "not_applicable": absent,
        "note": note,
        "reading": reading_as_mapping(reading),
    }


def marks_by_readings(marks: Marks, sheet: SheetList) -> dict[str, Any]:
    """Return the marks with what each reading costs by its rule, whatever stood there.

    Raises `WrongMarks` by item.
    """
    items = sheet.by_code
    wrong = []
    for code in marks:
        if code not in items:
            mark_error = MarkError(code, f"评分细则的评分表中没有代码为 {code} 的项目")
            wrong.append(mark_error)
    for code, item in items.items():
        if code in marks and (why := why_wrong(sheet.items, item, marks[code])):
            label = sheet.checklist.item(code).label
            wrong.append(MarkError(code, f"{label}：{why}"))
    if wrong:
        raise WrongMarks(wrong)
    computed = {}
    for code, mark in marks.items():
        reading = reading_from(mark["reading"])
        computed[code] = mark_of(items[code], reading, mark.get("note", ""))
    return computed


def why_wrong(items: ItemList, item: Item, mark: Any) -> str:
    """Return why a mark has no reading that can stand; empty if it has one."""
    if not isinstance(mark, Mapping) or not isinstance(mark.get("reading"), Mapping):
        return "没有填，请按本项的各栏填写"
    reading = reading_from(mark["reading"])
    return why_refused(items, item, reading)


def mark_note(mark: Marks, sheet: SheetList | None, code: str) -> str:
    """Return what stands beside a locked item.

    That is what was read, that it was changed since, and what the assessor wrote.
    """
    note: str = mark.get("note", "")
    if sheet is None or not isinstance(mark.get("reading"), Mapping):
        return note
    item = sheet.item(code)
    reading = reading_from(mark["reading"])
    if is_absent(item, reading):
        return note
    notes = [found_words(item, reading)]
    deducted = deducted_points(item, reading)
    if deducted != written_number(mark["deducted"]):
        notes.append(f"按读数应扣 {deducted} 分，复核后改扣 {mark['deducted']} 分")
    notes.append(note)
    return "；".join(filter(None, notes))
