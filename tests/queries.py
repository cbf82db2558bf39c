"""How many queries an act costs."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def count_queries(act) -> int:
    """Run `act()` and return the number of queries it took."""
    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)
