"""延期、退单 and 督办: what units ask for and the office orders."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from gongjian.lib.acting import posted
from gongjian.lib.templatetags.office import day
from gongjian.workflow import WrongState, require
from inspections.forms.rectification import DecisionForm, ExtensionForm, HandOnForm, SupervisionForm
from inspections.models import FindingRequest
from inspections.permissions import (
    may_ask_extension,
    may_ask_hand_on,
    may_decide_request,
    may_supervise_finding,
)
from inspections.rules import rectification_rules
from inspections.services import requests as services
from inspections.services.supervision import supervise_finding
from inspections.views.finding_acts import form_page
from inspections.views.findings import visible


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, number, kind):
    """申请延期, or 退单."""
    finding = get_object_or_404(visible(request.user), number=number)
    if kind not in ASKING:
        raise Http404
    title, may, why, make, act, words = ASKING[kind]
    require(may(request.user, finding), why)
    if finding.status != "assigned":
        raise WrongState(f"当前状态为“{finding.get_status_display()}”，不能{title}")
    form = make(finding, *posted(request))
    if form.is_valid() and _accepted(
        form, lambda given: act(finding, **given, by=request.user, at=timezone.now())
    ):
        messages.success(request, f"{finding.number} {words}，答复后会通知您。")
        return redirect(finding)
    return _page(request, finding, title, form)


def _extension_form(finding, *given):
    form = ExtensionForm(*given)
    most = rectification_rules().extension_days_most
    form.fields[
        "until_on"
    ].help_text = f"现时限 {day(timezone.localdate(finding.due_at))}，最多延 {most} 天"
    return form


ASKING = {
    "extension": (
        "申请延期",
        may_ask_extension,
        "只有责任单位和共建小组可以申请延期",
        _extension_form,
        services.ask_extension,
        "已申请延期",
    ),
    "hand_on": (
        "退单",
        may_ask_hand_on,
        "只有责任单位可以退单",
        lambda finding, *given: HandOnForm(*given, finding=finding),
        services.ask_hand_on,
        "已退单",
    ),
}
"""By kind: title, who may, why not, the form, the act, and what is said when it is done."""


@require_POST
def decide(request, number):
    """Answer the open request of a finding."""
    finding = get_object_or_404(visible(request.user), number=number)
    waiting = FindingRequest.objects.select_related(
        "finding__community", "proposed_unit", "asked_by"
    )
    asked = waiting.filter(finding=finding).order_by("-pk").first()
    if asked is None:
        raise Http404
    require(may_decide_request(request.user, asked), "您不能答复这份申请")
    form = DecisionForm(request.POST, request=asked)
    if form.is_valid():
        _answer(asked, form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, f"{asked.get_kind_display()}申请已答复，申请人会收到通知。")
        return redirect(finding)
    return _page(request, finding, f"答复{asked.get_kind_display()}申请", form)


def _answer(asked, given: dict, *, by, at) -> None:
    if given.pop("answer") == "grant":
        services.grant_request(asked, **given, by=by, at=at)
    else:
        services.refuse_request(asked, decision=given["decision"], by=by, at=at)


@require_http_methods(["GET", "HEAD", "POST"])
def supervise(request, number):
    """督办."""
    finding = get_object_or_404(visible(request.user), number=number)
    require(may_supervise_finding(request.user, finding), "只有共建办可以督办")
    form = SupervisionForm(*posted(request), finding=finding)
    act = lambda given: supervise_finding(finding, **given, by=request.user, at=timezone.now())  # noqa: E731
    if form.is_valid() and _accepted(form, act):
        messages.success(
            request, f"{finding.number} 已督办{form.cleaned_data['unit']}，须经共建办同意才能销号。"
        )
        return redirect(finding)
    return _page(request, finding, "督办", form)


def _accepted(form, act) -> bool:
    """Do the act with what was filled in; what the service refuses stands beside its field."""
    try:
        act(form.cleaned_data)
    except ValidationError as wrong:
        form.add_error(None, wrong)
        return False
    return True


def _page(request, finding, title, form):
    context = {
        "title": f"{title}：{finding.number}",
        "eyebrow": finding.description,
        "submit_label": title,
    }
    return form_page(request, form, {**context, "back_url": finding.get_absolute_url()})
