"""公示复核: provisional scores lie open for five working days; once the appeals are decided, the quarter is frozen."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.holidays.services import calendar_from
from gongjian.lib.canonical import fingerprint
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require
from scoring.models import Appeal, Round
from scoring.rules.freezing import freeze
from scoring.rules.refusals import Missing
from scoring.services.comparing import changed_since_gathering
from scoring.services.inputs import inputs_of, sheets_of
from scoring.services.missing import missing_for
from scoring.states import FREEZE, OPEN_NOTICE

WORKDAYS = 5


def open_notice(round: Round, *, by, at: datetime) -> Round:
    """Lay the scores open; the five working days are counted from the day after (assessment 3.1.14)."""
    day = timezone.localdate(at)
    ends_on = calendar_from(day).add_workdays(day, WORKDAYS)
    with transaction.atomic():
        advance(round, OPEN_NOTICE, by=by, at=at, notice_starts_on=day, notice_ends_on=ends_on)
        scored = User.objects.holding(Role.LEAD_OFFICER, Role.COMMUNITY_WORKER, on=day)
        body = f"公示至 {ends_on:%Y-%m-%d}，对打分有异议的，请在此前提出申诉。"
        notify(scored, key=f"scoring.notice.{round.quarter}", subject=f"{round}得分公示", body=body, at=at,
               link=round.get_absolute_url())  # fmt: skip
    return round


def hindrances_to_freezing(round: Round, *, on: date) -> list[str]:
    """What still stands before the frozen figure, by name: the notice, open appeals, missing data."""
    found = []
    if round.notice_ends_on and on <= round.notice_ends_on:
        found.append(f"公示期到 {round.notice_ends_on:%Y-%m-%d} 为止，次日起才能定分")
    still_open = Appeal.objects.open().filter(score__round=round).order_by("pk").select_related("score__community")
    found += [f"{appeal}（{appeal.item_code}）{appeal.get_status_display()}，还没有裁定" for appeal in still_open]
    return found + missing_for(round, on=on)


def freeze_round(round: Round, *, by, at: datetime) -> Round:
    """Freeze inputs, rubric and results as canonical JSON with their SHA-256; nothing of the round changes after.

    A second person does it. Raises WrongState, naming what hinders and every community whose figures have changed
    since they were gathered.
    """
    require(FREEZE.may(by, round), "定分须由汇总人以外的共建办人员核对")
    if round.status not in FREEZE.sources:
        raise WrongState(f"{round}当前为“{round.get_status_display()}”，公示复核后才能定分")
    if hindrances := hindrances_to_freezing(round, on=timezone.localdate(at)):
        raise WrongState("；".join(hindrances))
    if changed := _changed_since_gathering(round, at):
        raise WrongState(f"{'、'.join(changed)}：汇总后数据有变化，请重新汇总后再定分")
    frozen = _frozen_record(round, at)
    sha256 = fingerprint(frozen)
    return advance(
        round, FREEZE, by=by, at=at, remark=f"校验值 {sha256[:12]}…", frozen=frozen, sha256=sha256, frozen_at=at
    )


def _changed_since_gathering(round: Round, at: datetime) -> list[str]:
    """The communities whose figure, or anything under it, would be another if they were gathered now."""
    try:
        return changed_since_gathering(round, at=at)
    except Missing as missing:  # a month was taken back between the two looks
        return list(missing.what)


def _frozen_record(round: Round, at: datetime) -> dict:
    return freeze(round.quarter, round.span.months, round.rubric.content, inputs_of(round, at=at), sheets_of(round))
