"""How severe assessors are and how far they agree: figures about the assessors, which enter no score.

Sheets are compared within a group: the same community, visited in the same pass.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import sqrt

NEAR = Decimal("0.5")
"""Two deductions of one item this far apart still count as equal (own)."""


@dataclass(frozen=True, slots=True)
class LockedSheet:
    """One sheet: `marks` give what was deducted by item code, None where the item does not apply."""

    assessor: Hashable
    group: Hashable
    total: Decimal
    marks: Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class AssessorFigures:
    """One assessor's sheets; what needs co-assessors is None where he had none.

    `severity`: mean of his total less the mean of the others' of the group, in points: below 0 he gives less.
    `spread`: standard deviation of his totals (n - 1), in points. `agreement`: share of his item marks that are equal
    to a co-assessor's within NEAR, over all pairs.
    """

    assessor: Hashable
    sheets: int
    mean: Fraction
    severity: Fraction | None
    spread: float | None
    agreement: Fraction | None


def figures_of(sheets: Sequence[LockedSheet]) -> list[AssessorFigures]:
    """Everybody's figures, in the order in which they first come."""
    totals, differences, pairs = defaultdict(list), defaultdict(list), defaultdict(lambda: [0, 0])
    for sheet in sheets:
        totals[sheet.assessor].append(sheet.total)
    for group in _groups(sheets):
        _compare(group, differences, pairs)
    return [
        AssessorFigures(who, len(own), _mean(own), _mean(differences[who]), _spread(own), _share(*pairs[who]))
        for who, own in totals.items()
    ]


def intraclass(groups: Sequence[Sequence[Decimal]]) -> Fraction | None:
    """ICC(1), one-way random, single rater: (MSB - MSW) / (MSB + (k - 1) MSW), by Shrout and Fleiss 1979.

    MSB is the mean square between groups, MSW within them, k the number of totals a group; where groups differ in
    size, k = (N - sum(n²) / N) / (groups - 1). 1: all agree; 0 and below: chance. None below two groups, or when no
    group has two totals, or nothing differs at all.
    """
    exact = [[Fraction(total) for total in group] for group in groups if group]
    count, number = len(exact), sum(map(len, exact))
    if count < 2 or number == count:
        return None
    grand = sum(map(sum, exact)) / number
    means = [sum(group) / len(group) for group in exact]
    between = sum(len(group) * (mean - grand) ** 2 for group, mean in zip(exact, means, strict=True)) / (count - 1)
    within = sum((x - mean) ** 2 for group, mean in zip(exact, means, strict=True) for x in group) / (number - count)
    size = (number - Fraction(sum(len(group) ** 2 for group in exact), number)) / (count - 1)
    below = between + (size - 1) * within
    return (between - within) / below if below else None


def agreement_of(sheets: Sequence[LockedSheet]) -> Fraction | None:
    """ICC(1) of the totals over the groups."""
    return intraclass([[sheet.total for sheet in group] for group in _groups(sheets)])


def _groups(sheets: Sequence[LockedSheet]) -> list[list[LockedSheet]]:
    found = defaultdict(list)
    for sheet in sheets:
        found[sheet.group].append(sheet)
    return list(found.values())


def _compare(group: list[LockedSheet], differences, pairs) -> None:
    """Each sheet against the others of its group: totals to their mean, items pair by pair."""
    together = sum((Fraction(sheet.total) for sheet in group), Fraction(0))
    for sheet in group if len(group) > 1 else ():
        others = (together - Fraction(sheet.total)) / (len(group) - 1)
        differences[sheet.assessor].append(Fraction(sheet.total) - others)
    for one, other in combinations(group, 2):
        shared = [code for code in one.marks if code in other.marks]
        equal = sum(_is_equal(one.marks[code], other.marks[code]) for code in shared)
        for sheet in (one, other):
            pairs[sheet.assessor][0] += equal
            pairs[sheet.assessor][1] += len(shared)


def _is_equal(one: Decimal | None, other: Decimal | None) -> bool:
    return one is other if one is None or other is None else abs(one - other) <= NEAR


def _mean(values: Sequence) -> Fraction | None:
    return sum(map(Fraction, values)) / len(values) if values else None


def _spread(totals: Sequence[Decimal]) -> float | None:
    mean = _mean(totals)
    return sqrt(sum((Fraction(one) - mean) ** 2 for one in totals) / (len(totals) - 1)) if len(totals) > 1 else None


def _share(equal: int, number: int) -> Fraction | None:
    return Fraction(equal, number) if number else None
