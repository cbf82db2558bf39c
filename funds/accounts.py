"""A community's account of a quarter, read only: what was carried over, what came in by source,
what was spent.

Closed under time: `balance_yuan` of one quarter is `opening_yuan` of the next. Amounts are yuan to
the cent.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from django.db.models import Count, DecimalField, OuterRef, Q, Subquery, Sum

from funds.models import (
    SUM,
    Contribution,
    Disclosure,
    Expense,
    Pledge,
    PledgeStatus,
    Source,
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
        default_factory=lambda: dict.fromkeys(Source.values, ZERO)
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
        received.setdefault(pk, dict.fromkeys(Source.values, ZERO))[source] = _cents(amount)
    expenses = Expense.objects.approved().filter(quarter__lte=str(quarter), **of)
    rows = expenses.values_list("community")
    for pk, before, amount in rows.annotate(**until, **within):
        opening[pk] -= before
        spent[pk] = _cents(amount)
    none = Account()
    return {
        pk: Account(_cents(opening[pk]), received.get(pk, none.received), spent.get(pk, ZERO))
        for pk in opening
    }


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
    names = sorted(moves)
    closings = dict(zip(names, accumulate(moves[name] for name in names), strict=True))
    amounts = [amount for name, amount in closings.items() if name >= str(quarter)]
    return _cents(min(amounts))


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
        "contributions": _receipts(community, quarter),
        "expenses": _outlays(community, quarter),
        "spent_yuan": f"{account.spent_yuan}",
        "closing_yuan": f"{account.balance_yuan}",
    }


def _receipts(community, quarter) -> list[dict]:
    contributions = Contribution.objects.in_quarter(quarter)
    rows = contributions.filter(community=community).order_by("received_on", "pk")
    receipts = []
    for row in rows:
        receipts.append(
            {
                "received_on": row.received_on.isoformat(),
                "source": row.source,
                "payer": row.payer,
                "receipt_number": row.receipt_number,
                "amount_yuan": f"{row.amount_yuan}",
                "is_reversal": row.is_reversal,
                "reason": row.reason,
            }
        )
    return receipts


def _outlays(community, quarter) -> list[dict]:
    expenses = Expense.objects.approved().in_quarter(quarter)
    rows = expenses.filter(community=community).order_by("spent_on", "pk")
    outlays = []
    for row in rows:
        outlays.append(
            {
                "spent_on": row.spent_on.isoformat(),
                "purpose": row.purpose,
                "payee": row.payee,
                "voucher_number": row.voucher_number,
                "amount_yuan": f"{row.amount_yuan}",
            }
        )
    return outlays


def with_accounts(communities, quarter):
    """Communities with their quarter beside them: a column a source, `received_yuan`, `spent_yuan`,
    `balance_yuan` and `disclosure_id`; for lists that sort and page in SQL.
    """
    inside = {"quarter": str(quarter)}
    until = {"quarter__lte": str(quarter)}
    sources = {}
    for source in Source.values:
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
    return or_zero(
        Subquery(rows.annotate(sum=Sum("amount_yuan")).values("sum"), output_field=DecimalField())
    )


def totals_of(accounts) -> dict[str, Decimal]:
    """The sums of every figure over a list made by `with_accounts`, and how many of it have
    disclosed. One query.
    """
    names = [
        *(f"{source}_yuan" for source in Source.values),
        "received_yuan",
        "spent_yuan",
        "balance_yuan",
    ]
    sums = accounts.order_by().aggregate(
        **{f"sum_{name}": or_zero(Sum(name, output_field=SUM)) for name in names},
        disclosed=Count("disclosure_id"),
        communities=Count("pk"),
    )
    return {name: _cents(sums.pop(f"sum_{name}")) for name in names} | sums


def equal_pledges(quarter, communities) -> list[EqualPledges]:
    """Where at least five units of one community promised the same amount for a quarter: the office
    asks whether they were free to. A hint, not a proof. One query.
    """
    pledges = Pledge.objects.in_quarter(quarter).filter(
        ~Q(status=PledgeStatus.WITHDRAWN), community__in=communities, source=Source.UNIT_SHARE
    )
    rows = pledges.values("community__name", "community__code", "amount_yuan").annotate(
        units=Count("unit", distinct=True)
    )
    rows = rows.filter(units__gte=ALIKE).order_by("-units", "community__code", "amount_yuan")
    return [
        EqualPledges(row.pop("community__name"), row.pop("community__code"), **row) for row in rows
    ]


def _cents(amount) -> Decimal:
    return Decimal(amount).quantize(CENT)
