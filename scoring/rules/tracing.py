"""What one changed sheet does to a community's figures: before and after, everybody else as they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gongjian.lib.points import round_half_up
from scoring.rules.quarters import CommunityInputs, QuarterScore, city_means, city_scores, quarter_score
from scoring.rules.ranking import Entry, Place, rank
from scoring.rules.rubric import Rubric
from scoring.rules.sheets import PassTotals


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a community stands: its mean over the sheets, its published figure and its places."""

    assessment: Decimal
    points: Decimal
    place: int
    class_place: int


def traced(
    communities: Sequence[CommunityInputs],
    code: str,
    passes: Mapping[str, PassTotals],
    months: Sequence[str],
    rubric: Rubric,
) -> tuple[Standing, Standing] | None:
    """The community's standing as `communities` say, and with `passes` in place of its sheets; None while it, or
    somebody with whom it is ranked, cannot be scored.
    """
    city = city_scores(communities, months, rubric)
    scores = {score.inputs.code: score for score in city.scores}
    if city.lacking or code not in scores:
        return None
    present = [inputs for inputs in communities if not inputs.absent]
    changed = replace(scores[code].inputs, passes=passes)
    after = {**scores, code: quarter_score(changed, months, rubric, city_means(present, months, rubric))}
    return _standing(scores[code], city.places), _standing(after[code], _ranked(after, rubric))


def _ranked(scores: Mapping[str, QuarterScore], rubric: Rubric) -> list[Place]:
    entries = [Entry(s.inputs.code, s.points, s.inputs.class_name, s.inputs.tie_breakers) for s in scores.values()]
    return rank(entries, rubric.ranking)


def _standing(score: QuarterScore, places: Sequence[Place]) -> Standing:
    place = next(place for place in places if place.code == score.inputs.code)
    return Standing(round_half_up(score.assessment.points), score.points, place.place, place.class_place)
