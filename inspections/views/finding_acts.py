"""What is done with findings: reported, assigned, put right, verified, closed out, sent back."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from gongjian.accounts.roles import OFFICE, Role
from gongjian.documents.models import Issuer
from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.lib.templatetags.office import moment
from gongjian.workflow import Step, WrongState, require
from inspections import states
from inspections.forms.findings import AssignForm, FindingForm, SendBackForm
from inspections.forms.rectification import FalseRectificationForm, RectifyForm
from inspections.models import Finding
from inspections.models.findings import FindingSource, FindingStatus, PhotoStage
from inspections.permissions import may_remind_units
from inspections.services import findings as services
from inspections.services.rectification_notice import draft_rectification_notice
from inspections.views.findings import CRUMBS, may_report_somewhere, visible


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """登记问题: whoever sees something wrong and may say so."""
    require(may_report_somewhere(request.user), "您不能登记问题")
    form = FindingForm(*posted(request), user=request.user, initial=request.GET.dict())
    act = partial(report, by=request.user, at=timezone.now())
    finding = carry_out(form, act)
    if finding:
        next_step = "等待派发"
        if finding.responsible_unit:
            due = moment(finding.due_at)
            next_step = f"已派给{finding.responsible_unit}，请于{due}前整改"
        messages.success(request, f"问题 {finding.number} 已登记，{next_step}。")
        return redirect(finding)
    return form_page(
        request,
        form,
        title="登记问题",
        section="inspections",
        crumbs=CRUMBS[:-1],
        back=CRUMBS[-1],
        submit_label="登记",
    )


@transaction.atomic
def report(*, photos, by, at, **fields) -> Finding:
    """Report a finding with its photos, all of it or nothing."""
    source = FindingSource.GROUP
    if by.has_role(*OFFICE, Role.ASSESSOR):
        source = FindingSource.CITY
    finding = services.report_finding(**fields, source=source, by=by, at=at)
    for photo in photos or []:
        services.add_photo(finding, stage=PhotoStage.BEFORE, file=photo, by=by, at=at)
    return finding


@dataclass(frozen=True)
class FormAct:
    """An act on one finding, filled in as a form; `message` tells the user that it is done."""

    step: Step
    form_class: type
    service: Callable
    message: Callable[[Finding], str]


ASSIGN = FormAct(
    states.ASSIGN,
    AssignForm,
    services.assign_finding,
    lambda finding: f"{finding.number} 已派给{finding.responsible_unit}，经办人会收到通知。",
)
RECTIFY = FormAct(
    states.RECTIFY,
    RectifyForm,
    services.rectify_finding,
    lambda finding: f"{finding.number} 的整改已登记，等待他人复查。",
)
SEND_BACK = FormAct(
    states.SEND_BACK,
    SendBackForm,
    services.send_back_finding,
    lambda finding: f"{finding.number} 已退回{finding.responsible_unit}重改。",
)
MARK_FALSE = FormAct(
    states.MARK_FALSE,
    FalseRectificationForm,
    services.mark_false_rectification,
    lambda finding: f"{finding.number} 已认定为虚假整改，退回{finding.responsible_unit}重新整改。",
)


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request, number):
    return act_page(request, number, ASSIGN)


@require_http_methods(["GET", "HEAD", "POST"])
def rectify(request, number):
    return act_page(request, number, RECTIFY)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request, number):
    return act_page(request, number, SEND_BACK)


@require_http_methods(["GET", "HEAD", "POST"])
def mark_false(request, number):
    """认定虚假整改."""
    return act_page(request, number, MARK_FALSE)


def act_page(request, number, act: FormAct):
    """Show the form of an act on a finding, and carry it out.

    Refused by its own page to one who may not, and when it is not the time for it.
    """
    finding = get_object_or_404(visible(request.user), number=number)
    step = act.step
    require(step.may(request.user, finding), f"您不能办理“{step.label}”")
    if finding.status not in step.sources:
        raise WrongState(f"当前状态为“{finding.get_status_display()}”，不能{step.label}")
    form = act.form_class(*posted(request), finding=finding)
    service = partial(act.service, finding, by=request.user, at=timezone.now())
    if carry_out(form, service):
        messages.success(request, act.message(finding))
        return redirect(finding)
    return finding_form_page(request, form, finding, step.label)


def finding_form_page(request, form, finding, label: str):
    """Answer with the page of a form about one finding; `label` names the act."""
    return form_page(
        request,
        form,
        title=f"{label}：{finding.number}",
        eyebrow=finding.description,
        section="inspections",
        crumbs=CRUMBS,
        back=(finding.number, finding.get_absolute_url()),
        submit_label=label,
    )


@require_POST
def verify(request, number):
    """复查: closes everyday findings out; under supervision the office closes them out."""
    finding = get_object_or_404(visible(request.user), number=number)
    services.verify_finding(finding, by=request.user, at=timezone.now())
    result = "已复查通过，督办问题由共建办销号"
    if finding.status == FindingStatus.CLOSED_OUT:
        result = "已复查销号"
    messages.success(request, f"{finding.number} {result}。")
    return redirect(finding)


@require_POST
def close_out(request, number):
    finding = get_object_or_404(visible(request.user), number=number)
    services.close_out_finding(finding, by=request.user, at=timezone.now())
    messages.success(request, f"{finding.number} 已销号。")
    return redirect(finding)


@require_POST
def remind(request):
    """催办 the ticked findings."""
    require(may_remind_units(request.user), "只有共建办可以催办")
    findings = ticked_findings(request).select_related("community")
    count = services.remind_units(findings, by=request.user, at=timezone.now())
    if count:
        messages.success(request, f"已催办 {count} 件，责任单位经办人会收到通知。")
    else:
        messages.warning(request, "所选问题中没有待整改的，没有发出催办。")
    return redirect(list_address(request))


@require_POST
def notice(request):
    """拟整改通知书 of the ticked findings of one unit."""
    rows = ticked_findings(request).select_related("community", "responsible_unit", "frontage")
    issuer = Issuer.objects.order_by("pk").first()
    try:
        by, at = request.user, timezone.now()
        document = draft_rectification_notice(rows, issuer=issuer, by=by, at=at)
    except ValidationError as refused:
        messages.warning(request, "；".join(refused.messages))
        return redirect(list_address(request))
    messages.success(request, "整改通知书已拟好，核对后送签。")
    return redirect(document)


def ticked_findings(request):
    ids = [pk for pk in request.POST.getlist("ids") if pk.isdecimal()]
    return Finding.objects.visible_to(request.user).filter(pk__in=ids)


def list_address(request) -> str:
    """Return the list as it was filtered, or the whole list for an address of another site."""
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, None):
        return address
    return reverse("inspections:findings")
