"""What one changed input does to a community's figures, everybody else as they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gongjian.lib.points import Exact, round_half_up
from scoring.rules.corrections.changes import OnRecord, kind_of
from scoring.rules.records.recording import inputs_as_mapping, inputs_from
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.quarters import (
    CommunityInputs,
    QuarterScore,
    city_means,
    city_scores,
    entry_of,
    quarter_score,
)
from scoring.rules.scores.ranking import Place, rank


@dataclass(frozen=True, slots=True)
class TracedStanding:
    """Where a community stands: its mean over the sheets, its figure, its places and its grade.

    `parts`: what other parts of the score bring it, rounded: self_check, rectification, bonus,
    malus, and each measured component as "reading/village".
    """

    assessment: Decimal
    points: Decimal
    place: int
    class_place: int
    grade: str
    parts: Mapping[str, Decimal]


def with_change(inputs: CommunityInputs, kind: str, key: str, new: str) -> CommunityInputs:
    """Return the inputs with another in the place of one, as a correction names and writes it.

    Raises `Refused` for what cannot be, and for what stands there already.
    """
    record = OnRecord(inputs_as_mapping(inputs, {}), {})
    changed = kind_of(kind)
    stands = changed.read(record, key)
    changed.write(record, key, new)
    if changed.read(record, key) == stands:
        raise Refused(f"原来就是“{changed.shown(stands)}”，没有改动")
    return replace(inputs_from(record.community), passes=inputs.passes)


def traced(
    communities: Sequence[CommunityInputs],
    changed: CommunityInputs,
    months: Sequence[str],
    rubric: Rubric,
) -> tuple[TracedStanding, TracedStanding] | None:
    """Return the community's standing before, and with `changed` in the place of its inputs.

    None while it, or somebody with whom it is ranked, cannot be scored. Raises `Refused` if the
    change would leave others without the mean that stands in for what they do not have.
    """
    city = city_scores(communities, months, rubric)
    code = changed.code
    scores = {}
    for score in city.scores:
        scores[score.inputs.code] = score
    if city.lacking or code not in scores:
        return None
    before = _standing(scores[code], city.places, rubric)
    if changed.readings != scores[code].inputs.readings:
        return before, standing_anew(communities, changed, months, rubric)
    present = []
    for inputs in communities:
        if not inputs.absent:
            present.append(inputs)
    means = city_means(present, months, rubric)
    scores[code] = quarter_score(changed, months, rubric, means)
    entries = [entry_of(score) for score in scores.values()]
    places = rank(entries, rubric.ranking)
    return before, _standing(scores[code], places, rubric)


def standing_anew(
    communities: Sequence[CommunityInputs],
    changed: CommunityInputs,
    months: Sequence[str],
    rubric: Rubric,
) -> TracedStanding:
    """Return the standing with the whole city computed anew.

    A changed reading may enter the mean that stands in for others. Raises `Refused`.
    """
    mended = []
    for inputs in communities:
        mended.append(changed if inputs.code == changed.code else inputs)
    city = city_scores(mended, months, rubric)
    if city.lacking:
        lacking = []
        for row in city.lacking:
            lacking.append(f"{row.name}：{'；'.join(row.what)}")
        raise Refused("；".join(lacking))
    score = next(score for score in city.scores if score.inputs.code == changed.code)
    return _standing(score, city.places, rubric)


def _standing(score: QuarterScore, places: Sequence[Place], rubric: Rubric) -> TracedStanding:
    place = next(place for place in places if place.code == score.inputs.code)
    assessment = round_half_up(score.assessment.points)
    return TracedStanding(
        assessment=assessment,
        points=score.points,
        place=place.place,
        class_place=place.class_place,
        grade=score.grade,
        parts=parts_of(score, rubric),
    )


def parts_of(score: QuarterScore, rubric: Rubric) -> dict[str, Decimal]:
    """Return what each part beside the assessment brings, rounded half up."""
    exact: dict[str, Exact] = {
        "self_check": score.self_check,
        "rectification": score.rectification,
        "bonus": score.bonus,
        "malus": score.malus,
    }
    for rules, measured in zip(rubric.measured, score.measured, strict=True):
        exact[f"reading/{rules.code}"] = measured.points
    round_half_ups_by_code = {}
    for code, value in exact.items():
        round_half_ups_by_code[code] = round_half_up(value)
    return round_half_ups_by_code
