"""The figures as rows: stored over those of an earlier gathering, or read to compare with what was stored."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.db import connection

from scoring.models import Round, Score
from scoring.services.scores.figures_in_sql import sources, statement
from scoring.services.scores.figures_in_sql.dialects import Statement, words
from scoring.services.scores.figures_in_sql.whole_numbers import WholeNumbers

STORE = Statement("""
INSERT INTO scoring_score (
    round_id, community_id, assessment_points, self_check_points, rectification_points, bonus_points, malus_points,
    total_points, self_mean_points, rank, class_rank, grade, inputs
)
SELECT %(round)s, community, assessment / 100.0, self_check / 100.0, rectification / 100.0, bonus / 100.0,
    malus / 100.0, total / 100.0, self_mean / 100.0, place, class_place, $grade, inputs
FROM ($figures) AS figures
WHERE true
ON CONFLICT (round_id, community_id) DO UPDATE SET
    assessment_points = excluded.assessment_points, self_check_points = excluded.self_check_points,
    rectification_points = excluded.rectification_points, bonus_points = excluded.bonus_points,
    malus_points = excluded.malus_points, total_points = excluded.total_points,
    self_mean_points = excluded.self_mean_points, rank = excluded.rank, class_rank = excluded.class_rank,
    grade = excluded.grade, inputs = excluded.inputs, explanation = NULL
""")
READ = Statement("""
SELECT community, assessment, self_check, rectification, bonus, malus, total, self_mean, place, class_place, $grade,
    CAST(inputs AS text)
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
class CityFigures:
    """The whole city's figures, computed by the database each time they are asked for."""

    round: Round
    numbers: WholeNumbers
    at: datetime

    def store(self) -> None:
        """Write a score for every community in the register; one stored before keeps its number."""
        with connection.cursor() as cursor:
            cursor.execute(*self._put_into(STORE))

    def rows(self) -> list[Score]:
        """The same as unsaved rows, best first."""
        with connection.cursor() as cursor:
            cursor.execute(*self._put_into(READ))
            return [self._row(*row) for row in cursor]

    def _row(self, community: int, *found) -> Score:
        *points, rank, class_rank, grade, inputs = found
        given = {name: _points(hundredths) for name, hundredths in zip(POINTS, points, strict=True)}
        places = {"rank": rank, "class_rank": class_rank, "grade": grade}
        return Score(
            round=self.round, community_id=community, inputs=json.loads(inputs), **given, **places
        )

    @cached_property
    def _select(self) -> tuple[str, sources.Parameters]:
        return statement.figures(self.round, self.numbers, at=self.at)

    def _put_into(self, template: Statement) -> tuple[str, sources.Parameters]:
        figures, parameters = self._select
        grades = {f"grade_{n}": grade.name for n, grade in enumerate(self.numbers.rubric.grades)}
        named = " ".join(f"WHEN {n} THEN %(grade_{n})s" for n in range(len(grades)))
        text = template.substitute(
            {**words(), "figures": figures, "grade": f"CASE grade {named} END"}
        )
        return text, {"round": self.round.pk, **parameters, **grades}


def _points(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths).scaleb(-2)
