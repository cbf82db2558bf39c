"""An assessor's sheets: the list, one to fill in, one to read."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongjian.accounts.models import User
from gongjian.audit.history import history_of
from gongjian.lib.acting import answer_status
from gongjian.lib.checklists import WrongMarks, item_scores
from gongjian.lib.editing import Editing
from gongjian.workflow import WrongState, require
from inspections.services.examples import looks_of
from scoring.forms.sheets.filling import SheetForm
from scoring.models import Sheet, SheetInquiry
from scoring.models.rounds import LONGEST_REASON, RoundStatus, SheetStatus
from scoring.permissions import may_fill_sheet, may_fill_sheets, may_name_assessors
from scoring.rules.sheets.lists import mark_note
from scoring.services.sheets.filling import lock_sheet, save_sheet
from scoring.services.sheets.inquiries import answer_inquiry
from scoring.services.sheets.lettering import assessor_names
from scoring.services.sheets.lists import checklist_of, own_list_of, unusual_by
from scoring.views.rounds.pages import round_crumbs, rounds_crumb

SHEETS_SHOWN = 200
# Pages that a phone fetches to be filled in without signal: more than anybody visits in a day.
SHEETS_FETCHED = 40


@require_safe
def sheet_list(request: HttpRequest) -> HttpResponse:
    """An assessor's own sheets: what is still to do first, then what is locked."""
    require(may_fill_sheets(request.user), "只有考评员有打分表")
    sheets = Sheet.objects.filter(assessor=request.user).defer("round__frozen")
    sheets = sheets.select_related("community__subdistrict", "round", "inquiry")
    to_do, locked, unanswered = [], [], []
    for sheet in sheets.order_by("-round__quarter", "community__code", "pk")[:SHEETS_SHOWN]:
        if sheet.status == SheetStatus.OPEN:
            to_do.append(sheet)
        else:
            locked.append(sheet)
        if hasattr(sheet, "inquiry") and not sheet.inquiry.answered_at:
            unanswered.append(sheet)
    context = {
        "title": "我的打分表",
        "section": "scoring",
        "crumbs": [rounds_crumb()],
        "today": timezone.localdate(),
        "to_do": to_do,
        "asked": unanswered,
        "buttons": [("用 Excel 打分", reverse("scoring:sheet_book"), False)],
        "locked": locked,
    }
    return render(request, "scoring/sheets/sheets.html", context)


def sheet_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet: its assessor fills it in, saves and locks it; locked, it is for reading."""
    sheets = Sheet.objects.visible_to(request.user).defer("round__frozen")
    sheets = sheets.select_related("round__checklist", "round__rubric", "community", "assessor")
    sheet = get_object_or_404(sheets, pk=pk)
    if request.method == "POST":
        if request.POST.get("act") == "answer":
            return answer_office(request, sheet)
        return save_or_lock(request, sheet)
    if may_fill_sheet(request.user, sheet) and is_fillable(sheet):
        return fill_page(request, sheet, form_of(sheet), editing_of(request, sheet))
    return read_page(request, sheet)


def is_fillable(sheet: Sheet) -> bool:
    """Whether marks are still taken."""
    is_open = sheet.status == SheetStatus.OPEN and sheet.round.status == RoundStatus.ASSESSING
    return is_open and sheet.community.is_active


def form_of(sheet: Sheet, data: Any = None) -> SheetForm:
    """Return the sheet's form, with what is good and bad beside its items."""
    own_list, checklist = own_list_of(sheet.round), checklist_of(sheet.round)
    looks = {} if own_list else looks_of(sheet.round.checklist, checklist)
    return SheetForm(
        sheet,
        checklist,
        data,
        today=timezone.localdate(),
        unusual=unusual_by(sheet.round),
        own_list=own_list,
        looks=looks,
    )


def save_or_lock(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Save or lock what was sent; what is refused is shown beside its item, nothing is lost."""
    require(may_fill_sheet(request.user, sheet), "只能填写分给自己的打分表")
    form, editing = form_of(sheet, request.POST), editing_of(request, sheet)
    is_locking = request.POST.get("act") == "lock"
    service = lock_sheet if is_locking else save_sheet
    refused = ""
    if form.is_valid():
        act = partial(service, **form.answers, by=request.user, at=timezone.now())
        try:
            if editing.unless_changed(act, *form.forms):
                messages.success(request, saved_message(sheet, is_locked=is_locking))
                return redirect("scoring:sheets")
        except WrongMarks as wrong:
            form.show(wrong.errors)
        except ValidationError as wrong:
            form.visit.add_error(None, wrong)
        except WrongState as closed:
            refused = str(closed)
    return fill_page(request, sheet, form, editing, refused=refused)


def saved_message(sheet: Sheet, *, is_locked: bool) -> str:
    """Return what the assessor reads after he has sent a sheet."""
    act = "锁定" if is_locked else "存为草稿"
    return f"{sheet.community}的打分表已{act}"


def answer_office(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Record what the assessor says when the office asks about a locked sheet."""
    answer = request.POST.get("answer", "")[:LONGEST_REASON]
    try:
        answer_inquiry(sheet, answer=answer, by=request.user, at=timezone.now())
    except ValidationError as wrong:
        return read_page(request, sheet, wrong="；".join(wrong.messages), status=400)
    messages.success(request, "打分依据已报共建办")
    return redirect(sheet)


def editing_of(request: HttpRequest, sheet: Sheet) -> Editing:
    """Return the editing of a sheet, which tells when another device saved meanwhile."""
    return Editing(
        request,
        sheet,
        values_in_form,
        history=history_of,
        still_open=lambda row: row.status == SheetStatus.OPEN,
    )


def values_in_form(sheet: Sheet) -> Mapping[str, Any]:
    """Return what stands in the inputs of a sheet, by their names."""
    return {**form_of(sheet).values, "visited_on": sheet.visited_on}


def fill_page(
    request: HttpRequest, sheet: Sheet, form: SheetForm, editing: Editing, *, refused: str = ""
) -> HttpResponse:
    """Answer with the sheet to fill in."""
    context = {
        "sheet": sheet,
        "title": str(sheet.community),
        "eyebrow": f"{sheet.round.span.title} · {sheet.get_on_pass_display()}考评",
        "back_url": reverse("scoring:sheets"),
        "sheet_form": form,
        "editing": editing,
        "refused": refused,
        "also": addresses_to_fetch(request.user, sheet),
    }
    status = answer_status(*form.forms, editing=editing)
    if refused:
        status = 409
    elif status == 200 and form.wrong:
        status = 400
    return render(request, "scoring/sheets/sheet_form.html", context, status=status)


def addresses_to_fetch(user: User, sheet: Sheet) -> str:
    """Return the addresses that a phone fetches besides this sheet's. One query.

    So the next community can be opened without signal.
    """
    sheets = Sheet.objects.filter(assessor=user, round=sheet.round, status=SheetStatus.OPEN)
    pks = sheets.exclude(pk=sheet.pk).order_by("pk").values_list("pk", flat=True)
    addresses = [reverse("scoring:sheets")]
    addresses += [reverse("scoring:sheet", args=[pk]) for pk in pks[:SHEETS_FETCHED]]
    return " ".join(addresses)


def read_page(
    request: HttpRequest, sheet: Sheet, *, wrong: str = "", status: int = 200
) -> HttpResponse:
    """Answer with the sheet to read. Those scored do not learn who its assessor is."""
    is_own = sheet.assessor_id == request.user.pk
    knows_names = may_name_assessors(request.user)
    history, inquiry = history_of(sheet), None
    if is_own or knows_names:
        inquiry = SheetInquiry.objects.filter(sheet=sheet).first()
    else:
        history = [
            line._replace(by=None) if line.by == sheet.assessor else line for line in history
        ]
    context = {
        "sheet": sheet,
        "title": f"{sheet.community}打分表",
        "section": "scoring",
        "crumbs": round_crumbs(sheet.round),
        "state_of": sheet,
        "assessor": sheet.assessor.name if is_own else letter_of(sheet, by_name=knows_names),
        "items": scored_items(sheet),
        "inquiry": inquiry,
        "is_own": is_own,
        "wrong": wrong,
        "longest": LONGEST_REASON,
        "history": history,
    }
    return render(request, "scoring/sheets/sheet.html", context, status=status)


def letter_of(sheet: Sheet, *, by_name: bool) -> str:
    """Return how the sheet's assessor is called among those of its community; "" while open."""
    sheets = Sheet.objects.filter(round=sheet.round, community=sheet.community).locked()
    names = assessor_names(sheets.select_related("assessor"), by_name=by_name)
    return names.get(sheet.pk, "")


def scored_items(sheet: Sheet) -> list[tuple[Any, str]]:
    """Return the items of a locked sheet, each with its note; [] while it is open."""
    if sheet.status != SheetStatus.LOCKED:
        return []
    own_list = own_list_of(sheet.round)
    items = []
    for score in item_scores(sheet.marks, checklist_of(sheet.round)):
        code = score.item.code
        items.append((score, mark_note(sheet.marks[code], own_list, code)))
    return items
