from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongjian.workflow import require
from scoring.forms.readings.adjustments import AdjustmentForm, WithdrawForm
from scoring.models import Adjustment
from scoring.permissions import may_run_round
from scoring.services.readings import adjustments as services
from scoring.views.rounds.pages import visible_round


@require_http_methods(["GET", "HEAD", "POST"])
def adjustment_list(request, quarter):
    """The cases of a round, and the form for one more."""
    round = visible_round(request, quarter)
    require(may_run_round(request.user), services.ONLY_OFFICE)
    rubric = round.rubric.rules
    form = AdjustmentForm(request.POST or None, rubric=rubric)
    if request.method == "POST" and form.is_valid() and _recorded(request, round, form):
        return redirect("scoring:adjustments", round.quarter)
    is_open = round.status in services.OPEN
    context = {
        "form": form,
        "round": round,
        "is_open": is_open,
        "cases": _cases(round, rubric),
        "established": services.established_in(round),
        "title": "加减分与一票否决",
        "section": "scoring",
        "crumbs": _crumbs(round),
        "back_url": round.get_absolute_url(),
        "submit_label": "登记",
    }
    return render(
        request, "scoring/readings/adjustments.html", context, status=400 if form.errors else 200
    )


def _recorded(request, round, form) -> bool:
    try:
        case = services.record_adjustment(
            round, **form.recorded, by=request.user, at=timezone.now()
        )
    except ValidationError as wrong:
        form.add_error(None, wrong)
        return False
    messages.success(request, f"已登记：{case}。下次汇总时计入得分。")
    return True


def _cases(round, rubric) -> list[tuple[Adjustment, str]]:
    """Each case with the name of its rule, newest first."""
    rules = services.rules_for(rubric)
    adjustments = round.adjustments.select_related(
        "community", "department", "recorded_by", "withdrawn_by"
    )
    rows = adjustments.order_by("-pk")
    pairs = []
    for row in rows:
        pairs.append((row, rules[row.kind].get(row.rule_code, "其他加分")))
    return pairs


def _crumbs(round):
    return [("考评", reverse("scoring:rounds")), (round.span.title, round.get_absolute_url())]


@require_http_methods(["GET", "HEAD", "POST"])
def adjustment_withdraw(request, pk):
    """Take a case back, with the reason."""
    adjustments = Adjustment.objects.visible_to(request.user)
    cases = adjustments.select_related("round", "community")
    case = get_object_or_404(cases, pk=pk)
    require(may_run_round(request.user), services.ONLY_OFFICE)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.withdraw_adjustment(case, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, f"已撤销：{case}")
        return redirect(case)
    crumbs = [*_crumbs(case.round), ("加减分与一票否决", case.get_absolute_url())]
    context = {
        "title": "撤销加减分",
        "section": "scoring",
        "crumbs": crumbs,
        "form": form,
        "question": f"{case}。撤销后不再计入得分，记录和原因保留。",
        "submit_label": "撤销",
        "back_url": case.get_absolute_url(),
    }
    return render(request, "parts/confirm_page.html", context, status=400 if form.errors else 200)
