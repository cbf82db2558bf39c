"""A row as one line of JSON, alike from SQLite and PostgreSQL, and back into a row of either."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import ExpressionWrapper, F, Field
from django.utils.duration import duration_string

from gongjian.office.backup.catalogue import Table, columns_of

FETCHED = 2000
# Columns whose values JSON does not know: they travel as text.
READ_BACK = (
    models.DecimalField,
    models.DateField,
    models.TimeField,
    models.UUIDField,
    models.BinaryField,
    models.DurationField,
)


def read_rows(model: Table) -> Iterator[tuple]:
    """Every row in the order of its key, as stored: a column kept encrypted is not opened."""
    columns = []
    for field in columns_of(model):
        columns.append(_as_stored(field))
    rows = model._base_manager.order_by("pk").values_list(*columns)
    return rows.iterator(chunk_size=FETCHED)


def to_line(row: Iterable) -> bytes:
    text = json.dumps(
        list(row), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_as_text
    )
    return text.encode() + b"\n"


def header_of(model: Table) -> bytes:
    """The first line of every part: the names of the columns."""
    return to_line(field.column for field in columns_of(model))


class Inserter:
    """Writes lines of one table back, hundreds in one statement, keys and stored values as they
    were.
    """

    def __init__(self, model: Table) -> None:
        fields = columns_of(model)
        quote = connection.ops.quote_name
        quotes = []
        for field in fields:
            quotes.append(quote(field.column))
        names = ", ".join(quotes)
        self.readers = [_reader(field) for field in fields]
        self.start = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES "  # noqa: S608  our own names
        self.places = f"({', '.join(['%s'] * len(fields))})"
        self.most = max(1, min(500, (connection.features.max_query_params or 32000) // len(fields)))

    def write(self, lines: list[bytes]) -> None:
        for begin in range(0, len(lines), self.most):
            values = []
            for line in lines[begin : begin + self.most]:
                values.append(self._values(line))
            self._insert(values)

    def _values(self, line: bytes) -> list:
        values = []
        for read, value in zip(self.readers, json.loads(line), strict=True):
            values.append(read(value) if read else value)
        return values

    def _insert(self, rows: list[list]) -> None:
        statement = self.start + ", ".join([self.places] * len(rows))
        with connection.cursor() as cursor:
            values = []
            for row in rows:
                for value in row:
                    values.append(value)
            cursor.execute(statement, values)


def _is_opened_by_its_field(field: Field) -> bool:
    """Whether the field shows something else than what is stored, as an encrypted one does."""
    return hasattr(field, "from_db_value") and not type(field).__module__.startswith("django.")


def _as_stored(field: Field) -> Any:
    if not _is_opened_by_its_field(field):
        return field.attname
    if field.get_internal_type() == "BinaryField":
        stored = models.BinaryField()
    else:
        stored = models.TextField()
    return ExpressionWrapper(F(field.attname), output_field=stored)


def _reader(field: Field) -> Callable[[Any], Any] | None:
    """How a value of the column comes back from JSON; None where it goes in as it is."""
    if _is_opened_by_its_field(field):
        binary = models.BinaryField()
        if field.get_internal_type() != "BinaryField":
            return None
        return lambda value: binary.get_db_prep_save(binary.to_python(value), connection)
    if isinstance(field, models.ForeignKey):
        return _reader(field.target_field)
    if isinstance(field, READ_BACK):
        return lambda value: field.get_db_prep_save(field.to_python(value), connection)
    if isinstance(field, models.JSONField):
        return lambda value: field.get_db_prep_save(value, connection)
    return None


def _as_text(value: Any) -> str:
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case bytes() | memoryview() | bytearray():
            return b64encode(bytes(value)).decode()
        case timedelta():
            return duration_string(value)
    raise TypeError(f"{type(value).__name__} has no form in a backup")
