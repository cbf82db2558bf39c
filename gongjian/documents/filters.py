import django_filters
from django.db.models import Q

from gongjian.documents.models import DocumentKind, OfficialDocument


class DocumentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="搜索", method="search")
    kind = django_filters.ChoiceFilter(label="文种", choices=DocumentKind.choices)
    year = django_filters.NumberFilter(label="年份")

    class Meta:
        model = OfficialDocument
        fields = ["q", "kind", "year"]

    def search(self, queryset, name, value):
        if value.isdecimal() and len(value) < 9:
            serial = Q(serial=int(value))
        else:
            serial = Q()
        return queryset.filter(Q(title__icontains=value) | Q(body__icontains=value) | serial)
