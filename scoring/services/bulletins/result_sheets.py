"""反馈单 in one batch: a row for each community or unit, made by jobs of a few, each file once and for ever."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from zipfile import ZIP_STORED, ZipFile

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from gongjian.audit.services import record
from gongjian.documents.layout.document import render_pdf
from gongjian.documents.models import Issuer
from gongjian.jobs.models import Job
from gongjian.jobs.services import enlist_again
from gongjian.lib import pdf
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, require
from scoring.models import ResultSheet, Round
from scoring.models.result_sheets import ResultSheetStatus
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_run_round
from scoring.services.bulletins.result_words import City, Facts, city_of, facts_of, sheet_of

KIND = "scoring.make_result_sheets"
A_JOB = 10
"""Sheets a job: some seconds of work, so that every worker gets a share and a killed one loses little."""
FROM = (RoundStatus.FROZEN, RoundStatus.REPORTED, RoundStatus.PUBLISHED)
SUBJECTS = {"community": "逐社区反馈", "unit": "逐单位反馈"}

Progress = Callable[[int, int], None]


def ask_for_result_sheets(round: Round, subject: str, *, by, at: datetime) -> list[Job]:
    """Put a 反馈单 for every "community" or "unit" of a frozen round on the ledger; doing it twice does nothing new.

    Those that failed are tried again. Raises WrongState before the scores are frozen and where nothing can print.
    """
    require(may_run_round(by), "只有共建办可以制作反馈单")
    if round.status not in FROM:
        raise WrongState(f"{round}当前为“{round.get_status_display()}”，定分后才能制作反馈单")
    with transaction.atomic():
        _lay_out(round, subject)
        batches = list(_unmade_batches(round, subject))
        if batches:
            _refuse_unprintable()
        jobs = []
        for number, pks in batches:
            title = f"{round}{SUBJECTS[subject]}（第{number}批）"
            jobs.append(
                enlist_again(
                    KIND,
                    key=f"{round.quarter}:{subject}:{number}",
                    title=title,
                    by=by,
                    at=at,
                    round=round.pk,
                    sheets=pks,
                )
            )
        if jobs:
            record(
                round,
                "scoring.round.feedback",
                by=by,
                at=at,
                subject=SUBJECTS[subject],
                batches=len(jobs),
            )
    return jobs


def _refuse_unprintable() -> None:
    reasons = pdf.ready()
    if reasons:
        raise WrongState("；".join(reasons))
    if not Issuer.objects.exists():
        raise WrongState("还没有登记发文机关，无法制作反馈单；请先登记发文机关")


def _lay_out(round: Round, subject: str) -> None:
    """A row for each that has none yet; those that failed wait again."""
    scored = round.scores if subject == "community" else round.unit_scores
    pks = scored.order_by(subject).values_list(subject, flat=True).distinct()
    rows = []
    for pk in pks:
        result_sheet = ResultSheet(round=round, **{f"{subject}_id": pk})
        rows.append(result_sheet)
    ResultSheet.objects.bulk_create(rows, ignore_conflicts=True)
    failed = round.result_sheets.filter(
        status=ResultSheetStatus.FAILED, **{f"{subject}__isnull": False}
    )
    failed.update(status=ResultSheetStatus.WAITING, error="")


def _unmade_batches(round: Round, subject: str) -> Iterable[tuple[int, list[int]]]:
    """Number and rows of each batch with work left; a row keeps its batch, so no two jobs are about one row."""
    result_sheets = round.result_sheets.filter(**{f"{subject}__isnull": False})
    rows = result_sheets.order_by("pk").values_list("pk", "status")
    for number, start in enumerate(range(0, len(rows), A_JOB), 1):
        batch = rows[start : start + A_JOB]
        if any(status != ResultSheetStatus.MADE for _, status in batch):
            pks = [pk for pk, _ in batch]
            yield number, pks


def make_result_sheets(
    round: Round, pks: Sequence[int], *, at: datetime, progress: Progress
) -> list[ResultSheet]:
    """Render the rows that have no file yet; gives those that could not be made, each with its reason.

    What another run has made is left alone, so a killed worker's batch goes on where it stopped. No transaction is
    open while a page renders.
    """
    result_sheets = round.result_sheets.filter(pk__in=pks).select_related("community", "unit")
    rows = list(result_sheets.order_by("pk"))
    waiting = [row for row in rows if row.status != ResultSheetStatus.MADE]
    done = len(rows) - len(waiting)
    progress(done, len(rows))
    if waiting:
        city, facts = city_of(round, day=timezone.localdate(at)), facts_of(round, waiting, at=at)
    failed = []
    for number, row in enumerate(waiting, done + 1):
        if not _make(row, city, facts, at=at):
            failed.append(row)
        progress(number, len(rows))
    return failed


def _make(row: ResultSheet, city: City, facts: Facts, *, at: datetime) -> bool:
    """Make one; a reason that concerns this one alone is written to its row and stops no other."""
    unmade = ResultSheet.objects.unmade().filter(pk=row.pk)
    try:
        content = render_pdf(sheet_of(row, city, facts))
    except (pdf.FontsMissing, LookupError, ValueError, ArithmeticError) as reason:
        row.error = (
            str(reason) if isinstance(reason, pdf.FontsMissing) else f"数据不全：{reason!r}"
        )[:300]
        unmade.update(status=ResultSheetStatus.FAILED, error=row.error)
        return False
    digest = hashlib.sha256(content).hexdigest()
    storage, wanted = (
        row.file.storage,
        f"feedback/{city.round.span.year}/{row.pk}-{digest[:16]}.pdf",
    )
    if storage.exists(wanted):
        name = wanted
    else:
        name = storage.save(wanted, ContentFile(content))
    unmade.update(status=ResultSheetStatus.MADE, error="", file=name, sha256=digest, made_at=at)
    return True


def tell_when_all_is_made(round: Round, *, link: str, by, at: datetime) -> None:
    """Tell the person who asked once no row waits; the same outcome is told once."""
    counts = progress_of(round.result_sheets.all())
    if by is None or counts["waiting"]:
        return
    said = f"{round}反馈单已制作 {counts['made']} 份" + (
        f"，{counts['failed']} 份未制成" if counts["failed"] else ""
    )
    key = f"scoring.feedback.{round.quarter}.{counts['made']}.{counts['failed']}"
    notify([by], key=key, subject=said, at=at, link=link)


def progress_of(sheets) -> dict[str, int]:
    """How many of these rows are made, wait and have failed. One query."""
    counted = sheets.order_by().values_list("status").annotate(Count("pk"))
    counts = dict.fromkeys(ResultSheetStatus.values, 0) | dict(counted)
    return counts | {"total": sum(counts.values())}


def write_archive(stream, round: Round, *, by, at: datetime) -> int:
    """All files of a round in one ZIP, named by subject, into a writable binary stream; returns how many."""
    require(may_run_round(by), "只有共建办可以下载全部反馈单")
    result_sheets = round.result_sheets.made().select_related("community__subdistrict", "unit")
    sheets = result_sheets.order_by("pk")
    count = 0
    with ZipFile(stream, "w", ZIP_STORED) as archive:  # the files are deflated already
        for row in sheets:
            archive.writestr(_name_in_archive(row), row.file.open("rb").read())
            count += 1
    record(round, "scoring.round.take_feedback", by=by, at=at, count=count)
    return count


def _name_in_archive(row: ResultSheet) -> str:
    """社区/春江街道 虎山社区.pdf: two communities of one name lie in two subdistricts."""
    if row.community_id:
        folder, name = "社区", f"{row.community.subdistrict.name} {row.community.name}"
    else:
        folder, name = "单位", row.unit.name
    return str(PurePosixPath(folder, name.replace("/", "／") + ".pdf"))
