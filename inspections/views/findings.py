from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongjian.accounts.roles import OFFICE, Role
from gongjian.audit.history import history_of
from gongjian.audit.listing import Act, Button, Column, ListPage, Tab
from gongjian.lib.templatetags.office import day, moment
from gongjian.workflow import WrongState, open_steps, require
from inspections import states
from inspections.filters import FindingFilter
from inspections.forms.findings import AssignForm, FindingForm, RectifyForm, RemarkForm
from inspections.models import Finding
from inspections.models.findings import NOT_PUT_RIGHT, Source, Stage
from inspections.permissions import communities_kept_by, may_black_out, may_remind_units
from inspections.services import findings as services
from inspections.services.checklists import item_names
from inspections.views.posted import posted

CRUMBS = [("检查", reverse_lazy("inspections:findings")), ("问题整改", reverse_lazy("inspections:findings"))]


class FindingList(ListPage):
    """问题整改: what was found, with whom it lies, until when."""

    title, noun, section = "问题整改", "件", "inspections"
    filterset_class = FindingFilter
    default_sort = "-found_at"
    empty_text = "还没有登记过问题"
    empty_hint = "自查报送、门前三包抽查和市考评发现的问题都会列在这里"

    def get_queryset(self):
        seen = Finding.objects.visible_to(self.request.user).select_related("community", "responsible_unit")
        return seen.prefetch_related("photos")

    def get_columns(self):
        now = timezone.now()
        return (
            Column("编号", "number", sort="number", kind="code"),
            Column("问题", "description", link=True),
            Column("社区 · 位置", lambda finding: where(finding), sort="community__code"),
            Column("责任单位", "responsible_unit.short_name", sort="responsible_unit__short_name"),
            Column("整改前后", pair),
            Column("时限", "due_at", sort="due_at", kind="datetime"),
            Column(
                "状态",
                lambda finding: standing(finding, now)[0],
                sort="status",
                kind="tag",
                tone=lambda finding: standing(finding, now)[1],
            ),
        )

    def tabs(self):
        overdue = Q(status__in=NOT_PUT_RIGHT, due_at__lt=timezone.now())
        return (
            Tab("全部"),
            Tab("待派发", "reported", Q(status="reported")),
            Tab("待整改", "assigned", Q(status="assigned")),
            Tab("待复查", "rectified", Q(status="rectified")),
            Tab("逾期", "overdue", overdue),
            Tab("已销号", "closed_out", Q(status="closed_out")),
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
        return (Act("催办", "inspections:finding_remind"),) if may_remind_units(self.request.user) else ()


def where(finding) -> str:
    """虎山社区 · 虎山路 12 号; the community once, where the place is no more than that."""
    return (
        f"{finding.community}" if finding.place == str(finding.community) else f"{finding.community} · {finding.place}"
    )


def standing(finding, now) -> tuple[str, str]:
    """The word and tone of a finding's state at a moment: 逾期 3 天, 今天到期, or its status."""
    if finding.is_overdue(now):
        days = (timezone.localdate(now) - timezone.localdate(finding.due_at)).days
        return (f"逾期 {days} 天" if days else "今日逾期"), "bad"
    if finding.status in NOT_PUT_RIGHT and timezone.localdate(finding.due_at) == timezone.localdate(now):
        return "今天到期", "warn"
    return finding.get_status_display(), finding.status_tone


def pair(finding):
    """The first photo from before and the last from after, small, side by side; reads the prefetched photos."""
    shown = {Stage.BEFORE: None, Stage.AFTER: None}
    for photo in sorted(finding.photos.all(), key=lambda one: one.pk):
        if photo.stage == Stage.AFTER or shown[Stage.BEFORE] is None:
            shown[photo.stage] = photo
    if not any(shown.values()):
        return ""
    return format_html('<span class="pair">{}{}</span>', *(_small(stage, photo) for stage, photo in shown.items()))


def _small(stage, photo):
    if photo is None or photo.destroyed_at:
        return format_html('<i><span class="sr">没有{}照片</span></i>', Stage(stage).label)
    url = photo.get_absolute_url()
    words = Stage(stage).label
    return format_html('<img src="{}?size=small" alt="{}" width="44" height="34" loading="lazy">', url, words)


def may_report_somewhere(user) -> bool:
    return user.has_role(*OFFICE, Role.ASSESSOR) or communities_kept_by(user).exists()


def visible(user):
    return Finding.objects.visible_to(user).select_related(
        "community__group__lead_unit", "responsible_unit", "frontage__road_section", "self_check__community",
        "found_by", "rectified_by", "verified_by",
    )  # fmt: skip


@require_safe
def detail(request, number):
    finding = get_object_or_404(visible(request.user), number=number)
    now = timezone.now()
    photos = list(finding.photos.order_by("pk"))  # each knows `finding` without a query
    context = {
        "title": finding.description,
        "eyebrow": finding.number,
        "section": "inspections",
        "crumbs": CRUMBS,
        "finding": finding,
        "standing": standing(finding, now),
        "item_name": dict(item_names(timezone.localdate(finding.found_at))).get(finding.item_code, finding.item_code),
        "before": [photo for photo in photos if photo.stage == Stage.BEFORE],
        "after": [photo for photo in photos if photo.stage == Stage.AFTER],
        "may_black_out": {photo.pk for photo in photos if may_black_out(request.user, photo)},
        "way": way_of(finding),
        "steps": open_steps(finding, states.FINDING_STEPS, request.user),
        "is_doer": finding.status == "rectified" and finding.rectified_by_id == request.user.pk,
        "history": history_of(finding),
    }
    return render(request, "inspections/finding.html", context)


def way_of(finding) -> list[dict]:
    """The four steps to close-out, with where it stands, for `parts/cycle.html`."""
    done = {"reported": 1, "assigned": 2, "rectified": 3, "closed_out": 4}[finding.status]
    unit = f"{finding.responsible_unit}" if finding.responsible_unit else "待定责任单位"
    notes = (
        ("登记", f"{moment(finding.found_at)} {finding.found_by}"),
        ("派发", unit),
        (
            "整改",
            f"{moment(finding.rectified_at)} {finding.rectified_by}"
            if finding.rectified_by
            else f"{day(finding.due_at)}前",
        ),
        ("复查销号", f"{moment(finding.closed_at)} {finding.verified_by}" if finding.verified_by else ""),
    )
    return [
        {"label": label, "note": note, "state": "done" if place < done else "now" if place == done else ""}
        for place, (label, note) in enumerate(notes)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """登记问题: whoever sees something wrong and may say so."""
    require(may_report_somewhere(request.user), "您不能登记问题")
    form = FindingForm(*posted(request), user=request.user, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        finding = _report(form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, f"问题 {finding.number} 已登记，{_with_whom(finding)}。")
        return redirect(finding)
    context = {"title": "登记问题", "form": form, "submit_label": "登记", "back_url": reverse("inspections:findings")}
    return _form_page(request, form, context)


def _report(given: dict, *, by, at):
    photos = given.pop("photos") or []
    source = Source.CITY if by.has_role(*OFFICE, Role.ASSESSOR) else Source.GROUP
    with transaction.atomic():
        finding = services.report_finding(**given, source=source, by=by, at=at)
        for photo in photos:
            services.add_photo(finding, stage=Stage.BEFORE, file=photo, by=by, at=at)
    return finding


def _with_whom(finding) -> str:
    if finding.responsible_unit is None:
        return "等待派发"
    return f"已派给{finding.responsible_unit}，请于{moment(finding.due_at)}前整改"


def _form_page(request, form, context):
    context = {"section": "inspections", "crumbs": CRUMBS, "form": form, **context}
    return render(request, "forms/form_page.html", context, status=400 if form.errors else 200)


def _ready(request, number, step):
    """The finding, when the user sees it, may take the step, and it is the time for it."""
    finding = get_object_or_404(visible(request.user), number=number)
    require(step.may(request.user, finding), f"您不能办理“{step.label}”")
    if finding.status not in step.sources:
        raise WrongState(f"当前状态为“{finding.get_status_display()}”，不能{step.label}")
    return finding


def _act_page(request, finding, step, form):
    context = {"title": f"{step.label}：{finding.number}", "eyebrow": finding.description, "submit_label": step.label}
    return _form_page(request, form, {**context, "back_url": finding.get_absolute_url()})


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request, number):
    finding = _ready(request, number, states.ASSIGN)
    form = AssignForm(*posted(request), finding=finding)
    if form.is_valid():
        services.assign_finding(finding, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, f"{finding.number} 已派给{finding.responsible_unit}，经办人会收到通知。")
        return redirect(finding)
    return _act_page(request, finding, states.ASSIGN, form)


@require_http_methods(["GET", "HEAD", "POST"])
def rectify(request, number):
    finding = _ready(request, number, states.RECTIFY)
    form = RectifyForm(*posted(request), finding=finding)
    if form.is_valid():
        _put_right(finding, form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, f"{finding.number} 的整改已登记，等待他人复查。")
        return redirect(finding)
    return _act_page(request, finding, states.RECTIFY, form)


def _put_right(finding, given: dict, *, by, at) -> None:
    with transaction.atomic():
        services.rectify_finding(finding, rectification=given["rectification"], by=by, at=at)
        for photo in given["photos"]:
            services.add_photo(finding, stage=Stage.AFTER, file=photo, by=by, at=at)


@require_POST
def verify(request, number):
    finding = get_object_or_404(visible(request.user), number=number)
    services.verify_finding(finding, by=request.user, at=timezone.now())
    messages.success(request, f"{finding.number} 已复查销号。")
    return redirect(finding)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request, number):
    finding = _ready(request, number, states.SEND_BACK)
    form = RemarkForm(*posted(request))
    if form.is_valid():
        services.send_back_finding(finding, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, f"{finding.number} 已退回{finding.responsible_unit}重改。")
        return redirect(finding)
    return _act_page(request, finding, states.SEND_BACK, form)


@require_POST
def remind(request):
    """催办 the ticked findings."""
    require(may_remind_units(request.user), "只有共建办可以催办")
    ids = [one for one in request.POST.getlist("ids") if one.isdecimal()]
    chosen = Finding.objects.visible_to(request.user).filter(pk__in=ids).select_related("community")
    count = services.remind_units(chosen, by=request.user, at=timezone.now())
    if count:
        messages.success(request, f"已催办 {count} 件，责任单位经办人会收到通知。")
    else:
        messages.warning(request, "所选问题中没有待整改的，没有发出催办。")
    return redirect(_back(request))


def _back(request) -> str:
    given = request.POST.get("next", "")
    return given if url_has_allowed_host_and_scheme(given, None) else reverse("inspections:findings")
