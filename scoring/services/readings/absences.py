"""未参评: a community with nothing to assess is listed with its reason, where a rubric does so."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from communities.models import Community
from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.workflow import WrongState, require
from scoring.models import Absence, Round, Sheet
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_run_round
from scoring.services.readings.entering import refuse_closed
from scoring.services.readings.withdrawing import stamp_withdrawal

ONLY_OFFICE = "未参评由共建办登记"
NOT_LISTED = "本季度的评分细则不许只列名、不排名，请补评，或在新细则的名次部分写明"


def lists_absent(round: Round) -> bool:
    """Whether the round's rubric lists absent communities without a place."""
    return round.rubric.rules.ranking.lists_absent


def mark_absent(
    round: Round, *, community: Community, reason: str, by: User, at: datetime
) -> Absence:
    """Record that there is nothing to assess in a community this quarter, and why.

    It has no score and no place. Raises ValidationError where the rubric lists no absent ones, for
    a community not in the register or listed as absent already, or without a reason; WrongState
    once the round is on notice.
    """
    require(may_run_round(by), ONLY_OFFICE)
    reason = reason.strip()
    if not lists_absent(round):
        raise ValidationError({"community": NOT_LISTED})
    if not community.is_active:
        raise ValidationError({"community": f"{community}已不在册，不参加考评，不用登记"})
    if not reason:
        raise ValidationError({"reason": "请写明原因，如整体拆迁、停办，随排名公布"})
    with transaction.atomic():
        refuse_closed(round)
        if Absence.objects.filter(round=round, community=community).in_force().exists():
            message = f"{community}本季度已登记为未参评"
            raise ValidationError({"community": message})
        absence = Absence(round=round, community=community, reason=reason)
        absence.recorded_by, absence.recorded_at = by, at
        absence.save()
        record(absence, "scoring.absence.mark", by=by, at=at, reason=reason)
    return absence


def withdraw_absence(absence: Absence, *, remark: str, by: User, at: datetime) -> Absence:
    """Withdraw an absence with the reason: the community is assessed like all others.

    Raises WrongState once the round is on notice, when it was withdrawn already, or when the draw
    went past the community: nobody could fill in a sheet for it.
    """
    require(may_run_round(by), ONLY_OFFICE)
    remark = remark.strip()
    if not remark:
        raise ValidationError({"remark": "请写明恢复参评的原因"})
    with transaction.atomic():
        refuse_closed(absence.round)
        refuse_without_sheets(absence)
        if not stamp_withdrawal(absence, reason=remark, by=by, at=at):
            raise WrongState(f"{absence.community}已恢复参评")
        record(absence, "scoring.absence.withdraw", by=by, at=at, remark=remark)
    return absence


def refuse_without_sheets(absence: Absence) -> None:
    """Raise WrongState where assessors were drawn, but nobody for this community."""
    round = absence.round
    if round.status == RoundStatus.PLANNED or not round.rubric.rules.assessment.is_set:
        return
    if not Sheet.objects.filter(round=round, community=absence.community).exists():
        without = f"抽签时{absence.community}未参评，没有考评员的打分表"
        raise WrongState(f"{without}，本季度不能恢复参评")
