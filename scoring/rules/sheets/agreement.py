"""How severe assessors are and how far they agree: figures about the assessors, which enter no score.

Sheets are compared within a group: the same community, visited in the same pass.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import lcm, sqrt

from gongjian.lib.points import mean


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
    to a co-assessor's within `near` points, over all pairs.
    """

    assessor: Hashable
    sheets: int
    mean: Fraction
    severity: Fraction | None
    spread: float | None
    agreement: Fraction | None


def figures_of(sheets: Sequence[LockedSheet], *, near: Decimal) -> list[AssessorFigures]:
    """Everybody's figures, in the order in which they first come; `near` as the rubric's `assessment.unusual` says."""
    totals: dict[Hashable, list[Decimal]] = defaultdict(list)
    differences: dict[Hashable, list[Fraction]] = defaultdict(list)
    pairs: dict[Hashable, list[int]] = defaultdict(lambda: [0, 0])
    for sheet in sheets:
        totals[sheet.assessor].append(sheet.total)
    for group in _groups(sheets):
        _compare(group, differences, pairs, near)
    return [
        AssessorFigures(
            who,
            len(own),
            mean(own),
            mean(differences[who]) if differences[who] else None,
            _spread(own),
            Fraction(*pairs[who]) if pairs[who][1] else None,
        )
        for who, own in totals.items()
    ]


def intraclass(groups: Sequence[Sequence[Decimal]]) -> Fraction | None:
    """ICC(1), one-way random, single rater: (MSB - MSW) / (MSB + (k - 1) MSW), by Shrout and Fleiss 1979.

    MSB is the mean square between groups, MSW within them, k the number of totals a group; where groups differ in
    size, k = (N - sum(n²) / N) / (groups - 1). 1: all agree; 0 and below: chance. None below two groups, or when no
    group has two totals, or nothing differs at all.
    """
    given = [group for group in groups if group]
    number = sum(map(len, given))
    if len(given) < 2 or number == len(given):
        return None
    inside = sum(map(_squares, given), Fraction(0))
    apart = _squares([total for group in given for total in group]) - inside
    between, within = apart / (len(given) - 1), inside / (number - len(given))
    size = (number - Fraction(sum(len(group) ** 2 for group in given), number)) / (len(given) - 1)
    below = between + (size - 1) * within
    return (between - within) / below if below else None


def _squares(totals: Sequence[Decimal]) -> Fraction:
    """The exact sum of the squared distances from the mean, in whole numbers: a round has tens of thousands."""
    ratios = [total.as_integer_ratio() for total in totals]
    unit = lcm(*{bottom for _, bottom in ratios})
    whole = [top * (unit // bottom) for top, bottom in ratios]
    return (sum(one * one for one in whole) - Fraction(sum(whole) ** 2, len(whole))) / unit**2


def agreement_of(sheets: Sequence[LockedSheet]) -> Fraction | None:
    """ICC(1) of the totals over the groups."""
    return intraclass([[sheet.total for sheet in group] for group in _groups(sheets)])


def _groups(sheets: Sequence[LockedSheet]) -> list[list[LockedSheet]]:
    found: dict[Hashable, list[LockedSheet]] = defaultdict(list)
    for sheet in sheets:
        found[sheet.group].append(sheet)
    return list(found.values())


def _compare(
    group: list[LockedSheet],
    differences: dict[Hashable, list[Fraction]],
    pairs: dict[Hashable, list[int]],
    near: Decimal,
) -> None:
    """Each sheet against the others of its group: totals to their mean, items pair by pair."""
    together = sum((sheet.total for sheet in group), Decimal(0))
    for sheet in group if len(group) > 1 else ():
        differences[sheet.assessor].append(
            Fraction(len(group) * sheet.total - together) / (len(group) - 1)
        )
    for one, other in combinations(group, 2):
        shared = [code for code in one.marks if code in other.marks]
        equal = sum(_is_equal(one.marks[code], other.marks[code], near) for code in shared)
        for sheet in (one, other):
            pairs[sheet.assessor][0] += equal
            pairs[sheet.assessor][1] += len(shared)


def _is_equal(one: Decimal | None, other: Decimal | None, near: Decimal) -> bool:
    return one is other or (one is not None and other is not None and abs(one - other) <= near)


def _spread(totals: Sequence[Decimal]) -> float | None:
    return sqrt(_squares(totals) / (len(totals) - 1)) if len(totals) > 1 else None
