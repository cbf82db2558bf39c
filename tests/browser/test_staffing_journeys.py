"""An officer leaves: his office is handed over in two steps, and who held it when can be looked up
afterwards.
"""

import pytest

from gongjian.accounts.models import User
from scoring.models import Draw
from tests.cast import make_user
from tests.scoring.factories import make_round, make_sheet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fits(page) -> bool:
    return page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


@pytest.fixture
def drawn(city):
    round = make_round(city, status="assessing")
    for community in (city.community, city.other_community):
        make_sheet(round, community, city.assessor)
        Draw.objects.create(round=round, community=community, assessor=city.assessor)
    return round


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_an_office_is_handed_over_to_a_new_account_without_a_script(open_as, city, drawn, width):
    page = open_as(city.system_admin, width, java_script_enabled=False)
    page.goto(city.assessor.get_absolute_url())
    page.get_by_role("link", name="交接").click()
    page.locator("#id_username").fill("xinren")
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("请选择接任人，或填写新账号的账号和姓名").first.wait_for()
    page.locator("#id_name").fill("新考评")
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("未开始的打分表").wait_for()
    assert not User.objects.filter(username="xinren").exists()
    page.get_by_role("button", name="返回修改").click()
    assert page.locator("#id_name").input_value() == "新考评"
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="确认交接").click()
    page.get_by_role("heading", name="新考评的一次性密码").wait_for()
    assert drawn.sheets.filter(assessor__username="xinren").count() == 2
    page.goto("/staff/offices/?on=2026-11-16&role=assessor")
    assert page.get_by_text("考评甲").count() == 0
    page.goto("/staff/offices/?on=2026-11-15&role=assessor")
    page.get_by_text("考评甲").first.wait_for()


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_pages_fit_the_screen(open_as, city, width):
    make_user("jiu", name="旧人")
    held = city.lead_officer.appointments.get()
    page = open_as(city.system_admin, width)
    for path in (
        "/staff/?tab=idle",
        "/staff/offices/",
        city.lead_officer.get_absolute_url(),
        f"/staff/appointments/{held.pk}/",
        f"/staff/appointments/{held.pk}/hand-over/",
    ):
        page.goto(path)
        assert fits(page), path


def test_unused_accounts_are_stopped_together_after_a_question(open_as, city):
    make_user("jiu", name="旧人")
    page = open_as(city.system_admin)
    page.goto("/staff/?tab=idle")
    page.get_by_label("选择 jiu").check()
    page.get_by_role("button", name="停用所选账号").click()
    page.get_by_text("旧人（jiu）").wait_for()
    page.get_by_role("button", name="停用").click()
    page.get_by_text("已停用 1 个账号").wait_for()
    assert not User.objects.get(username="jiu").is_active
