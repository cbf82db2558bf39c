"""A city's figures by the statement: stored over those gathered before, or read to compare."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from scoring.models import Round, Score
from scoring.services.scores.figures_in_sql.dialects import Parameters, Statement, words
from scoring.services.scores.figures_in_sql.statement import city_select
from scoring.services.scores.figures_in_sql.whole_numbers import WholeNumbers

# The statement gives whole hundredths, the table keeps points: / 100.0 is a numeric on PostgreSQL,
# on SQLite the float that the ORM would store for the same two places.
# WHERE true: without it SQLite would read ON CONFLICT as the ON of a join.
STORE = Statement("""
INSERT INTO scoring_score (
    round_id, community_id, assessment_points, self_check_points, rectification_points,
    bonus_points, malus_points, total_points, self_mean_points, rank, class_rank, grade, inputs
)
SELECT %(round)s, community, assessment / 100.0, self_check / 100.0, rectification / 100.0,
    bonus / 100.0, malus / 100.0, total / 100.0, self_mean / 100.0, place, class_place,
    $grade, inputs
FROM ($figures) AS figures
WHERE true
ON CONFLICT (round_id, community_id) DO UPDATE SET
    assessment_points = excluded.assessment_points,
    self_check_points = excluded.self_check_points,
    rectification_points = excluded.rectification_points,
    bonus_points = excluded.bonus_points,
    malus_points = excluded.malus_points,
    total_points = excluded.total_points,
    self_mean_points = excluded.self_mean_points,
    rank = excluded.rank,
    class_rank = excluded.class_rank,
    grade = excluded.grade,
    inputs = excluded.inputs,
    explanation = NULL
""")
READ = Statement("""
SELECT community, assessment, self_check, rectification, bonus, malus, total, self_mean,
    place, class_place, $grade, CAST(inputs AS text)
FROM ($figures) AS figures ORDER BY place, code
""")
POINTS = (
    "assessment_points",
    "self_check_points",
    "rectification_points",
    "bonus_points",
    "malus_points",
    "total_points",
    "self_mean_points",
)


@dataclass(frozen=True)
class CityInSql:
    """The whole city's figures, computed by the database each time they are asked for.

    Only while `sources.laid_out` keeps the sheets and findings.
    """

    round: Round
    numbers: WholeNumbers
    at: datetime

    def store(self) -> None:
        """Write a score for every community in the register; one stored before keeps its number."""
        with connection.cursor() as cursor:
            cursor.execute(*self._filled(STORE))

    def scores(self) -> list[Score]:
        """Return the same as unsaved rows, best first."""
        with connection.cursor() as cursor:
            cursor.execute(*self._filled(READ))
            return [self.score_of(*row) for row in cursor]

    def score_of(self, community: int, *columns: Any) -> Score:
        *hundredths, rank, class_rank, grade, inputs = columns
        score = Score(round=self.round, community_id=community)
        score.rank = rank
        score.class_rank = class_rank
        score.grade = grade
        score.inputs = json.loads(inputs)
        for name, figure in zip(POINTS, hundredths, strict=True):
            if figure is None:
                points = None
            else:
                points = Decimal(figure).scaleb(-2)
            setattr(score, name, points)
        return score

    def _filled(self, template: Statement) -> tuple[str, Parameters]:
        """Return the template around the statement, with names for its numbered grades."""
        figures, parameters = city_select(self.round, self.numbers, at=self.at)
        branches = []
        for number, grade in enumerate(self.numbers.rubric.grades):
            branches.append(f"WHEN {number} THEN %(grade_{number})s")
            parameters[f"grade_{number}"] = grade.name
        parameters["round"] = self.round.pk
        grade_name = f"CASE grade {' '.join(branches)} END"
        return template.substitute(words(), figures=figures, grade=grade_name), parameters
