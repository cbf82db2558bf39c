from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from communities.permissions import is_office
from funds.accounts import account_of, equal_pledges, totals_of, with_accounts
from funds.filters import AccountFilter, recent_quarters
from funds.models import Contribution, Disclosure, Expense, FundSource, Pledge, communities_read_by
from funds.permissions import (
    communities_kept_by,
    communities_pledged_in_by,
    may_keep_account,
)
from funds.views.pages import asked_quarter, crumbs, figures
from gongjian.audit.listing import Button, Column, LoggedListPage
from gongjian.lib.charts import stacked_bar
from gongjian.lib.quarters import Quarter
from gongjian.lib.templatetags.office import yuan

IN_CHART = 10
SUMS = (("到账合计", "received_yuan"), ("支出", "spent_yuan"), ("季末结余", "balance_yuan"))


class Overview(LoggedListPage):
    """Every community's account of a quarter, the sums above and the greatest ones drawn."""

    title, noun, section = "共建经费", "个社区", "funds"
    template_name = "funds/overview.html"
    filterset_class = AccountFilter
    default_sort = "code"
    empty_text = "这里没有您可以查看的社区账目"

    def get_queryset(self):
        """A quarter that is none of the choices is refused by the filter; beneath it stands
        today's.
        """
        quarters = dict(recent_quarters(self.request.user))
        requested = self.request.GET.get("quarter", "")
        if requested in quarters:
            self.quarter = Quarter.parse(requested)
        else:
            self.quarter = Quarter.of(timezone.localdate())
        communities = communities_read_by(self.request.user).active().select_related("subdistrict")
        return with_accounts(communities, self.quarter)

    def get_columns(self):
        columns = [
            Column("社区", self._link, sort="name"),
            Column("街道", "subdistrict.name", sort="subdistrict__name"),
        ]
        amounts = [(label, f"{name}_yuan") for name, label in FundSource.choices]
        amounts += [("支出", "spent_yuan"), ("结余", "balance_yuan")]
        for label, name in amounts:
            column = Column(label, name, sort=name, kind="yuan")
            columns.append(column)
        columns.append(Column("公示", disclosure_word, kind="tag", tone=disclosure_tone))
        return tuple(columns)

    def _link(self, community):
        url = reverse("funds:community", args=[community.code])
        return format_html('<a href="{}?quarter={}">{}</a>', url, self.quarter, community.name)

    def buttons(self):
        return _acts(self.request.user)

    def extra_context(self):
        accounts = self._filtered()[0]
        totals = totals_of(accounts)
        listed = accounts.filter(received_yuan__gt=0).order_by("-received_yuan", "pk")[:IN_CHART]
        columns = [f"{source}_yuan" for source in FundSource.values]
        largest = []
        chart_rows = []
        for row in listed:
            amounts = [getattr(row, column) for column in columns]
            texts = [yuan(amount) for amount in amounts]
            largest.append((row.name, amounts))
            chart_rows.append((row.name, *texts))
        received = [(label, totals[f"{source}_yuan"]) for source, label in FundSource.choices]
        by_source = figures(*received)
        totals_named = [(label, totals[name]) for label, name in SUMS]
        sums = figures(*totals_named)
        alike = []
        if is_office(self.request.user):
            alike = equal_pledges(self.quarter, accounts.values("pk"))
        chart = ""
        if largest:
            chart = chart_of(largest, f"{self.quarter.title}各社区经费来源")
        return {
            "eyebrow": self.quarter.title,
            "quarter": self.quarter,
            "totals": totals,
            "sums": sums,
            "by_source": by_source,
            "chart": chart,
            "chart_rows": chart_rows,
            "chart_caption": f"到账最多的 {len(largest)} 个社区，单位：元",
            "alike": alike,
        }


def disclosure_word(community) -> str:
    return "已公示" if community.disclosure_id else "未公示"


def disclosure_tone(community) -> str:
    return "good" if community.disclosure_id else ""


def chart_of(rows, title):
    """Return a bar a community, stacked by the source of its money, as SVG."""
    return stacked_bar(rows, FundSource.labels, title=title, show=lambda amount: f"{amount:,.0f}")


def _acts(user, community=None):
    """What the user may begin, for one community or for any of his."""
    own_communities = communities_kept_by(user)
    pledged = communities_pledged_in_by(user)
    query = ""
    if community:
        own_communities = own_communities.filter(pk=community.pk)
        pledged = pledged.filter(pk=community.pk)
        query = f"?community={community.code}"
    buttons = []
    if pledged.exists():
        buttons.append(Button("登记认捐", reverse("funds:pledge_new") + query))
    if own_communities.exists():
        buttons.append(Button("登记到账", reverse("funds:contribution_new") + query))
        buttons.append(Button("申请支出", reverse("funds:expense_new") + query))
    return buttons


@require_safe
def community_account(request, code):
    """One community's account of a quarter: money in, promised, spent, and whether it is public."""
    communities = communities_read_by(request.user).select_related("subdistrict")
    community = get_object_or_404(communities, code=code)
    quarter = asked_quarter(request)
    account = account_of(community, quarter)
    disclosures = Disclosure.objects.in_quarter(quarter)
    disclosure = disclosures.filter(community=community).first()
    of_quarter = {"community": community, "quarter": str(quarter)}
    pledges = Pledge.objects.with_paid().open()
    pledges = pledges.filter(community=community).order_by("pledged_on", "pk")
    alike = []
    if is_office(request.user):
        alike = equal_pledges(quarter, [community])
    contributions = Contribution.objects.filter(**of_quarter).order_by("-received_on", "-pk")
    expenses = Expense.objects.filter(**of_quarter).order_by("-spent_on", "-pk")
    may_disclose = may_keep_account(request.user, community) and not disclosure
    buttons = _acts(request.user, community)
    context = {
        "community": community,
        "quarter": quarter,
        "title": f"{community}共建经费",
        "eyebrow": quarter.title,
        "section": "funds",
        "crumbs": crumbs(),
        "account": account,
        "sums": sums_of(account),
        "pledges": pledges,
        "contributions": contributions,
        "expenses": expenses,
        "disclosure": disclosure,
        "may_disclose": may_disclose,
        "alike": alike,
        "buttons": buttons,
    }
    return render(request, "funds/community.html", context)


def sums_of(account):
    """Return the figures of an account from the balance carried over to that carried on."""
    amounts = [("上季结转", account.opening_yuan)]
    for source, label in FundSource.choices:
        amounts.append((label, account.received[source]))
    amounts.append(("支出", account.spent_yuan))
    amounts.append(("季末结余", account.balance_yuan))
    return figures(*amounts)
