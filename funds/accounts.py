"""A community's account of a quarter, read only: what was carried over, what came in by source,
what was spent.

Closed under time: `balance_yuan` of one quarter is `opening_yuan` of the next. Amounts are yuan to
the cent.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, DecimalField, OuterRef, Subquery, Sum

from funds.models import (
    SUM,
    Contribution,
    Disclosure,
    Expense,
    FundSource,
    Pledge,
    PledgeStatus,
    or_zero,
    yuan_total,
)
from gongjian.lib.money import CENT

ZERO = Decimal("0.00")
# Equal pledges of so many units in one community and quarter look like a levy (assessment 3.5).
ALIKE = 5


@dataclass(frozen=True)
class Account:
    """One community's money in one quarter."""

    opening_yuan: Decimal = ZERO
    received: Mapping[str, Decimal] = field(
        default_factory=lambda: dict.fromkeys(FundSource.values, ZERO)
    )
    spent_yuan: Decimal = ZERO

    @property
    def received_yuan(self) -> Decimal:
        return sum(self.received.values(), ZERO)

    @property
    def balance_yuan(self) -> Decimal:
        return self.opening_yuan + self.received_yuan - self.spent_yuan


class EqualPledges(NamedTuple):
    """疑似摊派: many units of one community that promised the same amount."""

    community: str
    code: str
    amount_yuan: Decimal
    units: int


def accounts_in(quarter, communities=None) -> dict[int, Account]:
    """The accounts of a quarter by community id, of `communities` when given; none for one that
    never had a cent.

    Two queries, however many communities: `accounts_in(q).get(pk, Account())`.
    """
    if communities is not None:
        of = {"community__in": communities}
    else:
        of = {}
    opening = defaultdict(lambda: ZERO)
    received = {}
    spent = {}
    until = {"before": yuan_total("amount_yuan", quarter__lt=str(quarter))}
    within = {"within": yuan_total("amount_yuan", quarter=str(quarter))}
    contributions = Contribution.objects.filter(quarter__lte=str(quarter), **of)
    rows = contributions.values_list("community", "source")
    for pk, source, before, amount in rows.annotate(**until, **within):
        opening[pk] += before
        received.setdefault(pk, dict.fromkeys(FundSource.values, ZERO))[source] = _cents(amount)
    expenses = Expense.objects.approved().filter(quarter__lte=str(quarter), **of)
    rows = expenses.values_list("community")
    for pk, before, amount in rows.annotate(**until, **within):
        opening[pk] -= before
        spent[pk] = _cents(amount)
    nothing_received = Account().received
    accounts = {}
    for pk, opening_yuan in opening.items():
        by_source = received.get(pk, nothing_received)
        accounts[pk] = Account(_cents(opening_yuan), by_source, spent.get(pk, ZERO))
    return accounts


def account_of(community, quarter) -> Account:
    """One community's account of a quarter. Two queries."""
    return accounts_in(quarter, [community]).get(community.pk, Account())


def spendable(community, quarter) -> Decimal:
    """How much may leave the account in a quarter without that or a later quarter closing below
    zero. Two queries.
    """
    moves = defaultdict(lambda: ZERO)
    moves[str(quarter)] += ZERO
    contributions = Contribution.objects.filter(community=community)
    received = contributions.values_list("quarter")
    expenses = Expense.objects.approved().filter(community=community)
    spent = expenses.values_list("quarter")
    for rows, sign in ((received, 1), (spent, -1)):
        for name, amount in rows.annotate(sum=Sum("amount_yuan")):
            moves[name] += sign * amount
    balance = ZERO
    closings = []
    for name in sorted(moves):
        balance += moves[name]
        if name >= str(quarter):
            closings.append(balance)
    return _cents(min(closings))


def statement_of(community, quarter) -> dict:
    """The account as it is made public: sums, every receipt and every approved expense; text and
    decimals only.
    """
    account = account_of(community, quarter)
    received = {}
    for source, amount in account.received.items():
        received[source] = f"{amount}"
    return {
        "format": "gongjian-disclosure/1",
        "community": {"code": community.code, "name": community.name},
        "quarter": str(quarter),
        "opening_yuan": f"{account.opening_yuan}",
        "received": received,
        "received_yuan": f"{account.received_yuan}",
        "contributions": receipts_of(community, quarter),
        "expenses": outlays_of(community, quarter),
        "spent_yuan": f"{account.spent_yuan}",
        "closing_yuan": f"{account.balance_yuan}",
    }


def receipts_of(community, quarter) -> list[dict]:
    """Return what came in, as text; a row for each receipt and each reversal. One query."""
    contributions = Contribution.objects.in_quarter(quarter)
    rows = contributions.filter(community=community).order_by("received_on", "pk")
    receipts = []
    for row in rows:
        receipt = {"received_on": row.received_on.isoformat()}
        for name in ("source", "payer", "receipt_number"):
            receipt[name] = getattr(row, name)
        receipt["amount_yuan"] = f"{row.amount_yuan}"
        receipt["is_reversal"] = row.is_reversal
        receipt["reason"] = row.reason
        receipts.append(receipt)
    return receipts


def outlays_of(community, quarter) -> list[dict]:
    """Return what was spent, as text; a row for each approved expense. One query."""
    expenses = Expense.objects.approved().in_quarter(quarter)
    rows = expenses.filter(community=community).order_by("spent_on", "pk")
    outlays = []
    for row in rows:
        outlay = {"spent_on": row.spent_on.isoformat()}
        for name in ("purpose", "payee", "voucher_number"):
            outlay[name] = getattr(row, name)
        outlay["amount_yuan"] = f"{row.amount_yuan}"
        outlays.append(outlay)
    return outlays


def with_accounts(communities, quarter):
    """Communities with their quarter beside them: a column a source, `received_yuan`, `spent_yuan`,
    `balance_yuan` and `disclosure_id`; for lists that sort and page in SQL.
    """
    inside = {"quarter": str(quarter)}
    until = {"quarter__lte": str(quarter)}
    sources = {}
    for source in FundSource.values:
        sources[f"{source}_yuan"] = _sum_of(Contribution, source=source, **inside)
    approved = {"status": "approved"}
    balance = _sum_of(Contribution, **until) - _sum_of(Expense, **approved, **until)
    disclosed = Disclosure.objects.filter(community=OuterRef("pk"), **inside)
    disclosure_id = Subquery(disclosed.values("pk")[:1])
    spent_yuan = _sum_of(Expense, **approved, **inside)
    received_yuan = _sum_of(Contribution, **inside)
    return communities.annotate(
        **sources,
        received_yuan=received_yuan,
        spent_yuan=spent_yuan,
        balance_yuan=balance,
        disclosure_id=disclosure_id,
    )


def _sum_of(model, **where):
    rows = model.objects.filter(community=OuterRef("pk"), **where)
    rows = rows.order_by().values("community")
    sums = rows.annotate(sum=Sum("amount_yuan")).values("sum")
    return or_zero(Subquery(sums, output_field=DecimalField()))


def totals_of(accounts) -> dict[str, Decimal]:
    """The sums of every figure over a list made by `with_accounts`, and how many of it have
    disclosed. One query.
    """
    names = [f"{source}_yuan" for source in FundSource.values]
    names += ["received_yuan", "spent_yuan", "balance_yuan"]
    # A sum must not bear the name of the column that it adds up.
    sums = {}
    for name in names:
        sums[f"sum_{name}"] = or_zero(Sum(name, output_field=SUM))
    counts = {"disclosed": Count("disclosure_id"), "communities": Count("pk")}
    totals = accounts.order_by().aggregate(**sums, **counts)
    for name in names:
        totals[name] = _cents(totals.pop(f"sum_{name}"))
    return totals


def equal_pledges(quarter, communities) -> list[EqualPledges]:
    """Where at least five units of one community promised the same amount for a quarter: the office
    asks whether they were free to. A hint, not a proof. One query.
    """
    pledges = Pledge.objects.in_quarter(quarter).exclude(status=PledgeStatus.WITHDRAWN)
    pledges = pledges.filter(community__in=communities, source=FundSource.UNIT_SHARE)
    amounts = pledges.values_list("community__name", "community__code", "amount_yuan")
    rows = amounts.annotate(units=Count("unit", distinct=True)).filter(units__gte=ALIKE)
    in_order = rows.order_by("-units", "community__code", "amount_yuan")
    return [EqualPledges(*row) for row in in_order]


def _cents(amount) -> Decimal:
    return Decimal(amount).quantize(CENT)
