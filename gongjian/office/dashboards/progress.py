"""The quarter at a glance: the cycle with its dates, and one matrix of communities x duties."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse

from communities.models import Assignment, Community, WorkPlan
from communities.services.progress import Duties, duties_in
from gongjian.lib.quarters import Quarter, month_end, month_of
from gongjian.lib.templatetags.office import day_short, month_name
from inspections.services.progress import open_findings, self_checks_in
from scoring.models import Round, Score
from scoring.models.rounds import RoundStatus
from scoring.services.scores.in_force import as_corrected

DONE, LATE, DUE, NONE = "done", "late", "due", "none"
SELF_CHECK_MARKS = {
    "on_time": DONE,
    "late": DONE,
    "missing": LATE,
    "draft": DUE,
    "returned": DUE,
    "not_due": NONE,
}
ACKNOWLEDGE_DAYS = 7


def known_quarters(user) -> list[Quarter]:
    """The quarters for which there is a plan or a round, newest first."""
    planned = WorkPlan.objects.visible_to(user).values_list("quarter", flat=True)
    assessed = Round.objects.visible_to(user).values_list("quarter", flat=True)
    return sorted({Quarter.parse(text) for text in [*planned, *assessed]}, reverse=True)


def cycle(quarter: Quarter, user, on: date) -> list[dict]:
    """下达 → 自查 → 考评 → 公示复核 → 报批 → 通报: each step's date or count, and where the quarter stands."""
    plan = WorkPlan.objects.visible_to(user).filter(quarter=str(quarter)).first()
    round_ = Round.objects.filter(quarter=str(quarter)).first()
    steps = [_issue_step(plan), _self_check_step(quarter, on), *_round_steps(quarter, round_)]
    _mark_current(steps)
    return steps


def _issue_step(plan) -> dict:
    if plan is None or plan.issued_at is None:
        return {
            "label": "下达任务",
            "note": "季初由共建办下达",
            "url": reverse("communities:plans"),
            "done": False,
        }
    taken = Assignment.objects.filter(plan=plan).aggregate(
        total=Count("pk"), acknowledged=Count("pk", filter=Q(acknowledged_at__isnull=False))
    )
    note = f"{day_short(plan.issued_at)} · {taken['acknowledged']}/{taken['total']} 已签收"
    return {"label": "下达任务", "note": note, "url": plan.get_absolute_url(), "done": True}


def _self_check_step(quarter: Quarter, on: date) -> dict:
    month = next((month for month in quarter.months if on < month_end(month)), quarter.months[-1])
    over = on >= quarter.end
    note = "三个月自查" if over or on < quarter.first_day else f"{month_name(month)}自查进行中"
    url = f"{reverse('inspections:self_checks')}?month={month}"
    return {"label": "月度自查", "note": note, "url": url, "done": over}


def _round_steps(quarter: Quarter, round_) -> list[dict]:
    url = round_.get_absolute_url() if round_ else reverse("scoring:rounds")
    dates = f"{day_short(round_.starts_on)}至{day_short(round_.ends_on)}" if round_ else "季末进行"
    notice = (
        f"至{day_short(round_.notice_ends_on)}"
        if round_ and round_.notice_ends_on
        else "五个工作日"
    )
    printed = (
        f"{day_short(round_.published_at)}印发" if round_ and round_.published_at else "次月上旬"
    )
    return [
        {
            "label": "全市考评",
            "note": dates,
            "url": url,
            "done": _has_reached(round_, RoundStatus.GATHERED),
        },
        {
            "label": "公示复核",
            "note": notice,
            "url": url,
            "done": _has_reached(round_, RoundStatus.FROZEN),
        },
        {
            "label": "报批",
            "note": "市委、市政府",
            "url": url,
            "done": _has_reached(round_, RoundStatus.PUBLISHED),
        },
        {
            "label": "通报",
            "note": printed,
            "url": url,
            "done": _has_reached(round_, RoundStatus.PUBLISHED),
        },
    ]


def _has_reached(round_, status: str) -> bool:
    order = RoundStatus.values
    return round_ is not None and order.index(round_.status) >= order.index(status)


def _mark_current(steps: list[dict]) -> None:
    current = next((step for step in steps if not step["done"]), None)
    for step in steps:
        step["state"] = "done" if step["done"] else "now" if step is current else ""


@dataclass(frozen=True)
class MatrixRow:
    """One community's line: a mark for each duty, its open findings and its last score."""

    community: Community
    assignment_url: str
    acknowledged: str
    meeting: str
    labour_day: str
    months: tuple[str, ...]
    open_findings: int
    score: Score | None

    @property
    def behind(self) -> int:
        """How far it lags: late duties count most, then open findings."""
        marks = (self.acknowledged, self.meeting, self.labour_day, *self.months)
        return marks.count(LATE) * 100 + marks.count(DUE) * 10 + self.open_findings


def matrix(quarter: Quarter, user, on: date) -> list[MatrixRow]:
    """All communities that the user may see, the furthest behind first. A constant number of queries."""
    visible = (
        Community.objects.visible_to(user)
        .active()
        .select_related("group__lead_unit")
        .order_by("code")
    )
    communities = list(visible)
    duties, months = duties_in(quarter, communities), self_checks_in(quarter, communities, on=on)
    findings, scores = open_findings(communities), last_scores(user, quarter)
    rows = [
        _row(
            community,
            duties[community.pk],
            months[community.pk],
            findings[community.pk],
            scores,
            quarter,
            on,
        )
        for community in communities
    ]
    return sorted(rows, key=lambda row: -row.behind)


def _row(
    community, duties: Duties, months: dict, findings: int, scores: dict, quarter: Quarter, on: date
) -> MatrixRow:
    issued = duties.assignment_id is not None
    url = reverse("communities:assignment", args=[duties.assignment_id]) if issued else ""
    return MatrixRow(
        community=community,
        assignment_url=url,
        acknowledged=_mark(
            duties.is_acknowledged,
            issued,
            late=(on - quarter.first_day).days > ACKNOWLEDGE_DAYS * 3,
        ),
        meeting=_mark(duties.meeting_held, issued, late=on >= quarter.end),
        labour_day=_mark(duties.labour_day_held, issued, late=on >= quarter.end),
        months=tuple(_month_mark(months[month], month, on) for month in quarter.months),
        open_findings=findings,
        score=scores.get(community.pk),
    )


def _month_mark(state: str, month: str, on: date) -> str:
    """A month that runs and is not handed in yet is waited for."""
    return DUE if state == "not_due" and month <= month_of(on) else SELF_CHECK_MARKS[state]


def _mark(done: bool, asked: bool, *, late: bool) -> str:
    if done:
        return DONE
    if not asked:
        return NONE
    return LATE if late else DUE


def last_scores(user, quarter: Quarter) -> dict[int, Score]:
    """Each community's score in the quarter before, as far as the user may know it. Two queries."""
    rows = (
        Score.objects.visible_to(user)
        .in_quarter(quarter.previous())
        .only("community", "total_points", "rank")
    )
    return {score.community_id: score for score in as_corrected(rows)}
