"""纸面填报: the month's sheets to take away, and the filled ones to bring back as drafts."""

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
from gongjian.lib.quarters import month_of
from gongjian.lib.spreadsheets import WrongBook
from gongjian.lib.templatetags.office import month_name
from gongjian.workflow import require
from inspections.forms.self_check_books import BookForm, MonthForm
from inspections.permissions import communities_kept_by
from inspections.services.self_check_books import (
    BookResult,
    take_self_check_book,
    write_self_check_book,
)
from inspections.views.self_checks import CRUMBS


@require_http_methods(["GET", "HEAD", "POST"])
def book(request):
    """GET: the page, or with a month its workbook. POST: the filled workbook becomes drafts, whole or not at all."""
    require(
        communities_kept_by(request.user).exists(), "只有牵头单位经办人和社区工作者可以填报自查"
    )
    if request.method == "POST":
        return _take(request, BookForm(request.POST, request.FILES))
    if "month" not in request.GET:
        return _page(request, BookForm())
    months = MonthForm(request.GET, on=request.user.as_of)
    if not months.is_valid():
        return _page(request, BookForm(), months=months, status=400)
    try:
        return _workbook(request, months.cleaned_data["month"])
    except ValidationError as nothing_left:
        months.add_error("month", nothing_left)
        return _page(request, BookForm(), months=months, status=400)


def _take(request, form):
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        taken = take_self_check_book(form.tables, by=request.user, at=timezone.now())
    except WrongBook as wrong:
        return _page(request, form, refused=wrong.errors, status=400)
    messages.success(request, _said(taken))
    only = taken.saved[0] if len(taken.saved) == 1 else None
    if only:
        return redirect("inspections:self_check_fill", only.pk)
    return redirect(
        f"{reverse('inspections:self_checks')}?month={(taken.saved + taken.unchanged)[0].month}"
    )


def _said(taken: BookResult) -> str:
    said = []
    if taken.saved:
        said.append(
            f"已存 {len(taken.saved)} 份草稿：{'、'.join(map(str, taken.saved))}。核对后请逐份提交"
        )
    if taken.unchanged:
        said.append(f"没有变化：{'、'.join(map(str, taken.unchanged))}")
    return "；".join(said) + "。"


def _workbook(request, month: str):
    own = list(communities_kept_by(request.user).filter(is_active=True).order_by("code"))
    content = write_self_check_book(own, month=month)
    record_export(
        "inspections:self_check_book",
        "自查表",
        by=request.user,
        at=timezone.now(),
        count=len(own),
        filters={"month": month},
    )
    answer = HttpResponse(content, content_type=XLSX)
    name = f"{month_name(month, 'full').replace(' ', '')}自查表.xlsx"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(request, form, *, months=None, refused=(), status=200):
    context = {
        "title": "纸面填报",
        "section": "inspections",
        "crumbs": CRUMBS,
        "form": form,
        "months": months
        or MonthForm(initial={"month": month_of(request.user.as_of)}, on=request.user.as_of),
        "refused": refused,
        "back_url": reverse("inspections:self_checks"),
    }
    return render(request, "inspections/self_check_book.html", context, status=status)
