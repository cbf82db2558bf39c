"""社区一页纸: one community over all rooms, for a quarter. Reads only."""

from datetime import date

from django.db.models import Sum

from communities.models import Assignment, Topic, Visit
from communities.models.groups import MemberRole
from communities.services.progress import duties_in
from funds.models import Contribution, Expense
from gongjian.lib import charts
from gongjian.lib.quarters import Quarter
from inspections.models import Finding
from inspections.services.progress import self_checks_in
from scoring.models import Score
from scoring.services.scores.in_force import as_corrected

MOST = 8


def about(community, quarter: Quarter, user, on: date) -> dict:
    """What the page shows. A constant number of queries."""
    findings = Finding.objects.visible_to(user).filter(community=community)
    scores = list(scores_of(community, user))
    assignments = Assignment.objects.in_quarter(quarter).filter(community=community)
    assignment = assignments.select_related("plan").first()
    topics = Topic.objects.filter(community=community).order_by("-raised_at")[:MOST]
    self_checks = self_checks_in(quarter, [community], on=on)
    months = self_checks[community.pk]
    open_findings = findings.open().select_related("responsible_unit").order_by("due_at")[:MOST]
    visits = Visit.objects.filter(community=community).order_by("-visited_on")[:3]
    duties = duties_in(quarter, [community])[community.pk]
    seats = community.group.members.select_related("unit")
    members = seats.filter(role=MemberRole.MEMBER).order_by("unit__name")
    return {
        "quarter": quarter,
        "duties": duties,
        "months": months,
        "assignment": assignment,
        "members": members,
        "open_findings": open_findings,
        "visits": visits,
        "topics": topics,
        "scores": scores,
        "trend": score_trend(community, scores),
        "money": _money(community, quarter),
    }


def scores_of(community, user):
    """The published course of a community's scores, oldest first, at most eight quarters."""
    scores = Score.objects.visible_to(user).filter(community=community)
    rows = scores.select_related("round").defer("round__frozen", "explanation", "inputs")
    return reversed(as_corrected(rows.order_by("-round__quarter"), most=MOST))


def score_trend(community, scores):
    if len(scores) < 2:
        return ""
    labels = [score.round.quarter for score in scores]
    series = {"得分": [score.total_points for score in scores]}
    return charts.trend_line(labels, series, title=f"{community}历季得分")


def _money(community, quarter: Quarter) -> dict:
    rows = {"community": community, "quarter": str(quarter)}
    contributions = Contribution.objects.filter(**rows)
    received = contributions.aggregate(total=Sum("amount_yuan"))["total"]
    expenses = Expense.objects.filter(**rows, status="approved")
    spent = expenses.aggregate(total=Sum("amount_yuan"))["total"]
    return {"received": received or 0, "spent": spent or 0}
