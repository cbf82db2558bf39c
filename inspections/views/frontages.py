from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongjian.audit.history import history_of
from gongjian.audit.listing import Act, Button, Column, ListPage, Tab
from gongjian.audit.revealing import reveal_phone
from gongjian.lib.acting import posted
from gongjian.lib.editing import Editing
from gongjian.lib.phones import phone_print
from gongjian.workflow import require
from inspections.filters import FrontageFilter
from inspections.forms.frontages import FrontageCheckForm, FrontageForm
from inspections.models import Frontage
from inspections.models.frontages import FrontageStatus, expiring_at
from inspections.permissions import (
    communities_kept_by,
    may_check_frontage,
    may_edit_frontage,
    may_keep_duty_sets,
    may_print_agreement,
    may_reveal_phone,
)
from inspections.services import frontages as services
from inspections.services.duty_sets import names_of, rules_for
from inspections.services.frontage_papers import Paper
from inspections.views.findings import standing
from inspections.views.stars import standing_context, standing_of

CRUMBS = [
    ("检查", reverse_lazy("inspections:findings")),
    ("门前三包", reverse_lazy("inspections:frontages")),
]
SHOWN = 20


class FrontageList(ListPage):
    """门前三包责任区名册."""

    title, noun, section = "门前三包责任区", "户", "inspections"
    filterset_class = FrontageFilter
    default_sort = "community__code,road_section__name,pk"
    empty_text = "名册里还没有责任区"
    empty_hint = "由共建办从“门前三包名册”表格导入"

    def get_queryset(self):
        seen = Frontage.objects.visible_to(self.request.user)
        return seen.select_related("community", "road_section", "standing")

    def get_columns(self):
        today = self.request.user.as_of
        return (
            Column("店招名称", "shop_name", sort="shop_name", link=True),
            Column("社区", "community.name", sort="community__code"),
            Column("路段", "road_section.name", sort="community__code,road_section__name,pk"),
            Column("门牌号", "door_number"),
            Column("责任人", "responsible_person"),
            Column("联系电话", "phone", kind="phone"),
            Column("协议编号", "agreement_number", sort="agreement_number"),
            Column("责任牌编号", "plaque_number", sort="plaque_number"),
            Column("有效期至", "valid_until", sort="valid_until", kind="date"),
            Column(
                "协议",
                lambda frontage: agreement(frontage, today)[0],
                kind="tag",
                tone=lambda frontage: agreement(frontage, today)[1],
            ),
            Column("星级", lambda frontage: standing_of(frontage).shown, sort="standing__stars"),
            Column(
                "状态",
                "get_status_display",
                sort="status",
                kind="tag",
                tone=lambda frontage: frontage.status_tone,
            ),
        )

    def tabs(self):
        today = self.request.user.as_of
        trading = Q(status=FrontageStatus.TRADING)
        return (
            Tab("全部"),
            Tab("营业", "trading", trading),
            Tab("即将到期", "expiring", trading & expiring_at(today)),
            Tab("协议到期", "expired", trading & Q(valid_until__lt=today)),
            Tab("未签协议", "unsigned", trading & Q(valid_until=None)),
        )

    def buttons(self):
        return [
            Button("问题整改", reverse("inspections:findings")),
            Button("月自查", reverse("inspections:self_checks")),
            *(
                [Button("责任内容", reverse("inspections:duty_sets"))]
                if may_keep_duty_sets(self.request.user)
                else []
            ),
            Button("今日抽查", reverse("inspections:round")),
            Button("红黑榜", reverse("inspections:honours")),
        ]

    def acts(self):
        user = self.request.user
        if not (may_keep_duty_sets(user) or communities_kept_by(user).exists()):
            return ()
        url = reverse("inspections:frontage_papers")
        return tuple(Act(f"印{label}", f"{url}?kind={kind}") for kind, label in Paper.choices)


def agreement(frontage, today) -> tuple[str, str]:
    """How the agreement stands; nothing is asked of a door with nobody behind it."""
    return ("", "") if frontage.status in services.NOBODY_THERE else frontage.agreement_state(today)


def visible(user):
    return Frontage.objects.visible_to(user).select_related(
        "community__group__lead_unit", "road_section", "standing"
    )


@require_safe
def detail(request, pk):
    return _detail(request, get_object_or_404(visible(request.user), pk=pk))


@require_POST
@never_cache
def frontage_phone(request, pk):
    """The frontage's page with the whole number of who answers for it, this once."""
    frontage = get_object_or_404(visible(request.user), pk=pk)
    allowed = may_reveal_phone(request.user, frontage)
    phone = reveal_phone(
        frontage, frontage.phone, allowed=allowed, by=request.user, at=timezone.now()
    )
    return _detail(request, frontage, revealed=phone)


def _detail(request, frontage, revealed: str = ""):
    pk, rules = frontage.pk, rules_for(frontage.duty_set)
    may_check = frontage.status not in services.NOBODY_THERE and may_check_frontage(
        request.user, frontage
    )
    may_edit, now = may_edit_frontage(request.user, frontage), timezone.now()
    findings = frontage.findings.select_related("responsible_unit").order_by("-found_at")[:SHOWN]
    context = {
        "title": frontage.shop_name,
        "eyebrow": f"{frontage.community} · {frontage.address}",
        "section": "inspections",
        "crumbs": CRUMBS,
        "state_of": frontage,
        "buttons": [
            *(
                [("修改", reverse("inspections:frontage_edit", args=[pk]), False)]
                if may_edit
                else []
            ),
            *(
                [("登记抽查", reverse("inspections:frontage_check", args=[pk]), True)]
                if may_check
                else []
            ),
        ],
        "frontage": frontage,
        "revealed": revealed,
        "may_reveal_phone": may_reveal_phone(request.user, frontage),
        "may_print": may_print_agreement(request.user, frontage),
        "papers": Paper.choices,
        "agreement": agreement(frontage, request.user.as_of),
        "rules": rules,
        "past": frontage.past.select_related("by").order_by("-at", "-pk")[:SHOWN],
        "checks": [
            (check, names_of(check.failed, rules))
            for check in frontage.checks.select_related("by").order_by("-checked_on", "-pk")[:SHOWN]
        ],
        "findings": [(finding, standing(finding, now)) for finding in findings],
        "history": history_of(frontage),
        **standing_context(frontage, request.user),
    }
    return render(request, "inspections/frontage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request, pk):
    """登记抽查: what is ticked was not kept and becomes a finding."""
    frontage = get_object_or_404(visible(request.user), pk=pk)
    require(may_check_frontage(request.user, frontage), "您不能登记这个责任区的抽查")
    form = FrontageCheckForm(
        *posted(request), frontage=frontage, initial={"checked_on": request.user.as_of}
    )
    if form.is_valid():
        try:
            done = services.check_frontage(
                frontage, **form.cleaned_data, by=request.user, at=timezone.now()
            )
            messages.success(request, _said(done, frontage))
            return redirect(frontage)
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {
        "title": f"抽查：{frontage.shop_name}",
        "eyebrow": f"{frontage.community} · {frontage.address}",
        "section": "inspections",
        "crumbs": CRUMBS,
        "form": form,
        "submit_label": "登记抽查",
        "back_url": frontage.get_absolute_url(),
    }
    return render(request, "forms/form_page.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """修改责任区: the shop and who answers for it, the agreement, the plaque, the extent, the place."""
    frontage = get_object_or_404(visible(request.user), pk=pk)
    require(may_edit_frontage(request.user, frontage), services.MAY_NOT_EDIT)
    title, eyebrow = f"修改：{frontage.shop_name}", f"{frontage.community} · {frontage.address}"
    editing = Editing(request, frontage, _kept, history=history_of)
    form = FrontageForm(*posted(request), instance=get_object_or_404(visible(request.user), pk=pk))
    if form.is_valid():
        given = {
            **form.changes(),
            "only_corrects": form.cleaned_data["only_corrects"],
            "by": request.user,
            "at": timezone.now(),
        }
        try:
            if editing.unless_changed(lambda row: services.change_frontage(row, **given), form):
                messages.success(request, "已保存")
                return redirect(frontage)
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {
        "title": title,
        "eyebrow": eyebrow,
        "section": "inspections",
        "crumbs": CRUMBS,
        "form": form,
        "back_url": frontage.get_absolute_url(),
        "editing": editing,
    }
    return render(
        request, "forms/form_page.html", context, status=400 if form.errors else editing.status
    )


def _kept(frontage):
    """What the page edits. The telephone goes by its print: a page that hides it does not carry it either."""
    names = services.EDITABLE + services.AGREEMENT
    shown = {name: getattr(frontage, name) for name in names if name != "phone"}
    return {**shown, "phone_print": phone_print(frontage.phone)}


def _said(check, frontage) -> str:
    if check.passed:
        return "抽查已登记：各项责任都已落实。"
    return f"抽查已登记：{names_of(check.failed, rules_for(frontage.duty_set))}未落实，已生成问题并派给牵头单位。"
