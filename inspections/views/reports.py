"""居民反映, as the office and the communities moderate it."""

import django_filters as df
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import TextInput
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, ListPage, Tab
from gongjian.workflow import WrongState, open_steps, require
from inspections import states
from inspections.filters import CommunityFilter
from inspections.forms.reports import AcceptReportForm, AnswerReportForm, RefuseReportForm
from inspections.models import ResidentReport
from inspections.models.findings import Stage
from inspections.models.reports import ReportKind, ReportStatus
from inspections.permissions import may_black_out, may_moderate
from inspections.services import reports as services

CRUMBS = [
    ("检查", reverse_lazy("inspections:findings")),
    ("居民反映", reverse_lazy("inspections:reports")),
]
FORMS = {"accept": AcceptReportForm, "refuse": RefuseReportForm, "answer": AnswerReportForm}


class ReportFilter(df.FilterSet):
    search = df.CharFilter(
        label="搜索", method="find", widget=TextInput({"placeholder": "内容、位置、店名"})
    )
    community = CommunityFilter()
    kind = df.ChoiceFilter(label="类别", choices=ReportKind.choices, empty_label="全部")

    class Meta:
        model = ResidentReport
        fields = ()

    def find(self, queryset, name, value):
        words = Q(words__icontains=value) | Q(place__icontains=value)
        return queryset.filter(words | Q(frontage__shop_name__icontains=value))


class ReportList(ListPage):
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
        return ResidentReport.objects.visible_to(self.request.user).select_related(
            "community", "frontage"
        )

    def tabs(self):
        return [
            Tab("全部"),
            *(Tab(state.label, state.value, Q(status=state)) for state in ReportStatus),
        ]

    def buttons(self):
        return [Button("公开的反映页面", reverse("inspections:public_report"))]


def visible(user):
    return ResidentReport.objects.visible_to(user).select_related(
        "community__group__lead_unit", "frontage__road_section", "finding", "settled_by"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def detail(request, pk):
    """One report, and the acts on it: 受理, 不予受理, 答复, and seeing the whole contact."""
    report = get_object_or_404(visible(request.user), pk=pk)
    if request.method != "POST":
        return _page(request, report)
    require(may_moderate(request.user, report), "您不能办理这件居民反映：由共建办或所在社区办理")
    act = request.POST.get("act", "")
    if act == "reveal":
        return _page(
            request,
            report,
            revealed=services.reveal_contact(report, by=request.user, at=timezone.now()),
        )
    step = next((one for one in states.REPORT_STEPS if one.name == act), None)
    if step is None:
        messages.warning(request, "没有选择怎样办理。")
        return redirect(report)
    require(step.may(request.user, report), f"您不能办理“{step.label}”")
    if report.status not in step.sources:
        raise WrongState(f"当前状态为“{report.get_status_display()}”，不能{step.label}")
    return _act(request, report, step)


def _act(request, report, step):
    form = FORMS[step.name](request.POST, report=report, on=request.user.as_of)
    if form.is_valid():
        try:
            getattr(services, f"{step.name}_report")(
                report, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"已{step.label}，反映人凭查询码能看到。")
            return redirect(report)
    return _page(request, report, form=form, wrong=step.name)


def _page(request, report, *, revealed: str = "", form=None, wrong: str = ""):
    given = {"report": report, "on": request.user.as_of}
    steps = open_steps(report, states.REPORT_STEPS, request.user)
    photos = [one for one in report.photos.order_by("pk") if not one.destroyed_at]
    after = []
    if report.finding:
        after = list(
            report.finding.photos.filter(stage=Stage.AFTER, destroyed_at=None).order_by("pk")
        )
    for photo in photos:
        photo.report, photo.finding = report, report.finding
    context = {
        "title": str(report),
        "eyebrow": f"{report.community} · {report.get_kind_display()}",
        "section": "inspections",
        "crumbs": CRUMBS,
        "state_of": report,
        "report": report,
        "revealed": revealed,
        "may_reveal": bool(report.contact) and may_moderate(request.user, report),
        "photos": [(photo, may_black_out(request.user, photo)) for photo in photos],
        "after": after,
        "acts": [
            (step, form if step.name == wrong else FORMS[step.name](**given)) for step in steps
        ],
        "form": form,
        "history": history_of(report),
    }
    return render(
        request, "inspections/report.html", context, status=400 if form is not None else 200
    )
