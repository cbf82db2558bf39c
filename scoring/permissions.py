"""Who may do what with a round, a sheet and an appeal; see the states for when."""

from communities.permissions import acts_for_group, is_office
from gongjian.accounts.roles import OFFICE, READS_ALL_SCORES, Role
from scoring.models.rounds import RoundStatus
from units.models import Unit

COMPARED = frozenset(RoundStatus.values) - {RoundStatus.PLANNED, RoundStatus.ASSESSING}


def may_run_round(user, round=None) -> bool:
    """The office plans, draws, gathers, gives notice and drafts the circulars (policy 五)."""
    return is_office(user)


def may_adopt_rubric(user) -> bool:
    """The office writes the rubric; once a quarter has begun, that quarter keeps its own."""
    return is_office(user)


def may_freeze_round(user, round) -> bool:
    """A second person of the office checks the figures: never the one who gathered them."""
    return is_office(user) and user.pk != round.gathered_by_id


def may_see_draw(user, round) -> bool:
    """Who was drawn for which community is the office's to know, and the auditor's."""
    return user.has_role(*OFFICE, Role.AUDITOR)


def may_fill_sheets(user) -> bool:
    return user.has_role(Role.ASSESSOR)


def may_fill_sheet(user, sheet) -> bool:
    """The assessor who was drawn, nobody in his place."""
    return may_fill_sheets(user) and sheet.assessor_id == user.pk


def may_compare_assessors(user, round) -> bool:
    """How severe assessors are and how far they agree: known once no mark can be given any more."""
    return may_see_draw(user, round) and round.status in COMPARED


def may_read_own_figures(user, round) -> bool:
    """An assessor reads his own line, nobody else's, after the circular."""
    return round.status == RoundStatus.PUBLISHED and round.sheets.filter(assessor=user.pk).exists()


def may_raise_appeal(user, score) -> bool:
    """The community's own group: its lead unit's officer or its worker."""
    return acts_for_group(user, score.community)


def may_precheck_appeal(user, appeal) -> bool:
    """The office's staff look at whether an appeal can be taken up; the director decides at the end."""
    return user.has_role(Role.OFFICE_STAFF)


def may_verify_appeal(user, appeal) -> bool:
    """An officer of the department that was asked, else the office's staff; never who pre-checked."""
    if user.pk == appeal.prechecked_by_id:
        return False
    if appeal.department_id:
        units = Unit.objects.held_by(user, Role.DEPARTMENT_OFFICER)
        return units.filter(pk=appeal.department_id).exists()
    return user.has_role(Role.OFFICE_STAFF)


def may_decide_appeal(user, appeal) -> bool:
    """The director, where he has done none of the nodes before."""
    return user.has_role(Role.OFFICE_DIRECTOR) and user.pk not in (
        appeal.prechecked_by_id,
        appeal.verified_by_id,
    )


def may_add_evidence(user, appeal) -> bool:
    """The group that appealed; until when, its pre-check says."""
    return may_raise_appeal(user, appeal.score)


def may_approve_correction(user, correction) -> bool:
    """The director, never who drafted it: a published figure is changed by two people."""
    return user.has_role(Role.OFFICE_DIRECTOR) and user.pk != correction.drafted_by_id


def may_name_assessors(user) -> bool:
    """Those scored read an assessor as 考评员甲; the office and the auditor know the name."""
    return user.has_role(*OFFICE, Role.AUDITOR)


def may_plan_commendation(user, plan=None) -> bool:
    """The office writes the plan and applies for it (assessment 0)."""
    return is_office(user)


def may_decide_plan(user, plan) -> bool:
    """The city replies; the office never approves its own plan."""
    return user.has_role(Role.APPROVER)


def may_review_commendation(user, commendation) -> bool:
    return user.has_role(Role.OFFICE_DIRECTOR)


def may_approve_commendation(user, commendation) -> bool:
    """报经市委、市政府批准 (policy 五)."""
    return user.has_role(Role.APPROVER)


def may_see_nominations(user) -> bool:
    """Struck names and their reasons, and lists that were not on public notice yet."""
    return user.has_role(*READS_ALL_SCORES)
