"""The figures of the SQL and of the rules are the same, to the last digit."""

from datetime import datetime, timedelta
from random import Random

import pytest
from django.db.models import Case, When

from communities.models import Community
from gongjian.lib.points import round_half_up
from inspections.services.progress import self_scores_in
from scoring.models import Score
from scoring.rules.rubrics.rubric import Rubric, load_rubric
from scoring.rules.scores.explanation import explain
from scoring.rules.scores.quarters import CommunityInputs, QuarterScore, city_scores, quarter_score
from scoring.rules.scores.ranking import Place
from scoring.services.scores.explanations import Explanations
from scoring.services.scores.figures import city_figures
from scoring.services.scores.figures_in_sql.city import CityInSql
from tests.scoring.random_cities import Founder

# What was recorded in each quarter is gathered under several registers: a thousand cities in all.
ROUNDS, RUBRICS, REGISTERS = 200, 40, 5


def columns(row: Score) -> tuple:
    parts = (
        row.assessment_points,
        row.self_check_points,
        row.rectification_points,
        row.bonus_points,
        row.malus_points,
    )
    return *parts, row.total_points, row.rank, row.class_rank, row.grade


def computed(score: QuarterScore, place: Place) -> tuple:
    """The same columns by the rules."""
    parts = (
        score.assessment.points,
        score.self_check,
        score.rectification,
        score.bonus,
        score.malus,
    )
    return *map(round_half_up, parts), score.points, place.place, place.class_place, score.grade


def agree(
    figures: CityInSql,
    register: list[Community],
    inputs: dict[str, CommunityInputs],
    rubric: Rubric,
) -> int:
    """Compare every column, by place; how many totals lie exactly between two hundredths."""
    Community.objects.update(
        is_active=Case(When(pk__in=[one.pk for one in register], then=True), default=False)
    )
    city = city_scores([inputs[one.code] for one in register], figures.round.span.months, rubric)
    codes = {one.pk: one.code for one in register}
    found = [(codes[row.community_id], *columns(row)) for row in figures.scores()]
    assert found == [
        (place.code, *computed(score, place))
        for score, place in zip(city.scores, city.places, strict=True)
    ]
    return sum((score.exact * 1000) % 10 == 5 for score in city.scores)


@pytest.mark.slow
def test_sql_and_rules_agree_on_a_thousand_random_cities(cast):
    luck = Random(20261123)
    founder = Founder(cast, luck)
    rubrics = {rubric.pk: load_rubric(rubric.content) for rubric in founder.rubrics(RUBRICS)}
    quarters = [(round, founder.record(round)) for round in founder.rounds(list(rubrics), ROUNDS)]
    founder.load()
    cities = halves = 0
    for round, inputs in quarters:
        rubric = rubrics[round.rubric_id]
        with city_figures(round, rubric, at=closing(round)) as figures:
            for size in [4, *luck.choices([1, 2, 3], k=REGISTERS - 1)]:
                halves += agree(figures, luck.sample(founder.communities, size), inputs, rubric)
                cities += 1
    assert (cities, halves > cities // 20) == (1000, True)
    assert_told_alike(quarters[-1], rubrics)


def closing(round) -> datetime:
    return round.span.span()[1] + timedelta(days=10)


def assert_told_alike(quarter, rubrics) -> None:
    """What the page tells of the stored inputs is what the rules tell of the recorded ones; the
    self-mark too.
    """
    round, inputs = quarter
    rubric, explanations, means = (
        rubrics[round.rubric_id],
        Explanations(),
        self_scores_in(round.quarter),
    )
    with city_figures(round, rubric, at=closing(round)) as figures:
        for row in figures.scores():
            given = inputs[row.community.code]
            score = quarter_score(given, round.span.months, rubric)
            assert explanations.of(row) == explain(score, round.span.months, rubric).as_mapping()
            assert row.self_mean_points == means.get(row.community_id)
