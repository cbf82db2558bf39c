"""Filters of what groups do: by community and quarter."""

import django_filters
from django.db.models import Q

from communities.models import Assignment, LabourDay, Meeting, Topic, Visit, WorkPlan
from communities.models.forum import TopicStatus
from communities.models.labour_days import LabourStatus
from communities.models.meetings import MeetingStatus
from communities.models.plans import PlanStatus
from gongjian.lib.quarters import Quarter


def planned_quarters():
    """Quarters whose work was issued, the latest first. One query."""
    work_plans = WorkPlan.objects.filter(status=PlanStatus.ISSUED)
    issued = work_plans.order_by("-quarter")
    pairs = []
    for text in issued.values_list("quarter", flat=True):
        pairs.append((text, Quarter.parse(text).title))
    return pairs


def quarters_with(requested: str):
    """The planned quarters, and the one asked for: without a plan it has no rows, which is no
    mistake.
    """
    quarters = planned_quarters()
    try:
        requested_quarter = (requested, Quarter.parse(requested).title)
    except ValueError:
        return quarters
    if requested_quarter in quarters:
        return quarters
    return [requested_quarter, *quarters]


def quarter_filter(field_name: str = "quarter"):
    return django_filters.ChoiceFilter(
        label="季度", field_name=field_name, choices=planned_quarters, empty_label="全部"
    )


class OfCommunityFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="社区名称或代码", method="of_community")

    def of_community(self, queryset, name, value):
        return queryset.filter(
            Q(community__name__icontains=value) | Q(community__code__startswith=value)
        )


class AssignmentFilter(OfCommunityFilter):
    quarter = django_filters.ChoiceFilter(
        label="季度", field_name="plan__quarter", choices=(), empty_label="最近一季度"
    )
    lead = django_filters.CharFilter(label="牵头单位", method="led_by")

    class Meta:
        model = Assignment
        fields = ["q", "quarter", "lead"]

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        requested = (data or {}).get("quarter", "")
        self.filters["quarter"].extra["choices"] = quarters_with(requested)

    def led_by(self, queryset, name, value):
        named = Q(community__group__lead_unit__name__icontains=value)
        return queryset.filter(named | Q(community__group__lead_unit__short_name__icontains=value))


class MeetingFilter(OfCommunityFilter):
    quarter = quarter_filter()
    status = django_filters.ChoiceFilter(
        label="状态", choices=MeetingStatus.choices, empty_label="全部"
    )

    class Meta:
        model = Meeting
        fields = ["q", "quarter", "status"]


class LabourDayFilter(OfCommunityFilter):
    quarter = quarter_filter()
    status = django_filters.ChoiceFilter(
        label="状态", choices=LabourStatus.choices, empty_label="全部"
    )

    class Meta:
        model = LabourDay
        fields = ["q", "quarter", "status"]


class VisitFilter(OfCommunityFilter):
    quarter = quarter_filter()

    class Meta:
        model = Visit
        fields = ["q", "quarter"]


class TopicFilter(OfCommunityFilter):
    words = django_filters.CharFilter(label="题目", field_name="title", lookup_expr="icontains")
    status = django_filters.ChoiceFilter(
        label="状态", choices=TopicStatus.choices, empty_label="全部"
    )

    class Meta:
        model = Topic
        fields = ["q", "words", "status"]
