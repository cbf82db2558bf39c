from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from communities.models import Community
from funds.accounts import EqualPledges, equal_pledges
from funds.models import Pledge
from funds.services import pledge_funds, withdraw_pledge
from gongjian.audit.models import Entry
from gongjian.workflow import WrongState
from tests.funds.factories import make_pledge, receive, seat_units


def pledge(cast, **given):
    content = {
        "community": cast.community,
        "quarter": cast.quarter,
        "source": "unit_share",
        "unit": cast.member_unit,
    }
    words = {"payer": "富春商场", "amount_yuan": Decimal(2000), "pledged_on": cast.today}
    return pledge_funds(**{**content, **words, "by": cast.member_liaison, "at": cast.now, **given})


def test_liaison_pledges_for_his_own_unit(cast):
    made = pledge(cast)
    assert (made.quarter, made.status, made.by) == ("2026Q4", "pledged", cast.member_liaison)
    assert Entry.objects.about(made).get().event == "funds.pledge.make"


def test_liaison_does_not_pledge_for_another_unit(cast):
    with pytest.raises(PermissionDenied):
        pledge(cast, unit=cast.lead_unit)


def test_liaison_does_not_pledge_where_his_unit_has_no_seat(cast):
    with pytest.raises(PermissionDenied):
        pledge(cast, community=cast.other_community)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"amount_yuan": Decimal(0)}, "amount_yuan", "大于 0"),
        ({"payer": "  "}, "payer", "请填写认捐方"),
        ({"pledged_on": date(2026, 11, 17)}, "pledged_on", "不能晚于今天"),
        ({"unit": None}, "unit", "请选出资单位"),
        ({"source": "community_share"}, "unit", "不填单位"),
    ],
)
def test_pledge_names_what_is_wrong_at_its_field(cast, given, field, words):
    with pytest.raises(ValidationError) as refused:
        pledge(cast, by=cast.office_staff, **given)
    assert words in refused.value.message_dict[field][0]
    assert not Pledge.objects.exists()


def test_unit_share_comes_from_the_group(cast):
    with pytest.raises(ValidationError) as refused:
        pledge(cast, by=cast.office_staff, unit=cast.other_lead_unit)
    assert "不在虎山社区的共建名单里" in refused.value.message_dict["unit"][0]


def test_withdrawn_pledge_stays_on_record(cast):
    made = withdraw_pledge(make_pledge(cast), by=cast.member_liaison, at=cast.now)
    assert Pledge.objects.get(pk=made.pk).status == "withdrawn"


def test_partly_paid_pledge_is_not_withdrawn(cast):
    made = make_pledge(cast)
    receive(cast, "500.00", pledge=made, source="unit_share", unit=cast.member_unit)
    with pytest.raises(WrongState):
        withdraw_pledge(Pledge.objects.get(pk=made.pk), by=cast.lead_officer, at=cast.now)


def test_five_equal_pledges_of_units_look_like_a_levy(cast):
    units = seat_units(cast.community, 5)
    for unit in units[:4]:
        make_pledge(cast, unit=unit)
    make_pledge(cast, unit=units[0])
    make_pledge(cast, unit=units[4], status="withdrawn")
    assert equal_pledges("2026Q4", Community.objects.all()) == []
    make_pledge(cast, unit=units[4])
    assert equal_pledges("2026Q4", Community.objects.all()) == [
        EqualPledges("虎山社区", cast.community.code, Decimal("2000.00"), 5)
    ]
    assert equal_pledges("2026Q3", Community.objects.all()) == []
