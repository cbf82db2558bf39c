"""What other rooms read of the inspections: the same number of queries for any city."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Sum

from communities.models import Community
from gongjian.lib.points import round_half_up
from gongjian.lib.quarters import Quarter
from inspections.models import FalseRectification, Finding, SelfCheck
from inspections.models.self_checks import SelfCheckStatus, due_on

ON_TIME, LATE, MISSING = "on_time", "late", "missing"
DRAFT, RETURNED, NOT_DUE = "draft", "returned", "not_due"
HANDED_IN = (SelfCheckStatus.SUBMITTED, SelfCheckStatus.ACCEPTED)


def self_checks_in(
    quarter: Quarter | str, communities: Iterable[Community], *, on: date
) -> dict[int, dict[str, str]]:
    """Return the state of each community's three months on the day `on`; see `month_state`."""
    months = Quarter.parse(str(quarter)).months
    nothing_begun = {month: month_state(month, on=on) for month in months}
    states = {community.pk: dict(nothing_begun) for community in communities}
    checks = SelfCheck.objects.in_quarter(quarter).filter(community__in=list(states))
    rows = checks.values_list("community", "month", "status", "is_late")
    for community, month, status, is_late in rows:
        states[community][month] = month_state(month, status, is_late=is_late, on=on)
    return states


def month_state(month: str, status: str = "", *, is_late: bool = False, on: date) -> str:
    """Return on_time, late, missing, draft, returned or not_due; no status is nothing begun.

    What lies returned is not handed in; past its day, whatever is not handed in is missing
    (assessment 3.6).
    """
    if status in HANDED_IN:
        return LATE if is_late else ON_TIME
    if on > due_on(month):
        return MISSING
    if status == SelfCheckStatus.DRAFT:
        return DRAFT
    if status == SelfCheckStatus.RETURNED:
        return RETURNED
    return NOT_DUE


def open_findings(communities: Iterable[Community]) -> dict[int, int]:
    """Return how many findings of each community are not yet closed out, 0 included."""
    counts = {community.pk: 0 for community in communities}
    findings = Finding.objects.open().filter(community__in=list(counts))
    rows = findings.order_by().values_list("community").annotate(Count("pk"))
    return counts | dict(rows)


def false_rectifications_in(
    quarter: Quarter | str, *, until: datetime | None = None
) -> dict[int, int]:
    """Return how many false rectifications were established in the quarter, by community.

    They are a malus of their own. One query.
    """
    marked = FalseRectification.objects.in_quarter(quarter)
    if until:
        marked = marked.filter(marked_at__lte=until)
    rows = marked.order_by().values_list("finding__community")
    return dict(rows.annotate(Count("pk")))


def recurrences_in(quarter: Quarter | str) -> dict[int, int]:
    """Return how many findings of the quarter repeat a closed-out one, by community. One query."""
    findings = Finding.objects.in_quarter(quarter).recurring()
    rows = findings.order_by().values_list("community")
    return dict(rows.annotate(Count("pk")))


def self_scores_in(quarter: Quarter | str) -> dict[int, Decimal]:
    """Return the mean self-score of each community over its handed-in months.

    It is shown beside the city's score and never part of it.
    """
    checks = SelfCheck.objects.in_quarter(quarter).handed_in()
    rows = checks.order_by().values("community")
    scores = {}
    for row in rows.annotate(total=Sum("total_points"), months=Count("pk")):
        # Two-place figures sum to two places; SQLite adds them as floats, so they are rounded back.
        total = round_half_up(row["total"])
        mean = Fraction(total) / row["months"]
        scores[row["community"]] = round_half_up(mean)
    return scores
