"""Signing in as people do: by keyboard, by mistake, on a phone."""

import pytest

from tests.cast import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_officer_signs_in_by_keyboard_alone(open_as, city):
    page = open_as()
    page.goto("/")
    assert "/accounts/sign-in/" in page.url
    page.get_by_label("账号").focus()
    page.keyboard.type("zhu")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="2026 年第四季度").wait_for()
    assert "市住建局 · 朱经办" in page.locator("header.bar").inner_text()


def test_wrong_password_keeps_the_name_and_says_what_to_do(open_as, city):
    page = open_as(width="phone")
    page.goto("/accounts/sign-in/")
    page.get_by_label("账号").fill("zhu")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    assert "账号或密码不对" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("账号").input_value() == "zhu"


def test_sign_out_closes_the_door(open_as, city):
    page = open_as(city.office_staff)
    page.goto("/")
    page.get_by_role("button", name="退出").click()
    page.goto("/units/")
    assert "/accounts/sign-in/" in page.url
