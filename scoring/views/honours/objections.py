"""What is said against a laid-open list, and the office's answers: one part of the year's page and the quarter's."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.shortcuts import get_object_or_404
from django.utils import timezone

from gongjian.lib.acting import show_refusal
from gongjian.workflow import require
from scoring.forms.honours.honours import AnswerForm, ObjectionForm
from scoring.permissions import may_run_round
from scoring.services.honours.public_notice import answer_objection, names_open_to, object_to_list

Bound = tuple[str | int, Form | None]
"""The act that was refused (an objection's id for its answer) with the form as it was typed."""
NOTHING: Bound = ("", None)


def objections_of(held, user, bound: Bound = NOTHING) -> dict:
    """The objections that the reader may see, each with its answer form, and the form for a new one. Two queries."""
    rows = (
        held.objections.visible_to(user).select_related("raised_by", "answered_by").order_by("pk")
    )
    listed = [(row, _answer_form(row, user, bound)) for row in rows]
    return {"objections": listed, "object_form": _form(held, user, bound)}


def _answer_form(row, user, bound: Bound) -> Form | None:
    if row.answered_at or not may_run_round(user):
        return None
    act, form = bound
    return form if act == row.pk else AnswerForm(auto_id=f"answer{row.pk}_%s")


def _form(held, user, bound: Bound) -> Form | None:
    """None after the last day, and for whom there is nothing to say anything about."""
    if not held.is_on_public_notice(user.as_of) or not user.takes_part:
        return None
    act, form = bound
    names = names_open_to(held, user)
    return (
        (form if act == "object" else ObjectionForm(names=names, auto_id="object_%s"))
        if names
        else None
    )


def take_objection(request, held) -> Bound | None:
    """提出异议、陈述申辩. None when it was taken in."""
    form = ObjectionForm(request.POST, names=names_open_to(held, request.user), auto_id="object_%s")
    if not form.is_valid():
        return "object", form
    try:
        object_to_list(held, **form.said, by=request.user, at=timezone.now())
    except ValidationError as wrong:
        show_refusal(form, wrong)
        return "object", form
    messages.success(request, "已收到，由市共建办核实答复")
    return None


def take_answer(request, held) -> Bound | None:
    """答复. None when it was taken in."""
    require(may_run_round(request.user), "异议由共建办答复")
    objection = get_object_or_404(held.objections, pk=_number(request.POST.get("objection")))
    form = AnswerForm(request.POST, auto_id=f"answer{objection.pk}_%s")
    if not form.is_valid():
        return objection.pk, form
    answer_objection(objection, **form.cleaned_data, by=request.user, at=timezone.now())
    messages.success(request, "已答复")
    return None


def _number(text) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0
