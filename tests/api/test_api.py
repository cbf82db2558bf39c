"""The dashboard's door: a token, read access, one shape of refusal, a true schema."""

import pytest
from django.test import Client
from django.urls import reverse

from gongjian.accounts.models import ApiToken
from gongjian.accounts.scopes import SCOPES
from gongjian.accounts.tokens import create_token
from tests.queries import count_queries

LISTS = ["community", "unit", "score", "finding", "frontage", "document"]


@pytest.fixture
def dashboard(cast, today):
    """The city dashboard's client with its token."""
    _, text = create_token(user=cast.api_client, name="城管平台", at=cast.now, scopes=SCOPES)
    return Client(headers={"authorization": f"Token {text}"})


@pytest.mark.parametrize("name", LISTS)
def test_list_answers_with_results_and_cursors(name, dashboard):
    body = dashboard.get(reverse(f"api:{name}-list")).json()
    assert set(body) >= {"next", "previous", "results"}


def test_secret_is_stored_only_as_a_hash(cast, dashboard):
    token, text = create_token(user=cast.api_client, name="另一枚", at=cast.now, scopes=SCOPES)
    secret = text.partition(".")[2]
    assert secret not in str(ApiToken.objects.filter(pk=token.pk).values().get())


@pytest.mark.parametrize("header", ["Token gj_0000.wrong", "Token nonsense", "Token "])
def test_wrong_token_is_refused_in_chinese(header, cast, today):
    answer = Client(headers={"authorization": header}).get(reverse("api:unit-list"))
    assert answer.status_code == 401
    assert answer.json()["title"] == "令牌无效、已停用或已到期"


def test_revoked_and_expired_tokens_open_nothing(cast, today):
    for change in ({"revoked_at": cast.now}, {"expires_at": cast.now}):
        token, text = create_token(user=cast.api_client, name="x", at=cast.now, scopes=SCOPES)
        ApiToken.objects.filter(pk=token.pk).update(**change)
        assert (
            Client(headers={"authorization": f"Token {text}"})
            .get(reverse("api:unit-list"))
            .status_code
            == 401
        )


def test_sign_in_cookie_is_no_key_to_the_api(cast, sign_in):
    assert sign_in(cast.office_staff).get(reverse("api:unit-list")).status_code == 401


def test_api_is_read_only(dashboard):
    answer = dashboard.post(
        reverse("api:unit-list"), {"name": "x"}, content_type="application/json"
    )
    assert answer.status_code == 405


def test_wrong_filter_value_names_its_field(dashboard):
    answer = dashboard.get(reverse("api:unit-list"), {"kind": "nonsense"})
    assert answer.status_code == 400
    assert "kind" in answer.json()["errors"]


def test_paging_by_cursor_shows_every_unit_once(cast, dashboard):
    seen, url = [], reverse("api:unit-list") + "?limit=2"
    while url:
        body = dashboard.get(url).json()
        seen += [unit["id"] for unit in body["results"]]
        url = body["next"]
    assert sorted(seen) == sorted(unit.pk for unit in cast.units.values())


@pytest.mark.parametrize("name", LISTS)
def test_list_costs_a_handful_of_queries(name, dashboard):
    assert count_queries(lambda: dashboard.get(reverse(f"api:{name}-list"))) <= 6


def test_schema_names_every_list_and_its_filters(client, db):
    text = client.get(reverse("api:schema")).content.decode()
    for path in ("communities", "units", "scores", "findings", "frontages", "documents"):
        assert f"/api/v1/{path}/" in text
    assert "is_functional_department" in text
