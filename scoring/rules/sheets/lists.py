"""The rubric's own list for the assessors' sheets: asked cell by cell, marked by its rules, kept like any other sheet.

A mark keeps what the assessor read (`reading`, as the frozen record writes one) beside what it costs (`deducted`):
whatever comes after the sheet goes by what it costs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gongjian.lib.checklists import (
    Checklist,
    ChecklistItem,
    ChecklistSection,
    MarkError,
    Marks,
    WrongMarks,
)
from gongjian.lib.points import written_number
from scoring.rules.readings.asked import Ask, asks_of, why_refused
from scoring.rules.readings.item_words import found_words
from scoring.rules.readings.marking import deducted_points, is_absent
from scoring.rules.records.recording import reading_as_mapping, reading_from
from scoring.rules.rubrics.items import (
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

_HOW = {
    PerInstance: "按发现的情况逐次扣分",
    Range: "由考评员评定",
    Ladder: "按所在的档得分",
    Rate: "按比例得分",
    Linear: "按比例得分",
    NormalisedCount: "按折算的件数得分",
}


@dataclass(frozen=True, slots=True)
class SheetList:
    """The items of one period's sheets, the cells that each asks for, and the same items as a checklist."""

    items: ItemList
    asked: tuple[tuple[Item, tuple[Ask, ...]], ...]
    checklist: Checklist

    def item(self, code: str) -> Item:
        """Raises KeyError if there is none."""
        return {item.code: item for item, _ in self.asked}[code]


def sheet_list(rules: AssessmentRules, months: Sequence[str], *, version: str) -> SheetList | None:
    """The rubric's list as it is filled in for these months; None if it has none of its own."""
    if rules.sheet is None:
        return None
    asked = tuple(asks_of(rules.sheet, months))
    items = [item for item, _ in asked]
    sections = tuple(
        ChecklistSection(name, name)
        for name in dict.fromkeys(_section(item, rules) for item in items)
    )
    entries = tuple(_as_entry(item, rules) for item in items)
    return SheetList(
        rules.sheet, asked, Checklist(rules.name, version, rules.clause, sections, entries)
    )


def _section(item: Item, rules: AssessmentRules) -> str:
    return item.group or rules.name


def _as_entry(item: Item, rules: AssessmentRules) -> ChecklistItem:
    policy = rules.sheet.policy(item) if rules.sheet else "refuse"
    return ChecklistItem(
        code=item.code,
        section=_section(item, rules),
        text=item.name,
        points=item.points,
        how_checked=item.clause,
        deduction=Decimal(0),
        deduction_rule=_HOW.get(type(item.rule), "达标得分"),
        cap=_most_deducted(item),
        may_be_not_applicable=policy != "refuse",
        event_class="",
        put_right=None,
        not_applicable_policy=policy if policy in ("full", "zero") else "renormalise",
    )


def _most_deducted(item: Item) -> Decimal:
    match item.rule:
        case PerInstance(cap=cap):
            return item.points if cap is None else cap
        case Range(lowest=lowest):
            return item.points - lowest
        case _:
            return item.points


def mark_of(item: Item, reading: Reading, note: str = "") -> dict[str, Any]:
    """The mark of a reading that `why_refused` lets through: what it costs, and the reading itself."""
    absent = is_absent(item, reading)
    deducted = Decimal(0) if absent else deducted_points(item, reading)
    head = {
        "deducted": f"{deducted:f}" if deducted else "0",
        "not_applicable": absent,
        "note": note,
    }
    return head | {"reading": reading_as_mapping(reading)}


def marks_by_readings(marks: Marks, own: SheetList) -> dict[str, Any]:
    """The marks with what each reading costs by its rule, whatever stood there. Raises `WrongMarks` by item."""
    known = {item.code: item for item, _ in own.asked}
    wrong = [
        MarkError(code, f"评分细则的评分表中没有代码为 {code} 的项目")
        for code in marks
        if code not in known
    ] + [
        MarkError(code, f"{own.checklist.item(code).label}：{why}")
        for code, item in known.items()
        if code in marks and (why := _why_wrong(own.items, item, marks[code]))
    ]
    if wrong:
        raise WrongMarks(wrong)
    return {
        code: mark_of(known[code], reading_from(one["reading"]), one.get("note", ""))
        for code, one in marks.items()
    }


def _why_wrong(items: ItemList, item: Item, mark: Any) -> str:
    if not isinstance(mark, Mapping) or not isinstance(mark.get("reading"), Mapping):
        return "没有填，请按本项的各栏填写"
    return why_refused(items, item, reading_from(mark["reading"]))


def mark_note(mark: Marks, own: SheetList | None, code: str) -> str:
    """What stands beside a locked item: what was read, that it was changed since, what the assessor wrote."""
    note: str = mark.get("note", "")
    if own is None or not isinstance(mark.get("reading"), Mapping):
        return note
    item, reading = own.item(code), reading_from(mark["reading"])
    if is_absent(item, reading):
        return note
    taken = deducted_points(item, reading)
    changed = (
        f"按读数应扣 {taken} 分，复核后改扣 {mark['deducted']} 分"
        if taken != written_number(mark["deducted"])
        else ""
    )
    return "；".join(filter(None, [found_words(item, reading), changed, note]))
