"""年度得分: everyone's mean of four published quarters, and the commendation on its way."""

from functools import partial
from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gongjian.accounts.models import User
from gongjian.audit.history import history_of
from gongjian.documents.models import DocumentStatus
from gongjian.lib.acting import answer_status, carry_out, posted
from gongjian.lib.templatetags.office import day_short
from gongjian.workflow import open_steps, require
from scoring import states
from scoring.forms.honours.honours import CommendationReturnForm
from scoring.forms.rounds.rounds import RoundIssuerForm
from scoring.models import Bulletin, Commendation, CommendationPlan, Round
from scoring.models.bulletins import BulletinKind, Honour
from scoring.models.commendations import CommendationStatus
from scoring.models.public_notice import COMMENDATION_WORKDAYS, workdays_in_words
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
    NOTHING_REFUSED,
    Refused,
    objections_of,
    take_answer,
    take_objection,
)
from scoring.views.rounds.pages import visible_round

ROWS_A_PAGE = 100
PUBLIC_NOTICE_DAYS = workdays_in_words(COMMENDATION_WORKDAYS)
ORDER = list(CommendationStatus)


@require_safe
def year_detail(request, quarter):
    """The four quarters that end with this one: means and places, and who is to be commended."""
    return _year_page(request, visible_round(request, quarter))


@require_POST
def year_commend(request, quarter):
    """Carry out one act on the year's commendation; refused, the page shows what was typed."""
    round = visible_round(request, quarter)
    act = request.POST.get("act", "")
    if act == "propose":
        return _propose(request, round)
    commendations = Commendation.objects.visible_to(request.user)
    related = commendations.select_related("plan", "round__rubric")
    commendation = get_object_or_404(related, round=round)
    match act:
        case "open_notice" | "review" | "approve":
            take_plain_step(request, commendation, act)
            refused = None
        case "decide":
            return _decide(request, round, commendation)
        case "return":
            refused = _return(request, commendation)
        case "answer":
            refused = take_answer(request, commendation)
        case _:
            refused = take_objection(request, commendation)
    if refused:
        return _year_page(request, round, refused)
    return redirect(commendation)


def _propose(request, round: Round):
    try:
        acting = {"by": request.user, "at": timezone.now()}
        commendation = services.propose_commendation(round, **acting)
    except Missing as missing:
        messages.error(request, "；".join(missing.what))
        return redirect("scoring:year", round.quarter)
    messages.success(request, "已在名额内提名，核对增减后公示")
    return redirect(commendation)


def take_plain_step(request, commendation: Commendation, act: str) -> None:
    """Take a step that has no form."""
    acting = {"by": request.user, "at": timezone.now()}
    if act == "review":
        services.review_commendation(commendation, **acting)
        messages.success(request, "已审核同意，报市委、市政府批准")
    elif act == "approve":
        services.approve_commendation(commendation, **acting)
        messages.success(request, "已批准名单，由共建办拟决定")
    else:
        services.open_commendation_public_notice(commendation, **acting)
        messages.success(request, f"名单已开始公示，{PUBLIC_NOTICE_DAYS}内接受异议")


def _return(request, commendation: Commendation) -> Refused | None:
    """退回重新提名."""
    is_directors = states.RETURN_LIST.may(request.user, commendation)
    is_citys = states.SEND_BACK_LIST.may(request.user, commendation)
    require(is_directors or is_citys, "您不能退回名单")
    form = CommendationReturnForm(*posted(request), auto_id="return_%s")
    act = partial(services.return_commendation, commendation)
    if not carry_out(form, partial(act, by=request.user, at=timezone.now())):
        return "return", form
    messages.success(request, "已退回，重新提名后须再次公示")
    return None


def _decide(request, round: Round, commendation: Commendation):
    """拟表彰决定."""
    require(may_run_round(request.user), "只有共建办可以拟年终表彰决定")
    form = RoundIssuerForm(*posted(request), auto_id="decide_%s")
    act = partial(services.draft_decision, commendation)
    bulletin = carry_out(form, partial(act, by=request.user, at=timezone.now()))
    if not bulletin:
        return _year_page(request, round, ("decide", form))
    messages.success(request, "已拟年终表彰决定，请修改文字、送签报批")
    return redirect(bulletin.document)


def _year_page(request, round: Round, refused: Refused = NOTHING_REFUSED):
    user = request.user
    related = ("plan", "round__rubric", "reviewed_by", "approved_by")
    commendations = Commendation.objects.visible_to(user).select_related(*related)
    commendation = commendations.filter(round=round).first()
    lacking = services.lacking_to_propose(round)
    may_run = may_run_round(user)
    plan = plan_in_force(round.span.year)
    form = refused[1]
    context = {
        "round": round,
        "title": f"年度得分：{title_of_year(four_quarters(round.span))}",
        "section": "scoring",
        "crumbs": [
            ("考评", reverse("scoring:rounds")),
            (round.span.title, round.get_absolute_url()),
        ],
        "form": form,
        "lacking": lacking,
        "plan": plan,
        "commendation": commendation,
        "may_run": may_run,
        "may_propose": may_run and not lacking and is_open_to_propose(round),
        "public_notice_days": PUBLIC_NOTICE_DAYS,
        "decision": visible_decision(user, round),
        **years_table(request, round),
    }
    if commendation:
        context |= commendation_context(user, round, commendation, refused)
    if commendation or may_see_nominations(user):
        context["cycle"] = _cycle(round, plan, commendation)
    status = answer_status(form) if form else 200
    return render(request, "scoring/honours/year.html", context, status=status)


def is_open_to_propose(round: Round) -> bool:
    """Whether nothing is proposed yet, or the list is with the office."""
    if round.bulletins.filter(kind=BulletinKind.COMMENDATION).exists():
        return False
    used = Commendation.objects.filter(round=round).exclude(status=CommendationStatus.PROPOSED)
    return not used.exists()


def visible_decision(user: User, round: Round) -> Bulletin | None:
    """Return the year's decision for those who see it: everybody once it is published."""
    bulletins = round.bulletins.filter(kind=BulletinKind.COMMENDATION)
    decision = bulletins.select_related("document").first()
    if decision is None or may_see_nominations(user):
        return decision
    return decision if decision.document.status == DocumentStatus.PUBLISHED else None


def years_table(request, round: Round) -> dict:
    """Return the years of one standing, a page of them."""
    standing = request.GET.get("tab", "")
    if standing in Standing.values:
        years = [year for year in unit_years(round) if year.standing == standing]
    else:
        standing, years = "", community_years(round)
    quarters = four_quarters(round.span)
    unpublished = unpublished_quarters(round)
    gaps = []
    for quarter in quarters:
        gaps.append("未通报" if quarter.title in unpublished else "未参评")
    page = Paginator(years, ROWS_A_PAGE).get_page(request.GET.get("page"))
    page.lines = []
    for year in page:
        page.lines.append((year, list(zip(year.quarters, gaps, strict=True))))
    tabs = [("社区", ""), *((unit.label, unit.value) for unit in Standing)]
    return {"quarters": quarters, "page": page, "tabs": tabs, "tab": standing}


def commendation_context(
    user: User, round: Round, commendation: Commendation, refused: Refused
) -> dict:
    """Return the list with what the user may do about it now."""
    open_now = open_steps(commendation, states.COMMENDATION_STEPS, user)
    steps = {step.name: step for step in open_now}
    context = {
        "steps": steps,
        "nominations": named_for(round, Honour.COMMENDATION),
        "hindrances": _hindrances(user, commendation),
        "history": history_of(commendation) if may_see_nominations(user) else [],
        **objections_of(commendation, user, refused),
    }
    if states.RETURN_LIST in open_now or states.SEND_BACK_LIST in open_now:
        context["return_form"] = CommendationReturnForm(auto_id="return_%s")
    if states.DECIDE in open_now:
        context["decide_form"] = RoundIssuerForm(auto_id="decide_%s")
    refused_act, refused_form = refused
    if refused_act in ("return", "decide"):
        context[f"{refused_act}_form"] = refused_form
    return context


def _hindrances(user: User, commendation: Commendation) -> list[str]:
    """Return what the office and the director have still to see to."""
    if not may_see_nominations(user):
        return []
    if commendation.status == CommendationStatus.PROPOSED:
        return services.faults_of_list(commendation)
    if commendation.status in (CommendationStatus.ON_PUBLIC_NOTICE, CommendationStatus.REVIEWED):
        return services.hindrances_to_review(commendation, on=user.as_of)
    return []


class YearStep(NamedTuple):
    """One step of the year's commendation."""

    label: str
    is_over: bool
    note: str


def _cycle(
    round: Round, plan: CommendationPlan | None, commendation: Commendation | None
) -> list[dict[str, str]]:
    """Return the steps of the commendation; the first one that is not over is in hand."""
    lines = []
    is_first_open = True
    for label, is_over, note in year_steps(round, plan, commendation):
        state = ""
        if is_over:
            state = "done"
        elif is_first_open:
            state, is_first_open = "now", False
        lines.append({"label": label, "note": note, "state": state})
    return lines


def year_steps(
    round: Round, plan: CommendationPlan | None, commendation: Commendation | None
) -> list[YearStep]:
    reached = ORDER.index(commendation.status) if commendation else -1
    missing = len(unpublished_quarters(round))
    proposed = day_short(commendation.proposed_at) if commendation else ""
    public_notice = PUBLIC_NOTICE_DAYS
    if reached >= ORDER.index(CommendationStatus.ON_PUBLIC_NOTICE):
        public_notice = f"至{day_short(commendation.notice_ends_on)}"
    reply = plan.reply_number if plan else "先请示、后评选"
    return [
        YearStep("计划批复", plan is not None, reply),
        YearStep("四季通报", not missing, f"还差 {missing} 个季度" if missing else "已齐"),
        YearStep("名额内提名", reached >= 1, proposed),
        YearStep("名单公示", reached >= 2, public_notice),
        YearStep("审核批准", reached >= 3, "主任审核，市批准"),
        YearStep("拟表彰决定", reached >= 4, "市委、市政府批准后印发"),
    ]
