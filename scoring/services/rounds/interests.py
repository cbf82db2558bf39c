"""回避: nobody judges a community in which he, or a unit in which he is posted, takes part (assessment 3.6)."""

from datetime import date

from communities.models import Community, CommunityPosting, GroupMember
from gongjian.accounts.models import Appointment, User
from units.models import Posting


def eligible_assessors(communities, assessors, on: date) -> dict[str, set[str]]:
    """By community code, the usernames of those without an interest in it. Three queries."""
    units, places = _interests(assessors, on)
    taking_part: dict[int, set[int]] = {}
    for community, unit in GroupMember.objects.values_list("group__community", "unit"):
        taking_part.setdefault(community, set()).add(unit)
    return {
        community.code: {
            user.username
            for user in assessors
            if community.pk not in places.get(user.pk, ())
            and taking_part.get(community.pk, set()).isdisjoint(units.get(user.pk, ()))
        }
        for community in communities
    }


def barred_among(sheets, *, on: date) -> list[int]:
    """The sheets whose assessor has an interest in their community on the day: it may have come after the draw."""
    held = list(sheets)
    communities = {sheet.community_id: sheet.community for sheet in held}.values()
    assessors = {sheet.assessor_id: sheet.assessor for sheet in held}.values()
    eligible = eligible_assessors(communities, assessors, on)
    pks = []
    for sheet in held:
        if sheet.assessor.username not in eligible[sheet.community.code]:
            pks.append(sheet.pk)
    return pks


def takes_part_in(user: User, community: Community, on: date) -> bool:
    """Whether somebody has an interest in the community on the day; it may have come after the draw. Three queries."""
    units, places = _interests([user], on)
    if community.pk in places.get(user.pk, ()):
        return True
    return GroupMember.objects.filter(
        group__community=community, unit__in=units.get(user.pk, ())
    ).exists()


def _interests(assessors, on: date) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """The units and the communities in which the assessors hold any appointment on the day, by user."""
    users = [user.pk for user in assessors]
    appointments = Appointment.objects.in_force(on)
    held = appointments.filter(user__in=users)
    units: dict[int, set[int]] = {}
    places: dict[int, set[int]] = {}
    postings = Posting.objects.filter(appointment__in=held)
    for user, unit in postings.values_list("appointment__user", "unit"):
        units.setdefault(user, set()).add(unit)
    posted = CommunityPosting.objects.filter(appointment__in=held)
    for user, community in posted.values_list("appointment__user", "community"):
        places.setdefault(user, set()).add(community)
    return units, places
