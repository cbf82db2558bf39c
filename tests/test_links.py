"""No page leads its reader to a closed door: every link that it shows can be followed."""

from collections import defaultdict
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.urls import Resolver404, resolve

from tests.access import OTHER_GROUP
from tests.doors import PAGES, address_of, client_for, is_api
from tests.markup import links_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# A page of what is not there yet, or a file that another server hands out.
NOT_VIEWS = ("/media/", "/static/")
SHOWN = [page for page in PAGES if page.get and page.get.code == 200 and not is_api(page)]

# Who has followed which way already: the head of every page says the same to the same reader.
followed = defaultdict(set)


def ways(url: str, response) -> dict[str, str]:
    """Return a link for each view that the page leads to, by the view's name."""
    if "text/html" not in response.headers.get("Content-Type", ""):
        return {}
    addresses = {}
    for href in links_of(response.content.decode()):
        parts = urlsplit(urljoin(url, href))
        if parts.netloc or parts.scheme or parts.path.startswith(NOT_VIEWS):
            continue
        try:
            view_name = resolve(parts.path).view_name
        except Resolver404:
            view_name = f"nothing at {parts.path}"
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        addresses.setdefault(view_name, address)
    return addresses


@pytest.mark.parametrize("page", SHOWN, ids=str)
def test_every_link_can_be_followed(page, cast, today):
    closed = []
    for reader in sorted(page.get.ok - OTHER_GROUP):
        with transaction.atomic():
            client = client_for(reader, cast, is_api=False)
            client.raise_request_exception = False
            url = address_of(page, cast)
            response = client.get(url)
            assert response.status_code == 200
            for view_name, address in ways(url, response).items():
                if (page.name, view_name) in followed[reader] or address in followed[reader]:
                    continue
                followed[reader] |= {(page.name, view_name), address}
                status = client.get(address).status_code
                if status >= 400:
                    closed.append(f"{reader}: {address} {status}")
            transaction.set_rollback(True)
    assert closed == []
