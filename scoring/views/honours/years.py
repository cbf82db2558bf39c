"""年度得分: everyone's mean of four published quarters, and the commendation on its way."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gongjian.audit.history import history_of
from gongjian.lib.templatetags.office import day_short
from gongjian.workflow import open_steps, require
from scoring import states
from scoring.forms.honours.honours import ReturnForm
from scoring.forms.rounds.rounds import IssuerForm
from scoring.models import Commendation
from scoring.models.bulletins import BulletinKind, Honour
from scoring.models.commendations import CommendationStatus
from scoring.models.scores import Standing
from scoring.permissions import may_run_round, may_see_nominations
from scoring.rules.refusals import Missing
from scoring.services.honours import commendations as services
from scoring.services.honours.naming import named_for
from scoring.services.honours.plans import plan_in_force
from scoring.services.honours.years import (
    community_years,
    four_quarters,
    title_of_year,
    unit_years,
    unpublished_quarters,
)
from scoring.views.honours.objections import (
    NOTHING,
    Bound,
    objections_of,
    take_answer,
    take_objection,
)
from scoring.views.rounds.pages import visible_round

ROWS_A_PAGE = 100
OF_UNITS = {standing.value: standing.label for standing in Standing}
PLAIN = {
    "open_notice": (
        services.open_commendation_public_notice,
        "名单已开始公示，五个工作日内接受异议",
    ),
    "review": (services.review_commendation, "已审核同意，报市委、市政府批准"),
    "approve": (services.approve_commendation, "已批准名单，由共建办拟决定"),
}
ORDER = CommendationStatus.values


@require_safe
def year_detail(request, quarter):
    """The four quarters that end with this one: everyone's mean and place, and who is to be commended."""
    return _year_page(request, visible_round(request, quarter))


@require_POST
def year_commend(request, quarter):
    """One act on the year's commendation; what was not done shows the page again with what was typed."""
    round = visible_round(request, quarter)
    act = request.POST.get("act", "")
    if act == "propose":
        return _proposed(request, round)
    commendations = Commendation.objects.visible_to(request.user)
    found = commendations.select_related("plan", "round__rubric")
    commendation = get_object_or_404(found, round=round)
    given = {"by": request.user, "at": timezone.now()}
    if act in PLAIN:
        service, said = PLAIN[act]
        service(commendation, **given)
        messages.success(request, said)
        return redirect(commendation)
    return FORMED.get(act, _object)(request, round, commendation, given)


def _proposed(request, round):
    try:
        commendation = services.propose_commendation(round, by=request.user, at=timezone.now())
    except Missing as missing:
        messages.error(request, "；".join(missing.what))
        return redirect("scoring:year", round.quarter)
    messages.success(request, "已在名额内提名，核对增减后公示")
    return redirect(commendation)


def _object(request, round, commendation, given):
    """提出异议."""
    bound = take_objection(request, commendation)
    if bound:
        return _year_page(request, round, bound)
    return redirect(commendation)


def _answer(request, round, commendation, given):
    """答复异议."""
    bound = take_answer(request, commendation)
    if bound:
        return _year_page(request, round, bound)
    return redirect(commendation)


def _return(request, round, commendation, given):
    """退回重新提名."""
    may = states.RETURN_LIST.may(request.user, commendation) or states.SEND_BACK_LIST.may(
        request.user, commendation
    )
    require(may, "您不能退回名单")
    form = ReturnForm(request.POST, auto_id="return_%s")
    if not form.is_valid():
        return _year_page(request, round, ("return", form))
    services.return_commendation(commendation, **form.cleaned_data, **given)
    messages.success(request, "已退回，重新提名后须再次公示")
    return redirect(commendation)


def _decide(request, round, commendation, given):
    """拟表彰决定."""
    require(may_run_round(request.user), "只有共建办可以拟年终表彰决定")
    form = IssuerForm(request.POST, auto_id="decide_%s")
    if not form.is_valid():
        return _year_page(request, round, ("decide", form))
    bulletin = services.draft_decision(commendation, **form.cleaned_data, **given)
    messages.success(request, "已拟年终表彰决定，请修改文字、送签报批")
    return redirect(bulletin.document)


FORMED = {"answer": _answer, "return": _return, "decide": _decide, "object": _object}


def _year_page(request, round, bound: Bound = NOTHING):
    user = request.user
    commendations = Commendation.objects.visible_to(user)
    found = commendations.select_related("plan", "round__rubric", "reviewed_by", "approved_by")
    commendation = found.filter(round=round).first()
    lacking = services.lacking_to_propose(round)
    crumbs = [
        ("考评", reverse("scoring:rounds")),
        (round.span.title, round.get_absolute_url()),
    ]
    may_propose = may_run_round(user) and not lacking and _is_proposable(round)
    title = f"年度得分：{title_of_year(four_quarters(round.span))}"
    plan = plan_in_force(round.span.year)
    context = {
        "round": round,
        "title": title,
        "section": "scoring",
        "crumbs": crumbs,
        "form": bound[1],
        "lacking": lacking,
        "plan": plan,
        "commendation": commendation,
        "may_run": may_run_round(user),
        "may_propose": may_propose,
        **_table(request, round),
        **(_list(user, round, commendation, bound) if commendation else {}),
    }
    if commendation or may_see_nominations(user):
        context["cycle"] = _cycle(round, context["plan"], commendation)
    bulletins = round.bulletins.filter(kind=BulletinKind.COMMENDATION)
    decision = bulletins.select_related("document").first()
    if decision and (may_see_nominations(user) or decision.document.status == "published"):
        context["decision"] = decision
    return render(request, "scoring/honours/year.html", context, status=400 if bound[1] else 200)


def _is_proposable(round) -> bool:
    """Nothing proposed yet, or the list lies with the office."""
    commendations = Commendation.objects.filter(round=round)
    held = commendations.values_list("status", flat=True).first()
    return held in (None, CommendationStatus.PROPOSED) and not _is_decided(round)


def _is_decided(round) -> bool:
    return round.bulletins.filter(kind=BulletinKind.COMMENDATION).exists()


def _table(request, round) -> dict:
    """The years of one standing, a page of them."""
    standing = request.GET.get("tab", "")
    if standing in OF_UNITS:
        years = []
        for year in unit_years(round):
            if year.standing == standing:
                years.append(year)
    else:
        standing, years = "", community_years(round)
    quarters, page = (
        four_quarters(round.span),
        Paginator(years, ROWS_A_PAGE).get_page(request.GET.get("page")),
    )
    missing = unpublished_quarters(round)
    gaps = []
    for quarter in quarters:
        gaps.append("未通报" if quarter.title in missing else "未参评")
    page.lines = [(year, list(zip(year.quarters, gaps, strict=True))) for year in page]
    tabs = [("社区", ""), *((label, value) for value, label in OF_UNITS.items())]
    return {
        "quarters": quarters,
        "page": page,
        "tabs": tabs,
        "tab": standing,
    }


def _list(user, round, commendation, bound) -> dict:
    """The list with what the reader may do about it now."""
    today = user.as_of
    act, form = bound
    steps = {}
    for step in open_steps(commendation, states.COMMENDATION_STEPS, user):
        steps[step.name] = step
    return_form = None
    if {"return", "send_back"} & steps.keys():
        return_form = ReturnForm(auto_id="return_%s")
    decide_form = IssuerForm(auto_id="decide_%s") if "decide" in steps else None
    forms = {
        "return_form": return_form,
        "decide_form": decide_form,
    }
    if f"{act}_form" in forms:
        forms[f"{act}_form"] = form
    history = history_of(commendation) if may_see_nominations(user) else []
    named = named_for(round, Honour.COMMENDATION)
    hindrances = _hindrances(user, commendation, today)
    return {
        **forms,
        "steps": steps,
        "named": named,
        "hindrances": hindrances,
        **objections_of(commendation, user, bound),
        "history": history,
    }


def _hindrances(user, commendation, today) -> list[str]:
    """What the office and the director have still to see to."""
    if not may_see_nominations(user):
        return []
    if commendation.status == CommendationStatus.PROPOSED:
        return services.faults_of_list(commendation)
    if commendation.status in (CommendationStatus.ON_PUBLIC_NOTICE, CommendationStatus.REVIEWED):
        return services.hindrances_to_review(commendation, on=today)
    return []


def _cycle(round, plan, commendation) -> list[dict]:
    """Where the year's commendation stands; the first step that is not done is the one in hand."""
    if commendation:
        reached = ORDER.index(commendation.status)
    else:
        reached = -1
    missing = len(unpublished_quarters(round))
    notice = "五个工作日"
    if reached > 0:
        notice = f"至{day_short(commendation.notice_ends_on)}"
    steps = [
        ("计划批复", plan is not None, plan.reply_number if plan else "先请示、后评选"),
        ("四季通报", not missing, f"还差 {missing} 个季度" if missing else "已齐"),
        (
            "名额内提名",
            reached > 0,
            "" if commendation is None else day_short(commendation.proposed_at),
        ),
        ("名单公示", reached > 1, notice),
        ("审核批准", reached > 2, "主任审核，市批准"),
        ("拟表彰决定", reached > 3, "市委、市政府批准后印发"),
    ]
    now = next((place for place, (_, done, _) in enumerate(steps) if not done), None)
    cycles = []
    for place, (label, done, note) in enumerate(steps):
        state = "done" if done else "now" if place == now else ""
        cycles.append({"label": label, "note": note, "state": state})
    return cycles
