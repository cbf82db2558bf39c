"""What a production site is set to, read from a process that was started as one."""

import json
import os
import subprocess
import sys

import pytest

from tests.settings.surroundings import ROOT, STRONG, UNWANTED

pytestmark = pytest.mark.slow

READ = """
import json
import django
django.setup()
from django.conf import settings
from gongjian.office.kept.middleware import OWNER_COOKIE
from django.contrib.auth.hashers import get_hashers
from django.middleware.security import SecurityMiddleware
from django.http import HttpResponse
from django.test import RequestFactory
name = settings.ALLOWED_HOSTS[0]
secure = RequestFactory(headers={"x-forwarded-proto": "https"}, SERVER_NAME=name)
plain = RequestFactory(SERVER_NAME=name)
middleware = SecurityMiddleware(lambda request: HttpResponse())
hasher = get_hashers()[0]
print(json.dumps({
    "debug": settings.DEBUG,
    "hsts": middleware(secure.get("/"))["Strict-Transport-Security"],
    "redirect": middleware(plain.get("/units/"))["Location"],
    "cookies": [
        settings.SESSION_COOKIE_SECURE,
        settings.CSRF_COOKIE_SECURE,
        settings.SESSION_COOKIE_HTTPONLY,
    ],
    "names": [
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        OWNER_COOKIE,
        settings.MESSAGE_STORAGE,
    ],
    "same_site": [settings.SESSION_COOKIE_SAMESITE, settings.CSRF_COOKIE_SAMESITE],
    "hasher": [hasher.algorithm, hasher.iterations],
    "apps": settings.INSTALLED_APPS,
}))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    clean = {name: value for name, value in os.environ.items() if name not in {*STRONG, *UNWANTED}}
    own = {
        "DJANGO_SETTINGS_MODULE": "gongjian.settings",
        "GONGJIAN_DATA_DIR": str(tmp_path_factory.mktemp("site")),
    }
    command = [sys.executable, "-c", READ]
    done = subprocess.run(
        command, env={**clean, **STRONG, **own}, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_browsers_are_told_for_a_year_to_come_by_https(production):
    assert production["hsts"] == "max-age=31536000; includeSubDomains; preload"
    assert production["redirect"].startswith("https://")


def test_cookies_travel_encrypted_and_stay_on_the_site(production):
    assert production["cookies"] == [True, True, True]
    assert production["same_site"] == ["Lax", "Lax"]


def test_cookies_bear_names_that_browsers_take_from_this_host_alone(production):
    *names, messages = production["names"]
    assert all(name.startswith("__Host-") for name in names)
    assert messages.endswith("SessionStorage")


def test_passwords_are_hashed_slowly(production):
    algorithm, iterations = production["hasher"]
    assert algorithm == "pbkdf2_sha256"
    assert iterations >= 600_000


def test_neither_debug_pages_nor_an_admin_site_are_there(production):
    assert production["debug"] is False
    assert not {"django.contrib.admin", "debug_toolbar", "zeal"} & {*production["apps"]}
