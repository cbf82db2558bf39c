"""Small promises about signing in that no other test holds."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.cast import NOW, PASSWORD
from tests.signing_in import is_signed_in, try_to_sign_in

LONG = " Songshu Qiao 桥 " + "x7" * 40


@pytest.mark.parametrize("typed", [LONG.strip(), LONG.lower(), LONG[:72], LONG])
def test_a_password_counts_exactly_as_it_was_typed(typed, cast, today):
    cast.lead_officer.set_password(LONG)
    cast.lead_officer.password_set_at = NOW
    cast.lead_officer.save()
    assert is_signed_in(try_to_sign_in("zhu", typed).client) is (typed == LONG)


def test_password_fields_hide_what_is_typed_and_know_password_managers(cast, sign_in):
    doors = {"accounts:sign_in": Client(), "accounts:password": sign_in(cast.lead_officer)}
    for name, client in doors.items():
        page = client.get(reverse(name)).content.decode()
        fields = [field for field in re.findall(r"<input[^>]*>", page) if "password" in field]
        assert fields
        assert all('type="password"' in field for field in fields)
        assert all(re.search(r'autocomplete="(current|new)-password"', field) for field in fields)
        assert "onpaste" not in page


def test_signing_in_changes_the_sessions_key_and_forgets_the_old_one(cast, today):
    client = Client()
    session = client.session
    session["brought"] = "along"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    client.post(reverse("accounts:sign_in"), {"username": "zhu", "password": PASSWORD})
    after = client.cookies["sessionid"].value
    assert is_signed_in(client)
    assert after != before
    assert not Session.objects.filter(session_key=before).exists()


def test_session_keys_are_long_and_never_alike(cast, today):
    keys = {try_to_sign_in("zhu").client.cookies["sessionid"].value for _ in range(20)}
    assert len(keys) == 20
    assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)
