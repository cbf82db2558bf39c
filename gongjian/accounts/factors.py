"""The second factor: who has one, who must have one, and views that ask again who is there."""

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from django.conf import settings

# Recovery codes alone are no factor: they stand in for one of these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)

# Decorate a view: whoever did not prove himself within five minutes does so first, then the request
# goes on.
#
# `@reauthenticated` asks for every request, `@reauthenticated(allow_get=True)` only when something
# is sent.
reauthenticated = reauthentication_required


def has_factor(user) -> bool:
    """Whether signing in asks `user` for more than his password. One query."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def owes_factor(user) -> bool:
    """Whether a role of `user` demands a second factor that he has not set up.

    No query where no role demands one.
    """
    demanding = settings.SECOND_FACTOR_ROLES
    return bool(demanding) and user.has_role(*demanding) and not has_factor(user)


def came_by_oidc(request) -> list[float]:
    """When this session proved itself at 统一身份认证, as Unix seconds; empty for a password or a
    passkey.
    """
    records = get_authentication_records(request, request.user)
    cames = []
    for record in records:
        if record.get("method") == "socialaccount":
            cames.append(record["at"])
    return cames
