import django_filters
from django.db.models import Q

from communities.models.places import Class
from scoring.models import CorrectedScore, Score, UnitScore
from units.models import Kind


def _grades() -> list[tuple[str, str]]:
    """Every grade that was ever published or corrected."""
    published = Score.objects.order_by().values_list("grade", flat=True)
    corrected = CorrectedScore.objects.order_by().values_list("grade", flat=True)
    pairs = []
    for grade in sorted(filter(None, published.union(corrected))):
        pairs.append((grade, grade))
    return pairs


class ScoreFilter(django_filters.FilterSet):
    """The ranking on the page: by name, by class and by the grade in force."""

    q = django_filters.CharFilter(label="搜索", method="search")
    kind = django_filters.ChoiceFilter(
        label="类别", field_name="community__kind", choices=Class.choices, empty_label="全部"
    )
    grade = django_filters.ChoiceFilter(
        label="等次", method="graded", choices=_grades, empty_label="全部"
    )

    class Meta:
        model = Score
        fields = ["q", "kind", "grade"]

    def search(self, queryset, name, value):
        lead = Q(community__group__lead_unit__short_name__icontains=value)
        return queryset.filter(lead | Q(community__name__icontains=value))

    def graded(self, queryset, name, value):
        """Where a correction has put another grade in the place of the published one, by that."""
        is_corrected = "grade_now" in queryset.query.annotations
        return queryset.filter(**{"grade_now" if is_corrected else "grade": value})


class UnitScoreFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="搜索", method="search")
    kind = django_filters.ChoiceFilter(
        label="类别", field_name="unit__kind", choices=Kind.choices, empty_label="全部"
    )

    class Meta:
        model = UnitScore
        fields = ["q", "kind"]

    def search(self, queryset, name, value):
        return queryset.filter(
            Q(unit__name__icontains=value) | Q(unit__short_name__icontains=value)
        )


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
