"""What one item brought, in the words of the office: a sentence, and line by line where points were taken."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from gongjian.lib.points import Exact, plain
from scoring.rules.readings.marking import (
    ItemPoints,
    costs,
    is_reached,
    measured,
    normalised,
    step_of,
    taken,
)
from scoring.rules.rubrics.items import (
    Deduction,
    Item,
    Ladder,
    Linear,
    NormalisedCount,
    PerInstance,
    Range,
    Rate,
    Reading,
    Step,
    Threshold,
)

Line = tuple[str, Fraction, str]
"""A name, points with their sign, and a note."""

_ABSENT_WORDS = {
    "renormalise": "不涉及，不计入满分",
    "full": "不涉及，按细则给满分",
    "zero": "不涉及，按细则不得分",
    "mean_of_others": "不涉及，按细则取其他社区的平均分",
}


def item_note(part: ItemPoints) -> str:
    """How the points of the item came about, in one sentence."""
    full = f"满分 {_short(part.item.points)} 分；"
    return full + (_ABSENT_WORDS[part.policy] if part.policy else _found(part.item, part.reading))


def found_words(item: Item, reading: Reading) -> str:
    """What was found, in a line: 路面不洁 2 处、排水堵塞 1 处; empty where no case was found."""
    if isinstance(item.rule, PerInstance):
        return "、".join(
            f"{row.reason} {cases} {row.unit}" for row, cases in _all_cases(item.rule, reading)
        )
    return _found(item, reading)


def _all_cases(rule: PerInstance, reading: Reading) -> Iterable[tuple[Deduction, int]]:
    """Every case that was written down, those beyond what counts too."""
    for row in rule.deductions:
        if cases := reading.cases.get(row.code, 0) or len(reading.picked.get(row.code, ())):
            yield row, cases


def item_lines(part: ItemPoints) -> Iterable[Line]:
    """The full points and what each kind of case took from them; only where cases were counted. They add up to the
    item's points."""
    rule = part.item.rule
    if part.policy or not isinstance(rule, PerInstance):
        return
    found = costs(part.item, rule, part.reading)
    if not found:
        return
    yield "满分", Fraction(part.item.points), ""
    for deduction, cases, cost in found:
        each = (
            f"每{deduction.unit}扣 {_short(deduction.highest)} 分"
            if deduction.is_fixed
            else "逐次评定扣分"
        )
        most = (
            ""
            if deduction.most_cases is None
            else f"，最多计 {deduction.most_cases} {deduction.unit}"
        )
        yield deduction.reason, -cost, f"{cases} {deduction.unit}，{each}{most}"
    if over := sum((cost for _, _, cost in found), Fraction(0)) - taken(
        part.item, rule, part.reading
    ):
        yield "扣分封顶", over, ""


def _found(item: Item, reading: Reading) -> str:
    match item.rule:
        case PerInstance() as rule:
            points = taken(item, rule, reading)
            return f"共扣 {_short(points)} 分" if points else "没有扣分"
        case Range(lowest, highest):
            return f"考评员在 {_short(lowest)} 到 {_short(highest)} 分之间评定"
        case Ladder(measure) as rule:
            step = step_of(item, rule, reading)
            return f"{_figure(item, reading, measure)}，在“{_band(step)}”一档，得 {_short(step.points)} 分"
        case Rate(lower_is_better):
            how = "按未发生的比例得分" if lower_is_better else "按比例得分"
            return f"{_figure(item, reading, 'percent')}，{how}"
        case Linear(measure, full_at, none_at):
            return f"{_figure(item, reading, measure)}，{_ends(full_at, none_at)}"
        case Threshold(measure) as rule:
            reached = (
                "达标，得满分"
                if is_reached(item, rule, reading)
                else f"未达标，得 {_short(rule.otherwise)} 分"
            )
            return f"{_figure(item, reading, measure)}，应{_bound(rule)}，{reached}"
        case NormalisedCount(per, full_at, none_at) as rule:
            sizes = "、".join(f"{size.name} {_short(reading.sizes[size.code])}" for size in per)
            count = f"共 {_short(measured(item, reading, 'number'))} 件，按{sizes} 折算为"
            return f"{count} {_short(normalised(item, rule, reading))}，{_ends(full_at, none_at)}"


def _figure(item: Item, reading: Reading, measure: str) -> str:
    value = _short(measured(item, reading, measure))
    if reading.value is None:
        return f"应办 {reading.due} 件，已办 {reading.done} 件，占 {value}%"
    return f"实为 {value}%" if measure == "percent" else f"实为 {value}"


def _bound(rule: Threshold) -> str:
    return (
        f"不低于 {_short(rule.at_least)}"
        if rule.at_least is not None
        else f"不高于 {_short(rule.at_most or 0)}"
    )


def _ends(full_at: Decimal, none_at: Decimal) -> str:
    return f"{_short(full_at)} 得满分，{_short(none_at)} 得 0 分，其间按比例"


def _short(value: Exact) -> str:
    """As the office writes it: 30, 2.8, 66.6667."""
    return plain(value).rstrip("0").rstrip(".")


def _band(step: Step) -> str:
    if step.highest is None:
        return f"{_short(step.lowest)} 及以上"
    return f"{_short(step.lowest)} 起，不到 {_short(step.highest)}"
