from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongjian.audit.history import history_of
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

SHEETS_SHOWN = 200
SHEETS_KEPT = 40
"""Pages that a phone fetches to be filled in without signal: more than anybody visits in a day."""


@require_safe
def sheet_list(request):
    """An assessor's own sheets: what is still to do first, then what is locked."""
    require(may_fill_sheets(request.user), "只有考评员有打分表")
    own = Sheet.objects.filter(assessor=request.user)
    own = own.select_related("community__subdistrict", "round", "inquiry").defer("round__frozen")
    sheets = list(own.order_by("-round__quarter", "community__code", "pk")[:SHEETS_SHOWN])
    to_do = []
    for sheet in sheets:
        if sheet.status == SheetStatus.OPEN:
            to_do.append(sheet)
    locked = [sheet for sheet in sheets if sheet.status == SheetStatus.LOCKED]
    buttons = [("用 Excel 打分", reverse("scoring:sheet_book"), False)]
    context = {
        "title": "我的打分表",
        "section": "scoring",
        "crumbs": [("考评", reverse("scoring:rounds"))],
        "today": timezone.localdate(),
        "to_do": to_do,
        "asked": [
            sheet for sheet in sheets if hasattr(sheet, "inquiry") and not sheet.inquiry.answered_at
        ],
        "buttons": buttons,
        "locked": locked,
    }
    return render(request, "scoring/sheets/sheets.html", context)


def sheet_detail(request, pk):
    """One sheet: its assessor fills it in, saves and locks it; locked, it is for reading."""
    sheets = Sheet.objects.visible_to(request.user)
    sheets = sheets.select_related(
        "round__checklist", "round__rubric", "community", "assessor"
    ).defer("round__frozen")
    sheet = get_object_or_404(sheets, pk=pk)
    if request.method == "POST":
        if request.POST.get("act") == "answer":
            return _answer(request, sheet)
        return _keep(request, sheet)
    if may_fill_sheet(request.user, sheet) and _is_fillable(sheet):
        return _fill_page(request, sheet, form_of(sheet), _editing(request, sheet))
    return _read_page(request, sheet)


def _is_fillable(sheet) -> bool:
    open_now = sheet.status == SheetStatus.OPEN and sheet.round.status == RoundStatus.ASSESSING
    return open_now and sheet.community.is_active


def form_of(sheet, data=None) -> SheetForm:
    """The sheet's form, with what is good and bad beside its items."""
    own = own_list_of(sheet.round)
    rules = checklist_of(sheet.round)
    if own:
        looks = {}
    else:
        looks = looks_of(sheet.round.checklist, rules)
    said = {"today": timezone.localdate(), "unusual": unusual_by(sheet.round)}
    return SheetForm(sheet, rules, data, own=own, looks=looks, **said)


def _keep(request, sheet):
    """Save or lock what was sent; whatever is refused is shown beside its item, and nothing typed is lost."""
    require(may_fill_sheet(request.user, sheet), "只能填写分给自己的打分表")
    form = form_of(sheet, request.POST)
    editing = _editing(request, sheet)
    refused = ""
    locking = request.POST.get("act") == "lock"
    if form.is_valid():
        service = lock_sheet if locking else save_sheet
        given = {**form.given, "by": request.user, "at": timezone.now()}
        try:
            if editing.unless_changed(lambda sheet: service(sheet, **given), *form.forms):
                messages.success(request, said_of(sheet, locked=locking))
                return redirect("scoring:sheets")
        except WrongMarks as wrong:
            form.show(wrong.errors)
        except ValidationError as wrong:
            form.visit.add_error(None, wrong)
        except WrongState as closed:
            refused = str(closed)
    return _fill_page(request, sheet, form, editing, refused=refused)


def said_of(sheet, *, locked: bool) -> str:
    return f"{sheet.community}的打分表已{'锁定' if locked else '存为草稿'}"


def _answer(request, sheet):
    """What the assessor says when the office asks about a locked sheet."""
    said = request.POST.get("answer", "")[:LONGEST_REASON]
    try:
        answer_inquiry(sheet, answer=said, by=request.user, at=timezone.now())
    except ValidationError as wrong:
        return _read_page(request, sheet, wrong="；".join(wrong.messages), status=400)
    messages.success(request, "打分依据已报共建办")
    return redirect(sheet)


def _editing(request, sheet) -> Editing:
    return Editing(
        request,
        sheet,
        lambda sheet: {**form_of(sheet).kept, "visited_on": sheet.visited_on},
        history=history_of,
        still_open=lambda sheet: sheet.status == SheetStatus.OPEN,
    )


def _fill_page(request, sheet, form, editing, *, refused=""):
    eyebrow = f"{sheet.round.span.title} · {sheet.get_on_pass_display()}考评"
    also = _also(request.user, sheet)
    context = {
        "sheet": sheet,
        "title": str(sheet.community),
        "eyebrow": eyebrow,
        "back_url": reverse("scoring:sheets"),
        "sheet_form": form,
        "editing": editing,
        "refused": refused,
        "also": also,
    }
    return render(
        request,
        "scoring/sheets/sheet_form.html",
        context,
        status=409 if refused else editing.status,
    )


def _also(user, sheet) -> str:
    """The addresses that a phone keeps besides, so that the next community can be opened without signal. One query."""
    sheets = Sheet.objects.filter(assessor=user, round=sheet.round, status=SheetStatus.OPEN)
    others = sheets.exclude(pk=sheet.pk)
    pks = others.order_by("pk").values_list("pk", flat=True)[:SHEETS_KEPT]
    return " ".join(
        [reverse("scoring:sheets"), *(reverse("scoring:sheet", args=[pk]) for pk in pks)]
    )


def _read_page(request, sheet, *, wrong="", status=200):
    own = sheet.assessor_id == request.user.pk
    sheets = Sheet.objects.filter(round=sheet.round, community=sheet.community)
    of_community = sheets.locked().select_related("assessor")
    names = assessor_names(of_community, by_name=may_name_assessors(request.user))
    items = []
    if sheet.status == SheetStatus.LOCKED:
        scores = item_scores(sheet.marks, checklist_of(sheet.round))
        own = own_list_of(sheet.round)
        items = []
        for one in scores:
            mark = sheet.marks[one.item.code]
            items.append((one, mark_note(mark, own, one.item.code)))
    crumbs = [
        ("考评", reverse("scoring:rounds")),
        (sheet.round.span.title, sheet.round.get_absolute_url()),
    ]
    if own or may_name_assessors(request.user):
        history = history_of(sheet)
    else:
        history = _unnamed(sheet)
    if own:
        assessor = sheet.assessor.name
    else:
        assessor = names.get(sheet.pk, "")
    inquiry = _inquiry(request.user, sheet)
    context = {
        "sheet": sheet,
        "title": f"{sheet.community}打分表",
        "section": "scoring",
        "crumbs": crumbs,
        "state_of": sheet,
        "assessor": assessor,
        "items": items,
        "inquiry": inquiry,
        "is_own": own,
        "wrong": wrong,
        "longest": LONGEST_REASON,
        "history": history,
    }
    return render(request, "scoring/sheets/sheet.html", context, status=status)


def _inquiry(user, sheet):
    """What the office asked, for the assessor himself and those who know his name."""
    may_read = sheet.assessor_id == user.pk or may_name_assessors(user)
    if may_read:
        return SheetInquiry.objects.filter(sheet=sheet).first()
    return None


def _unnamed(sheet):
    """The sheet's history for those scored: they do not learn who its assessor is."""
    unnamed = []
    for line in history_of(sheet):
        unnamed.append(line._replace(by=None) if line.by == sheet.assessor else line)
    return unnamed
