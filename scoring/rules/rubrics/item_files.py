"""The items of a rubric read from its rule file; what could never be scored is refused."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from gongjian.lib.checklists import LONGEST_CODE
from gongjian.lib.rulebooks import Section
from scoring.rules.rubrics.items import (
    MEAN_OF_OTHERS,
    MEASURES,
    PERCENT,
    POLICIES,
    Deduction,
    Item,
    ItemList,
    Ladder,
    Linear,
    NormalisedCount,
    PerInstance,
    PointStep,
    Range,
    Rate,
    Rule,
    Size,
    Threshold,
)

MOST_POINTS = 1000
MOST_MEASURED = 10**9 - 1
ALL_MONTHS = range(1, 13)

# From, and up to but not including; None: no end.
Band = tuple[Decimal, Decimal | None]


def read_item_list(part: Section) -> ItemList:
    """Return the items of one component or sheet; every fault is noted in `part`."""
    faults_before = len(part.faults)
    full_points = part.number("full_points", 0, 100_000, above_lowest=True)
    policy = part.choice("not_applicable", POLICIES)
    items = ItemList(full_points, policy, tuple(_read_item(row) for row in part.rows("items")))
    codes = [item.code for item in items.items]
    part.refuse_repeats("items", codes, "项目代码")
    if len(part.faults) == faults_before:
        check_totals(part, items)
    return items


def read_sheet_list(part: Section, *, is_new: bool) -> ItemList:
    """Return the items of the assessors' sheets; see `why_not_on_a_sheet` for `is_new`."""
    items = read_item_list(part)
    if is_new:
        for number, item in enumerate(items.items, 1):
            for key, sentence in why_not_on_a_sheet(items, item):
                part.fault(f"items[{number}].{key}", sentence)
    return items


def why_not_on_a_sheet(items: ItemList, item: Item) -> list[tuple[str, str]]:
    """Return why one blind sheet cannot be filled in by an item, by key; empty if it can."""
    faults = []
    if len(item.code) > LONGEST_CODE:
        faults.append(("code", f"评分表的项目代码最多 {LONGEST_CODE} 个字，现为“{item.code}”"))
    if item.points != round(item.points, 2):
        faults.append(("points", f"评分表的分值最多两位小数，现为 {item.points}"))
    if items.policy(item) == MEAN_OF_OTHERS:
        sentence = (
            f"“{item.name}”不涉及时取其他社区的平均分，一名考评员打分时看不到，"
            "请把本项放到 measured（评分项目）"
        )
        faults.append(("not_applicable", sentence))
    return faults


def _read_item(row: Section) -> Item:
    points = row.number("points", 0, MOST_POINTS, above_lowest=True)
    kind = row.choice("kind", tuple(RULE_READERS))
    code = row.text("code")
    name = row.text("name")
    rule = RULE_READERS[kind](row, points)
    if row.has("months"):
        months = row.wholes("months", 1, 12)
    else:
        months = ()
    not_applicable = ""
    if row.has("not_applicable"):
        not_applicable = row.choice("not_applicable", POLICIES)
    clause = ""
    if row.has("clause"):
        clause = row.text("clause")
    group = ""
    if row.has("group"):
        group = row.text("group")
    return Item(
        code,
        name,
        points,
        rule,
        clause=clause,
        group=group,
        months=months,
        not_applicable=not_applicable,
    )


def check_totals(part: Section, items: ItemList) -> None:
    """Note a printed total that is not the fullest month's, and months without an item."""
    totals = dict.fromkeys(ALL_MONTHS, Decimal(0))
    for item in items.items:
        for month in item.months or ALL_MONTHS:
            totals[month] += item.points
    fullest = max(totals.values())
    if fullest != items.full_points:
        sentence = f"各项分值之和最多的月份是 {fullest} 分，与满分 {items.full_points} 不符"
        part.fault("full_points", sentence)
    empty = [str(month) for month, total in totals.items() if not total]
    if empty:
        part.fault("items", f"{'、'.join(empty)} 月没有一项可以评分")


def read_per_instance(row: Section, points: Decimal) -> PerInstance:
    """Return deductions case by case; one that costs more than can be taken is noted."""
    deductions = tuple(_read_deduction(inner) for inner in row.rows("deductions"))
    codes = [deduction.code for deduction in deductions]
    row.refuse_repeats("deductions", codes, "扣分代码")
    if not row.has("cap"):
        _refuse_dear_cases(row, deductions, points, f"本项分值 {points}")
        return PerInstance(deductions)
    cap = row.number("cap", 0, MOST_POINTS, above_lowest=True)
    if cap > points > 0:
        row.fault("cap", f"扣分上限 {cap} 超过本项分值 {points}")
    _refuse_dear_cases(row, deductions, cap, f"扣分上限 {cap}")
    return PerInstance(deductions, cap)


def _refuse_dear_cases(
    row: Section, deductions: Sequence[Deduction], most: Decimal, limit: str
) -> None:
    for deduction in deductions:
        if 0 < most < deduction.highest:
            cost = f"一{deduction.unit}所扣的 {deduction.highest} 分"
            sentence = f"{limit} 低于“{deduction.reason}”{cost}"
            row.fault("deductions", sentence)


def _read_deduction(row: Section) -> Deduction:
    if row.has("from") or row.has("to"):
        lowest = row.number("from", 0, MOST_POINTS)
        highest = row.number("to", 0, MOST_POINTS, above_lowest=True)
        if lowest >= highest > 0:
            row.fault("to", f"扣分幅度的上限 {highest} 应大于下限 {lowest}")
    else:
        lowest = highest = row.number("each", 0, MOST_POINTS, above_lowest=True)
    most = None
    if row.has("most_cases"):
        most = row.whole("most_cases", 1, 10_000)
    return Deduction(row.text("code"), row.text("reason"), row.text("unit"), lowest, highest, most)


def read_range(row: Section, points: Decimal) -> Range:
    """Return the points between which the assessor chooses."""
    lowest = row.number("from", 0, MOST_POINTS)
    highest = row.number("to", 0, MOST_POINTS, above_lowest=True)
    if lowest >= highest > 0:
        row.fault("to", f"评分幅度的上限 {highest} 应大于下限 {lowest}")
    if points and highest > points:
        row.fault("to", f"评分幅度的上限 {highest} 超过本项分值 {points}")
    return Range(lowest, highest)


def read_ladder(row: Section, points: Decimal) -> Ladder:
    """Return the points by steps; together they take in every figure once."""
    measure = row.choice("measure", MEASURES)
    rows = row.rows("steps")
    steps = [PointStep(*read_band(inner), inner.number("points", 0, MOST_POINTS)) for inner in rows]
    for inner, step in zip(rows, steps, strict=True):
        if points and step.points > points:
            sentence = f"本档 {step.points} 分超过本项分值 {points}"
            inner.fault("points", sentence)
    pairs = [(step.lowest, step.highest) for step in steps]
    check_bands(rows, pairs, "档")
    for inner, step in zip(rows, steps, strict=True):
        if measure == PERCENT and step.lowest > 100:
            inner.fault("from", f"百分比不会超过 100，从 {step.lowest} 起的这一档永远够不到")
    return Ladder(measure, tuple(steps))


def read_band(row: Section) -> Band:
    """Return the band from `from` up to `to`; no end where `to` is null."""
    lowest = row.number("from", 0, MOST_MEASURED)
    return lowest, None if row.is_null("to") else row.number("to", 0, MOST_MEASURED)


def check_bands(rows: Sequence[Section], bands: Sequence[Band], what: str) -> None:
    """Note bands that do not begin at 0, leave a gap, overlap or come to an end."""
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
        sentence = f"最后一{what}到 {reached} 为止，更大的数没有{what}，请写 null（不设上限）"
        rows[-1].fault("to", sentence)


def read_rate(row: Section, points: Decimal) -> Rate:
    """Return points in proportion to a rate."""
    return Rate(row.flag("lower_is_better") if row.has("lower_is_better") else False)


def read_linear(row: Section, points: Decimal) -> Linear:
    """Return points in proportion between two figures."""
    measure = row.choice("measure", MEASURES)
    return Linear(measure, *_read_ends(row, highest_of(measure)))


def highest_of(measure: str) -> int:
    """Return the highest figure that this measure can have."""
    return 100 if measure == PERCENT else MOST_MEASURED


def _read_ends(row: Section, highest: int) -> tuple[Decimal, Decimal]:
    full_at = row.number("full_at", 0, highest)
    none_at = row.number("none_at", 0, highest)
    if full_at == none_at and row.has("full_at") and row.has("none_at"):
        row.fault("none_at", f"得满分和得 0 分的数都是 {full_at}，应不相同")
    return full_at, none_at


def read_threshold(row: Section, points: Decimal) -> Threshold:
    """Return all points on one side of a bound, fewer on the other."""
    measure = row.choice("measure", MEASURES)
    highest = highest_of(measure)
    at_least = None
    if row.has("at_least"):
        at_least = row.number("at_least", 0, highest)
    at_most = None
    if row.has("at_most"):
        at_most = row.number("at_most", 0, highest)
    if (at_least is None) == (at_most is None):
        row.fault("kind", "达标线应写“at_least”（不低于）或“at_most”（不高于）其中一项")
    if row.has("otherwise"):
        otherwise = row.number("otherwise", 0, MOST_POINTS)
    else:
        otherwise = Decimal(0)
    if points and otherwise >= points:
        row.fault("otherwise", f"不达标也得 {otherwise} 分，应低于本项分值 {points}")
    return Threshold(measure, at_least, at_most, otherwise)


def read_normalised_count(row: Section, points: Decimal) -> NormalisedCount:
    """Return points by a count divided by the sizes of the place."""
    sizes = []
    for inner in row.rows("per"):
        unit = inner.number("unit", 0, MOST_MEASURED, above_lowest=True)
        sizes.append(Size(inner.text("code"), inner.text("name"), unit))
    codes = [size.code for size in sizes]
    row.refuse_repeats("per", codes, "规模代码")
    return NormalisedCount(tuple(sizes), *_read_ends(row, MOST_MEASURED))


RULE_READERS: Mapping[str, Callable[[Section, Decimal], Rule]] = {
    "per_instance": read_per_instance,
    "range": read_range,
    "ladder": read_ladder,
    "rate": read_rate,
    "linear": read_linear,
    "threshold": read_threshold,
    "normalised_count": read_normalised_count,
}
