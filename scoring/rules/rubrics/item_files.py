"""The items of a rubric read from its rule file; what could never be scored by them is refused by its path."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from gongjian.lib.checklists import LONGEST_CODE
from gongjian.lib.rulebooks import Section
from scoring.rules.rubrics.items import (
    MEASURES,
    POLICIES,
    Deduction,
    Item,
    ItemList,
    Ladder,
    Linear,
    NormalisedCount,
    PerInstance,
    Range,
    Rate,
    Rule,
    Size,
    Step,
    Threshold,
)

MOST_POINTS = 1000
MOST_MEASURED = 10**9 - 1
ALL_MONTHS = range(1, 13)


def read_item_list(part: Section) -> ItemList:
    """The items of one component or of one sheet; every fault is noted in `part`."""
    before = len(part.faults)
    full_points = part.number("full_points", 0, 100_000, above_lowest=True)
    policy = part.choice("not_applicable", POLICIES)
    found = ItemList(full_points, policy, tuple(_read_item(row) for row in part.rows("items")))
    part.refuse_repeats("items", [item.code for item in found.items], "项目代码")
    if len(part.faults) == before:
        _check_totals(part, found)
    return found


def read_sheet_list(part: Section, *, is_new: bool) -> ItemList:
    """The items of the assessors' sheets; `is_new` also refuses what one blind sheet cannot be filled in by."""
    found = read_item_list(part)
    for number, item in enumerate(found.items if is_new else (), 1):
        for key, what in why_not_on_a_sheet(found, item):
            part.fault(f"items[{number}].{key}", what)
    return found


def why_not_on_a_sheet(items: ItemList, item: Item) -> list[tuple[str, str]]:
    """Why an item cannot stand on an assessor's sheet, by the key that says so; empty if it can."""
    found = []
    if len(item.code) > LONGEST_CODE:
        found.append(("code", f"评分表的项目代码最多 {LONGEST_CODE} 个字，现为“{item.code}”"))
    if item.points != round(item.points, 2):
        found.append(("points", f"评分表的分值最多两位小数，现为 {item.points}"))
    if items.policy(item) == "mean_of_others":
        what = f"“{item.name}”不涉及时取其他社区的平均分，一名考评员打分时看不到，请把本项放到 measured（评分项目）"
        found.append(("not_applicable", what))
    return found


def _read_item(row: Section) -> Item:
    points = row.number("points", 0, MOST_POINTS, above_lowest=True)
    kind = row.choice("kind", tuple(_READERS))
    return Item(
        code=row.text("code"),
        name=row.text("name"),
        points=points,
        rule=_READERS[kind](row, points),
        clause=row.text("clause") if row.has("clause") else "",
        group=row.text("group") if row.has("group") else "",
        months=row.wholes("months", 1, 12) if row.has("months") else (),
        not_applicable=row.choice("not_applicable", POLICIES) if row.has("not_applicable") else "",
    )


def _check_totals(part: Section, found: ItemList) -> None:
    """The printed total is that of the fullest month; no month may be left without an item."""
    totals = {
        month: sum(
            (item.points for item in found.items if not item.months or month in item.months),
            Decimal(0),
        )
        for month in ALL_MONTHS
    }
    if max(totals.values()) != found.full_points:
        part.fault(
            "full_points",
            f"各项分值之和最多的月份是 {max(totals.values())} 分，与满分 {found.full_points} 不符",
        )
    if empty := [str(month) for month, total in totals.items() if not total]:
        part.fault("items", f"{'、'.join(empty)} 月没有一项可以评分")


def _read_per_instance(row: Section, points: Decimal) -> PerInstance:
    deductions = tuple(_read_deduction(inner) for inner in row.rows("deductions"))
    row.refuse_repeats("deductions", [deduction.code for deduction in deductions], "扣分代码")
    cap = row.number("cap", 0, MOST_POINTS, above_lowest=True) if row.has("cap") else None
    held = points if cap is None else cap
    if cap is not None and cap > points > 0:
        row.fault("cap", f"扣分上限 {cap} 超过本项分值 {points}")
    for deduction in deductions:
        if 0 < held < deduction.highest:
            what = f"扣分上限 {held}" if cap is not None else f"本项分值 {points}"
            row.fault(
                "deductions",
                f"{what} 低于“{deduction.reason}”一{deduction.unit}所扣的 {deduction.highest} 分",
            )
    return PerInstance(deductions, cap)


def _read_deduction(row: Section) -> Deduction:
    if row.has("from") or row.has("to"):
        lowest, highest = (
            row.number("from", 0, MOST_POINTS),
            row.number("to", 0, MOST_POINTS, above_lowest=True),
        )
        if lowest >= highest > 0:
            row.fault("to", f"扣分幅度的上限 {highest} 应大于下限 {lowest}")
    else:
        lowest = highest = row.number("each", 0, MOST_POINTS, above_lowest=True)
    most = row.whole("most_cases", 1, 10_000) if row.has("most_cases") else None
    return Deduction(row.text("code"), row.text("reason"), row.text("unit"), lowest, highest, most)


def _read_range(row: Section, points: Decimal) -> Range:
    rule = Range(
        row.number("from", 0, MOST_POINTS), row.number("to", 0, MOST_POINTS, above_lowest=True)
    )
    if rule.lowest >= rule.highest > 0:
        row.fault("to", f"评分幅度的上限 {rule.highest} 应大于下限 {rule.lowest}")
    if points and rule.highest > points:
        row.fault("to", f"评分幅度的上限 {rule.highest} 超过本项分值 {points}")
    return rule


def _read_ladder(row: Section, points: Decimal) -> Ladder:
    measure = row.choice("measure", MEASURES)
    read = row.rows("steps")
    steps = tuple(_read_step(inner) for inner in read)
    for inner, step in zip(read, steps, strict=True):
        if points and step.points > points:
            inner.fault("points", f"本档 {step.points} 分超过本项分值 {points}")
    check_bands(read, [(step.lowest, step.highest) for step in steps], "档")
    for inner, step in zip(read, steps, strict=True):
        if measure == "percent" and step.lowest > 100:
            inner.fault("from", f"百分比不会超过 100，从 {step.lowest} 起的这一档永远够不到")
    return Ladder(measure, steps)


def _read_step(row: Section) -> Step:
    return Step(*read_band(row), row.number("points", 0, MOST_POINTS))


def read_band(row: Section) -> tuple[Decimal, Decimal | None]:
    """From, and up to but not including; no end where `to` is null."""
    lowest = row.number("from", 0, MOST_MEASURED)
    return lowest, None if row.is_null("to") else row.number("to", 0, MOST_MEASURED)


def check_bands(
    rows: list[Section], bands: list[tuple[Decimal, Decimal | None]], what: str
) -> None:
    """Bands must begin at 0, follow on each other without gap or overlap, and have no end."""
    reached: Decimal | None = Decimal(0)
    for row, (lowest, highest) in zip(rows, bands, strict=True):
        if highest is not None and highest <= lowest:
            row.fault("to", f"本{what}到 {highest} 为止，不大于起点 {lowest}，永远够不到")
        elif reached is None:
            row.fault("from", f"前一{what}没有上限，从 {lowest} 起的这一{what}永远够不到")
        elif lowest < reached:
            row.fault("from", f"从 {lowest} 起，与前一{what}（到 {reached} 为止）重叠")
        elif lowest > reached:
            row.fault("from", f"{reached} 到 {lowest} 之间没有一{what}，请补齐")
        reached = highest
    if rows and reached is not None:
        rows[-1].fault(
            "to", f"最后一{what}到 {reached} 为止，更大的数没有{what}，请写 null（不设上限）"
        )


def _read_rate(row: Section, points: Decimal) -> Rate:
    return Rate(row.flag("lower_is_better") if row.has("lower_is_better") else False)


def _read_linear(row: Section, points: Decimal) -> Linear:
    measure = row.choice("measure", MEASURES)
    return Linear(measure, *_read_ends(row, 100 if measure == "percent" else MOST_MEASURED))


def _read_ends(row: Section, highest: int) -> tuple[Decimal, Decimal]:
    full_at, none_at = row.number("full_at", 0, highest), row.number("none_at", 0, highest)
    if full_at == none_at and row.has("full_at") and row.has("none_at"):
        row.fault("none_at", f"得满分和得 0 分的数都是 {full_at}，应不相同")
    return full_at, none_at


def _read_threshold(row: Section, points: Decimal) -> Threshold:
    measure = row.choice("measure", MEASURES)
    highest = 100 if measure == "percent" else MOST_MEASURED
    at_least = row.number("at_least", 0, highest) if row.has("at_least") else None
    at_most = row.number("at_most", 0, highest) if row.has("at_most") else None
    if (at_least is None) == (at_most is None):
        row.fault("kind", "达标线应写“at_least”（不低于）或“at_most”（不高于）其中一项")
    otherwise = row.number("otherwise", 0, MOST_POINTS) if row.has("otherwise") else Decimal(0)
    if points and otherwise >= points:
        row.fault("otherwise", f"不达标也得 {otherwise} 分，应低于本项分值 {points}")
    return Threshold(measure, at_least, at_most, otherwise)


def _read_normalised_count(row: Section, points: Decimal) -> NormalisedCount:
    sizes = tuple(
        Size(
            inner.text("code"),
            inner.text("name"),
            inner.number("unit", 0, MOST_MEASURED, above_lowest=True),
        )
        for inner in row.rows("per")
    )
    row.refuse_repeats("per", [size.code for size in sizes], "规模代码")
    return NormalisedCount(sizes, *_read_ends(row, MOST_MEASURED))


_READERS: Mapping[str, Callable[[Section, Decimal], Rule]] = {
    "per_instance": _read_per_instance,
    "range": _read_range,
    "ladder": _read_ladder,
    "rate": _read_rate,
    "linear": _read_linear,
    "threshold": _read_threshold,
    "normalised_count": _read_normalised_count,
}
