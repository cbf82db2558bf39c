"""Headless Chromium as people use it.

Loudly skipped where there is none; an error where servers are required.
"""

import os
import shutil

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from playwright.sync_api import sync_playwright

from tests import cast as casting
from tests import servers

WIDTHS = {"desk": {"width": 1360, "height": 900}, "phone": {"width": 390, "height": 844}}
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
)  # Playwright keeps a loop of its own in this thread


@pytest.fixture(scope="session")
def chromium():
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        if servers.required():
            raise servers.NotInstalled("没有 Chromium")
        pytest.skip("NO CHROMIUM: the pages were not tried in a browser")
    with sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=program, args=quiet)
        yield browser
        browser.close()


@pytest.fixture
def city(transactional_db):
    """The cast, with the clock at the cast's own moment and ticking."""
    with time_machine.travel(casting.NOW, tick=True):
        yield casting.make_cast()


@pytest.fixture
def open_as(chromium, city, live_server):
    """open_as(user, "phone") gives a browser page on which that person is signed in."""
    contexts = []

    def open_page(user=None, width="desk", **options):
        context = chromium.new_context(
            viewport=WIDTHS[width],
            base_url=live_server.url,
            locale="zh-CN",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        if user:
            client = Client()
            client.force_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
            )
        page = context.new_page()
        page.set_default_timeout(30_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
