from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from communities.models import Meeting
from communities.services.meetings import call_meeting, record_minutes
from gongjian.lib.quarters import SHANGHAI
from gongjian.notifications.models import Notification
from gongjian.workflow import WrongState
from tests.communities.factories import make_meeting


def call(cast, **given):
    asked = {
        "community": cast.community,
        "quarter": "2026Q4",
        "starts_at": cast.now + timedelta(days=3),
        "place": "社区会议室",
        "agenda": "部署下阶段工作",
        "by": cast.lead_officer,
        "at": cast.now,
    }
    return call_meeting(**{**asked, **given})


def minute(cast, meeting, **given):
    said = {"chair": "郑组长", "minutes": "议定三件事。", "attended": {cast.lead_unit.pk: "郑组长"}}
    return record_minutes(meeting, **{**said, "by": cast.lead_officer, "at": cast.now, **given})


def test_call_announces_the_meeting_to_the_whole_group(cast):
    call(cast)
    told = set(Notification.objects.values_list("recipient__username", flat=True))
    assert told == {"zhu", "fu", "hu", "qian"}


def test_call_of_a_meeting_gone_by_announces_nothing(cast):
    call(cast, starts_at=cast.now - timedelta(days=3))
    assert not Notification.objects.exists()


def test_call_refuses_a_day_outside_the_quarter(cast):
    with pytest.raises(ValidationError) as wrong:
        call(cast, starts_at=datetime(2027, 1, 4, 9, tzinfo=SHANGHAI))
    assert list(wrong.value.message_dict) == ["starts_at"]


def test_call_goes_by_the_day_in_shanghai(cast):
    meeting = call(cast, starts_at=datetime(2026, 10, 1, 0, 30, tzinfo=SHANGHAI))
    assert meeting.quarter == "2026Q4"


def test_call_refuses_a_member_unit(cast):
    with pytest.raises(PermissionDenied):
        call(cast, by=cast.member_liaison)


def test_more_than_one_meeting_a_quarter_is_allowed(cast):
    call(cast)
    call(cast, by=cast.community_worker)
    assert Meeting.objects.count() == 2


def test_minutes_give_every_unit_of_the_group_its_row(cast):
    meeting = minute(cast, make_meeting(cast))
    rows = dict(meeting.attendances.values_list("unit__short_name", "attended"))
    assert rows == {"市住建局": True, "富春商场": False}
    assert (meeting.status, meeting.minutes_at) == ("held", cast.now)


def test_minutes_want_the_lead_unit(cast):
    meeting = make_meeting(cast)
    with pytest.raises(ValidationError, match="牵头单位没有到会"):
        minute(cast, meeting, attended={cast.member_unit.pk: "吴代表"})
    meeting.refresh_from_db()
    assert meeting.status == "called"


def test_minutes_refuse_a_unit_that_has_no_seat(cast):
    with pytest.raises(ValidationError, match="共建名单"):
        minute(cast, make_meeting(cast), attended={cast.lead_unit.pk: "", cast.department.pk: "程"})


@pytest.mark.parametrize("field", ["chair", "minutes"])
def test_minutes_want_a_text_and_a_chair(cast, field):
    with pytest.raises(ValidationError) as wrong:
        minute(cast, make_meeting(cast), **{field: " "})
    assert list(wrong.value.message_dict) == [field]


def test_minutes_refuse_a_meeting_to_come(cast):
    with pytest.raises(ValidationError, match="还没有召开"):
        minute(cast, make_meeting(cast, starts_at=cast.now + timedelta(hours=1)))


def test_minutes_are_kept_once(cast):
    meeting = minute(cast, make_meeting(cast))
    with pytest.raises(WrongState):
        minute(cast, meeting)
    assert meeting.attendances.count() == 2


def test_minutes_refuse_a_stranger(cast):
    with pytest.raises(PermissionDenied):
        minute(cast, make_meeting(cast), by=cast.other_lead_officer)
