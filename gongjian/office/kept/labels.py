"""What the fields of a form are called in the office, looked up from the forms of the room that
answers an address.
"""

import re
import sys
from collections.abc import Iterator

from django.forms import BaseForm
from django.urls import Resolver404, resolve

NUMBERED = re.compile(r"^.+-\d+-")


def labels_at(path: str, names: set[str]) -> dict[str, str]:
    """Field name -> label, from the one form of that room which has most of the names that were
    sent.
    """
    try:
        view = resolve(path.partition("?")[0]).func
    except Resolver404:
        return {}
    plain = set()
    for name in names:
        plain.add(NUMBERED.sub("", name))
    forms = _forms_of(getattr(view, "view_class", view))
    fitting = max(
        forms,
        key=lambda form: _fit(form, plain),
        default=None,
    )
    if fitting:
        return {
            name: str(field.label) for name, field in fitting.base_fields.items() if field.label
        }
    return {}


def _fit(form: type[BaseForm], names: set[str]) -> tuple[int, int]:
    """Of two forms that have the same names the shorter one fits better."""
    return len(names & set(form.base_fields)), -len(form.base_fields)


def _forms_of(view) -> Iterator[type[BaseForm]]:
    room = view.__module__.partition(".views")[0]
    for name, module in list(sys.modules.items()):
        if name == f"{room}.forms" or name.startswith(f"{room}.forms."):
            forms = (
                var
                for var in vars(module).values()
                if isinstance(var, type) and issubclass(var, BaseForm)
            )
            yield from (form for form in forms if hasattr(form, "base_fields"))


def label_of(name: str, labels: dict[str, str]) -> str:
    """The label, else the name itself: better a bare name than a wrong word."""
    return labels.get(NUMBERED.sub("", name)) or name
