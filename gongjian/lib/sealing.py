"""A column whose text lies sealed in the database, and the sealing and re-sealing of whole
columns.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact

from gongjian.lib.crypto import (
    UNREADABLE,
    CannotOpen,
    KeyMissing,
    is_sealed,
    open_sealed,
    ring,
    seal,
)

log = logging.getLogger(__name__)
BATCH = 500


class UnopenedValue(str):
    """What stands for a value that cannot be opened.

    Saved again, the sealed text goes back as it was.
    """

    sealed: str

    def __new__(cls, sealed: str) -> "UnopenedValue":
        made = super().__new__(cls, UNREADABLE)
        made.sealed = sealed
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return UnopenedValue, (self.sealed,)


# Django has no such arguments at run time
class SealedTextField(models.CharField):  # type: ignore[type-arg]
    """Short text that is sealed on its way into the database and opened on its way out.

    `max_length` holds for the text itself. Bound to table and column, not to the row: bulk copies
    keep working. It can be asked for being empty or null, not for its content: that is what a blind
    index is for.
    """

    def get_internal_type(self) -> str:
        return "TextField"

    @property
    def bound_to(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, UnopenedValue):
            return value.sealed
        text = super().get_prep_value(value)
        if text is None or hasattr(text, "resolve_expression"):
            return text
        return seal(str(text), self.bound_to)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if not value:
            return value
        try:
            return open_sealed(value, self.bound_to)
        except CannotOpen as reason:
            _complain(self.bound_to, str(reason))
            return UnopenedValue(value)

    def get_lookup(self, lookup_name: str) -> Any:
        return {"exact": _EmptyOnly, "isnull": super().get_lookup("isnull")}.get(lookup_name)


class _EmptyOnly(Exact):
    def get_prep_lookup(self) -> Any:
        if self.rhs != "":
            raise FieldError(
                f"{self.lhs.target} is sealed: it can only be compared with the empty text"
            )
        return ""


@lru_cache(maxsize=64)
def _complain(place: str, reason: str) -> None:
    """Say it once a process: a list of thousands would else fill the log."""
    log.error("%s: %s", place, reason)


@dataclass
class Count:
    """What became of the values of one column."""

    place: str
    sealed: int = 0
    missing: int = 0
    broken: int = 0

    @property
    def unread(self) -> int:
        return self.missing + self.broken


def reseal(connection: Any, table: str, column: str) -> Count:
    """Seal a column's values anew under the newest key and the algorithm of the settings, batch by
    batch.

    What is so sealed already is passed over, so an interrupted run goes on where it was and a
    second one does nothing. A value that somebody changes meanwhile is left to him: he has sealed
    it under the newest key.
    """
    count = Count(f"{table}.{column}")
    bound_to = f"{table}.{column}"
    for rows in _batches(connection, table, column, ring().head):
        pairs = []
        for pk, sealed in rows:
            try:
                if is_sealed(sealed):
                    text = open_sealed(sealed, bound_to)
                else:
                    text = sealed
                pairs.append((seal(text, bound_to), pk, sealed))
            except KeyMissing:
                count.missing += 1
            except CannotOpen:
                count.broken += 1
        _replace(connection, table, column, pairs)
        count.sealed += len(pairs)
    return count


def _batches(
    connection: Any, table: str, column: str, head: str
) -> Iterator[list[tuple[int, str]]]:
    """Rows whose value does not begin with `head`, in order of their keys."""
    name = connection.ops.quote_name(column)
    quoted = connection.ops.quote_name(table)
    where = f"{name} <> '' AND {name} NOT LIKE %s AND id > %s"
    query = f"SELECT id, {name} FROM {quoted} WHERE {where} ORDER BY id LIMIT {BATCH}"  # noqa: S608  names are our own
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(query, [f"{head}%", last])
            rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        yield rows


def _replace(connection: Any, table: str, column: str, pairs: list[tuple[str, int, str]]) -> None:
    """Put new values in the place of old ones, only where the old one still stands."""
    name = connection.ops.quote_name(column)
    quoted = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {quoted} SET {name} = %s WHERE id = %s AND {name} = %s", pairs)  # noqa: S608  names are our own
