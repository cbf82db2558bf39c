"""Accounts: made with a one-time password, put to use, stopped."""

import secrets
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction

from gongjian.accounts.models import User

SEEN_AT = "seen_at"
"""Where a session that began at our door keeps when it was last noted as in use, in Unix seconds."""
OWN_MACHINE = "::1"
"""The address of a session that came over no network."""
LONGEST_AGENT = UserSession._meta.get_field("user_agent").max_length
SYLLABLES = ("fu", "chun", "shan", "jiang", "lu", "qiao", "hu", "yun", "lin", "he")


def one_time_password() -> str:
    """A password that can be read out over the telephone: some 53 bits, shown once, changed at first sign-in."""
    words = "-".join(secrets.choice(SYLLABLES) for _ in range(4))
    return f"{words}-{secrets.randbelow(10**12):012}"


def create_user(*, username: str, name: str, at: datetime, phone: str = "") -> tuple[User, str]:
    """Open an account; the second value is its one-time password."""
    password = one_time_password()
    user = User(username=username, name=name, phone=phone, created_at=at, must_change_password=True)
    user.set_password(password)
    user.save(force_insert=True)
    return user, password


def set_own_password(user: User, password: str) -> User:
    """Change one's own password; the first-password duty is done with it."""
    with transaction.atomic():
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
    return user


def end_sessions(user: User, *, keep: str = "") -> int:
    """Sign a person out wherever he is signed in, but for the session `keep`; returns how many sessions ended.

    To be called whenever what a session stands for has changed: a new password, other roles, a stopped account.
    """
    sessions = list(UserSession.objects.filter(user=user).exclude(session_key=keep))
    for session in sessions:
        session.end()
    return len(sessions)


def note_use(session, *, address: str, at: datetime) -> None:
    """Note that a session is in use, and from which address."""
    session[SEEN_AT] = at.timestamp()
    UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=at, ip=address)


def note_session(user: User, session, *, address: str, agent: str) -> UserSession:
    """Put a session that begins on the list of its owner's sessions, however it began."""
    if not session.session_key:
        session.save()
    known = {"user": user, "ip": address or OWN_MACHINE, "user_agent": agent[:LONGEST_AGENT]}
    return UserSession.objects.update_or_create(session_key=session.session_key, defaults=known)[0]
