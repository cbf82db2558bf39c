"""What the items bring: each reading by its rule, the list of items normalised to 100. Missing is never full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from gongjian.lib.points import HUNDRED, clamp, mean, round_half_up
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.items import (
    NOT_APPLICABLE,
    Deduction,
    Item,
    ItemList,
    Ladder,
    Linear,
    NormalisedCount,
    PerInstance,
    Range,
    Rate,
    Reading,
    Readings,
    Step,
    Threshold,
)

Others = Mapping[str, Fraction]
"""By item code, the mean of what the other communities got for it."""

NO_OTHERS: Others = {}


@dataclass(frozen=True, slots=True)
class ItemPoints:
    """What one item brought of what it could bring. `policy` is set where it did not apply; "renormalise" has no
    points and takes none of the total."""

    item: Item
    reading: Reading
    points: Fraction
    possible: Fraction
    policy: str = ""


@dataclass(frozen=True, slots=True)
class ListPoints:
    """The items of one component or sheet, and their exact sum out of 100."""

    parts: tuple[ItemPoints, ...]
    points: Fraction
    possible: Fraction


def list_points(
    items: ItemList, readings: Readings, months: Sequence[str], others: Others = NO_OTHERS
) -> ListPoints:
    """All items that count in these months, out of 100.

    Raises `Missing` naming every item that nobody looked at, `Refused` for a reading that cannot be.
    """
    if lacking := [
        *missing_readings(items, readings, months),
        *missing_others(items, readings, months, others),
    ]:
        raise Missing(*lacking)
    _refuse_unknown_items(items, readings)
    parts = tuple(
        _item_points(item, readings[item.code], items, others)
        for item in items.in_months(tuple(months))
    )
    possible = sum((part.possible for part in parts), Fraction(0))
    if not possible:
        raise Missing("所有项目都不涉及，没有可以计分的项目")
    return ListPoints(
        parts, HUNDRED * sum((part.points for part in parts), Fraction(0)) / possible, possible
    )


def deducted_points(item: Item, reading: Reading) -> Decimal:
    """What an item that applies costs on an assessor's sheet, half up to two places: the figure that is signed.

    Raises `Refused` for a reading that cannot be.
    """
    return round_half_up(Fraction(item.points) - item_points(item, reading))


def sheet_points_by(items: ItemList, readings: Readings, months: Sequence[str]) -> Decimal:
    """One assessor's sheet out of 100, half up to two places: points less the signed deductions, of what could be had.

    Raises `Missing` naming every item that nobody looked at, `Refused` for a reading that cannot be.
    """
    found = list_points(items, readings, months)
    lost = sum(
        (deducted_points(part.item, part.reading) for part in found.parts if not part.policy),
        Decimal(0),
    )
    absent = sum((part.possible - part.points for part in found.parts if part.policy), Fraction(0))
    return round_half_up(HUNDRED * (found.possible - Fraction(lost) - absent) / found.possible)


def missing_readings(items: ItemList, readings: Readings, months: Sequence[str]) -> list[str]:
    """The items of the period that were not looked at, and what a reading lacks; a word for each."""
    found = [(item, readings.get(item.code)) for item in items.in_months(tuple(months))]
    return [
        f"“{item.name}”{what}" for item, reading in found if (what := what_lacks(item, reading))
    ]


def missing_others(
    items: ItemList, readings: Readings, months: Sequence[str], others: Others
) -> list[str]:
    """The items for which the mean of the other communities should stand in, and there is none."""
    return [
        f"“{item.name}”不涉及，应取其他社区的平均分，但没有一个社区评了这一项"
        for item in items.in_months(tuple(months))
        if items.policy(item) == "mean_of_others"
        and item.code not in others
        and is_absent(item, readings[item.code])
    ]


def others_means(
    items: ItemList, everyone: Sequence[Readings], months: Sequence[str]
) -> dict[str, Fraction]:
    """By item, the mean of those communities to which it applied; only for items by which the mean stands in."""
    found = {
        item.code: [
            points
            for readings in everyone
            for points in _points_if_any(item, readings.get(item.code))
        ]
        for item in items.in_months(tuple(months))
        if items.policy(item) == "mean_of_others"
    }
    return {code: mean(points) for code, points in found.items() if points}


def _points_if_any(item: Item, reading: Reading | None) -> list[Fraction]:
    """One figure, or none where the item was not looked at or does not apply.

    None for a reading that cannot be, either: its own community is refused for it, by name.
    """
    if reading is None or what_lacks(item, reading) or is_absent(item, reading):
        return []
    try:
        return [item_points(item, reading)]
    except Refused:
        return []


def is_absent(item: Item, reading: Reading) -> bool:
    """Whether there is nothing to judge: said so, or a rate of which nothing was due."""
    return reading.not_applicable or (reading.due == 0 and reading.value is None)


def item_points(item: Item, reading: Reading) -> Fraction:
    """What an item brings that applies, 0 to its points, exact. Raises `Refused` for a reading that cannot be."""
    points = Fraction(item.points)
    match item.rule:
        case PerInstance() as rule:
            return points - taken(item, rule, reading)
        case Range(lowest, highest):
            return _given(item, reading, lowest, highest)
        case Ladder() as rule:
            return Fraction(step_of(item, rule, reading).points)
        case Rate(lower_is_better):
            rate = measured(item, reading, "percent") / HUNDRED
            return points * (1 - rate if lower_is_better else rate)
        case Linear(measure, full_at, none_at):
            return points * _along(measured(item, reading, measure), full_at, none_at)
        case Threshold() as rule:
            return points if is_reached(item, rule, reading) else Fraction(rule.otherwise)
        case NormalisedCount(_, full_at, none_at) as rule:
            return points * _along(normalised(item, rule, reading), full_at, none_at)


def taken(item: Item, rule: PerInstance, reading: Reading) -> Fraction:
    """What all cases cost, held to the cap and to the item's points."""
    total = sum((cost for _, _, cost in costs(item, rule, reading)), Fraction(0))
    return min(total, Fraction(item.points if rule.cap is None else rule.cap))


def costs(item: Item, rule: PerInstance, reading: Reading) -> list[tuple[Deduction, int, Fraction]]:
    """(deduction, cases that count, points) for each with a case. Raises `Refused`."""
    if unknown := sorted(
        {*reading.cases, *reading.picked} - {deduction.code for deduction in rule.deductions}
    ):
        raise Refused(f"“{item.name}”没有扣分事项“{'、'.join(unknown)}”")
    found = [(deduction, *_cost(item, deduction, reading)) for deduction in rule.deductions]
    return [(deduction, cases, cost) for deduction, cases, cost in found if cases]


def _cost(item: Item, deduction: Deduction, reading: Reading) -> tuple[int, Fraction]:
    if not deduction.is_fixed:
        return _picked(item, deduction, reading)
    cases = reading.cases.get(deduction.code, 0)
    if cases < 0 or deduction.code in reading.picked:
        raise Refused(f"“{item.name}”的“{deduction.reason}”应填不小于 0 的{deduction.unit}数")
    counted = cases if deduction.most_cases is None else min(cases, deduction.most_cases)
    return counted, Fraction(deduction.highest) * counted


def _picked(item: Item, deduction: Deduction, reading: Reading) -> tuple[int, Fraction]:
    """The dearest cases count where not all of them do."""
    picked = sorted(reading.picked.get(deduction.code, ()), reverse=True)
    outside = [points for points in picked if not deduction.lowest <= points <= deduction.highest]
    if outside or deduction.code in reading.cases:
        bounds = f"{deduction.lowest} 到 {deduction.highest} 分之间"
        raise Refused(f"“{item.name}”的“{deduction.reason}”应逐{deduction.unit}填扣分，在 {bounds}")
    counted = picked[: deduction.most_cases]
    return len(counted), sum((Fraction(points) for points in counted), Fraction(0))


def step_of(item: Item, rule: Ladder, reading: Reading) -> Step:
    """The step of the ladder on which the figure stands."""
    value = measured(item, reading, rule.measure)
    return next(
        step
        for step in rule.steps
        if step.lowest <= value and (step.highest is None or value < step.highest)
    )


def is_reached(item: Item, rule: Threshold, reading: Reading) -> bool:
    value = measured(item, reading, rule.measure)
    if rule.at_least is not None:
        return value >= rule.at_least
    return rule.at_most is not None and value <= rule.at_most


def measured(item: Item, reading: Reading, measure: str) -> Fraction:
    """The figure itself, or done of due as a percentage. Raises `Refused` if it is out of bounds."""
    if reading.value is None and reading.due is not None and reading.done is not None:
        if not 0 <= reading.done <= reading.due or not reading.due:
            raise Refused(f"“{item.name}”统计有误：应办 {reading.due} 件，已办 {reading.done} 件")
        return HUNDRED * reading.done / reading.due
    value = Fraction(reading.value or 0)
    if value < 0 or (measure == "percent" and value > 100):
        bounds = "0 到 100 之间的百分比" if measure == "percent" else "不小于 0 的数"
        raise Refused(f"“{item.name}”应是 {bounds}，现为 {reading.value}")
    return value


def normalised(item: Item, rule: NormalisedCount, reading: Reading) -> Fraction:
    """The count divided by each size in its unit. Raises `Refused` for a size that is not above 0."""
    value = measured(item, reading, "number")
    for size in rule.per:
        if reading.sizes[size.code] <= 0:
            raise Refused(f"“{item.name}”的{size.name}应大于 0，现为 {reading.sizes[size.code]}")
        value = value * Fraction(size.unit) / Fraction(reading.sizes[size.code])
    return value


def _given(item: Item, reading: Reading, lowest: Decimal, highest: Decimal) -> Fraction:
    given = reading.value if reading.value is not None else lowest
    if not lowest <= given <= highest:
        raise Refused(f"“{item.name}”应给 {lowest} 到 {highest} 分，现为 {given}")
    return Fraction(given)


def _along(value: Fraction, full_at: Decimal, none_at: Decimal) -> Fraction:
    return clamp((value - Fraction(none_at)) / (Fraction(full_at) - Fraction(none_at)), 0, 1)


def _item_points(item: Item, reading: Reading, items: ItemList, others: Others) -> ItemPoints:
    possible = Fraction(item.points)
    if not is_absent(item, reading):
        return ItemPoints(item, reading, item_points(item, reading), possible)
    policy = items.policy(item)
    match policy:
        case "full":
            points = possible
        case "mean_of_others":
            points = others[item.code]
        case "renormalise":
            points = possible = Fraction(0)
        case _:
            points = Fraction(0)
    if policy == "refuse":
        raise Refused(f"“{item.name}”不能选“不涉及”")
    return ItemPoints(item, NOT_APPLICABLE, points, possible, policy)


def what_lacks(item: Item, reading: Reading | None) -> str:
    """What a reading lacks that its rule asks for, in words; empty if it is whole."""
    if reading is None:
        return "还没有评"
    if reading.not_applicable or isinstance(item.rule, PerInstance):
        return ""
    if isinstance(item.rule, NormalisedCount):
        names = [size.name for size in item.rule.per if size.code not in reading.sizes]
        if names:
            return f"没有{'、'.join(names)}"
    has_rate = (
        reading.done is not None and reading.due is not None and not isinstance(item.rule, Range)
    )
    return "" if reading.value is not None or (has_rate and _takes_rate(item)) else "没有填数"


def _takes_rate(item: Item) -> bool:
    return isinstance(item.rule, Rate) or getattr(item.rule, "measure", "") == "percent"


def _refuse_unknown_items(items: ItemList, readings: Readings) -> None:
    if unknown := sorted(set(readings) - {item.code for item in items.items}):
        raise Refused(f"评分细则中没有评分项目“{'、'.join(unknown)}”")
