"""What one item brought, in the words of the office: a sentence, and line by line where points were taken."""

from collections.abc import Iterable
from fractions import Fraction

from gongjian.lib.points import plain
from scoring.rules.items import (
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
from scoring.rules.marking import ItemPoints, costs, is_reached, measured, normalised, step_of, taken

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
    full = f"满分 {plain(part.item.points)} 分；"
    return full + (_ABSENT_WORDS[part.policy] if part.policy else _found(part.item, part.reading))


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
        each = f"每{deduction.unit}扣 {plain(deduction.highest)} 分" if deduction.is_fixed else "逐次评定扣分"
        most = "" if deduction.most_cases is None else f"，最多计 {deduction.most_cases} {deduction.unit}"
        yield deduction.reason, -cost, f"{cases} {deduction.unit}，{each}{most}"
    if over := sum((cost for _, _, cost in found), Fraction(0)) - taken(part.item, rule, part.reading):
        yield "扣分封顶", over, ""


def _found(item: Item, reading: Reading) -> str:
    match item.rule:
        case PerInstance() as rule:
            points = taken(item, rule, reading)
            return f"共扣 {plain(points)} 分" if points else "没有扣分"
        case Range(lowest, highest):
            return f"考评员在 {plain(lowest)} 到 {plain(highest)} 分之间评定"
        case Ladder(measure) as rule:
            step = step_of(item, rule, reading)
            return f"{_figure(item, reading, measure)}，在“{_band(step)}”一档，得 {plain(step.points)} 分"
        case Rate(lower_is_better):
            how = "按未发生的比例得分" if lower_is_better else "按比例得分"
            return f"{_figure(item, reading, 'percent')}，{how}"
        case Linear(measure, full_at, none_at):
            return f"{_figure(item, reading, measure)}，{_ends(full_at, none_at)}"
        case Threshold(measure) as rule:
            reached = "达标，得满分" if is_reached(item, rule, reading) else f"未达标，得 {plain(rule.otherwise)} 分"
            return f"{_figure(item, reading, measure)}，应{_bound(rule)}，{reached}"
        case NormalisedCount(per, full_at, none_at) as rule:
            sizes = "、".join(f"{size.name} {plain(reading.sizes[size.code])}" for size in per)
            count = f"共 {plain(measured(item, reading, 'number'))} 件，按{sizes}折算为"
            return f"{count} {plain(normalised(item, rule, reading))}，{_ends(full_at, none_at)}"


def _figure(item: Item, reading: Reading, measure: str) -> str:
    value = plain(measured(item, reading, measure))
    if reading.value is None:
        return f"应办 {reading.due} 件，已办 {reading.done} 件，占 {value}%"
    return f"实为 {value}%" if measure == "percent" else f"实为 {value}"


def _bound(rule: Threshold) -> str:
    return f"不低于 {rule.at_least}" if rule.at_least is not None else f"不高于 {rule.at_most}"


def _ends(full_at: object, none_at: object) -> str:
    return f"{full_at} 得满分，{none_at} 得 0 分，其间按比例"


def _band(step: Step) -> str:
    if step.highest is None:
        return f"{plain(step.lowest)} 及以上"
    return f"{plain(step.lowest)} 起，不到 {plain(step.highest)}"
