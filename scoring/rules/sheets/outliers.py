"""Marks that stand out, told from the sheet itself and from what is published: never from the sheets of this round.

Whoever is asked for a reason before locking learns nothing of what others gave. The bounds are the rubric's
(`assessment.unusual`).
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from gongjian.lib.checklists import ItemScore
from scoring.rules.rubrics.parts import UnusualRules


def why_unusual(
    items: Iterable[ItemScore], total: Decimal, rules: UnusualRules, *, last: Decimal | None
) -> list[str]:
    """What of a sheet asks for a reason, each in a clause; empty for a usual sheet.

    `last` is the community's figure in the last published quarter, None where there is none.
    """
    counted = [one for one in items if one.applies]
    emptied = "、".join(one.item.code for one in counted if one.deducted and not one.points)
    found = [f"{emptied} 扣完了全部分值"] if emptied else []
    if not any(one.deducted for one in counted):
        found.append("没有一处扣分")
    if total < rules.below_points:
        found.append(f"总分 {total} 低于 {rules.below_points} 分")
    if last is not None and abs(total - last) > rules.from_last:
        found.append(f"总分 {total} 与上次公布的 {last} 相差超过 {rules.from_last} 分")
    return found


def mean_of_others(total: Decimal, totals: Sequence[Decimal]) -> Fraction | None:
    """The mean of the others' totals; `totals` are all of the group, his own among them. None for one alone."""
    return (
        (sum(map(Fraction, totals)) - Fraction(total)) / (len(totals) - 1)
        if len(totals) > 1
        else None
    )


def is_apart(total: Decimal, totals: Sequence[Decimal], rules: UnusualRules) -> bool:
    """Whether a total differs by more than `apart` from the mean of the others'; asked once all have locked."""
    others = mean_of_others(total, totals)
    return others is not None and abs(Fraction(total) - others) > rules.apart
