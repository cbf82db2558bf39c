"""反馈单: a row for each community or unit of a round, made by jobs of a few, each file once."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO
from zipfile import ZIP_STORED, ZipFile

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from gongjian.accounts.models import User
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
from scoring.services.bulletins.result_facts import CityFigures, Facts, city_of, facts_of
from scoring.services.bulletins.result_words import printed_result_sheet
from scoring.services.scores.gathering import Progress

KIND = "scoring.make_result_sheets"
# Some seconds of work, so that every worker gets a share and a killed one loses little.
SHEETS_A_JOB = 10
MADE_FROM = (RoundStatus.FROZEN, RoundStatus.REPORTED, RoundStatus.PUBLISHED)
SUBJECTS = {"community": "逐社区反馈", "unit": "逐单位反馈"}
LONGEST_ERROR = 300


def ask_for_result_sheets(round: Round, subject: str, *, by: User, at: datetime) -> list[Job]:
    """Ask for a 反馈单 for every "community" or "unit" of a frozen round; twice does nothing new.

    Those that failed are tried again. Raises WrongState before the scores are frozen and where
    nothing can print.
    """
    require(may_run_round(by), "只有共建办可以制作反馈单")
    if round.status not in MADE_FROM:
        raise WrongState(f"{round}当前为“{round.get_status_display()}”，定分后才能制作反馈单")
    what = SUBJECTS[subject]
    jobs: list[Job] = []
    with transaction.atomic():
        add_rows(round, subject)
        for number, pks in unmade_batches(round, subject):
            if not jobs:
                refuse_unprintable()
            title = f"{round}{what}（第{number}批）"
            key = f"{round.quarter}:{subject}:{number}"
            job = enlist_again(KIND, key=key, title=title, by=by, at=at, round=round.pk, sheets=pks)
            jobs.append(job)
        if jobs:
            action = "scoring.round.feedback"
            record(round, action, by=by, at=at, subject=what, batches=len(jobs))
    return jobs


def refuse_unprintable() -> None:
    if reasons := pdf.ready():
        raise WrongState("；".join(reasons))
    if not Issuer.objects.exists():
        raise WrongState("还没有登记发文机关，无法制作反馈单；请先登记发文机关")


def add_rows(round: Round, subject: str) -> None:
    """Add a row for each that has none yet; those that failed wait again."""
    scores = round.scores if subject == "community" else round.unit_scores
    pks = scores.order_by(subject).values_list(subject, flat=True).distinct()
    rows = [ResultSheet(round=round, **{f"{subject}_id": pk}) for pk in pks]
    ResultSheet.objects.bulk_create(rows, ignore_conflicts=True)
    failed = _rows_about(round, subject).filter(status=ResultSheetStatus.FAILED)
    failed.update(status=ResultSheetStatus.WAITING, error="")


def _rows_about(round: Round, subject: str) -> QuerySet[ResultSheet]:
    return round.result_sheets.filter(**{f"{subject}__isnull": False})


def unmade_batches(round: Round, subject: str) -> Iterator[tuple[int, list[int]]]:
    """Yield number and rows of each batch with work left.

    A row keeps its batch, so no two jobs are about one row.
    """
    rows = list(_rows_about(round, subject).order_by("pk").values_list("pk", "status"))
    for number, start in enumerate(range(0, len(rows), SHEETS_A_JOB), 1):
        batch = rows[start : start + SHEETS_A_JOB]
        if any(status != ResultSheetStatus.MADE for _, status in batch):
            yield number, [pk for pk, _ in batch]


def make_result_sheets(
    round: Round, pks: Sequence[int], *, at: datetime, progress: Progress
) -> list[ResultSheet]:
    """Render the rows that have no file yet; return those that could not be made, with reasons.

    What another run has made is left alone, so a killed worker's batch goes on where it stopped. No
    transaction is open while a page renders.
    """
    in_batch = round.result_sheets.filter(pk__in=pks).select_related("community", "unit")
    rows = list(in_batch.order_by("pk"))
    waiting = [row for row in rows if row.status != ResultSheetStatus.MADE]
    finished = len(rows) - len(waiting)
    progress(finished, len(rows))
    if not waiting:
        return []
    city = city_of(round, day=timezone.localdate(at))
    facts = facts_of(round, waiting, at=at)
    failed = []
    for row in waiting:
        if not make_result_sheet(row, city, facts, at=at):
            failed.append(row)
        finished += 1
        progress(finished, len(rows))
    return failed


def make_result_sheet(row: ResultSheet, city: CityFigures, facts: Facts, *, at: datetime) -> bool:
    """Make one file; a reason that concerns it alone is written to its row and stops no other."""
    unmade = ResultSheet.objects.unmade().filter(pk=row.pk)
    try:
        content = render_pdf(printed_result_sheet(row, city, facts))
    except (pdf.FontsMissing, LookupError, ValueError, ArithmeticError) as reason:
        is_told = isinstance(reason, pdf.FontsMissing)
        row.error = (str(reason) if is_told else f"数据不全：{reason!r}")[:LONGEST_ERROR]
        unmade.update(status=ResultSheetStatus.FAILED, error=row.error)
        return False
    sha256 = hashlib.sha256(content).hexdigest()
    year = city.round.span.year
    name = f"feedback/{year}/{row.pk}-{sha256[:16]}.pdf"
    storage = row.file.storage
    if not storage.exists(name):
        name = storage.save(name, ContentFile(content))
    unmade.update(status=ResultSheetStatus.MADE, error="", file=name, sha256=sha256, made_at=at)
    return True


def notify_when_all_is_made(round: Round, *, link: str, by: User | None, at: datetime) -> None:
    """Notify the person who asked once no row waits; of the same outcome only once."""
    counts = progress_of(round.result_sheets.all())
    if by is None or counts["waiting"]:
        return
    made = counts["made"]
    failed = counts["failed"]
    subject = f"{round}反馈单已制作 {made} 份"
    if failed:
        subject += f"，{failed} 份未制成"
    key = f"scoring.feedback.{round.quarter}.{made}.{failed}"
    notify([by], key=key, subject=subject, at=at, link=link)


def progress_of(rows: QuerySet[ResultSheet]) -> dict[str, int]:
    """Return how many of these rows are made, wait and have failed. One query."""
    counts = dict.fromkeys(ResultSheetStatus.values, 0)
    counts |= dict(rows.order_by().values_list("status").annotate(Count("pk")))
    return counts | {"total": sum(counts.values())}


def write_archive(stream: IO[bytes], round: Round, *, by: User, at: datetime) -> int:
    """Write all files of a round as one ZIP, named by subject; return how many there are."""
    require(may_run_round(by), "只有共建办可以下载全部反馈单")
    rows = round.result_sheets.made().select_related("community__subdistrict", "unit")
    count = 0
    with ZipFile(stream, "w", ZIP_STORED) as archive:  # the files are deflated already
        for row in rows.order_by("pk"):
            archive.writestr(name_in_archive(row), row.file.open("rb").read())
            count += 1
    record(round, "scoring.round.take_feedback", by=by, at=at, count=count)
    return count


def name_in_archive(row: ResultSheet) -> str:
    """Return 社区/春江街道 虎山社区.pdf: two subdistricts may have communities of one name."""
    name = row.subject.name
    if row.community:
        folder = "社区"
        name = f"{row.community.subdistrict.name} {row.community.name}"
    else:
        folder = "单位"
    return str(PurePosixPath(folder, name.replace("/", "／") + ".pdf"))
