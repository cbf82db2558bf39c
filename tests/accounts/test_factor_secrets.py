"""What a second factor rests on lies sealed, and goes on working under a new key."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import connection

from gongjian.accounts.factor_secrets import reseal_factors
from gongjian.lib import crypto
from gongjian.office.privacy.services import rotate_keys
from tests.accounts.codes import SECRET, bind_app, code_now, give_code, give_password

OLD, NEW = crypto.make_key("k2025"), crypto.make_key("k2026")


@pytest.fixture
def bound(cast, settings):
    settings.FIELD_KEYS = OLD
    bind_app(cast.lead_officer)
    RecoveryCodes.activate(cast.lead_officer)
    return cast


def stored() -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator ORDER BY id")
        return [row if isinstance(row, dict) else json.loads(row) for (row,) in cursor.fetchall()]


def test_no_secret_lies_in_clear(bound):
    app, codes = stored()
    assert crypto.is_sealed(app["secret"])
    assert crypto.is_sealed(codes["seed"])
    assert SECRET not in json.dumps(app)


def test_codes_hold_after_the_key_was_changed_and_the_old_one_is_gone(
    bound, client, settings, today
):
    before = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    rotate_keys(at=bound.now)
    settings.FIELD_KEYS = NEW
    assert all(
        crypto.ring().newest.id in text
        for data in stored()
        for text in data.values()
        if isinstance(text, str)
    )
    assert (
        RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes() == before
    )
    give_password(client, bound.lead_officer)
    assert give_code(client, code_now()).status_code == 302


def test_a_second_run_changes_nothing(bound, settings):
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    assert reseal_factors().sealed == 2
    assert reseal_factors().sealed == 0


def test_a_lost_key_is_counted_and_the_secret_left_as_it_is(bound, settings):
    settings.FIELD_KEYS, before = NEW, stored()
    count = reseal_factors()
    assert (count.sealed, count.missing, stored()) == (0, 2, before)
