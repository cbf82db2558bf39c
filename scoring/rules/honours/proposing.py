"""Who is proposed for praise or criticism: shares, thresholds and quotas of the rubric over published figures."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoring.rules.rubrics.parts import CriticismRule, PraiseRule


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of those compared with each other: a class of communities, or the units of one standing."""

    key: int
    points: Decimal


def praised(candidates: Sequence[Candidate], rule: PraiseRule) -> list[Candidate]:
    """The best share of the candidates, at least one place, if they reached the threshold; equals share a place."""
    places = max(1, int(rule.best_share * len(candidates))) if rule.best_share else 0
    figures = sorted(candidate.points for candidate in candidates)
    return [
        candidate
        for candidate in candidates
        if candidate.points >= rule.from_points
        and len(figures) - bisect_right(figures, candidate.points) < places
    ]


def criticised(candidates: Sequence[Candidate], rule: CriticismRule) -> list[Candidate]:
    """Those below the threshold, and the last places; never one who reached the sparing figure.

    The first is never one of the last, however few there are.
    """
    figures = sorted(candidate.points for candidate in candidates)
    last = min(rule.last, len(figures) - 1)
    return [
        candidate
        for candidate in candidates
        if candidate.points < rule.spared_from_points
        and (candidate.points < rule.below_points or bisect_left(figures, candidate.points) < last)
    ]


@dataclass(frozen=True, slots=True)
class Cut:
    """Who stays within a quota. The `tied` stand equal at its edge and only `open_places` of them may stay: no rule
    can choose between equals, so people do.
    """

    kept: tuple[Candidate, ...]
    tied: tuple[Candidate, ...] = ()
    open_places: int = 0

    @property
    def named(self) -> tuple[Candidate, ...]:
        """Those to be laid before people: who stays for certain, and all the equals."""
        return self.kept + self.tied


def within_quota(
    candidates: Sequence[Candidate], most: int | None, *, lowest_first: bool = False
) -> Cut:
    """The best `most` candidates (the weakest with `lowest_first`), all of them without a quota."""
    ordered = sorted(candidates, key=lambda one: one.points, reverse=not lowest_first)
    if most is None or len(ordered) <= most:
        return Cut(tuple(ordered))
    if not most or ordered[most - 1].points != ordered[most].points:
        return Cut(tuple(ordered[:most]))
    edge = ordered[most].points
    kept = tuple(one for one in ordered[:most] if one.points != edge)
    return Cut(kept, tuple(one for one in ordered if one.points == edge), most - len(kept))
