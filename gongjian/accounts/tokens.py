"""API tokens: made, shown once, checked. Only an HMAC of the secret is stored."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from gongjian.accounts.models import ApiToken

PREFIX = "gj_"
LONGEST_LIFE = timedelta(days=365)
WRONG = "令牌无效、已停用或已到期"


def hash_secret(secret: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), secret.encode(), hashlib.sha256).hexdigest()


def create_token(*, user, name: str, at, life: timedelta = LONGEST_LIFE) -> tuple[ApiToken, str]:
    """Make a token for `user`; the second value is the text to show, once."""
    key, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        key=key,
        secret_hash=hash_secret(secret),
        created_at=at,
        expires_at=at + min(life, LONGEST_LIFE),
    )
    return token, f"{PREFIX}{key}.{secret}"


def find_token(text: str, *, at) -> ApiToken | None:
    """The live token that `text` names, or None; compares in constant time."""
    key, _, secret = text.removeprefix(PREFIX).partition(".")
    token = ApiToken.objects.live(at).select_related("user").filter(key=key).first()
    if token and hmac.compare_digest(token.secret_hash, hash_secret(secret)):
        return token
    return None


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token gj_….…`, the only way into the API."""

    def authenticate(self, request):
        scheme, _, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "token":
            return None
        now = timezone.now()
        token = find_token(text.strip(), at=now)
        if token is None:
            raise AuthenticationFailed(WRONG)
        ApiToken.objects.filter(pk=token.pk).exclude(last_used_at__gt=now - timedelta(minutes=1)).update(
            last_used_at=now
        )
        return token.user.on(timezone.localdate(now)), token

    def authenticate_header(self, request):
        return "Token"
