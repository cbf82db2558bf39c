"""Who acts for a community; higher apps build their own verbs on the first four."""

from communities.models import Community
from gongjian.accounts.roles import OFFICE, Role
from units.permissions import may_edit_contact


def leads(user, community) -> bool:
    """Whether the user is an officer of the community's lead unit on his day.

    One query a person and day.
    """
    if not user.has_role(Role.LEAD_OFFICER):
        return False
    return community.pk in _among(user, "led", Community.objects.led_by)


def works_in(user, community) -> bool:
    """Whether the user is posted as a worker of the community on his day.

    One query a person and day.
    """
    if not user.has_role(Role.COMMUNITY_WORKER):
        return False
    return community.pk in _among(user, "worked", Community.objects.worked_by)


def _among(user, how: str, find) -> frozenset[int]:
    """The communities that `find(user)` gives; a person has few of them, and one act asks again and
    again.
    """

    def ids() -> frozenset[int]:
        return frozenset(find(user).values_list("pk", flat=True))

    return user.once(f"communities.{how}", ids)


def acts_for_group(user, community) -> bool:
    """Lead-unit officer or community worker: those who keep the group's records."""
    return leads(user, community) or works_in(user, community)


def is_office(user) -> bool:
    return user.has_role(*OFFICE)


def befriends(user, community) -> bool:
    """Whether the user is the community's liaison leader on his day. One query a person and day."""
    if not user.has_role(Role.LIAISON_LEADER):
        return False
    return community.pk in _among(user, "befriended", Community.objects.befriended_by)


def speaks_in(user, community) -> bool:
    """Whether the user speaks for a unit of the group on his day. One query a person and day."""
    if not user.has_role(Role.LEAD_OFFICER, Role.MEMBER_LIAISON):
        return False
    return community.pk in _among(user, "joined", Community.objects.joined_by)


def may_see_offices(user, community) -> bool:
    """Who held which office in the community: the auditor, the office, and those who hold one
    there.
    """
    if user.has_role(*OFFICE, Role.AUDITOR):
        return True
    return works_in(user, community) or befriends(user, community)


def may_draft_plan(user, plan=None) -> bool:
    return is_office(user)


def may_issue_plan(user, plan) -> bool:
    """The director issues what his office drafted, or gives it back."""
    return user.has_role(Role.OFFICE_DIRECTOR)


def may_remind(user) -> bool:
    return is_office(user)


def may_acknowledge(user, assignment) -> bool:
    """The lead unit signs for the quarter's work (签收)."""
    return leads(user, assignment.community)


def may_do_items(user, assignment) -> bool:
    return acts_for_group(user, assignment.community)


def may_complete(user, assignment) -> bool:
    """The community itself reports completion."""
    return works_in(user, assignment.community)


def may_call(user, community) -> bool:
    """Call the group to a meeting or a labour day."""
    return acts_for_group(user, community)


def may_keep_record(user, event) -> bool:
    """Keep the minutes of a meeting or the report of a labour day."""
    return acts_for_group(user, event.community)


def may_record_visit(user, community) -> bool:
    """The liaison leader himself, or those who keep the group's records on his behalf."""
    return befriends(user, community) or acts_for_group(user, community)


def may_delete_visit(user, visit) -> bool:
    """Who recorded a visit takes back his own mistake."""
    return visit.recorded_by_id == user.pk and may_record_visit(user, visit.community)


def may_delete_topic(user, topic) -> bool:
    """Who raised a topic takes it back."""
    return topic.raised_by_id == user.pk and may_raise_topic(user, topic.community)


def may_raise_topic(user, community) -> bool:
    return speaks_in(user, community) or works_in(user, community)


def may_reply(user, topic) -> bool:
    if is_office(user):
        return True
    return may_raise_topic(user, topic.community) or befriends(user, topic.community)


def may_answer(user, topic) -> bool:
    """A formal answer is the lead unit's or the office's."""
    return is_office(user) or leads(user, topic.community)


def may_reveal_phone(user, seat) -> bool:
    """The office, those who keep the group's records, and the seated unit's own officers."""
    return acts_for_group(user, seat.group.community) or may_edit_contact(user, seat.unit)
