"""What the office does with a round, one act a view."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongjian.jobs.services import wake
from gongjian.workflow import require
from scoring import states
from scoring.forms.rounds.rounds import DrawForm, IssuerForm
from scoring.permissions import may_run_round
from scoring.rules.refusals import Missing
from scoring.services.bulletins import publishing as bulletins
from scoring.services.records import freezing
from scoring.services.records.public_notice import open_public_notice
from scoring.services.rounds.drawing import draw_assessors
from scoring.services.scores import gathering
from scoring.views.rounds.pages import visible_round

DRAWN = "已抽签，打分表已送到各位考评员"


def round_draw(request, quarter):
    """Draw the assessors, after a last look."""
    round = visible_round(request, quarter)
    require(may_run_round(request.user), "只有共建办可以抽签")
    rubric = round.rubric.rules
    form = DrawForm(request.POST if request.method == "POST" else None, rubric=rubric)
    if request.method == "POST" and form.is_valid():
        try:
            draw_assessors(
                round, visits=form.visits, sampled=form.sampled, by=request.user, at=timezone.now()
            )
        except Missing as missing:
            form.add_error(None, list(missing.what))
        else:
            messages.success(
                request, DRAWN if rubric.assessment.is_set else "已开始考评，请登记读数"
            )
            return redirect(round)
    if rubric.assessment.is_set:
        consequences = [
            "每个社区按抽签种子抽取考评员，有利害关系的自动回避",
            "抽签后不能重抽，打分表立即送达",
        ]
        return _confirm(
            request, round, form, f"{round}：抽签", "确定现在抽签？", consequences, "抽签"
        )
    consequences = ["本季度的评分细则不设全市考评，不抽考评员", "各社区的读数登记齐全后就可以汇总"]
    return _confirm(
        request, round, form, f"{round}：开始考评", "确定现在开始？", consequences, "开始考评"
    )


def _confirm(request, round, form, title, question, consequences, submit_label, **more):
    crumbs = [
        ("考评", reverse("scoring:rounds")),
        (round.span.title, round.get_absolute_url()),
    ]
    context = {
        "title": title,
        "section": "scoring",
        "crumbs": crumbs,
        "form": form,
        "question": question,
        "consequences": consequences,
        "submit_label": submit_label,
        "back_url": round.get_absolute_url(),
        **more,
    }
    return render(request, "parts/confirm_page.html", context)


@require_POST
def round_gather(request, quarter):
    """Ask for the scores to be gathered; the job's page shows how far it is."""
    round = visible_round(request, quarter)
    try:
        job = gathering.ask_to_gather(round, by=request.user, at=timezone.now())
    except Missing as missing:
        messages.error(
            request, f"还不能汇总，有 {len(missing.what)} 个社区的数据不齐，见“还缺什么”"
        )
        return redirect(round)
    wake(job)
    return redirect(job)


@require_POST
def round_public_notice(request, quarter):
    """Lay the scores open."""
    round = open_public_notice(visible_round(request, quarter), by=request.user, at=timezone.now())
    messages.success(request, f"已开始公示，至 {round.notice_ends_on:%Y-%m-%d} 止接受申诉")
    return redirect(round)


def round_freeze(request, quarter):
    """The second person's check: a job freezes the figures."""
    round = visible_round(request, quarter)
    require(states.FREEZE.may(request.user, round), "定分须由汇总人以外的共建办人员核对")
    if request.method == "POST":
        job = freezing.ask_to_freeze(round, by=request.user, at=timezone.now())
        wake(job)
        return redirect(job)
    consequences = [
        f"得分由{round.gathered_by or '他人'}汇总，由您核对",
        "定分后，打分表、得分和名次都不能再改",
        "数据、细则和结果存成快照，凭校验值可以复算",
    ]
    return _confirm(
        request, round, None, f"{round}：核对定分", "核对无误，确定定分？", consequences, "定分"
    )


def round_report(request, quarter):
    """Draft the circulars for the city's approval."""
    round = visible_round(request, quarter)
    require(may_run_round(request.user), "只有共建办可以拟稿报批")
    form = IssuerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        drafted = bulletins.draft_bulletins(
            round, **form.cleaned_data, by=request.user, at=timezone.now()
        )
        messages.success(request, f"已拟 {len(drafted)} 份通报，请到公文中修改文字、送签")
        return redirect(round)
    consequences = [
        "拟考评通报及表扬、批评通报，数字取自定分快照，名单以公示后的为准",
        "报市委、市政府批准后印发",
    ]
    return _confirm(
        request, round, form, f"{round}：拟稿报批", "确定拟稿报批？", consequences, "拟稿"
    )


@require_POST
def round_publish(request, quarter):
    """Publish the quarter."""
    round = bulletins.publish_round(
        visible_round(request, quarter), by=request.user, at=timezone.now()
    )
    messages.success(request, f"{round}结果已通报")
    return redirect(round)
