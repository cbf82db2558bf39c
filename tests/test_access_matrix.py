"""Everybody tries every door: 100 % of the URL patterns, every person of the cast, every method.

The people are of their own unit and of another one; the summary of the run says how much was tried.
"""

from pathlib import Path

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse

from tests.access import EVERYONE
from tests.doors import PAGES, address_of, answer, client_for, is_api

HERE = Path(__file__).parent
NOT_OURS = {"favicon"}
# GET, POST and what the page tells of are tried by everybody; of the others the answer is the same:
# two try them.
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE")
# Proving oneself anew is asked for everything but GET.
ASKS_WHO_IS_THERE = {"security:factors_reset", "accounts:password"}
TAKES_POST = {page.name for page in PAGES if page.post}
# A page may stand here twice, with its POST told once.
TAKES_GET = {page.name for page in PAGES if page.get}


def url_names(patterns=None, prefix=""):
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from url_names(pattern.url_patterns, inner)
        else:
            yield f"{prefix}{pattern.name}"


def test_every_url_stands_in_the_matrix(record_property):
    covered = {page.name for page in PAGES}
    assert sorted(set(url_names()) - covered - NOT_OURS) == []
    assert sorted(covered - set(url_names())) == []
    record_property("doors there are", len(covered))


def expected(page, method, person) -> set[int]:
    """The code that `person` gets.

    A method that the page does not know is 405, for a stranger his refusal as well.
    """
    if leads_to_its_thing(page, method):
        return {302}
    codes = {
        "GET": page.get,
        "HEAD": page.get,
        "POST": page.post,
        "PATCH": page.patch,
        "PUT": page.put,
    }.get(method)
    if codes:
        return {codes.expected(person)} | (
            {302} if method == "HEAD" and page.name in ASKS_WHO_IS_THERE else set()
        )
    let_in = page.get and page.get.expected(person) == page.get.code
    return {405} if let_in and not is_api(page) else {405, 403, 404, 302}


def leads_to_its_thing(page, method) -> bool:
    """Whether the address of an act is opened like a page."""
    is_act = page.name in TAKES_POST - TAKES_GET and not is_script(page)
    return is_act and method in ("GET", "HEAD")


def is_script(page) -> bool:
    """Whether a script asks and reads the answer: nobody is led to the sign-in page."""
    return is_api(page) or page.put is not None


def refused_visitor(response, asked_by_script):
    if asked_by_script:
        return response.status_code == 401
    return (
        response.status_code == 302 and reverse("accounts:sign_in") in response.headers["Location"]
    )


def tried(client, person, method, page, cast, url):
    """The answer's code, and whether it is as it should be; nothing stays done, so the next one
    finds the same.
    """
    with transaction.atomic():
        response = answer(client, method, page, cast, url)
        transaction.set_rollback(True)
    if person is not None:
        return response.status_code, response.status_code in expected(page, method, person)
    if leads_to_its_thing(page, method):
        return response.status_code, response.status_code == 302
    is_right = response.status_code == 405 or refused_visitor(response, is_script(page))
    return response.status_code, is_right


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=str)
def test_door(page, cast, today, record_property):
    people = [*sorted(EVERYONE), *([] if page.public else [None])]
    clients = {person: client_for(person, cast, is_api(page)) for person in people}
    given = (("POST", page.post), ("PATCH", page.patch), ("PUT", page.put))
    told = [method for method, codes in given if codes]
    methods = ["GET", *told] if page.name in TAKES_POST else ["GET", "POST", *told]
    tries = [(person, method) for method in methods for person in people]
    others = [method for method in METHODS if method not in {*methods, "POST"}]
    tries += [(person, method) for method in others for person in ("office_director", people[-1])]
    url = address_of(page, cast)
    answers = [
        (person, method, *tried(clients[person], person, method, page, cast, url))
        for person, method in tries
    ]
    wrong = [
        f"{method} {page} as {person or 'a visitor'}: {code}, not {expected(page, method, person)}"
        for person, method, code, is_right in answers
        if not is_right
    ]
    record_property("doors tried", len(tries))
    record_property("doors wrong", len(wrong))
    assert wrong == []
