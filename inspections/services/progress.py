"""What other rooms read of the checks in the street: set-wise, the same number of queries for any city."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Q, Sum

from gongjian.lib.points import round_half_up
from gongjian.lib.quarters import Quarter
from inspections.models import FalseRectification, Finding, FrontageCheck, SelfCheck
from inspections.models.findings import CLOSED_IN_TIME
from inspections.services.self_checks import due_on

ON_TIME, LATE, MISSING = "on_time", "late", "missing"
DRAFT, RETURNED, NOT_DUE = "draft", "returned", "not_due"
HANDED_IN = ("submitted", "accepted")


def self_checks_in(quarter, communities, *, on: date) -> dict[int, dict[str, str]]:
    """Each community's three months as they stand on the day `on`; see `month_state`."""
    months = Quarter.parse(str(quarter)).months
    empty = {month: month_state(month, on=on) for month in months}
    states = {community.pk: dict(empty) for community in communities}
    rows = SelfCheck.objects.in_quarter(quarter).filter(community__in=list(states))
    for community, month, status, is_late in rows.values_list(
        "community", "month", "status", "is_late"
    ):
        states[community][month] = month_state(month, status, is_late=is_late, on=on)
    return states


def month_state(month: str, status: str = "", *, is_late: bool = False, on: date) -> str:
    """How a month stands on a day: on_time, late, missing, draft, returned or not_due; no status is nothing begun.

    What lies returned is not handed in; past its day, whatever is not handed in is missing (assessment 3.6).
    """
    if status in HANDED_IN:
        return LATE if is_late else ON_TIME
    if on > due_on(month):
        return MISSING
    return {"draft": DRAFT, "returned": RETURNED}.get(status, NOT_DUE)


def open_findings(communities) -> dict[int, int]:
    """How many findings of each community are not yet closed out; communities without any are 0."""
    counts = {community.pk: 0 for community in communities}
    found = Finding.objects.open().filter(community__in=list(counts)).order_by()
    return counts | dict(found.values_list("community").annotate(Count("pk")))


def rectification_in(quarter) -> dict[int, tuple[int, int]]:
    """(due, closed in time) of each community, over findings whose time ended in the quarter (assessment 3.6)."""
    rows = Finding.objects.due_in_quarter(quarter).order_by().values("community")
    rows = rows.annotate(due=Count("pk"), in_time=Count("pk", filter=CLOSED_IN_TIME))
    return {row["community"]: (row["due"], row["in_time"]) for row in rows}


def false_rectifications_in(quarter, *, until: datetime | None = None) -> dict[int, int]:
    """How many false rectifications were established in the quarter, by community: a malus of its own. One query."""
    marked = FalseRectification.objects.in_quarter(quarter)
    marked = marked.filter(marked_at__lte=until) if until else marked
    rows = marked.order_by().values_list("finding__community")
    return dict(rows.annotate(Count("pk")))


def recurrences_in(quarter) -> dict[int, int]:
    """How many findings of the quarter repeat one that had been closed out, by community. One query."""
    rows = Finding.objects.in_quarter(quarter).recurring().order_by().values_list("community")
    return dict(rows.annotate(Count("pk")))


def self_scores_in(quarter) -> dict[int, Decimal]:
    """The mean self-score of each community over its handed-in months; shown beside the city's, never scored."""
    rows = SelfCheck.objects.in_quarter(quarter).handed_in().order_by().values("community")
    rows = rows.annotate(total=Sum("total_points"), months=Count("pk"))
    # The sum of two-place figures is rounded back to two places: SQLite adds them as floats.
    return {
        row["community"]: round_half_up(Fraction(round_half_up(row["total"])) / row["months"])
        for row in rows
    }


def frontage_pass_share(quarter) -> dict[int, Fraction]:
    """The share of frontage checks of the quarter that found everything kept; only communities with checks."""
    rows = (
        FrontageCheck.objects.filter(quarter=str(quarter)).order_by().values("frontage__community")
    )
    rows = rows.annotate(checked=Count("pk"), passed_count=Count("pk", filter=Q(passed=True)))
    return {
        row["frontage__community"]: Fraction(row["passed_count"], row["checked"]) for row in rows
    }
