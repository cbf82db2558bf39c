"""What was typed into a form, in the words of its page: the labels of the fields, names instead of
keys.
"""

import re
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm, BooleanField, ChoiceField, Field, ModelChoiceField
from django.urls import Resolver404, resolve

NUMBERED = re.compile(r"^.+-\d+-")
# The prefix of a field in one of several equal forms: "lines-0-title".


def in_words(
    path: str, values: Iterable[tuple[str, str]], user: Any, *, keep_unknown: bool = False
) -> list[tuple[str, str]]:
    """Return (label, words) of what was sent to the form at `path`, without what is empty.

    A choice whose name `user` may not see is left out. What no form of that page knows is left out,
    or keeps its name and value when `keep_unknown`.
    """
    filled_in = [(NUMBERED.sub("", name), value) for name, value in values if value.strip()]
    fields = fields_at(path, {name for name, _ in filled_in})
    rows = []
    for name, value in filled_in:
        field = fields.get(name)
        if field is None:
            if keep_unknown:
                rows.append((name, value))
        elif words := words_of(field, value, user):
            rows.append((str(field.label or name), words))
    return rows


def fields_at(path: str, names: set[str]) -> Mapping[str, Field]:
    """Return the fields of the form that has most of `names`, among those the page at `path` uses.

    Of two forms with the same names the shorter one fits better. Empty when no form has any.
    """
    try:
        view = resolve(path.partition("?")[0]).func
    except Resolver404:
        return {}
    best_fit, fields = (0, 0), {}
    for candidate in vars(import_module(view.__module__)).values():
        if isinstance(candidate, type) and issubclass(candidate, BaseForm):
            candidate_fields = getattr(candidate, "base_fields", {})
            fit = len(names & set(candidate_fields)), -len(candidate_fields)
            if fit[0] and fit > best_fit:
                best_fit, fields = fit, candidate_fields
    return fields


def words_of(field: Field, value: str, user: Any) -> str:
    """Return one value as people read it; "" for a choice that cannot be named."""
    if isinstance(field, ModelChoiceField):
        return _name_of_row(field, value, user)
    if isinstance(field, ChoiceField):
        labels = {str(choice): str(label) for choice, label in field.choices}
        return labels.get(value, "")
    if isinstance(field, BooleanField):
        return "是"
    return value


def _name_of_row(field: ModelChoiceField, value: str, user: Any) -> str:
    rows: Any = field.queryset.model._default_manager
    if not user.is_authenticated or not hasattr(rows, "visible_to"):
        return ""
    try:
        row = rows.visible_to(user).filter(**{field.to_field_name or "pk": value}).first()
    except (ValueError, ValidationError):
        return ""
    return field.label_from_instance(row) if row else ""
