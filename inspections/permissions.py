"""Who may do what in the street; see the states for when."""

from django.utils import timezone

from communities.models import Community, CommunityPosting
from communities.permissions import acts_for_group, is_office, leads, works_in
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
        community=check.community_id, appointment__user=check.submitted_by_id, appointment__role=Role.COMMUNITY_WORKER
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
    """The office or the group, but never the one who put it right."""
    if finding.rectified_by_id == user.pk:
        return False
    return is_office(user) or acts_for_group(user, finding.community)


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
    return is_office(user) or (report.kind != ReportKind.OBJECTION and works_in(user, report.community))


def may_accept_report(user, report) -> bool:
    """An objection is answered; a finding is made of a problem alone."""
    return report.kind == ReportKind.PROBLEM and may_moderate(user, report)


def may_keep_lists(user, entry=None) -> bool:
    """The office proposes, drops and takes off (红黑榜)."""
    return is_office(user)


def may_publish_entry(user, entry) -> bool:
    """The office, and never a private shop's warning without its legal review."""
    return is_office(user) and not entry.needs_review
