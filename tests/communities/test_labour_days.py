from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from communities.services.labour_days import call_labour_day, report_labour_day
from gongjian.notifications.models import Notification
from gongjian.workflow import WrongState
from tests.communities.factories import make_labour_day


def call(cast, **given):
    asked = {
        "community": cast.community,
        "quarter": "2026Q4",
        "held_on": cast.today,
        "place": "虎山路",
        "work": "清扫路面",
        "by": cast.community_worker,
        "at": cast.now,
    }
    return call_labour_day(**{**asked, **given})


def report(cast, labour_day, **given):
    said = {"outcome": "清运垃圾两车。", "headcounts": {cast.lead_unit.pk: 12}}
    return report_labour_day(
        labour_day, **{**said, "by": cast.lead_officer, "at": cast.now, **given}
    )


def test_call_announces_the_day_to_the_whole_group(cast):
    call(cast)
    assert set(Notification.objects.values_list("recipient__username", flat=True)) == {
        "zhu",
        "fu",
        "hu",
        "qian",
    }


def test_call_refuses_a_day_outside_the_quarter(cast):
    with pytest.raises(ValidationError) as wrong:
        call(cast, held_on=date(2026, 9, 30))
    assert list(wrong.value.message_dict) == ["held_on"]


def test_call_refuses_a_stranger(cast):
    with pytest.raises(PermissionDenied):
        call(cast, by=cast.other_community_worker)


def test_report_gives_every_unit_of_the_group_its_row(cast):
    labour_day = report(cast, make_labour_day(cast))
    rows = dict(labour_day.attendances.values_list("unit__short_name", "headcount"))
    assert rows == {"市住建局": 12, "富春商场": 0}
    assert labour_day.status == "held"


def test_report_does_not_precede_its_day(cast):
    with pytest.raises(ValidationError, match="还没有到"):
        report(cast, make_labour_day(cast, held_on=cast.today + timedelta(days=1)))


@pytest.mark.parametrize(("count", "said"), [(0, "没有一个单位参加"), (-1, "不能是负数")])
def test_report_refuses_impossible_headcounts(cast, count, said):
    labour_day = make_labour_day(cast)
    with pytest.raises(ValidationError, match=said):
        report(cast, labour_day, headcounts={cast.lead_unit.pk: count})
    assert not labour_day.attendances.exists()


def test_report_refuses_a_unit_that_has_no_seat(cast):
    with pytest.raises(ValidationError, match="共建名单"):
        report(cast, make_labour_day(cast), headcounts={cast.department.pk: 3})


def test_report_wants_an_outcome(cast):
    with pytest.raises(ValidationError) as wrong:
        report(cast, make_labour_day(cast), outcome="")
    assert list(wrong.value.message_dict) == ["outcome"]


def test_report_is_made_once(cast):
    labour_day = report(cast, make_labour_day(cast))
    with pytest.raises(WrongState):
        report(cast, labour_day)
