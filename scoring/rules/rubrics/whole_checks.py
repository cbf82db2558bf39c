"""What only shows once all of a rubric has been read: sums, bounds, lines that cross."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from gongjian.lib.rulebooks import Section
from scoring.rules.rubrics.parts import HonourRules, Rubric


class Weighted(Protocol):
    @property
    def weight(self) -> Decimal: ...


def check_whole(top: Section, rubric: Rubric) -> None:
    """Note faults between values; a check whose values are wrong already says no more."""
    weighed: list[Weighted] = [*rubric.measured]
    for component in (rubric.assessment, rubric.self_check, rubric.rectification):
        if component.is_set:
            weighed.append(component)
    if not weighed and is_sound(top, "components") and is_sound(top, "（"):
        sentence = "至少要有一项计分，如 assessment（全市考评）或 measured（评分项目）"
        top.fault("components", sentence)
    _weights_sum_to_one(top, "components", weighed)
    _weights_sum_to_one(top, "components.assessment.passes", rubric.assessment.passes)
    unit = rubric.member_unit
    _weights_sum_to_one(top, "member_unit.duties", unit.duties)
    if is_sound(top, "member_unit") and unit.community_weight + unit.own_duties_weight != 1:
        top.fault("member_unit", "community_weight 与 own_duties_weight 之和应正好是 1")
    if is_sound(top, "total") and rubric.lowest_points >= rubric.highest_points:
        top.fault("total", f"总分下限 {rubric.lowest_points} 应小于上限 {rubric.highest_points}")
    points = rubric.self_check.points
    falls = points["on_time"] >= points["late"] >= points["missing"]
    if is_sound(top, "components.self_check") and not falls:
        top.fault("components.self_check", "按时、逾期、未报的得分应依次不增")
    check_lines(top, rubric.honours)


def check_lines(top: Section, honours: HonourRules) -> None:
    """Note lines that cross, by which one could be praised and criticised at once."""
    criticised = honours.criticism.below_points
    spared = honours.criticism.spared_from_points
    if is_sound(top, "honours") and not criticised <= spared <= honours.praise.from_points:
        sentence = "批评线、免予批评线、表扬线应依次不减，否则同一对象会既受表扬又受批评"
        top.fault("honours.criticism", sentence)


def is_sound(top: Section, path: str, word: str = "") -> bool:
    """Return whether no value under this path, with this word in its own, is wrong so far."""
    for fault in top.faults:
        place = fault.split("：")[0]
        if place.startswith(path) and word in place:
            return False
    return True


def _weights_sum_to_one(top: Section, path: str, parts: Sequence[Weighted]) -> None:
    weights = [part.weight for part in parts]
    total = sum(weights, Decimal(0))
    if parts and total != 1 and is_sound(top, path, "weight"):
        top.fault(path, f"各项权重之和应正好是 1，现为 {total}")
