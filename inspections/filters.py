"""The filters of the lists and of the API."""

import django_filters as df
from django.db.models import Q
from django.forms import TextInput

from communities.models import Community
from gongjian.lib.inputs import DayInput, MonthInput
from gongjian.lib.quarters import Quarter, month_of
from gongjian.lib.stars import MOST_STARS
from inspections.models import Finding, Frontage, SelfCheck
from inspections.models.frontages import FrontageStatus
from inspections.models.self_checks import valid_month
from inspections.services.checklists import item_names
from inspections.services.duty_sets import titles_of_sets
from units.models import Unit

UNRATED = "none"
STARS = [(str(stars), f"{stars} 星") for stars in range(MOST_STARS, 0, -1)]
STARS.append((UNRATED, "未评星"))
QUARTERS_BACK = 6


def visible_communities(request):
    """Return the communities that the user sees; none while the API's schema is drawn."""
    if request is None:
        return Community.objects.none()
    return Community.objects.visible_to(request.user).order_by("code")


def responsible_units(request):
    """Return the units responsible for a finding that the user sees."""
    if request is None:
        return Unit.objects.none()
    findings = Finding.objects.visible_to(request.user).exclude(responsible_unit=None)
    units = Unit.objects.filter(pk__in=findings.values("responsible_unit"))
    return units.order_by("short_name")


class CommunityChoiceFilter(df.ModelChoiceFilter):
    def __init__(self, **options):
        options.update(label="社区", field_name="community", empty_label="全部")
        super().__init__(queryset=visible_communities, **options)


class SelfCheckFilter(df.FilterSet):
    """One month at a time; the current month while none is chosen."""

    month = df.CharFilter(label="月份", widget=MonthInput, validators=[valid_month])
    community = CommunityChoiceFilter()

    class Meta:
        model = SelfCheck
        fields = ()

    def __init__(self, data=None, *args, **kwargs):
        request = kwargs.get("request")
        data = data.copy() if data is not None else {}
        if not data.get("month"):
            data["month"] = month_of(request.user.as_of)
        super().__init__(data, *args, **kwargs)


def lead_units(request):
    """Return the units that lead a community that the user sees."""
    communities = visible_communities(request)
    units = Unit.objects.filter(pk__in=communities.values("group__lead_unit"))
    return units.order_by("short_name")


class SelfCheckMonthsFilter(df.FilterSet):
    """A quarter or a year of communities; the current quarter while none is chosen."""

    search = df.CharFilter(label="社区", field_name="name", lookup_expr="icontains")
    period = df.ChoiceFilter(label="时段", method="all_rows", empty_label=None)
    lead_unit = df.ModelChoiceFilter(
        label="牵头单位", field_name="group__lead_unit", queryset=lead_units, empty_label="全部"
    )

    class Meta:
        model = Community
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = periods(self.request.user.as_of)
        self.filters["period"].extra["choices"] = choices

    def all_rows(self, queryset, name, value):
        """Return every row: a period narrows the columns."""
        return queryset


def periods(on) -> list[tuple[str, str]]:
    """Return quarters and years to choose from, as (value, label), the current quarter first."""
    choices = []
    quarter = Quarter.of(on)
    for _ in range(QUARTERS_BACK):
        choices.append((str(quarter), quarter.title))
        quarter = quarter.previous()
    for year in (on.year, on.year - 1):
        choices.append((str(year), f"{year} 年"))
    return choices


# What is out of the ordinary with a finding. At most one request of a finding is open, so that no
# row shows twice.
MARKED = {
    "supervised": ("督办", Q(supervised_at__isnull=False)),
    "recurring": ("复发", Q(recurs_from__isnull=False)),
    "extension_asked": ("申请延期", Q(requests__status="asked", requests__kind="extension")),
    "hand_on_asked": ("退单待答复", Q(requests__status="asked", requests__kind="hand_on")),
    "extended": ("已延期", Q(original_due_at__isnull=False)),
    "reworked": ("返工", Q(rework_count__gt=0)),
    "false": ("虚假整改", Q(false_count__gt=0)),
}
MARK_CHOICES = [(key, label) for key, (label, _) in MARKED.items()]


class FindingFilter(df.FilterSet):
    search = df.CharFilter(
        label="搜索", method="find", widget=TextInput({"placeholder": "编号、问题、位置、店名"})
    )
    community = CommunityChoiceFilter()
    item = df.ChoiceFilter(label="项目", field_name="item_code", empty_label="全部")
    responsible_unit = df.ModelChoiceFilter(
        label="责任单位", queryset=responsible_units, empty_label="全部"
    )
    mark = df.ChoiceFilter(label="情形", method="marked", empty_label="全部", choices=MARK_CHOICES)
    found_from = df.DateFilter(
        label="发现日期从", field_name="found_at", lookup_expr="date__gte", widget=DayInput
    )
    found_to = df.DateFilter(
        label="到", field_name="found_at", lookup_expr="date__lte", widget=DayInput
    )

    class Meta:
        model = Finding
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.request:
            choices = item_names(self.request.user.as_of)
            self.filters["item"].extra["choices"] = choices

    def find(self, queryset, name, value):
        matches = Q(number__icontains=value)
        matches |= Q(description__icontains=value)
        matches |= Q(place__icontains=value)
        matches |= Q(frontage__shop_name__icontains=value)
        matches |= Q(community__name__icontains=value)
        return queryset.filter(matches)

    def marked(self, queryset, name, value):
        _, condition = MARKED[value]
        return queryset.filter(condition)


class FrontageFilter(df.FilterSet):
    search = df.CharFilter(
        label="搜索",
        method="find",
        widget=TextInput({"placeholder": "店招、门牌、路段、协议、拼音"}),
    )
    community = CommunityChoiceFilter()
    status = df.ChoiceFilter(label="状态", choices=FrontageStatus.choices, empty_label="全部")
    duty_set = df.ChoiceFilter(label="责任内容", empty_label="全部")
    shop_type = df.CharFilter(label="门店类型", lookup_expr="icontains")
    stars = df.ChoiceFilter(label="星级", choices=STARS, method="with_stars", empty_label="全部")
    valid_to = df.DateFilter(
        label="协议到期不晚于", field_name="valid_until", lookup_expr="lte", widget=DayInput
    )

    class Meta:
        model = Frontage
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(code, title) for code, title, _ in titles_of_sets()]
        self.filters["duty_set"].extra["choices"] = choices

    def find(self, queryset, name, value):
        return queryset.named(value)

    def with_stars(self, queryset, name, value):
        stars = None if value == UNRATED else int(value)
        return queryset.filter(standing__stars=stars)
