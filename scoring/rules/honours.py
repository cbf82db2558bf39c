"""Who is proposed for praise or criticism: shares, thresholds and quotas of the rubric over published figures."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoring.rules.parts import CriticismRule, PraiseRule


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
        if candidate.points >= rule.from_points and len(figures) - bisect_right(figures, candidate.points) < places
    ]


def criticised(candidates: Sequence[Candidate], rule: CriticismRule) -> list[Candidate]:
    """Those below the threshold, and the last places; never one who reached the sparing figure."""
    figures = sorted(candidate.points for candidate in candidates)
    return [
        candidate
        for candidate in candidates
        if candidate.points < rule.spared_from_points
        and (candidate.points < rule.below_points or bisect_left(figures, candidate.points) < rule.last)
    ]
