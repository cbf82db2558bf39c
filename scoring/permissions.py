"""Who may do what with a round, a sheet and an appeal; see the states for when."""

from communities.permissions import acts_for_group, is_office
from gongjian.accounts.models import User
from gongjian.accounts.roles import OFFICE, READS_ALL_SCORES, Role
from scoring.models import (
    Appeal,
    Commendation,
    CommendationPlan,
    Correction,
    QuarterList,
    Round,
    Score,
    Sheet,
)
from scoring.models.rounds import RoundStatus
from units.models import Unit

COMPARED = frozenset(RoundStatus.values) - {RoundStatus.PLANNED, RoundStatus.ASSESSING}


def may_run_round(user: User, round: Round | None = None) -> bool:
    """Whether he is of the office, which runs a round from plan to circulars (policy 五)."""
    return is_office(user)


def may_adopt_rubric(user: User) -> bool:
    """Whether he is of the office, which writes the rubric."""
    return is_office(user)


def may_freeze_round(user: User, round: Round) -> bool:
    """Whether he is of the office, and another person than gathered the figures."""
    return is_office(user) and user.pk != round.gathered_by_id


def may_see_draw(user: User, round: Round) -> bool:
    """Whether he may know who was drawn for which community: the office and the auditor."""
    return user.has_role(*OFFICE, Role.AUDITOR)


def may_fill_sheets(user: User) -> bool:
    """Whether he is an assessor."""
    return user.has_role(Role.ASSESSOR)


def may_fill_sheet(user: User, sheet: Sheet) -> bool:
    """Whether he is the assessor who was drawn: nobody fills in a sheet in his place."""
    return may_fill_sheets(user) and sheet.assessor_id == user.pk


def may_compare_assessors(user: User, round: Round) -> bool:
    """Whether he may see how severe assessors are and how far they agree.

    Known once no mark can be given any more.
    """
    return may_see_draw(user, round) and round.status in COMPARED


def may_read_own_figures(user: User, round: Round) -> bool:
    """Whether he has sheets in a published round: he reads his own line, nobody else's."""
    return round.status == RoundStatus.PUBLISHED and round.sheets.filter(assessor=user.pk).exists()


def may_raise_appeal(user: User, score: Score) -> bool:
    """Whether he acts for the community's group: its lead unit's officer or its worker."""
    return acts_for_group(user, score.community)


def may_precheck_appeal(user: User, appeal: Appeal) -> bool:
    """Whether he is of the office's staff, who see whether an appeal can be taken up."""
    return user.has_role(Role.OFFICE_STAFF)


def may_verify_appeal(user: User, appeal: Appeal) -> bool:
    """Whether he is an officer of the department that was asked, else of the office's staff.

    Never who pre-checked.
    """
    if user.pk == appeal.prechecked_by_id:
        return False
    if appeal.department_id:
        units = Unit.objects.held_by(user, Role.DEPARTMENT_OFFICER)
        return units.filter(pk=appeal.department_id).exists()
    return user.has_role(Role.OFFICE_STAFF)


def may_decide_appeal(user: User, appeal: Appeal) -> bool:
    """Whether he is the director, and has done none of the nodes before."""
    return user.has_role(Role.OFFICE_DIRECTOR) and user.pk not in (
        appeal.prechecked_by_id,
        appeal.verified_by_id,
    )


def may_add_evidence(user: User, appeal: Appeal) -> bool:
    """Whether he acts for the group that appealed; until when, its pre-check says."""
    return may_raise_appeal(user, appeal.score)


def may_approve_correction(user: User, correction: Correction) -> bool:
    """Whether he is the director and did not draft it: two people change a published figure."""
    return user.has_role(Role.OFFICE_DIRECTOR) and user.pk != correction.drafted_by_id


def may_name_assessors(user: User) -> bool:
    """Whether he may know an assessor's name; those scored read 考评员甲."""
    return user.has_role(*OFFICE, Role.AUDITOR)


def may_plan_commendation(user: User, plan: CommendationPlan | None = None) -> bool:
    """Whether he is of the office, which writes the plan and applies for it (assessment 0)."""
    return is_office(user)


def may_decide_plan(user: User, plan: CommendationPlan) -> bool:
    """Whether he replies for the city: the office never approves its own plan."""
    return user.has_role(Role.APPROVER)


def may_review_commendation(user: User, commendation: Commendation | QuarterList) -> bool:
    """Whether he is the director, who reviews a list or gives it back."""
    return user.has_role(Role.OFFICE_DIRECTOR)


def may_approve_commendation(user: User, commendation: Commendation | QuarterList) -> bool:
    """Whether he approves for the city (policy 五: 报经市委、市政府批准)."""
    return user.has_role(Role.APPROVER)


def may_see_nominations(user: User) -> bool:
    """Whether he reads struck names with their reasons, and lists before their public notice."""
    return user.has_role(*READS_ALL_SCORES)
