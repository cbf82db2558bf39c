"""Two steps at the door, as people take them: app, wrong code, recovery code, passkey, and being
asked again.
"""

import re

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe

from gongjian.accounts.factors import has_factor
from tests.accounts.codes import bind_app, code_now
from tests.browser.accessibility import RULES
from tests.cast import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# An authenticator that always finds the right finger.
TOUCHED = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def plug_in_key(page) -> None:
    """Give the browser a key of its own, as the DevTools protocol makes one."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": TOUCHED})


def give_name_and_password(page, name="zhang") -> None:
    page.goto("/accounts/sign-in/")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def give_code(page, code) -> None:
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name=re.compile("^确认")).first.click()


def confirm_by_password(page) -> None:
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="确认", exact=True).click()


def wait_for_workbench(page) -> None:
    page.get_by_role("heading", level=1, name="2026 年第四季度").wait_for()


def is_sound(page) -> bool:
    """Nothing scrolls sideways and axe finds no fault."""
    faults = Axe().run(page, options=RULES).response["violations"]
    assert [f"{one['id']} {one['nodes'][0]['html'][:120]}" for one in faults] == []
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_director_is_led_to_bind_an_app_and_signs_in_with_it(open_as, city, settings, width):
    settings.SECOND_FACTOR_ROLES = ["office_director"]
    page = open_as(width=width)
    give_name_and_password(page)
    page.get_by_text("按您的职务，登录要分两步").wait_for()
    assert is_sound(page)
    page.get_by_role("link", name="绑定验证器").click()
    confirm_by_password(page)
    secret = page.locator("dd code").inner_text()
    assert page.locator("img.qr").evaluate(
        "picture => picture.complete && picture.naturalWidth > 0"
    )
    assert is_sound(page)
    page.get_by_label("验证码").fill(code_now(secret))
    page.get_by_role("button", name="绑定").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    assert is_sound(page)
    page.get_by_role("link", name="我已保存好").click()
    page.get_by_text("已绑定").first.wait_for()
    page.get_by_role("button", name="退出").click()

    give_name_and_password(page)
    page.goto("/units/")
    assert "/accounts/sign-in/" in page.url  # half a sign-in opens nothing
    give_code(page, "000000")
    assert "验证码不对" in page.get_by_role("alert").first.inner_text()
    assert is_sound(page)
    give_code(page, codes[0])
    wait_for_workbench(page)


def test_wrong_account_is_given_up_at_the_second_step(open_as, city):
    bind_app(city.office_director)
    page = open_as()
    give_name_and_password(page)
    page.get_by_role("button", name="取消，换账号登录").click()
    give_name_and_password(page, "zhu")
    wait_for_workbench(page)


def test_code_is_typed_by_keyboard_alone_and_without_scripts(open_as, city):
    bind_app(city.office_director)
    page = open_as(java_script_enabled=False)
    page.goto("/accounts/sign-in/")
    assert page.get_by_role("button", name="使用通行密钥").is_hidden()
    page.get_by_label("账号").fill("zhang")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("验证码").fill(code_now())
    page.keyboard.press("Enter")
    wait_for_workbench(page)


def test_passkey_is_added_opens_the_door_without_password_and_is_removed(open_as, city):
    page = open_as()
    plug_in_key(page)
    give_name_and_password(page)
    wait_for_workbench(page)
    page.get_by_role("link", name="登录安全").click()
    page.get_by_role("link", name="添加通行密钥").click()
    confirm_by_password(page)
    assert is_sound(page)
    page.get_by_label("名称").fill("办公室电脑")
    page.get_by_label("登录时不用再输密码").check()
    page.get_by_role("button", name="添加").click()
    page.get_by_role("link", name="我已保存好").click()
    page.get_by_role("cell", name="办公室电脑").wait_for()
    assert has_factor(city.office_director)

    page.get_by_role("button", name="退出").click()
    page.get_by_role("button", name="使用通行密钥").click()
    wait_for_workbench(page)

    page.get_by_role("link", name="登录安全").click()
    page.get_by_role("link", name="删除").click()
    page.get_by_role(
        "button", name="用通行密钥确认"
    ).click()  # asked again, by the factor and not by the password
    page.get_by_role("button", name="删除").click()
    page.get_by_text("通行密钥已删除").wait_for()
    assert not Authenticator.objects.filter(user=city.office_director).exists()


def test_passkey_is_the_second_step_after_the_password(open_as, city):
    page = open_as(width="phone")
    plug_in_key(page)
    give_name_and_password(page)
    page.goto("/accounts/security/passkeys/add/")
    confirm_by_password(page)
    page.get_by_role("button", name="添加").click()
    page.get_by_role("link", name="我已保存好").click()
    page.get_by_role("button", name="退出").click()
    give_name_and_password(page)
    page.get_by_role("button", name="用通行密钥确认").click()
    wait_for_workbench(page)


def test_passkey_that_is_not_there_says_what_else_to_do(open_as, city):
    page = open_as()
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": TOUCHED | {"isUserVerified": False}})
    page.goto("/accounts/sign-in/")
    page.get_by_role("button", name="使用通行密钥").click()
    page.get_by_text("或改用别的办法").wait_for()


def test_other_places_are_seen_and_left(open_as, city):
    here, there = open_as(), open_as(width="phone")
    for page in (here, there):
        give_name_and_password(page)
        wait_for_workbench(page)
    here.goto("/security/my-sessions/")
    assert here.get_by_role("row").count() == 3
    here.get_by_role("button", name="退出其他地方的登录").click()
    here.get_by_role("dialog").get_by_role("button", name="确认").click()
    here.get_by_text("其他 1 处已退出登录").wait_for()
    there.goto("/units/")
    assert "/accounts/sign-in/" in there.url


def test_security_administrator_resets_a_lost_factor(open_as, city):
    bind_app(city.office_director)
    page = open_as(width="phone")
    give_name_and_password(page, "an")
    page.goto("/security/")
    assert is_sound(page)
    page.get_by_role("link", name="zhang").click()
    page.get_by_role("link", name="重置两步登录").click()
    page.get_by_role("button", name="重置").click()
    confirm_by_password(page)
    page.get_by_text("章主任的两步登录已重置").wait_for()
    assert is_sound(page)
    assert not has_factor(city.office_director)
