"""表彰计划: the list with a form for a new one, and one plan on its way to the reply."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from gongjian.audit.history import history_of
from gongjian.audit.listing import Column, ListPage
from gongjian.lib.acting import show_refusal
from gongjian.lib.editing import Editing
from gongjian.workflow import open_steps, require
from scoring import states
from scoring.forms.honours.honours import (
    ApplyForm,
    ApprovePlanForm,
    PlanForm,
    RefusePlanForm,
)
from scoring.models import CommendationPlan
from scoring.models.commendations import PlanStatus
from scoring.permissions import may_plan_commendation
from scoring.services.honours import plans as services

CRUMBS = [("考评", reverse_lazy("scoring:rounds"))]
ACTS = {
    "apply": (states.APPLY, ApplyForm, services.apply_for_plan, "已拟请示，请到公文中送签"),
    "approve": (states.APPROVE_PLAN, ApprovePlanForm, services.approve_plan, "已登记批复"),
    "refuse": (states.REFUSE_PLAN, RefusePlanForm, services.refuse_plan, "已登记不予批准"),
}


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class PlanList(ListPage):
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
        first = {"cycle": "每年一次", "basis": "《社区共建实施意见》五"}
        return {"form": self.form or PlanForm(initial=first)}

    def post(self, request):
        """拟订 a new plan."""
        require(may_plan_commendation(request.user), services.ONLY_OFFICE)
        self.form = PlanForm(request.POST)
        if self.form.is_valid():
            try:
                plan = services.draft_plan(
                    **self.form.cleaned_data, by=request.user, at=timezone.now()
                )
            except ValidationError as wrong:
                show_refusal(self.form, wrong)
            else:
                messages.success(request, "已拟订，核对后报送请示")
                return redirect(plan)
        answer = self.get(request)
        answer.status_code = 400
        return answer


@require_http_methods(["GET", "HEAD", "POST"])
def plan_detail(request, pk):
    """One plan: edited while it is a draft, applied for, then decided by the city."""
    commendation_plans = CommendationPlan.objects.visible_to(request.user)
    found = commendation_plans.select_related("request__issuer", "decided_by")
    plan = get_object_or_404(found, pk=pk)
    editing = Editing(request, plan, _written, history=history_of, still_open=_is_draft)
    act = ""
    if request.method == "POST":
        act = request.POST.get("act", "save")
    form = None
    if act in ACTS:
        form = _acted(request, plan, act)
    elif act:
        form = _saved(request, plan, editing)
    if act and form is None:
        return redirect(plan)
    return _plan_page(request, editing.row if editing.conflict else plan, editing, act, form)


def _written(plan) -> dict:
    return model_to_dict(plan, fields=services.WRITTEN)


def _is_draft(plan) -> bool:
    return plan.status == PlanStatus.DRAFT


def _saved(request, plan, editing) -> PlanForm | None:
    """Save the words; the form again if it was not done."""
    require(may_plan_commendation(request.user), services.ONLY_OFFICE)
    instance = CommendationPlan(pk=plan.pk)
    form = PlanForm(request.POST, instance=instance)
    given = {"by": request.user, "at": timezone.now()}
    if form.is_valid():
        try:
            if editing.unless_changed(
                lambda row: services.edit_plan(row, **form.cleaned_data, **given), form
            ):
                messages.success(request, "已保存")
                return None
        except ValidationError as wrong:
            show_refusal(form, wrong)
    return form


def _acted(request, plan, act):
    """Take one step; its form again if it was not done."""
    step, form_class, service, said = ACTS[act]
    allowed = step.may(request.user, plan)
    require(allowed, f"您不能办理“{step.label}”")
    form = form_class(request.POST, auto_id=f"{act}_%s")
    if form.is_valid():
        try:
            service(plan, **form.cleaned_data, by=request.user, at=timezone.now())
        except ValidationError as wrong:
            show_refusal(form, wrong)
        else:
            messages.success(request, said)
            return None
    return form


def _plan_page(request, plan, editing, act, bound):
    steps = open_steps(plan, states.PLAN_STEPS, request.user)
    may_edit = may_plan_commendation(request.user) and (_is_draft(plan) or editing.conflict)
    forms = []
    for step in steps:
        forms.append(
            (step, bound if act == step.name else ACTS[step.name][1](auto_id=f"{step.name}_%s"))
        )
    if act == "save":
        words = bound
    else:
        words = PlanForm(instance=plan) if may_edit else None
    request_seen = may_plan_commendation(request.user) or request.user.has_role(
        "auditor", "approver"
    )
    crumbs = [*CRUMBS, ("表彰计划", reverse_lazy("scoring:commendation_plans"))]
    context = {
        "title": str(plan),
        "section": "scoring",
        "crumbs": crumbs,
        "state_of": plan,
        "plan": plan,
        "form": bound,
        "words": words,
        "acts": forms,
        "editing": editing,
        "back_url": plan.get_absolute_url(),
        "history": history_of(plan),
        "request_seen": request_seen,
    }
    status = 400
    if not (bound and bound.errors):
        status = editing.status
    return render(request, "scoring/honours/plan.html", context, status=status)
