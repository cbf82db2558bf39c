"""考评打分表 in Excel: an assessor's open sheets to take away; filled, they are previewed, then saved or locked."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from gongjian.audit.listing import record_export
from gongjian.lib.listing import XLSX
from gongjian.lib.spreadsheets import WrongBook
from gongjian.workflow import WrongState, require
from scoring.forms.sheets.books import PreviewedForm, SheetBookForm
from scoring.permissions import may_fill_sheets
from scoring.services.sheets.books import (
    keep_sheet_book,
    open_sheets_of,
    read_sheet_book,
    write_sheet_book,
)

TITLE = "考评打分表"


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_book(request):
    """GET: the page, or with `?format=xlsx` the workbook. POST: a file to preview, or what was previewed to keep."""
    require(may_fill_sheets(request.user), "只有考评员有打分表")
    if request.method == "POST":
        if "previewed" in request.POST:
            return _keep(request)
        return _preview(request)
    if request.GET.get("format") != "xlsx":
        return _page(request)
    try:
        content, count = write_sheet_book(request.user)
    except ValidationError as nothing_left:
        sentence = "；".join(nothing_left.messages)
        messages.warning(request, sentence)
        return redirect("scoring:sheet_book")
    record_export(
        "scoring:sheet_book", TITLE, by=request.user, at=timezone.now(), count=count, filters={}
    )
    answer = HttpResponse(content, content_type=XLSX)
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"{TITLE}.xlsx")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _preview(request):
    form = SheetBookForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form=form, status=400)
    try:
        filled = read_sheet_book(form.tables, by=request.user, at=timezone.now())
    except WrongBook as wrong:
        return _page(request, form=form, refused=wrong.errors, status=400)
    previewed = PreviewedForm(user=request.user)
    previewed.seal(filled)
    complete = sum(not one.lacking for one in filled)
    return _page(request, form=form, filled=filled, complete=complete, previewed=previewed)


def _keep(request):
    form = PreviewedForm(request.POST, user=request.user)
    locking = request.POST.get("act") == "lock"
    if form.is_valid():
        given = {"locking": locking, "by": request.user, "at": timezone.now()}
        try:
            drafts, locked = keep_sheet_book(form.cleaned_data["previewed"], **given)
        except (ValidationError, WrongState) as refused:
            form.add_error(None, refused if isinstance(refused, ValidationError) else str(refused))
        else:
            messages.success(request, _said(drafts, locked))
            return redirect("scoring:sheets")
    status = 409 if "previewed" in form.cleaned_data else 400
    return _page(request, wrong=form, status=status)


def _said(drafts, locked) -> str:
    parts = [("已锁定", locked), ("已存草稿", drafts)]
    return "；".join(
        f"{word} {len(rows)} 张：{'、'.join(str(one.community) for one in rows)}"
        for word, rows in parts
        if rows
    )


def _page(request, *, status=200, **more):
    crumbs = [("考评", reverse("scoring:rounds")), ("我的打分表", reverse("scoring:sheets"))]
    count = open_sheets_of(request.user).count()
    context = {
        "title": "用 Excel 打分",
        "section": "scoring",
        "crumbs": crumbs,
        "form": SheetBookForm(),
        "count": count,
        **more,
    }
    return render(request, "scoring/sheets/sheet_book.html", context, status=status)
