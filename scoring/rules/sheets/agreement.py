"""How severe assessors are and how far they agree; these figures enter no score.

Sheets are compared within a group: the same community, visited in the same pass.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import lcm, sqrt

from gongjian.lib.points import mean


@dataclass(frozen=True, slots=True)
class LockedSheet:
    """One sheet; `marks`: what was deducted by item code, None where the item does not apply."""

    assessor: Hashable
    group: Hashable
    total: Decimal
    marks: Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class AssessorFigures:
    """One assessor's sheets; what needs co-assessors is None where he had none.

    `severity`: mean of his total less the mean of the others' of the group, in points: below 0 he
    gives less. `spread`: standard deviation of his totals (n - 1), in points. `agreement`: share of
    his item marks that are equal to a co-assessor's within `near` points, over all pairs.
    """

    assessor: Hashable
    sheets: int
    mean: Fraction
    severity: Fraction | None
    spread: float | None
    agreement: Fraction | None


@dataclass(slots=True)
class Comparison:
    """One assessor's totals, their differences from the others', and pairs of item marks."""

    totals: list[Decimal] = field(default_factory=list)
    differences: list[Fraction] = field(default_factory=list)
    equal_marks: int = 0
    compared_marks: int = 0


def figures_of(sheets: Sequence[LockedSheet], *, near: Decimal) -> list[AssessorFigures]:
    """Return everybody's figures, in the order in which they first come.

    `near` is as the rubric's `assessment.unusual` says.
    """
    comparisons: dict[Hashable, Comparison] = defaultdict(Comparison)
    for sheet in sheets:
        comparisons[sheet.assessor].totals.append(sheet.total)
    for group in _groups(sheets):
        _compare_totals(group, comparisons)
        _compare_marks(group, comparisons, near)
    figures = []
    for assessor, compared in comparisons.items():
        figures.append(_figures(assessor, compared))
    return figures


def _figures(assessor: Hashable, compared: Comparison) -> AssessorFigures:
    totals = compared.totals
    severity = None
    agreement = None
    if compared.differences:
        severity = mean(compared.differences)
    if compared.compared_marks:
        agreement = Fraction(compared.equal_marks, compared.compared_marks)
    spread = None
    if len(totals) > 1:
        spread = sqrt(_squares(totals) / (len(totals) - 1))
    return AssessorFigures(assessor, len(totals), mean(totals), severity, spread, agreement)


def intraclass(groups: Sequence[Sequence[Decimal]]) -> Fraction | None:
    """Return ICC(1), one-way random, single rater: (MSB - MSW) / (MSB + (k - 1) MSW).

    By Shrout and Fleiss 1979. MSB is the mean square between groups, MSW within them, k the number
    of totals a group; where groups differ in size, k = (N - sum(n²) / N) / (groups - 1). 1: all
    agree; 0 and below: chance. None below two groups, or when no group has two totals, or nothing
    differs at all.
    """
    filled = [group for group in groups if group]
    totals = []
    for group in filled:
        for total in group:
            totals.append(total)
    number = len(totals)
    if len(filled) < 2 or number == len(filled):
        return None
    squares = [_squares(group) for group in filled]
    inside = sum(squares, Fraction(0))
    between = (_squares(totals) - inside) / (len(filled) - 1)
    within = inside / (number - len(filled))
    squared_sizes = sum(len(group) ** 2 for group in filled)
    size = (number - Fraction(squared_sizes, number)) / (len(filled) - 1)
    below = between + (size - 1) * within
    if below:
        return (between - within) / below
    return None


def _squares(totals: Sequence[Decimal]) -> Fraction:
    """Return the exact sum of the squared distances from the mean.

    It is summed in whole numbers, since a round has tens of thousands of totals.
    """
    ratios = [total.as_integer_ratio() for total in totals]
    unit = lcm(*{bottom for _, bottom in ratios})
    whole = []
    for top, bottom in ratios:
        whole.append(top * (unit // bottom))
    squares = sum(number * number for number in whole)
    fraction = Fraction(sum(whole) ** 2, len(whole))
    return (squares - fraction) / unit**2


def agreement_of(sheets: Sequence[LockedSheet]) -> Fraction | None:
    """Return ICC(1) of the totals over the groups."""
    groups = []
    for group in _groups(sheets):
        totals = [sheet.total for sheet in group]
        groups.append(totals)
    return intraclass(groups)


def _groups(sheets: Sequence[LockedSheet]) -> list[list[LockedSheet]]:
    groups: dict[Hashable, list[LockedSheet]] = defaultdict(list)
    for sheet in sheets:
        groups[sheet.group].append(sheet)
    return list(groups.values())


def _compare_totals(group: list[LockedSheet], comparisons: dict[Hashable, Comparison]) -> None:
    """Note how far each total lies from the mean of the others of its group."""
    if len(group) <= 1:
        return
    totals = [sheet.total for sheet in group]
    together = sum(totals, Decimal(0))
    for sheet in group:
        fraction = Fraction(len(group) * sheet.total - together)
        difference = fraction / (len(group) - 1)
        comparisons[sheet.assessor].differences.append(difference)


def _compare_marks(
    group: list[LockedSheet], comparisons: dict[Hashable, Comparison], near: Decimal
) -> None:
    """Count, pair by pair, the item marks of a group and how many of them are equal."""
    for first, second in combinations(group, 2):
        shared = [code for code in first.marks if code in second.marks]
        equal = 0
        for code in shared:
            equal += _is_equal(first.marks[code], second.marks[code], near)
        for sheet in (first, second):
            comparisons[sheet.assessor].equal_marks += equal
            comparisons[sheet.assessor].compared_marks += len(shared)


def _is_equal(first: Decimal | None, second: Decimal | None, near: Decimal) -> bool:
    if first is None or second is None:
        return first is second
    return abs(first - second) <= near
