"""The office's day, clicked and typed: a plan issued, a register brought in, a document signed, an
account opened.
"""

import re

import pytest

from communities.models import WorkPlan
from gongjian.accounts.models import User
from gongjian.documents.models import DocumentStatus
from gongjian.jobs.services import TASKS
from tests.documents.factories import make_document
from tests.office.register.workbooks import HEADERS, xlsx
from units.models import Unit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NEW_UNIT = ("富阳市新设局", "市新设局", "党政机关", None, "孙甲", "13800000002")


@pytest.fixture(autouse=True)
def _no_printing(monkeypatch):
    """The sheet is printed by a worker that has the fonts; the documents' tests see to that."""
    monkeypatch.setitem(TASKS, "documents.print", lambda job_id: None)


def agree(page):
    page.get_by_role("dialog", name="请确认").get_by_role("button", name="确认").click()


def upload_units(page, *rows):
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="名册").click()
    content = xlsx(("单位名册", HEADERS["单位名册"], rows))
    page.get_by_label("名册文件").set_input_files(
        {"name": "名册.xlsx", "mimeType": EXCEL, "buffer": content}
    )
    page.get_by_role("button", name="上传并预览").click()


def test_a_plan_is_drafted_submitted_and_issued_with_a_numbered_notice(open_as, city):
    office = open_as(city.office_staff)
    office.goto("/plans/")
    office.get_by_role("link", name="拟定计划").first.click()
    office.get_by_role("button", name="保存").click()
    office.get_by_role("textbox", name="工作内容").fill("清理背街小巷卫生死角")
    office.get_by_role("button", name="添加").click()
    office.get_by_role("button", name="提交主任下达").click()
    office.get_by_text("已提交，等待主任下达").wait_for()

    director = open_as(city.office_director)
    director.goto("/plans/2026Q4/")
    director.get_by_role("button", name="下达", exact=True).click()
    agree(director)
    said = director.get_by_role("status").filter(has_text="已下达").inner_text()
    assert "富共建办〔2026〕1号" in said
    assert WorkPlan.objects.get().assignments.count() == 3
    assert director.get_by_role("rowheader").count() == 3


def test_a_bad_register_names_its_cells_and_a_good_one_is_written(open_as, city):
    page = open_as(city.office_staff)
    page.goto("/")
    upload_units(page, NEW_UNIT, (None, "甲"), ("富阳市水利局", None, "外星", None, None, "12"))
    refused = page.get_by_role("alert").inner_text()
    assert re.findall(r"单位名册!\w+", refused) == ["单位名册!A3", "单位名册!C4", "单位名册!F4"]
    assert page.get_by_role("button", name="确认写入").count() == 0
    assert not Unit.objects.filter(name="富阳市新设局").exists()

    upload_units(page, NEW_UNIT)
    page.get_by_role("button", name="确认写入").click()
    page.get_by_text("单位名册新增 1、变更 0").wait_for()
    assert Unit.objects.filter(name="富阳市新设局").exists()


def test_a_returned_document_shows_the_remark_and_is_signed_again(open_as, city):
    url = make_document(city, status=DocumentStatus.IN_REVIEW).get_absolute_url()
    director = open_as(city.office_director)
    director.goto(url)
    director.get_by_role("link", name="退回修改").click()
    director.get_by_label("意见").fill("写明完成时限")
    director.get_by_role("button", name="退回修改").click()

    office = open_as(city.office_staff)
    office.goto(url)
    office.get_by_text("写明完成时限").wait_for()
    office.get_by_role("link", name="改稿").click()
    office.get_by_label("正文", exact=True).fill("请于12月20日前落实。")
    office.get_by_role("button", name="保存", exact=True).click()
    office.get_by_role("button", name="送签").click()

    director.goto(url)
    director.get_by_role("button", name="签发").click()
    agree(director)
    director.get_by_text("已签发").first.wait_for()
    director.get_by_text("富共建办〔2026〕1号").first.wait_for()


def test_the_administrator_opens_an_account_and_reads_its_password_once(open_as, city):
    page = open_as(city.system_admin)
    page.goto("/staff/")
    page.get_by_role("link", name="新开账号").click()
    page.get_by_label("账号", exact=True).fill("Li Ming")
    page.get_by_label("姓名").fill("李明")
    page.get_by_label("角色").select_option(label="牵头单位经办人")
    page.get_by_label(re.compile("^单位")).select_option(label="市水利局")
    page.get_by_role("button", name="保存").click()
    assert "账号只能用小写字母" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("姓名").input_value() == "李明"

    page.get_by_label("账号", exact=True).fill("liming")
    page.get_by_role("button", name="保存").click()
    password = page.locator("code").inner_text()
    assert User.objects.get(username="liming").check_password(password)
    page.get_by_role("link", name="已记下").click()
    assert password not in page.content()
    page.get_by_role("cell", name="市水利局").wait_for()
