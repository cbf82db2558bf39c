"""Locked account names: five failures close a name for a quarter of an hour, from whatever address
they came.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings


def account_name(request: Any, credentials: dict | None = None) -> str | None:
    """The name under which failures are counted: as typed, whatever its case and width."""
    typed = (
        (credentials or {}).get("username")
        or request.POST.get("login")
        or request.POST.get("username")
    )
    if typed:
        return unicodedata.normalize("NFKC", typed).replace("\0", "").strip().casefold()[:255]
    return None


class EvidenceKeeper(AxesDatabaseHandler):
    """django-axes' own counting; what is tried during a lock-out is written down too, and nothing
    is thinned out.
    """

    def user_login_failed(self, sender, credentials: dict, request=None, **kwargs) -> None:
        super().user_login_failed(sender, credentials, request, **kwargs)
        if (
            request is not None
            and getattr(request, "axes_locked_out", False)
            and not self._counted(request)
        ):
            write_down(request, account_name(request, credentials))

    @staticmethod
    def _counted(request) -> bool:
        """Whether django-axes itself wrote this failure down: it stops short of that during a
        lock-out.
        """
        return request.axes_failures_since_start is not None

    def remove_out_of_limit_failure_logs(self, *, username: str, limit: int | None = None) -> int:
        return 0


def write_down(request: Any, name: str | None) -> None:
    """Keep an attempt on a locked name as evidence."""
    AccessFailureLog.objects.create(
        username=name,
        ip_address=request.axes_ip_address,
        user_agent=request.axes_user_agent,
        http_accept=request.axes_http_accept,
        path_info=request.axes_path_info,
        attempt_time=request.axes_attempt_time,
        locked_out=True,
    )


@dataclass(frozen=True)
class Lock:
    """A name that is locked now: how many failures, from where, and when it opens again."""

    name: str
    failures: int
    addresses: tuple[str, ...]
    last_at: datetime
    opens_at: datetime

    @property
    def shown_opening_at(self) -> datetime:
        """Shown to the minute, it must not be a minute too early."""
        return self.opens_at + timedelta(seconds=59)


def standing_locks(at: datetime, name: str | None = None) -> list[Lock]:
    """The names that are locked at the moment `at`, or the one asked for. One query."""
    recent = AccessAttempt.objects.filter(
        attempt_time__gte=at - settings.AXES_COOLOFF_TIME, username__isnull=False
    )
    if name is not None:
        recent = recent.filter(username=name)
    rows = groupby(
        recent.order_by("username", "attempt_time"), key=lambda attempt: attempt.username
    )
    locks = (_lock(username, list(attempts)) for username, attempts in rows)
    return [lock for lock in locks if lock]


def _lock(name: str, attempts: list[AccessAttempt]) -> Lock | None:
    failures_since_starts = [attempt.failures_since_start for attempt in attempts]
    total = sum(failures_since_starts)
    if total < settings.AXES_FAILURE_LIMIT:
        return None
    addresses = tuple(sorted({attempt.ip_address for attempt in attempts if attempt.ip_address}))
    return Lock(name, total, addresses, attempts[-1].attempt_time, _opens_at(attempts, total))


def _opens_at(attempts: Iterable[AccessAttempt], total: int) -> datetime:
    """When so many failures have grown old that fewer than the limit are left; `attempts` stand
    oldest first.
    """
    opens_at = None
    for attempt in attempts:
        if total < settings.AXES_FAILURE_LIMIT:
            break
        total -= attempt.failures_since_start
        opens_at = attempt.attempt_time + settings.AXES_COOLOFF_TIME
    assert opens_at is not None
    return opens_at
