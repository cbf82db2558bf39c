"""考评员: who stands apart and is asked why; how severe they were and how far they agree."""

import io
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from gongjian.audit.services import record
from gongjian.lib.listing import XLSX
from gongjian.lib.points import round_half_up
from gongjian.lib.spreadsheets import write_xlsx
from gongjian.workflow import require
from scoring.models import Round
from scoring.permissions import may_compare_assessors, may_read_own_figures, may_run_round
from scoring.services.scores.evidence import evidence_coverage_of
from scoring.services.sheets.agreement import AssessorLine, AssessorReport, report_on
from scoring.services.sheets.inquiries import ask_for_reasons
from scoring.views.rounds.pages import round_crumbs, visible_round

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
def round_assessors(request: HttpRequest, quarter: str) -> HttpResponse:
    """The report once the round is gathered; POST: ask those who stand apart why."""
    round = visible_round(request, quarter)
    if request.method == "POST":
        require(may_run_round(request.user, round), "只有共建办可以请考评员说明")
        count = ask_for_reasons(round, by=request.user, at=timezone.now())
        messages.success(request, f"已请考评员说明 {count} 张打分表，说明报来后显示在本页")
        return redirect(round)
    if may_compare_assessors(request.user, round):
        report = report_on(round)
        if request.GET.get("format") == "xlsx":
            return report_book(request, round, report)
        return report_page(request, round, report)
    whose = "汇总得分后共建办可以看；考评员在通报后可以看自己的"
    require(may_read_own_figures(request.user, round), whose)
    report = report_on(round)
    own_lines = report.of(request.user)
    return report_page(request, round, replace(report, lines=own_lines))


def report_page(request: HttpRequest, round: Round, report: AssessorReport) -> HttpResponse:
    """Answer with the report's page. Raises Http404 where nobody has locked a sheet."""
    if not report.lines:
        raise Http404("这个季度没有锁定的打分表")
    buttons = []
    if may_compare_assessors(request.user, round):
        buttons.append(("下载 Excel", "?format=xlsx", False))
    context = {
        "title": TITLE,
        "section": "scoring",
        "crumbs": round_crumbs(round),
        "headers": HEADERS,
        "rows": [cells_of(line) for line in report.lines],
        "intraclass": rounded(report.intraclass),
        "near": report.near,
        "buttons": buttons,
        "coverage": evidence_coverage_of(round).percent,
    }
    return render(request, "scoring/sheets/assessors.html", context)


def cells_of(line: AssessorLine) -> tuple[object, ...]:
    """Return the cells of a line, in the order of HEADERS; None where he had no co-assessor."""
    figures = line.figures
    agreement = figures.agreement
    percent = None if agreement is None else round_half_up(100 * agreement, 1)
    name, mean = line.assessor.name, rounded(figures.mean)
    severity, spread = rounded(figures.severity), rounded(figures.spread)
    return name, figures.sheets, mean, severity, spread, percent, line.reasons, line.inquiries


def rounded(figure: Fraction | None) -> Decimal | None:
    """Return the figure with two places, None as it is."""
    return None if figure is None else round_half_up(figure)


def report_book(request: HttpRequest, round: Round, report: AssessorReport) -> HttpResponse:
    """Answer with the report as a workbook, which is written into the log."""
    rows = [cells_of(line) for line in report.lines]
    stream = io.BytesIO()
    write_xlsx(stream, [(TITLE, HEADERS, rows)])
    facts = {"what": TITLE, "count": len(rows)}
    record(round, "scoring.round.export", by=request.user, at=timezone.now(), **facts)
    answer = HttpResponse(stream.getvalue(), content_type=XLSX)
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"{round}{TITLE}.xlsx")
    answer.headers["Cache-Control"] = "no-store"
    return answer
