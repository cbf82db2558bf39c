"""反馈单 of a round: the list with their state, one as PDF, all of them as one ZIP."""

from tempfile import TemporaryFile

from django.contrib import messages
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from gongjian.audit.listing import Button, Column, Tab
from gongjian.jobs.services import wake
from gongjian.lib.acting import answer_status
from gongjian.lib.framing import shown_inside_our_pages
from gongjian.workflow import require
from scoring.forms.bulletins.result_sheets import ResultSheetsForm
from scoring.models import ResultSheet, Round
from scoring.models.result_sheets import ResultSheetStatus
from scoring.permissions import may_run_round
from scoring.services.bulletins.result_sheets import (
    MADE_FROM,
    SUBJECTS,
    ask_for_result_sheets,
    progress_of,
    write_archive,
)
from scoring.views.scores.ranking import OfRound


def _subject(row: ResultSheet) -> str:
    """Return the name, leading to the file where there is one."""
    if row.file:
        return format_html('<a href="{}">{}</a>', row.get_absolute_url(), row.subject)
    return row.subject.name


class ResultSheetList(OfRound):
    """反馈单 of a round with their state.

    The office makes them here, and takes all of them away in one file.
    """

    title, noun = "反馈单", "份"
    template_name = "scoring/bulletins/result_sheets.html"
    default_sort = "pk"
    export = False
    # What was asked for and refused.
    form: ResultSheetsForm | None = None
    empty_text = "还没有反馈单"
    empty_hint = "定分后由共建办制作，通报后各社区、各单位可以看到自己的一份"
    columns = (
        Column("对象", _subject, sort="subject_name"),
        Column("类别", lambda row: "社区" if row.community_id else "单位"),
        Column("状态", "get_status_display", kind="tag", tone=lambda row: row.status_tone),
        Column("未制成的原因", "error"),
        Column("制作时间", "made_at", sort="made_at", kind="datetime"),
    )

    def get(self, request, *args, **kwargs):
        if request.GET.get("format") == "zip":
            return archive_of(request, self.round)
        return super().get(request)

    def post(self, request, *args, **kwargs):
        """Ask for one for every community or every unit."""
        require(may_run_round(request.user), "只有共建办可以制作反馈单")
        self.form = ResultSheetsForm(request.POST)
        if not self.form.is_valid():
            answer = self.get(request)
            answer.status_code = answer_status(self.form)
            return answer
        acting = {"by": request.user, "at": timezone.now()}
        jobs = ask_for_result_sheets(self.round, **self.form.cleaned_data, **acting)
        for job in jobs:
            wake(job)
        messages.success(request, "已开始制作反馈单" if jobs else "反馈单都已制作，不必重做")
        return redirect("scoring:result_sheets", self.round.quarter)

    def get_queryset(self):
        rows = ResultSheet.objects.visible_to(self.request.user).filter(round=self.round)
        named = rows.annotate(subject_name=Coalesce("community__name", "unit__name"))
        return named.select_related("community", "unit")

    def tabs(self):
        return [
            Tab("全部"),
            Tab("社区", "community", Q(unit=None)),
            Tab("单位", "unit", Q(community=None)),
            Tab("未制成", "failed", Q(status=ResultSheetStatus.FAILED)),
        ]

    def buttons(self):
        if may_run_round(self.request.user) and self.round.result_sheets.made().exists():
            return [Button("下载全部（ZIP）", "?format=zip")]
        return []

    def extra_context(self):
        context = {**super().extra_context(), "form": self.form}
        if may_run_round(self.request.user) and self.round.status in MADE_FROM:
            context["subjects"] = SUBJECTS.items()
            context["counts"] = progress_of(self.round.result_sheets.all())
        return context


def archive_of(request, round: Round) -> FileResponse:
    file = TemporaryFile()  # noqa: SIM115  the answer closes it
    write_archive(file, round, by=request.user, at=timezone.now())
    file.seek(0)
    name = f"{round.quarter}反馈单.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@require_safe
@xframe_options_sameorigin
@shown_inside_our_pages
def result_sheet(request, pk):
    """One 反馈单 as PDF."""
    rows = ResultSheet.objects.visible_to(request.user)
    row = get_object_or_404(rows.select_related("round", "community", "unit"), pk=pk)
    if not row.file:
        raise Http404("这份反馈单还没有制作")
    name = f"{row.round.quarter} {row}.pdf"
    return FileResponse(row.file.open("rb"), filename=name, content_type="application/pdf")
