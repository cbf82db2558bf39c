"""Roles that must sign in with a second factor; and every door tried by half a sign-in and by who
still owes one.
"""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from gongjian.accounts.factors import owes_factor
from tests.access import Page
from tests.accounts.codes import bind_app, code_now, give_code, give_password
from tests.doors import PAGES, address_of, answer
from tests.queries import count_queries

# Where somebody who owes a factor sets it up, or leaves.
SET_UP = {
    "accounts:password",
    "accounts:sign_out",
    "account_logout",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "account_reauthenticate",
}
# Where half a sign-in is finished.
SECOND_STEP = {"mfa_authenticate"}
CLOSED = [page for page in PAGES if not page.public]


def doors(page: Page):
    return [method for method, codes in (("GET", page.get), ("POST", page.post)) if codes]


def try_door(client, method, page, cast):
    with transaction.atomic():
        got = answer(client, method, page, cast, address_of(page, cast))
        transaction.set_rollback(True)
    return got


@pytest.fixture
def half(cast, today):
    """A browser on which an officer gave his password and not yet his code."""
    bind_app(cast.office_director)
    client = Client()
    assert give_password(client, cast.office_director).headers["Location"] == reverse(
        "mfa_authenticate"
    )
    return client


@pytest.fixture
def owing(cast, today, settings):
    """A browser on which the director is signed in, who must have a second factor and has none."""
    settings.SECOND_FACTOR_ROLES = ["office_director"]
    client = Client()
    give_password(client, cast.office_director)
    return client


def tried(client, pages, cast):
    """(door, answer) of every method of every page."""
    for page in pages:
        for method in doors(page):
            yield (
                f"{method} {page}",
                page.name.startswith("api:"),
                try_door(client, method, page, cast),
            )


@pytest.mark.slow
def test_half_a_sign_in_opens_nothing(half, cast):
    pages = [page for page in CLOSED if page.name not in SECOND_STEP]
    assert len(pages) > 150
    for door, is_api, got in tried(half, pages, cast):
        if is_api:
            assert got.status_code in {401, 403}, door
        else:
            assert got.status_code == 302, door
            assert got.headers["Location"].startswith("/accounts/sign-in/"), door


def test_whoever_owes_a_factor_is_led_to_set_it_up(owing, cast):
    pages = [page for page in CLOSED if page.name not in SET_UP]
    assert len(pages) > 150
    for door, is_api, got in tried(owing, pages, cast):
        if is_api:
            assert got.status_code in {401, 403}, door
        else:
            assert (got.status_code, got.headers["Location"]) == (302, reverse("mfa_index")), door


def test_every_page_that_stays_open_is_one_of_the_matrix():
    assert {page.name for page in PAGES} >= SET_UP | SECOND_STEP


def test_set_up_page_says_why(owing):
    assert "登录要分两步" in owing.get(reverse("mfa_index")).content.decode()


def test_factor_opens_the_doors(owing, cast):
    bind_app(cast.office_director)
    assert owing.get(reverse("workbench")).status_code == 200


def test_signing_in_with_the_factor_opens_them_too(owing, cast):
    bind_app(cast.office_director)
    client = Client()
    give_password(client, cast.office_director)
    give_code(client, code_now())
    assert client.get(reverse("workbench")).status_code == 200


def test_others_owe_nothing(cast, settings):
    settings.SECOND_FACTOR_ROLES = ["office_director"]
    assert owes_factor(cast.office_director)
    assert not owes_factor(cast.lead_officer)


def test_asking_costs_nothing_where_no_role_is_forced(cast, settings):
    settings.SECOND_FACTOR_ROLES = []
    assert count_queries(lambda: owes_factor(cast.office_director)) == 0


def test_asking_costs_nothing_for_roles_that_are_not_forced(cast, settings):
    settings.SECOND_FACTOR_ROLES = ["office_director"]
    assert cast.lead_officer.roles
    assert count_queries(lambda: owes_factor(cast.lead_officer)) == 0


def test_one_time_password_comes_first(owing, cast):
    type(cast.office_director).objects.filter(pk=cast.office_director.pk).update(
        must_change_password=True
    )
    assert owing.get(reverse("mfa_index")).headers["Location"] == reverse("accounts:password")
