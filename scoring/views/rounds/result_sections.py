"""The parts of a round's page about its results: figures, charts, names, circulars, corrections."""

from typing import Any

from django.db.models import Avg, Count, F, Max, QuerySet

from gongjian.accounts.models import User
from gongjian.documents.models import DocumentStatus
from gongjian.lib.heat_charts import heat_matrix
from scoring.models import Bulletin, Nomination, ResultSheet, Round
from scoring.models.bulletins import Honour
from scoring.permissions import may_run_round
from scoring.services.bulletins import result_sheets
from scoring.services.bulletins.item_losses import item_losses_of
from scoring.services.bulletins.score_course import course_chart, course_of
from scoring.services.honours import quarter_lists

COMMUNITIES_DRAWN = 20


def result_sections(round: Round, user: User) -> dict[str, Any]:
    """Return what the page says of the results to this reader."""
    corrections = round.corrections.visible_to(user)
    return {
        "figures": figures_in_force(round, user),
        "charts": charts_of(round, user),
        "bulletins": bulletins_of(round, user),
        "result_sheets": result_sheets_of(round, user),
        "nominations": nominations_of(round, user),
        "quarter_list": quarter_lists.list_of(round),
        "corrections": corrections.order_by("number", "pk"),
    }


def figures_in_force(round: Round, user: User) -> dict[str, Any] | None:
    """Return mean and grades of a gathered round by the figures in force."""
    scores, points, grade = round.scores.visible_to(user), "total_points", "grade"
    if round.corrections.in_force().exists():
        scores, points, grade = scores.in_force(), "total_points_now", "grade_now"
    mean = scores.aggregate(mean=Avg(points))["mean"]
    if not mean:
        return None
    grades = scores.values(name=F(grade)).annotate(count=Count("pk"), best=Max(points))
    return {"mean": mean, "grades": list(grades.order_by("-best"))}


def charts_of(round: Round, user: User) -> dict[str, Any]:
    """Return what the circular draws, too: the course of the scores, and where the last lost."""
    scores = round.scores.visible_to(user).select_related("community").defer("explanation")
    last = list(scores.order_by("-rank", "-community__code")[:COMMUNITIES_DRAWN])
    if not last:
        return {}
    last.reverse()
    course = course_of(round)
    losses = item_losses_of(round, [score.community_id for score in last])
    rows = []
    for score in last:
        label = f"{score.rank} {score.community.name}"
        rows.append((label, losses.shares(score.community_id)))
    codes = [item.code for item in losses.items]
    key = [f"{item.code} {item.text}" for item in losses.items]
    title = "各社区扣在哪里"
    if len(rows) == COMMUNITIES_DRAWN:
        title = f"得分居后的 {len(rows)} 个社区扣在哪里"
    charts = {"course_rows": course.rows, "losses_title": title}
    if len(course.labels) > 1:
        charts["course"] = course_chart(course, title="各季度平均得分")
    if losses.by_community:
        charts["losses"] = heat_matrix(codes, rows, title=title, key=key)
    return charts


def bulletins_of(round: Round, user: User) -> list[Bulletin]:
    """Return the circulars: all for the office, those published for others."""
    bulletins = round.bulletins.select_related("document__issuer").order_by("pk")
    if not may_run_round(user):
        bulletins = bulletins.filter(document__status=DocumentStatus.PUBLISHED)
    return list(bulletins)


def result_sheets_of(round: Round, user: User) -> dict[str, int] | None:
    """Return how many 反馈单 the reader may open.

    The office sees the way to them once the scores are frozen.
    """
    if round.status not in result_sheets.MADE_FROM:
        return None
    count = ResultSheet.objects.visible_to(user).filter(round=round).count()
    if not count and not may_run_round(user):
        return None
    return {"count": count}


def nominations_of(round: Round, user: User) -> QuerySet[Nomination]:
    """Return who is proposed: all for the office.

    Others see whom to praise, once on public notice, and their own criticism.
    """
    nominations = Nomination.objects.visible_to(user).in_list().filter(round=round)
    nominations = nominations.exclude(honour=Honour.COMMENDATION)
    nominations = nominations.select_related("community", "unit")
    return nominations.order_by("-honour", "standing", "-points", "pk")
