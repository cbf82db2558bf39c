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
    work_plans = WorkPlan.objects.visible_to(user)
    planned = work_plans.values_list("quarter", flat=True)
    rounds = Round.objects.visible_to(user)
    assessed = rounds.values_list("quarter", flat=True)
    return sorted({Quarter.parse(text) for text in [*planned, *assessed]}, reverse=True)


def cycle(quarter: Quarter, user, on: date) -> list[dict]:
    """下达 → 自查 → 考评 → 公示复核 → 报批 → 通报: each step's date or count, and where the quarter
    stands.
    """
    work_plans = WorkPlan.objects.visible_to(user)
    plan = work_plans.filter(quarter=str(quarter)).first()
    rounds = Round.objects.filter(quarter=str(quarter))
    round_ = rounds.first()
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
    assignments = Assignment.objects.filter(plan=plan)
    acknowledged = Count("pk", filter=Q(acknowledged_at__isnull=False))
    counts = assignments.aggregate(total=Count("pk"), acknowledged=acknowledged)
    note = f"{day_short(plan.issued_at)} · {counts['acknowledged']}/{counts['total']} 已签收"
    return {"label": "下达任务", "note": note, "url": plan.get_absolute_url(), "done": True}


def _self_check_step(quarter: Quarter, on: date) -> dict:
    open_months = [month for month in quarter.months if on < month_end(month)]
    month = open_months[0] if open_months else quarter.months[-1]
    over = on >= quarter.end
    if over or on < quarter.first_day:
        note = "三个月自查"
    else:
        note = f"{month_name(month)}自查进行中"
    url = f"{reverse('inspections:self_checks')}?month={month}"
    return {"label": "月度自查", "note": note, "url": url, "done": over}


def _round_steps(quarter: Quarter, round_) -> list[dict]:
    if round_:
        url = round_.get_absolute_url()
    else:
        url = reverse("scoring:rounds")
    dates = "季末进行"
    if round_:
        dates = f"{day_short(round_.starts_on)}至{day_short(round_.ends_on)}"
    notice = "五个工作日"
    if round_ and round_.notice_ends_on:
        notice = f"至{day_short(round_.notice_ends_on)}"
    printed = "次月上旬"
    if round_ and round_.published_at:
        printed = f"{day_short(round_.published_at)}印发"
    stages = (
        ("全市考评", dates, RoundStatus.GATHERED),
        ("公示复核", notice, RoundStatus.FROZEN),
        ("报批", "市委、市政府", RoundStatus.PUBLISHED),
        ("通报", printed, RoundStatus.PUBLISHED),
    )
    steps = []
    for label, note, status in stages:
        is_done = _has_reached(round_, status)
        steps.append({"label": label, "note": note, "url": url, "done": is_done})
    return steps


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
    """All communities that the user may see, the furthest behind first.

    A constant number of queries.
    """
    visible = Community.objects.visible_to(user).active()
    visible = visible.select_related("group__lead_unit").order_by("code")
    communities = list(visible)
    self_checks = self_checks_in(quarter, communities, on=on)
    duties = duties_in(quarter, communities)
    months = self_checks
    findings = open_findings(communities)
    scores = last_scores(user, quarter)
    rows = []
    for community in communities:
        rows.append(
            _row(
                community,
                duties[community.pk],
                months[community.pk],
                findings[community.pk],
                scores,
                quarter,
                on,
            )
        )
    return sorted(rows, key=lambda row: -row.behind)


def _row(
    community, duties: Duties, months: dict, findings: int, scores: dict, quarter: Quarter, on: date
) -> MatrixRow:
    issued = duties.assignment_id is not None
    url = ""
    if issued:
        url = reverse("communities:assignment", args=[duties.assignment_id])
    late = (on - quarter.first_day).days > ACKNOWLEDGE_DAYS * 3
    acknowledged = _mark(
        duties.is_acknowledged,
        issued,
        late=late,
    )
    month_marks = []
    for month in quarter.months:
        month_mark = _month_mark(months[month], month, on)
        month_marks.append(month_mark)
    meeting = _mark(duties.meeting_held, issued, late=on >= quarter.end)
    labour_day = _mark(duties.labour_day_held, issued, late=on >= quarter.end)
    score = scores.get(community.pk)
    return MatrixRow(
        community=community,
        assignment_url=url,
        acknowledged=acknowledged,
        meeting=meeting,
        labour_day=labour_day,
        months=tuple(month_marks),
        open_findings=findings,
        score=score,
    )


def _month_mark(state: str, month: str, on: date) -> str:
    """A month that runs and is not handed in yet is waited for."""
    if state == "not_due" and month <= month_of(on):
        return DUE
    return SELF_CHECK_MARKS[state]


def _mark(is_done: bool, is_asked: bool, *, late: bool) -> str:
    if is_done:
        return DONE
    if not is_asked:
        return NONE
    return LATE if late else DUE


def last_scores(user, quarter: Quarter) -> dict[int, Score]:
    """Each community's score in the quarter before, as far as the user may know it. Two queries."""
    scores = Score.objects.visible_to(user).in_quarter(quarter.previous())
    rows = scores.only("community", "total_points", "rank")
    scores_by_community_id = {}
    for score in as_corrected(rows):
        scores_by_community_id[score.community_id] = score
    return scores_by_community_id
