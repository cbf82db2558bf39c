"""Database expressions that read alike on SQLite and PostgreSQL, without functions that only Django
knows.
"""

from typing import Any

from django.db import models


class SecondsBetween(models.Func):
    """Whole seconds from the first moment to the second; usable in a constraint."""

    arity = 2
    output_field = models.FloatField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "(strftime('%%s', {1}) - strftime('%%s', {0}))"
        return self._written(compiler, template)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self._written(compiler, "EXTRACT(EPOCH FROM ({1} - {0}))")

    def _written(self, compiler: Any, template: str) -> tuple[str, list[Any]]:
        (first, first_params), (second, more) = (
            compiler.compile(part) for part in self.get_source_expressions()
        )
        return template.format(first, second), [*first_params, *more]
