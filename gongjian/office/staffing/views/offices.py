import django_filters
from django.urls import reverse
from django.utils.html import format_html

from communities.models import Community
from gongjian.accounts.models import Appointment
from gongjian.accounts.roles import Role
from gongjian.audit.listing import Column, LoggedListPage
from gongjian.lib.inputs import DayInput
from gongjian.office.staffing.offices import (
    communities_known_to,
    offices_visible_to,
    place_of,
    units_known_to,
    with_places,
)
from gongjian.office.staffing.permissions import may_see_offices, may_see_staff
from gongjian.office.staffing.views.pages import LIST
from gongjian.workflow import require
from units.models import Unit


def _units(request):
    if request:
        return units_known_to(request.user).order_by("name")
    return Unit.objects.none()


def _communities(request):
    if request:
        return communities_known_to(request.user).order_by("code")
    return Community.objects.none()


class OfficeFilter(django_filters.FilterSet):
    on = django_filters.DateFilter(label="在任日期", method="in_force", widget=DayInput())
    role = django_filters.ChoiceFilter(label="角色", choices=Role.choices, empty_label="全部")
    unit = django_filters.ModelChoiceFilter(
        label="单位", field_name="unit_posting__unit", queryset=_units, empty_label="全部"
    )
    community = django_filters.ModelChoiceFilter(
        label="社区",
        field_name="community_posting__community",
        queryset=_communities,
        empty_label="全部",
    )

    class Meta:
        model = Appointment
        fields = ["on", "role", "unit", "community"]

    def in_force(self, queryset, name, value):
        return queryset.in_force(value)


class OfficeList(LoggedListPage):
    """任职沿革: who held which office from when to when; with a day, who held it on that day."""

    title, noun = "任职沿革", "项"
    filterset_class = OfficeFilter
    default_sort = "-starts_on"
    empty_text = "还没有任职"
    history = (
        Column(
            "单位或社区",
            place_of,
            sort="unit_posting__unit__name,community_posting__community__code",
        ),
        Column("角色", "get_role_display", sort="role"),
        Column("职务", "title"),
        Column("姓名", "user.name", sort="user__name"),
        Column("任职日期", "starts_on", sort="starts_on", kind="date"),
        Column("离任日期", "ends_on", sort="ends_on", kind="date"),
    )

    @property
    def section(self):
        return "accounts" if may_see_staff(self.request.user) else "units"

    @property
    def crumbs(self):
        if may_see_staff(self.request.user):
            return [LIST]
        return [("单位名册", reverse("units:list"))]

    def get_columns(self):
        """With the state of each on the reader's day; keepers of accounts go on from a name to its
        account.
        """
        user = self.request.user
        state = Column(
            "状态",
            lambda appointment: _state(appointment, user.as_of),
            kind="tag",
            tone=lambda appointment: _tone(appointment, user.as_of),
        )
        if not may_see_staff(user):
            return (*self.history, state)
        named = Column("姓名", _linked_name, sort="user__name")
        return (*(named if column.label == "姓名" else column for column in self.history), state)

    def get_queryset(self):
        require(may_see_offices(self.request.user), "任职沿革由管理员、共建办和本单位的经办人查阅")
        return with_places(offices_visible_to(self.request.user))


def _state(appointment, on) -> str:
    if appointment.starts_on > on:
        return "未到任"
    return "在任" if appointment.is_in_force(on) else "已离任"


def _tone(appointment, on) -> str:
    return "good" if appointment.is_in_force(on) else ""


def _linked_name(appointment):
    return format_html(
        '<a href="{}">{}</a>', appointment.user.get_absolute_url(), appointment.user.name
    )
