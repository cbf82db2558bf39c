"""A quarter's score: components by weight, bonus, malus, veto; for one community and for the whole city."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from gongjian.lib.points import clamp, round_half_up
from scoring.rules.readings.marking import (
    NO_OTHERS,
    ListPoints,
    Others,
    list_points,
    missing_others,
    missing_readings,
    others_means,
)
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.items import Readings
from scoring.rules.rubrics.parts import VetoRule
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.assessment import Assessment, assessment_points, missing_sheets
from scoring.rules.scores.components import (
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
from scoring.rules.scores.locked_sheets import PassTotals
from scoring.rules.scores.ranking import Entry, Place, missing_tie_breakers, rank

CityMeans = Mapping[str, Others]
NO_MEANS: CityMeans = {}


@dataclass(frozen=True, slots=True)
class CommunityInputs:
    """Everything that one community's quarter is computed from; nothing else may enter the figure.

    `passes` by pass code, `self_checks` state by month ("2026-07"), `maluses` and `bonus_cases` cases by rule code,
    `vetoes` rule codes, `readings` by the code of the measured component and of the item. `absent`: why there was
    nobody to assess (拆迁、停办), where the rubric lists such without a place.
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
    readings: Mapping[str, Readings] = field(default_factory=dict)
    bonus_cases: Mapping[str, int] = field(default_factory=dict)
    absent: str = ""
    last_place: int | None = None
    """In its class, in the last published quarter, as it stood in force; None without one, or where nothing asks."""


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
    measured: tuple[ListPoints, ...] = ()
    """In the order of the rubric's measured components."""


@dataclass(frozen=True, slots=True)
class Absent:
    """A community that is listed without a place, and why there was nothing to assess."""

    code: str
    name: str
    class_name: str
    why: str


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
    absent: tuple[Absent, ...] = ()


def quarter_score(
    inputs: CommunityInputs, months: Sequence[str], rubric: Rubric, others: CityMeans = NO_MEANS
) -> QuarterScore:
    """The score of one community for the quarter with these months. Raises `Missing` with all of it, `Refused`.

    `others`: what the other communities got by component and item, where the rubric lets that stand in.
    """
    if what := [
        *missing_data(inputs, months, rubric),
        *missing_means(inputs, months, rubric, others),
    ]:
        raise Missing(*what)
    refuse_unknown(inputs, rubric)
    assessment = assessment_points(inputs.passes, rubric)
    self_check = self_check_points(inputs.self_checks, months, rubric)
    rectification = rectification_points(inputs.rectification, rubric)
    measured = tuple(
        list_points(
            rules.items, inputs.readings[rules.code], months, others.get(rules.code, NO_OTHERS)
        )
        for rules in rubric.measured
    )
    bonus = bonus_points(inputs.bonuses, rubric, inputs.bonus_cases, inputs.last_place)
    malus = sum((taken for _, _, taken in malus_by_rule(inputs.maluses, rubric)), Decimal(0))
    vetoes = tuple(vetoes_in_force(inputs.vetoes, rubric))
    weighed = weighed_components(assessment.points, self_check, rectification, rubric)
    for rules, found in zip(rubric.measured, measured, strict=True):
        weighed += Fraction(rules.weight) * found.points
    exact = clamp(
        weighed + Fraction(bonus) - Fraction(malus), rubric.lowest_points, rubric.highest_points
    )
    points = round_half_up(exact)
    grade = grade_of(points, vetoes, rubric).name
    return QuarterScore(
        inputs,
        assessment,
        self_check,
        rectification,
        bonus,
        malus,
        vetoes,
        exact,
        points,
        grade,
        measured,
    )


def weighed_components(
    assessment: Fraction, self_check: Fraction, rectification: Fraction, rubric: Rubric
) -> Fraction:
    """The three components that the policy knows by their weights, exact."""
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
        *missing_measured(inputs, months, rubric),
        *missing_tie_breakers(inputs.tie_breakers, rubric.ranking),
    ]


def missing_measured(inputs: CommunityInputs, months: Sequence[str], rubric: Rubric) -> list[str]:
    """Item by item; in one word for a component of which nobody has looked at anything."""
    found = []
    for rules in rubric.measured:
        lacking = missing_readings(rules.items, inputs.readings.get(rules.code, {}), months)
        if lacking and not inputs.readings.get(rules.code):
            lacking = [f"{len(lacking)} 项都还没有评"]
        found += [f"{rules.name}：{what}" for what in lacking]
    return found


def missing_means(
    inputs: CommunityInputs, months: Sequence[str], rubric: Rubric, others: CityMeans
) -> list[str]:
    """Items for which the mean of the others should stand in, and there is none; only once nothing else is missing."""
    return [
        f"{rules.name}：{what}"
        for rules in rubric.measured
        if not missing_readings(rules.items, inputs.readings.get(rules.code, {}), months)
        for what in missing_others(
            rules.items, inputs.readings[rules.code], months, others.get(rules.code, NO_OTHERS)
        )
    ]


def refuse_unknown(inputs: CommunityInputs, rubric: Rubric) -> None:
    """What the rubric does not know may not lie beside the figures as if it had counted. Raises `Refused`."""
    if strange := sorted(set(inputs.readings) - {rules.code for rules in rubric.measured}):
        raise Refused(f"评分细则中没有“{'、'.join(strange)}”这一部分")
    if rubric.classes and inputs.class_name not in rubric.classes:
        raise Refused(f"评分细则中没有“{inputs.class_name}”这一类，只有{'、'.join(rubric.classes)}")


def city_means(
    communities: Sequence[CommunityInputs], months: Sequence[str], rubric: Rubric
) -> CityMeans:
    """By component and item, the mean of the communities to which it applied, where the rubric asks for it."""
    return {
        rules.code: others_means(
            rules.items, [c.readings.get(rules.code, {}) for c in communities], months
        )
        for rules in rubric.measured
    }


def city_scores(
    communities: Sequence[CommunityInputs], months: Sequence[str], rubric: Rubric
) -> CityScores:
    """Score and rank every community that can be; name those that cannot. Raises `Refused`, naming the community."""
    absent = tuple(_absent(c, rubric) for c in communities if c.absent)
    present = [c for c in communities if not c.absent]
    means = city_means(present, months, rubric)
    lacking = {c.code: what for c in present if (what := _lacking(c, months, rubric, means))}
    scores = {
        c.code: _named_score(c, months, rubric, means) for c in present if c.code not in lacking
    }
    places = rank([_entry(score) for score in scores.values()], rubric.ranking)
    return CityScores(
        scores=tuple(scores[place.code] for place in places),
        places=tuple(places),
        lacking=tuple(
            Lacking(c.code, c.name, tuple(lacking[c.code])) for c in present if c.code in lacking
        ),
        absent=absent,
    )


def _absent(inputs: CommunityInputs, rubric: Rubric) -> Absent:
    if not rubric.ranking.lists_absent:
        raise Refused(
            f"{inputs.name}：评分细则不许只列名、不排名（{inputs.absent}），请补评或修改细则"
        )
    return Absent(inputs.code, inputs.name, inputs.class_name, inputs.absent)


def _lacking(
    inputs: CommunityInputs, months: Sequence[str], rubric: Rubric, means: CityMeans
) -> list[str]:
    return [*missing_data(inputs, months, rubric), *missing_means(inputs, months, rubric, means)]


def _named_score(
    inputs: CommunityInputs, months: Sequence[str], rubric: Rubric, others: CityMeans
) -> QuarterScore:
    try:
        return quarter_score(inputs, months, rubric, others)
    except Refused as refusal:
        raise Refused(f"{inputs.name}：{refusal}") from refusal


def _entry(score: QuarterScore) -> Entry:
    inputs = score.inputs
    return Entry(inputs.code, score.points, inputs.class_name, inputs.tie_breakers)
