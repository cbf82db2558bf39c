"""Whom to notify: the officers of a unit, those who keep a community's records, the office."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from communities.models import Community, CommunityPosting
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import OFFICE, Role
from inspections.models.findings import PUTTING_RIGHT
from units.models import Posting, Unit


def officers_of(
    units: Iterable[Unit | int | None], on: date, *, roles: Iterable[str] = PUTTING_RIGHT
) -> defaultdict[int | None, list[User]]:
    """Return the officers of each unit on a day, by the unit's id; an empty list where none is.

    One query, however many units.
    """
    appointments = Appointment.objects.in_force(on).filter(role__in=roles)
    appointments = appointments.filter(user__is_active=True)
    postings = Posting.objects.filter(unit__in=list(units), appointment__in=appointments)
    officers: defaultdict[int | None, list[User]] = defaultdict(list)
    rows = postings.select_related("appointment__user")
    for posting in rows.order_by("pk"):
        officers[posting.unit_id].append(posting.appointment.user)
    return officers


def keepers_of(community: Community, on: date) -> list[User]:
    """Return the lead unit's officers and the community's workers on a day.

    Reads the group; three queries.
    """
    keepers = []
    lead_unit = lead_unit_of(community)
    if lead_unit:
        officers = officers_of([lead_unit], on, roles=[Role.LEAD_OFFICER])
        keepers += officers[lead_unit.pk]
    appointments = Appointment.objects.in_force(on).filter(user__is_active=True)
    workers = appointments.filter(role=Role.COMMUNITY_WORKER)
    postings = CommunityPosting.objects.filter(community=community, appointment__in=workers)
    rows = postings.select_related("appointment__user")
    for posting in rows.order_by("pk"):
        keepers.append(posting.appointment.user)
    return keepers


def lead_unit_of(community: Community) -> Unit | None:
    """Return the unit that leads the community's group; None while there is no group."""
    group = getattr(community, "group", None)
    return group.lead_unit if group else None


def office_people(on: date) -> list[User]:
    """Return the staff and the director of the office on a day. One query."""
    appointments = Appointment.objects.in_force(on).filter(role__in=OFFICE)
    users = User.objects.filter(is_active=True, pk__in=appointments.values("user"))
    return list(users.order_by("pk"))
