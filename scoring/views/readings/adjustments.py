"""加减分和一票否决: the cases of a round, one more of them, one withdrawn."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongjian.lib.acting import answer_status, carry_out, posted
from gongjian.workflow import require
from scoring.forms.readings.adjustments import AdjustmentForm, WithdrawForm
from scoring.models import Adjustment, Round
from scoring.permissions import may_run_round
from scoring.services.readings.adjustments import (
    ONLY_OFFICE,
    OPEN,
    established_in,
    record_adjustment,
    rules_for,
    withdraw_adjustment,
)
from scoring.views.rounds.pages import round_crumbs, visible_round


@require_http_methods(["GET", "HEAD", "POST"])
def adjustment_list(request: HttpRequest, quarter: str) -> HttpResponse:
    """The cases of a round, and the form for one more."""
    round = visible_round(request, quarter)
    require(may_run_round(request.user), ONLY_OFFICE)
    form = AdjustmentForm(*posted(request), rubric=round.rubric.rules)
    act = partial(record_adjustment, round, by=request.user, at=timezone.now())
    if case := carry_out(form, act):
        messages.success(request, f"已登记：{case}。下次汇总时计入得分。")
        return redirect("scoring:adjustments", round.quarter)
    context = {
        "form": form,
        "round": round,
        "is_open": round.status in OPEN,
        "cases": cases_with_rules(round),
        "established": established_in(round),
        "title": "加减分与一票否决",
        "section": "scoring",
        "crumbs": round_crumbs(round),
        "back_url": round.get_absolute_url(),
        "submit_label": "登记",
    }
    status = answer_status(form)
    return render(request, "scoring/readings/adjustments.html", context, status=status)


def cases_with_rules(round: Round) -> list[tuple[Adjustment, str]]:
    """Return each case with the name of its rule, newest first."""
    names = rules_for(round.rubric.rules)
    cases = round.adjustments.select_related(
        "community", "department", "recorded_by", "withdrawn_by"
    )
    return [
        (case, names[case.kind].get(case.rule_code, "其他加分")) for case in cases.order_by("-pk")
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def adjustment_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a case, with the reason."""
    cases = Adjustment.objects.visible_to(request.user).select_related("round", "community")
    case = get_object_or_404(cases, pk=pk)
    require(may_run_round(request.user), ONLY_OFFICE)
    form = WithdrawForm(*posted(request))
    act = partial(withdraw_adjustment, case, by=request.user, at=timezone.now())
    if carry_out(form, act):
        messages.success(request, f"已撤销：{case}")
        return redirect(case)
    context = {
        "title": "撤销加减分",
        "section": "scoring",
        "crumbs": [*round_crumbs(case.round), ("加减分与一票否决", case.get_absolute_url())],
        "form": form,
        "question": f"{case}。撤销后不再计入得分，记录和原因保留。",
        "submit_label": "撤销",
        "back_url": case.get_absolute_url(),
    }
    status = answer_status(form)
    return render(request, "parts/confirm_page.html", context, status=status)
