"""公示复核: provisional scores lie open for five working days, appeals are decided, then the quarter is frozen."""

from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.holidays.services import calendar_from
from gongjian.lib.canonical import fingerprint
from gongjian.lib.checklists import ChecklistItem, check_marks, sheet_points
from gongjian.lib.points import written_number
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require
from scoring.models import Appeal, Round, Score, Sheet
from scoring.models.rounds import RoundStatus, SheetStatus
from scoring.permissions import may_decide_appeal, may_raise_appeal
from scoring.rules.freezing import freeze
from scoring.rules.refusals import Missing
from scoring.services.comparing import changed_since_gathering
from scoring.services.inputs import inputs_of, sheets_of
from scoring.services.missing import missing_for
from scoring.services.sheets import checklist_of
from scoring.states import FREEZE, OPEN_NOTICE, REFUSE, UPHOLD

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


def raise_appeal(score: Score, *, sheet: Sheet, item_code: str, reason: str, by, at: datetime) -> Appeal:
    """Contest one item of one locked sheet of one's own community while the notice runs.

    Raises ValidationError for an item that cannot be contested, WrongState outside the notice or the second time.
    """
    require(may_raise_appeal(by, score), "只有本社区的牵头单位经办人和社区工作者可以申诉")
    _refuse_outside_notice(score.round, timezone.localdate(at))
    if (sheet.round_id, sheet.community_id, sheet.status) != (score.round_id, score.community_id, SheetStatus.LOCKED):
        raise ValidationError({"sheet": "这张打分表不是本社区本季度已锁定的打分表"})
    old = _contested(sheet, item_code)
    if not reason.strip():
        raise ValidationError({"reason": "请写明申诉理由"})
    with transaction.atomic():
        given = {"score": score, "reason": reason.strip(), "old_deducted": old, "raised_by": by, "raised_at": at}
        appeal, created = Appeal.objects.get_or_create(sheet=sheet, item_code=item_code, defaults=given)
        if not created:
            raise WrongState("这张打分表的这一项已经申诉过，每项只能申诉一次")
        record(appeal, "scoring.appeal.raise", by=by, at=at, item=item_code, reason=reason)
        directors = User.objects.holding(Role.OFFICE_DIRECTOR, on=timezone.localdate(at))
        notify(directors, key=f"scoring.appeal.{appeal.pk}", subject=f"{appeal}，待复核", at=at,
               link=appeal.get_absolute_url())  # fmt: skip
    return appeal


def _refuse_outside_notice(round: Round, on: date) -> None:
    if round.status != RoundStatus.ON_NOTICE:
        raise WrongState(f"{round}当前为“{round.get_status_display()}”，公示期间才能申诉")
    if not round.notice_starts_on <= on <= round.notice_ends_on:
        raise WrongState(f"申诉期为 {round.notice_starts_on} 至 {round.notice_ends_on}，现已截止")


def _contested(sheet: Sheet, item_code: str) -> Decimal:
    """What was deducted on the item. Raises ValidationError if there is nothing to contest."""
    mark = sheet.marks.get(item_code)
    if mark is None:
        raise ValidationError({"item_code": f"打分表中没有代码为 {item_code} 的项目"})
    deducted = written_number(mark.get("deducted")) or Decimal(0)
    if not deducted:
        raise ValidationError({"item_code": "这一项没有扣分，不需要申诉"})
    return deducted


def decide_appeal(
    appeal: Appeal, *, uphold: bool, new_deducted: Decimal | None = None, decision: str, by, at: datetime
) -> Appeal:
    """Decide once. Upheld, the item's deduction falls to `new_deducted` and the sheet's total follows.

    The scores themselves change at the next gathering, without which the quarter cannot be frozen.
    """
    require(may_decide_appeal(by, appeal), "申诉由共建办主任复核")
    if not decision.strip():
        raise ValidationError({"decision": "请写明复核意见"})
    with transaction.atomic():
        if Round.objects.values_list("status", flat=True).get(pk=appeal.score.round_id) != RoundStatus.ON_NOTICE:
            raise WrongState("本季度已经定分，申诉不能再复核")
        given = {"decision": decision.strip(), "decided_by": by, "decided_at": at}
        if uphold:
            _correct_sheet(appeal, new_deducted, by=by, at=at)
            given["new_deducted"] = new_deducted
        advance(appeal, UPHOLD if uphold else REFUSE, by=by, at=at, remark=decision.strip(), **given)
        told = f"{appeal}：{appeal.get_status_display()}"
        notify([appeal.raised_by], key=f"scoring.appeal.{appeal.pk}.decided", subject=told, at=at,
               link=appeal.get_absolute_url())  # fmt: skip
    return appeal


def item_of(appeal: Appeal) -> ChecklistItem:
    """The contested item with its range. Reads the sheet's round and checklist."""
    return checklist_of(appeal.sheet).item(appeal.item_code)


def _correct_sheet(appeal: Appeal, new_deducted: Decimal | None, *, by, at: datetime) -> None:
    """Write the new deduction into the locked sheet, with before and after in the log. Call inside a transaction."""
    sheet = Sheet.objects.select_for_update(of=("self",)).select_related("round__checklist").get(pk=appeal.sheet_id)
    if new_deducted is None or not 0 <= new_deducted < appeal.old_deducted:
        raise ValidationError({"new_deducted": f"改扣分应在 0 至 {appeal.old_deducted} 之间，并少于原扣分"})
    marks = {**sheet.marks, appeal.item_code: {**sheet.marks[appeal.item_code], "deducted": f"{new_deducted:f}"}}
    checklist = checklist_of(sheet)
    if errors := check_marks(marks, checklist):
        raise ValidationError({"new_deducted": [error.message for error in errors]})
    before = {"deducted": sheet.marks[appeal.item_code]["deducted"], "total_points": sheet.total_points}
    sheet.marks, sheet.total_points = marks, sheet_points(marks, checklist)
    sheet.save(update_fields=["marks", "total_points"])
    after = {"deducted": f"{new_deducted:f}", "total_points": sheet.total_points}
    record(sheet, "scoring.sheet.correct", by=by, at=at, item=appeal.item_code, before=before, after=after)


def hindrances_to_freezing(round: Round, *, on: date) -> list[str]:
    """What still stands before the frozen figure, by name: the notice, open appeals, missing data."""
    found = []
    if round.notice_ends_on and on <= round.notice_ends_on:
        found.append(f"公示期到 {round.notice_ends_on:%Y-%m-%d} 为止，次日起才能定分")
    still_open = Appeal.objects.open().filter(score__round=round).order_by("pk").select_related("score__community")
    found += [f"{appeal}（{appeal.item_code}）还没有复核" for appeal in still_open]
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
