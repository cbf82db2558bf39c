"""API tokens: made, shown once, checked. Only an HMAC of the secret under a pepper is stored."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

from gongjian.accounts import limits
from gongjian.accounts.models import LONGEST_TOKEN_SECONDS, ApiToken
from gongjian.accounts.scopes import check_scopes
from gongjian.lib.addresses import check_network, client_address, is_within

PREFIX = "gj_"
LONGEST_LIFE = timedelta(seconds=LONGEST_TOKEN_SECONDS)
WRONG = "令牌无效、已停用或已到期"
ELSEWHERE = "这枚令牌不能从您的网络地址使用，请与安全管理员核对允许的网段"
USE_NOTED_EVERY = timedelta(minutes=1)


def hash_secret(secret: str, pepper: str) -> str:
    return hmac.new(pepper.encode(), secret.encode(), hashlib.sha256).hexdigest()


def create_token(
    *,
    user,
    name: str,
    at: datetime,
    scopes: Iterable[str],
    networks: Iterable[str] = (),
    life: timedelta = LONGEST_LIFE,
    replaces: ApiToken | None = None,
) -> tuple[ApiToken, str]:
    """Make a token for `user`; the second value is the text to show, once.

    Raises ValueError for an unknown scope, a network that cannot be read, or a life beyond 365
    days.
    """
    if not timedelta() < life <= LONGEST_LIFE:
        raise ValueError("令牌的有效期为 1 至 365 天")
    key = secrets.token_hex(8)
    secret = secrets.token_urlsafe(32)
    secret_hash = hash_secret(secret, settings.TOKEN_PEPPERS[0])
    token = ApiToken.objects.create(
        user=user,
        name=name,
        key=key,
        secret_hash=secret_hash,
        scopes=check_scopes(scopes),
        networks=[check_network(network) for network in networks],
        created_at=at,
        expires_at=at + life,
        replaces=replaces,
    )
    return token, f"{PREFIX}{key}.{secret}"


def find_token(text: str, *, at: datetime) -> ApiToken | None:
    """The live token that `text` names, or None; compares in constant time under every pepper of
    the ring.

    A secret kept under an older pepper is kept under the first one from now on.
    """
    key, _, secret = text.removeprefix(PREFIX).partition(".")
    api_tokens = ApiToken.objects.live(at).select_related("user")
    token = api_tokens.filter(key=key).first()
    if token is None:
        return None
    fits = []
    for pepper in settings.TOKEN_PEPPERS:
        fits.append(hmac.compare_digest(token.secret_hash, hash_secret(secret, pepper)))
    if any(fits) and not fits[0]:
        secret_hash = hash_secret(secret, settings.TOKEN_PEPPERS[0])
        ApiToken.objects.filter(pk=token.pk).update(secret_hash=secret_hash)
    return token if any(fits) else None


def note_use(token: ApiToken, address: str, *, at: datetime) -> None:
    """Remember when and from where the token was used last, at most once a minute."""
    if token.last_used_at is None or token.last_used_at <= at - USE_NOTED_EVERY:
        api_tokens = ApiToken.objects.filter(pk=token.pk)
        api_tokens.update(last_used_at=at, last_used_from=address or None)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token gj_….…`, the only way into the API.

    A wrong token answers 401, a right one from outside its networks 403; both count against the
    address, which is told 429 when it tries too often. A right token is let in whatever others did
    from the same address.
    """

    def authenticate(self, request):
        scheme, _, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "token":
            return None
        now = timezone.now()
        address = client_address(request)
        token = find_token(text.strip(), at=now)
        if token is None:
            limits.spend("api_failure", address, at=now)
            raise AuthenticationFailed(WRONG)
        if token.networks and not is_within(address, token.networks):
            limits.spend("api_failure", address, at=now)
            raise PermissionDenied(ELSEWHERE)
        note_use(token, address, at=now)
        token.user.scopes = frozenset(token.scopes)
        return token.user.on(timezone.localdate(now)), token

    def authenticate_header(self, request):
        return "Token"
