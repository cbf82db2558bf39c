"""What only shows once all of a rubric has been read: sums, bounds, lines that cross."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from gongjian.lib.rulebooks import Section
from scoring.rules.rubrics.parts import Rubric


class _Weighted(Protocol):
    @property
    def weight(self) -> Decimal: ...


def check_whole(top: Section, rubric: Rubric) -> None:
    """What only shows once the single values have been read; a check whose values are wrong already says no more."""
    unit, points, honours = rubric.member_unit, rubric.self_check.points, rubric.honours
    fixed = [
        part for part in (rubric.assessment, rubric.self_check, rubric.rectification) if part.is_set
    ]
    if not fixed and not rubric.measured and sound(top, "components") and sound(top, "（"):
        top.fault(
            "components", "至少要有一项计分，如 assessment（全市考评）或 measured（评分项目）"
        )
    _weights_sum_to_one(top, "components", [*fixed, *rubric.measured])
    _weights_sum_to_one(top, "components.assessment.passes", rubric.assessment.passes)
    _weights_sum_to_one(top, "member_unit.duties", unit.duties)
    if sound(top, "member_unit") and unit.community_weight + unit.own_duties_weight != 1:
        top.fault("member_unit", "community_weight 与 own_duties_weight 之和应正好是 1")
    if sound(top, "total") and rubric.lowest_points >= rubric.highest_points:
        top.fault("total", f"总分下限 {rubric.lowest_points} 应小于上限 {rubric.highest_points}")
    if (
        sound(top, "components.self_check")
        and not points["on_time"] >= points["late"] >= points["missing"]
    ):
        top.fault("components.self_check", "按时、逾期、未报的得分应依次不增")
    lines = (
        honours.criticism.below_points,
        honours.criticism.spared_from_points,
        honours.praise.from_points,
    )
    if sound(top, "honours") and not lines[0] <= lines[1] <= lines[2]:
        top.fault(
            "honours.criticism",
            "批评线、免予批评线、表扬线应依次不减，否则同一对象会既受表扬又受批评",
        )


def sound(top: Section, path: str, word: str = "") -> bool:
    """Whether no value under this path (and with this word in its own) has been found wrong."""
    paths = (fault.split("：")[0] for fault in top.faults)
    return not any(wrong.startswith(path) and word in wrong for wrong in paths)


def _weights_sum_to_one(top: Section, path: str, parts: Sequence[_Weighted]) -> None:
    total = sum((part.weight for part in parts), Decimal(0))
    if parts and total != 1 and sound(top, path, "weight"):
        top.fault(path, f"各项权重之和应正好是 1，现为 {total}")
