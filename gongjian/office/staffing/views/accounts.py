from functools import partial

import django_filters
from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from gongjian.audit.history import history_of
from gongjian.audit.listing import Act, Button, Column, LoggedListPage, Tab
from gongjian.audit.revealing import reveal_phone
from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.lib.editing import Editing
from gongjian.lib.phones import mask, phone_print
from gongjian.office.staffing import services
from gongjian.office.staffing.attention import ending_soon, long_unused, without_office
from gongjian.office.staffing.forms import AccountForm, EditAccountForm, StopForm
from gongjian.office.staffing.offices import PLACES, place_of
from gongjian.office.staffing.permissions import (
    may_appoint,
    may_appoint_somebody,
    may_keep_accounts,
    may_reveal_phone,
    may_see_staff,
    roles_appointed_by,
)
from gongjian.office.staffing.views.pages import LIST, ONLY_STAFF, crumb, visible_account
from gongjian.workflow import require

LONG_UNUSED = "unused"


class StaffFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="搜索", method="search")
    role = django_filters.ChoiceFilter(
        label="角色", choices=Role.choices, method="holds", empty_label="全部"
    )

    def search(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(username__icontains=value))

    def holds(self, queryset, name, value):
        appointments = Appointment.objects.in_force(self.request.user.as_of)
        today = appointments.filter(role=value)
        return queryset.filter(pk__in=today.values("user"))


class StaffList(LoggedListPage):
    title, noun, section = "账号", "个", "accounts"
    filterset_class = StaffFilter
    default_sort = "username"

    def get_columns(self):
        return (
            Column("账号", "username", sort="username", link=True),
            Column("姓名", "name", sort="name"),
            Column("角色", self._roles),
            Column("最近登录", "last_login", sort="last_login", kind="datetime"),
            Column("状态", "state", kind="tag", tone=lambda user: "" if user.is_active else "bad"),
        )

    def _roles(self, account):
        """What he holds today, each once, with the day on which it ends."""
        today = self.request.user.as_of
        held = []
        for one in account.appointments.all():
            if one.is_in_force(today):
                held.append(one)
        return "、".join(dict.fromkeys(one.get_role_display() + _until(one) for one in held))

    def get_queryset(self):
        allowed = may_see_staff(self.request.user)
        require(allowed, ONLY_STAFF)
        return User.objects.visible_to(self.request.user).prefetch_related("appointments")

    def tabs(self):
        today = self.request.user.as_of
        now = timezone.now()
        return [
            Tab("全部"),
            Tab("90 天未登录", LONG_UNUSED, long_unused(now)),
            Tab("没有任职", "idle", without_office(today)),
            Tab("30 天内到期", "ending", ending_soon(today)),
        ]

    def buttons(self):
        offices = Button("任职沿革", reverse("staffing:offices"))
        may = may_keep_accounts(self.request.user)
        if may:
            return [offices, Button("新开账号", reverse("staffing:new"), True)]
        return [offices]

    def acts(self):
        """Accounts are stopped by the list only from the lists of those that nobody needs."""
        if may_keep_accounts(self.request.user) and self.request.GET.get("tab") in (
            LONG_UNUSED,
            "idle",
        ):
            return [Act("停用所选账号", "staffing:stop_many")]
        return []


def _until(held: Appointment) -> str:
    if held.ends_on:
        return f"（至 {held.ends_on:%Y-%m-%d}）"
    return ""


def account_new(request):
    """Open an account and show its one-time password, once."""
    require(may_keep_accounts(request.user), ONLY_STAFF)
    roles = roles_appointed_by(request.user)
    form = AccountForm(*posted(request), roles=roles, initial={"starts_on": timezone.localdate()})
    act = partial(services.open_account, by=request.user, at=timezone.now())
    opened = carry_out(form, act)
    if opened:
        account, password = opened
        return show_password(request, account, password)
    return form_page(request, form, title="新开账号", section="accounts", back=LIST)


def show_password(request, user, password):
    context = {
        "account": user,
        "password": password,
        "title": f"{user.name}的一次性密码",
        "section": "accounts",
    }
    response = render(request, "staffing/password.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def account_detail(request, pk):
    """One account: the offices held, then and now, and what was done with it."""
    return _detail(request, visible_account(request, pk))


@require_POST
@never_cache
def account_reveal_phone(request, pk):
    """The account's page with its holder's whole number, this once."""
    account = visible_account(request, pk)
    allowed = may_reveal_phone(request.user, account)
    phone = reveal_phone(
        account, account.phone, allowed=allowed, by=request.user, at=timezone.now()
    )
    return _detail(request, account, revealed=phone)


def _detail(request, account, revealed: str = ""):
    offices = []
    for held in _appointments_of(account):
        office = _office(held, request.user)
        offices.append(office)
    may_keep = may_keep_accounts(request.user, account)
    context = {
        "account": account,
        "title": account.name,
        "eyebrow": account.username,
        "section": "accounts",
        "crumbs": [LIST],
        "offices": offices,
        "may_keep": may_keep,
        "may_appoint": may_appoint_somebody(request.user, account),
        "revealed": revealed,
        "may_reveal_phone": may_reveal_phone(request.user, account),
        "history": history_of(account),
    }
    return render(request, "staffing/account_detail.html", context)


def _appointments_of(account):
    appointments = account.appointments.select_related("user", *PLACES)
    return appointments.order_by("-starts_on", "pk")


def _office(held: Appointment, user) -> dict:
    """One line: the appointment, where it is held, and what the reader may do with it."""
    may_change = may_appoint(user, held.user, held.role)
    may_hand_over = held.is_in_force(user.as_of)
    return {"held": held, "place": place_of(held), "may_change": may_change,
            "may_hand_over": may_hand_over}  # fmt: skip


def account_edit(request, pk):
    """Correct the name or the telephone number."""
    account = visible_account(request, pk)
    allowed = may_keep_accounts(request.user, account)
    require(allowed, services.ONLY_ADMIN)
    editing = Editing(request, account, _named, history=history_of)
    form = EditAccountForm(*posted(request), initial=_named(account))
    act = partial(services.edit_account, by=request.user, at=timezone.now())
    if carry_out(form, act, editing=editing):
        messages.success(request, f"已更新{account.name}的账号")
        return redirect(account)
    return form_page(
        request,
        form,
        title=f"修改账号：{account.username}",
        section="accounts",
        crumbs=[LIST],
        back=crumb(account),
        editing=editing,
    )


def _named(account):
    return {
        "name": account.name,
        "phone": mask(account.phone),
        "phone_print": phone_print(account.phone),
    }


@require_POST
def account_reset(request, pk):
    """Give a new one-time password and show it, once."""
    account = visible_account(request, pk)
    password = services.reset_password(account, by=request.user, at=timezone.now())
    return show_password(request, account, password)


@require_POST
def account_stop(request, pk):
    """Stop an account, or put it to use again."""
    account = visible_account(request, pk)
    services.set_active(account, active=not account.is_active, by=request.user, at=timezone.now())
    messages.success(request, "账号已启用" if account.is_active else "账号已停用")
    return redirect(account)


@require_POST
def accounts_stop(request):
    """Ask whether the ticked accounts are really to be stopped, then stop them all."""
    require(may_keep_accounts(request.user), ONLY_STAFF)
    users = User.objects.visible_to(request.user)
    others = users.filter(is_active=True)
    others = others.exclude(pk=request.user.pk)
    form = StopForm(request.POST, accounts=others)
    if not form.is_valid():
        messages.error(request, "请先勾选在用的账号；自己的账号不能停用")
        return redirect("staffing:list")
    chosen = list(form.cleaned_data["ids"].order_by("username"))
    if "confirmed" not in request.POST:
        return _ask_to_stop(request, form, chosen)
    count = services.stop_accounts(chosen, by=request.user, at=timezone.now())
    messages.success(request, f"已停用 {count} 个账号")
    return redirect("staffing:list")


def _ask_to_stop(request, form, chosen):
    consequences = []
    for user in chosen:
        consequences.append(f"{user.name}（{user.username}）")
    context = {
        "title": "停用账号",
        "section": "accounts",
        "crumbs": [LIST],
        "form": form,
        "question": f"确定停用下列 {len(chosen)} 个账号？停用后不能再登录，可随时重新启用。",
        "consequences": consequences,
        "submit_label": "停用",
        "danger": True,
        "back_url": reverse("staffing:list"),
    }
    return render(request, "staffing/stop.html", context)
