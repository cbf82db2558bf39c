"""考评员: who stands apart and is asked why; how severe they were and how far they agree."""

import io
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from gongjian.audit.services import record
from gongjian.lib.listing import XLSX
from gongjian.lib.points import round_half_up
from gongjian.lib.spreadsheets import write_xlsx
from gongjian.workflow import require
from scoring.permissions import may_compare_assessors, may_read_own_figures, may_run_round
from scoring.services.sheets.agreement import AssessorReport, report_on
from scoring.services.sheets.inquiries import ask_for_reasons
from scoring.views.rounds.pages import visible_round

TITLE = "考评员评分一致性"
HEADERS = (
    "考评员",
    "打分表",
    "平均给分",
    "与同组相差",
    "给分离散度",
    "单项一致率(%)",
    "写明说明的",
    "请其说明的",
)


@require_http_methods(["GET", "HEAD", "POST"])
def round_assessors(request, quarter):
    """GET: the report once the round is gathered, `?format=xlsx` as a workbook. POST: ask those who stand apart why."""
    round = visible_round(request, quarter)
    if request.method == "POST":
        require(may_run_round(request.user, round), "只有共建办可以请考评员说明")
        count = ask_for_reasons(round, by=request.user, at=timezone.now())
        messages.success(request, f"已请考评员说明 {count} 张打分表，说明报来后显示在本页")
        return redirect(round)
    if may_compare_assessors(request.user, round):
        if request.GET.get("format") == "xlsx":
            answer = _workbook
        else:
            answer = _page
        return answer(request, round, report_on(round))
    require(
        may_read_own_figures(request.user, round),
        "汇总得分后共建办可以看；考评员在通报后可以看自己的",
    )
    report = report_on(round)
    lines = report.of(request.user)
    return _page(request, round, replace(report, lines=lines))


def _page(request, round, report: AssessorReport):
    if not report.lines:
        raise Http404("这个季度没有锁定的打分表")
    crumbs = [
        ("考评", reverse("scoring:rounds")),
        (round.span.title, round.get_absolute_url()),
    ]
    context = {
        "title": TITLE,
        "section": "scoring",
        "crumbs": crumbs,
        "headers": HEADERS,
        "rows": [_row(line) for line in report.lines],
        "intraclass": None if report.intraclass is None else round_half_up(report.intraclass),
        "near": report.near,
        "buttons": [("下载 Excel", "?format=xlsx", False)]
        if may_compare_assessors(request.user, round)
        else [],
    }
    return render(request, "scoring/sheets/assessors.html", context)


def _row(line) -> tuple:
    """The cells of a line, in the order of HEADERS; None where he had no co-assessor."""
    figures = line.figures
    severity = figures.severity
    agreement = figures.agreement
    return (
        line.assessor.name,
        figures.sheets,
        round_half_up(figures.mean),
        None if severity is None else round_half_up(severity),
        None if figures.spread is None else round_half_up(figures.spread),
        None if agreement is None else round_half_up(100 * agreement, 1),
        line.reasons,
        line.inquiries,
    )


def _workbook(request, round, report: AssessorReport):
    stream = io.BytesIO()
    rows = []
    for line in report.lines:
        rows.append(_row(line))
    sheets = [(TITLE, HEADERS, rows)]
    write_xlsx(stream, sheets)
    record(
        round,
        "scoring.round.export",
        by=request.user,
        at=timezone.now(),
        what=TITLE,
        count=len(rows),
    )
    answer = HttpResponse(stream.getvalue(), content_type=XLSX)
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"{round}{TITLE}.xlsx")
    answer.headers["Cache-Control"] = "no-store"
    return answer
