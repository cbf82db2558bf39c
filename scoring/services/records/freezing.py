"""公示复核: provisional scores lie open for five working days; once the appeals are decided, the quarter is frozen."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from gongjian.jobs.models import Job
from gongjian.jobs.services import enlist_again
from gongjian.lib.canonical import fingerprint
from gongjian.workflow import WrongState, advance, require
from scoring.models import Appeal, Round
from scoring.rules.records.freezing import freeze
from scoring.rules.refusals import Missing
from scoring.services.corrections.proposing import draft_from_rulings
from scoring.services.scores.comparing import changed_since_gathering, units_changed_since_gathering
from scoring.services.scores.gathering import Progress
from scoring.services.scores.inputs import inputs_of, sheets_of
from scoring.services.scores.missing import missing_for
from scoring.services.scores.units import unit_inputs_of
from scoring.states import FREEZE

WORKDAYS = 5
KIND = "scoring.freeze_round"
STAGES = 4


def hindrances_to_freezing(round: Round, *, on: date) -> list[str]:
    """What still stands before the frozen figure, by name: the notice, open appeals, missing data."""
    found = []
    if round.notice_ends_on and on <= round.notice_ends_on:
        found.append(f"公示期到 {round.notice_ends_on:%Y-%m-%d} 为止，次日起才能定分")
    appeals = Appeal.objects.open().filter(score__round=round)
    still_open = appeals.order_by("pk").select_related("score__community")
    found += [
        f"{appeal}（{appeal.what}）{appeal.get_status_display()}，还没有裁定"
        for appeal in still_open
    ]
    return found + missing_for(round, on=on)


def ask_to_freeze(round: Round, *, by, at: datetime) -> Job:
    """Put the freezing on the ledger of jobs. Raises WrongState with all that hinders, before a job is made."""
    _refuse(round, by=by, at=at)
    with transaction.atomic():
        return enlist_again(
            KIND, key=round.quarter, title=f"{round}核对定分", by=by, at=at, round=round.pk
        )


def _refuse(round: Round, *, by, at: datetime) -> None:
    require(FREEZE.may(by, round), "定分须由汇总人以外的共建办人员核对")
    if round.status not in FREEZE.sources:
        raise WrongState(f"{round}当前为“{round.get_status_display()}”，公示复核后才能定分")
    hindrances = hindrances_to_freezing(round, on=timezone.localdate(at))
    if hindrances:
        raise WrongState("；".join(hindrances))


def freeze_round(round: Round, *, by, at: datetime, progress: Progress | None = None) -> Round:
    """Freeze inputs, rubric and results as canonical JSON with their SHA-256; nothing of the round changes after.

    A second person does it. Corrections are drafted from rulings of upheld appeals that the record does not show.
    `progress(done, total)` is told the stages. Raises WrongState, naming what hinders and
    every community and unit whose figures have changed since they were gathered.
    """
    say = progress or (lambda done, total: None)
    say(0, STAGES)
    _refuse(round, by=by, at=at)
    rounds = Round.objects.values_list("gathered_at", flat=True)
    gathered_at = rounds.get(pk=round.pk)
    say(1, STAGES)
    _refuse_changed(_changed_since_gathering(round, at))
    say(2, STAGES)
    frozen = _frozen_record(round, at)
    _refuse_changed(units_changed_since_gathering(round, frozen))
    sha256 = fingerprint(frozen)
    say(3, STAGES)
    remark = f"校验值 {sha256[:12]}…"
    with transaction.atomic():
        if (
            Round.objects.select_for_update().values_list("gathered_at", flat=True).get(pk=round.pk)
            != gathered_at
        ):
            raise WrongState(f"{round}在核对时又重新汇总了，请核对新的得分后再定分")
        advance(
            round, FREEZE, by=by, at=at, remark=remark, frozen=frozen, sha256=sha256, frozen_at=at
        )
        draft_from_rulings(round, by=by, at=at)
    say(STAGES, STAGES)
    return round


def _refuse_changed(changed: list[str]) -> None:
    if changed:
        raise WrongState(f"{'、'.join(changed)}：汇总后数据有变化，请重新汇总后再定分")


def _changed_since_gathering(round: Round, at: datetime) -> list[str]:
    """The communities whose figure, or anything under it, would be another if they were gathered now."""
    try:
        return changed_since_gathering(round, at=at)
    except Missing as missing:  # a month was taken back between the two looks
        return list(missing.what)


def _frozen_record(round: Round, at: datetime) -> dict:
    rubric, inputs, sheets = round.rubric.content, inputs_of(round, at=at), sheets_of(round)
    units = unit_inputs_of(round, round.rubric.rules, at=at)
    return freeze(round.quarter, round.span.months, rubric, inputs, sheets, units)
