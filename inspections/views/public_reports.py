"""居民反映, as somebody without an account sends and follows it; without JavaScript as well."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gongjian.accounts.limits import Allowance, take
from gongjian.lib.addresses import client_address
from gongjian.lib.uploads import BadUpload
from inspections.forms.reports import ReportForm
from inspections.models import Frontage, ResidentReport
from inspections.models.findings import FindingStatus
from inspections.models.reports import SETTLED, ReportKind, ReportStatus
from inspections.services import reports as services
from inspections.views.photos import whole_picture

STAGES = {
    FindingStatus.REPORTED: "已登记，正在确定由谁整改",
    FindingStatus.ASSIGNED: "已派给责任单位，正在整改",
    FindingStatus.RECTIFIED: "责任单位报告已整改，等待复查",
    FindingStatus.CLOSED_OUT: "已整改，复查合格",
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def send(request):
    """反映问题 from a frontage's page (`?at=` its public code) or from anywhere, without a name."""
    frontage, at = named_frontage(request.GET.get("at", "")), timezone.now()
    if request.method != "POST":
        kind = request.GET.get("kind", "")
        if kind not in ReportKind.values:
            kind = ReportKind.PROBLEM
        form = ReportForm(frontage=frontage, at=at, initial={"kind": kind})
        return report_page(request, form, frontage)
    verdict = take("report_address", client_address(request), at=at)
    if not verdict.allowed:
        return too_many(request, frontage, verdict, at)
    form = ReportForm(request.POST, request.FILES, frontage=frontage, at=at)
    if not form.is_valid():
        return report_page(request, form, frontage, status=400)
    verdict = used_up_limit(frontage, at)
    if verdict:
        return too_many(request, frontage, verdict, at)
    try:
        _, code = services.send_report(**form.report(), at=at)
    except BadUpload as full:
        form.add_error("photos", str(full))
        return report_page(request, form, frontage, status=400)
    return redirect(reverse("inspections:public_follow", args=[code]) + "?sent=1")


def named_frontage(code: str):
    """Return the frontage with this public code; None for no code."""
    if not code:
        return None
    frontages = Frontage.objects.select_related("community", "road_section")
    return get_object_or_404(frontages, public_code=code)


def used_up_limit(frontage, at) -> Allowance | None:
    """Return the limit that is used up: of one door, or of the whole site."""
    if frontage:
        verdict = take("report_frontage", str(frontage.pk), at=at)
        if not verdict.allowed:
            return verdict
    verdict = take("report_total", "all", at=at)
    return None if verdict.allowed else verdict


def too_many(request, frontage, verdict: Allowance, at):
    """Answer 429 with the words still in the form; nothing is read of it, not even the photos."""
    words = {}
    for name in ReportForm.base_fields:
        if name in request.POST:
            words[name] = request.POST[name]
    form = ReportForm(frontage=frontage, at=at, initial=words)
    wait_minutes = -(-verdict.wait // 60)
    response = report_page(request, form, frontage, status=429, wait_minutes=wait_minutes)
    response.headers["Retry-After"] = str(verdict.wait)
    return response


def report_page(request, form, frontage, *, status: int = 200, **details):
    context = {"title": "反映问题", "form": form, "frontage": frontage} | details
    if frontage:
        context["eyebrow"] = f"{frontage.community} · {frontage.public_name}"
    return render(request, "public/report.html", context, status=status)


def followed(code: str) -> ResidentReport:
    """Return the report that a follow code opens."""
    reports = ResidentReport.objects.followed_by(code).select_related("community", "finding")
    report = reports.first()
    if report is None:
        raise Http404("没有这个查询码")
    return report


@require_safe
@login_not_required
@never_cache
def follow(request, code):
    """What became of a report: its state, dates and the answer; never what was sent.

    Three queries.
    """
    report = followed(code)
    address = request.build_absolute_uri(request.path)
    context = {
        "title": "反映办理情况",
        "eyebrow": f"{report.community} · {report.get_kind_display()}",
        "report": report,
        "address": address,
        "raw_code": code,
    }
    if request.GET.get("sent"):
        context["code"] = code
    if report.finding:
        context["stage"] = STAGES[report.finding.status]
    if report.status in SETTLED:
        context["has_photo"] = services.photo_shown_to(report) is not None
    return render(request, "public/follow.html", context)


@require_safe
@login_not_required
@never_cache
def photo(request, code):
    """The one photo from after that the moderator let be seen with his answer."""
    report = followed(code)
    photo = None
    if report.status == ReportStatus.ANSWERED:
        photo = services.photo_shown_to(report)
    if photo is None:
        raise Http404("没有公开的照片")
    return whole_picture(photo)
