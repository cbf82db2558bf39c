"""Whom an act in some communities concerns: users by their postings on a day, in one query each."""

from datetime import date

from django.db.models import Q

from communities.models.groups import GroupMember
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role


def _holding(where: Q, on: date):
    appointments = Appointment.objects.in_force(on)
    holdings = appointments.filter(where)
    return User.objects.filter(is_active=True, pk__in=holdings.values("user"))


def lead_officers(communities, *, on: date):
    """The officers of the lead units of `communities`, a QuerySet or a list."""
    where = Q(role=Role.LEAD_OFFICER, unit_posting__unit__led_groups__community__in=communities)
    return _holding(where, on)


def community_workers(communities, *, on: date):
    """The workers of `communities`."""
    where = Q(role=Role.COMMUNITY_WORKER, community_posting__community__in=communities)
    return _holding(where, on)


def officers(communities, *, on: date):
    """Those on whose tables a quarter's work lands: officers of all units of the groups, and the
    workers.
    """
    group_members = GroupMember.objects.filter(group__community__in=communities)
    seated = group_members.values("unit")
    roles = [Role.LEAD_OFFICER, Role.MEMBER_LIAISON]
    of_units = Q(role__in=roles, unit_posting__unit__in=seated)
    where = of_units | Q(role=Role.COMMUNITY_WORKER, community_posting__community__in=communities)
    return _holding(where, on)


def group_people(community, *, on: date):
    """Everyone of one group: its units' officers, the community's workers and the liaison leader."""
    leader = Q(role=Role.LIAISON_LEADER, community_posting__community=community)
    return officers([community], on=on) | _holding(leader, on)
