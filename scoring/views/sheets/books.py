"""考评打分表 in Excel: an assessor's open sheets to take away; filled, previewed, then saved."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from gongjian.audit.listing import record_export
from gongjian.lib.acting import carry_out
from gongjian.lib.listing import XLSX
from gongjian.lib.spreadsheets import WrongBook
from gongjian.workflow import require
from scoring.forms.sheets.books import PreviewedForm, SheetBookForm
from scoring.models import Sheet
from scoring.permissions import may_fill_sheets
from scoring.services.sheets.books import (
    keep_sheet_book,
    open_sheets_of,
    read_sheet_book,
    write_sheet_book,
)
from scoring.views.rounds.pages import rounds_crumb

TITLE = "考评打分表"


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_book(request: HttpRequest) -> HttpResponse:
    """The page; `?format=xlsx` the workbook; POST a file to preview, or what was previewed."""
    require(may_fill_sheets(request.user), "只有考评员有打分表")
    if request.method == "POST":
        if "previewed" in request.POST:
            return write_previewed(request)
        return preview(request)
    if request.GET.get("format") == "xlsx":
        return download(request)
    return book_page(request)


def download(request: HttpRequest) -> HttpResponse:
    """Answer with the workbook of the assessor's open sheets."""
    try:
        content, count = write_sheet_book(request.user)
    except ValidationError as nothing_open:
        messages.warning(request, "；".join(nothing_open.messages))
        return redirect("scoring:sheet_book")
    at = timezone.now()
    record_export("scoring:sheet_book", TITLE, by=request.user, at=at, count=count, filters={})
    answer = HttpResponse(content, content_type=XLSX)
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"{TITLE}.xlsx")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def preview(request: HttpRequest) -> HttpResponse:
    """Show what an uploaded workbook would bring; nothing is written."""
    form = SheetBookForm(request.POST, request.FILES)
    if not form.is_valid():
        return book_page(request, form=form, status=400)
    try:
        sheets = read_sheet_book(form.tables, by=request.user, at=timezone.now())
    except WrongBook as wrong:
        return book_page(request, form=form, refused=wrong.errors, status=400)
    previewed = PreviewedForm(user=request.user)
    previewed.seal(sheets)
    complete = [sheet for sheet in sheets if not sheet.lacking]
    return book_page(request, form=form, filled=sheets, complete=len(complete), previewed=previewed)


def write_previewed(request: HttpRequest) -> HttpResponse:
    """Write what was previewed: drafts, or locked where nothing lacks."""
    is_locking = request.POST.get("act") == "lock"
    form = PreviewedForm(request.POST, user=request.user)
    act = partial(keep_sheet_book, locking=is_locking, by=request.user, at=timezone.now())
    if written := carry_out(form, act):
        drafts, locked = written
        messages.success(request, written_message(drafts, locked))
        return redirect("scoring:sheets")
    # What was previewed is whole, so a refusal means that something changed since.
    is_whole = "previewed" in form.cleaned_data
    return book_page(request, wrong=form, status=409 if is_whole else 400)


def written_message(drafts: Sequence[Sheet], locked: Sequence[Sheet]) -> str:
    """Return which sheets were locked and which saved as drafts."""
    parts = []
    for words, sheets in (("已锁定", locked), ("已存草稿", drafts)):
        if sheets:
            names = "、".join(str(sheet.community) for sheet in sheets)
            parts.append(f"{words} {len(sheets)} 张：{names}")
    return "；".join(parts)


def book_page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    """Answer with the page on which a workbook is taken away and brought back."""
    context = {
        "title": "用 Excel 打分",
        "section": "scoring",
        "crumbs": [rounds_crumb(), ("我的打分表", reverse("scoring:sheets"))],
        "form": SheetBookForm(),
        "count": open_sheets_of(request.user).count(),
        **more,
    }
    return render(request, "scoring/sheets/sheet_book.html", context, status=status)
