"""负担清单: everything that a month asks of every unit and community, gathered set-wise from all
rooms.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from communities.models import (
    Assignment,
    AssignmentItem,
    Community,
    GroupMember,
    LabourDay,
    Meeting,
)
from gongjian.lib.quarters import Quarter, day_start, month_end, month_of, quarter_of_month
from gongjian.office.burden.duties import BurdenDuty, table
from inspections.models import Checklist, Finding, Photo
from inspections.services.checklists import rules_of
from units.models import Unit

MEETING = ("meeting_call", "meeting_minutes")
LABOUR_DAY = ("labour_call", "labour_report")


class Party(NamedTuple):
    """Who is asked: a unit or a community, by its primary key."""

    kind: str
    pk: int


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of a month: how many fields and photos, how many minutes, about what."""

    duty: BurdenDuty
    party: Party
    community: str
    fields: int
    minutes: int
    photos: int = 0
    times: int = 1
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """A community with what its group's duties depend on."""

    pk: int
    name: str
    lead: Party
    seats: int


def asks_in(month: str) -> dict[Party, list[Ask]]:
    """What the month asks of each party; one that is asked nothing is absent.

    Eight queries, whatever the city.

    A duty of the quarter counts in the month in which it was held; not held yet, in the quarter's
    last month.
    """
    places = _places()
    asks = defaultdict(list)
    for ask in (
        *_tasks(month, places),
        *_group_duties(month, places),
        *_self_checks(month, places),
        *_rectifications(month),
        *_attendance(month, places),
    ):
        asks[ask.party].append(ask)
    return dict(asks)


def _places() -> dict[int, _Place]:
    communities = Community.objects.active().filter(group__lead_unit__isnull=False)
    rows = communities.order_by("code")
    rows = rows.values_list("pk", "name", "group__lead_unit").annotate(Count("group__members"))
    places = {}
    for pk, name, lead, seats in rows:
        places[pk] = _Place(pk, name, Party("unit", lead), seats)
    return places


def _ask(code: str, place: _Place, party: Party, *, times: int = 1, text: str = "") -> Ask:
    duty = table().duties[code]
    fields = len(duty.fields) + len(duty.fields_each) * place.seats
    return Ask(
        duty, party, place.name, fields * times, duty.minutes * times, times=times, text=text
    )


def _tasks(month: str, places: dict[int, _Place]) -> Iterator[Ask]:
    """The quarter's work as it lies on each community's table: signed for, done item by item,
    reported.
    """
    start = date.fromisoformat(f"{month}-01")
    end = month_end(month)
    issued = Q(plan__issued_at__gte=day_start(start), plan__issued_at__lt=day_start(end))
    due = Q(plan__due_on__gte=start, plan__due_on__lt=end)
    assignments = Assignment.objects.filter(
        issued | due, community__in=list(places)
    ).select_related("plan")
    for assignment in assignments.order_by("pk"):
        place = places[assignment.community_id]
        if (
            assignment.plan.issued_at
            and month_of(timezone.localdate(assignment.plan.issued_at)) == month
        ):
            yield _ask("acknowledge", place, place.lead, text=assignment.plan.title)
        if month_of(assignment.plan.due_on) == month:
            party = Party("community", place.pk)
            yield _ask("assignment_report", place, party, text=assignment.plan.title)
    in_month = Q(item__due_on__gte=start, item__due_on__lt=end)
    with_plan = Q(
        item__due_on=None, assignment__plan__due_on__gte=start, assignment__plan__due_on__lt=end
    )
    assignment_items = AssignmentItem.objects.filter(
        in_month | with_plan, assignment__community__in=list(places)
    )
    items = assignment_items.order_by("pk")
    for community, text in items.values_list("assignment__community", "item__text"):
        yield _ask("plan_item", places[community], Party("community", community), text=text)


def _group_duties(month: str, places: dict[int, _Place]) -> Iterator[Ask]:
    """The meeting, the labour day and the account of the quarter, asked of the lead unit."""
    quarter = quarter_of_month(month)
    meetings = _months_held(Meeting, "starts_at", quarter)
    labour_days = _months_held(LabourDay, "held_on", quarter)
    last = quarter.months[-1]
    for place in places.values():
        for model, codes in (
            (meetings, ("meeting_call", "meeting_minutes")),
            (labour_days, ("labour_call", "labour_report")),
        ):
            times = model.get(place.pk, [last]).count(month)
            if times:
                yield from (_ask(code, place, place.lead, times=times) for code in codes)
        if month == last:
            yield _ask("disclosure", place, place.lead, text=quarter.title)


def _months_held(model, column: str, quarter: Quarter) -> dict[int, list[str]]:
    """By community, the month of each meeting or labour day of the quarter. One query."""
    months = defaultdict(list)
    for community, held_on in model.objects.in_quarter(quarter).values_list("community", column):
        if column == "held_on":
            day = held_on
        else:
            day = timezone.localdate(held_on)
        months[community].append(month_of(day))
    return months


def _self_checks(month: str, places: dict[int, _Place]) -> Iterator[Ask]:
    """One field an item; photos none: they are taken only where something is wrong."""
    checklists = Checklist.objects.current(month_end(month))
    checklist = checklists.first()
    if checklist is None:
        return
    duty = table().duties["self_check"]
    items = len(rules_of(checklist).items)
    for place in places.values():
        yield Ask(duty, place.lead, place.name, items, duty.minutes)


def _rectifications(month: str) -> Iterator[Ask]:
    """Findings whose time ends in the month, by the unit they lie with; a photo where there is one
    from before.
    """
    day = date.fromisoformat(f"{month}-01")
    start = day_start(day)
    end = day_start(month_end(month))
    before = Photo.objects.before().filter(finding=OuterRef("pk"))
    findings = Finding.objects.filter(due_at__gte=start, due_at__lt=end)
    due = findings.exclude(responsible_unit=None)
    rows = due.annotate(shown=Exists(before))
    rows = rows.order_by().values("responsible_unit", "community__name")
    photos = Count("pk", filter=Q(shown=True))
    rows = rows.annotate(times=Count("pk"), photos=photos)
    duty = table().duties["rectify"]
    for row in rows.order_by("responsible_unit", "community__name"):
        times = row["times"]
        party = Party("unit", row["responsible_unit"])
        minutes = duty.minutes * times
        fields = len(duty.fields) * times
        yield Ask(duty, party, row["community__name"], fields, minutes, row["photos"], times)


def _attendance(month: str, places: dict[int, _Place]) -> Iterator[Ask]:
    """Member units: named, so that everybody sees that they are asked for nothing."""
    group_members = GroupMember.objects.filter(group__community__in=list(places))
    seats = group_members.exclude(role="lead").order_by("pk")
    for unit, community in seats.values_list("unit", "group__community"):
        yield _ask("attendance", places[community], Party("unit", unit))


def names_of(parties) -> dict[Party, str]:
    """The names of the asked. Two queries."""
    pks = []
    for party in parties:
        if party.kind == "unit":
            pks.append(party.pk)
    units = Unit.objects.filter(pk__in=pks)
    communities = Community.objects.filter(
        pk__in=[party.pk for party in parties if party.kind == "community"]
    )
    names = {}
    for pk, name in units.values_list("pk", "short_name"):
        names[Party("unit", pk)] = name
    return names | {
        Party("community", pk): name for pk, name in communities.values_list("pk", "name")
    }
