"""Stage 4, the money: pledged, received, spent with approval, made public (policy 三之六)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from communities.models import Community
from funds.models import Expense, FundSource, Pledge
from funds.services import (
    approve_expense,
    pledge_funds,
    publish_disclosure,
    receive_contribution,
    request_expense,
)
from gongjian.demo import stories
from gongjian.demo.calendar import clock, office_moment, workday_from
from gongjian.demo.play import Play

# Of what came in, how much one expense takes; two are made at most.
SHARE_SPENT = (0.25, 0.55)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Payment:
    """What one payer pledges and pays into a community's fund."""

    fields: dict
    amount_yuan: Decimal
    receipt_number: str
    paid_at: datetime


def plan_money(play: Play) -> None:
    """Plan the income, the expenses and the disclosure of every community's fund."""
    disclosed_on = workday_from(play.quarter.end + timedelta(days=2))
    for community in play.communities:
        random = play.random("money", community.code)
        income = plan_income(play, community, random)
        plan_expenses(play, community, income, random)
        disclosed_at = clock(disclosed_on, random.randint(9, 16))
        if random.random() < 0.97:
            play.plan(4, disclosed_at, disclose, community)


def payers(play: Play, community: Community, random: Random) -> list[dict]:
    """Return who pays this quarter: the community, one or two units, and perhaps donors."""
    count = random.randint(1, 2)
    seats = random.sample(play.seats[community.pk], count)
    rows = [{"source": FundSource.COMMUNITY_SHARE, "payer": f"{community}居委会"}]
    for seat in seats:
        unit = seat.unit
        rows.append({"source": FundSource.UNIT_SHARE, "payer": unit.name, "unit": unit})
    if random.random() < 0.5:
        donor = random.choice(stories.DONORS)
        rows.append({"source": FundSource.DONATION, "payer": donor})
    return rows


def plan_income(play: Play, community: Community, random: Random) -> Decimal:
    """Plan pledges in the first weeks and the money some days later; return their sum."""
    income = Decimal(0)
    for number, payer in enumerate(payers(play, community, random), start=1):
        amount_yuan = Decimal(random.randrange(1000, 9000, 500))
        pledged_at = office_moment(play.day(random.randint(6, 25)), random)
        paid_at = pledged_at + timedelta(days=random.randint(3, 20))
        receipt_number = f"{play.quarter}-{community.code[-6:]}-{number}"
        fields = {"community": community, "quarter": play.quarter, **payer}
        payment = Payment(fields, amount_yuan, receipt_number, paid_at)
        play.plan(4, pledged_at, pledge, payment)
        income += amount_yuan
    return income


def pledge(play: Play, payment: Payment, at: datetime) -> None:
    fields = payment.fields | {"amount_yuan": payment.amount_yuan}
    worker = play.worker(fields["community"], at)
    day = timezone.localdate(at)
    promise = pledge_funds(**fields, pledged_on=day, by=worker, at=at)
    play.plan(4, payment.paid_at, pay, payment, promise)


def pay(play: Play, payment: Payment, promise: Pledge, at: datetime) -> None:
    fields = payment.fields | {"amount_yuan": payment.amount_yuan, "pledge": promise}
    fields |= {"receipt_number": payment.receipt_number, "received_on": timezone.localdate(at)}
    worker = play.worker(fields["community"], at)
    receive_contribution(**fields, by=worker, at=at)


def plan_expenses(play: Play, community: Community, income: Decimal, random: Random) -> None:
    """Plan one or two expenses within what came in."""
    balance = income
    purposes = random.sample(stories.PURPOSES, random.randint(1, 2))
    for number, (purpose, payee) in enumerate(purposes, start=1):
        share = Decimal(f"{random.uniform(*SHARE_SPENT):.2f}")
        amount_yuan = (income * share).quantize(CENT)
        if amount_yuan > balance:
            break
        balance -= amount_yuan
        voucher = f"{play.quarter}-{community.code[-6:]}-P{number}"
        fields = {"purpose": purpose, "payee": payee, "voucher_number": voucher}
        fields["amount_yuan"] = amount_yuan
        asked_at = office_moment(play.day(random.randint(48, 76)), random)
        days = random.randint(1, 4)
        play.plan(4, asked_at, ask_for_expense, community, fields, days)


def ask_for_expense(
    play: Play, community: Community, fields: dict, days: int, at: datetime
) -> None:
    """The community asks to spend; its lead unit approves after `days`."""
    worker = play.worker(community, at)
    spent_on = timezone.localdate(at)
    fields = {"community": community, "quarter": play.quarter, "spent_on": spent_on, **fields}
    expense = request_expense(**fields, by=worker, at=at)
    play.plan(4, at + timedelta(days=days), approve, community, expense)


def approve(play: Play, community: Community, expense: Expense, at: datetime) -> None:
    approve_expense(expense, by=play.lead_officer(community, at), at=at)


def disclose(play: Play, community: Community, at: datetime) -> None:
    worker = play.worker(community, at)
    publish_disclosure(community=community, quarter=play.quarter, by=worker, at=at)
