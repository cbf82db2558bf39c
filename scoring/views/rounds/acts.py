"""What the office does with a round, one act a view."""

from collections.abc import Sequence
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongjian.jobs.services import wake
from gongjian.lib.acting import answer_status, carry_out, posted
from gongjian.workflow import require
from scoring import states
from scoring.forms.rounds.rounds import DrawForm, RoundIssuerForm
from scoring.models import Round
from scoring.permissions import may_run_round
from scoring.rules.refusals import Missing
from scoring.services.bulletins import publishing
from scoring.services.records.freezing import ask_to_freeze
from scoring.services.records.public_notice import open_public_notice
from scoring.services.rounds.drawing import Visits, draw_assessors
from scoring.services.rounds.sampling import Sampled
from scoring.services.scores.gathering import ask_to_gather
from scoring.views.rounds.pages import round_crumbs, visible_round

# What an act leads to, as its page says before it is carried out.
DRAW_LEADS_TO = (
    "每个社区按抽签种子抽取考评员，有利害关系的自动回避",
    "抽签后不能重抽，打分表立即送达",
)
START_LEADS_TO = (
    "本季度的评分细则不设全市考评，不抽考评员",
    "各社区的读数登记齐全后就可以汇总",
)
REPORT_LEADS_TO = (
    "拟考评通报及表扬、批评通报，数字取自定分快照，名单以公示后的为准",
    "报市委、市政府批准后印发",
)


def confirm_page(
    request: HttpRequest,
    round: Round,
    form: Form | None,
    *,
    act: str,
    question: str,
    leads_to: Sequence[str],
    submit_label: str,
) -> HttpResponse:
    """Answer with the last look before an act on a round."""
    context = {
        "title": f"{round}：{act}",
        "section": "scoring",
        "crumbs": round_crumbs(round),
        "form": form,
        "question": question,
        "consequences": leads_to,
        "submit_label": submit_label,
        "back_url": round.get_absolute_url(),
    }
    status = answer_status(form) if form else 200
    return render(request, "parts/confirm_page.html", context, status=status)


def round_draw(request: HttpRequest, quarter: str) -> HttpResponse:
    """Draw the assessors, after a last look; without sheets the assessment only starts."""
    round = visible_round(request, quarter)
    require(may_run_round(request.user), "只有共建办可以抽签")
    has_sheets = round.rubric.rules.assessment.is_set

    def draw(*, visits: Visits, sampled: Sampled | None) -> Round:
        try:
            return draw_assessors(
                round, visits=visits, sampled=sampled, by=request.user, at=timezone.now()
            )
        except Missing as missing:
            raise ValidationError(list(missing.what)) from missing

    form = DrawForm(*posted(request), rubric=round.rubric.rules)
    if carry_out(form, draw):
        message = "已抽签，打分表已送到各位考评员" if has_sheets else "已开始考评，请登记读数"
        messages.success(request, message)
        return redirect(round)
    if has_sheets:
        return confirm_page(
            request,
            round,
            form,
            act="抽签",
            question="确定现在抽签？",
            leads_to=DRAW_LEADS_TO,
            submit_label="抽签",
        )
    return confirm_page(
        request,
        round,
        form,
        act="开始考评",
        question="确定现在开始？",
        leads_to=START_LEADS_TO,
        submit_label="开始考评",
    )


@require_POST
def round_gather(request: HttpRequest, quarter: str) -> HttpResponse:
    """Ask for the scores to be gathered; the job's page shows how far it is."""
    round = visible_round(request, quarter)
    try:
        job = ask_to_gather(round, by=request.user, at=timezone.now())
    except Missing as missing:
        lacking = f"有 {len(missing.what)} 个社区的数据不齐"
        messages.error(request, f"还不能汇总，{lacking}，见“还缺什么”")
        return redirect(round)
    wake(job)
    return redirect(job)


@require_POST
def round_public_notice(request: HttpRequest, quarter: str) -> HttpResponse:
    """Put the scores on public notice."""
    round = visible_round(request, quarter)
    open_public_notice(round, by=request.user, at=timezone.now())
    messages.success(request, f"已开始公示，至 {round.notice_ends_on:%Y-%m-%d} 止接受申诉")
    return redirect(round)


def round_freeze(request: HttpRequest, quarter: str) -> HttpResponse:
    """The second person's check: a job freezes the figures."""
    round = visible_round(request, quarter)
    require(states.FREEZE.may(request.user, round), "定分须由汇总人以外的共建办人员核对")
    if request.method == "POST":
        job = ask_to_freeze(round, by=request.user, at=timezone.now())
        wake(job)
        return redirect(job)
    leads_to = [
        f"得分由{round.gathered_by or '他人'}汇总，由您核对",
        "定分后，打分表、得分和名次都不能再改",
        "数据、细则和结果存成快照，凭校验值可以复算",
    ]
    return confirm_page(
        request,
        round,
        None,
        act="核对定分",
        question="核对无误，确定定分？",
        leads_to=leads_to,
        submit_label="定分",
    )


def round_report(request: HttpRequest, quarter: str) -> HttpResponse:
    """Draft the circulars for the city's approval."""
    round = visible_round(request, quarter)
    require(may_run_round(request.user), "只有共建办可以拟稿报批")
    form = RoundIssuerForm(*posted(request))
    act = partial(publishing.draft_bulletins, round, by=request.user, at=timezone.now())
    if drafts := carry_out(form, act):
        messages.success(request, f"已拟 {len(drafts)} 份通报，请到公文中修改文字、送签")
        return redirect(round)
    return confirm_page(
        request,
        round,
        form,
        act="拟稿报批",
        question="确定拟稿报批？",
        leads_to=REPORT_LEADS_TO,
        submit_label="拟稿",
    )


@require_POST
def round_publish(request: HttpRequest, quarter: str) -> HttpResponse:
    """Publish the quarter."""
    round = visible_round(request, quarter)
    publishing.publish_round(round, by=request.user, at=timezone.now())
    messages.success(request, f"{round}结果已通报")
    return redirect(round)
