"""Rounds: the list of quarters, a new one, the page of one, its frozen record."""

import secrets
from functools import partial

from django.contrib import messages
from django.db.models import Avg, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongjian.accounts.roles import Role
from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, LoggedListPage
from gongjian.lib.acting import Crumb, carry_out, form_page, posted
from gongjian.lib.canonical import canonical_json
from gongjian.lib.quarters import Quarter
from gongjian.lib.templatetags.office import day_short
from gongjian.workflow import open_steps, require
from scoring import states
from scoring.forms.rounds.rounds import RoundForm
from scoring.models import Round, Score
from scoring.models.public_notice import SCORES_WORKDAYS, workdays_in_words
from scoring.models.rounds import KNOWN, RoundStatus
from scoring.permissions import may_run_round
from scoring.services.rounds.opening import open_round, rubric_for
from scoring.views.rounds.office_sections import last_job, office_sections
from scoring.views.rounds.result_sections import result_sections
from scoring.views.rounds.sheet_sections import sheet_sections

# No more digits than a correction's number can have.
LONGEST_NUMBER = 4


def days_of(round: Round) -> str:
    """Return from when to when the round is assessed."""
    return f"{day_short(round.starts_on)}至{day_short(round.ends_on)}"


class RoundList(LoggedListPage):
    title, noun, section = "季度考评", "个季度", "scoring"
    default_sort = "-quarter"
    export = False
    empty_text = "还没有可以看的考评"
    empty_hint = "考评由市共建办按季度建立，公示后各社区、各单位可以看到得分"
    columns = (
        Column("考评", lambda round: round.span.title, sort="quarter", link=True),
        Column("状态", "get_status_display", kind="tag", tone=lambda round: round.status_tone),
        Column("考评期间", days_of),
        Column("公示截止", "notice_ends_on", kind="date"),
        Column("平均分", "mean_points", kind="points"),
        Column("通报日期", "published_at", kind="date"),
    )

    def get_queryset(self) -> QuerySet[Round]:
        rounds = Round.objects.visible_to(self.request.user)
        scores = Score.objects.filter(round=OuterRef("pk"), round__status__in=KNOWN)
        means = scores.in_force().order_by().values("round")
        mean = means.annotate(mean=Avg("total_points_now")).values("mean")
        return rounds.annotate(mean_points=Subquery(mean))

    def buttons(self) -> list[Button]:
        user = self.request.user
        rubrics = Button("评分细则", reverse("scoring:rubrics"))
        buttons = [rubrics]
        if user.roles:
            appeals = Button("申诉", reverse("scoring:appeals"))
            plans = Button("表彰计划", reverse("scoring:commendation_plans"))
            buttons = [appeals, rubrics, plans]
        if user.has_role(Role.ASSESSOR):
            buttons.append(Button("我的打分表", reverse("scoring:sheets"), True))
        if may_run_round(user):
            buttons.append(Button("建立考评", reverse("scoring:round_new"), True))
        return buttons


def rounds_crumb() -> Crumb:
    """Return the link to all rounds."""
    return "考评", reverse("scoring:rounds")


def round_crumbs(round: Round) -> list[Crumb]:
    """Return the links above the pages of a round."""
    return [rounds_crumb(), (round.span.title, round.get_absolute_url())]


def visible_round(request: HttpRequest, quarter: str) -> Round:
    """Return the quarter's round if the reader may see it. Raises Http404."""
    rounds = Round.objects.visible_to(request.user)
    rounds = rounds.select_related("rubric", "checklist", "gathered_by")
    return get_object_or_404(rounds, quarter=quarter)


def round_new(request: HttpRequest) -> HttpResponse:
    """Set up a quarter's assessment."""
    require(may_run_round(request.user), "只有共建办可以建立季度考评")
    quarter = Quarter.of(timezone.localdate())
    initial = {"quarter": str(quarter), "seed": secrets.token_hex(8), "rubric": rubric_for(quarter)}
    form = RoundForm(*posted(request), initial=initial)
    act = partial(open_round, by=request.user, at=timezone.now())
    if round := carry_out(form, act):
        messages.success(request, f"已建立{round}，下一步抽签")
        return redirect(round)
    return form_page(request, form, title="建立考评", section="scoring", back=rounds_crumb())


@require_safe
def round_detail(request: HttpRequest, quarter: str) -> HttpResponse:
    """The quarter's round: where it stands, what is missing, and what may be done now."""
    round = visible_round(request, quarter)
    user, today = request.user, timezone.localdate()
    has_sheets = round.rubric.rules.assessment.is_set
    steps = open_steps(round, states.ROUND_STEPS, user)
    context = {
        "round": round,
        "has_sheets": has_sheets,
        "title": str(round),
        "section": "scoring",
        "crumbs": [rounds_crumb()],
        "state_of": round,
        "cycle": cycle_of(round, has_sheets),
        "public_notice_days": workdays_in_words(SCORES_WORKDAYS),
        "steps": {step.name: step for step in steps},
        "may_run": may_run_round(user),
        "job": last_job(round, user),
        "history": history_of(round),
    }
    context |= sheet_sections(request, round)
    context |= office_sections(round, user, today)
    context |= result_sections(round, user)
    return render(request, "scoring/rounds/round.html", context)


def cycle_of(round: Round, has_sheets: bool) -> list[dict[str, str]]:
    """Return the six steps; the one in hand is the first not left behind.

    Without sheets nobody is drawn.
    """
    notice_ends = workdays_in_words(SCORES_WORKDAYS)
    if round.notice_ends_on:
        notice_ends = f"至{day_short(round.notice_ends_on)}"
    draw = "抽签考评" if has_sheets else "考评"
    cycle = (
        (RoundStatus.ASSESSING, draw, days_of(round)),
        (RoundStatus.GATHERED, "汇总得分", day_short(round.gathered_at)),
        (RoundStatus.ON_PUBLIC_NOTICE, "公示复核", notice_ends),
        (RoundStatus.FROZEN, "核对定分", day_short(round.frozen_at)),
        (RoundStatus.REPORTED, "报批", "市委、市政府"),
        (RoundStatus.PUBLISHED, "通报", day_short(round.published_at)),
    )
    order = RoundStatus.values
    in_hand = max(order.index(round.status), order.index(RoundStatus.ASSESSING))
    steps = []
    for status, label, note in cycle:
        state = ""
        if order.index(status) < in_hand or round.status == RoundStatus.PUBLISHED:
            state = "done"
        elif order.index(status) == in_hand:
            state = "now"
        steps.append({"label": label, "note": note, "state": state})
    return steps


@require_safe
def round_frozen(request: HttpRequest, quarter: str) -> HttpResponse:
    """The frozen record, byte for byte as it was hashed.

    `?correction=1`: that of the correction.
    """
    round = visible_round(request, quarter)
    frozen, name = round.frozen, round.quarter
    number = request.GET.get("correction")
    if number:
        if not number.isdecimal() or len(number) > LONGEST_NUMBER:
            raise Http404("没有这一号更正")
        correction = get_object_or_404(round.corrections.in_force(), number=int(number))
        frozen, name = correction.frozen, f"{round.quarter}-{correction.number}"
    if not frozen:
        raise Http404("本季度还没有定分")
    answer = HttpResponse(canonical_json(frozen), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return answer
