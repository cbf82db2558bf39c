"""A long form, typed while the session ran out: it is all there after signing in again."""

from datetime import timedelta

import pytest
import time_machine

from communities.models import Topic
from tests.cast import NOW, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "\n".join(
    f"第 {number} 条：巷口路灯坏了，晚上老人出门不便，请城管局派人看一看。"
    for number in range(1, 13)
)


def type_topic(page):
    page.goto("/forum/new/")
    page.get_by_label("题目").fill("路灯<b>与</b>井盖")
    page.get_by_label("内容").fill(WORDS)


def sign_in_again(page):
    page.get_by_label("账号").fill("hu")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("heading", level=1, name="您刚才填写的内容还在").wait_for()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_what_was_typed_is_sent_after_signing_in_again(open_as, city, javascript):
    page = open_as(
        city.community_worker, "phone" if javascript else "desk", java_script_enabled=javascript
    )
    type_topic(page)
    with time_machine.travel(NOW + timedelta(minutes=40), tick=True):
        page.get_by_role("button", name="提出").click()
        page.locator("main", has_text="刚才填写的内容已经存好").wait_for()
        sign_in_again(page)
        assert "第 12 条" in page.locator("main").inner_text()
        page.get_by_role("button", name="再提交一次").click()
        page.get_by_role("heading", level=1, name="路灯<b>与</b>井盖").wait_for()
    assert Topic.objects.get().text.splitlines() == WORDS.splitlines()


def test_going_on_takes_the_warning_away(open_as, city, settings):
    settings.SESSION_IDLE_SECONDS = 240
    page = open_as(city.community_worker)
    page.goto("/forum/new/")
    note = page.get_by_role("alert")
    note.wait_for()
    assert "4 分钟后须重新登录" in note.inner_text()
    settings.SESSION_IDLE_SECONDS = 1800
    page.get_by_role("button", name="继续").click()
    note.wait_for(state="detached")


def test_the_locked_name_reads_on_a_phone(open_as, city):
    page = open_as(width="phone")
    for _ in range(5):
        page.goto("/accounts/sign-in/")
        page.get_by_label("账号").fill("zhu")
        page.get_by_label("密码", exact=True).fill("wrong")
        page.get_by_role("button", name="登录", exact=True).click()
    assert "起可以再登录" in page.get_by_role("alert").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
