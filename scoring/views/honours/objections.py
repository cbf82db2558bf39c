"""What is objected to a list on public notice, and the office's answers.

One part of the year's page and of the quarter's.
"""

from functools import partial

from django.contrib import messages
from django.forms import Form
from django.shortcuts import get_object_or_404
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.lib.acting import carry_out, posted
from gongjian.workflow import require
from scoring.forms.honours.honours import AnswerForm, ObjectionForm
from scoring.models import Objection
from scoring.permissions import may_run_round
from scoring.services.honours.public_notice import (
    NameList,
    answer_objection,
    names_open_to,
    object_to_list,
)

# The act that was refused (an objection's id for its answer) with the form as it was typed.
Refused = tuple[str | int, Form | None]
NOTHING_REFUSED: Refused = ("", None)


def objections_of(name_list: NameList, user: User, refused: Refused = NOTHING_REFUSED) -> dict:
    """Return the objections that the user may see, and the form for a new one. Two queries.

    Each with the form to answer it, where he may.
    """
    objections = name_list.objections.visible_to(user)
    related = objections.select_related("raised_by", "answered_by")
    listed = []
    for objection in related.order_by("pk"):
        listed.append((objection, _answer_form(objection, user, refused)))
    return {"objections": listed, "object_form": _object_form(name_list, user, refused)}


def _answer_form(objection: Objection, user: User, refused: Refused) -> Form | None:
    if objection.answered_at or not may_run_round(user):
        return None
    act, form = refused
    return form if act == objection.pk else AnswerForm(auto_id=f"answer{objection.pk}_%s")


def _object_form(name_list: NameList, user: User, refused: Refused) -> Form | None:
    """Return None after the last day, and for whom there is nothing to object to."""
    if not name_list.is_on_public_notice(user.as_of) or not user.takes_part:
        return None
    names = names_open_to(name_list, user)
    if not names:
        return None
    act, form = refused
    return form if act == "object" else ObjectionForm(names=names, auto_id="object_%s")


def take_objection(request, name_list: NameList) -> Refused | None:
    """提出异议、陈述申辩. Return None when it was taken in."""
    names = names_open_to(name_list, request.user)
    form = ObjectionForm(*posted(request), names=names, auto_id="object_%s")
    act = partial(object_to_list, name_list, by=request.user, at=timezone.now())
    if not carry_out(form, act):
        return "object", form
    messages.success(request, "已收到，由市共建办核实答复")
    return None


def take_answer(request, name_list: NameList) -> Refused | None:
    """答复. Return None when it was taken in."""
    require(may_run_round(request.user), "异议由共建办答复")
    number = _whole_number(request.POST.get("objection", ""))
    objection = get_object_or_404(name_list.objections, pk=number)
    form = AnswerForm(*posted(request), auto_id=f"answer{objection.pk}_%s")
    act = partial(answer_objection, objection, by=request.user, at=timezone.now())
    if not carry_out(form, act):
        return objection.pk, form
    messages.success(request, "已答复")
    return None


def _whole_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
