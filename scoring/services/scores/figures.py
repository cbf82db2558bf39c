"""The figures of a city's quarter: by one SQL statement where it can, else by the rules."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from communities.models import Community
from gongjian.lib.points import round_half_up
from inspections.services.progress import self_scores_in
from scoring.models import Round, Score
from scoring.rules.refusals import Missing
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.explanation import explain
from scoring.rules.scores.quarters import city_scores
from scoring.services.scores.figures_in_sql.carrying import city_in_sql
from scoring.services.scores.figures_in_sql.city import CityInSql
from scoring.services.scores.figures_in_sql.sources import laid_out
from scoring.services.scores.inputs import inputs_of, needs_rules
from scoring.services.scores.missing import refuse_missing


@contextmanager
def city_figures(
    round: Round, rubric: Rubric, *, at: datetime
) -> Iterator[CityInSql | list[Score]]:
    """Give the whole city's figures inside the block: in the database, or as unsaved rows.

    The rules compute where the SQL cannot, also where something was recorded that the rubric does
    not know: they say in words what is wrong with it. Raises Missing, Refused.
    """
    if needs_rules(rubric):
        yield scores_by_rules(round, rubric, at=at)
        return
    with laid_out(round, at=at):
        city = city_in_sql(round, rubric, at=at)
        yield city or scores_by_rules(round, rubric, at=at)


def scores_now(round: Round, *, at: datetime) -> list[Score]:
    """Return the rows as gathering would store them at `at`, best first, not saved.

    Raises Missing.
    """
    refuse_missing(round, at=at)
    with city_figures(round, round.rubric.rules, at=at) as figures:
        if isinstance(figures, CityInSql):
            return figures.scores()
        return figures


def scores_by_rules(round: Round, rubric: Rubric, *, at: datetime) -> list[Score]:
    """Compute every community's score by `scoring.rules`, with the whole explanation in each row.

    Best first, not saved. Raises Missing.
    """
    months = round.span.months
    communities = inputs_of(round, at=at)
    city = city_scores(communities, months, rubric)
    if city.lacking:
        raise Missing(
            *(f"{community.name}：{'；'.join(community.what)}" for community in city.lacking)
        )
    self_means = self_scores_in(round.quarter)
    pks = dict(Community.objects.active().values_list("code", "pk"))
    rows = []
    for score, place in zip(city.scores, city.places, strict=True):
        row = Score(round=round, community_id=pks[place.code])
        row.assessment_points = round_half_up(score.assessment.points)
        row.self_check_points = round_half_up(score.self_check)
        row.rectification_points = round_half_up(score.rectification)
        row.bonus_points = round_half_up(score.bonus)
        row.malus_points = round_half_up(score.malus)
        row.total_points = score.points
        row.self_mean_points = self_means.get(row.community_id)
        row.rank = place.place
        row.class_rank = place.class_place
        row.grade = score.grade
        row.explanation = explain(score, months, rubric).as_mapping()
        rows.append(row)
    return rows
