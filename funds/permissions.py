"""Who keeps a community's money, who promises some, and who decides what it is spent on."""

from communities.models import Community
from communities.permissions import acts_for_group, is_office, leads
from gongjian.accounts.roles import Role
from units.models import Unit


def may_keep_account(user, community) -> bool:
    """Lead-unit officers, community workers and the office register, ask and disclose."""
    return is_office(user) or acts_for_group(user, community)


def communities_kept_by(user):
    """Communities for which `may_keep_account` holds."""
    if is_office(user):
        return Community.objects.active()
    return Community.objects.kept_by(user).active()


def communities_pledged_in_by(user):
    """Communities in which the user may write down a pledge: those he keeps, and those where his
    unit has a seat.
    """
    groups = Unit.objects.held_by(user, Role.MEMBER_LIAISON)
    own_communities = Community.objects.filter(group__members__unit__in=groups)
    communities = Community.objects.filter(pk__in=own_communities.values("pk"))
    seated = communities.active()
    return communities_kept_by(user) | seated


def speaks_for(user, unit) -> bool:
    """Whether the user is the unit's liaison on his day. One query."""
    if unit is None:
        return False
    own_units = Unit.objects.held_by(user, Role.MEMBER_LIAISON)
    return own_units.filter(pk=unit.pk).exists()


def may_pledge(user, community, unit=None) -> bool:
    """Besides the keepers, a member unit's liaison for his own unit where it has a seat."""
    if may_keep_account(user, community):
        return True
    if not speaks_for(user, unit):
        return False
    return unit.seats.filter(group__community=community).exists()


def may_withdraw_pledge(user, pledge) -> bool:
    return may_pledge(user, pledge.community, pledge.unit)


def may_receive_on(user, pledge) -> bool:
    return may_keep_account(user, pledge.community)


def is_the_payee(user, expense) -> bool:
    """By name: the books know no more of a payee."""
    return expense.payee.strip() == user.name


def may_decide_expense(user, expense) -> bool:
    """The lead unit's officer or the director of the office; never who asked, never who is paid
    (assessment 3.5).
    """
    if user.pk == expense.requested_by_id or is_the_payee(user, expense):
        return False
    return user.has_role(Role.OFFICE_DIRECTOR) or leads(user, expense.community)
