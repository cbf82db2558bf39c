"""Marks that stand out, by the sheet itself and what is published, never by this round's sheets.

Whoever is asked for a reason before locking learns nothing of what others gave. The bounds are the
rubric's (`assessment.unusual`).
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from gongjian.lib.checklists import ItemScore
from scoring.rules.rubrics.parts import UnusualRules


def why_unusual(
    items: Iterable[ItemScore], total: Decimal, rules: UnusualRules, *, last: Decimal | None
) -> list[str]:
    """Return what of a sheet asks for a reason, each in a clause; empty for a usual sheet.

    `last` is the community's figure in the last published quarter, None where there is none.
    """
    deducted = []
    for score in items:
        if score.applies and score.deducted:
            deducted.append(score)
    emptied = [score.item.code for score in deducted if not score.points]
    clauses = []
    if emptied:
        clauses.append(f"{'、'.join(emptied)} 扣完了全部分值")
    if not deducted:
        clauses.append("没有一处扣分")
    if total < rules.below_points:
        clauses.append(f"总分 {total} 低于 {rules.below_points} 分")
    if last is not None and abs(total - last) > rules.from_last:
        clauses.append(f"总分 {total} 与上次公布的 {last} 相差超过 {rules.from_last} 分")
    return clauses


def mean_of_others(total: Decimal, totals: Sequence[Decimal]) -> Fraction | None:
    """Return the mean of the others' totals; None for an assessor alone.

    `totals` are all of the group, his among them.
    """
    if len(totals) <= 1:
        return None
    fractions = [Fraction(figure) for figure in totals]
    others = sum(fractions, -Fraction(total))
    return others / (len(totals) - 1)


def is_apart(total: Decimal, totals: Sequence[Decimal], rules: UnusualRules) -> bool:
    """Return whether a total differs by more than `apart` from the mean of the others'.

    It is asked once all have locked.
    """
    others = mean_of_others(total, totals)
    return others is not None and abs(Fraction(total) - others) > rules.apart
