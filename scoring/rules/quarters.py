"""A quarter's score: components by weight, bonus, malus, veto; for one community and for the whole city."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from gongjian.lib.points import clamp, round_half_up
from scoring.rules.assessment import Assessment, assessment_points, missing_sheets
from scoring.rules.components import (
    Bonus,
    Rectification,
    bonus_points,
    grade_of,
    malus_by_rule,
    missing_months,
    missing_rectification,
    rectification_points,
    self_check_points,
    vetoes_in_force,
)
from scoring.rules.ranking import Entry, Place, missing_tie_breakers, rank
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubric import Rubric, VetoRule
from scoring.rules.sheets import PassTotals


@dataclass(frozen=True, slots=True)
class CommunityInputs:
    """Everything that one community's quarter is computed from; nothing else may enter the figure.

    `passes` by pass code, `self_checks` state by month ("2026-07"), `maluses` cases by rule code, `vetoes` rule codes.
    """

    code: str
    name: str
    class_name: str
    passes: Mapping[str, PassTotals]
    self_checks: Mapping[str, str]
    rectification: Rectification | None
    bonuses: tuple[Bonus, ...] = ()
    maluses: Mapping[str, int] = field(default_factory=dict)
    vetoes: tuple[str, ...] = ()
    tie_breakers: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuarterScore:
    """One community's quarter. Fractions are exact and not yet published; `points` is rounded half up, once."""

    inputs: CommunityInputs
    assessment: Assessment
    self_check: Fraction
    rectification: Fraction
    bonus: Decimal
    malus: Decimal
    vetoes: tuple[VetoRule, ...]
    exact: Fraction
    points: Decimal
    grade: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """A community that cannot be scored yet, and everything that it lacks."""

    code: str
    name: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CityScores:
    """The city's quarter, best first (`places` and `scores` in the same order). It may be published only if nobody
    is `lacking`: places computed without them are provisional.
    """

    scores: tuple[QuarterScore, ...]
    places: tuple[Place, ...]
    lacking: tuple[Lacking, ...]


def quarter_score(inputs: CommunityInputs, months: Sequence[str], rubric: Rubric) -> QuarterScore:
    """The score of one community for the quarter with these months. Raises `Missing` with all of it, `Refused`."""
    if what := missing_data(inputs, months, rubric):
        raise Missing(*what)
    assessment = assessment_points(inputs.passes, rubric)
    self_check = self_check_points(inputs.self_checks, months, rubric)
    rectification = rectification_points(inputs.rectification, rubric)
    bonus = bonus_points(inputs.bonuses, rubric)
    malus = sum((taken for _, _, taken in malus_by_rule(inputs.maluses, rubric)), Decimal(0))
    vetoes = tuple(vetoes_in_force(inputs.vetoes, rubric))
    weighed = weighed_components(assessment.points, self_check, rectification, rubric)
    exact = clamp(weighed + Fraction(bonus) - Fraction(malus), rubric.lowest_points, rubric.highest_points)
    points = round_half_up(exact)
    grade = grade_of(points, vetoes, rubric).name
    return QuarterScore(
        inputs, assessment, self_check, rectification, bonus, malus, vetoes, exact=exact, points=points, grade=grade
    )


def weighed_components(assessment: Fraction, self_check: Fraction, rectification: Fraction, rubric: Rubric) -> Fraction:
    """The three components by their weights, exact."""
    return (
        Fraction(rubric.assessment.weight) * assessment
        + Fraction(rubric.self_check.weight) * self_check
        + Fraction(rubric.rectification.weight) * rectification
    )


def missing_data(inputs: CommunityInputs, months: Sequence[str], rubric: Rubric) -> list[str]:
    """Everything that this community lacks, in words; empty if it can be scored."""
    return [
        *missing_sheets(inputs.passes, rubric.assessment),
        *missing_months(inputs.self_checks, months, rubric),
        *missing_rectification(inputs.rectification, rubric),
        *missing_tie_breakers(inputs.tie_breakers, rubric.ranking),
    ]


def city_scores(communities: Sequence[CommunityInputs], months: Sequence[str], rubric: Rubric) -> CityScores:
    """Score and rank every community that can be; name those that cannot. Raises `Refused`, naming the community."""
    lacking = {c.code: what for c in communities if (what := missing_data(c, months, rubric))}
    scores = {c.code: _named_score(c, months, rubric) for c in communities if c.code not in lacking}
    places = rank([_entry(score) for score in scores.values()], rubric.ranking)
    return CityScores(
        scores=tuple(scores[place.code] for place in places),
        places=tuple(places),
        lacking=tuple(Lacking(c.code, c.name, tuple(lacking[c.code])) for c in communities if c.code in lacking),
    )


def _named_score(inputs: CommunityInputs, months: Sequence[str], rubric: Rubric) -> QuarterScore:
    try:
        return quarter_score(inputs, months, rubric)
    except Refused as refusal:
        raise Refused(f"{inputs.name}：{refusal}") from refusal


def _entry(score: QuarterScore) -> Entry:
    inputs = score.inputs
    return Entry(inputs.code, score.points, inputs.class_name, inputs.tie_breakers)
