"""The schema names every answer: each door is tried, and what it says stands in the document."""

import json

import pytest
import yaml
from django.test import Client
from django.urls import reverse

from gongjian.accounts.models import ApiToken
from gongjian.accounts.scopes import SCOPES
from gongjian.accounts.tokens import create_token
from inspections.services.frontages import EDITABLE
from tests.inspections.factories import make_finding, make_frontage


@pytest.fixture
def schema(client, db):
    return yaml.safe_load(client.get(reverse("api:schema")).content)


@pytest.fixture
def keys(cast):
    """Something to read for each path parameter."""
    frontage = make_frontage(cast)
    return {
        "/api/v1/communities/": cast.community.code,
        "/api/v1/units/": str(cast.lead_unit.pk),
        "/api/v1/findings/": make_finding(cast).number,
        "/api/v1/frontages/": str(frontage.pk),
    }


def walk(schema):
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            if path.startswith("/api/v1/"):
                yield path, method, operation["responses"]


def tries(path, keys):
    """Addresses that provoke each kind of answer."""
    if "{" not in path:
        return [path, f"{path}?cursor=nonsense"]
    start = path[: path.index("{")]
    return [start + key + "/" for key in (keys.get(start), "999999") if key]


def requests(client, method, url):
    """What is sent to provoke each answer: conditions, and in a write bodies and kinds too."""
    etag = client.get(url).headers.get("ETag", '"x"')
    if method == "get":
        return [{"headers": given} for given in ({}, {"if-none-match": etag})]
    json_ = {"content_type": "application/json", "headers": {"if-match": etag}}
    return [
        {**json_, "data": "{}"},
        {**json_, "data": '{"status": "gone"}'},
        {**json_, "data": "["},
        {**json_, "data": "{}", "headers": {}},
        {**json_, "data": "{}", "headers": {"if-match": '"x"'}},
        {**json_, "data": "x", "content_type": "text/plain"},
    ]


def answers(cast, method, url):
    """What the door says to all who come: without a token, with a wrong one, without the scope,
    with every scope.
    """
    whole = make_client(cast)
    for client in (
        Client(),
        Client(headers={"authorization": "Token x"}),
        make_client(cast, scopes=["scores:read"]),
        whole,
    ):
        for given in requests(whole, method, url):
            yield client.generic(method.upper(), url, **given)


def make_client(cast, **given):
    _, text = create_token(
        user=cast.api_client, name="平台", at=cast.now, **{"scopes": SCOPES} | given
    )
    return Client(headers={"authorization": f"Token {text}"})


@pytest.mark.slow
def test_every_answer_stands_in_the_schema(schema, keys, cast, today, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"api_failure": {"per_minute": 30, "burst": 10}}
    seen = {}
    for path, method, written in walk(schema):
        for url in tries(path, keys):
            for answer in answers(cast, method, url):
                code = str(answer.status_code)
                seen.setdefault((path, method), set()).add(code)
                assert code in written, f"{method} {url}: {code} stands in no schema"
                if answer.status_code >= 400:
                    assert set(answer.json()) - {"current"} == {"status", "title", "errors"}
    assert {"200", "400", "401", "403", "404", "412", "415", "428", "429"} <= seen[
        "/api/v1/frontages/{id}/", "patch"
    ]
    assert {"200", "304", "401", "403", "404", "429"} <= seen["/api/v1/frontages/{id}/", "get"]
    assert len(seen) == 13


def test_refusals_are_problems_and_conditions_are_parameters(schema):
    detail = schema["paths"]["/api/v1/frontages/{id}/"]
    problem = detail["patch"]["responses"]["412"]["content"]["application/json"]["schema"]["$ref"]
    assert problem == "#/components/schemas/Problem"
    named = {
        method: {
            p["name"]: p["required"] for p in detail[method]["parameters"] if p["in"] == "header"
        }
        for method in detail
    }
    assert named == {"get": {"If-None-Match": False}, "patch": {"If-Match": True}}
    body = detail["patch"]["requestBody"]["content"]["application/json"]["schema"][
        "$ref"
    ].rpartition("/")[2]
    assert set(schema["components"]["schemas"][body]["properties"]) == set(EDITABLE)


def test_a_revoked_token_is_refused_as_the_schema_says(cast, today):
    client = make_client(cast)
    ApiToken.objects.update(revoked_at=cast.now)
    assert json.loads(client.get("/api/v1/units/").content)["status"] == 401
