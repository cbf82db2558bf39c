from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from communities.services.visits import record_visit
from gongjian.notifications.models import Notification


def visit(cast, **given):
    asked = {
        "community": cast.community,
        "visited_on": cast.today,
        "leader": "钱领导",
        "raised": "路灯不亮",
        "settled": "",
        "by": cast.liaison_leader,
        "at": cast.now,
    }
    return record_visit(**{**asked, **given})


def test_a_visit_counts_for_the_quarter_of_its_day(cast):
    assert visit(cast, visited_on=date(2026, 9, 30)).quarter == "2026Q3"


def test_a_visit_refuses_a_day_to_come(cast):
    with pytest.raises(ValidationError) as wrong:
        visit(cast, visited_on=cast.today + timedelta(days=1))
    assert wrong.value.message_dict == {"visited_on": ["走访日期不能晚于今天（2026年11月16日）"]}


@pytest.mark.parametrize("person", ["liaison_leader", "lead_officer", "community_worker"])
def test_a_visit_is_recorded_by_the_leader_or_on_his_behalf(cast, person):
    assert visit(cast, by=cast.people[person]).pk


@pytest.mark.parametrize("person", ["member_liaison", "office_staff", "other_lead_officer"])
def test_a_visit_refuses_everybody_else(cast, person):
    with pytest.raises(PermissionDenied):
        visit(cast, by=cast.people[person])


def test_what_was_raised_is_told_to_those_who_must_settle_it(cast):
    visit(cast)
    assert set(Notification.objects.values_list("recipient__username", flat=True)) == {"zhu", "hu"}


def test_a_visit_that_raised_nothing_tells_nobody(cast):
    visit(cast, raised=" ", settled="慰问困难群众")
    assert not Notification.objects.exists()
