"""Who is proposed for praise or criticism: shares, lines and quotas over published figures."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoring.rules.rubrics.parts import CriticismRule, PraiseRule


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of those compared with each other: a class of communities, or units of one standing."""

    key: int
    points: Decimal


def praised(candidates: Sequence[Candidate], rule: PraiseRule) -> list[Candidate]:
    """Return the best share of the candidates that reached the line; equals share a place.

    A share above 0 is at least one place.
    """
    places = int(rule.best_share * len(candidates))
    if rule.best_share:
        places = max(1, places)
    points = [candidate.points for candidate in candidates]
    figures = sorted(points)
    best = []
    for candidate in candidates:
        better = len(figures) - bisect_right(figures, candidate.points)
        if candidate.points >= rule.from_points and better < places:
            best.append(candidate)
    return best


def criticised(candidates: Sequence[Candidate], rule: CriticismRule) -> list[Candidate]:
    """Return those below the line and the last places, never one who reached the sparing figure.

    The first is never one of the last, however few there are.
    """
    points = [candidate.points for candidate in candidates]
    figures = sorted(points)
    last = min(rule.last, len(figures) - 1)
    weakest = []
    for candidate in candidates:
        is_last = bisect_left(figures, candidate.points) < last
        is_weak = is_last or candidate.points < rule.below_points
        if is_weak and candidate.points < rule.spared_from_points:
            weakest.append(candidate)
    return weakest


@dataclass(frozen=True, slots=True)
class Cut:
    """Who is inside a quota for certain, and who is tied at its edge.

    Only `open_places` of the `tied` may stay: no rule can choose between equals, so people do.
    """

    certain: tuple[Candidate, ...]
    tied: tuple[Candidate, ...] = ()
    open_places: int = 0

    @property
    def named(self) -> tuple[Candidate, ...]:
        """Return the candidates inside the quota plus everyone tied at its edge."""
        return self.certain + self.tied


def within_quota(
    candidates: Sequence[Candidate], most: int | None, *, lowest_first: bool = False
) -> Cut:
    """Return the best `most` candidates (the weakest with `lowest_first`); None: all of them."""
    ordered = sorted(candidates, key=lambda row: row.points, reverse=not lowest_first)
    if most is None or len(ordered) <= most:
        return Cut(tuple(ordered))
    if not most or ordered[most - 1].points != ordered[most].points:
        return Cut(tuple(ordered[:most]))
    edge = ordered[most].points
    certain = tuple(candidate for candidate in ordered[:most] if candidate.points != edge)
    tied = tuple(candidate for candidate in ordered if candidate.points == edge)
    return Cut(certain, tied, most - len(certain))
