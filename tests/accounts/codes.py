"""Second factors for tests: made in the database, and the code that a telephone would show now."""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.urls import reverse

from tests.cast import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def bind_app(user) -> list[str]:
    """Give `user` an authenticator app; returns his recovery codes."""
    TOTP.activate(user, SECRET)
    return RecoveryCodes.activate(user).get_unused_codes()


def code_now(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def add_passkey(user, name="办公室电脑") -> Authenticator:
    """A key whose credential is never used, for the pages about it."""
    data = {"name": name, "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def give_password(client, user, password=PASSWORD):
    """The first step of signing in."""
    return client.post(
        reverse("accounts:sign_in"), {"username": user.username, "password": password}
    )


def give_code(client, code):
    """The second step."""
    return client.post(reverse("mfa_authenticate"), {"code": code})


def confirm(client, password=PASSWORD):
    """Say again who one is, by password."""
    return client.post(reverse("account_reauthenticate"), {"password": password})
