"""延期 and 退单: what a responsible unit asks for, and the answer."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

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
from inspections.services.messages import tell, tell_units
from inspections.services.recipients import keepers_of, office_people


def ask_extension(
    finding: Finding, *, reason: str, until_on: date, by, at: datetime
) -> FindingRequest:
    """申请延期 to the end of a day, before the limit runs out; the office is asked.

    Raises ValidationError for a day that is none later or too far, WrongState past the limit or once too often.
    """
    require(may_ask_extension(by, finding), "只有责任单位和共建小组可以申请延期")
    _refuse_unless_assigned(finding, RequestKind.EXTENSION)
    _refuse_late_or_spent(finding, at)
    until = end_of(until_on)
    latest = timezone.localdate(finding.due_at) + timedelta(
        days=rectification_rules().extension_days_most
    )
    if until <= finding.due_at or until_on > latest:
        first = timezone.localdate(finding.due_at + timedelta(seconds=1))
        raise ValidationError({"until_on": f"延期的日期应在 {day(first)} 至 {day(latest)} 之间"})
    told = office_people(timezone.localdate(at))
    return _ask(
        finding, told, kind=RequestKind.EXTENSION, reason=reason, until_at=until, by=by, at=at
    )


def _refuse_late_or_spent(finding: Finding, at: datetime) -> None:
    if finding.due_at <= at:
        raise WrongState(
            f"时限 {moment(finding.due_at)} 已过，不能再申请延期：请尽快整改，并向共建办说明情况"
        )
    most = rectification_rules().extensions_most
    if finding.requests.extensions_granted().count() >= most:
        raise WrongState(
            f"这个问题已延期 {most} 次，不能再延：请在时限前整改，确有困难的请与共建办联系"
        )


def ask_hand_on(
    finding: Finding, *, reason: str, proposed_unit, by, at: datetime
) -> FindingRequest:
    """退单: the unit says that it is not its own, and whose it is; those who keep the group's records are asked."""
    require(may_ask_hand_on(by, finding), "只有责任单位可以退单")
    _refuse_unless_assigned(finding, RequestKind.HAND_ON)
    if proposed_unit.pk == finding.responsible_unit_id:
        raise ValidationError({"proposed_unit": "请选择本单位以外的单位"})
    on = timezone.localdate(at)
    told = [*keepers_of(finding.community, on), *office_people(on)]
    return _ask(
        finding,
        told,
        kind=RequestKind.HAND_ON,
        reason=reason,
        proposed_unit=proposed_unit,
        by=by,
        at=at,
    )


def _refuse_unless_assigned(finding: Finding, kind: RequestKind) -> None:
    if finding.status != FindingStatus.ASSIGNED:
        raise WrongState(f"当前状态为“{finding.get_status_display()}”，不能申请{kind.label}")


def _ask(finding: Finding, told: list, *, by, at: datetime, **asked) -> FindingRequest:
    try:
        with transaction.atomic():
            request = FindingRequest.objects.create(
                finding=finding, asked_by=by, asked_at=at, **asked
            )
            wanted = (
                f"延至 {moment(request.until_at, 'full')}"
                if request.until_at
                else f"应由{request.proposed_unit}办理"
            )
            remark = f"{wanted}：{request.reason}"
            record(finding, f"inspections.finding.ask_{request.kind}", by=by, at=at, remark=remark)
            word = f"申请{request.get_kind_display()}，请答复"
            tell(
                [one for one in told if one.pk != by.pk],
                finding,
                f"ask_{request.kind}",
                word,
                at=at,
            )
    except IntegrityError as twice:
        raise WrongState("这个问题已有一份申请在等答复，答复后才能再申请") from twice
    return request


def _wanted(request: FindingRequest) -> str:
    if request.until_at:
        return f"延至 {moment(request.until_at, 'full')}"
    return f"应由{request.proposed_unit}办理"


def grant_request(
    request: FindingRequest, *, decision: str = "", unit=None, by, at: datetime
) -> FindingRequest:
    """Grant it: the limit moves, keeping the original one; or the finding goes to the proposed unit, or to `unit`.

    The extended limit is the one that counts, for reminders and for the quarter's score (decision 0008).
    """
    with transaction.atomic():
        finding = Finding.objects.select_for_update().get(pk=request.finding_id)
        _refuse_unless_assigned(finding, RequestKind(request.kind))
        decided = {"decision": decision, "decided_by": by, "decided_at": at}
        advance(request, states.GRANT, by=by, at=at, **decided)
        if request.kind == RequestKind.EXTENSION:
            _extend(finding, request, by=by, at=at)
        else:
            _hand_on(finding, unit or request.proposed_unit, by=by, at=at)
        _answer(finding, request, by=by, at=at)
    request.finding = finding
    return request


def _extend(finding: Finding, request: FindingRequest, *, by, at: datetime) -> None:
    before = finding.due_at
    finding.original_due_at = finding.original_due_at or before
    finding.due_at = request.until_at
    finding.save(update_fields=["due_at", "original_due_at"])
    limits = {"before": {"due_at": before}, "after": {"due_at": finding.due_at}}
    record(finding, "inspections.finding.extend", by=by, at=at, remark=request.decision, **limits)


def _hand_on(finding: Finding, unit, *, by, at: datetime) -> None:
    if unit.pk == finding.responsible_unit_id:
        raise WrongState(f"这个问题已经派给{unit}，请选择别的单位")
    advance(
        finding, states.ASSIGN, by=by, at=at, remark=f"退单同意，派给{unit}", responsible_unit=unit
    )
    tell_units([finding], "assign", "请整改", at=at)


def refuse_request(request: FindingRequest, *, decision: str, by, at: datetime) -> FindingRequest:
    """Refuse it, with the reason: unit and limit stay as they are."""
    if not decision.strip():
        raise ValidationError({"decision": "不同意的，请写明原因，对方会收到"})
    with transaction.atomic():
        decided = {"decision": decision.strip(), "decided_by": by, "decided_at": at}
        advance(request, states.REFUSE, by=by, at=at, **decided)
        _answer(request.finding, request, by=by, at=at)
    return request


def _answer(finding: Finding, request: FindingRequest, *, by, at: datetime) -> None:
    word = f"{request.get_kind_display()}申请{request.get_status_display()}"
    record(
        finding,
        f"inspections.finding.answer_{request.kind}",
        by=by,
        at=at,
        remark=f"{word}。{request.decision}",
    )
    tell([request.asked_by], finding, f"answer_{request.kind}", word, at=at)


def lapse_requests(finding: Finding, *, by, at: datetime) -> None:
    """A request that nobody answered lapses when the finding is put right or given to another unit."""
    for request in finding.requests.asked():
        request.finding = finding
        advance(request, states.LAPSE, by=by, at=at, decided_by=by, decided_at=at)
