"""Bad data is answered with 400 on the page of its form, and nothing that was typed is lost."""

import pytest
from django import forms
from django.db import transaction

from tests.doors import PAGES, address_of, client_for, is_api
from tests.editing import fields_of

DOORS = [page for page in PAGES if page.get and page.post and not page.put and not is_api(page)]


def too_long_for(form) -> tuple[str, str] | None:
    """Return the first field of words and words too long for it."""
    for bound_field in form:
        limit = getattr(bound_field.field, "max_length", None)
        if limit and isinstance(bound_field.field, forms.CharField) and not bound_field.is_hidden:
            return bound_field.html_name, "长" * (limit + 1)
    return None


def missing_from(form) -> tuple[str, str] | None:
    """Return the first field that has to be filled, and nothing."""
    for bound_field in form:
        if bound_field.field.required and not bound_field.is_hidden:
            return bound_field.html_name, ""
    return None


def answer_to(bad_choice, page, cast, record_property):
    """Return (answer, what was typed) to the form of `page` with one bad field, if it has any.

    Nothing stays done, should the page have taken it after all.
    """
    people = sorted(page.get.ok & page.post.ok)
    if not people:
        return None, ""
    client = client_for(people[0], cast, False)
    url = address_of(page, cast)
    with transaction.atomic():
        opened = client.get(url)
        form = (opened.context or {}).get("form")
        bad_field = bad_choice(form) if isinstance(form, forms.BaseForm) else None
        if bad_field is None:
            return None, ""
        name, typed = bad_field
        answer = client.post(url, {**fields_of(opened), **page.data(cast), name: typed})
        transaction.set_rollback(True)
    record_property("forms filled in badly", 1)
    return answer, typed


@pytest.mark.parametrize("page", DOORS, ids=str)
def test_too_many_words_are_refused_and_kept(page, cast, today, record_property):
    answer, typed = answer_to(too_long_for, page, cast, record_property)
    if answer is not None:
        assert answer.status_code == 400
        assert typed in answer.content.decode()


@pytest.mark.parametrize("page", DOORS, ids=str)
def test_a_field_that_is_missing_is_asked_for(page, cast, today, record_property):
    answer, _ = answer_to(missing_from, page, cast, record_property)
    if answer is not None:
        assert answer.status_code == 400
