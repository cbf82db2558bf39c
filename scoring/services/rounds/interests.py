"""回避: nobody judges a community in which he, or a unit of his, takes part (assessment 3.6)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from communities.models import Community, CommunityPosting, GroupMember
from gongjian.accounts.models import Appointment, User
from scoring.models import Sheet
from units.models import Posting


@dataclass(frozen=True)
class Interests:
    """The units and the communities in which people are posted on a day, by user id."""

    units: defaultdict[int, set[int]]
    communities: defaultdict[int, set[int]]


def eligible_assessors(
    communities: Iterable[Community], assessors: Collection[User], on: date
) -> dict[str, set[str]]:
    """Return the usernames of those without an interest, by community code. Three queries."""
    interests = _interests(assessors, on)
    taking_part: dict[int, set[int]] = defaultdict(set)
    for community_id, unit in GroupMember.objects.values_list("group__community", "unit"):
        taking_part[community_id].add(unit)

    eligible: dict[str, set[str]] = {}
    for community in communities:
        units = taking_part[community.pk]
        eligible[community.code] = set()
        for assessor in assessors:
            is_posted_there = community.pk in interests.communities[assessor.pk]
            if not is_posted_there and units.isdisjoint(interests.units[assessor.pk]):
                eligible[community.code].add(assessor.username)
    return eligible


def barred_among(sheets: Iterable[Sheet], *, on: date) -> list[int]:
    """Return the ids of sheets whose assessor has an interest in their community on the day.

    The interest may have come after the draw.
    """
    listed = list(sheets)
    communities = {sheet.community_id: sheet.community for sheet in listed}
    assessors = {sheet.assessor_id: sheet.assessor for sheet in listed}
    eligible = eligible_assessors(communities.values(), list(assessors.values()), on)
    barred = []
    for sheet in listed:
        if sheet.assessor.username not in eligible[sheet.community.code]:
            barred.append(sheet.pk)
    return barred


def takes_part_in(user: User, community: Community, on: date) -> bool:
    """Whether somebody has an interest in the community on the day. Three queries."""
    interests = _interests([user], on)
    if community.pk in interests.communities[user.pk]:
        return True
    members = GroupMember.objects.filter(group__community=community)
    units = interests.units[user.pk]
    return members.filter(unit__in=units).exists()


def _interests(assessors: Iterable[User], on: date) -> Interests:
    """Return where the assessors hold any appointment on the day. Two queries."""
    users = [assessor.pk for assessor in assessors]
    appointments = Appointment.objects.in_force(on).filter(user__in=users)
    interests = Interests(defaultdict(set), defaultdict(set))
    posted = Posting.objects.filter(appointment__in=appointments)
    for user, unit in posted.values_list("appointment__user", "unit"):
        interests.units[user].add(unit)
    in_communities = CommunityPosting.objects.filter(appointment__in=appointments)
    for user, community in in_communities.values_list("appointment__user", "community"):
        interests.communities[user].add(community)
    return interests
