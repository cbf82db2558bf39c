"""What every page of the access matrix sends with it, and what none says when it fails."""

import json
import logging
import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from gongjian.lib.request_ids import JsonLines, WithRequestId, current_request_id, request_in_hand
from tests.doors import PAGES, address_of, answer, client_for

pytestmark = pytest.mark.slow

NUMBER = re.compile(r"[0-9a-f]{32}")
EXPECTED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
INSIDE = (
    'File "/srv/gongjian/scoring/views.py" SELECT "accounts_user"."password" '
    "DATABASE_URL=postgres://u:Geheim@db 陈科长"
)


class Inline(HTMLParser):
    """Finds what the content policy forbids in a page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.found.append(f"<{tag}>")
        self.found += [name for name in given if name == "style" or name.startswith("on")]
        self.found += [
            value for value in given.values() if (value or "").lower().startswith("javascript:")
        ]


def inline_parts(html: str) -> list[str]:
    parser = Inline()
    parser.feed(html)
    return parser.found


def wrong_headers(response) -> list[str]:
    """What is missing or weak; a printed document alone may stand in a frame, of our own page."""
    framed = (
        response.get("Content-Type") == "application/pdf"
        and response.get("X-Frame-Options") == "SAMEORIGIN"
    )
    expected = {**EXPECTED, "X-Frame-Options": "SAMEORIGIN"} if framed else EXPECTED
    wrong = [
        f"{name} is {response.get(name)}"
        for name, value in expected.items()
        if response.get(name) != value
    ]
    policy, within = response.get("Content-Security-Policy", ""), "'self'" if framed else "'none'"
    if (
        "unsafe" in policy
        or "default-src 'self'" not in policy
        or f"frame-ancestors {within}" not in policy
    ):
        wrong.append(f"content policy is {policy!r}")
    devices = response.get("Permissions-Policy", "")
    if not all(
        part in devices for part in ("camera=(self)", "geolocation=(self)", "microphone=()")
    ):
        wrong.append(f"permissions policy is {devices!r}")
    if not NUMBER.fullmatch(response.get("X-Request-ID", "")):
        wrong.append("no request number")
    return wrong


def somebody_let_in(page) -> str | None:
    """One person who sees the page."""
    return min((person for person in page.get.ok if page.get.expected(person) == 200), default=None)


def each_page(cast, make_client):
    """Every page that somebody may open, its rows made and taken back again, with the answer to
    that person.
    """
    for page in PAGES:
        if page.get and (person := somebody_let_in(page)):
            with transaction.atomic():
                yield (
                    page,
                    answer(
                        make_client(person, cast, page.name.startswith("api:")),
                        "GET",
                        page,
                        cast,
                        address_of(page, cast),
                    ),
                )
                transaction.set_rollback(True)


@pytest.mark.django_db
def test_every_page_sends_the_headers_and_nothing_inline(cast, today):
    wrong, seen = [], 0
    for page, response in each_page(cast, client_for):
        wrong += [f"{page}: {what}" for what in wrong_headers(response)]
        if response.get("Content-Type", "").startswith("text/html"):
            seen += 1
            wrong += [f"{page}: {what}" for what in inline_parts(response.content.decode())]
    assert wrong == []
    assert seen > 60


def test_the_search_finds_what_is_inline():
    html = (
        '<p style="x" onclick="y"><script>z</script><style>a</style><a '
        'href="JavaScript:b"><script src="/c.js">'
    )
    assert inline_parts(html) == ["style", "onclick", "<script>", "<style>", "JavaScript:b"]


class Broken:
    """Every view fails, and its reason holds all that nobody outside may read."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        raise RuntimeError(INSIDE)


@pytest.mark.django_db
def test_a_failure_in_any_view_tells_nothing_inside(cast, today, settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.settings.test_answers.Broken"]
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    wrong, seen = [], 0
    try:
        for page, response in each_page(cast, client_for):
            seen += 1
            wrong += [f"{page}: {what}" for what in told(response)]
    finally:
        logging.getLogger("django.request").setLevel(logging.NOTSET)
    assert wrong == []
    assert seen > 80


def told(response) -> list[str]:
    """What a failed answer says beyond the plain page and its own number."""
    number = response.get("X-Request-ID", "")
    body = response.content.decode()
    if response.status_code != 500 or not NUMBER.fullmatch(number):
        return [f"{response.status_code} with number {number!r}"]
    with request_in_hand(number):
        return [] if body == render_to_string("500.html") and number in body else [body[:300]]


def test_the_broken_view_is_written_with_its_number_for_whoever_keeps_the_site(
    caplog, db, settings
):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.settings.test_answers.Broken"]
    caplog.handler.addFilter(WithRequestId())
    response = Client(raise_request_exception=False).get(reverse("accounts:sign_in"))
    told = [
        record for record in caplog.records if record.exc_info and INSIDE in str(record.exc_info[1])
    ]
    assert [record.request_id for record in told] == [response["X-Request-ID"]]


@pytest.mark.parametrize(
    ("proxies", "given", "taken"),
    [
        (0, "from-outside-1", False),
        (1, "from-the-proxy-1", True),
        (1, "x", False),
        (1, "no spaces here", False),
        (1, "<script>alert(1)", False),
    ],
)
@pytest.mark.django_db
def test_a_number_from_outside_is_taken_from_a_trusted_proxy_alone(settings, proxies, given, taken):
    settings.TRUSTED_PROXIES = proxies
    response = Client(headers={"x-request-id": given}).get(reverse("accounts:sign_in"))
    assert (response["X-Request-ID"] == given) is taken
    assert taken or NUMBER.fullmatch(response["X-Request-ID"])


def test_outside_a_request_there_is_no_number():
    assert current_request_id() == ""
    with request_in_hand("abc"):
        assert current_request_id() == "abc"
    assert current_request_id() == ""


def test_a_json_line_is_one_object_with_the_number_and_the_trace():
    try:
        raise ValueError("第一行\n第二行")
    except ValueError as error:
        record = logging.LogRecord(
            "gongjian", logging.ERROR, "x.py", 1, "失败 %s", ("甲",), (type(error), error, None)
        )
    with request_in_hand("abc"):
        WithRequestId().filter(record)
    line = JsonLines().format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert (told["message"], told["request"], told["level"]) == ("失败 甲", "abc", "ERROR")
    assert "ValueError" in told["trace"]


def test_nothing_inline_is_allowed_by_the_policy_itself():
    assert not [
        value for values in settings.SECURE_CSP.values() for value in values if "unsafe" in value
    ]
