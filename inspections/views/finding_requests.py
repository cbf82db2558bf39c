"""延期、退单 and 督办: what units ask for and the office orders."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from gongjian.lib.acting import carry_out, posted
from gongjian.workflow import WrongState, require
from inspections.forms.rectification import (
    ExtensionForm,
    HandOnForm,
    RequestDecisionForm,
    SupervisionForm,
)
from inspections.models import FindingRequest
from inspections.models.findings import FindingStatus
from inspections.models.rectification import RequestKind
from inspections.permissions import (
    may_ask_extension,
    may_ask_hand_on,
    may_decide_request,
    may_supervise_finding,
)
from inspections.services import requests as services
from inspections.services.supervision import supervise_finding
from inspections.views.finding_acts import finding_form_page
from inspections.views.findings import visible


@dataclass(frozen=True)
class Asking:
    """What a unit may ask for: who may, the form, the service, and what is said when it is done."""

    label: str
    may: Callable
    why_not: str
    form_class: type
    service: Callable
    message: str


ASKING = {
    RequestKind.EXTENSION: Asking(
        "申请延期",
        may_ask_extension,
        "只有责任单位和共建小组可以申请延期",
        ExtensionForm,
        services.ask_extension,
        "已申请延期",
    ),
    RequestKind.HAND_ON: Asking(
        "退单",
        may_ask_hand_on,
        "只有责任单位可以退单",
        HandOnForm,
        services.ask_hand_on,
        "已退单",
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, number, kind):
    """申请延期, or 退单."""
    finding = get_object_or_404(visible(request.user), number=number)
    asking = ASKING.get(kind)
    if asking is None:
        raise Http404
    require(asking.may(request.user, finding), asking.why_not)
    if finding.status != FindingStatus.ASSIGNED:
        raise WrongState(f"当前状态为“{finding.get_status_display()}”，不能{asking.label}")
    form = asking.form_class(*posted(request), finding=finding)
    act = partial(asking.service, finding, by=request.user, at=timezone.now())
    if carry_out(form, act):
        messages.success(request, f"{finding.number} {asking.message}，答复后会通知您。")
        return redirect(finding)
    return finding_form_page(request, form, finding, asking.label)


@require_POST
def decide(request, number):
    """Answer the open request of a finding."""
    finding = get_object_or_404(visible(request.user), number=number)
    requests = FindingRequest.objects.filter(finding=finding)
    rows = requests.select_related("finding__community", "proposed_unit", "asked_by")
    latest = rows.order_by("-pk").first()
    if latest is None:
        raise Http404
    require(may_decide_request(request.user, latest), "您不能答复这份申请")
    form = RequestDecisionForm(request.POST, request=latest)
    kind = latest.get_kind_display()
    act = partial(answer, latest, by=request.user, at=timezone.now())
    if carry_out(form, act):
        messages.success(request, f"{kind}申请已答复，申请人会收到通知。")
        return redirect(finding)
    return finding_form_page(request, form, finding, f"答复{kind}申请")


def answer(request: FindingRequest, *, answer: str, decision: str, by, at, **unit):
    """Grant or refuse a request, as the button says; `unit` where a hand-on names another one."""
    if answer == "grant":
        return services.grant_request(request, decision=decision, by=by, at=at, **unit)
    return services.refuse_request(request, decision=decision, by=by, at=at)


@require_http_methods(["GET", "HEAD", "POST"])
def supervise(request, number):
    """督办."""
    finding = get_object_or_404(visible(request.user), number=number)
    require(may_supervise_finding(request.user, finding), "只有共建办可以督办")
    form = SupervisionForm(*posted(request), finding=finding)
    act = partial(supervise_finding, finding, by=request.user, at=timezone.now())
    order = carry_out(form, act)
    if order:
        message = f"{finding.number} 已督办{order.unit}，须经共建办同意才能销号。"
        messages.success(request, message)
        return redirect(finding)
    return finding_form_page(request, form, finding, "督办")
