"""月自查: the month's list, the page of one self-check, filling it in and reviewing it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.models import Community
from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, LoggedListPage, Tab
from gongjian.lib.acting import answer_status, carry_out, form_page, posted
from gongjian.lib.checklists import ChecklistItem, MarkError, WrongMarks, deducted_by
from gongjian.lib.editing import Editing
from gongjian.lib.quarters import month_end, month_of
from gongjian.lib.templatetags.office import month_name, points
from gongjian.lib.uploads import BadUpload
from gongjian.recycling.views import say_deleted
from gongjian.workflow import WrongState, open_steps, require
from inspections import states
from inspections.filters import SelfCheckFilter
from inspections.forms.returns import LateReasonForm, SelfCheckReturnForm
from inspections.forms.self_checks import SOURCE_TONES, Responsible, SelfCheckForm, StartForm
from inspections.models import Finding, Frontage, SelfCheck
from inspections.models.self_checks import (
    DAYS_AFTER_THE_MONTH,
    MONTH,
    SelfCheckStatus,
    due_on,
)
from inspections.permissions import communities_kept_by, may_fill_self_check, may_return_self_check
from inspections.services import self_checks as services
from inspections.services.answers import answers_from_records
from inspections.services.checklists import rules_of
from inspections.services.examples import looks_of
from inspections.services.self_check_marks import ids_in
from inspections.views.versions import NOT_MARKED, RESULT_TAGS, comparison_of
from units.models import Unit

CRUMBS = [
    ("检查", reverse_lazy("inspections:findings")),
    ("月自查", reverse_lazy("inspections:self_checks")),
]
MAY_FILL = "只有牵头单位经办人和本社区工作者可以填报自查"
MAY_RETURN = "共建办可以退回自查，牵头单位可以退回社区报送的自查；不能退回自己报送的"


class SelfCheckList(LoggedListPage):
    """月自查: one month, who has handed in and who has not begun."""

    title, noun, section = "月自查", "份", "inspections"
    template_name = "inspections/self_checks.html"
    filterset_class = SelfCheckFilter
    default_sort = "community__code"
    empty_text = "这个月还没有自查"
    empty_hint = f"牵头单位和社区每月自查一次，次月 {DAYS_AFTER_THE_MONTH} 日前报送"
    columns = (
        Column("社区", "community.name", sort="community__code", link=True),
        Column("月份", lambda check: month_name(check.month, "full")),
        Column("牵头单位", "community.group.lead_unit.short_name"),
        Column("自评分", "total_points", sort="total_points", kind="points"),
        Column("报送时间", "submitted_at", sort="submitted_at", kind="datetime"),
        Column("时限", "due_on", kind="date"),
        Column(
            "按时",
            lambda check: timeliness(check),
            kind="tag",
            tone=lambda check: "bad" if check.is_late else "",
        ),
        Column(
            "状态",
            "get_status_display",
            sort="status",
            kind="tag",
            tone=lambda check: check.status_tone,
        ),
    )

    def get_queryset(self):
        checks = SelfCheck.objects.visible_to(self.request.user)
        return checks.select_related("community__group__lead_unit")

    def tabs(self):
        tabs = [Tab("全部")]
        for label, status in (
            ("待审核", SelfCheckStatus.SUBMITTED),
            ("已审核", SelfCheckStatus.ACCEPTED),
            ("退回修改", SelfCheckStatus.RETURNED),
            ("草稿", SelfCheckStatus.DRAFT),
        ):
            tabs.append(Tab(label, status.value, Q(status=status)))
        tabs.append(Tab("迟报", "late", Q(is_late=True)))
        return tabs

    def buttons(self):
        links = [
            Button("报送情况", reverse("inspections:self_check_months")),
            Button("问题整改", reverse("inspections:findings")),
            Button("门前三包", reverse("inspections:frontages")),
            Button("自查表", reverse("inspections:checklists")),
        ]
        if communities_kept_by(self.request.user).exists():
            links.append(Button("纸面填报", reverse("inspections:self_check_book")))
            links.append(Button("开始自查", reverse("inspections:self_check_new"), True))
        return links

    def extra_context(self):
        today = self.request.user.as_of
        this_month = month_of(today)
        month = self.request.GET.get("month") or this_month
        if not re.search(MONTH, month):
            return {}
        first_day = date.fromisoformat(f"{month}-01")
        previous_month = month_of(first_day - timedelta(days=1))
        next_month = ""
        if month < this_month:
            next_month = month_of(month_end(month))
        last_day = due_on(month)
        communities = communities_kept_by(self.request.user)
        may_start = set(communities.values_list("pk", flat=True))
        return {
            "month": month,
            "due_on": last_day,
            "is_overdue": today > last_day,
            "previous_month": previous_month,
            "next_month": next_month,
            "not_started": self.not_started(month),
            "may_start": may_start,
        }

    def not_started(self, month):
        """Return the visible communities that have not begun the month; none before it comes."""
        if month > month_of(self.request.user.as_of):
            return Community.objects.none()
        begun = SelfCheck.objects.filter(month=month).values("community")
        communities = Community.objects.active().visible_to(self.request.user)
        communities = communities.exclude(pk__in=begun)
        return communities.select_related("group__lead_unit").order_by("code")


def timeliness(check) -> str:
    if check.submitted_at is None:
        return ""
    return "迟报" if check.is_late else "按时"


def visible(user):
    checks = SelfCheck.objects.visible_to(user)
    checks = checks.select_related("community__group__lead_unit", "community__subdistrict")
    return checks.select_related("checklist", "submitted_by")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """Pick one's community and the month; a month already begun is opened as it is."""
    communities = communities_kept_by(request.user)
    require(communities.exists(), "只有牵头单位经办人和社区工作者可以填报自查")
    initial = {"month": month_of(request.user.as_of), **request.GET.dict()}
    form = StartForm(*posted(request), user=request.user, initial=initial)
    service = partial(services.start_self_check, by=request.user, at=timezone.now())
    check = carry_out(form, service)
    if check:
        return redirect("inspections:self_check_fill", check.pk)
    return form_page(
        request,
        form,
        title="开始自查",
        section="inspections",
        crumbs=CRUMBS[:-1],
        back=CRUMBS[-1],
        submit_label="开始填报",
    )


@dataclass(frozen=True)
class ReadItem:
    """One item as the page shows it: what was found and what became of it."""

    number: int
    item: ChecklistItem
    mark: dict
    finding: Finding | None
    responsible: str

    @property
    def tag(self) -> tuple[str, str]:
        return RESULT_TAGS.get(self.mark.get("result"), NOT_MARKED)

    @property
    def answered(self) -> list[tuple[dict, str]]:
        """Return what each record says, with its tone, where the records answered the item."""
        sources = self.mark.get("sources", [])
        return [(source, SOURCE_TONES.get(source["state"], "")) for source in sources]

    @property
    def deducted(self) -> Decimal | None:
        return deducted_by(self.mark, self.item)


@require_safe
def detail(request, pk):
    check = get_object_or_404(visible(request.user), pk=pk)
    return detail_page(request, check, LateReasonForm())


@require_POST
def explain(request, pk):
    """迟报说明: why the month came in after its day, in the words of who keeps it."""
    check = get_object_or_404(visible(request.user), pk=pk)
    allowed = may_fill_self_check(request.user, check)
    require(allowed, "只有牵头单位经办人和本社区工作者可以说明迟报原因")
    form = LateReasonForm(request.POST)
    service = partial(services.explain_lateness, check, by=request.user, at=timezone.now())
    if carry_out(form, service):
        messages.success(request, "迟报说明已存，随自查一并显示；仍按迟报计分。")
        return redirect(check)
    return detail_page(request, check, form)


def detail_page(request, check, late_form):
    """Answer with the page of a self-check; `late_form` explains why it came late."""
    user = request.user
    rows = check.findings.select_related("responsible_unit").prefetch_related("photos")
    findings = list(rows.order_by("number"))
    steps = {step.name for step in open_steps(check, states.SELF_CHECK_STEPS, user)}
    buttons = []
    if states.SUBMIT.name in steps:
        url = reverse("inspections:self_check_fill", args=[check.pk])
        buttons.append(("继续填报", url, True))
    month = month_name(check.month, "full")
    context = {
        "title": f"{check.community} {month}自查",
        "section": "inspections",
        "crumbs": CRUMBS,
        "state_of": check,
        "buttons": buttons,
        "check": check,
        "timeliness": timeliness(check),
        "findings": findings,
        "steps": steps,
        "form": late_form,
        "history": history_of(check),
    }
    context["sections"] = sections_of(check, findings)
    context["may_explain"] = may_explain(check, user)
    context["delete_url"] = delete_url(check, user)
    context |= comparison_of(check, request)
    status = answer_status(late_form)
    return render(request, "inspections/self_check.html", context, status=status)


def may_explain(check, user) -> bool:
    """Whether the user may say why the month came late: once, while it is handed in."""
    is_handed_in = check.status in (SelfCheckStatus.SUBMITTED, SelfCheckStatus.ACCEPTED)
    is_unexplained = check.is_late and not check.late_reason
    return is_handed_in and is_unexplained and may_fill_self_check(user, check)


def delete_url(check, user) -> str:
    """Return where a draft is deleted; '' once it was handed in, and for one who may not."""
    never_handed_in = check.status == SelfCheckStatus.DRAFT and check.submitted_at is None
    if not never_handed_in or not may_fill_self_check(user, check):
        return ""
    return reverse("inspections:self_check_delete", args=[check.pk])


def sections_of(check, findings) -> list:
    """Return (section, items) as they stand; two queries for who is responsible."""
    marks = check.marks
    units = Unit.objects.in_bulk(ids_in(marks.values(), "unit"))
    frontages = Frontage.objects.select_related("road_section")
    frontages = frontages.in_bulk(ids_in(marks.values(), "frontage"))
    finding_of = {finding.item_code: finding for finding in findings}
    number = 0
    sections = []
    for section, items in rules_of(check.checklist).by_section():
        rows = []
        for item in items:
            number += 1
            mark = marks.get(item.code, {})
            frontage = frontages.get(mark.get("frontage"))
            responsible = frontage or units.get(mark.get("unit")) or ""
            finding = finding_of.get(item.code)
            rows.append(ReadItem(number, item, mark, finding, str(responsible)))
        sections.append((section, rows))
    return sections


@require_http_methods(["GET", "HEAD", "POST"])
def fill(request, pk):
    """The phone page: walk the items, save as you go, hand in."""
    check = get_object_or_404(visible(request.user), pk=pk)
    require(may_fill_self_check(request.user, check), MAY_FILL)
    if check.status not in services.OPEN_TO_CHANGE:
        raise WrongState(f"{check}{check.get_status_display()}，不能再改")
    rules = rules_of(check.checklist)
    answers = answers_from_records(check.community, check.month, rules=rules, on=request.user.as_of)
    details = {"looks": looks_of(check.checklist, rules)}
    details["responsible"] = Responsible(check.community)
    form_of = partial(SelfCheckForm, rules=rules, answers=answers, **details)
    editing = Editing(request, check, lambda check: form_of(check).stored, history=history_of)
    if request.method == "POST":
        form = form_of(check, data=request.POST, files=request.FILES)
        return take(request, check, form, editing)
    return fill_page(request, check, form_of(check), editing)


def take(request, check, form, editing):
    """Keep the photos, save the marks and, if asked, hand the month in.

    Photos are kept whatever else is wrong.
    """
    by, at = request.user, timezone.now()
    is_valid = form.is_valid()
    refused_photos = keep_photos(check, form, by=by, at=at)
    form.add_errors(refused_photos)
    if refused_photos or not is_valid:
        return fill_page(request, check, form, editing, status=400)

    def save(row):
        return services.save_self_check(row, marks=form.marks, by=by, at=at)

    try:
        saved = editing.unless_changed(save, *form.forms)
        if saved and request.POST.get("act") == "submit":
            services.submit_self_check(saved, by=by, at=at)
            messages.success(request, handed_in(saved))
            return redirect(saved)
    except WrongMarks as refused:
        form.add_errors(refused.errors)
        return fill_page(request, check, form, editing, status=400)
    if not saved:
        return fill_page(request, check, form, editing, status=editing.status)
    messages.success(request, saved_as_draft(form))
    return redirect("inspections:self_check_fill", check.pk)


def keep_photos(check, form, *, by, at) -> list[MarkError]:
    """Keep the photos that were sent, bin those that were ticked; return why some were refused."""
    if form.removed:
        services.remove_photos(check, uuids=form.removed, by=by, at=at)
    errors = []
    for code, photo in form.new_photos:
        try:
            services.attach_photo(check, item_code=code, file=photo, by=by, at=at)
        except BadUpload as refused:
            errors.append(MarkError(code, str(refused)))
    return errors


def saved_as_draft(form) -> str:
    """Return what to say when a draft was saved: how many items are still open."""
    open_items = len(form.entries) - form.done
    if open_items:
        return f"草稿已存，还有 {open_items} 项未查。"
    return "草稿已存，各项都已查完，可以提交。"


def handed_in(check) -> str:
    """Return what to say when a month was handed in: the self-score and its findings."""
    count = check.findings.count()
    assigned = f"，{count} 个问题已派给责任单位" if count else ""
    score = points(check.total_points)
    return f"{month_name(check.month)}自查已报送，自评 {score} 分{assigned}。"


def fill_page(request, check, form, editing, *, status=200):
    if status != 200:
        form.read_photos_again()
    month = month_name(check.month, "full")
    lead_unit = check.community.group.lead_unit
    context = {
        "title": str(check.community),
        "eyebrow": f"{month}自查 · {lead_unit}",
        "back_url": check.get_absolute_url(),
        "check": check,
        "form": form,
        "editing": editing,
        "remark": reason_for_return(check),
    }
    return render(request, "inspections/self_check_fill.html", context, status=status)


def reason_for_return(check) -> str:
    """Return why a returned self-check was given back; '' for any other."""
    if check.status != SelfCheckStatus.RETURNED:
        return ""
    for line in history_of(check):
        if line.reason:
            return line.reason
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request, pk):
    """退回修改, with the reason."""
    check = get_object_or_404(visible(request.user), pk=pk)
    require(may_return_self_check(request.user, check), MAY_RETURN)
    form = SelfCheckReturnForm(*posted(request))
    service = partial(services.return_self_check, check, by=request.user, at=timezone.now())
    if carry_out(form, service):
        messages.success(request, f"{check}已退回，报送人会收到通知。")
        return redirect(check)
    if check.status not in states.RETURN.sources:
        raise WrongState(f"当前状态为“{check.get_status_display()}”，不能退回")
    return form_page(
        request,
        form,
        title=f"退回{check}",
        section="inspections",
        crumbs=CRUMBS,
        back=(str(check), check.get_absolute_url()),
        submit_label="退回修改",
    )


@require_POST
def accept(request, pk):
    check = get_object_or_404(visible(request.user), pk=pk)
    services.accept_self_check(check, by=request.user, at=timezone.now())
    messages.success(request, f"{check}已审核。")
    return redirect(check)


@require_POST
def discard(request, pk):
    """Put a draft that was never handed in into the bin."""
    check = get_object_or_404(visible(request.user), pk=pk)
    binned = services.delete_self_check(check, by=request.user, at=timezone.now())
    say_deleted(request, binned)
    return redirect("inspections:self_checks")
