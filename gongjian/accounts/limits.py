"""Rate limits held in the database: one bucket for each key, emptied by one statement, whatever
process asks.

A bucket holds `burst` requests and is refilled by `per_minute`. The figures stand in
`settings.RATE_LIMITS`.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from rest_framework.exceptions import APIException

from gongjian.accounts.models import Bucket

TOO_OFTEN = "请求过于频繁，请在 {wait} 秒后再试"
TAKE_ONE = """
INSERT INTO {table} AS held (key, tokens, counted_seconds) VALUES (%(key)s, %(burst)s - 1, %(now)s)
ON CONFLICT (key) DO UPDATE SET
    tokens = {least}(
        %(burst)s, held.tokens + {greatest}(%(now)s - held.counted_seconds, 0) * %(rate)s
    ) - 1,
    counted_seconds = {greatest}(held.counted_seconds, %(now)s)
WHERE {least}(
    %(burst)s, held.tokens + {greatest}(%(now)s - held.counted_seconds, 0) * %(rate)s
) >= 1
RETURNING tokens
"""


class TooManyRequests(APIException):
    """429, with the seconds to wait in `Retry-After`."""

    status_code = 429

    def __init__(self, wait: int):
        super().__init__(TOO_OFTEN.format(wait=wait), "too_many_requests")
        self.wait = wait


@dataclass(frozen=True)
class Allowance:
    """Whether one more request is let through; how many the bucket holds now; seconds to the next
    and to the last.
    """

    allowed: bool
    burst: int
    remaining: int
    wait: int
    full_in: int

    @property
    def headers(self) -> dict[str, str]:
        """What the client is told, as in the IETF's draft on RateLimit fields."""
        details = {"Limit": self.burst, "Remaining": self.remaining, "Reset": self.full_in}
        headers = {}
        for name, value in details.items():
            headers[f"RateLimit-{name}"] = str(value)
        return headers


def take(kind: str, who: str, *, at: datetime) -> Allowance:
    """Take one request out of the bucket of `who`.

    One statement; a refused caller costs a second.
    """
    burst, rate = _figures(kind)
    key = f"{kind}:{who}"[:120]
    now = at.timestamp()
    remaining = _emptied(key, burst, rate, now)
    if remaining is not None:
        tokens = remaining
    else:
        tokens = _held(key, burst, rate, now)
    if remaining is not None:
        wait = 0
    else:
        wait = max(1, math.ceil((1 - tokens) / rate))
    return Allowance(
        remaining is not None, burst, int(tokens), wait, math.ceil((burst - tokens) / rate)
    )


def spend(kind: str, who: str, *, at: datetime) -> Allowance:
    """Take one request out of the bucket of `who`. Raises TooManyRequests when it holds none."""
    verdict = take(kind, who, at=at)
    if not verdict.allowed:
        raise TooManyRequests(verdict.wait)
    return verdict


def _figures(kind: str) -> tuple[int, float]:
    """How many requests a bucket of `kind` holds, and how many flow in each second."""
    limit = settings.RATE_LIMITS[kind]
    return limit["burst"], limit["per_minute"] / 60


def _emptied(key: str, burst: int, rate: float, now: float) -> float | None:
    """What is left after one request was taken, or None where there was none to take."""
    if connection.vendor == "sqlite":
        words = ("MIN", "MAX")
    else:
        words = ("LEAST", "GREATEST")
    statement = TAKE_ONE.format(table=Bucket._meta.db_table, least=words[0], greatest=words[1])
    with connection.cursor() as cursor:
        cursor.execute(statement, {"key": key, "burst": float(burst), "rate": rate, "now": now})
        row = cursor.fetchone()
    return row[0] if row else None


def _held(key: str, burst: int, rate: float, now: float) -> float:
    """What a bucket that refused holds: less than one request."""
    buckets = Bucket.objects.filter(pk=key)
    bucket = buckets.first()
    if bucket:
        return min(burst, bucket.tokens + max(now - bucket.counted_seconds, 0) * rate)
    return float(burst)


def sweep(*, at: datetime) -> int:
    """Drop buckets that have been full for a while: a new one is as full; returns how many."""
    longest = max(burst / rate for burst, rate in map(_figures, settings.RATE_LIMITS))
    buckets = Bucket.objects.filter(counted_seconds__lt=at.timestamp() - longest)
    return buckets.delete()[0]
