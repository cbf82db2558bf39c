"""申诉: a community contests one input of its score while the scores are on public notice."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.lib.papers import CleanPaper
from gongjian.lib.points import written_number
from gongjian.workflow import WrongState, require
from scoring.models import Appeal, Round, Score, Sheet
from scoring.models.appeals import AppealKind, Side
from scoring.models.rounds import RoundStatus, SheetStatus
from scoring.permissions import may_raise_appeal
from scoring.services.appeals.contestable import contestable
from scoring.services.appeals.evidence import store_evidence
from scoring.services.appeals.nodes import PRECHECK_DAYS, node_due_on, notify_handlers
from scoring.services.corrections.correctable import CorrectableInput

LONGEST_ABOUT, LONGEST_STOOD = 300, 600

# By which columns an appeal is the only one about its input, and the columns that describe it.
Contested = tuple[dict[str, Any], dict[str, Any]]


def raise_appeal(
    score: Score,
    *,
    sheet: Sheet | None = None,
    item_code: str = "",
    subject: CorrectableInput | None = None,
    reason: str,
    papers: Iterable[CleanPaper] = (),
    by: User,
    at: datetime,
) -> Appeal:
    """Contest one item of a locked sheet, or another input of the score (`subject`).

    Of one's own community, during the public notice, with what proves it; the office is notified.
    Raises ValidationError for what cannot be contested or was contested before, WrongState outside
    the public notice.
    """
    require(may_raise_appeal(by, score), "只有本社区的牵头单位经办人和社区工作者可以申诉")
    today = timezone.localdate(at)
    refuse_outside_public_notice(score.round, today)
    if subject:
        unique_by, columns = contested_input(score, subject, at)
    else:
        unique_by, columns = contested_sheet_item(score, sheet, item_code)
    if not reason.strip():
        raise ValidationError({"reason": "请写明申诉理由"})
    columns |= {"score": score, "reason": reason.strip(), "raised_by": by, "raised_at": at}
    columns["precheck_due_on"] = node_due_on(at, PRECHECK_DAYS)
    with transaction.atomic():
        appeal, is_new = Appeal.objects.get_or_create(**unique_by, defaults=columns)
        if not is_new:
            what = "这张打分表的这一项" if sheet else "这一项"
            raise ValidationError({"contested": f"{what}已经申诉过，每项只能申诉一次"})
        record(appeal, "scoring.appeal.raise", by=by, at=at, item=appeal.what, reason=reason)
        store_evidence(appeal, Side.APPEAL, papers, by=by, at=at)
        notify_handlers(appeal, User.objects.holding(Role.OFFICE_STAFF, on=today), at=at)
    return appeal


def refuse_outside_public_notice(round: Round, day: date) -> None:
    if round.status != RoundStatus.ON_PUBLIC_NOTICE:
        raise WrongState(f"{round}当前为“{round.get_status_display()}”，公示期间才能申诉")
    if not round.is_on_public_notice(day):
        days = f"{round.notice_starts_on} 至 {round.notice_ends_on}"
        raise WrongState(f"申诉期为 {days}，现已截止")


def contested_sheet_item(score: Score, sheet: Sheet | None, item_code: str) -> Contested:
    """Return an item of a locked sheet of the community. Raises ValidationError for any other."""
    message = "这张打分表不是本社区本季度已锁定的打分表"
    if sheet is None or sheet.status != SheetStatus.LOCKED:
        raise ValidationError({"contested": message})
    if (sheet.round_id, sheet.community_id) != (score.round_id, score.community_id):
        raise ValidationError({"contested": message})
    deducted = deducted_on(sheet, item_code)
    return {"sheet": sheet, "item_code": item_code}, {"old_deducted": deducted}


def deducted_on(sheet: Sheet, item_code: str) -> Decimal:
    """Return what was deducted on the item. Raises ValidationError if there is nothing."""
    mark = sheet.marks.get(item_code)
    if mark is None:
        raise ValidationError({"contested": f"打分表中没有代码为 {item_code} 的项目"})
    deducted = written_number(mark.get("deducted"))
    if not deducted:
        raise ValidationError({"contested": "这一项没有扣分，不需要申诉"})
    return deducted


def contested_input(score: Score, subject: CorrectableInput, at: datetime) -> Contested:
    """Return another input as it stands now. Raises ValidationError if there is none such."""
    subjects = contestable(score.round, score.community, at=at)
    now = {candidate.value: candidate for candidate in subjects}.get(subject.value)
    if now is None:
        message = f"“{subject.name}”已有变化，现在没有可申诉的，请重新选择"
        raise ValidationError({"contested": message})
    about = f"{now.group}“{now.name}”"
    columns = {"about": about[:LONGEST_ABOUT], "stood": now.stands[:LONGEST_STOOD]}
    if now.kind == AppealKind.CASE:
        return {"kind": now.kind, "case_id": int(now.key)}, columns
    return {"kind": now.kind, "key": now.key, "score": score}, columns
