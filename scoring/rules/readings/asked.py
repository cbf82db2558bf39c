"""What an item asks to be written down, cell by cell: the same in the workbook, in the form and in the log."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from gongjian.lib.points import Exact, plain, written_number
from scoring.rules.readings.marking import is_absent, item_points, what_lacks
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.items import (
    NOT_APPLICABLE,
    Deduction,
    Item,
    ItemList,
    NormalisedCount,
    PerInstance,
    Range,
    Rate,
    Reading,
)

WHOLE, FIGURE, TEXT = "integer", "decimal", "text"
_KINDS = {
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
class Ask:
    """One cell of an item: `what` is cases, picked, value, done, due, size or reason; `code` of a deduction or size."""

    item: Item
    what: str
    label: str
    note: str = ""
    code: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.item.code, self.what, self.code

    @property
    def kind(self) -> str:
        """How the cell is read: a whole number, a figure or a text."""
        return _KINDS[self.what]


Cells = Mapping[tuple[str, str, str], Any]
"""What stands in the cells, by the key of what is asked."""


def asks_of(items: ItemList, months: Sequence[str]) -> list[tuple[Item, tuple[Ask, ...]]]:
    """Every item that counts in these months with its cells; no two cells of a list are called alike."""
    found = [
        (item, (*_asks(item), *_reason(item, items))) for item in items.in_months(tuple(months))
    ]
    counted = Counter(ask.label for _, asks in found for ask in asks)
    return [(item, tuple(_told_apart(ask, counted) for ask in asks)) for item, asks in found]


def _told_apart(ask: Ask, counted: Counter[str]) -> Ask:
    return (
        ask
        if counted[ask.label] == 1
        else replace(ask, label=f"{ask.label}[{'.'.join(filter(None, ask.key))}]")
    )


def _asks(item: Item) -> Iterable[Ask]:
    match item.rule:
        case PerInstance(deductions):
            for deduction in deductions:
                yield _of_deduction(item, deduction, alone=len(deductions) == 1)
        case Range(lowest, highest):
            yield Ask(
                item, "value", f"{item.name}（分）", f"给 {short(lowest)} 到 {short(highest)} 分"
            )
        case NormalisedCount(per):
            yield Ask(item, "value", f"{item.name}·件数")
            for size in per:
                yield Ask(item, "size", f"{item.name}·{size.name}", "大于 0", size.code)
        case _ if isinstance(item.rule, Rate) or item.rule.measure == "percent":
            yield Ask(item, "due", f"{item.name}·应办", "填应办、已办件数；没有件数的只填百分比")
            yield Ask(item, "done", f"{item.name}·已办")
            yield Ask(item, "value", f"{item.name}·百分比", "0 到 100；填了件数的不填")
        case _:
            yield Ask(item, "value", item.name)


def _of_deduction(item: Item, deduction: Deduction, *, alone: bool) -> Ask:
    name = item.name if alone else f"{item.name}·{deduction.reason}"
    unit, most = deduction.unit, deduction.most_cases
    at_most = f"，最多计 {most} {unit}" if most else ""
    if deduction.is_fixed:
        note = f"每{unit}扣 {short(deduction.highest)} 分{at_most}；没有的填 0"
        return Ask(item, "cases", f"{name}（{unit}数）", note, deduction.code)
    bounds = f"{short(deduction.lowest)} 到 {short(deduction.highest)}"
    note = f"逐{unit}填扣几分，每{unit} {bounds} 分，用顿号隔开，如 {short(deduction.highest)}、"
    note += f"{short(deduction.lowest)}{at_most}；没有的填 0"
    return Ask(item, "picked", f"{name}（逐{unit}扣分）", note, deduction.code)


def _reason(item: Item, items: ItemList) -> Iterable[Ask]:
    if items.policy(item) != "refuse":
        note = "本社区没有这一项的，写明原因，本项其他栏空着"
        yield Ask(item, "reason", f"{item.name}·不涉及原因", note)


def reading_of(asks: Sequence[Ask], cells: Cells) -> tuple[Reading, str] | None:
    """The reading of one item from its cells, with why it does not apply; None where nothing was written.

    Of the cases of an item that was looked at, an empty cell is none. Raises `Refused` for what cannot be read.
    """
    given = {ask: cells[ask.key] for ask in asks if cells.get(ask.key) not in (None, "")}
    if not given:
        return None
    by_what: dict[str, dict[str, Any]] = {}
    for ask, value in given.items():
        by_what.setdefault(ask.what, {})[ask.code] = _bare(value) if ask.kind == FIGURE else value
    if reason := by_what.pop("reason", {}).get(""):
        if by_what:
            raise Refused("写了不涉及原因，又填了数，请只留一样")
        return NOT_APPLICABLE, str(reason)
    if "value" in by_what and {"due", "done"} & set(by_what):
        raise Refused("件数和百分比只填一样")
    return Reading(
        cases={code: count for code, count in by_what.get("cases", {}).items() if count},
        picked={
            code: points
            for code, text in by_what.get("picked", {}).items()
            if (points := _picked(text))
        },
        value=by_what.get("value", {}).get(""),
        done=by_what.get("done", {}).get(""),
        due=by_what.get("due", {}).get(""),
        sizes=by_what.get("size", {}),
    ), ""


def _picked(text: str) -> tuple[Decimal, ...]:
    """2.5、1 as the points of each case; 0 is no case."""
    words = [word for word in _BETWEEN_FIGURES.split(text.strip()) if word]
    numbers = [written_number(word) for word in words]
    if wrong := [word for word, number in zip(words, numbers, strict=True) if number is None]:
        raise Refused(f"“{wrong[0]}”不是数，逐次扣分用顿号隔开，如 2.5、1")
    return tuple(_bare(number) for number in numbers if number)


def cells_of(
    asks: Sequence[Ask], reading: Reading, reason: str = ""
) -> dict[tuple[str, str, str], Any]:
    """What stands in the cells of one item for this reading; reading them gives it back."""
    if reading.not_applicable:
        return {ask.key: reason for ask in asks if ask.what == "reason"}
    held: dict[str, Callable[[str], Any]] = {
        "cases": lambda code: reading.cases.get(code, 0),
        "picked": lambda code: "、".join(
            f"{_figure(points)}" for points in reading.picked.get(code, (Decimal(0),))
        ),
        "size": lambda code: _figure(reading.sizes.get(code)),
        "value": lambda code: _figure(reading.value),
        "done": lambda code: reading.done,
        "due": lambda code: reading.due,
    }
    return {ask.key: held[ask.what](ask.code) for ask in asks if ask.what != "reason"}


def in_words(asks: Sequence[Ask], cells: Cells) -> str:
    """应办 30；已办 27: the cells of one item in a line, for a comparison."""
    given = [(ask, cells[ask.key]) for ask in asks if cells.get(ask.key) not in (None, "")]
    return "；".join(f"{ask.label} {value}" for ask, value in given)


def line_of(asks: Sequence[Ask], cells: Cells) -> str:
    """应办 30；已办 27: the same without the item's name, as `typed_cells` reads it; one cell alone is its value."""
    if reason := next(
        (cells[ask.key] for ask in asks if ask.what == "reason" and cells.get(ask.key)), ""
    ):
        return f"不涉及：{reason}"
    figures = [ask for ask in asks if ask.what != "reason"]
    given = [
        (_brief(ask), cells[ask.key]) for ask in figures if cells.get(ask.key) not in (None, "")
    ]
    return "；".join(
        f"{label} {value}" if len(figures) > 1 else f"{value}" for label, value in given
    )


def typed_cells(asks: Sequence[Ask], text: str) -> Cells:
    """The cells of one item from a line: 应办 30；已办 27, or 30；27 in their order, or 不涉及：没有水体.

    Raises `Refused` for a part that is no cell of the item or no figure.
    """
    parts = [part.strip() for part in re.split("[；;]", text) if part.strip()]
    left, cells = {ask.key: ask for ask in asks}, {}
    for part in parts:
        ask, value = _cell_typed(list(left.values()), part)
        del left[ask.key]
        cells[ask.key] = _typed(ask, value)
    return cells


def _cell_typed(asks: Sequence[Ask], part: str) -> tuple[Ask, str]:
    """Which of the cells the part names, else the next one, and what it says there."""
    for ask in sorted(asks, key=lambda ask: -len(_brief(ask))):
        if part.startswith(_brief(ask)):
            return ask, part.removeprefix(_brief(ask)).lstrip(" ：:")
    figures = [ask for ask in asks if ask.what != "reason"]
    if not figures:
        raise Refused(f"“{part}”是多出来的，这一项没有这么多栏")
    return figures[0], part


def _typed(ask: Ask, text: str) -> Any:
    if ask.kind == TEXT:
        return text
    number = written_number(text)
    if number is None or number < 0 or (ask.kind == WHOLE and number != int(number)):
        what = "0 或正整数" if ask.kind == WHOLE else "不小于 0 的数"
        raise Refused(f"{ask.label}应填{what}，现为“{text}”")
    return int(number) if ask.kind == WHOLE else number


def _brief(ask: Ask) -> str:
    return "不涉及" if ask.what == "reason" else ask.label.removeprefix(f"{ask.item.name}·")


def why_refused(items: ItemList, item: Item, reading: Reading) -> str:
    """Why a reading of the item cannot be taken, in a sentence; empty if it can."""
    if what := what_lacks(item, reading):
        return f"“{item.name}”{what}"
    if is_absent(item, reading):
        refused = items.policy(item) == "refuse"
        return f"“{item.name}”不能选“不涉及”，应办件数也不能是 0" if refused else ""
    try:
        item_points(item, reading)
    except Refused as refusal:
        return str(refusal)
    return ""


def short(value: Exact) -> str:
    """As the office writes it: 30, 2.8."""
    return plain(value).rstrip("0").rstrip(".")


def _bare(value: Decimal | int) -> Decimal:
    """The figure without trailing noughts: 2.80 and 2.8 are one."""
    value = Decimal(value)
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()


def _figure(value: Decimal | None) -> Decimal | int | None:
    """As it stands in a cell: a whole number without a fraction."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else _bare(value)
