"""Whether the statement can carry a quarter: the rubric must know what is there, it must fit."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count

from communities.models import Community
from communities.models.places import Class
from scoring.models import Round
from scoring.models.adjustments import AdjustmentKind
from scoring.rules.rubrics.rubric import Rubric
from scoring.services.readings.adjustments import rules_for
from scoring.services.scores.figures_in_sql.city import CityInSql
from scoring.services.scores.figures_in_sql.whole_numbers import WholeNumbers

PASSES_HELD = """
SELECT on_pass, sheets, MIN(lowest), MAX(highest) FROM gathered_passes GROUP BY on_pass, sheets
"""
MOST_DUE = "SELECT COALESCE(MAX(due), 0) FROM gathered_findings"

# The most that a sheet can have, in hundredths.
FULL_SHEET = 100_00


def city_in_sql(round: Round, rubric: Rubric, *, at: datetime) -> CityInSql | None:
    """Return the figures of what `sources.laid_out` keeps; None where only the rules can compute.

    The rules name what is strange: a pass, a case or a class that the rubric does not know, sheets
    beyond 0..100. They also have numbers of any size.
    """
    passes = _rows(PASSES_HELD)
    known_passes = set()
    for rule in rubric.assessment.passes:
        known_passes.add(rule.code)
    for code, _, lowest, highest in passes:
        if code not in known_passes or lowest < 0 or highest > FULL_SHEET:
            return None
    cases = _cases(round)
    if not cases.keys() <= cases_in_rubric(rubric):
        return None
    if rubric.classes and not classes_in_register() <= set(rubric.classes):
        return None

    sheet_counts = {sheets for _, sheets, *_ in passes}
    divisors = divisors_of(rubric, sheet_counts)
    numbers = WholeNumbers(rubric, round.span.months, divisors)
    [(most_due,)] = _rows(MOST_DUE)
    fits = numbers.fit(due=most_due, cases=sum(cases.values()))
    if fits:
        return CityInSql(round, numbers, at)
    return None


def divisors_of(rubric: Rubric, sheet_counts: Collection[int]) -> list[int]:
    """Return by how many sheets the sums of the passes are divided: two fewer where trimmed."""
    trim_from = rubric.assessment.trim_from_sheets
    divisors = set()
    for count in sheet_counts:
        is_trimmed = trim_from is not None and count >= trim_from
        divisors.add(count - 2 if is_trimmed else count)
    return sorted(divisors)


def _cases(round: Round) -> dict[tuple[str, str], int]:
    """Return how often each rule was applied; bonuses for a reason of their own under no code."""
    cases = round.adjustments.in_force().order_by()
    rows = cases.values_list("kind", "rule_code").annotate(Count("pk"))
    return {(kind, code): count for kind, code, count in rows}


def cases_in_rubric(rubric: Rubric) -> set[tuple[str, str]]:
    cases = {(str(AdjustmentKind.BONUS), "")}
    for kind, names in rules_for(rubric).items():
        cases |= {(kind, code) for code in names}
    return cases


def classes_in_register() -> set[str]:
    communities = Community.objects.active().order_by()
    kinds = communities.values_list("kind", flat=True).distinct()
    classes = set()
    for kind in kinds:
        classes.add(str(Class(kind).label))
    return classes


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
