"""What an item asks to be written down, cell by cell, alike in workbook, form and log."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from gongjian.lib.points import Exact, plain, written_number
from scoring.rules.readings.marking import is_absent, item_points, what_lacks
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.items import (
    NOT_APPLICABLE,
    PERCENT,
    REFUSE,
    Deduction,
    Item,
    ItemList,
    NormalisedCount,
    PerInstance,
    Range,
    Rate,
    Reading,
)

CellKind = Literal["integer", "decimal", "text"]
WHOLE: CellKind = "integer"
FIGURE: CellKind = "decimal"
TEXT: CellKind = "text"
_KINDS: dict[str, CellKind] = {
    "cases": WHOLE,
    "done": WHOLE,
    "due": WHOLE,
    "picked": TEXT,
    "reason": TEXT,
    "value": FIGURE,
    "size": FIGURE,
}
_BETWEEN_FIGURES = re.compile(r"[、,，;；\s]+")
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class AskedCell:
    """One cell of an item; `code` is that of a deduction or size.

    `what`: cases, picked, value, done, due, size or reason.
    """

    item: Item
    what: str
    label: str
    note: str = ""
    code: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what the cell is found by."""
        return self.item.code, self.what, self.code

    @property
    def kind(self) -> CellKind:
        """Return how the cell is read: a whole number, a figure or a text."""
        return _KINDS[self.what]

    @property
    def brief(self) -> str:
        """Return the label without the item's name."""
        if self.what == "reason":
            return "不涉及"
        return self.label.removeprefix(f"{self.item.name}·")


# What stands in the cells, by the key of what is asked.
Cells = Mapping[tuple[str, str, str], Any]


def asks_of(items: ItemList, months: Sequence[str]) -> list[tuple[Item, tuple[AskedCell, ...]]]:
    """Return every item that counts in these months with its cells, no two labelled alike."""
    counting = items.in_months(tuple(months))
    asks = {}
    labels: Counter[str] = Counter()
    for item in counting:
        asks[item.code] = (*cells_asked(item), *reason_asked(item, items))
        labels.update(ask.label for ask in asks[item.code])
    unique = []
    for item in counting:
        labelled_aparts = []
        for ask in asks[item.code]:
            labelled_aparts.append(_labelled_apart(ask, labels))
        cells = tuple(labelled_aparts)
        unique.append((item, cells))
    return unique


def _labelled_apart(ask: AskedCell, labels: Counter[str]) -> AskedCell:
    if labels[ask.label] == 1:
        return ask
    codes = ".".join(code for code in ask.key if code)
    label = f"{ask.label}[{codes}]"
    return replace(ask, label=label)


def cells_asked(item: Item) -> Iterable[AskedCell]:
    """Yield the cells that the item's rule asks for."""
    match item.rule:
        case PerInstance(deductions):
            for deduction in deductions:
                yield _of_deduction(item, deduction, alone=len(deductions) == 1)
        case Range(lowest, highest):
            note = f"给 {short(lowest)} 到 {short(highest)} 分"
            yield AskedCell(item, "value", f"{item.name}（分）", note)
        case NormalisedCount(per):
            yield AskedCell(item, "value", f"{item.name}·件数")
            for size in per:
                yield AskedCell(item, "size", f"{item.name}·{size.name}", "大于 0", size.code)
        case _ if isinstance(item.rule, Rate) or item.rule.measure == PERCENT:
            yield AskedCell(
                item, "due", f"{item.name}·应办", "填应办、已办件数；没有件数的只填百分比"
            )
            yield AskedCell(item, "done", f"{item.name}·已办")
            yield AskedCell(item, "value", f"{item.name}·百分比", "0 到 100；填了件数的不填")
        case _:
            yield AskedCell(item, "value", item.name)


def _of_deduction(item: Item, deduction: Deduction, *, alone: bool) -> AskedCell:
    if alone:
        name = item.name
    else:
        name = f"{item.name}·{deduction.reason}"
    unit = deduction.unit
    most = deduction.most_cases
    end = "；没有的填 0"
    if most:
        end = f"，最多计 {most} {unit}；没有的填 0"
    lowest = short(deduction.lowest)
    highest = short(deduction.highest)
    if deduction.is_fixed:
        note = f"每{unit}扣 {highest} 分{end}"
        return AskedCell(item, "cases", f"{name}（{unit}数）", note, deduction.code)
    example = f"用顿号隔开，如 {highest}、{lowest}"
    note = f"逐{unit}填扣几分，每{unit} {lowest} 到 {highest} 分，{example}{end}"
    return AskedCell(item, "picked", f"{name}（逐{unit}扣分）", note, deduction.code)


def reason_asked(item: Item, items: ItemList) -> Iterable[AskedCell]:
    """Yield the cell for why the item does not apply, where it need not."""
    if items.policy(item) != REFUSE:
        note = "本社区没有这一项的，写明原因，本项其他栏空着"
        yield AskedCell(item, "reason", f"{item.name}·不涉及原因", note)


def reading_of(asks: Sequence[AskedCell], cells: Cells) -> tuple[Reading, str] | None:
    """Return an item's reading from its cells, with why it does not apply; None for empty cells.

    Of the cases of an item that was looked at, an empty cell is none. Raises `Refused` for what
    cannot be read.
    """
    written = filled_cells(asks, cells)
    if not written:
        return None
    by_what: dict[str, dict[str, Any]] = {}
    for what in _KINDS:
        by_what[what] = {}
    for ask, value in written:
        if ask.kind == FIGURE:
            value = _bare(value)
        by_what[ask.what][ask.code] = value
    figures = {ask.what for ask, _ in written} - {"reason"}
    reason = by_what["reason"].get("")
    if reason:
        if figures:
            raise Refused("写了不涉及原因，又填了数，请只留一样")
        return NOT_APPLICABLE, str(reason)
    if "value" in figures and {"due", "done"} & figures:
        raise Refused("件数和百分比只填一样")
    cases, picked = {}, {}
    for code, count in by_what["cases"].items():
        if count:
            cases[code] = count
    for code, text in by_what["picked"].items():
        points = _picked(text)
        if points:
            picked[code] = points
    value = by_what["value"].get("")
    sizes = by_what["size"]
    counted = by_what["done"].get("")
    due = by_what["due"].get("")
    return Reading(False, cases, picked, value, counted, due, sizes), ""


def filled_cells(asks: Iterable[AskedCell], cells: Cells) -> list[tuple[AskedCell, Any]]:
    """Return the cells in which something stands, with it."""
    written = []
    for ask in asks:
        value = cells.get(ask.key)
        if value is not None and value != "":
            written.append((ask, value))
    return written


def _picked(text: str) -> tuple[Decimal, ...]:
    """Return the points of each case from 2.5、1; 0 is no case."""
    points = []
    for word in _BETWEEN_FIGURES.split(text.strip()):
        number = written_number(word)
        if word and number is None:
            raise Refused(f"“{word}”不是数，逐次扣分用顿号隔开，如 2.5、1")
        if number:
            points.append(_bare(number))
    return tuple(points)


def cells_of(
    asks: Sequence[AskedCell], reading: Reading, reason: str = ""
) -> dict[tuple[str, str, str], Any]:
    """Return what stands in an item's cells for this reading; reading them gives it back."""
    if reading.not_applicable:
        return {ask.key: reason for ask in asks if ask.what == "reason"}
    cells_by_key = {}
    for ask in asks:
        if ask.what != "reason":
            cells_by_key[ask.key] = _cell_of(ask, reading)
    return cells_by_key


def _cell_of(ask: AskedCell, reading: Reading) -> Any:
    match ask.what:
        case "cases":
            return reading.cases.get(ask.code, 0)
        case "picked":
            points = reading.picked.get(ask.code, (Decimal(0),))
            return "、".join(f"{_figure(figure)}" for figure in points)
        case "size":
            return _figure(reading.sizes.get(ask.code))
        case "value":
            return _figure(reading.value)
        case "done":
            return reading.done
        case _:
            return reading.due


def in_words(asks: Sequence[AskedCell], cells: Cells) -> str:
    """Return the cells of one item in a line, for a comparison: 应办 30；已办 27."""
    written = filled_cells(asks, cells)
    return "；".join(f"{ask.label} {value}" for ask, value in written)


def line_of(asks: Sequence[AskedCell], cells: Cells) -> str:
    """Return the line that `typed_cells` reads: 应办 30；已办 27, of one cell alone its value."""
    for ask in asks:
        if ask.what == "reason" and cells.get(ask.key):
            return f"不涉及：{cells[ask.key]}"
    figures = [ask for ask in asks if ask.what != "reason"]
    written = filled_cells(figures, cells)
    if len(figures) > 1:
        return "；".join(f"{ask.brief} {value}" for ask, value in written)
    return "；".join(f"{value}" for _, value in written)


def typed_cells(asks: Sequence[AskedCell], text: str) -> Cells:
    """Return the cells of one item from a line.

    The line is 应办 30；已办 27, or 30；27 in their order, or 不涉及：没有水体. Raises `Refused`
    for a part that is no cell of the item or no figure.
    """
    empty = {ask.key: ask for ask in asks}
    cells = {}
    for part in re.split("[；;]", text):
        if part.strip():
            ask, value = _cell_typed(list(empty.values()), part.strip())
            del empty[ask.key]
            cells[ask.key] = _typed(ask, value)
    return cells


def _cell_typed(asks: Sequence[AskedCell], part: str) -> tuple[AskedCell, str]:
    """Return the cell that the part names, else the next one, and what it says there."""
    for ask in sorted(asks, key=lambda ask: -len(ask.brief)):
        if part.startswith(ask.brief):
            return ask, part.removeprefix(ask.brief).lstrip(" ：:")
    figures = [ask for ask in asks if ask.what != "reason"]
    if not figures:
        raise Refused(f"“{part}”是多出来的，这一项没有这么多栏")
    return figures[0], part


def _typed(ask: AskedCell, text: str) -> Any:
    if ask.kind == TEXT:
        return text
    number = written_number(text)
    is_whole = number is not None and number == int(number)
    if number is None or number < 0 or (ask.kind == WHOLE and not is_whole):
        what = "不小于 0 的数"
        if ask.kind == WHOLE:
            what = "0 或正整数"
        raise Refused(f"{ask.label}应填{what}，现为“{text}”")
    if ask.kind == WHOLE:
        return int(number)
    return number


def why_refused(items: ItemList, item: Item, reading: Reading) -> str:
    """Return why a reading of the item cannot be accepted, in a sentence; empty if it can."""
    what = what_lacks(item, reading)
    if what:
        return f"“{item.name}”{what}"
    if is_absent(item, reading):
        refused = items.policy(item) == REFUSE
        return f"“{item.name}”不能选“不涉及”，应办件数也不能是 0" if refused else ""
    try:
        item_points(item, reading)
    except Refused as refusal:
        return str(refusal)
    return ""


def short(value: Exact) -> str:
    """Return the figure as the office writes it: 30, 2.8."""
    return plain(value).rstrip("0").rstrip(".")


def _bare(value: Decimal | int) -> Decimal:
    """Return the figure without trailing noughts: 2.80 and 2.8 are one."""
    value = Decimal(value)
    if value == value.to_integral_value():
        return Decimal(int(value))
    return value.normalize()


def _figure(value: Decimal | None) -> Decimal | int | None:
    """Return the figure as it stands in a cell: a whole number without a fraction."""
    if value is None:
        return None
    if value == value.to_integral_value():
        return int(value)
    return _bare(value)
