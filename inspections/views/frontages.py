"""门前三包: the register of frontages, the page of one, checking it and changing it."""

from functools import partial

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongjian.audit.history import history_of
from gongjian.audit.listing import Act, Button, Column, LoggedListPage, Tab
from gongjian.audit.revealing import reveal_phone
from gongjian.lib.acting import carry_out, form_page, posted
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
    may_see_todays_checks,
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


class FrontageList(LoggedListPage):
    """门前三包责任区名册."""

    title, noun, section = "门前三包责任区", "户", "inspections"
    filterset_class = FrontageFilter
    default_sort = "community__code,road_section__name,pk"
    empty_text = "名册里还没有责任区"
    empty_hint = "由共建办从“门前三包名册”表格导入"

    def get_queryset(self):
        frontages = Frontage.objects.visible_to(self.request.user)
        return frontages.select_related("community", "road_section", "standing")

    def get_columns(self):
        today = self.request.user.as_of

        def agreement(frontage) -> str:
            return agreement_of(frontage, today)[0]

        def agreement_tone(frontage) -> str:
            return agreement_of(frontage, today)[1]

        place = (
            Column("店招名称", "shop_name", sort="shop_name", link=True),
            Column("社区", "community.name", sort="community__code"),
            Column("路段", "road_section.name", sort="community__code,road_section__name,pk"),
            Column("门牌号", "door_number"),
        )
        duty = (
            Column("责任人", "responsible_person"),
            Column("联系电话", "phone", kind="phone"),
            Column("协议编号", "agreement_number", sort="agreement_number"),
            Column("责任牌编号", "plaque_number", sort="plaque_number"),
            Column("有效期至", "valid_until", sort="valid_until", kind="date"),
        )
        state = (
            Column("协议", agreement, kind="tag", tone=agreement_tone),
            Column("星级", stars_of, sort="standing__stars"),
            Column("状态", "get_status_display", sort="status", kind="tag", tone=tone_of),
        )
        return place + duty + state

    def tabs(self):
        today = self.request.user.as_of
        trading = Q(status=FrontageStatus.TRADING)
        expiring = trading & expiring_at(today)
        expired = trading & Q(valid_until__lt=today)
        unsigned = trading & Q(valid_until=None)
        return (
            Tab("全部"),
            Tab("营业", "trading", trading),
            Tab("即将到期", "expiring", expiring),
            Tab("协议到期", "expired", expired),
            Tab("未签协议", "unsigned", unsigned),
        )

    def buttons(self):
        links = [
            Button("问题整改", reverse("inspections:findings")),
            Button("月自查", reverse("inspections:self_checks")),
        ]
        if may_keep_duty_sets(self.request.user):
            links.append(Button("责任内容", reverse("inspections:duty_sets")))
        if may_see_todays_checks(self.request.user):
            links.append(Button("今日抽查", reverse("inspections:round")))
        links.append(Button("红黑榜", reverse("inspections:honours")))
        return links

    def acts(self):
        user = self.request.user
        if not may_keep_duty_sets(user) and not communities_kept_by(user).exists():
            return ()
        url = reverse("inspections:frontage_papers")
        acts = []
        for kind, label in Paper.choices:
            acts.append(Act(f"印{label}", f"{url}?kind={kind}"))
        return acts


def stars_of(frontage) -> str:
    return standing_of(frontage).shown


def tone_of(frontage) -> str:
    return frontage.status_tone


def agreement_of(frontage, today) -> tuple[str, str]:
    """Return how the agreement stands; nothing is asked of a door with nobody behind it."""
    if frontage.status in services.NOBODY_THERE:
        return "", ""
    return frontage.agreement_state(today)


def visible(user):
    frontages = Frontage.objects.visible_to(user)
    return frontages.select_related("community__group__lead_unit", "road_section", "standing")


def place_of(frontage) -> str:
    """Return community and address, as the page says above its title."""
    return f"{frontage.community} · {frontage.address}"


def crumb_of(frontage) -> tuple[str, str]:
    return frontage.shop_name, frontage.get_absolute_url()


@require_safe
def detail(request, pk):
    return detail_page(request, get_object_or_404(visible(request.user), pk=pk))


@require_POST
@never_cache
def frontage_phone(request, pk):
    """The frontage's page with the whole number of who answers for it, this once."""
    frontage = get_object_or_404(visible(request.user), pk=pk)
    allowed = may_reveal_phone(request.user, frontage)
    who_and_when = {"by": request.user, "at": timezone.now()}
    phone = reveal_phone(frontage, frontage.phone, allowed=allowed, **who_and_when)
    return detail_page(request, frontage, revealed=phone)


def detail_page(request, frontage, revealed: str = ""):
    """Answer with the page of a frontage; `revealed` is the whole number where it was asked."""
    user = request.user
    buttons = buttons_of(frontage, user)
    agreement = agreement_of(frontage, user.as_of)
    context = {
        "title": frontage.shop_name,
        "eyebrow": place_of(frontage),
        "section": "inspections",
        "crumbs": CRUMBS,
        "state_of": frontage,
        "buttons": buttons,
        "frontage": frontage,
        "revealed": revealed,
        "papers": Paper.choices,
        "agreement": agreement,
        "history": history_of(frontage),
    }
    context["may_reveal_phone"] = may_reveal_phone(user, frontage)
    context["may_print"] = may_print_agreement(user, frontage)
    context |= records_of(frontage)
    context |= standing_context(frontage, user)
    return render(request, "inspections/frontage.html", context)


def buttons_of(frontage, user) -> list[tuple[str, str, bool]]:
    """Return (label, address, whether it is the main act) of what the user may do."""
    buttons = []
    if may_edit_frontage(user, frontage):
        url = reverse("inspections:frontage_edit", args=[frontage.pk])
        buttons.append(("修改", url, False))
    is_used = frontage.status not in services.NOBODY_THERE
    if is_used and may_check_frontage(user, frontage):
        url = reverse("inspections:frontage_check", args=[frontage.pk])
        buttons.append(("登记抽查", url, True))
    return buttons


def records_of(frontage) -> dict:
    """Return duties, former agreements, checks and findings, the latest of each."""
    rules = rules_for(frontage.duty_set)
    former = frontage.past.select_related("by").order_by("-at", "-pk")
    latest_checks = frontage.checks.select_related("by").order_by("-checked_on", "-pk")[:SHOWN]
    checks = [(check, names_of(check.failed, rules)) for check in latest_checks]
    latest = frontage.findings.select_related("responsible_unit").order_by("-found_at")[:SHOWN]
    now = timezone.now()
    findings = [(finding, standing(finding, now)) for finding in latest]
    return {"rules": rules, "past": former[:SHOWN], "checks": checks, "findings": findings}


@require_http_methods(["GET", "HEAD", "POST"])
def check(request, pk):
    """登记抽查: what is ticked was not kept and becomes a finding."""
    frontage = get_object_or_404(visible(request.user), pk=pk)
    require(may_check_frontage(request.user, frontage), "您不能登记这个责任区的抽查")
    initial = {"checked_on": request.user.as_of}
    form = FrontageCheckForm(*posted(request), frontage=frontage, initial=initial)
    service = partial(services.check_frontage, frontage, by=request.user, at=timezone.now())
    check = carry_out(form, service)
    if check:
        messages.success(request, result_of(check))
        return redirect(frontage)
    return form_page(
        request,
        form,
        title=f"抽查：{frontage.shop_name}",
        eyebrow=place_of(frontage),
        section="inspections",
        crumbs=CRUMBS,
        back=crumb_of(frontage),
        submit_label="登记抽查",
    )


def result_of(check) -> str:
    """Return what a check came to, for whoever entered it."""
    if check.passed:
        return "抽查已登记：各项责任都已落实。"
    names = names_of(check.failed, rules_for(check.frontage.duty_set))
    return f"抽查已登记：{names}未落实，已生成问题并派给牵头单位。"


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """修改责任区: the shop, who answers for it, the agreement, the plaque, extent and place."""
    frontage = get_object_or_404(visible(request.user), pk=pk)
    require(may_edit_frontage(request.user, frontage), services.MAY_NOT_EDIT)
    editing = Editing(request, frontage, edited_values, history=history_of)
    # A row of its own, so that the titles show the frontage as it stands.
    instance = get_object_or_404(visible(request.user), pk=pk)
    form = FrontageForm(*posted(request), instance=instance)

    def change(row, **data):
        changes = form.changes() | {"only_corrects": data["only_corrects"]}
        return services.change_frontage(row, **changes, by=request.user, at=timezone.now())

    if carry_out(form, change, editing=editing):
        messages.success(request, "已保存")
        return redirect(frontage)
    return form_page(
        request,
        form,
        title=f"修改：{frontage.shop_name}",
        eyebrow=place_of(frontage),
        section="inspections",
        crumbs=CRUMBS,
        back=crumb_of(frontage),
        editing=editing,
    )


def edited_values(frontage) -> dict:
    """Return what the page edits.

    The telephone goes by its print: a page that hides it does not carry it either.
    """
    values = {"phone_print": phone_print(frontage.phone)}
    for name in services.EDITABLE + services.AGREEMENT:
        if name != "phone":
            values[name] = getattr(frontage, name)
    return values
