"""Accounts: made with a one-time password, put to use, stopped."""

import secrets
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction

from gongjian.accounts.models import User

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


def end_sessions(user: User) -> int:
    """Sign the user out wherever he is signed in; returns how many sessions ended. Reads every session."""
    mine = [one.pk for one in Session.objects.iterator() if one.get_decoded().get("_auth_user_id") == str(user.pk)]
    return Session.objects.filter(pk__in=mine).delete()[0]
