"""How far a quarter's duties are, for many communities and for all units at once, in a constant
number of queries.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from communities.models import (
    Assignment,
    AssignmentItem,
    Community,
    LabourDay,
    Meeting,
    Topic,
    Visit,
)
from communities.models.forum import TopicStatus
from communities.models.labour_days import LabourStatus
from communities.models.meetings import MeetingStatus
from communities.models.plans import AssignmentStatus
from gongjian.lib.quarters import Quarter

Communities = QuerySet[Community] | Iterable[Community]
# Columns of some rows, one of them "community".
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Duties:
    """One community's quarter: the assignment, and what policy 四 asks of the group."""

    assignment_id: int | None = None
    assignment_status: str = ""
    acknowledged_at: datetime | None = None
    completed_at: datetime | None = None
    items: int = 0
    items_done: int = 0
    meetings_called: int = 0
    meetings_held: int = 0
    labour_days_called: int = 0
    labour_days_held: int = 0
    visits: int = 0
    topics: int = 0
    topics_unanswered: int = 0

    @property
    def is_acknowledged(self) -> bool:
        return self.acknowledged_at is not None

    @property
    def is_completed(self) -> bool:
        return self.assignment_status == AssignmentStatus.COMPLETED

    @property
    def meeting_held(self) -> bool:
        return self.meetings_held > 0

    @property
    def labour_day_held(self) -> bool:
        return self.labour_days_held > 0


def duties_in(quarter: Quarter, communities: Communities) -> dict[int, Duties]:
    """The duties of each of `communities` by its id; nothing done is a row of zeros. Seven queries.

    Topics count in the quarter in which they were raised.
    """
    span = Quarter.parse(str(quarter))
    if isinstance(communities, QuerySet):
        ids = list(communities.values_list("pk", flat=True))
    else:
        ids = [community.pk for community in communities]
    columns: dict[int, Row] = {pk: {} for pk in ids}
    for rows_of in (
        assignments_of,
        items_of,
        meetings_of,
        labour_days_of,
        visits_of,
        topics_of,
    ):
        for row in rows_of(span, communities):
            columns[row.pop("community")].update(row)
    return {pk: Duties(**row) for pk, row in columns.items()}


def _counts(rows: QuerySet[Any], communities: Communities, **counts: Count) -> Iterator[Row]:
    """Return the counts of each community that has such rows."""
    by_community = rows.filter(community__in=communities).order_by().values("community")
    yield from by_community.annotate(**counts)


def assignments_of(quarter: Quarter, communities: Communities) -> Iterator[Row]:
    """Return how far each community's assignment is."""
    assignments = Assignment.objects.in_quarter(quarter)
    rows = assignments.filter(community__in=communities)
    columns = ("community", "pk", "status", "acknowledged_at", "completed_at")
    for row in rows.values(*columns):
        row["assignment_id"] = row.pop("pk")
        row["assignment_status"] = row.pop("status")
        yield row


def items_of(quarter: Quarter, communities: Communities) -> Iterator[Row]:
    """Return how many items each community has, and how many of them are done."""
    in_quarter = AssignmentItem.objects.filter(assignment__plan__quarter=str(quarter))
    items = in_quarter.filter(assignment__community__in=communities)
    by_community = items.order_by().values_list("assignment__community")
    counted = by_community.annotate(Count("pk"), Count("done_on"))
    for community, items_count, done_count in counted.iterator():
        yield {"community": community, "items": items_count, "items_done": done_count}


def meetings_of(quarter: Quarter, communities: Communities) -> Iterator[Row]:
    """Return how many meetings were called and how many of them held."""
    meetings = Meeting.objects.in_quarter(quarter)
    closed = Count("pk", filter=Q(status=MeetingStatus.HELD))
    return _counts(meetings, communities, meetings_called=Count("pk"), meetings_held=closed)


def labour_days_of(quarter: Quarter, communities: Communities) -> Iterator[Row]:
    """Return how many labour days were called and how many of them held."""
    labour_days = LabourDay.objects.in_quarter(quarter)
    reported = Count("pk", filter=Q(status=LabourStatus.HELD))
    counts = {"labour_days_called": Count("pk"), "labour_days_held": reported}
    return _counts(labour_days, communities, **counts)


def visits_of(quarter: Quarter, communities: Communities) -> Iterator[Row]:
    """Return how many visits were recorded."""
    visits = Visit.objects.in_quarter(quarter)
    return _counts(visits, communities, visits=Count("pk"))


def topics_of(quarter: Quarter, communities: Communities) -> Iterator[Row]:
    """Return how many topics were raised, and how many of them wait for an answer."""
    begin, end = quarter.span()
    topics = Topic.objects.filter(raised_at__gte=begin, raised_at__lt=end)
    unanswered = Count("pk", filter=Q(status=TopicStatus.OPEN))
    return _counts(topics, communities, topics=Count("pk"), topics_unanswered=unanswered)
