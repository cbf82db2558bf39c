"""The one way in which a page carries out a form: the act, the answer when it is refused, and the
status.

form = VisitForm(*posted(request), communities=communities)
act = partial(record_visit, by=request.user, at=timezone.now())
if visit := carry_out(form, act):
    return redirect(visit)
return form_page(request, form, title="记录走访", section="communities", back=crumb("visits"))
"""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import is_valid_path
from django.utils.datastructures import MultiValueDict

from gongjian.lib.editing import Editing
from gongjian.lib.uploads import BadUpload

# Marks the error of a form whose moment has passed, see `answer_status`.
WRONG_STATE = "wrong_state"

# The words of a link and its address.
Crumb = tuple[str, str]


class WrongState(Exception):
    """The record is not in a state from which this act starts, or somebody else acted first.

    Answered with 409: on the page of the form where there is one, else on a page of its own.
    """


def posted(request: HttpRequest) -> tuple[QueryDict | None, MultiValueDict[str, Any] | None]:
    """Return data and files for a form: what was posted, or (None, None) for an unbound form."""
    if request.method == "POST":
        return request.POST, request.FILES
    return None, None


def carry_out(
    form: forms.BaseForm,
    act: Callable[..., Any],
    *,
    editing: Editing | None = None,
    parts: Iterable[forms.BaseForm] = (),
) -> Any:
    """Call `act` with the cleaned data of a valid form, by name; return what it returns.

    Return None when the form is not bound, not valid or refused by the act; the reasons then stand
    in the form, those of a file (BadUpload) at its field. An act that returns None counts as done:
    True is returned for it. With `editing` the act gets the locked row first, and is not called
    when somebody else changed the row meanwhile; `parts` are further forms of the page that edit
    the same row.
    """
    if not form.is_valid():
        return None
    try:
        if editing:
            return editing.unless_changed(lambda row: _call(act, form, row), form, *parts)
        return _call(act, form)
    except BadUpload as refusal:
        form.add_error(_upload_field(form), str(refusal))
        return None
    except (ValidationError, WrongState) as refusal:
        show_refusal(form, refusal)
        return None


def _call(act: Callable[..., Any], form: forms.BaseForm, *row: Any) -> Any:
    result = act(*row, **form.cleaned_data)
    return True if result is None else result


def _upload_field(form: forms.BaseForm) -> str | None:
    """Return the field through which files come; None for the whole form where there is none."""
    for name, field in form.fields.items():
        if isinstance(field, forms.FileField):
            return name
    return None


def show_refusal(form: forms.BaseForm, refusal: ValidationError | WrongState) -> None:
    """Add the reasons of a service to its fields, those without a field to the whole form."""
    if isinstance(refusal, WrongState):
        form.add_error(None, ValidationError(str(refusal), code=WRONG_STATE))
    elif hasattr(refusal, "error_dict"):
        for name, errors in refusal.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, refusal)


def answer_status(
    *submitted: "forms.BaseForm | forms.BaseFormSet[Any]", editing: Editing | None = None
) -> int:
    """Return the status of a page with forms: 409, 400 or 200.

    409 when somebody else changed the row or the moment of the act has passed; 400 when a bound
    form has errors.
    """
    if editing and editing.conflict:
        return 409
    status = 200
    for form in submitted:
        if not form.is_bound or form.is_valid():
            continue
        if isinstance(form, forms.BaseForm) and form.has_error(NON_FIELD_ERRORS, WRONG_STATE):
            return 409
        status = 400
    return status


class BadDataIs400:
    """For a class-based view with a form: answer what is not valid with 400, as `form_page`
    does.
    """

    def form_invalid(self, form: forms.BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = 400
        return response


def page_above(path: str) -> str:
    """Return the address of the nearest page above `path`: of an act, its thing or its list."""
    while path.count("/") > 1:
        path = path.rstrip("/").rpartition("/")[0] + "/"
        if is_valid_path(path):
            return path
    return "/"


def form_page(
    request: HttpRequest,
    form: forms.BaseForm,
    *,
    title: str,
    section: str,
    back: Crumb | None = None,
    crumbs: Iterable[Crumb] = (),
    submit_label: str = "保存",
    template: str = "forms/form_page.html",
    editing: Editing | None = None,
    **context: Any,
) -> HttpResponse:
    """Answer with a page of one form, its status by `answer_status`.

    `section` is the entry of the menu, `back` the page to which the form leads back, `crumbs` the
    links above that page. `context` is for the template, such as `eyebrow`.
    """
    context |= {
        "form": form,
        "title": title,
        "section": section,
        "crumbs": [*crumbs, back] if back else list(crumbs),
        "back_url": back[1] if back else "",
        "submit_label": submit_label,
        "editing": editing,
    }
    return render(request, template, context, status=answer_status(form, editing=editing))
