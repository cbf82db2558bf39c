"""What is done with findings: reported, assigned, put right, verified, closed out, sent back, reminded of."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from gongjian.accounts.roles import OFFICE, Role
from gongjian.documents.models import Issuer
from gongjian.lib.acting import posted
from gongjian.lib.templatetags.office import moment
from gongjian.workflow import WrongState, require
from inspections import states
from inspections.forms.findings import AssignForm, FindingForm, RemarkForm
from inspections.forms.rectification import FalseRectificationForm, RectifyForm
from inspections.models import Finding
from inspections.models.findings import Source, Stage
from inspections.permissions import may_remind_units
from inspections.services import findings as services
from inspections.services.rectification_notice import draft_rectification_notice
from inspections.views.findings import CRUMBS, may_report_somewhere, visible


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """登记问题: whoever sees something wrong and may say so."""
    require(may_report_somewhere(request.user), "您不能登记问题")
    form = FindingForm(*posted(request), user=request.user, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        finding = _report(form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, f"问题 {finding.number} 已登记，{_with_whom(finding)}。")
        return redirect(finding)
    context = {
        "title": "登记问题",
        "form": form,
        "submit_label": "登记",
        "back_url": reverse("inspections:findings"),
    }
    return form_page(request, form, context)


def _report(given: dict, *, by, at):
    photos = given.pop("photos") or []
    source = Source.CITY if by.has_role(*OFFICE, Role.ASSESSOR) else Source.GROUP
    with transaction.atomic():
        finding = services.report_finding(**given, source=source, by=by, at=at)
        for photo in photos:
            services.add_photo(finding, stage=Stage.BEFORE, file=photo, by=by, at=at)
    return finding


def _with_whom(finding) -> str:
    if finding.responsible_unit is None:
        return "等待派发"
    return f"已派给{finding.responsible_unit}，请于{moment(finding.due_at)}前整改"


def form_page(request, form, context):
    context = {"section": "inspections", "crumbs": CRUMBS, "form": form, **context}
    return render(request, "forms/form_page.html", context, status=400 if form.errors else 200)


def _ready(request, number, step):
    """The finding, when the user sees it, may take the step, and it is the time for it."""
    finding = get_object_or_404(visible(request.user), number=number)
    require(step.may(request.user, finding), f"您不能办理“{step.label}”")
    if finding.status not in step.sources:
        raise WrongState(f"当前状态为“{finding.get_status_display()}”，不能{step.label}")
    return finding


def _act_page(request, finding, step, form):
    context = {
        "title": f"{step.label}：{finding.number}",
        "eyebrow": finding.description,
        "submit_label": step.label,
    }
    return form_page(request, form, {**context, "back_url": finding.get_absolute_url()})


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request, number):
    finding = _ready(request, number, states.ASSIGN)
    form = AssignForm(*posted(request), finding=finding)
    if form.is_valid():
        services.assign_finding(finding, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(
            request, f"{finding.number} 已派给{finding.responsible_unit}，经办人会收到通知。"
        )
        return redirect(finding)
    return _act_page(request, finding, states.ASSIGN, form)


@require_http_methods(["GET", "HEAD", "POST"])
def rectify(request, number):
    finding = _ready(request, number, states.RECTIFY)
    form = RectifyForm(*posted(request))
    if form.is_valid():
        services.rectify_finding(finding, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, f"{finding.number} 的整改已登记，等待他人复查。")
        return redirect(finding)
    return _act_page(request, finding, states.RECTIFY, form)


@require_POST
def verify(request, number):
    """复查: everyday findings are closed out with it; under supervision it is laid before the office."""
    finding = get_object_or_404(visible(request.user), number=number)
    services.verify_finding(finding, by=request.user, at=timezone.now())
    done = "已复查销号" if finding.status == "closed_out" else "已复查通过，督办问题由共建办销号"
    messages.success(request, f"{finding.number} {done}。")
    return redirect(finding)


@require_POST
def close_out(request, number):
    finding = get_object_or_404(visible(request.user), number=number)
    services.close_out_finding(finding, by=request.user, at=timezone.now())
    messages.success(request, f"{finding.number} 已销号。")
    return redirect(finding)


@require_http_methods(["GET", "HEAD", "POST"])
def mark_false(request, number):
    """认定虚假整改."""
    finding = _ready(request, number, states.MARK_FALSE)
    form = FalseRectificationForm(*posted(request))
    if form.is_valid():
        services.mark_false_rectification(
            finding, **form.cleaned_data, by=request.user, at=timezone.now()
        )
        messages.success(
            request, f"{finding.number} 已认定为虚假整改，退回{finding.responsible_unit}重新整改。"
        )
        return redirect(finding)
    return _act_page(request, finding, states.MARK_FALSE, form)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request, number):
    finding = _ready(request, number, states.SEND_BACK)
    form = RemarkForm(*posted(request))
    if form.is_valid():
        services.send_back_finding(finding, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, f"{finding.number} 已退回{finding.responsible_unit}重改。")
        return redirect(finding)
    return _act_page(request, finding, states.SEND_BACK, form)


@require_POST
def remind(request):
    """催办 the ticked findings."""
    require(may_remind_units(request.user), "只有共建办可以催办")
    count = services.remind_units(
        _ticked(request).select_related("community"), by=request.user, at=timezone.now()
    )
    if count:
        messages.success(request, f"已催办 {count} 件，责任单位经办人会收到通知。")
    else:
        messages.warning(request, "所选问题中没有待整改的，没有发出催办。")
    return redirect(_back(request))


def _ticked(request):
    ids = [one for one in request.POST.getlist("ids") if one.isdecimal()]
    return Finding.objects.visible_to(request.user).filter(pk__in=ids)


def _back(request) -> str:
    given = request.POST.get("next", "")
    return (
        given if url_has_allowed_host_and_scheme(given, None) else reverse("inspections:findings")
    )


@require_POST
def notice(request):
    """拟整改通知书 of the ticked findings of one unit."""
    chosen = _ticked(request).select_related("community", "responsible_unit", "frontage")
    issuer = Issuer.objects.order_by("pk").first()
    try:
        document = draft_rectification_notice(
            chosen, issuer=issuer, by=request.user, at=timezone.now()
        )
    except ValidationError as refused:
        messages.warning(request, "；".join(refused.messages))
        return redirect(_back(request))
    messages.success(request, "整改通知书已拟好，核对后送签。")
    return redirect(document)
