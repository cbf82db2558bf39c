"""The edges of the site as a stranger with a bare HTTP client meets them."""

import pytest
from django.apps import apps
from django.core.exceptions import SuspiciousFileOperation
from django.db.models import FileField
from django.test import Client
from django.urls import reverse

from gongjian.accounts.models import User
from gongjian.accounts.scopes import SCOPES
from gongjian.accounts.tokens import create_token
from tests.cast import PASSWORD


@pytest.fixture
def token(cast, today):
    return create_token(user=cast.api_client, name="城管平台", at=cast.now, scopes=SCOPES)[1]


def test_a_new_site_has_no_account(db):
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "path", ["/.git/config", "/.git/HEAD", "/media/", "/static/", "/static/js/", "/manage.py"]
)
def test_no_folder_and_no_source_is_shown(path, db):
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("name", ["accounts:sign_in", "workbench", "api:unit-list", "api:schema"])
def test_trace_echoes_nothing(name, db):
    answer = Client().generic("TRACE", reverse(name), headers={"x-told": "geheim"})
    assert answer.status_code in {302, 401, 405}
    assert b"geheim" not in answer.content


def test_a_form_without_its_token_is_refused(cast):
    given = {"username": "zhu", "password": PASSWORD}
    assert (
        Client(enforce_csrf_checks=True).post(reverse("accounts:sign_in"), given).status_code == 403
    )


def test_no_other_origin_is_let_in(token):
    told = {"origin": "https://elsewhere.example", "authorization": f"Token {token}"}
    for name in ("accounts:sign_in", "api:unit-list"):
        assert "Access-Control-Allow-Origin" not in Client(headers=told).get(reverse(name)).headers


def test_a_token_in_the_address_opens_nothing(token):
    for word in ("token", "key", "api_key", "authorization", "access_token"):
        assert Client().get(reverse("api:unit-list"), {word: token}).status_code == 401


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("accounts:sign_in", "text/html; charset=utf-8"),
        ("healthz", "text/plain; charset=utf-8"),
        (
            "api:unit-list",
            "application/json",
        ),  # JSON is UTF-8 by its definition and takes no charset
    ],
)
def test_every_kind_of_answer_names_its_type(name, kind, token):
    assert (
        Client(headers={"authorization": f"Token {token}"}).get(reverse(name))["Content-Type"]
        == kind
    )


def test_a_number_too_large_is_not_found(cast, sign_in):
    client = sign_in(cast.office_staff)
    for number in (2**31, 2**63, 10**30):
        assert client.get(reverse("units:detail", args=[number])).status_code == 404


def test_of_a_parameter_sent_twice_the_last_counts(cast, sign_in):
    client = sign_in(cast.office_staff)
    twice = client.get(reverse("units:list") + "?q=%E6%97%A0%E6%AD%A4&q=").content
    assert client.get(reverse("units:list") + "?q=").status_code == 200
    assert cast.lead_unit.name.encode() in twice


FILES = [
    pytest.param(model, field, id=f"{model._meta.label}.{field.name}")
    for model in apps.get_models()
    for field in model._meta.get_fields()
    if isinstance(field, FileField)
]


@pytest.mark.parametrize(("model", "field"), FILES)
@pytest.mark.parametrize(
    "name", ["../../evil.py", "/etc/evil.py", "..\\..\\evil.py", "a/../../../evil.py"]
)
def test_a_file_never_leaves_its_folder(model, field, name):
    try:
        told = field.generate_filename(model(), name)
    except SuspiciousFileOperation:
        return
    assert ".." not in told.split("/")
    assert told.startswith(("photos/", "documents/"))
