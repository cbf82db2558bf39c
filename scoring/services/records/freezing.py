"""定分: once the public notice is over and the appeals are decided, the quarter is frozen."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.jobs.models import Job
from gongjian.jobs.services import enlist_again
from gongjian.lib.canonical import fingerprint
from gongjian.workflow import WrongState, advance, require
from scoring.models import Appeal, Round
from scoring.rules.records.freezing import freeze
from scoring.rules.refusals import Missing
from scoring.services.corrections.proposing import draft_from_rulings
from scoring.services.scores.comparing import changed_since_gathering, units_changed_since_gathering
from scoring.services.scores.gathering import Progress, ignore_progress
from scoring.services.scores.inputs import inputs_of, sheets_of
from scoring.services.scores.missing import missing_for
from scoring.services.scores.units import unit_inputs_of
from scoring.states import FREEZE

KIND = "scoring.freeze_round"
STAGES = 4


def hindrances_to_freezing(round: Round, *, on: date) -> list[str]:
    """Return what stands before the freezing: the public notice, open appeals, missing data."""
    hindrances = []
    ends_on = round.notice_ends_on
    if ends_on and on <= ends_on:
        hindrances.append(f"公示期到 {ends_on:%Y-%m-%d} 为止，次日起才能定分")
    appeals = Appeal.objects.open().filter(score__round=round).order_by("pk")
    for appeal in appeals.select_related("score__community"):
        status = appeal.get_status_display()
        hindrances.append(f"{appeal}（{appeal.what}）{status}，还没有裁定")
    return hindrances + missing_for(round, on=on)


def ask_to_freeze(round: Round, *, by: User, at: datetime) -> Job:
    """Put the freezing on the ledger of jobs.

    Raises WrongState with all that hinders, before a job is made.
    """
    _refuse(round, by=by, at=at)
    title = f"{round}核对定分"
    with transaction.atomic():
        return enlist_again(KIND, key=round.quarter, title=title, by=by, at=at, round=round.pk)


def _refuse(round: Round, *, by: User, at: datetime) -> None:
    require(FREEZE.may(by, round), "定分须由汇总人以外的共建办人员核对")
    if round.status not in FREEZE.sources:
        raise WrongState(f"{round}当前为“{round.get_status_display()}”，公示复核后才能定分")
    hindrances = hindrances_to_freezing(round, on=timezone.localdate(at))
    if hindrances:
        raise WrongState("；".join(hindrances))


def freeze_round(
    round: Round, *, by: User, at: datetime, progress: Progress = ignore_progress
) -> Round:
    """Freeze inputs, rubric and results as canonical JSON with their SHA-256.

    A second person does it, and nothing of the round changes after. Corrections are drafted from
    rulings of upheld appeals that the record does not show. Raises WrongState, naming what hinders
    and every community and unit whose figures have changed since they were gathered.
    """
    progress(0, STAGES)
    _refuse(round, by=by, at=at)
    gathered_at = Round.objects.only("gathered_at").get(pk=round.pk).gathered_at
    progress(1, STAGES)
    _refuse_changed(communities_changed(round, at))
    progress(2, STAGES)
    frozen = frozen_record(round, at)
    _refuse_changed(units_changed_since_gathering(round, frozen))
    sha256 = fingerprint(frozen)
    progress(3, STAGES)
    remark = f"校验值 {sha256[:12]}…"
    columns = {"frozen": frozen, "sha256": sha256, "frozen_at": at}
    with transaction.atomic():
        locked_round = Round.objects.select_for_update().only("gathered_at").get(pk=round.pk)
        if locked_round.gathered_at != gathered_at:
            raise WrongState(f"{round}在核对时又重新汇总了，请核对新的得分后再定分")
        advance(round, FREEZE, by=by, at=at, remark=remark, **columns)
        draft_from_rulings(round, by=by, at=at)
    progress(STAGES, STAGES)
    return round


def _refuse_changed(names: list[str]) -> None:
    if names:
        raise WrongState(f"{'、'.join(names)}：汇总后数据有变化，请重新汇总后再定分")


def communities_changed(round: Round, at: datetime) -> list[str]:
    """Return the communities that would get other figures if they were gathered now."""
    try:
        return changed_since_gathering(round, at=at)
    except Missing as missing:  # a month was taken back between the two looks
        return list(missing.what)


def frozen_record(round: Round, at: datetime) -> dict[str, Any]:
    inputs = inputs_of(round, at=at)
    sheets = sheets_of(round)
    units = unit_inputs_of(round, round.rubric.rules, at=at)
    months = round.span.months
    return freeze(round.quarter, months, round.rubric.content, inputs, sheets, units)
