"""What is hashed, and what the rows of the table really say: read without the ORM, so that no
flipped byte is smoothed.

A converter that reads `2026-11-16T02:00:00` and `2026-11-16 02:00:00` as one moment would hide a
change of the row. Therefore each column is fetched as the bytes (SQLite) or the text (PostgreSQL)
in which it lies there, and a value that the product would not itself have written like that is a
broken row.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection

from gongjian.audit.digests import hash_of, is_available

FIRST = "0" * 64
ROWS_A_FETCH = 1000
# What an entry may lack: who, for the site itself acts as nobody; from where, for a job has no
# address.
MAY_BE_EMPTY = ("by_id", "address")
COLUMNS = (
    "id",
    "at",
    "by_id",
    "event",
    "object_type",
    "object_id",
    "object_label",
    "changes",
    "address",
    "request_id",
    "digest",
    "previous_hash",
    "hash",
)
BEFORE_ALL = -(2**63)


class UnreadableEntry(Exception):
    """The row is not as the product writes it; the message names the column."""


class ChainLine(NamedTuple):
    """One entry in the form that is hashed and exported. `at` is ISO in UTC with microseconds."""

    id: int
    at: str
    by_id: int | None
    event: str
    object_type: str
    object_id: str
    object_label: str
    changes: Any
    address: str | None
    request_id: str
    digest: str
    previous_hash: str
    hash: str

    def own_hash(self) -> str:
        """The hash that this line should bear."""
        body = json.dumps(self[:-1], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hash_of(body.encode(), self.digest)

    def holds(self) -> bool:
        return is_available(self.digest) and self.hash == self.own_hash()

    def to_json(self) -> str:
        return json.dumps(self._asdict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def line_of(entry: Any) -> ChainLine:
    """An entry of the ORM as it is hashed."""
    values = {}
    for name in COLUMNS:
        values[name] = getattr(entry, name)
    return ChainLine(**{**values, "at": exact(entry.at)})


def exact(at: datetime) -> str:
    """2026-11-16T02:00:00.000000Z: to the microsecond, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def stored_rows(after: int = BEFORE_ALL) -> Iterator[tuple]:
    """Every row as it lies in the table, by number, a thousand at a time."""
    while rows := _fetch(after):
        yield from rows
        after = int(rows[-1][0])


def _fetch(after: int) -> list[tuple]:
    columns = ", ".join(_as_stored(name) for name in COLUMNS)
    page = f"SELECT {columns} FROM audit_entry WHERE id > %s ORDER BY id LIMIT %s"  # noqa: S608  names of ours alone
    with connection.cursor() as cursor:
        cursor.execute(page, [after, ROWS_A_FETCH])
        return cursor.fetchall()


def _as_stored(name: str) -> str:
    if connection.vendor == "sqlite":
        return f"CAST({name} AS BLOB)"
    return {
        "at": """to_char("at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
        "changes": "changes::text",
        "address": "host(address)",
    }.get(name, name)


def read_row(row: tuple) -> ChainLine:
    """The line that a stored row says. Raises Unreadable."""
    if connection.vendor != "sqlite":
        values = dict(zip(COLUMNS, row, strict=True))
        changes = json.loads(values["changes"])
        return ChainLine(**{**values, "changes": changes})
    values = {}
    for name, value in zip(COLUMNS, row, strict=True):
        values[name] = _text(name, value)
    missing = []
    for name, value in values.items():
        if value is None and name not in MAY_BE_EMPTY:
            missing.append(name)
    if missing:
        raise UnreadableEntry(missing[0])
    values["id"] = int(values["id"])
    values["by_id"] = _number("by_id", values["by_id"])
    values["at"] = _moment(values["at"])
    values["changes"] = _content(values["changes"])
    return ChainLine(**values)


def _text(name: str, value: bytes | None) -> str | None:
    try:
        if value is None:
            return None
        return bytes(value).decode()
    except UnicodeDecodeError as wrong:
        raise UnreadableEntry(name) from wrong


def _number(name: str, text: str | None) -> int | None:
    if text is not None and not (text.isascii() and text.isdigit()):
        raise UnreadableEntry(name)
    return None if text is None else int(text)


def _moment(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise UnreadableEntry("at") from wrong
    if str(at) != text or at.tzinfo:
        raise UnreadableEntry("at")
    return exact(at.replace(tzinfo=UTC))


def _content(text: str) -> Any:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise UnreadableEntry("changes") from wrong
    if json.dumps(content) != text:
        raise UnreadableEntry("changes")
    return content
