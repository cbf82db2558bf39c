"""统一身份认证: a real provider and a real site, each on its own port; the whole code flow over
HTTP.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import requests
import werkzeug.serving
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from oidc_provider_mock import User as Citizen
from oidc_provider_mock import app as make_provider

from tests.migrated import lay_database

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60
CITIZENS = {
    "s-zhu": "zhu",
    "s-zhang": "zhang",
    "s-stopped": "shui",
    "s-stranger": "nobody",
    "s-nameless": "",
}
PEOPLE = """
import django
django.setup()
from tests.accounts.codes import bind_app
from tests.cast import make_cast, make_user
cast = make_cast()
cast.other_lead_officer.is_active = False
cast.other_lead_officer.save()
bind_app(cast.lead_officer)
make_user("new", "lead_officer", unit=cast.lead_unit, must_change_password=True)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Provider:
    """An OpenID Connect provider that can be told to publish keys which signed nothing, and to
    speak of somebody else than the one who signed in.
    """

    def __init__(self):
        named = {
            sub: {"preferred_username": name} if name else {} for sub, name in CITIZENS.items()
        }
        named["s-new"] = {"preferred_username": "new"}
        self.app = make_provider(
            user_claims=[Citizen(sub=sub, claims=claims) for sub, claims in named.items()]
        )
        self.forged_keys = 0
        self.speaks_of_another = False
        self.server = werkzeug.serving.make_server("localhost", 0, self, threaded=True)
        self.url = f"http://localhost:{self.server.server_port}"

    def __call__(self, environ, start_response):
        answer = None
        if environ["PATH_INFO"] == "/jwks" and self.forged_keys:
            answer = {"keys": [other_key() for _ in range(self.forged_keys)]}
        if environ["PATH_INFO"] == "/userinfo" and self.speaks_of_another:
            answer = {"sub": "s-zhu", "preferred_username": "zhu"}
        if answer is None:
            return self.app(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]


def other_key():
    """A public key like the true one, but another."""
    return RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048).public_key(), as_dict=True)


@pytest.fixture(scope="module")
def provider():
    made = Provider()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join(5)


@pytest.fixture(scope="module")
def site(provider, tmp_path_factory):
    """The address of a running site of its own that knows the provider."""
    room = tmp_path_factory.mktemp("site")
    surroundings = {
        **os.environ,
        "GONGJIAN_MODE": "embedded",
        "GONGJIAN_DATA_DIR": str(room),
        "GONGJIAN_SECOND_FACTOR_ROLES": "office_director",
        "GONGJIAN_OIDC_ISSUER": provider.url,
        "GONGJIAN_OIDC_CLIENT_ID": "gongjian",
        "GONGJIAN_OIDC_CLIENT_SECRET": "between-us",
        "GONGJIAN_OIDC_NAME": "富阳统一身份认证",
        "DJANGO_SETTINGS_MODULE": "gongjian.settings",
        "PYTHONPATH": str(ROOT),
    }
    surroundings.pop("DATABASE_URL", None)
    lay_database(room)  # to which the tables of this way in are added
    for command in (["-m", "django", "migrate", "-v0"], ["-c", PEOPLE]):
        subprocess.run([sys.executable, *command], env=surroundings, cwd=ROOT, check=True)
    address = f"127.0.0.1:{free_port()}"
    web = [sys.executable, "-m", "waitress", f"--listen={address}", "gongjian.wsgi:application"]
    running = subprocess.Popen(web, env=surroundings, cwd=ROOT)
    try:
        wait_for(f"http://{address}/accounts/sign-in/")
        yield f"http://{address}"
    finally:
        running.terminate()
        running.wait()


def wait_for(url):
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return requests.get(url, timeout=30)
        except requests.ConnectionError:
            assert time.monotonic() < end, "the site did not start in time"
            time.sleep(0.1)


def come_as(site, sub, **answer) -> tuple[requests.Session, requests.Response]:
    """Go through the provider's door as `sub`; the browser and the page it ends on."""
    browser = requests.Session()
    asked = browser.get(f"{site}/accounts/sign-in/city/?next=/units/", allow_redirects=False)
    assert asked.status_code == 302
    back = browser.post(
        asked.headers["Location"], data={"sub": sub, **answer}, allow_redirects=False
    )
    return browser, browser.get(back.headers["Location"])


def is_in(browser, site) -> bool:
    return browser.get(f"{site}/units/", allow_redirects=False).status_code == 200


def test_sign_in_page_offers_it_by_its_name(site):
    assert "用富阳统一身份认证登录" in requests.get(f"{site}/accounts/sign-in/").text


def test_request_carries_state_and_proof_of_possession(site):
    asked = requests.get(f"{site}/accounts/sign-in/city/", allow_redirects=False).headers[
        "Location"
    ]
    assert "code_challenge=" in asked
    assert "state=" in asked


def test_person_without_a_factor_comes_in_and_to_the_page_he_wanted(site):
    browser, page = come_as(site, "s-new")
    assert page.url == f"{site}/units/"  # also with a one-time password that he never used
    assert is_in(browser, site)


def test_person_with_a_factor_still_owes_the_code(site):
    browser, page = come_as(site, "s-zhu")
    assert page.url == f"{site}/accounts/sign-in/second-step/"
    assert not is_in(browser, site)


def test_forced_role_without_a_factor_sets_one_up_first(site):
    browser, page = come_as(site, "s-zhang")
    assert page.url == f"{site}/accounts/security/"
    assert not is_in(browser, site)
    assert (
        "扫下面的二维码" in browser.get(f"{site}/accounts/security/app/").text
    )  # coming from there is proof enough


def test_unknown_person_is_told_and_not_created(site):
    for _ in range(2):
        browser, page = come_as(site, "s-stranger")
        assert page.status_code == 403
        assert "（nobody）在本系统还没有开通" in page.text
        assert not is_in(browser, site)


def test_stopped_account_is_told(site):
    browser, page = come_as(site, "s-stopped")
    assert page.status_code == 403
    assert "在本系统已停用" in page.text
    assert not is_in(browser, site)


def test_nameless_person_is_told(site):
    _, page = come_as(site, "s-nameless")
    assert page.status_code == 403
    assert "没有告诉本系统您的账号名" in page.text


def test_refusal_at_the_provider_is_told(site):
    browser, page = come_as(site, "s-new", action="deny")
    assert page.status_code == 403
    assert "没有完成登录" in page.text
    assert not is_in(browser, site)


@pytest.mark.parametrize("count", [1, 2])
def test_token_that_the_published_keys_did_not_sign_opens_nothing(site, provider, count):
    provider.forged_keys = count
    try:
        browser, page = come_as(site, "s-new")
    finally:
        provider.forged_keys = 0
    assert page.status_code == 403
    assert not is_in(browser, site)


def test_what_is_said_of_somebody_else_does_not_count(site, provider):
    provider.speaks_of_another = True
    try:
        browser, page = come_as(site, "s-nameless")
    finally:
        provider.speaks_of_another = False
    assert page.status_code == 403
    assert not is_in(browser, site)


def test_another_provider_is_not_there(site):
    for address in ("sign-in/village/", "sign-in/village/back/"):
        assert requests.get(f"{site}/accounts/{address}").status_code == 404


def test_answer_to_another_browsers_question_opens_nothing(site):
    asked = requests.get(f"{site}/accounts/sign-in/city/", allow_redirects=False)
    back = requests.post(asked.headers["Location"], data={"sub": "s-new"}, allow_redirects=False)
    browser = requests.Session()
    assert browser.get(back.headers["Location"]).status_code == 403
    assert not is_in(browser, site)
