import django_filters as df
from django.db.models import Q
from django.forms import TextInput

from gongjian.accounts.models import User
from gongjian.audit.models import Entry
from gongjian.audit.naming import families, object_types
from gongjian.lib.inputs import DayInput


class EntryFilter(df.FilterSet):
    since = df.DateFilter(label="日期从", field_name="at", lookup_expr="date__gte", widget=DayInput)
    until = df.DateFilter(label="到", field_name="at", lookup_expr="date__lte", widget=DayInput)
    person = df.CharFilter(
        label="经办人", method="of_person", widget=TextInput({"placeholder": "姓名或账号"})
    )
    family = df.ChoiceFilter(label="事件", method="of_family", choices=families, empty_label="全部")
    object_type = df.ChoiceFilter(label="对象类别", choices=object_types, empty_label="全部")
    q = df.CharFilter(
        label="搜索", method="search", widget=TextInput({"placeholder": "对象名称、来源地址"})
    )

    class Meta:
        model = Entry
        fields = ()

    def of_person(self, queryset, name, value):
        bies = User.objects.filter(Q(name__icontains=value) | Q(username__iexact=value))
        return queryset.filter(by__in=bies)

    def of_family(self, queryset, name, value):
        return queryset.filter(event__startswith=f"{value}.")

    def search(self, queryset, name, value):
        return queryset.filter(
            Q(object_label__icontains=value) | Q(address__startswith=value) | Q(request_id=value)
        )
