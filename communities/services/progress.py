"""How far a quarter's duties are, for many communities and for all units at once, in a constant
number of queries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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


def duties_in(
    quarter: Quarter, communities: QuerySet[Community] | Iterable[Community]
) -> dict[int, Duties]:
    """The duties of each of `communities` by its id; nothing done is a row of zeros. Seven queries.

    Topics count in the quarter in which they were raised.
    """
    span = Quarter.parse(str(quarter))
    counts: dict[int, dict] = {}
    for pk in _ids(communities):
        counts[pk] = {}
    for rows in (
        _assignments(span, communities),
        _items(span, communities),
        _held(Meeting, "meetings", MeetingStatus.HELD, span, communities),
        _held(LabourDay, "labour_days", LabourStatus.HELD, span, communities),
        _of(Visit.objects.in_quarter(span), communities).annotate(visits=Count("pk")),
        _topics(span, communities),
    ):
        for row in rows:
            counts[row.pop("community")].update(row)
    return {pk: Duties(**row) for pk, row in counts.items()}


def _ids(communities) -> list[int]:
    if isinstance(communities, QuerySet):
        return list(communities.values_list("pk", flat=True))
    return [community.pk for community in communities]


def _of(rows: QuerySet, communities) -> QuerySet:
    """Rows of the communities, grouped by community."""
    return rows.filter(community__in=communities).order_by().values("community")


def _assignments(span, communities):
    assignments = Assignment.objects.in_quarter(span)
    rows = assignments.filter(community__in=communities)
    for pk, community, status, acknowledged_at, completed_at in rows.values_list(
        "pk", "community", "status", "acknowledged_at", "completed_at"
    ):
        yield {
            "community": community,
            "assignment_id": pk,
            "assignment_status": status,
            "acknowledged_at": acknowledged_at,
            "completed_at": completed_at,
        }


def _items(span, communities):
    rows = AssignmentItem.objects.filter(
        assignment__plan__quarter=str(span), assignment__community__in=communities
    )
    counted = rows.order_by().values_list("assignment__community")
    counted = counted.annotate(Count("pk"), Count("done_on"))
    for community, items, done_count in counted:
        yield {"community": community, "items": items, "items_done": done_count}


def _held(model, name: str, flag: str, span, communities) -> QuerySet:
    counts = {f"{name}_called": Count("pk"), f"{name}_held": Count("pk", filter=Q(status=flag))}
    rows = model.objects.in_quarter(span)
    return _of(rows, communities).annotate(**counts)


def _topics(span, communities) -> QuerySet:
    begin, end = span.span()
    raised = Topic.objects.filter(raised_at__gte=begin, raised_at__lt=end)
    unanswered = Count("pk", filter=Q(status=TopicStatus.OPEN))
    return _of(raised, communities).annotate(topics=Count("pk"), topics_unanswered=unanswered)
