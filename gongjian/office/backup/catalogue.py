"""What a backup carries: every table of the site but those that are made anew, each before those
that point at it.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import DecimalField, Field, Model

# Filled by `migrate` itself, or never used: what a person may do comes from his appointments.
REMADE = frozenset(
    {"contenttypes.contenttype", "auth.permission", "auth.group", "auth.group_permissions"}
)
# Whoever was signed in signs in again.
PASSING = frozenset({"sessions.session", "usersessions.usersession"})
# `migrate` puts first rows there: they give way to the backup's.
FURNISHED = frozenset({"sites.site", "holidays.arrangement", "holidays.specialday"})
SUMMED = ("_yuan", "_points")
Table = type[Model]


def copied_tables() -> list[Table]:
    """The tables of a backup, in the order in which they are restored."""
    waiting = []
    for model in apps.get_models(include_auto_created=True):
        if _is_copied(model):
            waiting.append(model)
    placed: list[Table] = []
    while waiting:
        copied = set(waiting)
        ready = []
        for model in waiting:
            if not (_points_at(model) & copied - {model}):
                ready.append(model)
        ready = ready or waiting[:1]
        placed += ready
        waiting = [model for model in waiting if model not in ready]
    return placed


def label_of(model: Table) -> str:
    return model._meta.label_lower


def columns_of(model: Table) -> list[Field]:
    """The stored columns; those that the database works out itself are left to it."""
    fields = []
    for field in model._meta.concrete_fields:
        if not field.generated:
            fields.append(field)
    return fields


def summed_columns(model: Table) -> Iterator[tuple[int, str]]:
    """Position and name of the columns of money and points."""
    for position, field in enumerate(columns_of(model)):
        if isinstance(field, DecimalField) and field.name.endswith(SUMMED):
            yield position, field.name


def _is_copied(model: Table) -> bool:
    ours = model._meta.managed and not model._meta.proxy and not model._meta.swapped
    return ours and label_of(model) not in REMADE | PASSING


def _points_at(model: Table) -> set[Table]:
    related_models = set()
    for field in model._meta.concrete_fields:
        if field.is_relation:
            related_models.add(field.related_model)
    return related_models
