"""A person who acts for two units; one of a third ended before today."""

from datetime import date

import pytest
from django.urls import reverse

from communities.models import Community, GroupMember, Reply, Topic
from communities.permissions import leads, speaks_in
from funds.permissions import communities_pledged_in_by, may_pledge
from gongjian.accounts.roles import Role
from gongjian.office.dashboards.context import _user_line
from gongjian.office.staffing.handing_over import hand_over
from inspections.models import Finding
from inspections.permissions import may_rectify_finding
from tests.cast import appoint, make_user
from tests.scoring.factories import make_finding
from units.models import Unit
from units.permissions import may_edit_contact


@pytest.fixture
def both(cast):
    user = make_user("shuang", Role.LEAD_OFFICER, name="双经办", unit=cast.lead_unit)
    appoint(user, Role.LEAD_OFFICER, unit=cast.other_lead_unit)
    appoint(
        user,
        Role.LEAD_OFFICER,
        unit=cast.third_lead_unit,
        ends_on=cast.today,
        starts_on=date(2026, 2, 1),
    )
    return user


def test_head_of_the_page_names_both_units_and_not_the_one_left(cast, both):
    assert _user_line(both) == "市住建局、市水利局 · 双经办"


def test_head_of_the_page_stays_short_for_many_places(cast):
    user = make_user("duo", name="多处")
    for unit in (cast.lead_unit, cast.other_lead_unit, cast.third_lead_unit, cast.department):
        appoint(user, Role.LEAD_OFFICER, unit=unit)
    assert _user_line(user) == "市住建局、市水利局、市民政局等 4 处 · 多处"


def test_both_units_communities_are_seen_and_kept(cast, both):
    wanted = {cast.community, cast.other_community}
    assert set(Unit.objects.held_by(both)) == {cast.lead_unit, cast.other_lead_unit}
    assert set(Community.objects.visible_to(both)) == wanted
    assert set(Community.objects.kept_by(both)) == wanted
    assert set(communities_pledged_in_by(both)) == wanted
    assert all(leads(both, community) and speaks_in(both, community) for community in wanted)
    assert not leads(both, cast.third_community)


def test_findings_of_both_units_are_seen_and_put_right(cast, both):
    places = (
        (cast.community, cast.lead_unit),
        (cast.other_community, cast.other_lead_unit),
        (cast.third_community, cast.third_lead_unit),
    )
    first, second, gone = (
        make_finding(cast, place, responsible_unit=unit) for place, unit in places
    )
    assert set(Finding.objects.visible_to(both)) == {first, second}
    assert [may_rectify_finding(both, one) for one in (first, second, gone)] == [True, True, False]


def test_contact_of_both_units_is_kept(cast, both):
    units = (cast.lead_unit, cast.other_lead_unit, cast.third_lead_unit)
    assert [may_edit_contact(both, unit) for unit in units] == [True, True, False]


def test_liaison_of_two_units_pledges_for_each_where_it_has_a_seat(cast, sign_in):
    user = make_user("shuang", Role.MEMBER_LIAISON, unit=cast.member_unit)
    appoint(user, Role.MEMBER_LIAISON, unit=cast.department)
    GroupMember.objects.create(group=cast.other_community.group, unit=cast.department)
    assert may_pledge(user, cast.community, cast.member_unit)
    assert may_pledge(user, cast.other_community, cast.department)
    assert not may_pledge(user, cast.other_community, cast.member_unit)
    form = sign_in(user).get(reverse("funds:pledge_new")).context["form"]
    assert set(form.fields["unit"].queryset) == {cast.member_unit, cast.department}


@pytest.fixture
def topic(cast):
    given = {
        "title": "路灯",
        "text": "路灯坏了",
        "raised_by": cast.community_worker,
        "raised_at": cast.now,
    }
    return Topic.objects.create(community=cast.community, **given)


def test_one_who_speaks_for_two_units_of_the_group_says_for_which(cast, both, topic, sign_in):
    GroupMember.objects.create(group=cast.community.group, unit=cast.other_lead_unit)
    url, browser = reverse("communities:topic_reply", args=[topic.pk]), sign_in(both)
    answer = browser.post(url, {"text": "已报修"})
    assert "unit" in answer.context["form"].errors
    assert answer.context["form"]["text"].value() == "已报修"
    browser.post(url, {"text": "已报修", "unit": cast.other_lead_unit.pk})
    assert Reply.objects.get().unit == cast.other_lead_unit


def test_only_unit_of_the_group_needs_no_asking(cast, both, topic, sign_in):
    url, browser = reverse("communities:topic_reply", args=[topic.pk]), sign_in(both)
    assert "unit" not in browser.get(topic.get_absolute_url()).context["form"].fields
    browser.post(url, {"text": "已报修"})
    assert Reply.objects.get().unit == cast.lead_unit


def test_handing_over_one_unit_leaves_the_other(cast, both):
    held = both.appointments.get(unit_posting__unit=cast.lead_unit)
    hand_over(held, successor=make_user("xin"), day=cast.today, by=cast.system_admin, at=cast.now)
    assert set(Unit.objects.held_by(both)) == {cast.other_lead_unit}
