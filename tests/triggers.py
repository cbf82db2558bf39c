"""For tests alone: the rules that the database keeps are lifted, to empty a table or to tamper with
it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def lifted() -> Iterator[None]:
    """Inside, no trigger of ours fires; afterwards all stand as before.

    PostgreSQL needs a superuser for it.
    """
    lift, lay_down = (
        (_off_sqlite, _on_sqlite)
        if connection.vendor == "sqlite"
        else (_off_postgresql, _on_postgresql)
    )
    kept = lift()
    try:
        yield
    finally:
        lay_down(kept)


def _run(statements) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _off_sqlite() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        kept = cursor.fetchall()
    _run(f"DROP TRIGGER {name}" for name, _ in kept)
    return kept


def _on_sqlite(kept: list[tuple[str, str]]) -> None:
    _run(sql for _, sql in kept)


def _off_postgresql() -> None:
    """TRUNCATE triggers too: in this role none fires."""
    _run(["SET session_replication_role = 'replica'"])


def _on_postgresql(kept: None) -> None:
    _run(["SET session_replication_role = 'origin'"])
