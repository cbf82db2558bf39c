"""What one item brought, in the words of the office: a sentence, and lines of deductions."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from scoring.rules.readings.asked import short
from scoring.rules.readings.marking import (
    ItemPoints,
    costs,
    deducted_by_cases,
    is_reached,
    measured,
    normalised,
    step_of,
)
from scoring.rules.rubrics.items import (
    FULL,
    MEAN_OF_OTHERS,
    NUMBER,
    PERCENT,
    RENORMALISE,
    ZERO,
    Deduction,
    Item,
    Ladder,
    Linear,
    NormalisedCount,
    PerInstance,
    PointStep,
    Range,
    Rate,
    Reading,
    Threshold,
)

# A name, points with their sign, and a note.
Line = tuple[str, Fraction, str]

_ABSENT_WORDS = {
    RENORMALISE: "不涉及，不计入满分",
    FULL: "不涉及，按细则给满分",
    ZERO: "不涉及，按细则不得分",
    MEAN_OF_OTHERS: "不涉及，按细则取其他社区的平均分",
}


def item_note(part: ItemPoints) -> str:
    """Return how the points of the item came about, in one sentence."""
    if part.policy:
        words = _ABSENT_WORDS[part.policy]
    else:
        words = _reading_words(part.item, part.reading)
    return f"满分 {short(part.item.points)} 分；{words}"


def found_words(item: Item, reading: Reading) -> str:
    """Return what was found, in a line: 路面不洁 2 处、排水堵塞 1 处; empty for no case.

    Cases beyond those that count are named, too.
    """
    if not isinstance(item.rule, PerInstance):
        return _reading_words(item, reading)
    words = []
    for row in item.rule.deductions:
        picked = reading.picked.get(row.code, ())
        cases = reading.cases.get(row.code, 0) or len(picked)
        if cases:
            words.append(f"{row.reason} {cases} {row.unit}")
    return "、".join(words)


def item_lines(part: ItemPoints) -> Iterable[Line]:
    """Yield the full points and what each kind of case cost; they add up to the item's points.

    Nothing where no cases were counted.
    """
    item = part.item
    rule = part.item.rule
    if part.policy or not isinstance(rule, PerInstance):
        return
    deductions = costs(item, rule, part.reading)
    if not deductions:
        return
    yield "满分", Fraction(item.points), ""
    total = Fraction(0)
    for deduction, cases, cost in deductions:
        total += cost
        note = f"{cases} {deduction.unit}，{cost_words(deduction)}"
        yield deduction.reason, -cost, note
    deducted = deducted_by_cases(item, rule, part.reading)
    over = total - deducted
    if over:
        yield "扣分封顶", over, ""


def cost_words(deduction: Deduction) -> str:
    """Return what one case costs, and how many count."""
    words = "逐次评定扣分"
    if deduction.is_fixed:
        words = f"每{deduction.unit}扣 {short(deduction.highest)} 分"
    if deduction.most_cases is None:
        return words
    return f"{words}，最多计 {deduction.most_cases} {deduction.unit}"


def _reading_words(item: Item, reading: Reading) -> str:
    match item.rule:
        case PerInstance() as rule:
            points = deducted_by_cases(item, rule, reading)
            if points:
                return f"共扣 {short(points)} 分"
            return "没有扣分"
        case Range(lowest, highest):
            return f"考评员在 {short(lowest)} 到 {short(highest)} 分之间评定"
        case Ladder(measure) as rule:
            step = step_of(item, rule, reading)
            figure = _figure(item, reading, measure)
            return f"{figure}，在“{_band(step)}”一档，得 {short(step.points)} 分"
        case Rate(lower_is_better):
            how = "按未发生的比例得分" if lower_is_better else "按比例得分"
            return f"{_figure(item, reading, PERCENT)}，{how}"
        case Linear(measure, full_at, none_at):
            return f"{_figure(item, reading, measure)}，{_ends(full_at, none_at)}"
        case Threshold() as rule:
            return threshold_words(item, rule, reading)
        case NormalisedCount() as rule:
            return normalised_words(item, rule, reading)


def normalised_words(item: Item, rule: NormalisedCount, reading: Reading) -> str:
    """Return the count, the sizes of the place and what they come to."""
    sizes = []
    for size in rule.per:
        sizes.append(f"{size.name} {short(reading.sizes[size.code])}")
    count = short(measured(item, reading, NUMBER))
    value = short(normalised(item, rule, reading))
    ends = _ends(rule.full_at, rule.none_at)
    return f"共 {count} 件，按{'、'.join(sizes)} 折算为 {value}，{ends}"


def _figure(item: Item, reading: Reading, measure: str) -> str:
    value = short(measured(item, reading, measure))
    if reading.value is None:
        return f"应办 {reading.due} 件，已办 {reading.done} 件，占 {value}%"
    if measure == PERCENT:
        return f"实为 {value}%"
    return f"实为 {value}"


def threshold_words(item: Item, rule: Threshold, reading: Reading) -> str:
    """Return the figure, the bound and whether it was reached."""
    bound = f"不高于 {short(rule.at_most or 0)}"
    if rule.at_least is not None:
        bound = f"不低于 {short(rule.at_least)}"
    result = f"未达标，得 {short(rule.otherwise)} 分"
    if is_reached(item, rule, reading):
        result = "达标，得满分"
    figure = _figure(item, reading, rule.measure)
    return f"{figure}，应{bound}，{result}"


def _ends(full_at: Decimal, none_at: Decimal) -> str:
    return f"{short(full_at)} 得满分，{short(none_at)} 得 0 分，其间按比例"


def _band(step: PointStep) -> str:
    if step.highest is None:
        return f"{short(step.lowest)} 及以上"
    return f"{short(step.lowest)} 起，不到 {short(step.highest)}"
