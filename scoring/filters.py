"""What a list of scores can be searched and filtered by."""

import django_filters
from django.db.models import Q, QuerySet

from communities.models.places import Class
from scoring.models import CorrectedScore, Score, UnitScore
from units.models import UnitKind


def grades() -> list[tuple[str, str]]:
    """Return every grade that was ever published or corrected."""
    published = Score.objects.order_by().values_list("grade", flat=True)
    corrected = CorrectedScore.objects.order_by().values_list("grade", flat=True)
    names = sorted(name for name in published.union(corrected) if name)
    return [(name, name) for name in names]


class ScoreFilter(django_filters.FilterSet):
    """The ranking on the page: by name, by class and by the grade in force."""

    q = django_filters.CharFilter(label="搜索", method="search")
    kind = django_filters.ChoiceFilter(
        label="类别", field_name="community__kind", choices=Class.choices, empty_label="全部"
    )
    grade = django_filters.ChoiceFilter(
        label="等次", method="graded", choices=grades, empty_label="全部"
    )

    class Meta:
        model = Score
        fields = ["q", "kind", "grade"]

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        lead = Q(community__group__lead_unit__short_name__icontains=value)
        return queryset.filter(lead | Q(community__name__icontains=value))

    def graded(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return the scores of a grade: the grade in force where the list has corrections."""
        if "grade_now" in queryset.query.annotations:
            return queryset.filter(grade_now=value)
        return queryset.filter(grade=value)


class UnitScoreFilter(django_filters.FilterSet):
    """The ranking of units on the page: by name and by kind."""

    q = django_filters.CharFilter(label="搜索", method="search")
    kind = django_filters.ChoiceFilter(
        label="类别", field_name="unit__kind", choices=UnitKind.choices, empty_label="全部"
    )

    class Meta:
        model = UnitScore
        fields = ["q", "kind"]

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        by_name = Q(unit__name__icontains=value) | Q(unit__short_name__icontains=value)
        return queryset.filter(by_name)


class ScoreApiFilter(django_filters.FilterSet):
    """What a client of the API asks by."""

    quarter = django_filters.CharFilter(field_name="round__quarter", label="季度，如 2026Q4")
    community = django_filters.CharFilter(field_name="community__code", label="社区代码")
    kind = django_filters.ChoiceFilter(
        field_name="community__kind", choices=Class.choices, label="社区类别"
    )
    status = django_filters.CharFilter(field_name="round__status", label="考评状态")

    class Meta:
        model = Score
        fields = ["quarter", "community", "kind", "status"]
