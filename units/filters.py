import django_filters
from django.db.models import Q

from units.models import Unit, UnitKind


class UnitFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="搜索", method="search")
    kind = django_filters.ChoiceFilter(label="类别", choices=UnitKind.choices)
    is_functional_department = django_filters.BooleanFilter(label="职能部门")
    is_active = django_filters.BooleanFilter(label="在册")

    class Meta:
        model = Unit
        fields = ["q", "kind", "is_functional_department", "is_active"]

    def search(self, queryset, name, value):
        names = Q(name__icontains=value) | Q(short_name__icontains=value)
        names |= Q(contact__name__icontains=value)
        return queryset.filter(names | Q(credit_code__iexact=value))
