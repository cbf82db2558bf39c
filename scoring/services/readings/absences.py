"""未参评: a community with nothing to assess is listed with its reason, where the rubric knows such."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from communities.models import Community
from gongjian.audit.services import record
from gongjian.workflow import WrongState, require
from scoring.models import Absence, Round, Sheet
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_run_round
from scoring.services.readings.entering import refuse_closed

ONLY_OFFICE = "未参评由共建办登记"


def lists_absent(round: Round) -> bool:
    """Whether the round's rubric lists absent communities without a place."""
    return round.rubric.rules.ranking.lists_absent


def mark_absent(round: Round, *, community: Community, reason: str, by, at: datetime) -> Absence:
    """Note that there is nothing to assess in a community this quarter, and why; it has no score and no place.

    Raises ValidationError where the rubric knows no absent ones, for a community not in the register or without a
    reason; WrongState once the round is on notice or when it is noted already.
    """
    require(may_run_round(by), ONLY_OFFICE)
    if not lists_absent(round):
        raise ValidationError(
            {"community": "本季度的评分细则不许只列名、不排名，请补评，或在新细则的名次部分写明"}
        )
    if not community.is_active:
        raise ValidationError({"community": f"{community}已不在册，不参加考评，不用登记"})
    if not reason.strip():
        raise ValidationError({"reason": "请写明原因，如整体拆迁、停办，随排名公布"})
    given = {"reason": reason.strip(), "recorded_by": by, "recorded_at": at}
    with transaction.atomic():
        refuse_closed(round)
        absences = Absence.objects.filter(round=round, community=community).in_force()
        if absences.exists():
            raise WrongState(f"{community}本季度已登记为未参评")
        absence = Absence.objects.create(round=round, community=community, **given)
        record(absence, "scoring.absence.mark", by=by, at=at, reason=absence.reason)
    return absence


def withdraw_absence(absence: Absence, *, remark: str, by, at: datetime) -> Absence:
    """Take it back with the reason: the community is assessed like all others.

    Raises WrongState once the round is on notice, when it was taken back already, or when the draw went past the
    community: nobody could fill in a sheet for it.
    """
    require(may_run_round(by), ONLY_OFFICE)
    if not remark.strip():
        raise ValidationError({"remark": "请写明恢复参评的原因"})
    undone = {"withdrawal": remark.strip(), "withdrawn_by": by, "withdrawn_at": at}
    with transaction.atomic():
        refuse_closed(absence.round)
        _refuse_without_sheets(absence)
        absences = Absence.objects.in_force().filter(pk=absence.pk)
        if not absences.update(**undone):
            raise WrongState(f"{absence.community}已恢复参评")
        record(absence, "scoring.absence.withdraw", by=by, at=at, remark=remark.strip())
    for name, value in undone.items():
        setattr(absence, name, value)
    return absence


def _refuse_without_sheets(absence: Absence) -> None:
    round = absence.round
    is_drawn = round.status != RoundStatus.PLANNED and round.rubric.rules.assessment.is_set
    if is_drawn and not Sheet.objects.filter(round=round, community=absence.community).exists():
        raise WrongState(f"抽签时{absence.community}未参评，没有考评员的打分表，本季度不能恢复参评")
