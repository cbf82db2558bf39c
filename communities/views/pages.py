"""What the pages of this app share: the row of its lists, the form page, and how an act answers a form."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.urls import reverse

from gongjian.audit.listing import ListPage
from gongjian.lib.editing import Editing
from gongjian.lib.quarters import Quarter

LISTS = (
    ("list", "社区名册"),
    ("plans", "工作计划"),
    ("assignments", "季度任务"),
    ("meetings", "例会"),
    ("labour_days", "劳动日"),
    ("visits", "走访"),
    ("topics", "发展论坛"),
)


def crumb(name: str) -> tuple[str, str]:
    """The way back to one of the lists."""
    return dict(LISTS)[name], reverse(f"communities:{name}")


class CommunityWorkList(ListPage):
    """A list of this app, with the row of its sister lists above."""

    section = "communities"
    template_name = "communities/list.html"
    list_name = ""

    def extra_context(self):
        lists = [
            (label, reverse(f"communities:{name}"), name == self.list_name) for name, label in LISTS
        ]
        return {"lists": lists}


def accepted(form, act: Callable[..., Any], editing: Editing | None = None) -> Any:
    """Do `act` with what a valid form says. Returns its result; None when refused, with the reason in the form.

    With `editing` the act is done to the row as it stands, and not at all when somebody else changed it meanwhile.
    """
    if not form.is_valid():
        return None
    if editing:
        return editing.unless_changed(lambda row: accepted(form, partial(act, row)), form)
    try:
        return act(**form.cleaned_data)
    except ValidationError as wrong:
        for field, sentences in wrong.message_dict.items():
            for sentence in sentences:
                form.add_error(field if field in form.fields else None, sentence)
        return None


def form_page(
    request,
    form,
    *,
    title: str,
    back: tuple[str, str],
    template="forms/form_page.html",
    editing=None,
    **context,
):
    """A page with one form; `back` is the label and address of where it came from."""
    around = {
        "title": title,
        "section": "communities",
        "crumbs": [back],
        "back_url": back[1],
        "form": form,
    }
    status = editing.status if editing else 200
    return render(request, template, {**around, "editing": editing, **context}, status=status)


def quarters_around(day: date) -> list[Quarter]:
    """This quarter, the next and the last, in the order in which they are chosen."""
    now = Quarter.of(day)
    return [now, now.next(), now.previous()]
