"""Every page that the folders of the tests declare, and how somebody of the cast comes to it."""

import json

from django.test import Client
from django.urls import reverse

from gongjian.accounts.scopes import SCOPES
from gongjian.accounts.tokens import create_token
from tests.access import Page
from tests.declared import declaring_modules
from tests.editing import send

PAGES: list[Page] = [page for module in declaring_modules("access") for page in module.PAGES]


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


def address_of(page, cast) -> str:
    return reverse(page.name, args=page.args(cast)) + page.query


def answer(client, method, page, cast, url):
    client.raise_request_exception = False
    if method == "POST" and page.opens:
        return send(client, url, page.data(cast))
    if method in ("GET", "HEAD"):
        return client.generic(method, url)
    if is_api(page):
        return client.generic(
            method, url, json.dumps(page.data(cast)), content_type="application/json"
        )
    if page.put:
        return client.generic(method, url, page.data(cast), content_type="application/octet-stream")
    return client.post(url, page.data(cast)) if method == "POST" else client.generic(method, url)


def is_api(page) -> bool:
    return page.name.startswith("api:")
