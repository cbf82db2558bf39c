from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongjian.audit.history import history_of
from gongjian.lib.checklists import WrongMarks, item_scores, load_checklist
from gongjian.lib.editing import Editing
from gongjian.workflow import require
from scoring.forms.sheets import SheetForm
from scoring.models import Sheet
from scoring.models.rounds import RoundStatus, SheetStatus
from scoring.permissions import may_fill_sheet, may_fill_sheets, may_name_assessors
from scoring.services.lettering import assessor_names
from scoring.services.sheets import lock_sheet, save_sheet

SHEETS_SHOWN = 200


@require_safe
def sheet_list(request):
    """An assessor's own sheets: what is still to do first, then what is locked."""
    require(may_fill_sheets(request.user), "只有考评员有打分表")
    own = (
        Sheet.objects.filter(assessor=request.user)
        .select_related("community__subdistrict", "round")
        .defer("round__frozen")
    )
    sheets = list(own.order_by("-round__quarter", "community__code", "pk")[:SHEETS_SHOWN])
    context = {
        "title": "我的打分表",
        "section": "scoring",
        "crumbs": [("考评", reverse("scoring:rounds"))],
        "today": timezone.localdate(),
        "to_do": [sheet for sheet in sheets if sheet.status == SheetStatus.OPEN],
        "locked": [sheet for sheet in sheets if sheet.status == SheetStatus.LOCKED],
    }
    return render(request, "scoring/sheets.html", context)


def sheet_detail(request, pk):
    """One sheet: its assessor fills it in, saves and locks it; locked, it is for reading."""
    sheets = (
        Sheet.objects.visible_to(request.user)
        .select_related("round__checklist", "community", "assessor")
        .defer("round__frozen")
    )
    sheet = get_object_or_404(sheets, pk=pk)
    if request.method == "POST":
        return _keep(request, sheet)
    fillable = sheet.status == SheetStatus.OPEN and sheet.round.status == RoundStatus.ASSESSING
    if fillable and may_fill_sheet(request.user, sheet):
        return _fill_page(request, sheet, _form(sheet), _editing(request, sheet))
    return _read_page(request, sheet)


def _form(sheet, data=None) -> SheetForm:
    rules = load_checklist(sheet.round.checklist.content)
    return SheetForm(sheet, rules, data, today=timezone.localdate())


def _keep(request, sheet):
    """Save or lock what was sent; whatever is refused is shown beside its item, and nothing typed is lost."""
    require(may_fill_sheet(request.user, sheet), "只能填写分给自己的打分表")
    form, editing = _form(sheet, request.POST), _editing(request, sheet)
    locking = request.POST.get("act") == "lock"
    if form.is_valid():
        service = lock_sheet if locking else save_sheet
        given = {"marks": form.marks, "visited_on": form.visit.cleaned_data["visited_on"]}
        given |= {"by": request.user, "at": timezone.now()}
        try:
            if editing.unless_changed(lambda sheet: service(sheet, **given), *form.forms):
                messages.success(request, f"{sheet.community}的打分表已{'锁定' if locking else '存为草稿'}")
                return redirect("scoring:sheets")
        except WrongMarks as wrong:
            form.show(wrong.errors)
        except ValidationError as wrong:
            form.visit.add_error(None, wrong)
    return _fill_page(request, sheet, form, editing)


def _editing(request, sheet) -> Editing:
    return Editing(
        request,
        sheet,
        lambda sheet: {**_form(sheet).kept, "visited_on": sheet.visited_on},
        history=history_of,
        still_open=lambda sheet: sheet.status == SheetStatus.OPEN,
    )


def _fill_page(request, sheet, form, editing):
    context = {
        "sheet": sheet,
        "title": str(sheet.community),
        "eyebrow": f"{sheet.round.span.title} · {sheet.get_on_pass_display()}考评",
        "back_url": reverse("scoring:sheets"),
        "sheet_form": form,
        "editing": editing,
    }
    return render(request, "scoring/sheet_form.html", context, status=editing.status)


def _read_page(request, sheet):
    own = sheet.assessor_id == request.user.pk
    of_community = (
        Sheet.objects.filter(round=sheet.round, community=sheet.community).locked().select_related("assessor")
    )
    names = assessor_names(of_community, by_name=may_name_assessors(request.user))
    items = []
    if sheet.status == SheetStatus.LOCKED:
        scores = item_scores(sheet.marks, load_checklist(sheet.round.checklist.content))
        items = [(one, sheet.marks[one.item.code].get("note", "")) for one in scores]
    context = {
        "sheet": sheet,
        "title": f"{sheet.community}打分表",
        "section": "scoring",
        "crumbs": [("考评", reverse("scoring:rounds")), (sheet.round.span.title, sheet.round.get_absolute_url())],
        "state_of": sheet,
        "assessor": sheet.assessor.name if own else names.get(sheet.pk, ""),
        "items": items,
        "history": history_of(sheet) if own or may_name_assessors(request.user) else _unnamed(sheet),
    }
    return render(request, "scoring/sheet.html", context)


def _unnamed(sheet):
    """The sheet's history for those scored: they do not learn who its assessor is."""
    return [line._replace(by=None) if line.by == sheet.assessor else line for line in history_of(sheet)]
