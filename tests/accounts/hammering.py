"""Many who take from one bucket at the same time."""

from datetime import timedelta

from django.db import connections

from gongjian.accounts import limits
from tests.cast import NOW

BURST = 50


def take(seconds=0.0, who="a"):
    return limits.take("test", who, at=NOW + timedelta(seconds=seconds))


def hammer(_=None):
    """Ten requests at once, as one thread of one process makes them."""
    try:
        return [take().allowed for _ in range(10)]
    finally:
        connections.close_all()
