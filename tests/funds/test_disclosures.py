import hashlib
import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from funds.accounts import Account, account_of, accounts_in, statement_of
from funds.models import Disclosure
from funds.services import (
    approve_expense,
    publish_disclosure,
    refuse_expense,
    request_expense,
    reverse_contribution,
)
from gongjian.lib.canonical import canonical_json, fingerprint
from gongjian.lib.quarters import SHANGHAI
from gongjian.workflow import WrongState
from tests.funds.factories import SPENT_ON, make_expense, receive
from tests.queries import count_queries


def publish(cast, **given):
    content = {
        "community": cast.community,
        "quarter": "2026Q4",
        "by": cast.community_worker,
        "at": cast.now,
    }
    return publish_disclosure(**{**content, **given})


def a_quarter_of_money(cast):
    """4,000 carried over; 5,000 given, 300 of it reversed, 800 spent."""
    receive(
        cast,
        "4000.00",
        quarter="2026Q3",
        received_on=date(2026, 8, 1),
        source="community_share",
        payer="虎山社区",
    )
    receive(cast, "4700.00", payer="热心居民", receipt_number="B1")
    wrong = receive(cast, "300.00", payer="富阳商会", receipt_number="B2")
    reverse_contribution(wrong, reason="登记有误", by=cast.lead_officer, at=cast.now)
    approve_expense(
        make_expense(cast, "800.00", voucher_number="P9"), by=cast.lead_officer, at=cast.now
    )
    refuse_expense(make_expense(cast, "100.00"), remark="重复", by=cast.lead_officer, at=cast.now)


def test_account_carries_over_receives_by_source_and_spends(cast):
    a_quarter_of_money(cast)
    account = account_of(cast.community, "2026Q4")
    assert (account.opening_yuan, account.received_yuan, account.spent_yuan) == (4000, 4700, 800)
    assert account.received == {
        "community_share": 0,
        "unit_share": 0,
        "donation": Decimal("4700.00"),
    }
    assert account.balance_yuan == account_of(cast.community, "2027Q1").opening_yuan == 7900
    assert accounts_in("2026Q4").get(cast.other_community.pk, Account()).balance_yuan == 0


def test_disclosure_freezes_the_account(cast):
    a_quarter_of_money(cast)
    content = publish(cast).content
    assert content["opening_yuan"] == "4000.00"
    assert content["closing_yuan"] == "7900.00"
    assert [(row["receipt_number"], row["amount_yuan"]) for row in content["contributions"]] == [
        ("B1", "4700.00"),
        ("B2", "300.00"),
        ("B2", "-300.00"),
    ]
    assert content["contributions"][2]["reason"] == "登记有误"
    assert [(row["voucher_number"], row["amount_yuan"]) for row in content["expenses"]] == [
        ("P9", "800.00")
    ]


def test_hash_is_recomputed_from_what_is_kept(cast):
    a_quarter_of_money(cast)
    publish(cast)
    kept = Disclosure.objects.get()
    assert hashlib.sha256(canonical_json(kept.content)).hexdigest() == kept.sha256
    assert json.loads(canonical_json(kept.content)) == kept.content


def test_quarter_is_disclosed_once(cast):
    publish(cast)
    with pytest.raises(WrongState, match="2026年第四季度的经费已经公示"):
        publish(cast)


def test_disclosed_quarter_takes_no_further_money(cast):
    receive(cast)
    publish(cast)
    asked = {"purpose": "茶水", "payee": "茶店", "voucher_number": "P1"}
    entries = [
        ("received_on", lambda: receive(cast)),
        ("received_on", lambda: receive(cast, quarter="2026Q3", received_on=date(2026, 9, 1))),
        (
            "spent_on",
            lambda: request_expense(
                community=cast.community,
                quarter="2026Q4",
                amount_yuan=1,
                spent_on=SPENT_ON,
                by=cast.lead_officer,
                at=cast.now,
                **asked,
            ),
        ),
    ]
    for field, act in entries:
        with pytest.raises(ValidationError, match="已经公示") as refusal:
            act()
        assert list(refusal.value.message_dict) == [field]
    with pytest.raises(WrongState, match="已经公示"):
        approve_expense(make_expense(cast, "1.00"), by=cast.lead_officer, at=cast.now)
    receive(cast, community=cast.other_community)


def test_waiting_expense_is_decided_before_disclosure(cast):
    receive(cast)
    make_expense(cast)
    with pytest.raises(WrongState, match="还有 1 笔支出待审批"):
        publish(cast)


def test_disclosure_is_what_was_previewed(cast):
    seen = fingerprint(statement_of(cast.community, "2026Q4"))
    receive(cast)
    with pytest.raises(WrongState, match="预览之后有了变化"):
        publish(cast, previewed=seen)
    assert publish(cast, previewed=fingerprint(statement_of(cast.community, "2026Q4"))).pk


def test_quarter_to_come_is_not_disclosed(cast):
    with pytest.raises(ValidationError):
        publish(cast, quarter="2027Q1")
    assert publish(cast, quarter="2027Q1", at=datetime(2027, 1, 1, tzinfo=SHANGHAI)).pk


def test_stranger_does_not_disclose(cast):
    with pytest.raises(PermissionDenied):
        publish(cast, by=cast.other_community_worker)


def test_accounts_of_the_city_take_two_queries(cast):
    a_quarter_of_money(cast)
    assert count_queries(lambda: accounts_in("2026Q4")) == 2
    receive(cast, community=cast.other_community)
    receive(cast, community=cast.third_community)
    assert count_queries(lambda: accounts_in("2026Q4")) == 2


def test_a_float_has_no_place_in_a_frozen_record():
    with pytest.raises(ValueError, match="浮点数"):
        canonical_json({"amount": 0.1})
