"""Rules that the database itself keeps, on SQLite and PostgreSQL alike: a row that breaks one is
refused.
"""

from typing import Any

from django.db.migrations.operations.base import Operation, OperationCategory

NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
}


class RefuseRows(Operation):
    """Refuse `events` ("INSERT", "UPDATE", "DELETE") on rows of `table` for which `condition`
    holds, with `message`.

    `condition` is SQL that both databases read; it names the rows NEW and OLD. What is refused
    raises IntegrityError. SQLite forgets its triggers whenever a later migration remakes the table:
    that migration repeats this operation.
    """

    category = OperationCategory.ADDITION
    reversible = True

    def __init__(
        self, name: str, *, table: str, events: list[str], message: str, condition: str = "1 = 1"
    ) -> None:
        self.name = name
        self.table = table
        self.events = events
        self.message = message
        self.condition = condition

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models do not know of it."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        if schema_editor.connection.vendor == "sqlite":
            write = self._for_sqlite
        else:
            write = self._for_postgresql
        for statement in write():
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for event in self.events:
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {self._named(event)}", params=None)
        else:
            schema_editor.execute(
                f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}", params=None
            )

    def describe(self) -> str:
        return f"Refuse {', '.join(self.events)} on {self.table}: {self.name}"

    def _named(self, event: str) -> str:
        return f"{self.name}_{event.lower()}"

    def _for_sqlite(self) -> list[str]:
        texts = []
        for event in self.events:
            texts.append(
                f"CREATE TRIGGER {self._named(event)} BEFORE {event} ON {self.table} FOR "
                f"EACH ROW WHEN {self.condition} "
                f"BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
            )
        return texts

    def _for_postgresql(self) -> list[str]:
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger AS $$ BEGIN IF "
            f"{self.condition} THEN "
            f"RAISE EXCEPTION '{self.message}' USING ERRCODE = 'check_violation'; END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$ LANGUAGE plpgsql",
            f"CREATE TRIGGER {self.name} BEFORE {' OR '.join(self.events)} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}()",
        ]


class RefuseTruncate(Operation):
    """Refuse TRUNCATE of `table`, which fires no row trigger; PostgreSQL alone has the
    statement.
    """

    category = OperationCategory.ADDITION
    reversible = True

    def __init__(self, name: str, *, table: str, message: str) -> None:
        self.name = name
        self.table = table
        self.message = message

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models do not know of it."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger AS $$ BEGIN "
                "RAISE EXCEPTION "
                f"'{self.message}' USING ERRCODE = 'check_violation'; END $$ LANGUAGE plpgsql",
                params=None,
            )
            schema_editor.execute(
                f"CREATE TRIGGER {self.name} BEFORE TRUNCATE ON {self.table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {self.name}()",
                params=None,
            )

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}", params=None
            )

    def describe(self) -> str:
        return f"Refuse TRUNCATE on {self.table}: {self.name}"


def standing_triggers(connection: Any) -> set[str]:
    """The names of the triggers that stand now and are not switched off; on SQLite each ends in its
    event.
    """
    with connection.cursor() as cursor:
        cursor.execute(NAMES[connection.vendor])
        return {name for (name,) in cursor.fetchall()}
