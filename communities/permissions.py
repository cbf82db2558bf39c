"""Who acts for a community; higher apps build their own verbs on these two."""

from communities.models import Community
from gongjian.accounts.roles import OFFICE, Role


def leads(user, community) -> bool:
    """Whether the user is an officer of the community's lead unit on his day. One query."""
    return user.has_role(Role.LEAD_OFFICER) and Community.objects.led_by(user).filter(pk=community.pk).exists()


def works_in(user, community) -> bool:
    """Whether the user is posted as a worker of the community on his day. One query."""
    return user.has_role(Role.COMMUNITY_WORKER) and Community.objects.worked_by(user).filter(pk=community.pk).exists()


def acts_for_group(user, community) -> bool:
    """Lead-unit officer or community worker: those who keep the group's records."""
    return leads(user, community) or works_in(user, community)


def is_office(user) -> bool:
    return user.has_role(*OFFICE)
