"""Stage 4, the money: pledged and received from the three sources, spent with approval, made public (policy 三之六)."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from communities.models import Community
from funds.models import Pledge, Source
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
from gongjian.demo.staff import acting

SPENT = (0.25, 0.55)
"""Of what came in, how much one expense takes; two are made at most."""


def plan_money(play: Play) -> None:
    for community in play.communities:
        random = play.random("money", community.code)
        income = sum(_plan_income(play, community, random))
        _plan_expenses(play, community, income, random)
        disclosed_at = clock(
            workday_from(play.quarter.end + timedelta(days=2)), random.randint(9, 16)
        )
        if random.random() < 0.97:
            play.plan(4, disclosed_at, _disclose(play, community))


def _payers(play: Play, community: Community, random: Random) -> list[dict]:
    """Who pays into one community's fund this quarter: itself, one or two units, and perhaps donors."""
    units = random.sample(play.seats[community.pk], random.randint(1, 2))
    payers = [{"source": Source.COMMUNITY_SHARE, "payer": f"{community}居委会"}]
    payers += [
        {"source": Source.UNIT_SHARE, "payer": seat.unit.name, "unit": seat.unit} for seat in units
    ]
    if random.random() < 0.5:
        payers.append({"source": Source.DONATION, "payer": random.choice(stories.DONORS)})
    return payers


def _plan_income(play: Play, community: Community, random: Random) -> list[Decimal]:
    """Pledges in the first weeks, money some days later; the amounts that will have come in by the second month."""
    amounts = []
    for number, payer in enumerate(_payers(play, community, random), start=1):
        amount = Decimal(random.randrange(1000, 9000, 500))
        pledged_at = office_moment(
            play.quarter.first_day + timedelta(days=random.randint(6, 25)), random
        )
        paid_at = pledged_at + timedelta(days=random.randint(3, 20))
        receipt = f"{play.quarter}-{community.code[-6:]}-{number}"
        _plan_payment(play, community, payer, amount, pledged_at, paid_at, receipt)
        amounts.append(amount)
    return amounts


def _plan_payment(
    play: Play, community, payer: dict, amount, pledged_at, paid_at, receipt: str
) -> None:
    held: dict[str, Pledge] = {}
    worker = play.staff.workers[community.pk]
    given = {"community": community, "quarter": play.quarter, "amount_yuan": amount, **payer}

    def pledge(at: datetime) -> None:
        day = timezone.localdate(at)
        held["pledge"] = pledge_funds(**given, pledged_on=day, by=acting(worker, at), at=at)

    def pay(at: datetime) -> None:
        paid = {"received_on": timezone.localdate(at), "receipt_number": receipt}
        receive_contribution(**given, **paid, pledge=held["pledge"], by=acting(worker, at), at=at)

    play.plan(4, pledged_at, pledge)
    play.plan(4, paid_at, pay)


def _plan_expenses(play: Play, community: Community, income: Decimal, random: Random) -> None:
    left = income
    for number, (purpose, payee) in enumerate(
        random.sample(stories.PURPOSES, random.randint(1, 2)), start=1
    ):
        amount = (income * Decimal(str(round(random.uniform(*SPENT), 2)))).quantize(Decimal("0.01"))
        if amount > left:
            break
        left -= amount
        at = office_moment(play.quarter.first_day + timedelta(days=random.randint(48, 76)), random)
        voucher = f"{play.quarter}-{community.code[-6:]}-P{number}"
        words = {"purpose": purpose, "payee": payee, "voucher_number": voucher}
        _plan_expense(play, community, words, amount, at, random)


def _plan_expense(
    play: Play, community, words: dict, amount: Decimal, at: datetime, random: Random
) -> None:
    held = {}

    def ask(at: datetime) -> None:
        held["expense"] = request_expense(
            community=community,
            quarter=play.quarter,
            amount_yuan=amount,
            spent_on=timezone.localdate(at),
            by=acting(play.staff.workers[community.pk], at),
            at=at,
            **words,
        )

    def approve(at: datetime) -> None:
        approve_expense(held["expense"], by=acting(play.staff.lead_officer(community), at), at=at)

    play.plan(4, at, ask)
    play.plan(4, at + timedelta(days=random.randint(1, 4)), approve)


def _disclose(play: Play, community: Community):
    def disclose(at: datetime) -> None:
        worker = acting(play.staff.workers[community.pk], at)
        publish_disclosure(community=community, quarter=play.quarter, by=worker, at=at)

    return disclose
