"""Whom an act in some communities concerns: users by their postings on a day, in one query each."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from communities.models.groups import GroupMember
from communities.models.places import Community
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role

# A queryset, or a list of communities or of their ids.
Communities = QuerySet[Community] | Iterable[Community] | Iterable[int]


def _holding(where: Q, on: date) -> QuerySet[User]:
    appointments = Appointment.objects.in_force(on)
    holdings = appointments.filter(where)
    users: QuerySet[User] = User.objects.filter(is_active=True)
    return users.filter(pk__in=holdings.values("user"))


def lead_officers(communities: Communities, *, on: date) -> QuerySet[User]:
    """Return the officers of the lead units of `communities`."""
    where = Q(role=Role.LEAD_OFFICER, unit_posting__unit__led_groups__community__in=communities)
    return _holding(where, on)


def community_workers(communities: Communities, *, on: date) -> QuerySet[User]:
    """Return the workers of `communities`."""
    where = Q(role=Role.COMMUNITY_WORKER, community_posting__community__in=communities)
    return _holding(where, on)


def officers(communities: Communities, *, on: date) -> QuerySet[User]:
    """Return those who have a quarter's work to do.

    They are the officers of all units of the groups, and the workers.
    """
    group_members = GroupMember.objects.filter(group__community__in=communities)
    seated = group_members.values("unit")
    roles = [Role.LEAD_OFFICER, Role.MEMBER_LIAISON]
    of_units = Q(role__in=roles, unit_posting__unit__in=seated)
    where = of_units | Q(role=Role.COMMUNITY_WORKER, community_posting__community__in=communities)
    return _holding(where, on)


def group_people(community: Community, *, on: date) -> QuerySet[User]:
    """Return everyone of one group.

    They are its units' officers, the community's workers and the liaison leader.
    """
    leader = Q(role=Role.LIAISON_LEADER, community_posting__community=community)
    return officers([community], on=on) | _holding(leader, on)
