from datetime import date
from decimal import Decimal
from itertools import count

from django.db.models import Sum

from funds import services
from funds.models import Expense, Pledge
from tests.cast import make_unit

numbers = count(1)
SPENT_ON = date(2026, 11, 12)


def make_pledge(cast, **given) -> Pledge:
    """2,000 yuan promised by 富春商场 to 虎山社区 for this quarter."""
    unit = given.pop("unit", cast.member_unit)
    content = {
        "community": cast.community,
        "quarter": "2026Q4",
        "source": "unit_share",
        "unit": unit,
    }
    words = {
        "payer": str(unit),
        "amount_yuan": Decimal("2000.00"),
        "pledged_on": date(2026, 10, 20),
    }
    return Pledge.objects.create(
        **{**content, **words, "by": cast.lead_officer, "at": cast.now, **given}
    )


def receive(cast, amount="5000.00", **given):
    """Money given by neighbours to 虎山社区, with a receipt of its own."""
    content = {
        "community": cast.community,
        "quarter": "2026Q4",
        "source": "donation",
        "payer": "热心居民",
    }
    words = {"received_on": date(2026, 11, 10), "receipt_number": f"NO{next(numbers):06}"}
    told = {"amount_yuan": Decimal(amount), "by": cast.office_staff, "at": cast.now}
    return services.receive_contribution(**{**content, **words, **told, **given})


def make_expense(cast, amount="800.00", **given) -> Expense:
    """A bench for 虎山社区, asked for by its worker."""
    content = {
        "community": cast.community,
        "quarter": "2026Q4",
        "purpose": "添置健身器材",
        "payee": "富阳体育用品店",
    }
    words = {
        "amount_yuan": Decimal(amount),
        "spent_on": SPENT_ON,
        "voucher_number": f"P{next(numbers):04}",
    }
    asked = {"requested_by": cast.community_worker, "requested_at": cast.now}
    return Expense.objects.create(**{**content, **words, **asked, **given})


def seat_units(community, many: int) -> list:
    """So many more units in the group of a community."""
    units = [make_unit(f"第{number}共建单位") for number in range(many)]
    for unit in units:
        unit.seats.create(group=community.group, role="member")
    return units


def balance_of(community) -> Decimal:
    """Return what the community has now: everything received less what was approved."""
    received = community.contributions.aggregate(sum=Sum("amount_yuan"))["sum"] or 0
    spent = community.expenses.approved().aggregate(sum=Sum("amount_yuan"))["sum"] or 0
    return Decimal(received) - Decimal(spent)
