"""表彰计划: the list with a form for a new one, and one plan on its way to the reply."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.forms import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from gongjian.accounts.roles import Role
from gongjian.audit.history import history_of
from gongjian.audit.listing import Column, LoggedListPage
from gongjian.lib.acting import answer_status, carry_out, posted
from gongjian.lib.editing import Editing
from gongjian.workflow import Step, open_steps, require
from scoring import states
from scoring.forms.honours.honours import (
    ApplyForm,
    ApprovePlanForm,
    CommendationPlanForm,
    RefusePlanForm,
)
from scoring.models import CommendationPlan
from scoring.models.commendations import CommendationPlanStatus
from scoring.permissions import may_plan_commendation
from scoring.services.honours.plans import (
    ONLY_OFFICE,
    WRITTEN,
    apply_for_plan,
    approve_plan,
    draft_plan,
    edit_plan,
    refuse_plan,
)

CRUMBS = [("考评", reverse_lazy("scoring:rounds"))]


class PlanAct(NamedTuple):
    """One step of a plan with its form, its service and what is told when it is done."""

    step: Step
    form: type[forms.Form]
    service: Callable
    message: str


PLAN_ACTS = {
    act.step.name: act
    for act in (
        PlanAct(states.APPLY, ApplyForm, apply_for_plan, "已拟请示，请到公文中送签"),
        PlanAct(states.APPROVE_PLAN, ApprovePlanForm, approve_plan, "已登记批复"),
        PlanAct(states.REFUSE_PLAN, RefusePlanForm, refuse_plan, "已登记不予批准"),
    )
}


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class CommendationPlanList(LoggedListPage):
    """表彰计划. The office writes a new one beneath the list."""

    title, noun, section, crumbs = "表彰计划", "项", "scoring", CRUMBS
    template_name = "scoring/honours/plans.html"
    default_sort = "-year"
    empty_text = "还没有表彰计划"
    empty_hint = "年终表彰须先报计划：拟订、请示、批复后才能提名"
    form = None
    columns = (
        Column("年度", "year", sort="year", kind="code"),
        Column("项目名称", "name", sort="name", link=True),
        Column("主办单位", "host"),
        Column("名额", "places", kind="num"),
        Column("批复文号", "reply_number", kind="code"),
        Column("批复日期", "replied_on", sort="replied_on", kind="date"),
        Column("状态", "get_status_display", kind="tag", tone=lambda plan: plan.status_tone),
    )

    def get_queryset(self):
        return CommendationPlan.objects.visible_to(self.request.user)

    def extra_context(self):
        if not may_plan_commendation(self.request.user):
            return {}
        usual = {"cycle": "每年一次", "basis": "《社区共建实施意见》五"}
        return {"form": self.form or CommendationPlanForm(initial=usual)}

    def post(self, request):
        """拟订 a new plan."""
        require(may_plan_commendation(request.user), ONLY_OFFICE)
        self.form = CommendationPlanForm(*posted(request))
        act = partial(draft_plan, by=request.user, at=timezone.now())
        if plan := carry_out(self.form, act):
            messages.success(request, "已拟订，核对后报送请示")
            return redirect(plan)
        answer = self.get(request)
        answer.status_code = answer_status(self.form)
        return answer


@require_http_methods(["GET", "HEAD", "POST"])
def plan_detail(request, pk):
    """One plan: edited while it is a draft, applied for, then decided by the city."""
    plans = CommendationPlan.objects.visible_to(request.user)
    plan = get_object_or_404(plans.select_related("request__issuer", "decided_by"), pk=pk)
    editing = Editing(request, plan, values_edited, history=history_of, still_open=_is_draft)
    if request.method != "POST":
        return _plan_page(request, plan, editing)
    act = request.POST.get("act")
    if act in PLAN_ACTS:
        form, message = take_step(request, plan, PLAN_ACTS[act])
    else:
        act = "save"
        form, message = save_words(request, plan, editing)
    if message:
        messages.success(request, message)
        return redirect(plan)
    shown_plan = editing.row if editing.conflict else plan
    return _plan_page(request, shown_plan, editing, act=act, form=form)


def values_edited(plan: CommendationPlan) -> dict:
    return model_to_dict(plan, fields=WRITTEN)


def _is_draft(plan: CommendationPlan) -> bool:
    return plan.status == CommendationPlanStatus.DRAFT


def take_step(request, plan: CommendationPlan, act: PlanAct) -> tuple[forms.Form, str]:
    """Take one step; return its form and what is told when it is done, "" if it was refused."""
    require(act.step.may(request.user, plan), f"您不能办理“{act.step.label}”")
    form = act.form(*posted(request), auto_id=f"{act.step.name}_%s")
    service = partial(act.service, plan, by=request.user, at=timezone.now())
    return form, act.message if carry_out(form, service) else ""


def save_words(
    request, plan: CommendationPlan, editing: Editing
) -> tuple[CommendationPlanForm, str]:
    """Save the words; return the form and what is told when it is done, "" if it was refused."""
    require(may_plan_commendation(request.user), ONLY_OFFICE)
    form = CommendationPlanForm(*posted(request), instance=CommendationPlan(pk=plan.pk))
    service = partial(edit_plan, by=request.user, at=timezone.now())
    return form, "已保存" if carry_out(form, service, editing=editing) else ""


def _plan_page(request, plan, editing, *, act="", form=None):
    """Show the plan; `form` is the one of `act` that was refused."""
    user = request.user
    is_office = may_plan_commendation(user)
    words = None
    if act == "save":
        words = form
    elif is_office and (_is_draft(plan) or editing.conflict):
        words = CommendationPlanForm(instance=plan)
    acts = []
    for step in open_steps(plan, states.PLAN_STEPS, user):
        step_form = form
        if step.name != act:
            step_form = PLAN_ACTS[step.name].form(auto_id=f"{step.name}_%s")
        acts.append((step, step_form))
    context = {
        "title": str(plan),
        "section": "scoring",
        "crumbs": [*CRUMBS, ("表彰计划", reverse_lazy("scoring:commendation_plans"))],
        "state_of": plan,
        "plan": plan,
        "form": form,
        "words": words,
        "acts": acts,
        "editing": editing,
        "back_url": plan.get_absolute_url(),
        "history": history_of(plan),
        "may_read_request": is_office or user.has_role(Role.AUDITOR, Role.APPROVER),
    }
    submitted = [form] if form else []
    status = answer_status(*submitted, editing=editing)
    return render(request, "scoring/honours/plan.html", context, status=status)
