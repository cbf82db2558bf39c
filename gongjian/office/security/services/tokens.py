"""API tokens: issued to a client, renewed with grace, revoked, and told of before they run out."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import EXPIRES_SOON, ApiToken, User
from gongjian.accounts.roles import Role
from gongjian.accounts.tokens import create_token
from gongjian.audit.services import record
from gongjian.notifications.services import notify
from gongjian.office.security.permissions import may_keep_tokens
from gongjian.workflow import WrongState, require

ONLY_SECURITY = "接口令牌由安全管理员办理"
OVER = "这枚令牌已停用或已到期，请另签一枚新的"
LONGEST_GRACE_DAYS = 7


def issue_token(
    *,
    user: User,
    name: str,
    scopes: Iterable[str],
    networks: Iterable[str],
    days: int,
    by: User,
    at: datetime,
) -> tuple[ApiToken, str]:
    """Issue a token to a client of the API; the second value is shown once.

    Raises as `create_token`.
    """
    require(may_keep_tokens(by), ONLY_SECURITY)
    life = timedelta(days=days)
    with transaction.atomic():
        token, text = create_token(
            user=user, name=name, scopes=scopes, networks=networks, life=life, at=at
        )
        record(token, "accounts.apitoken.issue", by=by, at=at, **_facts(token))
    return token, text


def renew_token(
    token: ApiToken, *, grace_days: int, days: int, by: User, at: datetime
) -> tuple[ApiToken, str]:
    """Issue a successor with a new secret and the same rights; the old one opens the door for
    `grace_days` more (0-7).

    Raises WrongState for a token that opens nothing any more, or that was renewed already.
    """
    require(may_keep_tokens(by), ONLY_SECURITY)
    if not 0 <= grace_days <= LONGEST_GRACE_DAYS:
        raise ValueError(f"旧令牌最多再用 {LONGEST_GRACE_DAYS} 天")
    with transaction.atomic():
        old = ApiToken.objects.select_for_update().get(pk=token.pk)
        _refuse_to_renew(old, at)
        fields = {
            "user": old.user,
            "name": old.name,
            "scopes": old.scopes,
            "networks": old.networks,
            "replaces": old,
        }
        fresh, text = create_token(**fields, life=timedelta(days=days), at=at)
        ends_at = min(old.expires_at, at + timedelta(days=grace_days))
        api_tokens = ApiToken.objects.filter(pk=old.pk)
        api_tokens.update(expires_at=ends_at)
        old.expires_at = ends_at
        record(
            old, "accounts.apitoken.renew", by=by, at=at, successor=fresh.pk, old_ends_at=ends_at
        )
        record(fresh, "accounts.apitoken.issue", by=by, at=at, replaces=old.pk, **_facts(fresh))
    return fresh, text


def _refuse_to_renew(old: ApiToken, at: datetime) -> None:
    if old.revoked_at or old.expires_at <= at:
        raise WrongState(OVER)
    if old.successors.exists():
        raise WrongState("这枚令牌已经换过，请更换接替它的那一枚")


def revoke_token(token: ApiToken, *, by: User, at: datetime) -> ApiToken:
    """Stop a token at once and for good."""
    require(may_keep_tokens(by), ONLY_SECURITY)
    with transaction.atomic():
        api_tokens = ApiToken.objects.unexpired(at).filter(pk=token.pk)
        if not api_tokens.update(revoked_at=at):
            raise WrongState("这枚令牌已经停用或到期")
        record(token, "accounts.apitoken.revoke", by=by, at=at)
    token.revoked_at = at
    return token


def warn_of_expiring_tokens(*, at: datetime) -> int:
    """Tell the security administrators, once a token, of those that run out within 30 days; returns
    how many tokens.
    """
    holding = User.objects.holding(Role.SECURITY_ADMIN, on=timezone.localdate(at))
    keepers = list(holding)
    api_tokens = ApiToken.objects.live(at)
    soon = api_tokens.filter(expires_at__lte=at + EXPIRES_SOON, successors=None).select_related(
        "user"
    )
    for token in soon:
        subject = (
            f"接口令牌“{token.name}”将于 {timezone.localdate(token.expires_at):%Y年%m月%d日} 到期"
        )
        notify(
            keepers,
            key=f"token-expires-{token.pk}",
            subject=subject,
            body=f"持有人：{token.user}。到期后对方系统将无法读取数据，请提前更换，并把新令牌交给对方。",
            link=token.get_absolute_url(),
            at=at,
        )
    return len(soon)


def _facts(token: ApiToken) -> dict[str, Any]:
    """What the log keeps of a token: everything but its secret."""
    facts = {"holder": token.user.username, "name": token.name, "key": token.key}
    return facts | {
        "scopes": token.scopes,
        "networks": token.networks,
        "expires_at": token.expires_at,
    }
