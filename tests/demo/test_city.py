"""The demo city: its size, its shape, and that the same seed makes the same city."""

from collections import Counter
from datetime import date
from time import perf_counter

import pytest

from communities.models import Community, CommunityPosting, Group, GroupMember, RoadSection
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from gongjian.demo.city import build_city
from gongjian.demo.people import make_people
from gongjian.demo.settling import settle
from gongjian.office.register.planning import plan_import
from inspections.models import Frontage
from tests.cast import NOW
from units.models import Posting, Unit

pytestmark = pytest.mark.slow

SINCE = date(2025, 9, 1)


@pytest.fixture(scope="module")
def city():
    return build_city(since=SINCE)


def test_the_same_seed_makes_the_same_city(city):
    again = build_city(since=SINCE)
    assert again.worksheets == city.worksheets
    assert make_people(again) == make_people(build_city(since=SINCE))


def test_another_seed_makes_another_city(city):
    assert build_city(since=SINCE, seed=7).seats != city.seats


def test_it_has_the_size_of_the_real_one(city):
    units = Counter(unit["kind"] for unit in city.worksheets["单位名册"])
    assert len(city.worksheets["社区名册"]) == 74
    assert sum(place["subdistrict"] == "富春街道" for place in city.worksheets["社区名册"]) == 42
    assert (units["党政机关"] + units["职能部门"], units["事业单位"] + units["企业"]) == (60, 120)
    assert len(city.worksheets["门前三包名册"]) == 2500
    assert (
        len({(row["community"], row["road_section"]) for row in city.worksheets["门前三包名册"]})
        == 250
    )


def test_each_group_has_one_lead_unit_and_three_to_twelve_others(city):
    roles = Counter((seat["community"], seat["role"]) for seat in city.seats)
    assert {count for (_, role), count in roles.items() if role == "牵头"} == {1}
    members = [count for (_, role), count in roles.items() if role == "共建"]
    assert len(members) == 74
    assert (min(members), max(members)) == (3, 12)


def test_some_organs_lead_two_communities_and_none_three(city):
    led = Counter(place["lead_unit"] for place in city.worksheets["社区名册"])
    assert set(led.values()) == {1, 2}


def test_telephone_numbers_are_plainly_invented(city):
    rows = [*city.worksheets["单位名册"], *city.seats, *city.worksheets["门前三包名册"]]
    assert all(row["phone"].startswith("1380000") for row in rows)


def test_three_hundred_people_hold_all_the_roles(city):
    people = make_people(build_city(since=SINCE))
    assert (
        len(people)
        == len({one.username for one in people})
        == len({one.name for one in people})
        == 300
    )
    assert {one.role for one in people} == set(Role)


def test_the_demos_faces_have_to_do_with_the_first_community(city):
    first = {one.role: one for one in reversed(make_people(build_city(since=SINCE)))}
    place = city.worksheets["社区名册"][0]
    assert first[Role.LEAD_OFFICER].unit == place["lead_unit"]
    assert (
        first[Role.COMMUNITY_WORKER].community
        == first[Role.LIAISON_LEADER].community
        == place["name"]
    )
    seated = {seat["unit"] for seat in city.seats if seat["community"] == place["name"]}
    assert first[Role.MEMBER_LIAISON].unit in seated


@pytest.mark.django_db
def test_it_is_taken_in_through_the_registers_own_import():
    city = build_city(since=SINCE)
    begun = perf_counter()
    settle(city, at=NOW)
    assert perf_counter() - begun < 10
    assert (Community.objects.count(), Unit.objects.count(), Frontage.objects.count()) == (
        74,
        180,
        2500,
    )
    assert (RoadSection.objects.count(), GroupMember.objects.count()) == (250, len(city.seats))
    assert not Group.objects.filter(liaison_leader=None).exists()
    assert (User.objects.count(), Appointment.objects.count()) == (300, 300)
    assert Posting.objects.count() + CommunityPosting.objects.count() == 300
    assert plan_import(city.tables()).is_empty


@pytest.mark.slow
@pytest.mark.django_db
def test_five_thousand_rows_are_previewed_in_five_seconds():
    settle(build_city(since=SINCE), at=NOW)
    tables = build_city(since=SINCE, seed=7).tables()
    tables[3].rows = [
        (number, row)
        for number, (_, row) in enumerate(tables[3].rows + tables[3].rows[1:], start=1)
    ]
    begun = perf_counter()
    plan = plan_import(tables)
    assert perf_counter() - begun < 5
    assert len(plan.errors) >= 2500
