"""A quarter's score by weight, bonus, malus and veto: of one community, of the whole city."""

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
from scoring.rules.rubrics.codes import unknown_codes
from scoring.rules.rubrics.items import Readings
from scoring.rules.rubrics.parts import VetoRule
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.assessment import Assessment, assessment_points, missing_worksheets
from scoring.rules.scores.components import (
    Bonus,
    Rectification,
    bonus_points,
    grade_of,
    malus_points,
    missing_months,
    missing_rectification,
    rectification_points,
    self_check_points,
    vetoes_in_force,
)
from scoring.rules.scores.locked_sheets import PassTotals
from scoring.rules.scores.ranking import Place, RankingEntry, missing_tie_breakers, rank

CityMeans = Mapping[str, Others]
NO_MEANS: CityMeans = {}


@dataclass(frozen=True, slots=True)
class CommunityInputs:
    """Everything that one community's quarter is computed from; nothing else enters the figure.

    `passes` by pass code, `self_checks` state by month ("2026-07"), `maluses` and `bonus_cases`
    cases by rule code, `vetoes` rule codes, `readings` by the code of the measured component and of
    the item. `absent`: why there was nobody to assess (拆迁、停办), where the rubric lists such
    without a place. `last_place`: in its class, in the last published quarter, as it stood in
    force; None without one, or where nothing asks.
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


@dataclass(frozen=True, slots=True)
class QuarterScore:
    """One community's quarter; fractions are exact, `points` is published, rounded half up once.

    `measured` in the order of the rubric's measured components.
    """

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
    """The city's quarter, best first, `places` and `scores` in the same order.

    It may be published only if nobody is `lacking`: places computed without them are provisional.
    """

    scores: tuple[QuarterScore, ...]
    places: tuple[Place, ...]
    lacking: tuple[Lacking, ...]
    absent: tuple[Absent, ...] = ()


def quarter_score(
    inputs: CommunityInputs, months: Sequence[str], rubric: Rubric, others: CityMeans = NO_MEANS
) -> QuarterScore:
    """Return the score of one community for the quarter with these months.

    `others`: what the other communities got by component and item, where the rubric lets that
    stand in. Raises `Missing` with all that lacks, `Refused`.
    """
    lacking = all_missing(inputs, months, rubric, others)
    if lacking:
        raise Missing(*lacking)
    refuse_unknown(inputs, rubric)
    assessment = assessment_points(inputs.passes, rubric)
    self_check = self_check_points(inputs.self_checks, months, rubric)
    rectification = rectification_points(inputs.rectification, rubric)
    weighed = weighed_components(assessment.points, self_check, rectification, rubric)
    measured = []
    for rules in rubric.measured:
        means = others.get(rules.code, NO_OTHERS)
        readings = inputs.readings[rules.code]
        component = list_points(rules.items, readings, months, means)
        measured.append(component)
        weighed += Fraction(rules.weight) * component.points
    bonus = bonus_points(inputs.bonuses, rubric, inputs.bonus_cases, inputs.last_place)
    malus = malus_points(inputs.maluses, rubric)
    vetoes = tuple(vetoes_in_force(inputs.vetoes, rubric))
    total = weighed + Fraction(bonus) - Fraction(malus)
    exact = clamp(total, rubric.lowest_points, rubric.highest_points)
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
        tuple(measured),
    )


def weighed_components(
    assessment: Fraction, self_check: Fraction, rectification: Fraction, rubric: Rubric
) -> Fraction:
    """Return the three components that the policy knows by their weights, exact."""
    fraction = Fraction(rubric.assessment.weight)
    points = fraction * assessment
    points += Fraction(rubric.self_check.weight) * self_check
    points += Fraction(rubric.rectification.weight) * rectification
    return points


def all_missing(
    inputs: CommunityInputs, months: Sequence[str], rubric: Rubric, others: CityMeans
) -> list[str]:
    """Return everything that this community lacks, and the means of others that it needs."""
    lacking = missing_data(inputs, months, rubric)
    return lacking + missing_means(inputs, months, rubric, others)


def missing_data(inputs: CommunityInputs, months: Sequence[str], rubric: Rubric) -> list[str]:
    """Return everything that this community lacks, in words; empty if it can be scored."""
    return [
        *missing_worksheets(inputs.passes, rubric.assessment),
        *missing_months(inputs.self_checks, months, rubric),
        *missing_rectification(inputs.rectification, rubric),
        *missing_measured(inputs, months, rubric),
        *missing_tie_breakers(inputs.tie_breakers, rubric.ranking),
    ]


def missing_measured(inputs: CommunityInputs, months: Sequence[str], rubric: Rubric) -> list[str]:
    """Return the items without a reading, one by one; a component without any in one word."""
    lacking = []
    for rules in rubric.measured:
        readings = inputs.readings.get(rules.code, {})
        items = missing_readings(rules.items, readings, months)
        if items and not readings:
            items = [f"{len(items)} 项都还没有评"]
        lacking += [f"{rules.name}：{item}" for item in items]
    return lacking


def missing_means(
    inputs: CommunityInputs, months: Sequence[str], rubric: Rubric, others: CityMeans
) -> list[str]:
    """Return the items for which the mean of others should stand in, and there is none.

    Of a component to which nothing else is missing.
    """
    lacking = []
    for rules in rubric.measured:
        readings = inputs.readings.get(rules.code, {})
        if missing_readings(rules.items, readings, months):
            continue
        means = others.get(rules.code, NO_OTHERS)
        items = missing_others(rules.items, readings, months, means)
        lacking += [f"{rules.name}：{item}" for item in items]
    return lacking


def refuse_unknown(inputs: CommunityInputs, rubric: Rubric) -> None:
    """Raise `Refused` for readings and a class that the rubric does not know.

    They may not lie beside the figures as if they had counted.
    """
    strange = unknown_codes(inputs.readings, rubric.measured)
    if strange:
        raise Refused(f"评分细则中没有“{'、'.join(strange)}”这一部分")
    if rubric.classes and inputs.class_name not in rubric.classes:
        classes = "、".join(rubric.classes)
        raise Refused(f"评分细则中没有“{inputs.class_name}”这一类，只有{classes}")


def city_means(
    communities: Sequence[CommunityInputs], months: Sequence[str], rubric: Rubric
) -> CityMeans:
    """Return by component and item the mean where it applied, if the rubric lets it stand in."""
    means = {}
    for rules in rubric.measured:
        everyone = []
        for community in communities:
            everyone.append(community.readings.get(rules.code, {}))
        means[rules.code] = others_means(rules.items, everyone, months)
    return means


def city_scores(
    communities: Sequence[CommunityInputs], months: Sequence[str], rubric: Rubric
) -> CityScores:
    """Score and rank every community that can be; name those that cannot.

    Raises `Refused`, naming the community.
    """
    present = [inputs for inputs in communities if not inputs.absent]
    absent = [absent_community(inputs, rubric) for inputs in communities if inputs.absent]
    means = city_means(present, months, rubric)
    scores: dict[str, QuarterScore] = {}
    lacking = []
    for inputs in present:
        what = all_missing(inputs, months, rubric, means)
        if what:
            lacking.append(Lacking(inputs.code, inputs.name, tuple(what)))
        else:
            scores[inputs.code] = score_or_refusal(inputs, months, rubric, means)
    entries = []
    for score in scores.values():
        entries.append(entry_of(score))
    places = rank(entries, rubric.ranking)
    ranked = tuple(scores[place.code] for place in places)
    return CityScores(ranked, tuple(places), tuple(lacking), tuple(absent))


def absent_community(inputs: CommunityInputs, rubric: Rubric) -> Absent:
    if not rubric.ranking.lists_absent:
        sentence = f"评分细则不许只列名、不排名（{inputs.absent}），请补评或修改细则"
        raise Refused(f"{inputs.name}：{sentence}")
    return Absent(inputs.code, inputs.name, inputs.class_name, inputs.absent)


def score_or_refusal(
    inputs: CommunityInputs, months: Sequence[str], rubric: Rubric, others: CityMeans
) -> QuarterScore:
    try:
        return quarter_score(inputs, months, rubric, others)
    except Refused as refusal:
        raise Refused(f"{inputs.name}：{refusal}") from refusal


def entry_of(score: QuarterScore) -> RankingEntry:
    """Return a score as it is ranked."""
    inputs = score.inputs
    return RankingEntry(inputs.code, score.points, inputs.class_name, inputs.tie_breakers)
