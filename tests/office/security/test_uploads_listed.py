"""docs/security/rules.md lists every field of a form and every view that takes a file."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.urls import get_resolver

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
ROOMS = ("gongjian", "units", "communities", "inspections", "funds", "scoring")


def uploads_listed() -> str:
    """Return the table of uploads, without the sentences around it."""
    rules = (ROOT / "docs/security/rules.md").read_text()
    section = rules.partition("## Uploads")[2].partition("\n## ")[0]
    return "\n".join(line for line in section.splitlines() if line.startswith("|"))


def forms_below(parent: type) -> Iterator[type]:
    for form in parent.__subclasses__():
        if form.__module__.partition(".")[0] in ROOMS:
            yield form
        yield from forms_below(form)


def file_fields() -> list[str]:
    """Return every file field as Form.field, those of forms that no page has opened yet too."""
    assert get_resolver().url_patterns  # loads every view, and with the views their forms
    names = set()
    for form in forms_below(forms.BaseForm):
        for name, field in getattr(form, "base_fields", {}).items():
            if isinstance(field, forms.FileField):
                names.add(f"{form.__name__}.{name}")
    return sorted(names)


def views_that_read_a_body() -> list[str]:
    """Return the modules that read a request past the forms."""
    paths = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Attribute) or node.attr not in ("body", "stream"):
                    continue
                if isinstance(node.value, ast.Name) and node.value.id == "request":
                    paths.add(path.relative_to(ROOT).as_posix())
    return sorted(paths)


def test_every_field_that_takes_a_file_is_listed():
    fields = file_fields()
    assert len(fields) > 15
    assert [name for name in fields if f"`{name}`" not in uploads_listed()] == []


def test_every_view_that_reads_a_body_is_listed():
    paths = views_that_read_a_body()
    assert paths
    assert [path for path in paths if f"`{path}`" not in uploads_listed()] == []


def test_nothing_is_listed_that_is_not_there():
    listed = set(uploads_listed().split("`")[1::2])
    ours = set(file_fields()) | set(views_that_read_a_body())
    assert listed - ours == set()
