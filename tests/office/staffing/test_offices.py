from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from gongjian.accounts.models import Appointment
from gongjian.accounts.roles import Role
from gongjian.audit.models import Entry
from gongjian.office.staffing.offices import holders, offices_visible_to
from tests.cast import appoint, make_user
from tests.queries import count_queries

JUNE = date(2026, 6, 1)


@pytest.fixture
def followed(cast):
    """市住建局's lead officer before 朱经办, who left on 1 June 2025."""
    before = make_user("jiu", name="旧经办")
    appoint(
        before,
        Role.LEAD_OFFICER,
        unit=cast.lead_unit,
        starts_on=date(2024, 1, 1),
        ends_on=date(2025, 6, 1),
    )
    return before


def names(appointments):
    return {one.user.name for one in appointments}


def test_holders_on_a_day_of_a_unit(cast, followed):
    of_unit = {"unit": cast.lead_unit, "role": Role.LEAD_OFFICER}
    assert names(holders(on=date(2025, 5, 31), **of_unit)) == {"旧经办"}
    assert names(holders(on=date(2025, 6, 1), **of_unit)) == set()
    assert names(holders(on=JUNE, **of_unit)) == {"朱经办"}


def test_holders_on_a_day_of_a_community(cast):
    assert names(holders(on=JUNE, community=cast.community)) == {"胡社工", "钱领导"}


def test_holders_of_a_role_in_the_whole_city(cast):
    assert names(holders(on=JUNE, role=Role.AUDITOR)) == {"沈审计"}


READS = {
    "system_admin": "all",
    "security_admin": "all",
    "auditor": "all",
    "office_staff": "business",
    "office_director": "business",
    "lead_officer": {"朱经办", "旧经办"},
    "member_liaison": {"富联络"},
    "department_officer": {"程城管"},
    "community_worker": {"胡社工", "钱领导"},
    "liaison_leader": {"胡社工", "钱领导"},
    "other_lead_officer": {"水经办"},
    "assessor": set(),
    "approver": set(),
}


@pytest.mark.parametrize("person", READS)
def test_everyone_reads_the_offices_of_his_own_place(cast, followed, person):
    everybody = names(Appointment.objects.select_related("user"))
    wanted = READS[person]
    if wanted == "all":
        wanted = everybody
    elif wanted == "business":
        wanted = everybody - {"席管理", "安管理", "沈审计"}
    elif person == "department_officer":
        wanted = wanted | {"城管平台"}
    assert names(offices_visible_to(cast.people[person]).select_related("user")) == wanted


def test_page_says_who_held_the_office_on_a_day(cast, followed, sign_in):
    url = f"{reverse('staffing:offices')}?unit={cast.lead_unit.pk}&on=2025-01-15"
    page = sign_in(cast.office_staff).get(url).content.decode()
    assert "旧经办" in page
    assert "朱经办" not in page.split('<table class="list', 1)[1]


def test_unit_of_others_is_no_choice_for_an_officer(cast, sign_in):
    url = f"{reverse('staffing:offices')}?unit={cast.other_lead_unit.pk}"
    assert sign_in(cast.lead_officer).get(url).status_code == 400


def test_workbook_holds_what_the_page_shows_and_is_in_the_log(cast, followed, sign_in):
    url = f"{reverse('staffing:offices')}?format=xlsx&unit={cast.lead_unit.pk}"
    answer = sign_in(cast.auditor).get(url)
    rows = list(load_workbook(BytesIO(b"".join(answer.streaming_content))).active.values)
    assert [row[3] for row in rows if row[3] in {"朱经办", "旧经办"}] == ["朱经办", "旧经办"]
    entry = Entry.objects.get(event="audit.list.export")
    assert (entry.object_id, entry.changes["count"]) == ("staffing:offices", 2)


@pytest.mark.parametrize("person", ["office_staff", "auditor", "lead_officer"])
def test_unit_page_leads_to_its_offices(cast, sign_in, person):
    page = sign_in(cast.people[person]).get(cast.lead_unit.get_absolute_url()).content.decode()
    assert f"{reverse('staffing:offices')}?unit={cast.lead_unit.pk}" in page


def test_stranger_finds_no_way_to_the_offices(cast, sign_in):
    page = sign_in(cast.member_liaison).get(cast.lead_unit.get_absolute_url()).content.decode()
    assert "任职沿革" not in page


def test_community_page_leads_its_worker_to_its_offices(cast, sign_in):
    page = sign_in(cast.community_worker).get(cast.community.get_absolute_url()).content.decode()
    assert f"{reverse('staffing:offices')}?community={cast.community.pk}" in page


def test_long_list_costs_no_more_queries(cast, sign_in):
    browser, url = sign_in(cast.auditor), reverse("staffing:offices")
    few = count_queries(lambda: browser.get(url))
    for number in range(20):
        make_user(f"more{number}", Role.LEAD_OFFICER, unit=cast.lead_unit)
        make_user(f"there{number}", Role.COMMUNITY_WORKER, community=cast.community)
    assert count_queries(lambda: browser.get(url)) == few


def test_staff_list_and_account_cost_no_more_queries(cast, sign_in):
    browser, account = sign_in(cast.system_admin), cast.lead_officer
    urls = [reverse("staffing:list"), account.get_absolute_url()]
    few = [count_queries(lambda url=url: browser.get(url)) for url in urls]
    for number in range(20):
        make_user(f"more{number}", Role.LEAD_OFFICER, unit=cast.lead_unit)
        ends_on = date(2020 + number % 6, 2, 1)
        appoint(
            account,
            Role.MEMBER_LIAISON,
            unit=cast.office,
            starts_on=date(2020, 1, 1),
            ends_on=ends_on,
        )
    assert [count_queries(lambda url=url: browser.get(url)) for url in urls] == few
