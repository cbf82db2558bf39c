from functools import partial

from django.contrib import messages
from django.db.models import Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from communities import states
from communities.filters.works import LabourDayFilter
from communities.forms.labour_days import LabourDayForm, LabourReportForm
from communities.models import Community, LabourDay
from communities.permissions import may_keep_record
from communities.services.labour_days import call_labour_day, cancel_labour_day, report_labour_day
from communities.services.seats import seats_of
from communities.views.pages import CommunityWorkList, crumb, quarters_around
from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column
from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.lib.editing import Editing
from gongjian.recycling.views import say_deleted
from gongjian.workflow import open_steps, require


class LabourDayList(CommunityWorkList):
    title, noun, list_name = "劳动日", "次", "labour_days"
    filterset_class = LabourDayFilter
    default_sort = "-held_on"
    empty_text = "还没有劳动日"
    empty_hint = "劳动日由牵头单位组织，每季度一次"
    columns = (
        Column("社区", "community.name", sort="community__code", link=True),
        Column("日期", "held_on", sort="held_on", kind="date"),
        Column("地点", "place"),
        Column("劳动内容", "work"),
        Column("参加人数", "people", sort="people", kind="num"),
        Column("季度", lambda day: day.span.title, sort="quarter"),
        Column(
            "状态",
            "get_status_display",
            sort="status",
            kind="tag",
            tone=lambda day: day.status_tone,
        ),
    )

    def get_queryset(self):
        labour_days = LabourDay.objects.visible_to(self.request.user)
        rows = labour_days.select_related("community")
        return rows.annotate(people=Sum("attendances__headcount"))

    def buttons(self):
        communities = Community.objects.active().kept_by(self.request.user)
        if not communities.exists():
            return []
        return [Button("组织劳动日", reverse("communities:labour_day_new"), True)]


def labour_day_new(request):
    """Call a group to its labour day."""
    communities = Community.objects.active().kept_by(request.user)
    require(communities.exists(), "劳动日由牵头单位或社区组织")
    quarters = quarters_around(timezone.localdate())
    initial = {"community": request.GET.get("community")}
    form = LabourDayForm(
        *posted(request), communities=communities, quarters=quarters, initial=initial
    )
    act = partial(call_labour_day, by=request.user, at=timezone.now())
    if labour_day := carry_out(form, act):
        messages.success(request, "已登记劳动日；还未开展的，已通知全组")
        return redirect(labour_day)
    return form_page(
        request,
        form,
        title="组织劳动日",
        section="communities",
        back=crumb("labour_days"),
        submit_label="通知",
    )


def _visible(request, pk):
    labour_days = LabourDay.objects.visible_to(request.user)
    rows = labour_days.select_related("community__group__lead_unit", "called_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
def labour_day(request, pk):
    """One labour day: when and where, how many came, what was done."""
    labour_day = _visible(request, pk)
    may_report = bool(open_steps(labour_day, states.LABOUR_DAY_STEPS, request.user))
    attendances = list(labour_day.attendances.select_related("unit").order_by("-headcount", "pk"))
    community = labour_day.community
    crumbs = [crumb("labour_days"), (community.name, community.get_absolute_url())]
    headcounts = [row.headcount for row in attendances]
    people = sum(headcounts)
    delete_url = ""
    if may_report:
        delete_url = reverse("communities:labour_day_delete", args=[pk])
    is_over = labour_day.held_on <= timezone.localdate()
    context = {
        "title": f"{community}劳动日",
        "eyebrow": labour_day.span.title,
        "state_of": labour_day,
        "section": "communities",
        "crumbs": crumbs,
        "labour_day": labour_day,
        "attendances": attendances,
        "people": people,
        "may_report": may_report,
        "delete_url": delete_url,
        "is_over": is_over,
        "history": history_of(labour_day),
    }
    return render(request, "communities/labour_day_detail.html", context)


def labour_day_report(request, pk):
    """Report a labour day: how many came for each unit, and what was done."""
    labour_day = _visible(request, pk)
    require(may_keep_record(request.user, labour_day), "开展情况由牵头单位或社区报告")
    editing = Editing(request, labour_day, report_fields, history=history_of, still_open=_is_called)
    form = LabourReportForm(*posted(request), seats=seats_of(labour_day.community))
    act = partial(report_labour_day, by=request.user, at=timezone.now())
    if carry_out(form, act, editing=editing):
        messages.success(request, "已报告开展情况")
        return redirect(labour_day)
    back = (f"{labour_day.community}劳动日", labour_day.get_absolute_url())
    return form_page(
        request,
        form,
        title="报告劳动日",
        section="communities",
        back=back,
        template="communities/labour_day_report.html",
        editing=editing,
        held=labour_day,
    )


def report_fields(labour_day):
    """Return the fields of the report's form as they are stored."""
    fields = {"outcome": labour_day.outcome}
    for row in labour_day.attendances.all():
        fields[f"count_{row.unit_id}"] = row.headcount
    return fields


def _is_called(labour_day):
    return labour_day.status in states.REPORT.sources


@require_POST
def labour_day_delete(request, pk):
    """Cancel a labour day that was not held."""
    labour_day = _visible(request, pk)
    binned = cancel_labour_day(labour_day, by=request.user, at=timezone.now())
    say_deleted(request, binned)
    return redirect("communities:labour_days")
