from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.models import Community
from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, ListPage, Tab
from gongjian.lib.acting import posted
from gongjian.lib.checklists import ChecklistItem, WrongMarks, deducted_by
from gongjian.lib.editing import Editing
from gongjian.lib.quarters import month_end, month_of
from gongjian.lib.templatetags.office import month_name, points
from gongjian.recycling.views import say_deleted
from gongjian.workflow import WrongState, open_steps, require
from inspections import states
from inspections.filters import SelfCheckFilter
from inspections.forms.returns import LateReasonForm, ReturnForm
from inspections.forms.self_checks import SOURCE_TONES, Responsible, SelfCheckForm, StartForm
from inspections.models import Finding, Frontage, SelfCheck
from inspections.models.self_checks import valid_month
from inspections.permissions import communities_kept_by, may_fill_self_check, may_return_self_check
from inspections.services import self_checks as services
from inspections.services.answers import answers_from_records
from inspections.services.checklists import rules_of
from inspections.services.examples import looks_of
from inspections.views.versions import NOT_MARKED, RESULT_TAGS, comparison_of
from units.models import Unit

CRUMBS = [
    ("检查", reverse_lazy("inspections:findings")),
    ("月自查", reverse_lazy("inspections:self_checks")),
]
MAY_RETURN = "共建办可以退回自查，牵头单位可以退回社区报送的自查；谁也不能退回自己报送的"


class SelfCheckList(ListPage):
    """月自查: one month, who has handed in and who has not begun."""

    title, noun, section = "月自查", "份", "inspections"
    template_name = "inspections/self_checks.html"
    filterset_class = SelfCheckFilter
    default_sort = "community__code"
    empty_text = "这个月还没有自查"
    empty_hint = "牵头单位和社区每月自查一次，次月 5 日前报送"
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
        return SelfCheck.objects.visible_to(self.request.user).select_related(
            "community__group__lead_unit"
        )

    def tabs(self):
        return (
            Tab("全部"),
            Tab("待审核", "submitted", Q(status="submitted")),
            Tab("已审核", "accepted", Q(status="accepted")),
            Tab("退回修改", "returned", Q(status="returned")),
            Tab("草稿", "draft", Q(status="draft")),
            Tab("迟报", "late", Q(is_late=True)),
        )

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
        month = self.request.GET.get("month") or month_of(self.request.user.as_of)
        if not valid_month.regex.search(month):
            return {}
        today = self.request.user.as_of
        due_on = services.due_on(month)
        to_come = month > month_of(today)
        return {
            "month": month,
            "due_on": due_on,
            "is_overdue": today > due_on,
            "previous_month": month_of(date.fromisoformat(f"{month}-01") - timedelta(days=1)),
            "next_month": "" if month >= month_of(today) else month_of(month_end(month)),
            "not_started": Community.objects.none() if to_come else self._not_started(month),
            "may_start": set(communities_kept_by(self.request.user).values_list("pk", flat=True)),
        }

    def _not_started(self, month):
        """Communities in sight that have not begun the month."""
        begun = SelfCheck.objects.filter(month=month).values("community")
        seen = Community.objects.active().visible_to(self.request.user).exclude(pk__in=begun)
        return seen.select_related("group__lead_unit").order_by("code")


def timeliness(check) -> str:
    if check.submitted_at is None:
        return ""
    return "迟报" if check.is_late else "按时"


def visible(user):
    return SelfCheck.objects.visible_to(user).select_related(
        "community__group__lead_unit", "community__subdistrict", "checklist", "submitted_by"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """Pick one's community and the month; a month already begun is opened as it is."""
    require(
        communities_kept_by(request.user).exists(), "只有牵头单位经办人和社区工作者可以填报自查"
    )
    initial = {"month": month_of(request.user.as_of), **request.GET.dict()}
    form = StartForm(*posted(request), user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            check = services.start_self_check(
                **form.cleaned_data, by=request.user, at=timezone.now()
            )
            return redirect("inspections:self_check_fill", check.pk)
        except ValidationError as refused:
            form.add_error("month", refused)
    context = {
        "title": "开始自查",
        "section": "inspections",
        "crumbs": CRUMBS,
        "form": form,
        "submit_label": "开始填报",
        "back_url": reverse("inspections:self_checks"),
    }
    return render(request, "forms/form_page.html", context, status=400 if form.errors else 200)


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
        """(what one record says, tone) where the records answered the item."""
        return [
            (source, SOURCE_TONES.get(source["state"], ""))
            for source in self.mark.get("sources", [])
        ]

    @property
    def deducted(self) -> Decimal | None:
        return deducted_by(self.mark, self.item)


@require_safe
def detail(request, pk):
    return _detail_page(request, get_object_or_404(visible(request.user), pk=pk), LateReasonForm())


@require_POST
def explain(request, pk):
    """迟报说明: why the month came in after its day, in the words of who keeps it."""
    check = get_object_or_404(visible(request.user), pk=pk)
    require(
        may_fill_self_check(request.user, check), "只有牵头单位经办人和本社区工作者可以说明迟报原因"
    )
    form = LateReasonForm(request.POST)
    if not form.is_valid():
        return _detail_page(request, check, form, status=400)
    services.explain_lateness(check, **form.cleaned_data, by=request.user, at=timezone.now())
    messages.success(request, "迟报说明已存，随自查一并显示；仍按迟报计分。")
    return redirect(check)


def _detail_page(request, check, late_form, *, status=200):
    findings = list(
        check.findings.select_related("responsible_unit")
        .prefetch_related("photos")
        .order_by("number")
    )
    steps = {step.name for step in open_steps(check, states.SELF_CHECK_STEPS, request.user)}
    fill_url = reverse("inspections:self_check_fill", args=[check.pk])
    context = {
        "title": f"{check.community} {month_name(check.month, 'full')}自查",
        "section": "inspections",
        "crumbs": CRUMBS,
        "state_of": check,
        "buttons": [("继续填报", fill_url, True)] if "submit" in steps else [],
        "check": check,
        "timeliness": timeliness(check),
        "sections": sections_of(check, findings),
        "findings": findings,
        "steps": steps,
        "form": late_form,
        "may_explain": _may_explain(check, request.user),
        "delete_url": _delete_url(check, request.user),
        "history": history_of(check),
        **comparison_of(check, request),
    }
    return render(request, "inspections/self_check.html", context, status=status)


def _may_explain(check, user) -> bool:
    waits = (
        check.is_late
        and not check.late_reason
        and check.status in (*states.RETURN.sources, "accepted")
    )
    return waits and may_fill_self_check(user, check)


def _delete_url(check, user) -> str:
    """Where a draft is deleted; empty once it was handed in, and for one who may not."""
    never_handed_in = check.status == "draft" and check.submitted_at is None
    may = never_handed_in and may_fill_self_check(user, check)
    return reverse("inspections:self_check_delete", args=[check.pk]) if may else ""


def sections_of(check, findings) -> list:
    """(section, items) as they stand; two queries for the names of who is responsible."""
    marks = check.marks
    units = Unit.objects.in_bulk([mark["unit"] for mark in marks.values() if mark.get("unit")])
    wanted = [mark["frontage"] for mark in marks.values() if mark.get("frontage")]
    shops = Frontage.objects.select_related("road_section").in_bulk(wanted)
    by_item = {finding.item_code: finding for finding in findings}
    number, sections = 0, []
    for section, items in rules_of(check.checklist).by_section():
        rows = []
        for item in items:
            number += 1
            mark = marks.get(item.code, {})
            responsible = shops.get(mark.get("frontage")) or units.get(mark.get("unit")) or ""
            rows.append(ReadItem(number, item, mark, by_item.get(item.code), str(responsible)))
        sections.append((section, rows))
    return sections


@require_http_methods(["GET", "HEAD", "POST"])
def fill(request, pk):
    """The phone page: walk the items, save as you go, hand in."""
    check = get_object_or_404(visible(request.user), pk=pk)
    require(
        may_fill_self_check(request.user, check), "只有牵头单位经办人和本社区工作者可以填报自查"
    )
    if check.status not in services.OPEN_TO_CHANGE:
        raise WrongState(f"{check}{check.get_status_display()}，不能再改")
    rules = rules_of(check.checklist)
    answers = answers_from_records(check.community, check.month, rules=rules, on=request.user.as_of)
    page = partial(
        SelfCheckForm,
        rules=rules,
        answers=answers,
        looks=looks_of(check.checklist, rules),
        responsible=Responsible(check.community),
    )
    editing = Editing(request, check, lambda check: page(check).stored, history=history_of)
    if request.method == "POST":
        return _take(request, check, page(check, data=request.POST, files=request.FILES), editing)
    return _fill_page(request, check, page(check), editing)


def _take(request, check, form, editing):
    """Photos that are photos are kept whatever else is wrong; then the marks; then, if asked, it is handed in."""
    by, at = request.user, timezone.now()
    valid = form.is_valid()
    _keep_photos(check, form, by=by, at=at)
    if not valid:
        return _fill_page(request, check, form, editing, status=400)
    submitting = request.POST.get("act") == "submit"
    try:
        saved = editing.unless_changed(
            lambda check: services.save_self_check(check, marks=form.marks, by=by, at=at),
            *form.forms,
        )
        if saved and submitting:
            services.submit_self_check(saved, by=by, at=at)
            messages.success(request, handed_in(saved))
            return redirect(saved)
    except WrongMarks as refused:
        form.add_errors(refused.errors)
        return _fill_page(request, check, form, editing, status=400)
    if not saved:
        return _fill_page(request, check, form, editing, status=editing.status)
    messages.success(request, kept_as_draft(form))
    return redirect("inspections:self_check_fill", check.pk)


def _keep_photos(check, form, *, by, at) -> None:
    if removed := form.removed:
        services.remove_photos(check, uuids=removed, by=by, at=at)
    for code, photo in form.new_photos:
        services.attach_photo(check, item_code=code, file=photo, by=by, at=at)


def kept_as_draft(form) -> str:
    left = len(form.entries) - form.done
    return f"草稿已存，还有 {left} 项未查。" if left else "草稿已存，各项都已查完，可以提交。"


def handed_in(check) -> str:
    found = check.findings.count()
    after = f"，{found} 个问题已派给责任单位" if found else ""
    return f"{month_name(check.month)}自查已报送，自评 {points(check.total_points)} 分{after}。"


def _fill_page(request, check, form, editing, *, status=200):
    if status != 200:
        form.read_photos_again()
    context = {
        "title": str(check.community),
        "eyebrow": f"{month_name(check.month, 'full')}自查 · {check.community.group.lead_unit}",
        "back_url": check.get_absolute_url(),
        "check": check,
        "form": form,
        "editing": editing,
        "remark": _reason_for_return(check),
    }
    return render(request, "inspections/self_check_fill.html", context, status=status)


def _reason_for_return(check) -> str:
    if check.status != "returned":
        return ""
    return next((line.reason for line in history_of(check) if line.reason), "")


@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request, pk):
    """退回修改, with the reason."""
    check = get_object_or_404(visible(request.user), pk=pk)
    require(
        may_return_self_check(request.user, check),
        "共建办可以退回自查，牵头单位可以退回社区报送的自查；不能退回自己报送的",
    )
    form = ReturnForm(*posted(request))
    if form.is_valid():
        services.return_self_check(
            check, remark=form.cleaned_data["remark"], by=request.user, at=timezone.now()
        )
        messages.success(request, f"{check}已退回，报送人会收到通知。")
        return redirect(check)
    if check.status not in states.RETURN.sources:
        raise WrongState(f"当前状态为“{check.get_status_display()}”，不能退回")
    context = {
        "title": f"退回{check}",
        "section": "inspections",
        "crumbs": CRUMBS,
        "form": form,
        "submit_label": "退回修改",
        "back_url": check.get_absolute_url(),
    }
    return render(request, "forms/form_page.html", context, status=400 if form.errors else 200)


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
    say_deleted(request, services.delete_self_check(check, by=request.user, at=timezone.now()))
    return redirect("inspections:self_checks")
