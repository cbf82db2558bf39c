"""Accounts: made with a one-time password, put to use, stopped."""

import secrets
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from gongjian.accounts.models import UsedPassword, User

# Where a session that began at our door keeps when it was last noted as in use, in Unix seconds.
SEEN_AT = "seen_at"
# The address of a session that came over no network.
OWN_MACHINE = "::1"
LONGEST_AGENT = UserSession._meta.get_field("user_agent").max_length
SYLLABLES = ("fu", "chun", "shan", "jiang", "lu", "qiao", "hu", "yun", "lin", "he")
KEPT_PASSWORDS = 5


def one_time_password() -> str:
    """A password that can be read out over the telephone: some 53 bits, shown once, changed at
    first sign-in.
    """
    choices = []
    for _ in range(4):
        choices.append(secrets.choice(SYLLABLES))
    words = "-".join(choices)
    return f"{words}-{secrets.randbelow(10**12):012}"


def create_user(*, username: str, name: str, at: datetime, phone: str = "") -> tuple[User, str]:
    """Open an account; the second value is its one-time password."""
    user = User(username=username, name=name, phone=phone, created_at=at)
    password = _one_time_for(user, at)
    user.save(force_insert=True)
    return user, password


def give_one_time_password(user: User, *, at: datetime) -> str:
    """Put a new one-time password in the place of the old password; whoever is signed in with that
    is signed out.
    """
    password = _one_time_for(user, at)
    user.save(
        update_fields=["password", "must_change_password", "one_time_given_at", "one_time_used_at"]
    )
    return password


def _one_time_for(user: User, at: datetime) -> str:
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.one_time_given_at = at
    user.one_time_used_at = None
    return password


def use_one_time_password(user: User, *, at: datetime) -> str:
    """Spend the one-time password: it opens the door once.

    The reason why not, or the empty text.
    """
    if user.one_time_given_at and at - user.one_time_given_at > timedelta(
        hours=settings.ONE_TIME_PASSWORD_HOURS
    ):
        return (
            f"一次性密码只在 {settings.ONE_TIME_PASSWORD_HOURS} 小时内有效，"
            "现在已经过期。请系统管理员重新给一个。"
        )
    users = User.objects.filter(pk=user.pk, one_time_used_at=None)
    if not users.update(one_time_used_at=at):
        return (
            "一次性密码只能用一次，这个已经用过了。请系统管理员重新给一个，"
            "登录后马上改成自己的密码。"
        )
    return ""


def set_own_password(user: User, password: str, *, at: datetime) -> User:
    """Change one's own password; the first-password duty is done with it, and it is not chosen
    again soon.
    """
    with transaction.atomic():
        user.set_password(password)
        user.must_change_password = False
        user.password_set_at = at
        user.save(update_fields=["password", "must_change_password", "password_set_at"])
        UsedPassword.objects.create(user=user, hash=user.password, set_at=at)
        used_passwords = UsedPassword.objects.filter(user=user).order_by("-pk")
        newest = used_passwords.values_list("pk", flat=True)[:KEPT_PASSWORDS]
        UsedPassword.objects.filter(user=user).exclude(pk__in=list(newest)).delete()
    return user


def owes_new_password(user: User, at: datetime) -> bool:
    """Whether the password must be changed before anything else is done."""
    return user.must_change_password or has_old_password(user, at)


def has_old_password(user: User, at: datetime) -> bool:
    """Whether the password is older than the password profile allows."""
    if not settings.PASSWORD_DAYS or user.password_set_at is None:
        return False
    return at - user.password_set_at >= timedelta(days=settings.PASSWORD_DAYS)


def end_sessions(user: User, *, keep: str = "") -> int:
    """Sign a person out wherever he is signed in, but for the session `keep`; returns how many
    sessions ended.

    To be called whenever what a session stands for has changed: a new password, other roles, a
    stopped account.
    """
    user_sessions = UserSession.objects.filter(user=user)
    sessions = list(user_sessions.exclude(session_key=keep))
    for session in sessions:
        session.end()
    return len(sessions)


def note_use(session: SessionBase, *, address: str, at: datetime) -> None:
    """Note that a session is in use, and from which address."""
    session[SEEN_AT] = at.timestamp()
    user_sessions = UserSession.objects.filter(session_key=session.session_key)
    user_sessions.update(last_seen_at=at, ip=address)


def note_session(user: User, session: SessionBase, *, address: str, agent: str) -> UserSession:
    """Put a session that begins on the list of its owner's sessions, however it began."""
    if not session.session_key:
        session.save()
    values = {"user": user, "ip": address or OWN_MACHINE, "user_agent": agent[:LONGEST_AGENT]}
    return UserSession.objects.update_or_create(session_key=session.session_key, defaults=values)[0]
