"""Which rows the figures are computed from: the QuerySets that say it elsewhere, compiled into the statements."""

from datetime import datetime

from django.db.models import Count, F, Max, Min, QuerySet, Sum

from communities.models import Community
from inspections.models import FalseRectification, SelfCheck
from scoring.models import Adjustment, Round, Sheet
from scoring.services.scores.figures_in_sql.dialects import Hundredths
from scoring.services.scores.inputs import findings_due, takes_false_rectifications

Parameters = dict[str, object]


def compiled(name: str, rows: QuerySet) -> tuple[str, Parameters]:
    """The rows as SQL with parameters of their own names, so that several can stand in one statement."""
    text, values = rows.query.sql_with_params()
    names = [f"{name}_{number}" for number in range(len(values))]
    return text % tuple(f"%({each})s" for each in names), dict(zip(names, values, strict=True))


def register() -> QuerySet:
    return Community.objects.active().order_by().values("id", "code", "kind")


def sheets(round: Round) -> QuerySet:
    """Count, sum, highest and lowest of the locked sheets, by community and pass."""
    points = Hundredths("total_points")
    figures = {
        "sheets": Count("pk"),
        "total": Sum(points),
        "highest": Max(points),
        "lowest": Min(points),
    }
    return (
        Sheet.objects.filter(round=round)
        .locked()
        .order_by()
        .values("community", "on_pass")
        .annotate(**figures)
    )


def months(round: Round) -> QuerySet:
    """The self-checks handed in, one for each month."""
    handed_in = SelfCheck.objects.in_quarter(round.span).handed_in().order_by()
    return handed_in.values("community", "month", "is_late", marked=Hundredths("total_points"))


def due(round: Round, at: datetime) -> QuerySet:
    """How many findings ran out of time, by community."""
    return _counted(findings_due(round.span, at))


def closed(round: Round, at: datetime) -> QuerySet:
    """How many of these were closed out in time, by community."""
    return _counted(findings_due(round.span, at).closed_in_time())


def _counted(findings: QuerySet) -> QuerySet:
    return findings.order_by().values("community").annotate(times=Count("pk"))


def recorded(round: Round) -> QuerySet:
    """The cases on record beside the sheets."""
    cases = Adjustment.objects.filter(round=round).in_force().order_by()
    return cases.values(
        "community", "kind", "rule_code", "reason", own=Hundredths("points"), number=F("pk")
    )


def established(round: Round, at: datetime) -> QuerySet:
    """How many false rectifications were established, by community; none where the rubric takes nothing for them."""
    marked = FalseRectification.objects.in_quarter(round.span).filter(marked_at__lte=at).order_by()
    counted = marked if takes_false_rectifications(round) else marked.filter(marked_at=None)
    return counted.values(community=F("finding__community")).annotate(times=Count("pk"))
