"""The figures written down: over the rows of an earlier gathering, which keep their numbers."""

from collections.abc import Sequence
from operator import attrgetter

from django.db import models

from scoring.models import Round, Score, UnitScore
from scoring.services.scores.figures_in_sql.city import CityInSql

ROWS_AT_ONCE = 1000


def store_scores(round: Round, figures: CityInSql | Sequence[Score]) -> None:
    """Write a score for every community in the register; a community that left it loses its row."""
    Score.objects.filter(round=round, community__is_active=False).delete()
    if isinstance(figures, CityInSql):
        figures.store()
    else:
        _replace_rows(Score, round, figures, key=["round", "community"])


def store_unit_scores(round: Round, unit_scores: Sequence[UnitScore]) -> None:
    """Write the units' scores; a standing that is rated no longer loses its row."""
    _replace_rows(UnitScore, round, unit_scores, key=["round", "unit", "standing"])


def _replace_rows(
    model: type[models.Model], round: Round, rows: Sequence[models.Model], *, key: list[str]
) -> None:
    """Write the rows over those with the same `key`, and delete the round's other rows."""
    table = model._base_manager
    fields = []
    for field in model._meta.concrete_fields:
        if not field.primary_key:
            fields.append(field.name)
    update_fields = []
    for name in fields:
        if name not in key:
            update_fields.append(name)
    table.bulk_create(
        rows,
        batch_size=ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=key,
        update_fields=update_fields,
    )
    columns = [field.attname for field in model._meta.concrete_fields if field.name in key]
    key_of = attrgetter(*columns)
    written = {key_of(row) for row in rows}
    stored = table.filter(round=round).values_list("pk", *columns)
    left_over = []
    for pk, *values in stored:
        if tuple(values) not in written:
            left_over.append(pk)
    if left_over:
        table.filter(pk__in=left_over).delete()
