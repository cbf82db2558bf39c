"""Who may do what in the inspections; inspections.states says when."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from communities.models import Community, CommunityPosting
from communities.permissions import acts_for_group, is_office, leads, works_in
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from inspections.models.findings import PUTTING_RIGHT, PhotoStage
from inspections.models.rectification import RequestKind
from inspections.models.reports import ReportKind
from units.models import Unit


def communities_kept_by(user: User) -> QuerySet[Community]:
    """Return the communities whose group's records the user keeps.

    Those led by his unit, and his own as a worker.
    """
    return Community.objects.kept_by(user)


def may_edit_checklist(user) -> bool:
    return is_office(user)


def may_fill_self_check(user, check) -> bool:
    return acts_for_group(user, check.community)


def may_accept_self_check(user, check) -> bool:
    """The office, but never the one who handed it in."""
    return is_office(user) and check.submitted_by_id != user.pk


def may_return_self_check(user, check) -> bool:
    """The office; the lead unit's officer where a worker of the community handed it in.

    Never the one who handed it in.
    """
    if check.submitted_by_id == user.pk:
        return False
    if is_office(user):
        return True
    return leads(user, check.community) and is_handed_in_by_worker(check)


def is_handed_in_by_worker(check) -> bool:
    """Whether the one who handed it in was a worker of the community on that day. One query."""
    if check.submitted_at is None:
        return False
    submitted_on = timezone.localdate(check.submitted_at)
    appointments = Appointment.objects.in_force(submitted_on).filter(role=Role.COMMUNITY_WORKER)
    postings = CommunityPosting.objects.filter(community=check.community_id)
    postings = postings.filter(appointment__in=appointments)
    return postings.filter(appointment__user=check.submitted_by_id).exists()


def may_report_finding(user, community) -> bool:
    if is_office(user) or user.has_role(Role.ASSESSOR):
        return True
    return acts_for_group(user, community)


def may_assign_finding(user, finding) -> bool:
    return is_office(user) or acts_for_group(user, finding.community)


def may_rectify_finding(user, finding) -> bool:
    """An officer of the responsible unit, or those who act for the group."""
    if finding.responsible_unit_id in units_putting_right(user):
        return True
    return acts_for_group(user, finding.community)


def units_putting_right(user) -> frozenset[int]:
    """Return the ids of the units for which the user puts findings right. One query a request."""

    def unit_ids() -> frozenset[int]:
        units = Unit.objects.held_by(user, *PUTTING_RIGHT)
        return frozenset(units.values_list("pk", flat=True))

    return user.once("units.putting_right", unit_ids)


def may_verify_finding(user, finding) -> bool:
    """The office or the group, never who put it right, nor his colleagues.

    A colleague is who holds a posting in the same unit or community. The director may verify any
    finding that he has not put right himself, so that there is always somebody who can.
    """
    if finding.rectified_by_id == user.pk:
        return False
    if user.has_role(Role.OFFICE_DIRECTOR):
        return True
    if not (is_office(user) or acts_for_group(user, finding.community)):
        return False
    return not is_colleague_of_doer(user, finding)


def is_colleague_of_doer(user, finding) -> bool:
    """Whether the user shares a unit or a community with the one who put it right.

    One query for each doer in a request.
    """
    doer = finding.rectified_by_id
    if doer is None:
        return False

    def shares_a_posting() -> bool:
        appointments = Appointment.objects.of(user)
        same_unit = Q(unit_posting__unit__postings__appointment__in=appointments)
        same_community = Q(community_posting__community__postings__appointment__in=appointments)
        of_doer = Appointment.objects.in_force(user.as_of).filter(user=doer)
        return of_doer.filter(same_unit | same_community).exists()

    return user.once(f"inspections.colleague.{doer}", shares_a_posting)


def may_verify_and_close(user, finding) -> bool:
    """Who verifies an everyday finding closes it out; under supervision only the office does."""
    if finding.supervised_at is not None and not is_office(user):
        return False
    return may_verify_finding(user, finding)


def may_pass_on(user, finding) -> bool:
    """The group verifies what is under supervision and leaves the closing out to the office."""
    if finding.supervised_at is None or is_office(user):
        return False
    return may_verify_finding(user, finding)


def may_close_out_finding(user, finding) -> bool:
    """The office closes out what the group has verified; never the one who put it right."""
    return is_office(user) and finding.rectified_by_id != user.pk


def may_mark_false(user, finding) -> bool:
    """The office establishes a false rectification; never the one who put it right."""
    return is_office(user) and finding.rectified_by_id != user.pk


def may_supervise_finding(user, finding=None) -> bool:
    return is_office(user)


def may_ask_extension(user, finding) -> bool:
    """Those who put it right ask for more time."""
    return may_rectify_finding(user, finding)


def may_ask_hand_on(user, finding) -> bool:
    """Only the responsible unit says that it is not its own; the group hands on by itself."""
    return finding.responsible_unit_id in units_putting_right(user)


def may_decide_request(user, request) -> bool:
    """The office decides on more time, those who assign on another unit.

    Nobody decides on what he asked for himself.
    """
    if request.asked_by_id == user.pk:
        return False
    if request.kind == RequestKind.EXTENSION:
        return is_office(user)
    return may_assign_finding(user, request.finding)


def may_lapse_request(user, request) -> bool:
    """Those who assign or put right, since a request lapses with an act of theirs."""
    return may_assign_finding(user, request.finding) or may_rectify_finding(user, request.finding)


def may_black_out(user, photo) -> bool:
    """Who took the photo, those who keep the group's records, and the office.

    Whoever comes upon a face must be able to cover it. Of a resident's report not yet accepted:
    the office and the community's workers.
    """
    if is_office(user):
        return True
    if photo.report_id and not photo.finding_id:
        return works_in(user, photo.report.community)
    if photo.by_id == user.pk:
        return True
    return acts_for_group(user, photo.subject.community)


def may_add_photo(user, finding, stage: str) -> bool:
    """Evidence: who establishes false rectifications; after: who rectifies; before: who reports."""
    if stage == PhotoStage.EVIDENCE:
        return may_mark_false(user, finding)
    if stage == PhotoStage.AFTER:
        return may_rectify_finding(user, finding)
    return may_report_finding(user, finding.community)


def may_remind_units(user) -> bool:
    return is_office(user)


def may_check_frontage(user, frontage) -> bool:
    return is_office(user) or acts_for_group(user, frontage.community)


def may_see_todays_checks(user) -> bool:
    """The office and those who keep a group's records, for they go round the frontages."""
    return is_office(user) or communities_kept_by(user).exists()


def may_edit_frontage(user, frontage) -> bool:
    """The office, those who keep the group's records, or an API client with this scope."""
    if user.has_role(Role.API_CLIENT) and "frontages:write" in user.scopes:
        return True
    return is_office(user) or acts_for_group(user, frontage.community)


def may_reveal_phone(user, frontage) -> bool:
    """Those who check the frontage, for they ring the shop."""
    return may_check_frontage(user, frontage)


def may_keep_duty_sets(user) -> bool:
    return is_office(user)


def may_print_agreement(user, frontage) -> bool:
    """The office and those who keep the group's records, for they hang the plaques."""
    return is_office(user) or acts_for_group(user, frontage.community)


def may_moderate(user, report) -> bool:
    """The office and the community's workers; an objection to a check the office alone."""
    if is_office(user):
        return True
    return report.kind != ReportKind.OBJECTION and works_in(user, report.community)


def may_accept_report(user, report) -> bool:
    """Those who moderate, of a problem; an objection is answered and never becomes a finding."""
    return report.kind == ReportKind.PROBLEM and may_moderate(user, report)


def may_keep_lists(user, entry=None) -> bool:
    """The office proposes, drops and removes entries (红黑榜)."""
    return is_office(user)


def may_publish_entry(user, entry) -> bool:
    """The office; a private shop's warning only after its legal review."""
    return is_office(user) and not entry.needs_review
