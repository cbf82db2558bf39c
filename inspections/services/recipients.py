"""Whom to tell: the officers of a unit, and those who keep a community's records."""

from collections import defaultdict
from datetime import date

from communities.models import CommunityPosting
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import OFFICE, Role
from inspections.models.findings import PUTTING_RIGHT
from units.models import Posting


def officers_of(units, on: date, *, roles=PUTTING_RIGHT) -> dict[int, list[User]]:
    """The officers of each unit on a day, by the unit's id. One query, however many units."""
    told = defaultdict(list)
    posts = Posting.objects.filter(
        unit__in=units, appointment__role__in=roles, appointment__user__is_active=True
    )
    posts = (
        posts.filter(appointment__in=_in_force(on))
        .select_related("appointment__user")
        .order_by("pk")
    )
    for post in posts:
        told[post.unit_id].append(post.appointment.user)
    return told


def keepers_of(community, on: date) -> list[User]:
    """The lead unit's officers and the community's workers on a day. Reads the group; three queries."""
    workers = CommunityPosting.objects.filter(
        community=community,
        appointment__role=Role.COMMUNITY_WORKER,
        appointment__user__is_active=True,
    )
    workers = (
        workers.filter(appointment__in=_in_force(on))
        .select_related("appointment__user")
        .order_by("pk")
    )
    lead = lead_unit_of(community)
    officers = officers_of([lead], on, roles=[Role.LEAD_OFFICER])[lead.pk] if lead else []
    return officers + [post.appointment.user for post in workers]


def lead_unit_of(community):
    """The unit that leads the community's group; None while there is no group."""
    group = getattr(community, "group", None)
    return group.lead_unit if group else None


def _in_force(on: date):
    return Appointment.objects.in_force(on)


def office_people(on: date) -> list[User]:
    """The staff and the director of the office on a day. One query."""
    held = _in_force(on).filter(role__in=OFFICE)
    return list(User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk"))
