"""What the statement is fed with, laid out by community on the connection, and whether it can carry the quarter."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection
from django.db.models import Count

from communities.models import Community
from communities.models.places import Class
from scoring.models import Round
from scoring.models.adjustments import AdjustmentKind
from scoring.rules.rubrics.rubric import Rubric
from scoring.services.readings.adjustments import rules_for
from scoring.services.scores.figures_in_sql import sources
from scoring.services.scores.figures_in_sql.dialects import Statement
from scoring.services.scores.figures_in_sql.storing import CityFigures
from scoring.services.scores.figures_in_sql.whole_numbers import WholeNumbers

PASSES = Statement("CREATE TEMPORARY TABLE gathered_passes AS $sheets")
FINDINGS = Statement("""
CREATE TEMPORARY TABLE gathered_findings AS
SELECT due.community, due.times AS due, COALESCE(closed.times, 0) AS closed
FROM ($due) AS due LEFT JOIN ($closed) AS closed ON closed.community = due.community
""")
LAID_OUT = "SELECT on_pass, sheets, MIN(lowest), MAX(highest) FROM gathered_passes GROUP BY on_pass, sheets"
MOST_DUE = "SELECT COALESCE(MAX(due), 0) FROM gathered_findings"


def carries(rubric: Rubric) -> bool:
    """Whether SQL has all parts of the rubric; measured items, tie-breakers, absences and a bonus by the last place are
    left to the rules."""
    return not (
        rubric.measured
        or rubric.ranking.tie_breakers
        or rubric.ranking.lists_absent
        or rubric.bonus.by_place
    )


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
    """The figures, unless something lies there that the rubric does not know, or that no integer would hold."""
    passes, ((due,),) = _all(LAID_OUT), _all(MOST_DUE)
    cases = _cases(round)
    numbers = WholeNumbers(
        rubric, round.span.months, _divisors(rubric, [count for _, count, _, _ in passes])
    )
    is_known = {code for code, *_ in passes} <= {rule.code for rule in rubric.assessment.passes}
    is_known &= set(cases) <= _known_cases(rubric) and (
        not rubric.classes or _classes() <= set(rubric.classes)
    )
    is_possible = all(lowest >= 0 and highest <= 100_00 for *_, lowest, highest in passes)
    fits = numbers.fit(due=due, cases=sum(cases.values()))
    return CityFigures(round, numbers, at) if is_known and is_possible and fits else None


def _divisors(rubric: Rubric, counts: list[int]) -> list[int]:
    """By how many sheets the sums of the passes are divided."""
    trim = rubric.assessment.trim_from_sheets
    return sorted({count - 2 if trim and count >= trim else count for count in counts})


def _cases(round: Round) -> dict[tuple[str, str], int]:
    """How often each rule was applied; bonuses of their own reason under no code."""
    rows = (
        round.adjustments.in_force()
        .order_by()
        .values_list("kind", "rule_code")
        .annotate(Count("pk"))
    )
    return {(kind, code): count for kind, code, count in rows}


def _known_cases(rubric: Rubric) -> set[tuple[str, str]]:
    rules = rules_for(rubric).items()
    return {(AdjustmentKind.BONUS, ""), *((kind, code) for kind, known in rules for code in known)}


def _classes() -> set[str]:
    kinds = Community.objects.active().order_by().values_list("kind", flat=True).distinct()
    return {Class(kind).label for kind in kinds}


def _all(query: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
