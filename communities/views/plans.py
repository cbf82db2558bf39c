from datetime import timedelta
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from communities import states
from communities.forms.plans import IssueForm, PlanForm, PlanItemForm, PlanReturnForm, PlanWordsForm
from communities.models import Assignment, AssignmentItem, WorkPlan
from communities.models.plans import PlanStatus, WorkArea
from communities.permissions import may_draft_plan, may_issue_plan
from communities.services import plans as services
from communities.services.plan_notice import notice_words
from communities.views.pages import CommunityWorkList, crumb
from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column
from gongjian.documents.models import Issuer
from gongjian.jobs.services import wake_waiting
from gongjian.lib.acting import answer_status, carry_out, form_page, posted
from gongjian.lib.editing import Editing
from gongjian.lib.quarters import Quarter
from gongjian.recycling.views import say_deleted
from gongjian.workflow import WrongState, open_steps, require

USUAL_DAY = 20


class PlanList(CommunityWorkList):
    title, noun, list_name = "工作计划", "份", "plans"
    default_sort = "-quarter"
    empty_text = "还没有下达过季度工作计划"
    empty_hint = "每季度初由共建办拟定，主任下达"
    columns = (
        Column("季度", lambda plan: plan.span.title, sort="quarter", link=True),
        Column("标题", "title"),
        Column("事项", "items_count", sort="items_count", kind="num"),
        Column("完成时限", "due_on", sort="due_on", kind="date"),
        Column("下达时间", "issued_at", sort="issued_at", kind="datetime"),
        Column("通知", "notice.number"),
        Column(
            "状态",
            "get_status_display",
            sort="status",
            kind="tag",
            tone=lambda plan: plan.status_tone,
        ),
    )

    def get_queryset(self):
        work_plans = WorkPlan.objects.visible_to(self.request.user)
        plans = work_plans.select_related("notice__issuer")
        return plans.annotate(items_count=Count("items"))

    def buttons(self):
        if not may_draft_plan(self.request.user):
            return []
        return [Button("拟定计划", reverse("communities:plan_new"), True)]


def _visible(request, quarter):
    work_plans = WorkPlan.objects.visible_to(request.user)
    plans = work_plans.select_related("notice__issuer", "created_by")
    return get_object_or_404(plans, quarter=quarter)


def plan_new(request):
    """Begin the plan of a quarter."""
    require(may_draft_plan(request.user), "季度工作计划由共建办拟定")
    now = Quarter.of(timezone.localdate())
    quarters = [now, now.next(), now.next().next()]
    form = PlanForm(*posted(request), quarters=quarters, initial=_first_words(quarters))
    act = partial(services.draft_work_plan, by=request.user, at=timezone.now())
    if plan := carry_out(form, act):
        messages.success(request, "已存为草稿，请添加工作内容")
        return redirect(plan)
    return form_page(
        request, form, title="拟定工作计划", section="communities", back=crumb("plans")
    )


def _first_words(quarters):
    """The first of the quarters that has no plan yet, with the usual title and day."""
    planned = set(WorkPlan.objects.values_list("quarter", flat=True))
    unplanned = [quarter for quarter in quarters if str(quarter) not in planned]
    quarter = unplanned[0] if unplanned else quarters[0]
    title = f"{quarter.title_in_text}社区共建工作计划"
    last_day = quarter.end - timedelta(days=1)
    due_on = last_day.replace(day=USUAL_DAY)
    return {"quarter": str(quarter), "title": title, "due_on": due_on}


def plan_edit(request, quarter):
    """Change the title, the foreword or the day of a draft."""
    plan = _visible(request, quarter)
    require(may_draft_plan(request.user), "季度工作计划由共建办拟定")
    if request.method == "GET" and plan.status != PlanStatus.DRAFT:
        raise WrongState("计划已提交，退回后才能修改")
    editing = Editing(request, plan, _words_of, history=history_of, still_open=_is_draft)
    form = PlanWordsForm(*posted(request), initial=_words_of(plan))
    act = partial(services.edit_work_plan, by=request.user, at=timezone.now())
    if carry_out(form, act, editing=editing):
        messages.success(request, "已保存")
        return redirect(plan)
    back = (plan.title, plan.get_absolute_url())
    return form_page(
        request,
        form,
        title=f"修改：{plan.title}",
        section="communities",
        back=back,
        editing=editing,
    )


def _words_of(plan):
    return {"title": plan.title, "foreword": plan.foreword, "due_on": plan.due_on}


def _is_draft(plan):
    return plan.status == PlanStatus.DRAFT


@require_safe
def plan(request, quarter):
    """One quarter's plan: what is asked, how far it is, and what the reader may do with it now."""
    return _plan_page(request, _visible(request, quarter))


def _plan_page(request, plan, **submitted):
    user = request.user
    steps = set()
    for step in open_steps(plan, states.PLAN_STEPS, user):
        steps.add(step.name)
    may_edit = plan.status == PlanStatus.DRAFT and may_draft_plan(user)
    notice = None
    if may_draft_plan(user) and plan.status != PlanStatus.ISSUED:
        notice = _preview(plan)
    areas = items_by_area(plan, user)
    progress = progress_of(plan, user, timezone.localdate())
    context = {
        "title": plan.title,
        "eyebrow": plan.span.title,
        "state_of": plan,
        "section": "communities",
        "crumbs": [crumb("plans")],
        "plan": plan,
        "may_edit": may_edit,
        "steps": steps,
        "areas": areas,
        "progress": progress,
        "notice": notice,
        "history": history_of(plan),
    }
    if may_edit:
        edit_url = reverse("communities:plan_edit", args=[plan.quarter])
        context["buttons"] = [Button("修改", edit_url)]
        context["delete_url"] = reverse("communities:plan_delete", args=[plan.quarter])
        context["item_form"] = PlanItemForm()
    if "return" in steps:
        context["return_form"] = PlanReturnForm()
    if "issue" in steps:
        context["issue_form"] = IssueForm()
    context |= submitted
    status = answer_status(*submitted.values())
    return render(request, "communities/plan_detail.html", context, status=status)


def items_by_area(plan, user):
    """Return [(area, general items, own items)] for the areas that have any.

    Each item carries `done` and `total`.
    """
    counted = _counts_by_item(plan, user)
    items = list(plan.items.select_related("community").order_by("community__code", "pk"))
    for item in items:
        item.done, item.total = counted.get(item.pk, (0, 0))
    areas = []
    for area in WorkArea:
        of_area = [item for item in items if item.area == area]
        general = [item for item in of_area if not item.community_id]
        own_items = [item for item in of_area if item.community_id]
        if of_area:
            areas.append((area.label, general, own_items))
    return areas


def _counts_by_item(plan, user):
    assignments = Assignment.objects.visible_to(user)
    of_plan = assignments.filter(plan=plan)
    assignment_items = AssignmentItem.objects.filter(assignment__in=of_plan)
    rows = assignment_items.order_by().values_list("item")
    counts = {}
    for item, done_count, total in rows.annotate(Count("done_on"), Count("pk")):
        counts[item] = (done_count, total)
    return counts


def progress_of(plan, user, today):
    """Return how far the assignments that the user may see are; None before the plan is issued."""
    if plan.status != PlanStatus.ISSUED:
        return None
    assignments = Assignment.objects.visible_to(user)
    is_overdue = Q(completed_at=None, plan__due_on__lt=today)
    counts = {"total": Count("pk"), "overdue": Count("pk", filter=is_overdue)}
    for act in ("acknowledged", "completed"):
        counts[act] = Count(f"{act}_at")
    return assignments.filter(plan=plan).aggregate(**counts)


def _preview(plan):
    """The words of the notice as the first issuer would send it; None while no issuer is
    registered.
    """
    issuer = Issuer.objects.order_by("pk").first()
    return notice_words(plan, issuer=issuer) if issuer else None


@require_POST
def plan_item_add(request, quarter):
    """Add one item to a draft."""
    plan = _visible(request, quarter)
    require(may_draft_plan(request.user), "季度工作计划由共建办拟定")
    form = PlanItemForm(request.POST)
    act = partial(services.add_plan_item, plan, by=request.user, at=timezone.now())
    if carry_out(form, act):
        messages.success(request, "已添加一项工作内容")
        return redirect(plan)
    return _plan_page(request, plan, item_form=form)


@require_POST
def plan_item_remove(request, quarter, pk):
    """Take one item out of a draft."""
    plan = _visible(request, quarter)
    item = get_object_or_404(plan.items, pk=pk)
    binned = services.remove_plan_item(item, by=request.user, at=timezone.now())
    say_deleted(request, binned)
    return redirect(plan)


@require_POST
def plan_submit(request, quarter):
    """Hand the draft to the director."""
    plan = _visible(request, quarter)
    try:
        services.submit_work_plan(plan, by=request.user, at=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, "已提交，等待主任下达")
    return redirect(plan)


@require_POST
def plan_return(request, quarter):
    """Give the plan back to the office."""
    plan = _visible(request, quarter)
    require(may_issue_plan(request.user, plan), "工作计划由主任审定")
    form = PlanReturnForm(request.POST)
    act = partial(services.return_work_plan, plan, by=request.user, at=timezone.now())
    if carry_out(form, act):
        messages.success(request, "已退回修改")
        return redirect(plan)
    return _plan_page(request, plan, return_form=form)


@require_POST
def plan_issue(request, quarter):
    """Issue the plan, wake the printing of its notice, and show the assignments that it made."""
    plan = _visible(request, quarter)
    require(may_issue_plan(request.user, plan), "工作计划由主任下达")
    form = IssueForm(request.POST)
    act = partial(services.issue_work_plan, plan, by=request.user, at=timezone.now())
    if carry_out(form, act):
        wake_waiting("documents.print", key=str(plan.notice_id))
        messages.success(request, f"已下达，通知编号 {plan.notice.number}，正在印制")
        return redirect(f"{reverse('communities:assignments')}?quarter={plan.quarter}")
    return _plan_page(request, plan, issue_form=form)


@require_POST
def plan_delete(request, quarter):
    """Put a draft into the bin."""
    plan = _visible(request, quarter)
    binned = services.delete_work_plan(plan, by=request.user, at=timezone.now())
    say_deleted(request, binned)
    return redirect("communities:plans")
