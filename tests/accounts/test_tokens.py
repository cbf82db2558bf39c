"""API tokens: what they open, from where, until when, and what the database keeps of them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from gongjian.accounts import limits
from gongjian.accounts.models import ApiToken, Appointment, User
from gongjian.accounts.scopes import RESOURCES, SCOPES, WRITING
from gongjian.accounts.tokens import create_token, find_token
from gongjian.api import router
from tests.queries import count_queries

UNITS = "/api/v1/units/"
YEAR = timedelta(days=365)


def make_token(cast, **given):
    return create_token(
        **{"user": cast.api_client, "name": "平台", "scopes": SCOPES, "at": cast.now} | given
    )


def knock(text, path=UNITS, **given):
    return Client(headers={"authorization": f"Token {text}"}).get(path, **given)


def test_the_resources_of_scopes_are_those_of_the_api():
    views = {view.resource: view for _, view, _ in router.registry}
    assert views.keys() == RESOURCES.keys()
    assert all(prefix == view.resource for prefix, view, _ in router.registry)
    writable = {f"{name}:write" for name, view in views.items() if hasattr(view, "partial_update")}
    assert writable == WRITING.keys()


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_token_opens_what_its_scope_names_and_nothing_else(resource, cast, today):
    _, text = make_token(cast, scopes=[f"{resource}:read"])
    for prefix, _, basename in router.registry:
        answer = knock(text, reverse(f"api:{basename}-list"))
        assert answer.status_code == (200 if prefix == resource else 403)
        if prefix != resource:
            assert answer.json()["errors"]["scope"] == [f"{prefix}:read"]
            assert f"{prefix}:read" in answer.json()["title"]


@pytest.mark.parametrize(
    "scopes", [["units:steal"], ["roads:read"], ["units:write"], ["frontages:write"], []]
)
def test_scopes_that_mean_nothing_are_refused(scopes, cast):
    with pytest.raises(ValueError, match=r"权限|读取"):
        make_token(cast, scopes=scopes)


def test_a_view_that_declares_no_resource_is_closed(cast, today, monkeypatch):
    from units.api import UnitViewSet

    _, text = make_token(cast)
    monkeypatch.setattr(UnitViewSet, "resource", "")
    assert knock(text).status_code == 403


@pytest.mark.parametrize(
    ("networks", "address", "code"),
    [
        ([], "203.0.113.9", 200),
        (["10.1.0.0/16"], "10.1.200.3", 200),
        (["10.1.0.0/16"], "10.2.0.1", 403),
        (["10.1.0.0/16"], "::ffff:10.1.0.9", 200),
        (["192.0.2.1", "2001:db8::/32"], "2001:db8:5::1", 200),
        (["192.0.2.1", "2001:db8::/32"], "2001:db9::1", 403),
        (["192.0.2.1"], "192.0.2.1", 200),
        (["192.0.2.1"], "", 403),
    ],
)
def test_a_token_opens_from_its_networks_alone(networks, address, code, cast, today):
    _, text = make_token(cast, networks=networks)
    assert knock(text, REMOTE_ADDR=address).status_code == code


def test_a_forged_header_does_not_move_the_client_into_the_network(cast, today, settings):
    _, text = make_token(cast, networks=["10.1.0.0/16"])
    forged = {"headers": {"x-forwarded-for": "10.1.0.1"}, "REMOTE_ADDR": "203.0.113.9"}
    assert knock(text, **forged).status_code == 403
    settings.TRUSTED_PROXIES = 1
    assert knock(text, headers={"x-forwarded-for": "10.1.0.1, 203.0.113.9"}).status_code == 403
    assert knock(text, headers={"x-forwarded-for": "203.0.113.9, 10.1.0.1"}).status_code == 200


@pytest.mark.parametrize("network", ["10.1.0.0/33", "10.1.2.3/16", "city", "2001:db8::/200"])
def test_a_network_that_cannot_be_read_is_refused(network, cast):
    with pytest.raises(ValueError, match=r"网段|地址"):
        make_token(cast, networks=[network])


def test_no_token_lives_longer_than_a_year(cast):
    token, _ = make_token(cast, life=YEAR)
    with pytest.raises(ValueError, match="365"):
        make_token(cast, life=YEAR + timedelta(seconds=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(
            expires_at=cast.now + YEAR + timedelta(seconds=1)
        )


def end_office(cast):
    Appointment.objects.filter(user=cast.api_client).update(ends_on=cast.today)


def stop_account(cast):
    User.objects.filter(pk=cast.api_client.pk).update(is_active=False)


@pytest.mark.parametrize("change", [end_office, stop_account])
def test_a_token_dies_with_its_users_office(change, cast, today):
    _, text = make_token(cast)
    assert knock(text).status_code == 200
    change(cast)
    assert knock(text).status_code == 401


def test_use_is_noted_once_a_minute_with_its_address(cast, today):
    token, text = make_token(cast)
    knock(text, REMOTE_ADDR="10.0.0.5")
    knock(text, REMOTE_ADDR="10.0.0.6")
    token.refresh_from_db()
    assert (token.last_used_at, token.last_used_from) == (cast.now, "10.0.0.5")
    ApiToken.objects.update(last_used_at=cast.now - timedelta(minutes=1))
    knock(text, REMOTE_ADDR="10.0.0.6")
    token.refresh_from_db()
    assert (token.last_used_at, token.last_used_from) == (cast.now, "10.0.0.6")


def test_a_request_costs_token_roles_bucket_and_page(cast, today):
    _, text = make_token(cast)
    knock(text)
    assert count_queries(lambda: knock(text)) == 4


def test_peppers_rotate_without_a_broken_token(cast, settings):
    settings.TOKEN_PEPPERS = ["the old pepper of this site 0123456789"]
    token, text = make_token(cast)
    settings.TOKEN_PEPPERS = ["the new pepper of this site 0123456789", *settings.TOKEN_PEPPERS]
    assert find_token(text, at=cast.now) == token
    settings.TOKEN_PEPPERS = settings.TOKEN_PEPPERS[:1]
    assert find_token(text, at=cast.now) == token
    settings.TOKEN_PEPPERS = ["another pepper altogether 012345678901"]
    assert find_token(text, at=cast.now) is None


def test_wrong_tokens_are_slowed_by_address_and_right_ones_are_not(cast, today):
    _, text = make_token(cast)
    codes = [knock("gj_0000.wrong").status_code for _ in range(31)]
    assert codes == [401] * 30 + [429]
    assert knock("gj_0000.wrong").headers["Retry-After"] == "2"
    assert knock("gj_0000.wrong", REMOTE_ADDR="10.0.0.8").status_code == 401
    assert knock(text).status_code == 200


def test_a_token_out_of_its_limit_is_told_when_to_come_back(cast, today, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"api_token": {"per_minute": 6, "burst": 3}}
    _, text = make_token(cast, scopes=["units:read"])
    answers = [knock(text), knock(text, "/api/v1/scores/"), knock(text), knock(text)]
    assert [answer.status_code for answer in answers] == [200, 403, 200, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    last = answers[-1]
    assert (last.headers["Retry-After"], last.headers["RateLimit-Limit"]) == ("10", "3")
    assert last.json() == {"status": 429, "title": limits.TOO_OFTEN.format(wait=10), "errors": {}}
    _, other = make_token(cast)
    assert knock(other).status_code == 200


def test_an_office_full_of_people_signs_in_and_a_machine_is_stopped(client, cast, today, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"sign_in": {"per_minute": 60, "burst": 5}}
    url, wrong = reverse("accounts:sign_in"), {"username": "nobody", "password": "x"}
    everyone = [{**wrong, "username": f"nobody{number}"} for number in range(6)]
    assert [client.post(url, one).status_code for one in everyone] == [200] * 5 + [429]
    stopped = client.post(url, wrong)
    assert (stopped.headers["Retry-After"], "请稍等片刻" in stopped.content.decode()) == ("1", True)
    assert client.get(url).status_code == 200
    assert client.post(url, wrong, REMOTE_ADDR="10.0.0.8").status_code == 200
