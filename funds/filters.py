"""What the lists of the funds can be narrowed to.

The quarter's choices end with the reader's own quarter.
"""

import django_filters
from django.db.models import Q

from communities.models import Community, Subdistrict
from funds.models import Contribution, Expense, FundSource, Pledge
from gongjian.lib.quarters import Quarter

QUARTERS = 8


def recent_quarters(user) -> list[tuple[str, str]]:
    """The user's quarter and the seven before it, as choices."""
    quarter = Quarter.of(user.as_of)
    choices = []
    for _ in range(QUARTERS):
        choices.append((str(quarter), quarter.title))
        quarter = quarter.previous()
    return choices


class OfQuarter(django_filters.FilterSet):
    """A filter on the quarter, whose choices depend on the day."""

    quarter = django_filters.ChoiceFilter(label="季度", empty_label="全部", choices=())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["quarter"].extra["choices"] = recent_quarters(self.request.user)


class AccountFilter(OfQuarter):
    """Of communities; the list itself shows the quarter that is asked for."""

    q = django_filters.CharFilter(label="社区", field_name="name", lookup_expr="icontains")
    quarter = django_filters.ChoiceFilter(
        label="季度", empty_label=None, choices=(), method="as_it_is"
    )
    subdistrict = django_filters.ModelChoiceFilter(
        label="街道", empty_label="全部", queryset=Subdistrict.objects.order_by("code")
    )
    disclosed = django_filters.ChoiceFilter(
        label="已公示",
        empty_label="全部",
        choices=[("yes", "是"), ("no", "否")],
        method="is_disclosed",
    )

    class Meta:
        model = Community
        fields = ["quarter", "q", "subdistrict", "disclosed"]

    def as_it_is(self, queryset, name, value):
        return queryset

    def is_disclosed(self, queryset, name, value):
        return queryset.filter(disclosure_id__isnull=value == "no")


class PledgeFilter(OfQuarter):
    q = django_filters.CharFilter(label="社区或认捐方", method="search")
    source = django_filters.ChoiceFilter(
        label="来源", empty_label="全部", choices=FundSource.choices
    )

    class Meta:
        model = Pledge
        fields = ["quarter", "q", "source"]

    def search(self, queryset, name, value):
        return queryset.filter(Q(community__name__icontains=value) | Q(payer__icontains=value))


class ContributionFilter(OfQuarter):
    q = django_filters.CharFilter(label="社区、出资方或票据号", method="search")
    source = django_filters.ChoiceFilter(
        label="来源", empty_label="全部", choices=FundSource.choices
    )

    class Meta:
        model = Contribution
        fields = ["quarter", "q", "source"]

    def search(self, queryset, name, value):
        payer = Q(payer__icontains=value) | Q(receipt_number__iexact=value)
        return queryset.filter(Q(community__name__icontains=value) | payer)


class ExpenseFilter(OfQuarter):
    q = django_filters.CharFilter(label="社区、用途或收款方", method="search")

    class Meta:
        model = Expense
        fields = ["quarter", "q"]

    def search(self, queryset, name, value):
        words = Q(purpose__icontains=value) | Q(payee__icontains=value)
        words |= Q(voucher_number__iexact=value) | Q(community__name__icontains=value)
        return queryset.filter(words)
