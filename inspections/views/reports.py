"""居民反映, as the office and the communities moderate it."""

from functools import partial

import django_filters as df
from django.contrib import messages
from django.db.models import Q
from django.forms import TextInput
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, LoggedListPage, Tab
from gongjian.lib.acting import answer_status, carry_out
from gongjian.workflow import WrongState, open_steps, require
from inspections import states
from inspections.filters import CommunityChoiceFilter
from inspections.forms.reports import AcceptReportForm, AnswerReportForm, RefuseReportForm
from inspections.models import ResidentReport
from inspections.models.findings import PhotoStage
from inspections.models.reports import ReportKind, ReportStatus
from inspections.permissions import may_black_out, may_moderate
from inspections.services import reports as services

CRUMBS = [
    ("检查", reverse_lazy("inspections:findings")),
    ("居民反映", reverse_lazy("inspections:reports")),
]
FORMS = {"accept": AcceptReportForm, "refuse": RefuseReportForm, "answer": AnswerReportForm}
SERVICES = {
    "accept": services.accept_report,
    "refuse": services.refuse_report,
    "answer": services.answer_report,
}
STEPS = {step.name: step for step in states.REPORT_STEPS}


class ReportFilter(df.FilterSet):
    search = df.CharFilter(
        label="搜索", method="find", widget=TextInput({"placeholder": "内容、位置、店名"})
    )
    community = CommunityChoiceFilter()
    kind = df.ChoiceFilter(label="类别", choices=ReportKind.choices, empty_label="全部")

    class Meta:
        model = ResidentReport
        fields = ()

    def find(self, queryset, name, value):
        matches = Q(words__icontains=value)
        matches |= Q(place__icontains=value)
        matches |= Q(frontage__shop_name__icontains=value)
        return queryset.filter(matches)


class ReportList(LoggedListPage):
    """居民反映: what residents sent, and what became of it."""

    title, noun, section, crumbs = "居民反映", "件", "inspections", CRUMBS[:1]
    filterset_class = ReportFilter
    default_sort = "-received_at"
    empty_text = "还没有居民反映"
    empty_hint = "居民扫门口责任牌上的二维码，或打开“反映问题”页面发送"
    columns = (
        Column("内容", lambda report: Truncator(report.words).chars(40), link=True),
        Column("类别", "get_kind_display"),
        Column("社区", "community.name", sort="community__code"),
        Column("位置", "place"),
        Column("收到时间", "received_at", sort="received_at", kind="datetime"),
        Column("答复时间", "settled_at", sort="settled_at", kind="datetime"),
        Column(
            "状态",
            "get_status_display",
            sort="status",
            kind="tag",
            tone=lambda report: report.status_tone,
        ),
    )

    def get_queryset(self):
        reports = ResidentReport.objects.visible_to(self.request.user)
        return reports.select_related("community", "frontage")

    def tabs(self):
        tabs = [Tab("全部")]
        for status in ReportStatus:
            tabs.append(Tab(status.label, status.value, Q(status=status)))
        return tabs

    def buttons(self):
        return [Button("公开的反映页面", reverse("inspections:public_report"))]


def visible(user):
    reports = ResidentReport.objects.visible_to(user)
    reports = reports.select_related("community__group__lead_unit", "frontage__road_section")
    return reports.select_related("finding", "settled_by")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def detail(request, pk):
    """One report, and the acts on it: 受理, 不予受理, 答复, and seeing the whole contact."""
    report = get_object_or_404(visible(request.user), pk=pk)
    if request.method != "POST":
        return report_page(request, report)
    require(may_moderate(request.user, report), "您不能办理这件居民反映：由共建办或所在社区办理")
    name = request.POST.get("act", "")
    if name == "reveal":
        contact = services.reveal_contact(report, by=request.user, at=timezone.now())
        return report_page(request, report, revealed=contact)
    step = STEPS.get(name)
    if step is None:
        messages.warning(request, "没有选择怎样办理。")
        return redirect(report)
    require(step.may(request.user, report), f"您不能办理“{step.label}”")
    if report.status not in step.sources:
        raise WrongState(f"当前状态为“{report.get_status_display()}”，不能{step.label}")
    form = FORMS[name](request.POST, report=report, on=request.user.as_of)
    service = partial(SERVICES[name], report, by=request.user, at=timezone.now())
    if carry_out(form, service):
        messages.success(request, f"已{step.label}，反映人凭查询码能看到。")
        return redirect(report)
    return report_page(request, report, submitted=form)


def report_page(request, report, *, revealed: str = "", submitted=None):
    """Answer with the page of a report; `submitted` is the form that was refused."""
    user = request.user
    acts = acts_on(report, user, submitted)
    may_reveal = bool(report.contact) and may_moderate(user, report)
    context = {
        "title": str(report),
        "eyebrow": f"{report.community} · {report.get_kind_display()}",
        "section": "inspections",
        "crumbs": CRUMBS,
        "state_of": report,
        "report": report,
        "revealed": revealed,
        "may_reveal": may_reveal,
        "acts": acts,
        "form": submitted,
        "history": history_of(report),
    }
    context |= photos_of(report, user)
    status = answer_status(submitted) if submitted else 200
    return render(request, "inspections/report.html", context, status=status)


def acts_on(report, user, submitted) -> list:
    """Return the steps open to the user with their forms."""
    acts = []
    for step in open_steps(report, states.REPORT_STEPS, user):
        form = submitted
        if submitted is None or submitted.prefix != step.name:
            form = FORMS[step.name](report=report, on=user.as_of)
        acts.append((step, form))
    return acts


def photos_of(report, user) -> dict:
    """Return the resident's photos, each with whether it may be blacked out, and those after."""
    photos = []
    for photo in report.photos.filter(destroyed_at=None).order_by("pk"):
        photo.report, photo.finding = report, report.finding
        photos.append((photo, may_black_out(user, photo)))
    after = []
    if report.finding:
        shots = report.finding.photos.filter(stage=PhotoStage.AFTER, destroyed_at=None)
        after = list(shots.order_by("pk"))
    return {"photos": photos, "after": after}
