"""Which rows the figures are computed from: the QuerySets used elsewhere, compiled into SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, F, Max, Min, QuerySet, Sum

from communities.models import Community
from inspections.models import FalseRectification, Finding, SelfCheck
from scoring.models import Adjustment, Round, Sheet
from scoring.services.readings.adjustments import takes_false_rectifications
from scoring.services.scores.figures_in_sql.dialects import Hundredths, Statement, compiled
from scoring.services.scores.inputs import findings_due

# Sheets and findings are summed by community once, beforehand: the checks of `carrying` and the
# statement read these sums, not the rows themselves.
PASSES = Statement("CREATE TEMPORARY TABLE gathered_passes AS $sheets")
FINDINGS = Statement("""
CREATE TEMPORARY TABLE gathered_findings AS
SELECT due.community, due.times AS due, COALESCE(closed.times, 0) AS closed
FROM ($due) AS due LEFT JOIN ($closed) AS closed ON closed.community = due.community
""")
DROPS = (
    "DROP TABLE IF EXISTS gathered_passes",
    "DROP TABLE IF EXISTS gathered_findings",
)


@contextmanager
def laid_out(round: Round, *, at: datetime) -> Iterator[None]:
    """Keep the round's sheets and findings, summed by community, on the connection in the block."""
    sheets, of_sheets = compiled("sheets", locked_sheets(round))
    due, of_due = compiled("due", due_findings(round, at))
    closed, of_closed = compiled("closed", closed_findings(round, at))
    try:
        with connection.cursor() as cursor:
            cursor.execute(PASSES.substitute(sheets=sheets), of_sheets)
            cursor.execute(FINDINGS.substitute(due=due, closed=closed), of_due | of_closed)
        yield
    finally:
        with connection.cursor() as cursor:
            for drop in DROPS:
                cursor.execute(drop)


def locked_sheets(round: Round) -> QuerySet[Any]:
    """Return count, sum, highest and lowest of the locked sheets, by community and pass."""
    points = Hundredths("total_points")
    sheets = Sheet.objects.filter(round=round).locked().order_by()
    return sheets.values("community", "on_pass").annotate(
        sheets=Count("pk"), total=Sum(points), highest=Max(points), lowest=Min(points)
    )


def due_findings(round: Round, at: datetime) -> QuerySet[Any]:
    """Return how many findings ran out of time, by community."""
    return _counted(findings_due(round.span, at))


def closed_findings(round: Round, at: datetime) -> QuerySet[Any]:
    """Return how many of these were closed out in time, by community."""
    return _counted(findings_due(round.span, at).closed_in_time())


def _counted(findings: QuerySet[Finding]) -> QuerySet[Any]:
    return findings.order_by().values("community").annotate(times=Count("pk"))


def register() -> QuerySet[Any]:
    """Return the communities that are scored."""
    communities = Community.objects.active().order_by()
    return communities.values("id", "code", "kind")


def reported_months(round: Round) -> QuerySet[Any]:
    """Return the self-checks handed in, one a community and month."""
    self_checks = SelfCheck.objects.in_quarter(round.span)
    handed_in = self_checks.handed_in().order_by()
    return handed_in.values("community", "month", "is_late", marked=Hundredths("total_points"))


def recorded_cases(round: Round) -> QuerySet[Any]:
    """Return the cases on record beside the sheets."""
    adjustments = Adjustment.objects.filter(round=round)
    cases = adjustments.in_force().order_by()
    return cases.values(
        "community", "kind", "rule_code", "reason", own=Hundredths("points"), number=F("pk")
    )


def established_cases(round: Round, at: datetime) -> QuerySet[Any]:
    """Return how many false rectifications were established, by community.

    None where the rubric takes nothing for them.
    """
    marked = FalseRectification.objects.in_quarter(round.span)
    marked = marked.filter(marked_at__lte=at).order_by()
    if not takes_false_rectifications(round):
        marked = marked.filter(marked_at__isnull=True)  # none(), in a form that compiles to SQL
    return marked.values(community=F("finding__community")).annotate(times=Count("pk"))
