from functools import partial

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from communities import states
from communities.filters.works import AssignmentFilter, planned_quarters, quarters_with
from communities.forms.plans import CompleteForm, CompleteItemForm
from communities.models import Assignment, AssignmentItem
from communities.models.plans import AssignmentStatus
from communities.permissions import may_complete, may_do_items, may_remind
from communities.services import plans as services
from communities.views.pages import CommunityWorkList, crumb
from gongjian.audit.history import history_of
from gongjian.audit.listing import Act, Column, Tab
from gongjian.lib.acting import answer_status, carry_out, form_page, posted
from gongjian.lib.editing import Editing
from gongjian.lib.quarters import Quarter
from gongjian.workflow import open_steps, require


class AssignmentList(CommunityWorkList):
    """The assignments of one quarter: the one asked for, else this one, else the last that was
    issued.
    """

    title, noun, list_name = "季度任务", "项", "assignments"
    filterset_class = AssignmentFilter
    default_sort = "community__code"
    empty_text = "这个季度还没有下达给您的任务"
    empty_hint = "任务下达后列在这里，由牵头单位签收"
    columns = (
        Column("社区", "community.name", sort="community__code", link=True),
        Column(
            "街道",
            "community.subdistrict.name",
            sort="community__subdistrict__code,community__code",
        ),
        Column(
            "牵头单位",
            "community.group.lead_unit.short_name",
            sort="community__group__lead_unit__short_name",
        ),
        Column(
            "办结",
            lambda row: f"{row.items_done or 0} / {row.items_count or 0}",
            sort="items_done",
        ),
        Column("签收时间", "acknowledged_at", sort="acknowledged_at", kind="datetime"),
        Column("完成时间", "completed_at", sort="completed_at", kind="datetime"),
        Column(
            "状态",
            "get_status_display",
            sort="status",
            kind="tag",
            tone=lambda row: row.status_tone,
        ),
    )

    def get_queryset(self):
        assignments = Assignment.objects.visible_to(self.request.user)
        rows = assignments.in_quarter(self.quarter).with_item_counts()
        return rows.select_related("plan", "community__subdistrict", "community__group__lead_unit")

    @cached_property
    def quarter(self) -> str:
        requested = self.request.GET.get("quarter")
        if requested:
            return requested
        now = str(Quarter.of(timezone.localdate()))
        planned = [value for value, _ in planned_quarters()]
        if now in planned or not planned:
            return now
        return planned[0]

    def extra_context(self):
        titles = dict(quarters_with(self.quarter))
        eyebrow = titles.get(self.quarter, "")
        return super().extra_context() | {"eyebrow": eyebrow}

    def tabs(self):
        tabs = [Tab("全部")]
        for status in AssignmentStatus:
            tab = Tab(status.label, status.value, Q(status=status))
            tabs.append(tab)
        unfinished = ~Q(status=AssignmentStatus.COMPLETED)
        late = unfinished & Q(plan__due_on__lt=timezone.localdate())
        tabs.append(Tab("逾期未完成", "overdue", late))
        return tabs

    def acts(self):
        if not may_remind(self.request.user):
            return []
        return [Act("催办", "communities:assignments_remind", "向所选社区的牵头单位和社区催办？")]


def _visible(request, pk):
    rows = Assignment.objects.visible_to(request.user)
    related = ("plan__notice__issuer", "community__group__lead_unit", "acknowledged_by")
    return get_object_or_404(rows.select_related(*related), pk=pk)


@require_safe
def assignment(request, pk):
    """One community's quarter: each item done or not, and what the reader may do now."""
    return _assignment_page(request, _visible(request, pk), CompleteForm())


def _assignment_page(request, assignment, complete_form):
    steps = set()
    for step in open_steps(assignment, states.ASSIGNMENT_STEPS, request.user):
        steps.add(step.name)
    items = list(assignment.items.select_related("item").order_by("item__community_id", "pk"))
    done_items = [row for row in items if row.done_on]
    community = assignment.community
    crumbs = [crumb("assignments"), (community.name, community.get_absolute_url())]
    being_done = assignment.status == AssignmentStatus.ACKNOWLEDGED
    may_do = being_done and may_do_items(request.user, assignment)
    if "complete" not in steps and not complete_form.is_bound:
        complete_form = None
    title = f"{assignment.community}：{assignment.plan.span.title}任务"
    is_late = assignment.is_overdue(timezone.localdate())
    context = {
        "title": title,
        "state_of": assignment,
        "section": "communities",
        "crumbs": crumbs,
        "assignment": assignment,
        "items": items,
        "done": len(done_items),
        "left": len(items) - len(done_items),
        "is_late": is_late,
        "steps": steps,
        "may_do_items": may_do,
        "complete_form": complete_form,
        "history": history_of(assignment),
    }
    status = answer_status(complete_form) if complete_form else 200
    return render(request, "communities/assignment_detail.html", context, status=status)


@require_POST
def assignment_acknowledge(request, pk):
    """Sign for the quarter's work."""
    assignment = _visible(request, pk)
    services.acknowledge_assignment(assignment, by=request.user, at=timezone.now())
    messages.success(request, f"已签收{assignment.plan.span.title}任务")
    return redirect(assignment)


def assignment_item(request, pk, item_pk):
    """Say that one item is done."""
    assignment = _visible(request, pk)
    require(may_do_items(request.user, assignment), "只有牵头单位或社区可以登记办理情况")
    related = ("item", "assignment__plan", "assignment__community")
    rows = AssignmentItem.objects.select_related(*related)
    row = get_object_or_404(rows, assignment=assignment, pk=item_pk)
    editing = item_editing(request, row)
    initial = {"done_on": row.done_on or timezone.localdate(), "note": row.note}
    form = CompleteItemForm(*posted(request), initial=initial)
    act = partial(services.complete_item, by=request.user, at=timezone.now())
    if carry_out(form, act, editing=editing):
        messages.success(request, "已登记办理情况")
        return redirect(assignment)
    back = (str(assignment.community), assignment.get_absolute_url())
    return form_page(
        request,
        form,
        title=row.item.text,
        eyebrow=row.item.get_area_display(),
        section="communities",
        back=back,
        editing=editing,
    )


def item_editing(request, row) -> Editing:
    """Say what two people may change of one item, and until when."""

    def words(row):
        return {"done_on": row.done_on, "note": row.note}

    def history(row):
        return history_of(row.assignment)

    def still_open(row):
        return row.assignment.status != AssignmentStatus.COMPLETED

    return Editing(request, row, words, history=history, still_open=still_open)


@require_POST
def assignment_complete(request, pk):
    """Report the quarter's work done; what is still open is named."""
    assignment = _visible(request, pk)
    require(may_complete(request.user, assignment), "完成情况由社区报告")
    form = CompleteForm(request.POST)
    act = partial(services.complete_assignment, assignment, by=request.user, at=timezone.now())
    if carry_out(form, act):
        messages.success(request, "已报告完成")
        return redirect(assignment)
    return _assignment_page(request, assignment, form)


@require_POST
def assignments_remind(request):
    """Press the ticked assignments; those complete are left alone."""
    require(may_remind(request.user), "只有共建办可以催办")
    ids = []
    for pk in request.POST.getlist("ids"):
        if pk.isdecimal():
            ids.append(pk)
    assignments = Assignment.objects.visible_to(request.user)
    ticked = assignments.filter(pk__in=ids)
    count = services.remind_lead_units(ticked, by=request.user, at=timezone.now())
    if count:
        messages.success(request, f"已催办 {count} 项；同一经办人一天只收到一次")
    else:
        messages.warning(request, "没有需要催办的任务：请先勾选未完成的任务")
    return redirect(page_of_origin(request))


def page_of_origin(request) -> str:
    """Return the address in `next` if it is one of this site, else the list of assignments."""
    url = request.POST.get("next", "")
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(url, hosts, require_https=request.is_secure()):
        return url
    return resolve_url(reverse("communities:assignments"))
