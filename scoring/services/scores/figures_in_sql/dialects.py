"""What SQLite and PostgreSQL call differently."""

from string import Template
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Func, QuerySet

Parameters = dict[str, Any]

WORDS = {
    "sqlite": {
        "least": "MIN",
        "greatest": "MAX",
        "json": "json",
        "json_object": "json_object",
        "json_array": "json_array",
        "object_of": "json_group_object",
        "array_of": "json_group_array",
    },
    "postgresql": {
        "least": "LEAST",
        "greatest": "GREATEST",
        "json": "",
        "json_object": "jsonb_build_object",
        "json_array": "jsonb_build_array",
        "object_of": "jsonb_object_agg",
        "array_of": "jsonb_agg",
    },
}


def words() -> dict[str, str]:
    """Return the database's own words for the placeholders of the statements."""
    return WORDS[connection.vendor]


class Statement(Template):
    """SQL with $placeholders: words of the database, whole numbers, rows compiled by the ORM.

    Never what somebody typed: that is a parameter.
    """


def compiled(name: str, rows: QuerySet[Any, Any]) -> tuple[str, Parameters]:
    """Return the rows as SQL whose parameters begin with `name`: one statement holds several."""
    text, values = rows.query.sql_with_params()
    parameters = {}
    for number, value in enumerate(values):
        parameters[f"{name}_{number}"] = value
    placeholders = tuple(f"%({key})s" for key in parameters)
    return text % placeholders, parameters


class Hundredths(Func):
    """Points as a whole number of hundredths.

    SQLite keeps decimals as floats: each is read back to its two places.
    """

    template = "CAST(%(expressions)s * 100 AS integer)"
    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        context["template"] = "CAST(ROUND(%(expressions)s * 100) AS integer)"
        return self.as_sql(compiler, connection, **context)
