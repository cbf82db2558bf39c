"""The figures of the SQL and of the rules are the same, to the last digit."""

from random import Random

from communities.models import Community
from gongjian.lib.points import round_half_up
from inspections.services.progress import self_scores_in
from scoring.rules.explanation import explain
from scoring.rules.quarters import city_scores
from scoring.rules.rubric import load_rubric
from scoring.services.explanations import Explanations
from scoring.services.figures_in_sql.laying import laid_out
from tests.scoring.random_cities import City, Founder

CITIES, RUBRICS, OPENED = 1000, 50, 20


def by_sql(city: City, rubric) -> dict:
    with laid_out(city.round, rubric, at=city.at) as figures:
        return {row.community_id: row for row in figures.rows()}


def columns(row) -> tuple:
    parts = (row.assessment_points, row.self_check_points, row.rectification_points, row.bonus_points, row.malus_points)
    return *parts, row.total_points, row.rank, row.class_rank, row.grade


def by_rules(city: City, rubric) -> dict[str, tuple]:
    """Every column by the community's code, and the score itself."""
    found = city_scores(city.inputs, city.round.span.months, rubric)
    rows = {}
    for score, place in zip(found.scores, found.places, strict=True):
        parts = (score.assessment.points, score.self_check, score.rectification, score.bonus, score.malus)
        places = (place.place, place.class_place, score.grade)
        rows[place.code] = (*map(round_half_up, parts), score.points, *places), score
    return rows


def test_sql_and_rules_agree_on_a_thousand_random_cities(cast):
    luck = Random(20261123)
    founder = Founder(cast, luck)
    rubrics = founder.rubrics(RUBRICS)
    read = {rubric.pk: load_rubric(rubric.content) for rubric in rubrics}
    cities = [founder.found(round) for round in founder.rounds(rubrics, CITIES)]
    founder.load()
    codes = {community.pk: community.code for community in founder.communities}
    explanations, halves = Explanations(), 0
    for number, city in enumerate(sorted(cities, key=lambda city: [c.pk for c in city.members])):
        Community.objects.update(is_active=False)
        Community.objects.filter(pk__in=[c.pk for c in city.members]).update(is_active=True)
        rubric = read[city.round.rubric_id]
        expected, rows = by_rules(city, rubric), by_sql(city, rubric)
        assert {codes[pk]: columns(row) for pk, row in rows.items()} == {c: row for c, (row, _) in expected.items()}
        halves += sum((score.exact * 1000) % 10 == 5 for _, score in expected.values())
        if number % (CITIES // OPENED) == 0:
            means = self_scores_in(city.round.span)
            for pk, row in rows.items():
                assert row.self_mean_points == means.get(pk)
                told = explain(expected[codes[pk]][1], city.round.span.months, rubric).as_mapping()
                assert explanations.of(row) == told
    assert halves > CITIES // 10  # figures that lie exactly between two hundredths are among them
