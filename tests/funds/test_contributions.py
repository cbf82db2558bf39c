from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from funds.accounts import account_of
from funds.models import Contribution, Pledge
from funds.services import approve_expense, publish_disclosure, reverse_contribution
from gongjian.audit.models import Entry
from gongjian.workflow import WrongState
from tests.funds.factories import balance_of, make_expense, make_pledge, receive


def pay(cast, pledge, amount, **given):
    return receive(cast, amount, pledge=pledge, source="unit_share", unit=cast.member_unit, **given)


def status(pledge):
    return Pledge.objects.get(pk=pledge.pk).status


def test_money_moves_the_pledge_to_partly_paid_and_to_paid(cast):
    pledge = make_pledge(cast)
    pay(cast, pledge, "500.50")
    assert status(pledge) == "partly_paid"
    pay(cast, pledge, "1499.50")
    assert status(pledge) == "paid"
    assert balance_of(cast.community) == Decimal("2000.00")


def test_more_than_pledged_is_refused_and_the_open_amount_named(cast):
    pledge = make_pledge(cast)
    pay(cast, pledge, "500.00")
    with pytest.raises(ValidationError) as refused:
        pay(cast, pledge, "1500.01")
    assert "还有 1,500.00 元未到账" in refused.value.message_dict["amount_yuan"][0]
    assert Contribution.objects.count() == 1


def test_nothing_is_received_on_a_withdrawn_pledge(cast):
    with pytest.raises(WrongState, match="已撤回"):
        pay(cast, make_pledge(cast, status="withdrawn"), "100.00")


def test_money_on_a_pledge_comes_from_who_made_it(cast):
    with pytest.raises(ValidationError) as refused:
        receive(cast, pledge=make_pledge(cast))
    assert "pledge" in refused.value.message_dict


def test_receipt_is_registered_once(cast):
    receive(cast, receipt_number="A001")
    with pytest.raises(ValidationError) as refused:
        receive(cast, receipt_number=" A001 ", community=cast.other_community)
    assert "票据号“A001”已登记过" in refused.value.message_dict["receipt_number"][0]
    assert Contribution.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"received_on": date(2026, 11, 17)}, "received_on"),
        ({"received_on": date(2026, 9, 30)}, "received_on"),
        ({"amount": "0.00"}, "amount_yuan"),
        ({"payer": ""}, "payer"),
        ({"receipt_number": " "}, "receipt_number"),
    ],
)
def test_contribution_names_what_is_wrong_at_its_field(cast, given, field):
    with pytest.raises(ValidationError) as refused:
        receive(cast, **given)
    assert field in refused.value.message_dict


def test_liaison_promises_but_does_not_register_money(cast):
    with pytest.raises(PermissionDenied):
        receive(cast, by=cast.member_liaison)


def test_reversal_is_a_negative_row_with_its_reason(cast):
    original = receive(cast, "300.00", receipt_number="A002")
    reversal = reverse_contribution(
        original, reason="金额登记有误", by=cast.lead_officer, at=cast.now
    )
    kept = (
        reversal.amount_yuan,
        reversal.reverses,
        reversal.receipt_number,
        reversal.reason,
        reversal.received_on,
    )
    assert kept == (Decimal("-300.00"), original, "A002", "金额登记有误", cast.today)
    assert balance_of(cast.community) == 0
    assert Entry.objects.about(original).first().changes["remark"] == "金额登记有误"
    receive(cast, "330.00", receipt_number="A003")


def test_contribution_is_reversed_once(cast):
    original = receive(cast)
    reversal = reverse_contribution(original, reason="重复登记", by=cast.lead_officer, at=cast.now)
    for row in (original, reversal):
        with pytest.raises(WrongState, match="冲正"):
            reverse_contribution(row, reason="重复登记", by=cast.lead_officer, at=cast.now)
    assert Contribution.objects.count() == 2


def test_reversal_needs_a_reason(cast):
    with pytest.raises(ValidationError):
        reverse_contribution(receive(cast), reason=" ", by=cast.lead_officer, at=cast.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        receive(cast).reversal = Contribution.objects.create(
            community=cast.community,
            quarter="2026Q4",
            source="donation",
            payer="某人",
            amount_yuan=-1,
            received_on=cast.today,
            by=cast.lead_officer,
            at=cast.now,
            reverses=Contribution.objects.last(),
        )


def test_reversal_opens_the_pledge_again(cast):
    pledge = make_pledge(cast)
    first, second = pay(cast, pledge, "500.00"), pay(cast, pledge, "1500.00")
    reverse_contribution(second, reason="退票", by=cast.lead_officer, at=cast.now)
    assert status(pledge) == "partly_paid"
    reverse_contribution(first, reason="退票", by=cast.lead_officer, at=cast.now)
    assert status(pledge) == "pledged"
    assert Pledge.objects.with_paid().get(pk=pledge.pk).open_yuan == 2000


def test_spent_money_is_not_reversed(cast):
    original = receive(cast, "1000.00")
    approve_expense(make_expense(cast, "800.00"), by=cast.lead_officer, at=cast.now)
    with pytest.raises(WrongState, match=r"账上只有 200\.00 元"):
        reverse_contribution(original, reason="退票", by=cast.lead_officer, at=cast.now)


def test_reversal_of_a_disclosed_quarter_belongs_to_the_day_it_is_made(cast):
    old = receive(cast, "1000.00", quarter="2026Q3", received_on=date(2026, 9, 1))
    publish_disclosure(
        community=cast.community, quarter="2026Q3", by=cast.lead_officer, at=cast.now
    )
    reversal = reverse_contribution(old, reason="退票", by=cast.lead_officer, at=cast.now)
    assert reversal.quarter == "2026Q4"
    assert account_of(cast.community, "2026Q3").balance_yuan == 1000
    assert account_of(cast.community, "2026Q4").balance_yuan == 0
