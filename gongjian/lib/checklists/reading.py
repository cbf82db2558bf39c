"""A checklist read from its rule file: every wrong value is named by its path, all at once."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from gongjian.lib.rulebooks import Section

from .items import (
    EXAMPLES,
    FIXED,
    INSTANCE,
    KINDS,
    POLICIES,
    RANGE,
    RECORDS,
    RENORMALISE,
    SHARE,
    TIME_UNITS,
    Checklist,
    ChecklistItem,
    ChecklistSection,
    TimeLimit,
)

MOST_POINTS = 1000
# A finding keeps the code of its item.
LONGEST_CODE = 10


def load_checklist(mapping: object) -> Checklist:
    """Return the checklist in a rule file. Raises `WrongRulebook`: each fault by its path."""
    top = Section(mapping)
    section_rows = top.rows("sections")
    sections = tuple(ChecklistSection(row.text("code"), row.text("name")) for row in section_rows)
    codes = [section.code for section in sections] or [""]
    items = tuple(read_item(row, codes) for row in top.rows("items"))
    top.refuse_repeats("sections", codes, "部分代码")
    top.refuse_repeats("items", [item.code for item in items], "项目代码")
    name, version, clause = top.text("name"), top.text("version"), top.text("clause")
    top.finish()
    return Checklist(name, version, clause, sections, items)


def read_item(row: Section, sections: Sequence[str]) -> ChecklistItem:
    """Return one item; what does not fit together is noted."""
    kind = row.choice("kind", tuple(KINDS)) if row.has("kind") else INSTANCE
    points = row.number("points", 0, MOST_POINTS, above_lowest=True)
    item = ChecklistItem(
        code=row.text("code"),
        section=row.choice("section", sections),
        text=row.text("text"),
        points=points,
        how_checked=row.text("how_checked"),
        deduction_rule=row.text("deduction_rule"),
        may_be_not_applicable=row.flag("may_be_not_applicable"),
        event_class=row.text("event_class", blank=True),
        put_right=read_time_limit(row),
        kind=kind,
        **read_figures(row, kind, points),
        **read_words(row),
        not_applicable_policy=read_policy(row),
        answered_by=read_records(row, kind),
    )
    if len(item.code) > LONGEST_CODE:
        row.fault("code", f"项目代码最多 {LONGEST_CODE} 个字，现为“{item.code}”")
    if not item.may_be_not_applicable and item.not_applicable_policy != RENORMALISE:
        sentence = "本项不能选“不涉及”（may_be_not_applicable），不用写这一项，请删去"
        row.fault("not_applicable_policy", sentence)
    return item


def read_figures(row: Section, kind: str, points: Decimal) -> dict[str, Any]:
    """Return the figures of this kind of deduction; any other kind's are refused as unknown."""
    figures = FIGURE_READERS[kind](row, points)
    cap = figures["cap"]
    if points and cap > points:
        key = "cap" if row.has("cap") else "deduction"
        row.fault(key, f"扣分上限 {cap} 超过本项分值 {points}")
    return figures


def read_instance_figures(row: Section, points: Decimal) -> dict[str, Any]:
    """Return what each instance costs, and the most that all of them may cost."""
    return {"deduction": _above_zero(row, "deduction"), "cap": _above_zero(row, "cap")}


def read_fixed_figures(row: Section, points: Decimal) -> dict[str, Any]:
    """Return what the item costs at once; a cap may repeat the figure."""
    deduction = _above_zero(row, "deduction")
    if row.has("cap") and _above_zero(row, "cap") != deduction:
        row.fault("cap", f"一次扣完的项目，上限应等于扣分 {deduction}，或者不写")
    return {"deduction": deduction, "cap": deduction}


def read_range_figures(row: Section, points: Decimal) -> dict[str, Any]:
    """Return the bounds of what an instance costs, and the most that all of them may cost."""
    lowest = row.number("from", 0, MOST_POINTS)
    highest, cap = _above_zero(row, "to"), _above_zero(row, "cap")
    if lowest > highest:
        row.fault("from", f"最少扣 {lowest} 分，多于最多扣的 {highest} 分（to）")
    if highest > cap:
        row.fault("to", f"一处最多扣 {highest} 分，超过扣分上限 {cap}（cap）")
    return {"deduction": highest, "lowest": lowest, "highest": highest, "cap": cap}


def read_share_figures(row: Section, points: Decimal) -> dict[str, Any]:
    """Return the most that the item may cost, and how many should be sampled."""
    cap = _above_zero(row, "cap") if row.has("cap") else points
    sample = row.whole("sample", 1, 999) if row.has("sample") else None
    return {"deduction": cap, "cap": cap, "sample": sample}


FIGURE_READERS: dict[str, Callable[[Section, Decimal], dict[str, Any]]] = {
    INSTANCE: read_instance_figures,
    FIXED: read_fixed_figures,
    RANGE: read_range_figures,
    SHARE: read_share_figures,
}


def _above_zero(row: Section, key: str) -> Decimal:
    return row.number(key, 0, MOST_POINTS, above_lowest=True)


def read_words(row: Section) -> dict[str, Any]:
    """Return why the item is checked, what counts as good, and examples, where the file says."""
    words: dict[str, Any] = {}
    for key in ("why", "standard"):
        if row.has(key):
            words[key] = row.text(key, blank=True)
    if row.has("examples"):
        examples = row.section("examples")
        words["examples"] = {look: examples.text(look) for look in EXAMPLES if examples.has(look)}
    return words


def read_policy(row: Section) -> str:
    """Return what becomes of the item where it does not apply."""
    if not row.has("not_applicable_policy"):
        return RENORMALISE
    return row.choice("not_applicable_policy", tuple(POLICIES))


def read_records(row: Section, kind: str) -> tuple[str, ...]:
    """Return the records that answer the item by themselves."""
    if not row.has("answered_by"):
        return ()
    records = row.choices("answered_by", tuple(RECORDS))
    if kind != INSTANCE:
        row.fault("answered_by", "由记录直接得出的项目按缺几项扣分，计分方式（kind）应是 instance")
    return records


def read_time_limit(row: Section) -> TimeLimit | None:
    """Return how long a finding may take to be put right; None where nothing is to be."""
    if row.is_null("put_right"):
        return None
    limit = row.section("put_right")
    return TimeLimit(limit.whole("amount", 0, 365), limit.choice("unit", tuple(TIME_UNITS)))
