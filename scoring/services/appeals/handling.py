"""办理申诉: 初核 → 部门核实 → 裁定, by three people, each within so many working days."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from gongjian.lib.papers import CleanPaper
from gongjian.workflow import WrongState, advance, require
from scoring.models import Appeal, Round
from scoring.models.appeals import AppealKind, Side
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_decide_appeal, may_precheck_appeal, may_verify_appeal
from scoring.services.appeals.evidence import store_evidence
from scoring.services.appeals.nodes import (
    DECIDE_DAYS,
    VERIFY_DAYS,
    node_due_on,
    notify_appellant,
    notify_handlers,
)
from scoring.services.appeals.rulings import uphold_input
from scoring.services.appeals.sheet_rulings import uphold_item
from scoring.states import DISMISS, PRECHECK, REFUSE, UPHOLD, VERIFY
from units.models import Unit


def precheck_appeal(
    appeal: Appeal,
    *,
    admit: bool,
    department: Unit | None = None,
    precheck: str,
    by: User,
    at: datetime,
) -> Appeal:
    """初核: take the appeal up and say who verifies it, or dismiss it with the reason.

    A functional department verifies it, or another person of the office. Raises ValidationError
    without a remark, or if nobody would be there to verify it; WrongState once frozen.
    """
    require(may_precheck_appeal(by, appeal), "申诉由共建办工作人员初核")
    remark = _written("precheck", precheck, "请写明初核意见；不予受理的写明原因")
    columns = {"precheck": remark, "prechecked_by": by, "prechecked_at": at}
    with transaction.atomic():
        _refuse_after_public_notice(appeal)
        if not admit:
            advance(appeal, DISMISS, by=by, at=at, remark=remark, **columns)
            notify_appellant(appeal, at=at)
            return appeal
        verifiers = possible_verifiers(department, by, timezone.localdate(at))
        columns |= {"department": department, "verify_due_on": node_due_on(at, VERIFY_DAYS)}
        advance(appeal, PRECHECK, by=by, at=at, remark=remark, **columns)
        notify_handlers(appeal, verifiers, node="verify", at=at)
    return appeal


def _written(field: str, text: str, sentence: str) -> str:
    """Return what was written, without blanks around. Raises ValidationError with `sentence`."""
    if not text.strip():
        raise ValidationError({field: sentence})
    return text.strip()


def _refuse_after_public_notice(appeal: Appeal) -> None:
    round = Round.objects.only("status").get(pk=appeal.score.round_id)
    if round.status != RoundStatus.ON_PUBLIC_NOTICE:
        raise WrongState("本季度已经定分，申诉不能再办理；确有错误的，提出更正")


def possible_verifiers(department: Unit | None, by: User, on: date) -> list[User]:
    """Return who can verify. Raises ValidationError naming the way out if there is nobody."""
    if department is None:
        people = User.objects.holding(Role.OFFICE_STAFF, on=on)
        way_out = "共建办没有第二名工作人员可以核实，请指定一个职能部门核实"
    else:
        officers = Appointment.objects.in_force(on).filter(
            role=Role.DEPARTMENT_OFFICER, unit_posting__unit=department
        )
        people = User.objects.filter(is_active=True, pk__in=officers.values("user"))
        way_out = f"{department}没有在任的经办人，请指定别的部门，或由共建办核实"
    verifiers = list(people.exclude(pk=by.pk))
    if not verifiers:
        raise ValidationError({"department": way_out})
    return verifiers


def verify_appeal(
    appeal: Appeal, *, finding: str, papers: Iterable[CleanPaper] = (), by: User, at: datetime
) -> Appeal:
    """核实: enter what the department, or a second person of the office, finds on the spot.

    With its own evidence; the director is notified.
    """
    require(may_verify_appeal(by, appeal), "申诉由初核时指定的部门（共建办初核人以外的人员）核实")
    remark = _written("finding", finding, "请写明核实的经过和结论")
    columns = {"finding": remark, "verified_by": by, "verified_at": at}
    columns["decide_due_on"] = node_due_on(at, DECIDE_DAYS)
    directors = User.objects.holding(Role.OFFICE_DIRECTOR, on=timezone.localdate(at))
    with transaction.atomic():
        _refuse_after_public_notice(appeal)
        advance(appeal, VERIFY, by=by, at=at, remark=remark, **columns)
        store_evidence(appeal, Side.FINDING, papers, by=by, at=at)
        notify_handlers(appeal, directors, node="decide", at=at)
    return appeal


def decide_appeal(
    appeal: Appeal,
    *,
    uphold: bool,
    new_deducted: Decimal | None = None,
    ruled: str = "",
    decision: str,
    by: User,
    at: datetime,
) -> Appeal:
    """裁定, once: uphold the appeal or refuse it, and notify the appellant.

    Upheld, an item's deduction falls to `new_deducted` and the sheet's total follows; any other
    input is put right as its kind asks, to `ruled` where it is written. Every figure before and
    after is kept in `trace`. The scores themselves change at the next gathering, without which the
    quarter cannot be frozen, or by the correction drafted when it is.
    """
    require(may_decide_appeal(by, appeal), "申诉由没有参加初核、核实的共建办主任裁定")
    remark = _written("decision", decision, "请写明裁定意见")
    columns: dict[str, Any] = {"decision": remark, "decided_by": by, "decided_at": at}
    with transaction.atomic():
        _refuse_after_public_notice(appeal)
        if uphold and appeal.kind == AppealKind.SHEET:
            columns["trace"] = uphold_item(appeal, new_deducted, by=by, at=at)
            columns["new_deducted"] = new_deducted
        elif uphold:
            columns |= uphold_input(appeal, ruled, decision=remark, by=by, at=at)
        step = UPHOLD if uphold else REFUSE
        advance(appeal, step, by=by, at=at, remark=remark, **columns)
        notify_appellant(appeal, at=at)
    return appeal
