import django_filters
from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, ListPage
from gongjian.staffing import services
from gongjian.staffing.forms import AccountForm, AppointmentForm, EndForm
from gongjian.staffing.permissions import may_keep_accounts, may_see_staff
from gongjian.workflow import require

ONLY_STAFF = "账号由系统管理员办理"


class StaffFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="搜索", method="search")
    role = django_filters.ChoiceFilter(label="角色", choices=Role.choices, method="holds")

    def search(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(username__icontains=value))

    def holds(self, queryset, name, value):
        return queryset.filter(pk__in=Appointment.objects.filter(role=value, ends_on=None).values("user"))


class StaffList(ListPage):
    title, noun, section = "账号", "个", "accounts"
    filterset_class = StaffFilter
    default_sort = "username"
    columns = (
        Column("账号", "username", sort="username", link=True),
        Column("姓名", "name", sort="name"),
        Column("角色", lambda user: "、".join(held.get_role_display() for held in user.appointments.all())),
        Column("最近登录", "last_login", sort="last_login", kind="datetime"),
        Column("状态", "state", kind="tag", tone=lambda user: "" if user.is_active else "bad"),
    )

    def get_queryset(self):
        require(may_see_staff(self.request.user), ONLY_STAFF)
        return User.objects.visible_to(self.request.user).prefetch_related("appointments")

    def buttons(self):
        return [Button("新开账号", reverse("staffing:new"), True)] if may_keep_accounts(self.request.user) else []


def _visible(request, pk):
    require(may_see_staff(request.user), ONLY_STAFF)
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


def account_new(request):
    """Open an account and show its one-time password, once."""
    require(may_keep_accounts(request.user), ONLY_STAFF)
    form = AccountForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        user, password = services.open_account(**form.cleaned_data, by=request.user, at=timezone.now())
        return _show_password(request, user, password)
    return _form_page(request, form, title="新开账号", back_url=reverse("staffing:list"))


def _show_password(request, user, password):
    context = {"account": user, "password": password, "title": f"{user.name}的一次性密码", "section": "accounts"}
    response = render(request, "staffing/password.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _form_page(request, form, *, title, back_url):
    crumbs = [("账号", reverse("staffing:list"))]
    context = {"form": form, "title": title, "section": "accounts", "crumbs": crumbs, "back_url": back_url}
    return render(request, "forms/form_page.html", context)


def account_detail(request, pk):
    """One account: the offices held, then and now, and what was done with it."""
    account = _visible(request, pk)
    places = ("unit_posting__unit", "community_posting__community")
    context = {
        "account": account,
        "title": account.name,
        "eyebrow": account.username,
        "section": "accounts",
        "crumbs": [("账号", reverse("staffing:list"))],
        "appointments": account.appointments.select_related(*places).order_by("-starts_on", "pk"),
        "may_keep": may_keep_accounts(request.user, account),
        "history": history_of(account),
    }
    return render(request, "staffing/account_detail.html", context)


def appointment_new(request, pk):
    """Appoint the holder of an account to a further role."""
    account = _visible(request, pk)
    require(may_keep_accounts(request.user, account), services.ONLY_ADMIN)
    form = AppointmentForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        services.appoint(account, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, f"已任命{account.name}")
        return redirect(account)
    return _form_page(request, form, title=f"任命{account.name}", back_url=account.get_absolute_url())


def appointment_end(request, pk):
    """End one appointment on a day."""
    require(may_see_staff(request.user), ONLY_STAFF)
    appointment = get_object_or_404(Appointment.objects.select_related("user"), pk=pk)
    account = appointment.user
    require(may_keep_accounts(request.user, account), services.ONLY_ADMIN)
    form = EndForm(request.POST or None, instance=appointment, initial={"ends_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        services.end_appointment(appointment, **form.cleaned_data, by=request.user, at=timezone.now())
        messages.success(request, f"{account.name}的任职已结束，原来办的事保留不变")
        return redirect(account)
    title = f"结束任职：{account.name} {appointment.get_role_display()}"
    return _form_page(request, form, title=title, back_url=account.get_absolute_url())


@require_POST
def account_reset(request, pk):
    """Give a new one-time password and show it, once."""
    account = _visible(request, pk)
    return _show_password(request, account, services.reset_password(account, by=request.user, at=timezone.now()))


@require_POST
def account_stop(request, pk):
    """Stop an account, or put it to use again."""
    account = _visible(request, pk)
    services.set_active(account, active=not account.is_active, by=request.user, at=timezone.now())
    messages.success(request, "账号已启用" if account.is_active else "账号已停用")
    return redirect(account)
