"""What the items bring: each reading by its rule, the list of items normalised to 100."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from gongjian.lib.points import HUNDRED, clamp, mean, round_half_up
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.codes import unknown_codes
from scoring.rules.rubrics.items import (
    FULL,
    MEAN_OF_OTHERS,
    NOT_APPLICABLE,
    NUMBER,
    PERCENT,
    REFUSE,
    RENORMALISE,
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
    Reading,
    Readings,
    Threshold,
)

# By item code, the mean of what the other communities got for it.
Others = Mapping[str, Fraction]

NO_OTHERS: Others = {}


@dataclass(frozen=True, slots=True)
class ItemPoints:
    """What one item brought of what it could bring.

    `policy` is set where it did not apply; "renormalise" has no points and takes none of the total.
    """

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
    """Return all items that count in these months, out of 100.

    Raises `Missing` naming every item that nobody looked at, `Refused` for a reading that cannot
    be.
    """
    lacking = missing_readings(items, readings, months)
    lacking += missing_others(items, readings, months, others)
    if lacking:
        raise Missing(*lacking)
    refuse_unknown_items(items, readings)
    parts = []
    for item in items.in_months(tuple(months)):
        parts.append(points_or_policy(item, readings[item.code], items, others))
    points = [part.points for part in parts]
    reached = sum(points)
    possibles = [part.possible for part in parts]
    possible = Fraction(sum(possibles))
    if not possible:
        raise Missing("所有项目都不涉及，没有可以计分的项目")
    return ListPoints(tuple(parts), HUNDRED * reached / possible, possible)


def deducted_points(item: Item, reading: Reading) -> Decimal:
    """Return what an item that applies costs on an assessor's sheet, rounded half up to 2 places.

    It is the figure that is signed. Raises `Refused` for a reading that cannot be.
    """
    return round_half_up(Fraction(item.points) - item_points(item, reading))


def sheet_points_by(items: ItemList, readings: Readings, months: Sequence[str]) -> Decimal:
    """Return one assessor's sheet out of 100, half up to two places.

    It is the possible points less the signed deductions. Raises `Missing` naming every item that
    nobody looked at, `Refused` for a reading that cannot be.
    """
    sheet = list_points(items, readings, months)
    lost = Fraction(0)
    for part in sheet.parts:
        if part.policy:
            lost += part.possible - part.points
        else:
            lost += Fraction(deducted_points(part.item, part.reading))
    return round_half_up(HUNDRED * (sheet.possible - lost) / sheet.possible)


def missing_readings(items: ItemList, readings: Readings, months: Sequence[str]) -> list[str]:
    """Return the items of the period that were not looked at, and what a reading lacks."""
    lacking = []
    for item in items.in_months(tuple(months)):
        reading = readings.get(item.code)
        what = what_lacks(item, reading)
        if what:
            lacking.append(f"“{item.name}”{what}")
    return lacking


def missing_others(
    items: ItemList, readings: Readings, months: Sequence[str], others: Others
) -> list[str]:
    """Return the items for which the mean of others should stand in, and there is none."""
    lacking = []
    for item in items.in_months(tuple(months)):
        if items.policy(item) != MEAN_OF_OTHERS or item.code in others:
            continue
        if is_absent(item, readings[item.code]):
            sentence = "不涉及，应取其他社区的平均分，但没有一个社区评了这一项"
            lacking.append(f"“{item.name}”{sentence}")
    return lacking


def others_means(
    items: ItemList, everyone: Sequence[Readings], months: Sequence[str]
) -> dict[str, Fraction]:
    """Return the mean of the communities to which an item applied, where it may stand in."""
    means = {}
    for item in items.in_months(tuple(months)):
        if items.policy(item) != MEAN_OF_OTHERS:
            continue
        figures = []
        for readings in everyone:
            reading = readings.get(item.code)
            figures.append(points_if_any(item, reading))
        points = []
        for figure in figures:
            if figure is not None:
                points.append(figure)
        if points:
            means[item.code] = mean(points)
    return means


def points_if_any(item: Item, reading: Reading | None) -> Fraction | None:
    """Return the points of an item that was looked at and applies, else None.

    None for a reading that cannot be, either: its own community is refused for it, by name.
    """
    if reading is None or what_lacks(item, reading) or is_absent(item, reading):
        return None
    try:
        return item_points(item, reading)
    except Refused:
        return None


def is_absent(item: Item, reading: Reading) -> bool:
    """Return whether there is nothing to judge: it says so, or nothing of a rate was due."""
    return reading.not_applicable or (reading.due == 0 and reading.value is None)


def item_points(item: Item, reading: Reading) -> Fraction:
    """Return the exact points, 0 to all, of an item that applies.

    Raises `Refused` for a reading that cannot be.
    """
    points = Fraction(item.points)
    match item.rule:
        case PerInstance() as rule:
            return points - deducted_by_cases(item, rule, reading)
        case Range() as rule:
            return points_chosen(item, rule, reading)
        case Ladder() as rule:
            step = step_of(item, rule, reading)
            return Fraction(step.points)
        case Rate(lower_is_better):
            rate = measured(item, reading, PERCENT) / HUNDRED
            return points * (1 - rate if lower_is_better else rate)
        case Linear(measure, full_at, none_at):
            value = measured(item, reading, measure)
            return points * _along(value, full_at, none_at)
        case Threshold() as rule:
            if is_reached(item, rule, reading):
                return points
            return Fraction(rule.otherwise)
        case NormalisedCount(_, full_at, none_at) as rule:
            return points * _along(normalised(item, rule, reading), full_at, none_at)


def deducted_by_cases(item: Item, rule: PerInstance, reading: Reading) -> Fraction:
    """Return what all cases cost, at most the cap and the item's points."""
    total = Fraction(0)
    for _, _, cost in costs(item, rule, reading):
        total += cost
    if rule.cap is None:
        most = item.points
    else:
        most = rule.cap
    return min(total, Fraction(most))


def costs(item: Item, rule: PerInstance, reading: Reading) -> list[tuple[Deduction, int, Fraction]]:
    """Return (deduction, cases that count, points) for each with a case. Raises `Refused`."""
    unknown = unknown_codes({*reading.cases, *reading.picked}, rule.deductions)
    if unknown:
        raise Refused(f"“{item.name}”没有扣分事项“{'、'.join(unknown)}”")
    counted = []
    for deduction in rule.deductions:
        cases, cost = cost_of_cases(item, deduction, reading)
        if cases:
            counted.append((deduction, cases, cost))
    return counted


def cost_of_cases(item: Item, deduction: Deduction, reading: Reading) -> tuple[int, Fraction]:
    """Return the cases that count and what they cost; the dearest count where not all do."""
    name = f"“{item.name}”的“{deduction.reason}”"
    cases = reading.cases.get(deduction.code, 0)
    if deduction.is_fixed:
        if cases < 0 or deduction.code in reading.picked:
            raise Refused(f"{name}应填不小于 0 的{deduction.unit}数")
        if deduction.most_cases is None:
            counted = cases
        else:
            counted = min(cases, deduction.most_cases)
        return counted, Fraction(deduction.highest) * counted
    picked = sorted(reading.picked.get(deduction.code, ()), reverse=True)
    within = all(deduction.lowest <= points <= deduction.highest for points in picked)
    if not within or deduction.code in reading.cases:
        bounds = f"{deduction.lowest} 到 {deduction.highest} 分之间"
        raise Refused(f"{name}应逐{deduction.unit}填扣分，在 {bounds}")
    dearest = picked[: deduction.most_cases]
    fraction = Fraction(sum(dearest))
    return len(dearest), fraction


def step_of(item: Item, rule: Ladder, reading: Reading) -> PointStep:
    """Return the step of the ladder on which the figure stands."""
    value = measured(item, reading, rule.measure)
    for step in rule.steps:
        if step.lowest <= value and (step.highest is None or value < step.highest):
            return step
    raise Refused(f"“{item.name}”没有 {value} 所在的一档")


def is_reached(item: Item, rule: Threshold, reading: Reading) -> bool:
    """Return whether the figure is on the better side of the bound."""
    value = measured(item, reading, rule.measure)
    if rule.at_least is not None:
        return value >= rule.at_least
    return rule.at_most is not None and value <= rule.at_most


def measured(item: Item, reading: Reading, measure: str) -> Fraction:
    """Return the figure itself, or done of due as a percentage.

    Raises `Refused` if it is out of bounds.
    """
    if reading.value is None and reading.due is not None and reading.done is not None:
        if not 0 <= reading.done <= reading.due or not reading.due:
            raise Refused(f"“{item.name}”统计有误：应办 {reading.due} 件，已办 {reading.done} 件")
        return HUNDRED * reading.done / reading.due
    value = Fraction(reading.value or 0)
    if value < 0 or (measure == PERCENT and value > 100):
        bounds = "0 到 100 之间的百分比" if measure == PERCENT else "不小于 0 的数"
        raise Refused(f"“{item.name}”应是 {bounds}，现为 {reading.value}")
    return value


def normalised(item: Item, rule: NormalisedCount, reading: Reading) -> Fraction:
    """Return the count divided by each size in its unit.

    Raises `Refused` for a size that is not above 0.
    """
    value = measured(item, reading, NUMBER)
    for size in rule.per:
        extent = reading.sizes[size.code]
        if extent <= 0:
            raise Refused(f"“{item.name}”的{size.name}应大于 0，现为 {extent}")
        value = value * Fraction(size.unit) / Fraction(extent)
    return value


def points_chosen(item: Item, rule: Range, reading: Reading) -> Fraction:
    """Return the points that the assessor chose. Raises `Refused` for what is out of the range."""
    if reading.value is not None:
        points = reading.value
    else:
        points = rule.lowest
    if not rule.lowest <= points <= rule.highest:
        bounds = f"{rule.lowest} 到 {rule.highest} 分"
        raise Refused(f"“{item.name}”应给 {bounds}，现为 {points}")
    return Fraction(points)


def _along(value: Fraction, full_at: Decimal, none_at: Decimal) -> Fraction:
    """Return how far the value lies from `none_at` (0) to `full_at` (1)."""
    whole = Fraction(full_at) - Fraction(none_at)
    return clamp((value - Fraction(none_at)) / whole, 0, 1)


def points_or_policy(item: Item, reading: Reading, items: ItemList, others: Others) -> ItemPoints:
    """Return the item by its rule, or by its policy where it does not apply. Raises `Refused`."""
    possible = Fraction(item.points)
    if not is_absent(item, reading):
        return ItemPoints(item, reading, item_points(item, reading), possible)
    policy = items.policy(item)
    points = Fraction(0)
    if policy == REFUSE:
        raise Refused(f"“{item.name}”不能选“不涉及”")
    if policy == FULL:
        points = possible
    elif policy == MEAN_OF_OTHERS:
        points = others[item.code]
    elif policy == RENORMALISE:
        possible = Fraction(0)
    return ItemPoints(item, NOT_APPLICABLE, points, possible, policy)


def what_lacks(item: Item, reading: Reading | None) -> str:
    """Return what a reading lacks that its rule asks for, in words; empty if it is whole."""
    if reading is None:
        return "还没有评"
    if reading.not_applicable or isinstance(item.rule, PerInstance):
        return ""
    if isinstance(item.rule, NormalisedCount):
        names = []
        for size in item.rule.per:
            if size.code not in reading.sizes:
                names.append(size.name)
        if names:
            return f"没有{'、'.join(names)}"
    is_counted = reading.done is not None and reading.due is not None
    if reading.value is not None or (is_counted and takes_rate(item)):
        return ""
    return "没有填数"


def takes_rate(item: Item) -> bool:
    """Return whether so many done of so many due may stand for the figure."""
    return isinstance(item.rule, Rate) or getattr(item.rule, "measure", "") == PERCENT


def refuse_unknown_items(items: ItemList, readings: Readings) -> None:
    """Raise `Refused` when there are readings of items that the list does not have."""
    unknown = unknown_codes(readings, items.items)
    if unknown:
        raise Refused(f"评分细则中没有评分项目“{'、'.join(unknown)}”")
