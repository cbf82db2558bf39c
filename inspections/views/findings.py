"""问题整改: the list of findings, and the page of one."""

from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.html import format_html_join
from django.views.decorators.http import require_safe

from gongjian.accounts.roles import OFFICE, Role
from gongjian.audit.history import history_of
from gongjian.audit.listing import Act, Button, Column, LoggedListPage, Tab
from gongjian.documents.models import OfficialDocument
from gongjian.documents.permissions import may_draft_document
from gongjian.lib.templatetags.office import day, moment, tag
from gongjian.workflow import open_steps
from inspections import states
from inspections.filters import FindingFilter
from inspections.forms.rectification import RequestDecisionForm
from inspections.models import Finding, FindingRequest
from inspections.models.findings import NOT_PUT_RIGHT, FindingStatus, PhotoStage
from inspections.models.rectification import RequestKind, RequestStatus
from inspections.permissions import (
    communities_kept_by,
    is_colleague_of_doer,
    may_ask_extension,
    may_ask_hand_on,
    may_black_out,
    may_decide_request,
    may_remind_units,
    may_supervise_finding,
)
from inspections.services.checklists import item_names
from inspections.views.finding_photos import pairs_of, thumbnails_of

CRUMBS = [
    ("检查", reverse_lazy("inspections:findings")),
    ("问题整改", reverse_lazy("inspections:findings")),
]
# What the page and the acts on a finding read besides its row.
READ_WITH = (
    "community__group__lead_unit",
    "responsible_unit",
    "frontage__road_section",
    "self_check__community",
    "found_by",
    "rectified_by",
    "verified_by",
    "closed_by",
    "recurs_from",
)
# The states of a finding in the order of its way.
WAY = list(FindingStatus)


class FindingList(LoggedListPage):
    """问题整改: what was found, which unit has it, and until when."""

    title, noun, section = "问题整改", "件", "inspections"
    filterset_class = FindingFilter
    default_sort = "-found_at"
    empty_text = "还没有登记过问题"
    empty_hint = "自查报送、门前三包抽查和市考评发现的问题都会列在这里"

    def get_queryset(self):
        findings = Finding.objects.visible_to(self.request.user)
        open_requests = FindingRequest.objects.asked()
        requests = Prefetch("requests", open_requests, to_attr="open_requests")
        rows = findings.select_related("community", "responsible_unit")
        return rows.prefetch_related("photos", requests)

    def get_columns(self):
        now = timezone.now()

        def word(finding) -> str:
            return standing(finding, now)[0]

        def tone(finding) -> str:
            return standing(finding, now)[1]

        subject = (
            Column("编号", "number", sort="number", kind="code"),
            Column("问题", "description", link=True),
            Column("社区 · 位置", where, sort="community__code"),
        )
        progress = (
            Column("责任单位", "responsible_unit.short_name", sort="responsible_unit__short_name"),
            Column("整改前后", thumbnails_of),
            Column("时限", "due_at", sort="due_at", kind="datetime"),
            Column("状态", word, sort="status", kind="tag", tone=tone),
            Column("情形", marks_of),
        )
        return subject + progress

    def tabs(self):
        overdue = Q(status__in=NOT_PUT_RIGHT, due_at__lt=timezone.now())
        return (
            Tab("全部"),
            tab_of(FindingStatus.REPORTED),
            tab_of(FindingStatus.ASSIGNED),
            tab_of(FindingStatus.RECTIFIED),
            tab_of(FindingStatus.VERIFIED),
            Tab("逾期", "overdue", overdue),
            tab_of(FindingStatus.CLOSED_OUT),
        )

    def buttons(self):
        links = [
            Button("月自查", reverse("inspections:self_checks")),
            Button("门前三包", reverse("inspections:frontages")),
            Button("居民反映", reverse("inspections:reports")),
        ]
        if may_report_somewhere(self.request.user):
            links.append(Button("登记问题", reverse("inspections:finding_new"), True))
        return links

    def acts(self):
        acts = []
        if may_remind_units(self.request.user):
            acts.append(Act("催办", "inspections:finding_remind"))
        if may_draft_document(self.request.user):
            acts.append(Act("拟整改通知书", "inspections:finding_notice"))
        return acts


def tab_of(status: FindingStatus) -> Tab:
    """Return the tab of the findings in one state."""
    return Tab(status.label, status.value, Q(status=status))


def where(finding) -> str:
    """Return 虎山社区 · 虎山路 12 号; the community alone where the place says no more."""
    if finding.place == str(finding.community):
        return finding.place
    return f"{finding.community} · {finding.place}"


def standing(finding, now) -> tuple[str, str]:
    """Return the word and tone of a finding's state: 逾期 3 天, 今天到期, or its status."""
    today, due_on = timezone.localdate(now), timezone.localdate(finding.due_at)
    if finding.is_overdue(now):
        days = (today - due_on).days
        return (f"逾期 {days} 天" if days else "今日逾期"), "bad"
    if finding.status in NOT_PUT_RIGHT and due_on == today:
        return "今天到期", "warn"
    return finding.get_status_display(), finding.status_tone


def marks_of(finding):
    """Return 督办、复发、申请延期 as small tags; reads the prefetched open requests."""
    marks = [(f"申请{request.get_kind_display()}", "warn") for request in finding.open_requests]
    marks += finding.marks
    tags = [(tag(word, tone),) for word, tone in marks]
    return format_html_join(" ", "{}", tags)


def may_report_somewhere(user) -> bool:
    return user.has_role(*OFFICE, Role.ASSESSOR) or communities_kept_by(user).exists()


def visible(user):
    return Finding.objects.visible_to(user).select_related(*READ_WITH)


@require_safe
def detail(request, number):
    """One finding: its photos, its way, what may be done now, and its history."""
    finding = get_object_or_404(visible(request.user), number=number)
    now = timezone.now()
    names = dict(item_names(timezone.localdate(finding.found_at)))
    item_name = names.get(finding.item_code, finding.item_code)
    context = {
        "title": finding.description,
        "eyebrow": finding.number,
        "section": "inspections",
        "crumbs": CRUMBS,
        "finding": finding,
        "standing": standing(finding, now),
        "item_name": item_name,
        "way": way_of(finding),
        "history": history_of(finding),
    }
    context |= photos_context(finding, request.user)
    context |= acts_context(finding, request.user, now)
    context |= records_context(finding, request.user)
    return render(request, "inspections/finding.html", context)


def photos_context(finding, user) -> dict:
    """Return the photos side by side, and which of them the user may black out. One query."""
    # Read through the finding, each photo knows it without a query.
    photos = list(finding.photos.order_by("pk"))
    by_stage = {stage.value: [] for stage in PhotoStage}
    for photo in photos:
        by_stage[photo.stage].append(photo)
    pairs = pairs_of(by_stage[PhotoStage.BEFORE], by_stage[PhotoStage.AFTER])
    to_black_out = {photo.pk for photo in photos if may_black_out(user, photo)}
    evidence = by_stage[PhotoStage.EVIDENCE]
    return {"pairs": pairs, "evidence": evidence, "may_black_out": to_black_out}


def acts_context(finding, user, now) -> dict:
    """Return what the user may do with the finding now, and the requests about it."""
    rows = finding.requests.select_related("asked_by", "decided_by", "proposed_unit")
    requests = list(rows.order_by("-pk"))
    context = {"requests": requests}
    context["steps"] = open_steps(finding, states.FINDING_STEPS, user)
    context["asks"] = asks_open_to(user, finding, requests, now)
    is_open = finding.status != FindingStatus.CLOSED_OUT
    context["may_supervise"] = is_open and may_supervise_finding(user, finding)
    context["why_not_verify"] = why_not_verify(finding, user)
    context["to_decide"] = request_to_decide(finding, requests, user)
    return context


def records_context(finding, user) -> dict:
    """Return orders, false rectifications, recurrences and notices of the finding."""
    orders = finding.supervision_orders.select_related("unit", "ordered_by")
    people = ("rectified_by", "verified_by", "marked_by")
    false_rectifications = finding.false_rectifications.select_related(*people)
    documents = OfficialDocument.objects.visible_to(user)
    notices = finding.noticed.filter(document__in=documents)
    notices = notices.select_related("document__issuer")
    return {
        "orders": orders.order_by("-pk"),
        "false_ones": false_rectifications.order_by("-pk"),
        "recurrences": finding.recurrences.order_by("pk"),
        "notices": notices.order_by("-pk"),
    }


def open_request_of(requests):
    """Return the request that waits for an answer; None when there is none."""
    for request in requests:
        if request.status == RequestStatus.ASKED:
            return request
    return None


def asks_open_to(user, finding, requests, now) -> list[tuple[str, str]]:
    """Return (kind, label) of what the user may ask for now: more time, or another unit."""
    if finding.status != FindingStatus.ASSIGNED or open_request_of(requests):
        return []
    asks = []
    if finding.due_at > now and may_ask_extension(user, finding):
        asks.append((RequestKind.EXTENSION.value, "申请延期"))
    if may_ask_hand_on(user, finding):
        asks.append((RequestKind.HAND_ON.value, "退单"))
    return asks


def request_to_decide(finding, requests, user):
    """Return the open request that the user may answer, with its form; None when there is none."""
    request = open_request_of(requests)
    if request is None or finding.status != FindingStatus.ASSIGNED:
        return None
    request.finding = finding
    if not may_decide_request(user, request):
        return None
    return request, RequestDecisionForm(request=request)


def why_not_verify(finding, user) -> str:
    """Return why somebody who else could may not verify this one; empty when that is not so."""
    if finding.status != FindingStatus.RECTIFIED:
        return ""
    if finding.rectified_by_id == user.pk:
        return "整改是您登记的，复查须由他人办理。"
    is_keeper = communities_kept_by(user).filter(pk=finding.community_id).exists()
    if is_keeper and is_colleague_of_doer(user, finding):
        return "整改是本单位（社区）的人登记的，复查须由其他单位或共建办办理。"
    return ""


def way_of(finding) -> list[dict]:
    """Return the five steps to close-out, with where it stands, for `parts/cycle.html`."""
    found = who_and_when(finding.found_at, finding.found_by)
    unit = str(finding.responsible_unit or "待定责任单位")
    rectified = who_and_when(finding.rectified_at, finding.rectified_by)
    rectified_or_due = rectified or f"{day(finding.due_at)}前"
    verified = who_and_when(finding.verified_at, finding.verified_by)
    closed = who_and_when(finding.closed_at, finding.closed_by)
    notes = (
        ("登记", found),
        ("派发", unit),
        ("整改", rectified_or_due),
        ("复查", verified),
        ("销号", closed),
    )
    steps_done = WAY.index(finding.status) + 1
    way = []
    for number, (label, note) in enumerate(notes):
        state = "done" if number < steps_done else ""
        if number == steps_done:
            state = "now"
        way.append({"label": label, "note": note, "state": state})
    return way


def who_and_when(at, by) -> str:
    return f"{moment(at)} {by}" if by else ""
