"""One moment of the database, held while it is copied."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

BEGIN = {
    "sqlite": "BEGIN DEFERRED",  # a reader: nobody who writes waits for it
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


@contextmanager
def one_moment() -> Iterator[None]:
    """Let every query in the block see the same rows, whatever is written meanwhile.

    Inside a transaction already, that transaction is the moment: on SQLite it is one.
    """
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    _execute(BEGIN[connection.vendor])
    try:
        yield
    finally:
        _execute("ROLLBACK")


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
