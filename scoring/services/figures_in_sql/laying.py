"""What the statement is fed with, laid out by community on the connection, and whether it can carry the quarter."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from string import Template

from django.db import connection

from communities.models import Community
from communities.models.places import Class
from scoring.models import Round
from scoring.models.adjustments import AdjustmentKind
from scoring.rules.rubric import Rubric
from scoring.services.adjustments import rules_for
from scoring.services.figures_in_sql import sources
from scoring.services.figures_in_sql.storing import CityFigures
from scoring.services.figures_in_sql.whole_numbers import WholeNumbers

PASSES = Template("CREATE TEMPORARY TABLE gathered_passes AS $sheets")
FINDINGS = Template("""
CREATE TEMPORARY TABLE gathered_findings AS
SELECT due.community, due.times AS due, COALESCE(closed.times, 0) AS closed
FROM ($due) AS due LEFT JOIN ($closed) AS closed ON closed.community = due.community
""")
EXTREMES = """
SELECT COALESCE(MIN(lowest), 0), COALESCE(MAX(highest), 0), (SELECT COALESCE(MAX(due), 0) FROM gathered_findings)
FROM gathered_passes
"""


def carries(rubric: Rubric) -> bool:
    """Whether SQL has all parts of the rubric; measured items, tie-breakers and absences are left to the rules."""
    return not (rubric.measured or rubric.ranking.tie_breakers or rubric.ranking.lists_absent)


@contextmanager
def laid_out(round: Round, rubric: Rubric, *, at: datetime) -> Iterator[CityFigures | None]:
    """The city's figures, ready to be stored or read inside the block; None where only the rules can compute them.

    That is also where something strange was recorded, about which the rules say in words what is wrong with it.
    """
    if not carries(rubric):
        yield None
        return
    try:
        _lay(round, at)
        yield _figures(round, rubric, at)
    finally:
        _clear()


def _lay(round: Round, at: datetime) -> None:
    sheets, parameters = sources.compiled("sheets", sources.sheets(round))
    due, of_due = sources.compiled("due", sources.due(round, at))
    closed, of_closed = sources.compiled("closed", sources.closed(round, at))
    with connection.cursor() as cursor:
        cursor.execute(PASSES.substitute(sheets=sheets), parameters)
        cursor.execute(FINDINGS.substitute(due=due, closed=closed), of_due | of_closed)


def _clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS gathered_passes")
        cursor.execute("DROP TABLE IF EXISTS gathered_findings")


def _figures(round: Round, rubric: Rubric, at: datetime) -> CityFigures | None:
    lowest, highest, due = _all(EXTREMES)[0]
    numbers = WholeNumbers(rubric, round.span.months, _divisors(rubric))
    is_sound = 0 <= lowest and highest <= 100_00 and not _strange(round, rubric)
    fits = numbers.fit(due=due, cases=round.adjustments.in_force().count())
    return CityFigures(round, numbers, at) if is_sound and fits else None


def _divisors(rubric: Rubric) -> list[int]:
    """By how many sheets the sums of the passes are divided."""
    trim = rubric.assessment.trim_from_sheets
    counts = [count for (count,) in _all("SELECT DISTINCT sheets FROM gathered_passes")]
    return sorted({count - 2 if trim and count >= trim else count for count in counts})


def _strange(round: Round, rubric: Rubric) -> bool:
    """Whether something lies beside the figures that the rubric does not know: a pass, a class, a rule."""
    passes = {code for (code,) in _all("SELECT DISTINCT on_pass FROM gathered_passes")}
    if passes - {rule.code for rule in rubric.assessment.passes}:
        return True
    kinds = Community.objects.active().order_by().values_list("kind", flat=True).distinct()
    if rubric.classes and {Class(kind).label for kind in kinds} - set(rubric.classes):
        return True
    known = {(kind, code) for kind, rules in rules_for(rubric).items() for code in rules}
    cases = round.adjustments.in_force().order_by().values_list("kind", "rule_code").distinct()
    return bool(set(cases) - known - {(AdjustmentKind.BONUS, "")})


def _all(query: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
