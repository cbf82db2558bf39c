"""The working calendar's pages: a year with its holidays and make-up days, one day, what a
correction would move.
"""

from datetime import date
from tempfile import TemporaryFile

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongjian.audit.history import history_of
from gongjian.holidays import services
from gongjian.holidays.models import Arrangement, SpecialDay
from gongjian.holidays.permissions import may_keep_calendar, may_see_calendar
from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.lib.editing import Editing
from gongjian.lib.listing import XLSX
from gongjian.lib.workdays import PUBLISHED
from gongjian.office.calendars.forms import (
    FIRST_YEAR,
    LAST_YEAR,
    GoToDayForm,
    SourceForm,
    SpecialDayForm,
    YearFileForm,
)
from gongjian.office.calendars.months import months_of
from gongjian.office.calendars.workbooks import read_year, write_year
from gongjian.workflow import require
from inspections.services.limits import moved_limits, recount_limits

MOST_SHOWN = 10
KEPT_BY = "工作日历由共建办维护"


@require_http_methods(["GET", "HEAD", "POST"])
def year(request):
    """GET: one year. POST: enter it whole, say that it is complete, or count open limits anew
    (`act`).
    """
    require(may_see_calendar(request.user), "工作日历供参加共建的人员查看")
    this_year = timezone.localdate().year
    requested = request.GET.get("year") or str(this_year)
    number = _year_of(requested)
    if request.method == "POST":
        require(may_keep_calendar(request.user), KEPT_BY)
    if number is None:
        messages.error(
            request, f"“{requested}”不是年份，请填 {FIRST_YEAR} 到 {LAST_YEAR} 之间的数。"
        )
        return _page(request, this_year, status=400)
    if request.method == "POST":
        return _act(request, number)
    if "on" in request.GET:
        return _go_to_day(request, number)
    if request.GET.get("format") == "xlsx":
        return _workbook(number)
    return _page(request, number)


def _year_of(text: str) -> int | None:
    """The year that the address names; None for something else."""
    if text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    return None


def _go_to_day(request, number: int):
    form = GoToDayForm(request.GET)
    if not form.is_valid():
        return _page(request, number, day_form=form, status=400)
    return redirect("calendars:day", form.cleaned_data["on"].isoformat())


def _page(
    request,
    number: int,
    *,
    day_form=None,
    file_form=None,
    source_form=None,
    refused=(),
    status: int = 200,
):
    arrangements = Arrangement.objects.filter(year=number)
    arrangement = arrangements.first()
    if arrangement:
        days = list(arrangement.days.order_by("day"))
    else:
        days = []
    keeps = may_keep_calendar(request.user)
    moved = moved_limits() if keeps else []
    is_known = bool(arrangement and arrangement.is_announced)
    years = []
    for neighbour in (number - 1, number + 1):
        if FIRST_YEAR <= neighbour <= LAST_YEAR:
            years.append(neighbour)
    months = months_of(number, {row.day: row for row in days})
    is_packaged = keeps and not is_known and PUBLISHED.is_covered(number)
    history = history_of(arrangement) if arrangement else []
    context = {
        "title": f"{number} 年工作日历",
        "section": "inspections",
        "crumbs": [("检查", reverse("inspections:findings"))],
        "arrangement": arrangement,
        "number": number,
        "days": days,
        "months": months,
        "unarranged": [] if is_known else [number],
        "years": years,
        "keeps": keeps,
        "is_packaged": is_packaged,
        "moved": moved[:MOST_SHOWN],
        "moved_count": len(moved),
        "day_form": day_form or GoToDayForm(),
        "file_form": file_form
        or YearFileForm(initial={"source": arrangement.source if arrangement else ""}),
        "source_form": source_form or SourceForm(prefix="declare"),
        "refused": refused,
        "history": history,
    }
    return render(request, "calendars/year.html", context, status=status)


def _act(request, number: int):
    act = {
        "enter": _enter_file,
        "packaged": _enter_packaged,
        "declare": _declare,
        "recount": _recount,
    }.get(request.POST.get("act", ""))
    if act is None:
        messages.error(request, "没有这项操作，请从本页的按钮办理。")
        return _page(request, number, status=400)
    return act(request, number) or redirect(f"{reverse('calendars:year')}?year={number}")


def _enter_file(request, number: int):
    form = YearFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, number, file_form=form, status=400)
    days, errors = read_year(form.tables, number)
    if errors:
        return _page(request, number, file_form=form, refused=errors, status=400)
    source = form.cleaned_data["source"]
    counts = services.enter_year(number, days, source=source, by=request.user, at=timezone.now())
    messages.success(request, _said(number, counts))
    return None


def _enter_packaged(request, number: int):
    counts = services.enter_published_year(number, by=request.user, at=timezone.now())
    messages.success(request, _said(number, counts))


def _said(number: int, counts: dict[str, int]) -> str:
    sentence = (
        f"新增 {counts['new']} 天，更正 {counts['changed']} 天，不变 {counts['unchanged']} 天"
    )
    return f"已录入 {number} 年放假安排：{sentence}。"


def _declare(request, number: int):
    form = SourceForm(request.POST, prefix="declare")
    if not form.is_valid():
        return _page(request, number, source_form=form, status=400)
    services.declare_announced(
        number, source=form.cleaned_data["source"], by=request.user, at=timezone.now()
    )
    messages.success(request, f"已确认 {number} 年放假安排录齐。")
    return None


def _recount(request, number: int):
    count = recount_limits(by=request.user, at=timezone.now())
    messages.success(request, f"已重新计算 {count} 个问题的整改时限，并通知了责任单位。")


def _workbook(number: int) -> FileResponse:
    file = TemporaryFile()  # noqa: SIM115  the answer closes it
    arrangements = Arrangement.objects.filter(year=number)
    write_year(file, arrangements.first())
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=f"{number}年放假安排.xlsx", content_type=XLSX
    )


@require_http_methods(["GET", "HEAD", "POST"])
def day(request, on: str):
    """Enter, correct or take back one day; a day that somebody else has entered meanwhile is
    compared first.
    """
    require(may_keep_calendar(request.user), KEPT_BY)
    on = _day_of(on)
    special_days = SpecialDay.objects.filter(day=on)
    row = special_days.first()
    editing = None
    if row:
        editing = Editing(request, row, _kept, history=history_of)
    if row:
        instance = SpecialDay.objects.get(pk=row.pk)
    else:
        instance = SpecialDay(day=on)
    form = SpecialDayForm(*posted(request), instance=instance)

    def save(row=None, **fields):
        return services.set_day(on, **fields, by=request.user, at=timezone.now())

    year_url = f"{reverse('calendars:year')}?year={on.year}"
    if saved := carry_out(form, save, editing=editing):
        messages.success(request, f"已保存：{saved}。已经算好的时限不会自动变动。")
        return redirect(year_url)
    return form_page(
        request,
        form,
        title=f"{on:%Y-%m-%d}（星期{services.WEEKDAYS[on.weekday()]}）",
        section="inspections",
        crumbs=[("检查", reverse("inspections:findings"))],
        back=(f"{on.year} 年工作日历", year_url),
        template="calendars/day.html",
        editing=editing,
        history=history_of(row) if row else [],
    )


def _day_of(text: str) -> date:
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise Http404(f"“{text}”不是日期") from None
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise Http404(f"工作日历从 {FIRST_YEAR} 年到 {LAST_YEAR} 年")
    return on


def _kept(row: SpecialDay) -> dict[str, str]:
    return {"kind": row.kind, "name": row.name, "source": row.source}
