"""Characters that no database keeps are answered with 400 at every address and parameter.

Run with DATABASE_URL of a PostgreSQL for the other half: it fails over NUL, where SQLite finds
nothing.
"""

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory

from gongjian.middleware import StorableText
from tests.doors import PAGES, address_of, answer, client_for, is_api

pytestmark = pytest.mark.slow

READ = [page for page in PAGES if page.get]
POSTED = [page for page in PAGES if page.post and not page.opens]


def somebody_let_in(codes):
    return min(codes.ok, default="office_staff")


def with_query(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}"


@pytest.mark.parametrize("page", READ, ids=str)
def test_nul_in_a_parameter_is_400_at_every_page(page, cast, today):
    client = client_for(somebody_let_in(page.get), cast, is_api(page))
    client.raise_request_exception = False
    url = address_of(page, cast)
    for query in ("q=%00", "%00=1", "q=a%00b&page=2"):
        assert client.get(with_query(url, query)).status_code == 400, query


@pytest.mark.parametrize("page", READ, ids=str)
def test_nul_in_the_address_is_400_at_every_page(page, cast, today):
    client = client_for(somebody_let_in(page.get), cast, is_api(page))
    client.raise_request_exception = False
    path = address_of(page, cast).partition("?")[0]
    head, _, last = path.rstrip("/").rpartition("/")
    assert client.get(f"{head}/{last}%00/").status_code == 400


@pytest.mark.parametrize("page", POSTED, ids=str)
def test_nul_in_a_posted_value_never_fails_at_any_page(page, cast, today):
    client = client_for(somebody_let_in(page.post), cast, is_api(page))
    client.raise_request_exception = False
    url = address_of(page, cast)
    typed = page.data(cast)
    for name, value in typed.items():
        if not isinstance(value, str):
            continue
        with transaction.atomic():
            badly = type("Badly", (), {"data": lambda _, cast, n=name: {**typed, n: "a\x00b"}})()
            badly.name, badly.put, badly.opens = page.name, page.put, page.opens
            assert answer(client, "POST", badly, cast, url).status_code < 500, name
            transaction.set_rollback(True)


def test_words_beside_an_ordinary_address_pass():
    passed = StorableText(lambda request: HttpResponse("ok"))
    assert passed(RequestFactory().get("/x/?q=%E5%9E%83%E5%9C%BE%25")).content == b"ok"


def test_api_and_phone_are_answered_in_json(client):
    api = client.get("/api/v1/communities/?q=%00")
    assert (api.status_code, api.json()["status"]) == (400, 400)
    phone = client.get("/queue/?q=%00")
    assert (phone.status_code, phone.json()["code"]) == (400, "refused")
