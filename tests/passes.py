"""Which tests belong into which pass of the suite: told by their marks and fixtures, never by their
paths.
"""

import pytest

DATABASE_FIXTURES = {"db", "django_db_setup", "live_server", "transactional_db"}


def touches_database(item: pytest.Item) -> bool:
    """Return whether the test reads or writes rows itself."""
    if item.get_closest_marker("django_db"):
        return True
    return bool(DATABASE_FIXTURES & set(item.fixturenames))


def belongs_on_postgresql(item: pytest.Item) -> bool:
    return touches_database(item) and item.get_closest_marker("first_pass") is None
