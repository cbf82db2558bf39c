"""What a responsible unit asks for, more time (延期) or another unit (退单), and the answer."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.templatetags.office import day, moment
from gongjian.workflow import WrongState, advance, require
from inspections import states
from inspections.models import Finding, FindingRequest
from inspections.models.findings import FindingStatus
from inspections.models.rectification import RequestKind
from inspections.permissions import may_ask_extension, may_ask_hand_on
from inspections.rules import rectification_rules
from inspections.services.deadlines import end_of
from inspections.services.messages import notify_about, notify_units
from inspections.services.recipients import keepers_of, office_people
from units.models import Unit


def ask_extension(
    finding: Finding, *, reason: str, until_on: date, by: User, at: datetime
) -> FindingRequest:
    """Ask the office for more time (申请延期), to the end of a day, before the deadline passes.

    Raises ValidationError for a day that is no later or too far, WrongState past the deadline or
    once too often.
    """
    require(may_ask_extension(by, finding), "只有责任单位和共建小组可以申请延期")
    _refuse_unless_assigned(finding, RequestKind.EXTENSION)
    _refuse_late_or_spent(finding, at)
    until_at = end_of(until_on)
    most_days = timedelta(days=rectification_rules().extension_days_most)
    last_day = timezone.localdate(finding.due_at) + most_days
    if until_at <= finding.due_at or until_on > last_day:
        first_day = timezone.localdate(finding.due_at + timedelta(seconds=1))
        message = f"延期的日期应在 {day(first_day)} 至 {day(last_day)} 之间"
        raise ValidationError({"until_on": message})
    request = FindingRequest(finding=finding, kind=RequestKind.EXTENSION, reason=reason)
    request.until_at = until_at
    recipients = office_people(timezone.localdate(at))
    return _ask(request, f"延至 {moment(until_at, 'full')}", recipients, by=by, at=at)


def _refuse_late_or_spent(finding: Finding, at: datetime) -> None:
    if finding.due_at <= at:
        due = moment(finding.due_at)
        raise WrongState(f"时限 {due} 已过，不能再申请延期：请尽快整改，并向共建办说明情况")
    most = rectification_rules().extensions_most
    if finding.requests.extensions_granted().count() >= most:
        raise WrongState(
            f"这个问题已延期 {most} 次，不能再延：请在时限前整改，确有困难的请与共建办联系"
        )


def ask_hand_on(
    finding: Finding, *, reason: str, proposed_unit: Unit, by: User, at: datetime
) -> FindingRequest:
    """Say that the finding is not the unit's own, and whose it is (退单).

    The office and those who keep the group's records are asked. Raises ValidationError for the
    unit that has it.
    """
    require(may_ask_hand_on(by, finding), "只有责任单位可以退单")
    _refuse_unless_assigned(finding, RequestKind.HAND_ON)
    if proposed_unit.pk == finding.responsible_unit_id:
        raise ValidationError({"proposed_unit": "请选择本单位以外的单位"})
    request = FindingRequest(finding=finding, kind=RequestKind.HAND_ON, reason=reason)
    request.proposed_unit = proposed_unit
    today = timezone.localdate(at)
    recipients = keepers_of(finding.community, today) + office_people(today)
    return _ask(request, f"应由{proposed_unit}办理", recipients, by=by, at=at)


def _refuse_unless_assigned(finding: Finding, kind: RequestKind) -> None:
    if finding.status != FindingStatus.ASSIGNED:
        raise WrongState(f"当前状态为“{finding.get_status_display()}”，不能申请{kind.label}")


def _ask(
    request: FindingRequest, proposal: str, recipients: Sequence[User], *, by: User, at: datetime
) -> FindingRequest:
    """Store the request and notify those who answer it. Raises WrongState while another waits."""
    request.asked_by = by
    request.asked_at = at
    finding = request.finding
    act = f"ask_{request.kind}"
    others = [person for person in recipients if person.pk != by.pk]
    try:
        with transaction.atomic():
            request.save(force_insert=True)
            remark = f"{proposal}：{request.reason}"
            record(finding, f"inspections.finding.{act}", by=by, at=at, remark=remark)
            question = f"申请{request.get_kind_display()}，请答复"
            notify_about(others, finding, act, question, at=at)
    except IntegrityError as second_request:
        raise WrongState("这个问题已有一份申请在等答复，答复后才能再申请") from second_request
    return request


def grant_request(
    request: FindingRequest,
    *,
    decision: str = "",
    unit: Unit | None = None,
    by: User,
    at: datetime,
) -> FindingRequest:
    """Grant it: move the deadline, or assign the finding to the proposed unit or to `unit`.

    The extended deadline is the one that counts, for reminders and for the quarter's score
    (decision 0008); the original one is kept beside it.
    """
    fields: dict[str, Any] = {"decision": decision, "decided_by": by, "decided_at": at}
    with transaction.atomic():
        finding = Finding.objects.select_for_update().get(pk=request.finding_id)
        _refuse_unless_assigned(finding, RequestKind(request.kind))
        advance(request, states.GRANT, by=by, at=at, **fields)
        if request.kind == RequestKind.EXTENSION:
            extend_deadline(finding, request, by=by, at=at)
        else:
            new_unit = unit or request.proposed_unit
            assert new_unit is not None, "request_says_what_it_asks"
            hand_on(finding, new_unit, by=by, at=at)
        _answer(finding, request, by=by, at=at)
    request.finding = finding
    return request


def extend_deadline(finding: Finding, request: FindingRequest, *, by: User, at: datetime) -> None:
    """Move the deadline to the day that was asked for, and log the old and the new one."""
    assert request.until_at is not None, "request_says_what_it_asks"
    before = finding.due_at
    finding.original_due_at = finding.original_due_at or before
    finding.due_at = request.until_at
    finding.save(update_fields=["due_at", "original_due_at"])
    limits = {"before": {"due_at": before}, "after": {"due_at": finding.due_at}}
    record(finding, "inspections.finding.extend", by=by, at=at, remark=request.decision, **limits)


def hand_on(finding: Finding, unit: Unit, *, by: User, at: datetime) -> None:
    """Assign the finding to another unit. Raises ValidationError for the unit that has it."""
    if unit.pk == finding.responsible_unit_id:
        raise ValidationError({"unit": f"这个问题已经派给{unit}，请选择别的单位"})
    remark = f"退单同意，派给{unit}"
    advance(finding, states.ASSIGN, by=by, at=at, remark=remark, responsible_unit=unit)
    notify_units([finding], "assign", "请整改", at=at)


def refuse_request(
    request: FindingRequest, *, decision: str, by: User, at: datetime
) -> FindingRequest:
    """Refuse it, with the reason: unit and deadline stay as they are."""
    decision = decision.strip()
    if not decision:
        raise ValidationError({"decision": "不同意的，请写明原因，对方会收到"})
    fields: dict[str, Any] = {"decision": decision, "decided_by": by, "decided_at": at}
    with transaction.atomic():
        advance(request, states.REFUSE, by=by, at=at, **fields)
        _answer(request.finding, request, by=by, at=at)
    return request


def _answer(finding: Finding, request: FindingRequest, *, by: User, at: datetime) -> None:
    """Log the decision on the finding and notify who asked."""
    act = f"answer_{request.kind}"
    answer = f"{request.get_kind_display()}申请{request.get_status_display()}"
    remark = f"{answer}。{request.decision}"
    record(finding, f"inspections.finding.{act}", by=by, at=at, remark=remark)
    notify_about([request.asked_by], finding, act, answer, at=at)


def lapse_requests(finding: Finding, *, by: User, at: datetime) -> None:
    """Let a request that nobody answered lapse: the finding is put right or with another unit."""
    for request in finding.requests.asked():
        request.finding = finding
        advance(request, states.LAPSE, by=by, at=at, decided_by=by, decided_at=at)
