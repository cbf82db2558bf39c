import django_filters
from django.db.models import Q

from communities.models import Community, Subdistrict
from communities.models.places import Class
from units.models import Unit


def _lead_units(request):
    """Units that lead a group now."""
    units = Unit.objects.filter(led_groups__isnull=False)
    return units.distinct().order_by("short_name")


class CommunityFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="名称或代码", method="search")
    subdistrict = django_filters.ModelChoiceFilter(
        label="街道",
        queryset=Subdistrict.objects.order_by("code"),
        to_field_name="code",
        empty_label="全部",
    )
    kind = django_filters.ChoiceFilter(label="类别", choices=Class.choices, empty_label="全部")
    lead_unit = django_filters.ModelChoiceFilter(
        label="牵头单位", field_name="group__lead_unit", queryset=_lead_units, empty_label="全部"
    )

    class Meta:
        model = Community
        fields = ["q", "subdistrict", "kind", "lead_unit"]

    def search(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(code__startswith=value))
