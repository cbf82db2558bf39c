"""纸面填报: the month's workbook to take away, and the filled one to bring back as drafts."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from gongjian.audit.listing import record_export
from gongjian.lib.acting import answer_status, carry_out
from gongjian.lib.listing import XLSX
from gongjian.lib.quarters import month_of
from gongjian.lib.spreadsheets import WrongBook
from gongjian.lib.templatetags.office import month_name
from gongjian.workflow import require
from inspections.forms.self_check_books import MonthForm, SelfCheckBookForm
from inspections.permissions import communities_kept_by
from inspections.services.self_check_books import (
    BookResult,
    take_self_check_book,
    write_self_check_book,
)
from inspections.views.self_checks import CRUMBS


@require_http_methods(["GET", "HEAD", "POST"])
def book(request):
    """GET: the page, or with a month its workbook. POST: the filled workbook becomes drafts.

    All of the workbook, or nothing of it.
    """
    communities = communities_kept_by(request.user)
    require(communities.exists(), "只有牵头单位经办人和社区工作者可以填报自查")
    if request.method == "POST":
        return take(request, SelfCheckBookForm(request.POST, request.FILES))
    if "month" not in request.GET:
        return book_page(request, SelfCheckBookForm())
    month_form = MonthForm(request.GET, on=request.user.as_of)
    workbook = carry_out(month_form, partial(workbook_of, request))
    return workbook or book_page(request, SelfCheckBookForm(), month_form=month_form)


def take(request, form):
    """Save the workbook's answers in drafts; lead to the draft, or to the month's list."""
    if not form.is_valid():
        return book_page(request, form)
    try:
        result = take_self_check_book(form.tables, by=request.user, at=timezone.now())
    except WrongBook as wrong:
        return book_page(request, form, refused=wrong.errors, status=400)
    messages.success(request, words_of(result))
    if len(result.saved) == 1:
        return redirect("inspections:self_check_fill", result.saved[0].pk)
    first = (result.saved + result.unchanged)[0]
    return redirect(f"{reverse('inspections:self_checks')}?month={first.month}")


def words_of(result: BookResult) -> str:
    """Return which drafts were saved and which stay as they are."""
    sentences = []
    if result.saved:
        names = "、".join(map(str, result.saved))
        sentences.append(f"已存 {len(result.saved)} 份草稿：{names}。核对后请逐份提交")
    if result.unchanged:
        names = "、".join(map(str, result.unchanged))
        sentences.append(f"没有变化：{names}")
    return "；".join(sentences) + "。"


def workbook_of(request, *, month: str) -> HttpResponse:
    """Return the workbook of a month, and log that it was taken away.

    Raises ValidationError when every month is handed in.
    """
    active = communities_kept_by(request.user).filter(is_active=True)
    communities = list(active.order_by("code"))
    content = write_self_check_book(communities, month=month)
    details = {"count": len(communities), "filters": {"month": month}}
    by, at = request.user, timezone.now()
    record_export("inspections:self_check_book", "自查表", by=by, at=at, **details)
    response = HttpResponse(content, content_type=XLSX)
    month_in_name = month_name(month, "full").replace(" ", "")
    name = f"{month_in_name}自查表.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["Cache-Control"] = "no-store"
    return response


def book_page(request, form, *, month_form=None, refused=(), status=None):
    """Answer with the page; `refused` are the wrong cells of an uploaded workbook."""
    if month_form is None:
        initial = {"month": month_of(request.user.as_of)}
        month_form = MonthForm(initial=initial, on=request.user.as_of)
    context = {
        "title": "纸面填报",
        "section": "inspections",
        "crumbs": CRUMBS,
        "form": form,
        "months": month_form,
        "refused": refused,
        "back_url": reverse("inspections:self_checks"),
    }
    status = status or answer_status(form, month_form)
    return render(request, "inspections/self_check_book.html", context, status=status)
