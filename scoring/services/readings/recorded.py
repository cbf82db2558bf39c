"""What the office has recorded beside the sheets and feeds the scores: readings, absences, what parts equal places."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from gongjian.lib.points import HUNDRED, round_half_up
from inspections.services.progress import recurrences_in
from scoring.models import Absence, Reading, Round, Score
from scoring.rules.records.recording import reading_from
from scoring.rules.rubrics.items import Readings
from scoring.rules.rubrics.parts import ON_TIME_RECTIFICATION, REPEATS
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.components import Rectification

PLACES = 6
"""Of the share of findings closed out in time where it parts equal places: enough for a million findings."""


def recorded_inputs(
    round: Round, rectified: Mapping[int, Rectification]
) -> Callable[[int], dict[str, Any]]:
    """A function from a community's id to what its inputs hold of this. Four queries at most."""
    rubric = round.rubric.rules
    readings, absent = readings_of(round), absences_of(round)
    breakers = _tie_breakers(round, rubric, rectified)
    places = last_places(round) if rubric.bonus.by_place else {}
    return lambda pk: {
        "readings": readings.get(pk, {}),
        "absent": absent.get(pk, ""),
        "tie_breakers": {code: value(pk) for code, value in breakers.items()},
        "last_place": places.get(pk),
    }


def last_places(round: Round, *, by: str = "community") -> dict:
    """By community, its place in force within its class in the last quarter published before. Two queries."""
    before = (
        Round.objects.published().filter(quarter__lt=round.quarter).order_by("-quarter").first()
    )
    scores = (
        Score.objects.filter(round=before).in_force() if before else Score.objects.none().in_force()
    )
    return dict(scores.values_list(by, "class_rank_now"))


def readings_of(round: Round) -> dict[int, dict[str, Readings]]:
    """By community id, component and item, what was found. One query."""
    found: dict[int, dict[str, Readings]] = defaultdict(dict)
    for community, component, items in Reading.objects.filter(round=round).values_list(
        "community", "component", "items"
    ):
        found[community][component] = {code: reading_from(given) for code, given in items.items()}
    return found


def absences_of(round: Round) -> dict[int, str]:
    """By community id, why there was nothing to assess. One query."""
    return dict(Absence.objects.filter(round=round).in_force().values_list("community", "reason"))


def _tie_breakers(
    round: Round, rubric: Rubric, rectified: Mapping[int, Rectification]
) -> dict[str, Callable[[int], Decimal]]:
    """By code, each of those that the rubric asks for; a query only where findings are counted anew."""
    asked = {breaker.code for breaker in rubric.ranking.tie_breakers}
    found: dict[str, Callable[[int], Decimal]] = {}
    if ON_TIME_RECTIFICATION in asked:
        found[ON_TIME_RECTIFICATION] = lambda pk: _on_time(rectified.get(pk))
    if REPEATS in asked:
        repeats = recurrences_in(round.span)
        found[REPEATS] = lambda pk: Decimal(repeats.get(pk, 0))
    return found


def _on_time(counted: Rectification | None) -> Decimal:
    """The percentage of due findings closed out in time; nothing due is all of it, as in the component."""
    if counted is None or not counted.due:
        return Decimal(100)
    return round_half_up(HUNDRED * counted.closed_in_time / counted.due, PLACES)
