"""Sessions: ending one's own elsewhere, and the security administrator ending another person's."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction

from gongjian.accounts import services as accounts
from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.office.security.permissions import ONLY_SECURITY, may_keep_security
from gongjian.workflow import require


def end_session(session: UserSession, *, by: User, at: datetime) -> None:
    """Sign a person out at one place: his own act, or the security administrator's."""
    user = session.user
    allowed = user.pk == by.pk or may_keep_security(by, user)
    require(allowed, ONLY_SECURITY)
    with transaction.atomic():
        session.end()
        record(
            user,
            "accounts.user.end_session",
            by=by,
            at=at,
            address=session.ip,
            since=session.created_at,
        )


def end_all_sessions(user: User, *, by: User, at: datetime) -> int:
    """Sign another person out everywhere; returns at how many places."""
    require(may_keep_security(by, user), ONLY_SECURITY)
    with transaction.atomic():
        ended = accounts.end_sessions(user)
        record(user, "accounts.user.end_sessions", by=by, at=at, ended=ended)
    return ended


def end_other_sessions(user: User, *, keep: str, at: datetime) -> int:
    """Sign oneself out everywhere but here; returns at how many places."""
    with transaction.atomic():
        ended = accounts.end_sessions(user, keep=keep)
        record(user, "accounts.user.end_other_sessions", by=user, at=at, ended=ended)
    return ended
