"""居民反映, as somebody without an account sends and follows it. Every page works without JavaScript."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gongjian.accounts.limits import Verdict, take
from gongjian.lib.addresses import client_address
from gongjian.lib.uploads import BadUpload
from inspections.forms.reports import ReportForm
from inspections.models import Frontage, ResidentReport
from inspections.models.findings import FindingStatus
from inspections.models.reports import ReportKind, ReportStatus
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
    """反映问题: from a frontage's page (`?at=` its public code) or from anywhere, without a name or a number."""
    frontage, at = _frontage(request.GET.get("at", "")), timezone.now()
    if request.method != "POST":
        asked = request.GET.get("kind", "")
        kind = asked if asked in ReportKind.values else ReportKind.PROBLEM
        return _page(
            request, ReportForm(frontage=frontage, at=at, initial={"kind": kind}), frontage
        )
    verdict = take("report_address", client_address(request), at=at)
    if not verdict.allowed:
        return _too_many(request, frontage, verdict, at)
    form = ReportForm(request.POST, request.FILES, frontage=frontage, at=at)
    if form.is_valid():
        refused = _refused_elsewhere(frontage, at)
        if refused:
            return _too_many(request, frontage, refused, at)
        try:
            _, code = services.send_report(**form.report(), at=at)
        except BadUpload as full:
            form.add_error("photos", str(full))
        else:
            return redirect(reverse("inspections:public_follow", args=[code]) + "?sent=1")
    return _page(request, form, frontage, status=400)


def _frontage(code: str):
    if not code:
        return None
    return get_object_or_404(
        Frontage.objects.select_related("community", "road_section"), public_code=code
    )


def _refused_elsewhere(frontage, at) -> Verdict | None:
    """The limit of one door, or of the whole site, that is used up."""
    if frontage and not (verdict := take("report_frontage", str(frontage.pk), at=at)).allowed:
        return verdict
    verdict = take("report_total", "all", at=at)
    return None if verdict.allowed else verdict


def _too_many(request, frontage, verdict: Verdict, at):
    """429 with the words still in the form; nothing of it is looked at, not even the photos."""
    typed = {name: request.POST[name] for name in request.POST if name in ReportForm.base_fields}
    form = ReportForm(frontage=frontage, at=at, initial=typed)
    answer = _page(request, form, frontage, status=429, wait_minutes=-(-verdict.wait // 60))
    answer.headers["Retry-After"] = str(verdict.wait)
    return answer


def _page(request, form, frontage, *, status: int = 200, **more):
    context = {
        "title": "反映问题",
        "eyebrow": f"{frontage.community} · {frontage.public_name}" if frontage else "",
        "form": form,
        "frontage": frontage,
        **more,
    }
    return render(request, "public/report.html", context, status=status)


def _followed(code: str) -> ResidentReport:
    rows = ResidentReport.objects.followed_by(code).select_related("community", "finding")
    if found := rows.first():
        return found
    raise Http404("没有这个查询码")


@require_safe
@login_not_required
@never_cache
def follow(request, code):
    """What became of a report: its state, dates and the answer; never what was sent. Three queries."""
    report = _followed(code)
    settled = report.status in (ReportStatus.ANSWERED, ReportStatus.REFUSED)
    context = {
        "title": "反映办理情况",
        "eyebrow": f"{report.community} · {report.get_kind_display()}",
        "report": report,
        "code": code if request.GET.get("sent") else "",
        "address": request.build_absolute_uri(request.path),
        "stage": STAGES[report.finding.status] if report.finding else "",
        "has_photo": settled and services.photo_shown_to(report) is not None,
        "raw_code": code,
    }
    return render(request, "public/follow.html", context)


@require_safe
@login_not_required
@never_cache
def photo(request, code):
    """The one photo from after that the moderator let be seen with his answer."""
    report = _followed(code)
    shown = services.photo_shown_to(report) if report.status == ReportStatus.ANSWERED else None
    if shown is None:
        raise Http404("没有公开的照片")
    return whole_picture(shown)
