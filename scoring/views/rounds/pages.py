import secrets
from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Avg, Count, F, Max, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from communities.models import Community
from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, ListPage
from gongjian.jobs.models import Job
from gongjian.lib.canonical import canonical_json
from gongjian.lib.heat_charts import heat_matrix
from gongjian.lib.quarters import Quarter
from gongjian.lib.templatetags.office import day_short
from gongjian.workflow import open_steps, require
from scoring import states
from scoring.forms.rounds.rounds import RoundForm
from scoring.models import Draw, Nomination, ResultSheet, Round, Sheet
from scoring.models.bulletins import Honour
from scoring.models.rounds import KNOWN, Pass, RoundStatus, SheetStatus
from scoring.permissions import (
    may_compare_assessors,
    may_read_own_figures,
    may_run_round,
    may_see_draw,
)
from scoring.rules.rubrics.rubric import Rubric as Rules
from scoring.services.bulletins import publishing as bulletins
from scoring.services.bulletins import result_sheets
from scoring.services.bulletins.item_losses import item_losses_of
from scoring.services.bulletins.score_course import course_chart, course_of
from scoring.services.corrections import proposing as corrections
from scoring.services.honours import quarter_lists
from scoring.services.readings import adjustments
from scoring.services.records import freezing
from scoring.services.rounds.opening import open_round, rubric_for
from scoring.services.rounds.sampling import coverage_of
from scoring.services.scores import gathering, missing
from scoring.services.sheets.handing_over import orphaned_sheets
from scoring.services.sheets.inquiries import sheets_apart
from scoring.services.sheets.lists import unusual_by

COMMUNITIES_DRAWN = 20
COMMUNITIES_A_PAGE = 50
CYCLE = (
    ("抽签考评", RoundStatus.ASSESSING),
    ("汇总得分", RoundStatus.GATHERED),
    ("公示复核", RoundStatus.ON_PUBLIC_NOTICE),
    ("核对定分", RoundStatus.FROZEN),
    ("报批", RoundStatus.REPORTED),
    ("通报", RoundStatus.PUBLISHED),
)


class RoundList(ListPage):
    title, noun, section = "季度考评", "个季度", "scoring"
    default_sort = "-quarter"
    export = False
    empty_text = "还没有可以看的考评"
    empty_hint = "考评由市共建办按季度建立，公示后各社区、各单位可以看到得分"
    columns = (
        Column("考评", lambda round: round.span.title, sort="quarter", link=True),
        Column("状态", "get_status_display", kind="tag", tone=lambda round: round.status_tone),
        Column(
            "考评期间", lambda round: f"{day_short(round.starts_on)}至{day_short(round.ends_on)}"
        ),
        Column("公示截止", "notice_ends_on", kind="date"),
        Column("平均分", "mean_points", kind="points"),
        Column("通报日期", "published_at", kind="date"),
    )

    def get_queryset(self):
        mean = Avg("scores__total_points", filter=Q(status__in=KNOWN))
        return Round.objects.visible_to(self.request.user).annotate(mean_points=mean)

    def buttons(self):
        user = self.request.user
        links = [Button("申诉", reverse("scoring:appeals"))] if user.roles else []
        links.append(Button("评分细则", reverse("scoring:rubrics")))
        if user.roles:
            links.append(Button("表彰计划", reverse("scoring:commendation_plans")))
        if user.has_role("assessor"):
            links.append(Button("我的打分表", reverse("scoring:sheets"), True))
        if may_run_round(user):
            links.append(Button("建立考评", reverse("scoring:round_new"), True))
        return links


def round_new(request):
    """Set up a quarter's assessment."""
    require(may_run_round(request.user), "只有共建办可以建立季度考评")
    quarter = Quarter.of(timezone.localdate())
    initial = {"quarter": str(quarter), "seed": secrets.token_hex(8), "rubric": rubric_for(quarter)}
    form = RoundForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            round = open_round(**form.cleaned_data, by=request.user, at=timezone.now())
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            messages.success(request, f"已建立{round}，下一步抽签")
            return redirect(round)
    context = {
        "form": form,
        "title": "建立考评",
        "section": "scoring",
        "crumbs": [("考评", reverse("scoring:rounds"))],
    }
    return render(
        request, "forms/form_page.html", {**context, "back_url": reverse("scoring:rounds")}
    )


def visible_round(request, quarter: str) -> Round:
    rounds = Round.objects.visible_to(request.user).select_related(
        "rubric", "checklist", "gathered_by"
    )
    return get_object_or_404(rounds, quarter=quarter)


@require_safe
def round_detail(request, quarter):
    """The quarter's assessment: where it stands, what is missing by name, and what may be done now."""
    round = visible_round(request, quarter)
    today, has_sheets = timezone.localdate(), round.rubric.rules.assessment.is_set
    context = {
        "round": round,
        "has_sheets": has_sheets,
        "title": str(round),
        "section": "scoring",
        "crumbs": [("考评", reverse("scoring:rounds"))],
        "state_of": round,
        "cycle": _cycle(round, has_sheets),
        "steps": {step.name: step for step in open_steps(round, states.ROUND_STEPS, request.user)},
        "may_run": may_run_round(request.user),
        "sheets": round.sheets.aggregate(
            total=Count("pk"), locked=Count("pk", filter=Q(status=SheetStatus.LOCKED))
        ),
        "figures": _figures(round, request.user),
        "charts": _charts(round, request.user),
        "hindrances": _hindrances(round, request.user, today),
        "adjustments": _adjustments(round, request.user),
        "draw": _draw_page(request, round),
        **_asked_by_rubric(round, request.user),
        "apart": _apart(round, request.user),
        "compares": has_sheets
        and (
            may_compare_assessors(request.user, round) or may_read_own_figures(request.user, round)
        ),
        "orphaned": _orphaned(round, request.user, today),
        "bulletins": _bulletins(round, request.user),
        "result_sheets": _result_sheets(round, request.user),
        "nominations": _nominations(round, request.user),
        "quarter_list": quarter_lists.list_of(round),
        "may_nominate": may_run_round(request.user) and round.status == RoundStatus.FROZEN,
        "corrections": round.corrections.visible_to(request.user).order_by("number", "pk"),
        "may_correct": may_run_round(request.user)
        and round.status in corrections.OPEN_TO_CORRECTION,
        "job": _job(round, request.user),
        "history": history_of(round),
    }
    return render(request, "scoring/rounds/round.html", context)


def _cycle(round: Round, has_sheets: bool) -> list[dict]:
    """The six steps; the one in hand is the first not left behind. Without sheets nobody is drawn."""
    order = RoundStatus.values
    reached = order.index(round.status)
    notes = {
        "抽签考评": f"{day_short(round.starts_on)}至{day_short(round.ends_on)}",
        "汇总得分": day_short(round.gathered_at),
        "公示复核": f"至{day_short(round.notice_ends_on)}"
        if round.notice_ends_on
        else "五个工作日",
        "核对定分": day_short(round.frozen_at),
        "报批": "市委、市政府",
        "通报": day_short(round.published_at),
    }
    steps = []
    for label, status in CYCLE:
        place = order.index(status)
        done = place < reached or round.status == RoundStatus.PUBLISHED
        now = place == max(reached, 1) and not done
        shown = label if has_sheets else label.removeprefix("抽签")
        steps.append(
            {
                "label": shown,
                "note": notes[label],
                "state": "done" if done else "now" if now else "",
            }
        )
    return steps


def _figures(round: Round, user) -> dict | None:
    """Mean and grades of a gathered round by the figures in force, for those who may see its scores."""
    scores, points, grade = round.scores.visible_to(user), "total_points", F("grade")
    if round.corrections.in_force().exists():
        scores, points, grade = scores.in_force(), "total_points_now", F("grade_now")
    grades = (
        scores.values(name=grade).annotate(count=Count("pk"), best=Max(points)).order_by("-best")
    )
    mean = scores.aggregate(mean=Avg(points))["mean"]
    return mean and {"mean": mean, "grades": list(grades)}


def _charts(round: Round, user) -> dict:
    """What the circular draws too: the course of the scores, and where those who stand last lost points."""
    scores = round.scores.visible_to(user).select_related("community").defer("explanation")
    last = list(scores.order_by("-rank", "-community__code")[:COMMUNITIES_DRAWN])[::-1]
    if not last:
        return {}
    course, losses = course_of(round), item_losses_of(round, [score.community_id for score in last])
    rows = [
        (f"{score.rank} {score.community.name}", losses.shares(score.community_id))
        for score in last
    ]
    codes, key = (
        [item.code for item in losses.items],
        [f"{item.code} {item.text}" for item in losses.items],
    )
    title = (
        f"得分居后的 {len(rows)} 个社区扣在哪里"
        if len(rows) == COMMUNITIES_DRAWN
        else "各社区扣在哪里"
    )
    return {
        "course": len(course.labels) > 1 and course_chart(course, title="各季度平均得分"),
        "course_rows": course.rows,
        "losses_title": title,
        "losses": losses.by_community and heat_matrix(codes, rows, title=title, key=key),
    }


def _adjustments(round: Round, user) -> dict | None:
    """How many cases count beside the sheets, for the office."""
    if not may_run_round(user):
        return None
    return {
        "count": round.adjustments.in_force().count(),
        "is_open": round.status in adjustments.OPEN,
    }


def _asked_by_rubric(round: Round, user) -> dict:
    """What the rubric, read once, asks for beside the sheets: the readings, and the least sample of the draw."""
    enters, sees_draw = may_run_round(user), may_see_draw(user, round)
    if not (enters or sees_draw):
        return {"readings": None, "coverage": []}
    rubric = round.rubric.rules
    return {
        "readings": _readings(round, rubric) if enters else None,
        "coverage": coverage_of(round, rubric) if sees_draw else [],
    }


def _readings(round: Round, rubric: Rules) -> dict | None:
    """Whether there is anything to enter or to note as absent."""
    if not (rubric.measured or rubric.ranking.lists_absent):
        return None
    return {
        "measured": [rules.name for rules in rubric.measured],
        "absent": round.absences.in_force().count(),
    }


def _hindrances(round: Round, user, today) -> list[str]:
    """What still keeps the office from the next step."""
    if not may_see_draw(user, round):
        return []
    if round.status == RoundStatus.ON_PUBLIC_NOTICE:
        return freezing.hindrances_to_freezing(round, on=today)
    if round.status in (RoundStatus.ASSESSING, RoundStatus.GATHERED):
        return missing.missing_for(round, on=today)
    if round.status == RoundStatus.FROZEN:
        return quarter_lists.hindrances_to_reporting(round, on=today)
    if round.status == RoundStatus.REPORTED:
        return [
            f"《{one.title}》{one.get_status_display()}"
            for one in bulletins.unpublished_documents(round)
        ]
    return []


def _draw_page(request, round: Round):
    """A page of communities, each with those drawn for it and whether their sheets are locked."""
    if not may_see_draw(request.user, round) or round.status == RoundStatus.PLANNED:
        return None
    drawn = Draw.objects.filter(round=round)
    communities = Community.objects.filter(pk__in=drawn.values("community")).order_by("code")
    page = Paginator(communities, COMMUNITIES_A_PAGE).get_page(request.GET.get("page"))
    assessors = defaultdict(list)
    sheets = Sheet.objects.filter(round=round, status=SheetStatus.LOCKED)
    locked = set(sheets.values_list("community", "assessor", "on_pass"))
    for one in (
        drawn.filter(community__in=[place.pk for place in page])
        .select_related("assessor")
        .order_by("pk")
    ):
        name = (
            one.assessor.name
            if one.on_pass == Pass.DAY
            else f"{one.assessor.name}·{one.get_on_pass_display()}"
        )
        done = (one.community_id, one.assessor_id, one.on_pass) in locked
        assessors[one.community_id].append((name, done))
    page.lines = [(community, assessors[community.pk]) for community in page]
    return page


def _orphaned(round: Round, user, today) -> int:
    """How many sheets wait for another assessor, for the office alone."""
    if round.status != RoundStatus.ASSESSING or not may_run_round(user):
        return 0
    return orphaned_sheets(round, on=today).count()


def _apart(round: Round, user) -> dict | None:
    """Sheets that stand far from the others' of their community, for the office; whoever still assesses sees none."""
    if not may_see_draw(user, round) or round.status == RoundStatus.PLANNED:
        return None
    found = sheets_apart(round, Sheet.objects.visible_to(user))
    unasked = sum(one.inquiry is None for one in found) if may_run_round(user, round) else 0
    return found and {"sheets": found, "unasked": unasked, "most": unusual_by(round).apart}


def _bulletins(round: Round, user):
    found = round.bulletins.select_related("document__issuer").order_by("pk")
    return [one for one in found if may_run_round(user) or one.document.status == "published"]


def _result_sheets(round: Round, user) -> dict | None:
    """How many 反馈单 the reader may open; the office sees the way to them once the scores are frozen."""
    if round.status not in result_sheets.MADE_FROM:
        return None
    count = ResultSheet.objects.visible_to(user).filter(round=round).count()
    return {"count": count} if count or may_run_round(user) else None


def _nominations(round: Round, user) -> list[Nomination]:
    """Who is proposed: all for the office; for others whom to praise, once on public notice, and their own criticism."""
    found = (
        Nomination.objects.visible_to(user)
        .in_list()
        .filter(round=round)
        .exclude(honour=Honour.COMMENDATION)
    )
    return list(
        found.select_related("community", "unit").order_by("-honour", "standing", "-points", "pk")
    )


def _job(round: Round, user) -> Job | None:
    """The gathering or freezing of the round that was asked for last."""
    kinds = (gathering.KIND, freezing.KIND)
    return (
        Job.objects.visible_to(user)
        .filter(kind__in=kinds, key=round.quarter)
        .order_by("-at", "-pk")
        .first()
    )


@require_safe
def round_frozen(request, quarter):
    """The frozen record, byte for byte as it was hashed; with `?correction=1` that of the correction."""
    round = visible_round(request, quarter)
    frozen, name = round.frozen, round.quarter
    if asked := request.GET.get("correction"):
        number = int(asked) if asked.isdecimal() and len(asked) < 5 else 0
        correction = get_object_or_404(round.corrections.in_force(), number=number)
        frozen, name = correction.frozen, f"{round.quarter}-{correction.number}"
    if not frozen:
        raise Http404("本季度还没有定分")
    answer = HttpResponse(canonical_json(frozen), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return answer
