"""The duties of member units in a quarter: how much was due of each unit, and how much it did."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from communities.models import (
    AssignmentItem,
    LabourAttendance,
    LabourDay,
    Meeting,
    MeetingAttendance,
)
from communities.models.labour_days import LabourStatus
from communities.models.meetings import MeetingStatus
from gongjian.lib.quarters import Quarter
from inspections.models import FrontageCheck
from scoring.rules.scores.years import Share


def duty_shares(
    quarter: Quarter, joined: Mapping[int, Iterable[int]]
) -> dict[int, dict[str, Share]]:
    """Return each member unit's own duties, due and done, by unit id. Six queries.

    `joined`: the ids of the communities in which each unit is a member. Meetings and labour days
    are those held there and attended by the unit; one not written down as present was absent.
    Tasks and 门前三包 checks are the whole group's (policy 二之三): each member carries its share.
    """
    meetings = Meeting.objects.in_quarter(quarter).filter(status=MeetingStatus.HELD)
    meetings_held = _held_by_community(meetings)
    rows = MeetingAttendance.objects.filter(meeting__in=meetings, attended=True)
    meetings_met = _attended_by_unit(
        rows,
        "meeting__community",
    )
    labour_days = LabourDay.objects.in_quarter(quarter).filter(status=LabourStatus.HELD)
    days_held = _held_by_community(labour_days)
    days_worked = _attended_by_unit(
        LabourAttendance.objects.filter(labour_day__in=labour_days, headcount__gt=0),
        "labour_day__community",
    )
    tasks = tasks_by_community(quarter)
    frontage_checks = frontage_checks_by_community(quarter)

    shares = {}
    for unit, communities in joined.items():
        shares[unit] = {
            "meetings": _attendance(unit, communities, meetings_held, meetings_met),
            "labour_days": _attendance(unit, communities, days_held, days_worked),
            "tasks": _together(communities, tasks),
            "frontage_checks": _together(communities, frontage_checks),
        }
    return shares


def _held_by_community(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("community").annotate(Count("pk")))


def _attended_by_unit(rows: QuerySet[Any], community: str) -> Counter[tuple[int, int]]:
    """Return by (unit, community) how often the unit was there."""
    counts: Counter[tuple[int, int]] = Counter()
    for unit, place, count in rows.order_by().values_list("unit", community).annotate(Count("pk")):
        counts[unit, place] = count
    return counts


def _attendance(
    unit: int,
    communities: Iterable[int],
    times_held: Mapping[int, int],
    attended: Counter[tuple[int, int]],
) -> Share:
    due = attended_times = 0
    for community in communities:
        times = times_held.get(community, 0)
        due += times
        attended_times += min(attended[unit, community], times)
    return Share(due, attended_times)


def tasks_by_community(quarter: Quarter) -> dict[int, Share]:
    """Return the items of the quarter's work plan, and those done by their day."""
    items = AssignmentItem.objects.filter(assignment__plan__quarter=str(quarter))
    due_on = Coalesce(F("item__due_on"), F("assignment__plan__due_on"))
    return _shares(items, "assignment__community", Q(done_on__lte=due_on))


def frontage_checks_by_community(quarter: Quarter) -> dict[int, Share]:
    """Return the 门前三包 checks of the quarter, and those passed."""
    checks = FrontageCheck.objects.filter(quarter=str(quarter))
    return _shares(checks, "frontage__community", Q(passed=True))


def _shares(rows: QuerySet[Any], community: str, is_fulfilled: Q) -> dict[int, Share]:
    counts = rows.order_by().values_list(community)
    counts = counts.annotate(Count("pk"), fulfilled=Count("pk", filter=is_fulfilled))
    shares_by_place = {}
    for place, due, fulfilled in counts:
        shares_by_place[place] = Share(due, fulfilled)
    return shares_by_place


def _together(communities: Iterable[int], shares: Mapping[int, Share]) -> Share:
    due = fulfilled = 0
    for community in communities:
        if community in shares:
            due += shares[community].due
            fulfilled += shares[community].done
    return Share(due, fulfilled)
