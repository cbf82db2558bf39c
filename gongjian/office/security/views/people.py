"""The security administrator's list of accounts: who signs in with a second factor, and from how
many places.
"""

import django_filters
from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html

from gongjian.accounts.factors import FACTORS
from gongjian.accounts.models import User
from gongjian.lib.listing import Column, ListPage
from gongjian.office.security.permissions import ONLY_SECURITY, may_keep_security
from gongjian.workflow import require


def load_person(request, pk) -> User:
    """The account that the security administrator asks for; everybody else is refused."""
    require(may_keep_security(request.user), ONLY_SECURITY)
    visible = User.objects.visible_to(request.user)
    return get_object_or_404(visible, pk=pk)


def _to_person(user, text) -> str:
    """The account's page here; its own address leads to the appointments."""
    return format_html('<a href="{}">{}</a>', reverse("security:person", args=[user.pk]), text)


class PeopleFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="搜索", method="search")
    factor = django_filters.ChoiceFilter(
        label="两步登录", choices=[("1", "已设"), ("0", "未设")], method="guarded"
    )

    def search(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(username__icontains=value))

    def guarded(self, queryset, name, value):
        return queryset.filter(guarded=value == "1")


class PeopleList(ListPage):
    title, noun, section = "登录安全", "个账号", "security"
    filterset_class = PeopleFilter
    default_sort = "username"
    columns = (
        Column("账号", lambda user: _to_person(user, user.username), sort="username"),
        Column("姓名", "name", sort="name"),
        Column(
            "两步登录",
            lambda user: "已设" if user.guarded else "未设",
            kind="tag",
            tone=lambda user: "good" if user.guarded else "",
        ),
        Column("登录着", "places", sort="places", kind="num"),
        Column("最近登录", "last_login", sort="last_login", kind="datetime"),
        Column("状态", "state", kind="tag", tone=lambda user: "" if user.is_active else "bad"),
    )

    def get_queryset(self):
        allowed = may_keep_security(self.request.user)
        require(allowed, ONLY_SECURITY)
        factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
        people = User.objects.visible_to(self.request.user)
        return people.annotate(guarded=Exists(factors), places=Count("usersession"))
