from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from funds.models import Expense
from funds.services import approve_expense, refuse_expense, request_expense
from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.models import Entry
from gongjian.notifications.models import Notification
from gongjian.workflow import WrongState
from tests.cast import make_user
from tests.funds.factories import SPENT_ON, balance_of, make_expense, receive


def ask(cast, **given):
    content = {
        "community": cast.community,
        "quarter": "2026Q4",
        "purpose": "慰问困难家庭",
        "payee": "富春超市",
    }
    words = {
        "amount_yuan": Decimal("800"),
        "spent_on": SPENT_ON,
        "voucher_number": "P1",
        "at": cast.now,
    }
    return request_expense(**{**content, **words, "by": cast.community_worker, **given})


def told(expense):
    return set(
        Notification.objects.filter(link=expense.get_absolute_url()).values_list(
            "recipient__username", flat=True
        )
    )


def test_request_waits_and_tells_the_lead_units_officer(cast):
    expense = ask(cast)
    assert (expense.status, expense.requested_by) == ("requested", cast.community_worker)
    assert told(expense) == {"zhu"}
    assert balance_of(cast.community) == 0


def test_request_of_the_only_officer_goes_to_the_director(cast):
    assert told(ask(cast, by=cast.lead_officer)) == {"zhang"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"spent_on": date(2026, 11, 17)}, "spent_on"),
        ({"spent_on": date(2026, 9, 30)}, "spent_on"),
        ({"amount_yuan": Decimal("-1")}, "amount_yuan"),
        ({"purpose": " "}, "purpose"),
        ({"payee": ""}, "payee"),
        ({"voucher_number": ""}, "voucher_number"),
    ],
)
def test_request_names_what_is_wrong_at_its_field(cast, given, field):
    with pytest.raises(ValidationError) as refused:
        ask(cast, **given)
    assert field in refused.value.message_dict


def test_liaison_does_not_ask(cast):
    with pytest.raises(PermissionDenied):
        ask(cast, by=cast.member_liaison)


def test_approval_takes_the_money_and_tells_the_asker(cast):
    receive(cast, "1000.00")
    expense = approve_expense(ask(cast), by=cast.lead_officer, at=cast.now)
    assert Expense.objects.get(pk=expense.pk).approved_by == cast.lead_officer
    assert balance_of(cast.community) == Decimal("200.00")
    assert "hu" in told(expense)
    assert Entry.objects.about(expense).first().event == "funds.expense.approve"


def test_balance_may_reach_zero_but_not_fall_below(cast):
    receive(cast, "799.99")
    expense = ask(cast)
    with pytest.raises(WrongState, match=r"可用 799\.99 元"):
        approve_expense(expense, by=cast.lead_officer, at=cast.now)
    receive(cast, "0.01")
    approve_expense(expense, by=cast.lead_officer, at=cast.now)
    assert balance_of(cast.community) == 0


def test_earlier_quarter_does_not_spend_what_came_later(cast):
    receive(cast, "1000.00")
    early = ask(cast, quarter="2026Q3", spent_on=date(2026, 9, 1))
    with pytest.raises(WrongState, match="余额不足"):
        approve_expense(early, by=cast.lead_officer, at=cast.now)


def test_money_of_another_community_is_not_spent(cast):
    receive(cast, "1000.00", community=cast.other_community)
    with pytest.raises(WrongState, match="余额不足"):
        approve_expense(ask(cast), by=cast.lead_officer, at=cast.now)


def test_asker_does_not_approve(cast):
    receive(cast)
    expense = ask(cast, by=cast.lead_officer)
    with pytest.raises(PermissionDenied, match="申请人不能审批自己的申请"):
        approve_expense(expense, by=cast.lead_officer, at=cast.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Expense.objects.filter(pk=expense.pk).update(approved_by=cast.lead_officer)


def test_payee_does_not_approve(cast):
    receive(cast)
    with pytest.raises(PermissionDenied, match="收款人不能审批"):
        approve_expense(ask(cast, payee="朱经办"), by=cast.lead_officer, at=cast.now)


def test_refusal_keeps_the_money_and_says_why(cast):
    receive(cast, "1000.00")
    expense = refuse_expense(ask(cast), remark="缺少领款名单", by=cast.office_director, at=cast.now)
    assert balance_of(cast.community) == 1000
    assert Entry.objects.about(expense).first().changes["remark"] == "缺少领款名单"
    with pytest.raises(WrongState, match="未批准"):
        approve_expense(expense, by=cast.office_director, at=cast.now)


def test_refusal_needs_a_remark(cast):
    with pytest.raises(ValidationError):
        refuse_expense(ask(cast), remark=" ", by=cast.office_director, at=cast.now)


def test_two_approvals_at_once_do_not_spend_the_same_money(side_by_side, cast):
    receive(cast, "1000.00")
    expenses = [make_expense(cast, "800.00"), make_expense(cast, "800.00")]
    second = make_user("zhu2", Role.LEAD_OFFICER, unit=cast.lead_unit)

    def approving(expense, user):
        def act():
            by = User.objects.get(pk=user.pk).on(cast.today)
            return approve_expense(Expense.objects.get(pk=expense.pk), by=by, at=cast.now).status

        return act

    outcomes = side_by_side.run(
        approving(expenses[0], cast.lead_officer), approving(expenses[1], second)
    )
    assert sorted(map(str, outcomes)) == [
        "approved",
        "余额不足：虎山社区账上可用 200.00 元，不够支出 800.00 元",
    ]
    assert side_by_side.run(lambda: balance_of(cast.community)) == [Decimal("200.00")]


def test_two_officers_approve_one_expense_once(side_by_side, cast):
    receive(cast, "2000.00")
    expense = make_expense(cast, "800.00")

    def approving(user):
        def act():
            by = User.objects.get(pk=user.pk).on(cast.today)
            return approve_expense(Expense.objects.get(pk=expense.pk), by=by, at=cast.now).status

        return act

    outcomes = side_by_side.run(approving(cast.lead_officer), approving(cast.office_director))
    assert sorted(type(outcome) for outcome in outcomes if not isinstance(outcome, str)) == [
        WrongState
    ]
    assert side_by_side.run(lambda: balance_of(cast.community)) == [Decimal("1200.00")]
