"""Who may do what in the street; see the states for when."""

from django.db.models import (
    Q,
)
from django.utils import (
    timezone,
)

from communities.models import (
    Community,
    CommunityPosting,
)
from communities.permissions import (
    acts_for_group,
    is_office,
    leads,
    works_in,
)
from gongjian.accounts.models import Appointment
from gongjian.accounts.roles import Role
from inspections.models.findings import PUTTING_RIGHT
from inspections.models.reports import ReportKind
from units.models import Unit


def communities_kept_by(user):
    """The communities for which the user keeps the group's records: led by his unit, or his own as a worker."""
    return Community.objects.kept_by(user)


def may_edit_checklist(user) -> bool:
    return is_office(user)


def may_fill_self_check(user, check) -> bool:
    return acts_for_group(user, check.community)


def may_accept_self_check(user, check) -> bool:
    """The office, but never the one who handed it in."""
    return is_office(user) and check.submitted_by_id != user.pk


def may_return_self_check(user, check) -> bool:
    """The office; the lead unit's officer what a worker of the community handed in. Never the one who handed it in."""
    if check.submitted_by_id == user.pk:
        return False
    return is_office(user) or (leads(user, check.community) and _handed_in_by_worker(check))


def _handed_in_by_worker(check) -> bool:
    """Whether a worker of the community handed it in, as he was posted on that day. One query."""
    if check.submitted_at is None:
        return False
    then = Appointment.objects.in_force(timezone.localdate(check.submitted_at))
    posts = CommunityPosting.objects.filter(
        community=check.community_id,
        appointment__user=check.submitted_by_id,
        appointment__role=Role.COMMUNITY_WORKER,
    )
    return posts.filter(appointment__in=then).exists()


def may_report_finding(user, community) -> bool:
    return is_office(user) or user.has_role(Role.ASSESSOR) or acts_for_group(user, community)


def may_assign_finding(user, finding) -> bool:
    return is_office(user) or acts_for_group(user, finding.community)


def may_rectify_finding(user, finding) -> bool:
    """An officer of the responsible unit, or those who act for the group."""
    held = user.once("units.putting_right", lambda: _putting_right(user))
    return finding.responsible_unit_id in held or acts_for_group(user, finding.community)


def _putting_right(user) -> frozenset[int]:
    return frozenset(Unit.objects.held_by(user, *PUTTING_RIGHT).values_list("pk", flat=True))


def may_verify_finding(user, finding) -> bool:
    """The office or the group: never who put it right, nor his colleagues. The director may look at any but his own.

    A colleague is who holds a posting in the same unit or community; that somebody else can is thus always true.
    """
    if finding.rectified_by_id == user.pk:
        return False
    if user.has_role(Role.OFFICE_DIRECTOR):
        return True
    if not (is_office(user) or acts_for_group(user, finding.community)):
        return False
    return not is_colleague_of_doer(user, finding)


def is_colleague_of_doer(user, finding) -> bool:
    """Whether the user shares a unit or a community with the one who put it right. One query a doer and day."""
    doer = finding.rectified_by_id
    return doer is not None and user.once(
        f"inspections.colleague.{doer}", lambda: _share_a_posting(user, doer)
    )


def _share_a_posting(user, doer: int) -> bool:
    mine = Appointment.objects.of(user)
    shared = Q(unit_posting__unit__postings__appointment__in=mine)
    shared |= Q(community_posting__community__postings__appointment__in=mine)
    return Appointment.objects.in_force(user.as_of).filter(shared, user=doer).exists()


def may_verify_and_close(user, finding) -> bool:
    """Everyday findings are struck off by who verifies; what is under supervision the office alone strikes off."""
    return may_verify_finding(user, finding) and (finding.supervised_at is None or is_office(user))


def may_pass_on(user, finding) -> bool:
    """The group verifies what is under supervision and leaves the striking off to the office."""
    return (
        may_verify_finding(user, finding)
        and finding.supervised_at is not None
        and not is_office(user)
    )


def may_close_out_finding(user, finding) -> bool:
    """The office strikes off what the group has verified under supervision; never who put it right."""
    return is_office(user) and finding.rectified_by_id != user.pk


def may_mark_false(user, finding) -> bool:
    """The office establishes a false rectification; never who put it right."""
    return is_office(user) and finding.rectified_by_id != user.pk


def may_supervise_finding(user, finding=None) -> bool:
    return is_office(user)


def may_ask_extension(user, finding) -> bool:
    """Those who put it right ask for more time."""
    return may_rectify_finding(user, finding)


def may_ask_hand_on(user, finding) -> bool:
    """Only the responsible unit says that it is not its own; the group hands on by itself."""
    return finding.responsible_unit_id in user.once(
        "units.putting_right", lambda: _putting_right(user)
    )


def may_decide_request(user, request) -> bool:
    """The office decides on more time, those who assign on whose it is; nobody on what he asked for himself."""
    if request.asked_by_id == user.pk:
        return False
    return (
        is_office(user)
        if request.kind == "extension"
        else may_assign_finding(user, request.finding)
    )


def may_lapse_request(user, request) -> bool:
    """A request lapses with an act of those who assign or put right."""
    return may_assign_finding(user, request.finding) or may_rectify_finding(user, request.finding)


def may_black_out(user, photo) -> bool:
    """Who took the photo, those who keep the group's records, and the office: whoever sees a face must be able to."""
    about = photo.finding or photo.self_check or photo.report
    if photo.report_id and not photo.finding_id:
        return is_office(user) or works_in(user, about.community)
    return is_office(user) or photo.by_id == user.pk or acts_for_group(user, about.community)


def may_remind_units(user) -> bool:
    return is_office(user)


def may_check_frontage(user, frontage) -> bool:
    return is_office(user) or acts_for_group(user, frontage.community)


def may_edit_frontage(user, frontage) -> bool:
    """The office, those who keep the group's records, or a client of the API whose token was given this scope."""
    if user.has_role(Role.API_CLIENT) and "frontages:write" in user.scopes:
        return True
    return is_office(user) or acts_for_group(user, frontage.community)


def may_reveal_phone(user, frontage) -> bool:
    """Those who check the frontage ring the shop."""
    return may_check_frontage(user, frontage)


def may_keep_duty_sets(user) -> bool:
    return is_office(user)


def may_print_agreement(user, frontage) -> bool:
    """Those who keep the register hang its plaques."""
    return is_office(user) or acts_for_group(user, frontage.community)


def may_moderate(user, report) -> bool:
    """The office, and the community's own workers; an objection to a check is judged by the office alone."""
    return is_office(user) or (
        report.kind != ReportKind.OBJECTION and works_in(user, report.community)
    )


def may_accept_report(user, report) -> bool:
    """An objection is answered; a finding is made of a problem alone."""
    return report.kind == ReportKind.PROBLEM and may_moderate(user, report)


def may_keep_lists(user, entry=None) -> bool:
    """The office proposes, drops and takes off (红黑榜)."""
    return is_office(user)


def may_publish_entry(user, entry) -> bool:
    """The office, and never a private shop's warning without its legal review."""
    return is_office(user) and not entry.needs_review
