"""Everybody tries every door: 100 % of the URL patterns, every person of the cast, GET and POST."""

import importlib
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from gongjian.accounts.scopes import SCOPES
from gongjian.accounts.tokens import create_token
from tests.access import EVERYONE, Page
from tests.editing import send

HERE = Path(__file__).parent
PAGES: list[Page] = [
    page
    for path in sorted(HERE.glob("*/access.py"))
    for page in importlib.import_module(f"tests.{path.parent.name}.access").PAGES
]
NOT_OURS = {"favicon"}


def url_names(patterns=None, prefix=""):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from url_names(pattern.url_patterns, inner)
        else:
            yield f"{prefix}{pattern.name}"


def test_every_url_stands_in_the_matrix():
    covered = {page.name for page in PAGES}
    assert sorted(set(url_names()) - covered - NOT_OURS) == []
    assert sorted(covered - set(url_names())) == []


def client_for(person, cast, is_api):
    if person is None:
        return Client()
    user = cast.people[person]
    if is_api:
        _, text = create_token(user=user, name="matrix", at=cast.now, scopes=SCOPES)
        return Client(headers={"authorization": f"Token {text}"})
    client = Client()
    client.force_login(user)
    return client


def answer(client, method, page, cast):
    url = reverse(page.name, args=page.args(cast)) + page.query
    client.raise_request_exception = False
    if method == "POST" and page.opens:
        return send(client, url, page.data(cast))
    return client.post(url, page.data(cast)) if method == "POST" else client.get(url)


def refused_visitor(response, is_api):
    if is_api:
        return response.status_code == 401
    return response.status_code == 302 and reverse("accounts:sign_in") in response.headers["Location"]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_door(page, cast, today):
    is_api = page.name.startswith("api:")
    wrong = []
    for method, codes in (("GET", page.get), ("POST", page.post)):
        for person in sorted(EVERYONE):
            expected = codes.expected(person) if codes else 405
            if codes is None and method == "POST":
                continue  # a page without POST is tried once below
            with transaction.atomic():
                got = answer(client_for(person, cast, is_api), method, page, cast).status_code
                transaction.set_rollback(True)
            if got != expected:
                wrong.append(f"{method} {page} as {person}: {got}, not {expected}")
        if codes and not page.public:
            with transaction.atomic():
                if not refused_visitor(answer(client_for(None, cast, is_api), method, page, cast), is_api):
                    wrong.append(f"{method} {page} lets a visitor in")
                transaction.set_rollback(True)
    assert wrong == []
