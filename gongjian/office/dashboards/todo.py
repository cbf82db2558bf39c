"""待我办理: what waits for one person, most urgent first.

Each line of the table below serves one role.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from communities.models import Assignment, Community, Meeting, Topic, WorkPlan
from communities.models.plans import AssignmentStatus, PlanStatus
from funds.models import Expense
from gongjian.accounts.roles import OFFICE, Role
from gongjian.documents.models import OfficialDocument
from gongjian.lib.quarters import Quarter, day_start, month_of
from gongjian.lib.templatetags.office import day_short, month_name, yuan
from inspections.models import (
    Checklist,
    Finding,
    FindingRequest,
    ResidentReport,
    SelfCheck,
)
from inspections.models.findings import FindingStatus
from inspections.models.reports import ReportKind
from inspections.models.self_checks import SelfCheckStatus
from inspections.permissions import may_decide_request
from inspections.services.checklists import rules_of
from inspections.services.self_checks import due_on
from scoring.models import Appeal, Correction, Sheet
from scoring.models.rounds import RoundStatus
from units.models import Unit

MOST_OF_A_KIND = 5
GRACE = timedelta(days=5)


@dataclass(frozen=True)
class Todo:
    """One line: what, a word more, where it is done, and by when."""

    title: str
    url: str
    note: str = ""
    due_on: date | None = None
    on: date | None = None

    @property
    def late_days(self) -> int:
        if self.due_on and self.on:
            return (self.on - self.due_on).days
        return -1

    @property
    def due(self) -> str:
        if self.due_on is None:
            return ""
        if self.late_days > 0:
            return f"逾期 {self.late_days} 天"
        if self.late_days == 0:
            return "今天"
        return day_short(self.due_on)

    @property
    def tone(self) -> str:
        if self.due_on is None:
            return ""
        if self.late_days > 0:
            return "bad"
        return "warn" if self.late_days >= -2 else ""


def waiting_for(user, *, at: datetime) -> list[Todo]:
    """Everything that waits for `user`, the most urgent first.

    A constant number of queries for each role held.
    """
    on = timezone.localdate(at)
    by_url = {}
    for roles, list_up in DUTIES:
        if user.has_role(*roles):
            for todo in list_up(user, on, at):
                by_url[todo.url] = todo
    return sorted(by_url.values(), key=lambda todo: todo.due_on or date.max)


def _first(rows: QuerySet) -> Iterable:
    return rows[:MOST_OF_A_KIND]


def _self_checks_to_review(user, on, at) -> Iterator[Todo]:
    self_checks = SelfCheck.objects.visible_to(user)
    rows = self_checks.filter(status=SelfCheckStatus.SUBMITTED)
    for check in _first(rows.select_related("community", "submitted_by").order_by("submitted_at")):
        sent_on = timezone.localdate(check.submitted_at)
        title = f"审核 {month_name(check.month)}自查：{check.community}"
        yield Todo(
            title, check.get_absolute_url(), f"{check.submitted_by} 报送", sent_on + GRACE, on
        )


def _findings_to_dispatch(user, on, at) -> Iterator[Todo]:
    rows = Finding.objects.visible_to(user)
    rows = rows.filter(status=FindingStatus.REPORTED).order_by("due_at")
    yield from (
        _finding("派发问题", finding, on) for finding in _first(rows.select_related("community"))
    )


def _findings_to_verify(user, on, at) -> Iterator[Todo]:
    findings = Finding.objects.visible_to(user)
    rows = findings.filter(status=FindingStatus.RECTIFIED)
    rows = rows.exclude(rectified_by=user)
    yield from (
        _finding("复查整改", one, on)
        for one in _first(rows.select_related("community").order_by("due_at"))
    )


def _findings_to_close_out(user, on, at) -> Iterator[Todo]:
    findings = Finding.objects.visible_to(user)
    rows = findings.filter(status=FindingStatus.VERIFIED)
    rows = rows.exclude(rectified_by=user)
    yield from (
        _finding("督办销号", one, on)
        for one in _first(rows.select_related("community").order_by("due_at"))
    )


def _requests_to_answer(kind: str, what: str) -> Callable:
    def list_up(user, on, at) -> Iterator[Todo]:
        finding_requests = FindingRequest.objects.visible_to(user)
        seen = finding_requests.asked()
        seen = seen.filter(kind=kind)
        rows = seen.filter(finding__status=FindingStatus.ASSIGNED).exclude(asked_by=user)
        for one in _first(rows.select_related("finding__community").order_by("finding__due_at")):
            if may_decide_request(user, one):
                yield _finding(what, one.finding, on)

    return list_up


def _findings_overdue(user, on, at) -> Iterator[Todo]:
    findings = Finding.objects.visible_to(user)
    rows = findings.overdue(at)
    rows = rows.select_related("community").order_by("due_at")
    yield from (_finding("整改逾期", finding, on) for finding in _first(rows))


def _findings_to_rectify(user, on, at) -> Iterator[Todo]:
    responsible_units = Unit.objects.held_by(user)
    mine = Finding.objects.filter(
        responsible_unit__in=responsible_units, status=FindingStatus.ASSIGNED
    )
    yield from (
        _finding("整改", one, on)
        for one in _first(mine.select_related("community").order_by("due_at"))
    )


def _finding(what, finding, on) -> Todo:
    title = f"{what}：{finding.community} · {finding.description}"
    return Todo(
        title, finding.get_absolute_url(), finding.place, timezone.localdate(finding.due_at), on
    )


def _reports_to_settle(user, on, at) -> Iterator[Todo]:
    """Residents' reports, the oldest first, then how many more there are; an objection is the
    office's alone.
    """
    resident_reports = ResidentReport.objects.visible_to(user)
    rows = resident_reports.open()
    rows = rows.select_related("community").order_by("received_at")
    if not user.has_role(*OFFICE):
        rows = rows.exclude(kind=ReportKind.OBJECTION)
    if count := rows.count():
        first = rows.first()
        due_on = timezone.localdate(first.received_at) + GRACE
        url = reverse("inspections:reports")
        note = f"最早一件 {day_short(first.received_at)} 收到"
        yield Todo(
            f"办理居民反映：{count} 件",
            url,
            note,
            due_on,
            on,
        )


def _documents(status: str, what: str) -> Callable:
    def list_up(user, on, at) -> Iterator[Todo]:
        rows = OfficialDocument.objects.visible_to(user)
        rows = rows.filter(status=status).order_by("drafted_at")
        for document in _first(rows.select_related("drafted_by")):
            title = f"{what}：{document.title}"
            yield Todo(
                title,
                document.get_absolute_url(),
                f"{document.drafted_by} 拟稿",
            )

    return list_up


def _documents_to_seal(user, on, at) -> Iterator[Todo]:
    waiting = OfficialDocument.objects.visible_to(user)
    waiting = waiting.filter(status="signed", needs_seal=True).order_by("signed_at")
    for document in _first(waiting.select_related("issuer")):
        yield Todo(f"用印：{document.title}", document.get_absolute_url(), document.number)


def _plans_to_issue(user, on, at) -> Iterator[Todo]:
    work_plans = WorkPlan.objects.visible_to(user)
    for plan in work_plans.filter(status=PlanStatus.SUBMITTED):
        note = f"完成时限 {day_short(plan.due_on)}"
        yield Todo(f"下达：{plan.title}", plan.get_absolute_url(), note)


APPEAL_NODES = {"raised": "初核申诉", "prechecked": "核实申诉", "verified": "裁定申诉"}


def _appeals_in_hand(user, on, at) -> Iterator[Todo]:
    appeals = Appeal.objects.visible_to(user)
    rows = appeals.waiting_for(user)
    rows = rows.filter(score__round__status=RoundStatus.ON_PUBLIC_NOTICE)
    rows = rows.select_related("score__community", "score__round").defer("score__round__frozen")
    for appeal in _first(rows.order_by("raised_at")):
        title = f"{APPEAL_NODES[appeal.status]}：{appeal.score.community}"
        yield Todo(title, appeal.get_absolute_url(), appeal.reason[:40], appeal.due_on, on)


def _corrections_to_approve(user, on, at) -> Iterator[Todo]:
    corrections = Correction.objects.visible_to(user)
    rows = corrections.filter(status="drafted")
    rows = rows.exclude(drafted_by=user)
    for one in _first(
        rows.select_related("round", "community")
        .defer("round__frozen", "frozen")
        .order_by("drafted_at")
    ):
        note = one.change["said"][:40]
        yield Todo(f"批准更正：{one.community}", one.get_absolute_url(), note)


def _recent(on):
    """Assignments of this quarter and the one before: what is older has been judged and waits for
    nobody.
    """
    previous = Quarter.of(on).previous()
    return Assignment.objects.filter(plan__quarter__gte=str(previous))


def _assignments_to_acknowledge(user, on, at) -> Iterator[Todo]:
    led = Community.objects.led_by(user)
    rows = _recent(on).filter(community__in=led, status=AssignmentStatus.ISSUED)
    for one in _first(rows.select_related("community", "plan").order_by("plan__issued_at")):
        yield Todo(
            f"签收季度任务：{one.community}",
            one.get_absolute_url(),
            str(one.plan),
            one.plan.due_on,
            on,
        )


def _assignments_to_complete(user, on, at) -> Iterator[Todo]:
    worked = Community.objects.worked_by(user)
    rows = _recent(on).filter(community__in=worked, status=AssignmentStatus.ACKNOWLEDGED)
    for one in _first(rows.select_related("community", "plan").order_by("plan__due_on")):
        yield Todo(
            f"完成季度任务：{one.community}",
            one.get_absolute_url(),
            str(one.plan),
            one.plan.due_on,
            on,
        )


def _self_checks_to_hand_in(user, on, at) -> Iterator[Todo]:
    """This month's self-check of the communities one keeps the records of, and last month's if it
    is still missing.
    """
    month = month_of(on)
    day = on.replace(day=1) - timedelta(days=1)
    months = [month_of(day), month]
    communities = Community.objects.kept_by(user)
    active = communities.active()
    begun = SelfCheck.objects.filter(month__in=months, community__in=active)
    handed_in = set(begun.handed_in().values_list("community", "month"))
    started = {}
    for community, begun_month, pk in begun.values_list("community", "month", "pk"):
        started[community, begun_month] = pk
    waiting = []
    for community in active.order_by("code"):
        for month in months:
            if (community.pk, month) not in handed_in:
                waiting.append((community, month))
    if not waiting:
        return
    checklist = Checklist.objects.current(on).first()
    effort = f"{len(rules_of(checklist).items)} 项" if checklist else ""
    waiting.sort(key=lambda of_month: of_month[1])
    for community, month in waiting[: MOST_OF_A_KIND * 2]:
        url = _self_check_url(started.get((community.pk, month)), community, month)
        title = f"{month_name(month)}自查：{community}"
        yield Todo(title, url, effort, due_on(month), on)


def _self_checks_to_mend(user, on, at) -> Iterator[Todo]:
    """What was given back, of whatever month: not handed in again it counts as missing."""
    communities = Community.objects.kept_by(user)
    rows = SelfCheck.objects.filter(community__in=communities, status=SelfCheckStatus.RETURNED)
    for check in _first(rows.select_related("community").order_by("due_on")):
        url = reverse("inspections:self_check_fill", args=[check.pk])
        title = f"{month_name(check.month)}自查退回修改：{check.community}"
        yield Todo(
            title,
            url,
            "改后再报",
            check.due_on,
            on,
        )


def _self_check_url(pk, community, month) -> str:
    if pk:
        return reverse("inspections:self_check_fill", args=[pk])
    return f"{reverse('inspections:self_check_new')}?community={community.pk}&month={month}"


def _meetings_to_record(user, on, at) -> Iterator[Todo]:
    led = Community.objects.led_by(user)
    rows = Meeting.objects.filter(community__in=led, status="called", starts_at__lt=day_start(on))
    for meeting in _first(rows.select_related("community").order_by("starts_at")):
        held_on = timezone.localdate(meeting.starts_at)
        yield Todo(
            f"补录例会纪要：{meeting.community}",
            meeting.get_absolute_url(),
            "",
            held_on + GRACE,
            on,
        )


def _topics_to_answer(user, on, at) -> Iterator[Todo]:
    topics = Topic.objects.visible_to(user)
    rows = topics.filter(status="open")
    rows = rows.select_related("community").order_by("raised_at")
    for topic in _first(rows):
        yield Todo(f"答复居民意见：{topic.community}", topic.get_absolute_url(), f"“{topic.title}”")


def _sheets_to_fill(user, on, at) -> Iterator[Todo]:
    rows = Sheet.objects.filter(assessor=user, status="open")
    rows = rows.select_related("community", "round").defer("round__frozen")
    for sheet in rows.order_by("community__code")[: MOST_OF_A_KIND * 4]:
        yield Todo(
            f"考评打分：{sheet.community}",
            sheet.get_absolute_url(),
            str(sheet.round),
            sheet.round.ends_on,
            on,
        )


def _expenses_to_approve(user, on, at) -> Iterator[Todo]:
    expenses = Expense.objects.visible_to(user)
    rows = expenses.filter(status="requested")
    rows = rows.exclude(requested_by=user)
    led = Community.objects.led_by(user)
    for expense in _first(
        rows.filter(community__in=led).select_related("community").order_by("requested_at")
    ):
        note = f"{expense.purpose} {yuan(expense.amount_yuan)}"
        yield Todo(f"审批支出：{expense.community}", expense.get_absolute_url(), note)


LEAD, WORKER = (Role.LEAD_OFFICER,), (Role.COMMUNITY_WORKER,)
RECTIFIERS = (Role.LEAD_OFFICER, Role.MEMBER_LIAISON, Role.DEPARTMENT_OFFICER)
DUTIES: tuple[tuple[Iterable[str], Callable], ...] = (
    (OFFICE, _self_checks_to_review),
    (OFFICE, _findings_to_dispatch),
    (OFFICE, _findings_to_verify),
    ((*OFFICE, Role.COMMUNITY_WORKER), _reports_to_settle),
    (OFFICE, _findings_to_close_out),
    (OFFICE, _requests_to_answer("extension", "答复延期")),
    ((*OFFICE, *LEAD, *WORKER), _requests_to_answer("hand_on", "答复退单")),
    (OFFICE, _findings_overdue),
    ((Role.OFFICE_STAFF,), _documents("draft", "改定送签")),
    (OFFICE, _documents("checking", "核稿")),
    ((Role.OFFICE_DIRECTOR,), _documents("in_review", "签发")),
    (OFFICE, _documents_to_seal),
    ((Role.OFFICE_DIRECTOR,), _plans_to_issue),
    ((*OFFICE, Role.DEPARTMENT_OFFICER), _appeals_in_hand),
    ((Role.OFFICE_DIRECTOR,), _corrections_to_approve),
    ((Role.APPROVER,), _documents("approving", "批准")),
    (LEAD, _assignments_to_acknowledge),
    (LEAD + WORKER, _self_checks_to_hand_in),
    (LEAD + WORKER, _self_checks_to_mend),
    (LEAD, _meetings_to_record),
    (LEAD, _expenses_to_approve),
    ((*LEAD, Role.LIAISON_LEADER), _topics_to_answer),
    (RECTIFIERS, _findings_to_rectify),
    (WORKER, _assignments_to_complete),
    ((Role.ASSESSOR,), _sheets_to_fill),
)
