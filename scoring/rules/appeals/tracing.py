"""What one changed input does to a community's figures: before and after, everybody else as they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gongjian.lib.points import Exact, round_half_up
from scoring.rules.corrections.changes import Held, kind_of
from scoring.rules.records.recording import inputs_as_mapping, inputs_from
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.quarters import (
    CityScores,
    CommunityInputs,
    QuarterScore,
    city_means,
    city_scores,
    quarter_score,
)
from scoring.rules.scores.ranking import Entry, Place, rank


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a community stands: its mean over the sheets, its published figure, its places and its grade.

    `parts`: what other parts of the score bring it, rounded: self_check, rectification, bonus, malus, and each measured
    component as "reading/village".
    """

    assessment: Decimal
    points: Decimal
    place: int
    class_place: int
    grade: str
    parts: Mapping[str, Decimal]


def with_change(inputs: CommunityInputs, kind: str, key: str, new: str) -> CommunityInputs:
    """The inputs with another in the place of one, named and written as a correction does (rules/changes).

    Raises `Refused` for what cannot be, and for what stands there already.
    """
    held = Held(inputs_as_mapping(inputs, {}), {})
    stands = kind_of(kind).read(held, key)
    kind_of(kind).write(held, key, new)
    if kind_of(kind).read(held, key) == stands:
        raise Refused(f"原来就是“{kind_of(kind).shown(stands)}”，没有改动")
    return replace(inputs_from(held.community), passes=inputs.passes)


def traced(
    communities: Sequence[CommunityInputs],
    changed: CommunityInputs,
    months: Sequence[str],
    rubric: Rubric,
) -> tuple[Standing, Standing] | None:
    """The community's standing as `communities` say, and with `changed` in the place of its inputs; None while it, or
    somebody with whom it is ranked, cannot be scored.

    Raises `Refused` if the change would leave others without the mean that stands in for what they do not have.
    """
    city, code = city_scores(communities, months, rubric), changed.code
    scores = {score.inputs.code: score for score in city.scores}
    if city.lacking or code not in scores:
        return None
    if changed.readings != scores[code].inputs.readings:
        return _standing(scores[code], city.places, rubric), _anew(
            communities, changed, months, rubric
        )
    present = [inputs for inputs in communities if not inputs.absent]
    after = {
        **scores,
        code: quarter_score(changed, months, rubric, city_means(present, months, rubric)),
    }
    return _standing(scores[code], city.places, rubric), _standing(
        after[code], _ranked(after, rubric), rubric
    )


def _anew(
    communities: Sequence[CommunityInputs],
    changed: CommunityInputs,
    months: Sequence[str],
    rubric: Rubric,
) -> Standing:
    """With the whole city computed anew: a reading may enter the mean that stands in for others."""
    mended = [changed if inputs.code == changed.code else inputs for inputs in communities]
    city: CityScores = city_scores(mended, months, rubric)
    if city.lacking:
        raise Refused("；".join(f"{one.name}：{'；'.join(one.what)}" for one in city.lacking))
    score = next(score for score in city.scores if score.inputs.code == changed.code)
    return _standing(score, city.places, rubric)


def _ranked(scores: Mapping[str, QuarterScore], rubric: Rubric) -> list[Place]:
    entries = [
        Entry(s.inputs.code, s.points, s.inputs.class_name, s.inputs.tie_breakers)
        for s in scores.values()
    ]
    return rank(entries, rubric.ranking)


def _standing(score: QuarterScore, places: Sequence[Place], rubric: Rubric) -> Standing:
    place = next(place for place in places if place.code == score.inputs.code)
    figures = (
        round_half_up(score.assessment.points),
        score.points,
        place.place,
        place.class_place,
        score.grade,
    )
    return Standing(
        *figures, {code: round_half_up(value) for code, value in _parts(score, rubric).items()}
    )


def _parts(score: QuarterScore, rubric: Rubric) -> dict[str, Exact]:
    measured = zip(rubric.measured, score.measured, strict=True)
    return {
        "self_check": score.self_check,
        "rectification": score.rectification,
        "bonus": score.bonus,
        "malus": score.malus,
        **{f"reading/{rules.code}": found.points for rules, found in measured},
    }
