"""Small promises about second factors that no other test holds."""

import re

import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.utils import decrypt
from django.test import Client
from django.urls import reverse

from gongjian.office.staffing.services import reset_password
from tests.accounts.codes import bind_app, code_now, give_code, give_password
from tests.cast import NOW
from tests.signing_in import is_signed_in


def test_a_new_password_does_not_lift_the_second_factor(cast, today):
    bind_app(cast.lead_officer)
    password = reset_password(cast.lead_officer, by=cast.system_admin, at=NOW)
    client = Client()
    assert give_password(client, cast.lead_officer, password).headers["Location"] == reverse(
        "mfa_authenticate"
    )
    assert not is_signed_in(client)
    give_code(client, code_now())
    assert is_signed_in(client)


def test_a_code_of_the_past_half_minute_is_too_old(cast, today):
    bind_app(cast.lead_officer)
    old, client = code_now(), Client()
    with time_machine.travel(NOW.timestamp() + 31, tick=False):
        give_password(client, cast.lead_officer)
        give_code(client, old)
        assert not is_signed_in(client)
        give_code(client, code_now())
        assert is_signed_in(client)


def test_recovery_codes_are_eight_figures(cast):
    codes = bind_app(cast.lead_officer)
    assert len({*codes}) == 10
    assert all(re.fullmatch(r"\d{8}", code) for code in codes)


def test_secrets_of_factors_are_random(cast):
    seeds = set()
    for person in (cast.lead_officer, cast.office_staff):
        RecoveryCodes.activate(person)
        seeds.add(decrypt(Authenticator.objects.get(user=person).data["seed"]))
    secrets = {generate_totp_secret() for _ in range(20)}
    assert len(seeds) == 2
    assert all(re.fullmatch(r"[0-9a-f]{80}", seed) for seed in seeds)
    assert len(secrets) == 20
    assert all(len(secret) >= 32 for secret in secrets)
