"""The jobs of scoring: gathering, freezing, corrections and the batches of 反馈单."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from gongjian.jobs.models import Job
from gongjian.jobs.services import ledger_job, report
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState
from scoring.models import Correction, Round
from scoring.rules.refusals import Missing
from scoring.services.bulletins import result_sheets
from scoring.services.corrections import approving
from scoring.services.records import freezing
from scoring.services.scores import gathering

NO_ROWS = Round.objects.none()
# So many reasons stand in the message to the person who asked; the job's page has them all.
REASONS_IN_MESSAGE = 20

Subject = Round | Correction
Act = Callable[..., Any]


@ledger_job(gathering.KIND)
def gather_scores(job: Job) -> dict[str, Any]:
    """Gather one round for the person who asked.

    What is missing is the job's answer, not a failure to try again.
    """
    return carry_out_once(job, round_of(job), gathering.gather_scores, acted=NO_ROWS)


@ledger_job(freezing.KIND)
def freeze_round(job: Job) -> dict[str, Any]:
    """Freeze one round for the second person; once, however often it runs."""
    acted = Round.objects.filter(pk=job.args["round"], frozen_at=job.at)
    return carry_out_once(job, round_of(job), freezing.freeze_round, acted=acted)


@ledger_job(approving.KIND)
def approve_correction(job: Job) -> dict[str, Any]:
    """Put one correction in force for the director; once, however often it runs."""
    corrections = Correction.objects.select_related("round__rubric", "community")
    correction = corrections.defer("round__frozen").get(pk=job.args["correction"])
    acted = Correction.objects.in_force().filter(pk=correction.pk, decided_at=job.at)
    act = partial(approving.approve_correction, opinion=job.args["opinion"])
    return carry_out_once(job, correction, act, acted=acted)


@ledger_job(result_sheets.KIND)
def make_result_sheets(job: Job) -> dict[str, Any]:
    """Make one batch of 反馈单.

    Those that cannot be made are named, and tried again when the office asks.
    """
    round = round_of(job)
    progress = partial(report, job)
    sheets = job.args["sheets"]
    failed = result_sheets.make_result_sheets(round, sheets, at=job.at, progress=progress)
    url = reverse("scoring:result_sheets", args=[round.quarter])
    result_sheets.notify_when_all_is_made(round, link=url, by=job.by, at=timezone.now())
    return {"url": url, "failed": [f"{row.subject}：{row.error}" for row in failed]}


def round_of(job: Job) -> Round:
    """Return the round that a job is about."""
    return Round.objects.select_related("rubric", "checklist").get(pk=job.args["round"])


def carry_out_once(job: Job, subject: Subject, act: Act, *, acted: QuerySet[Any]) -> dict[str, Any]:
    """Act for the person who asked and notify him, who may have left the page.

    Return where the subject is, or why the act was refused. `acted`: the rows that say that this
    very job has acted before, in a run that was killed or is running still.
    """
    refused = reasons_for_refusal(job, subject, act, acted=acted)
    if refused:
        answer, outcome, link = {"refused": refused}, "没有办成", job.get_absolute_url()
    else:
        link = subject.get_absolute_url()
        answer, outcome = {"url": link}, "已办完"
    notify(
        [job.by],
        key=f"{job.kind}.{job.pk}.{job.at.timestamp():.0f}",
        subject=f"{job.title}：{outcome}",
        body="；".join(refused[:REASONS_IN_MESSAGE]),
        link=link,
        at=job.at,
    )
    return answer


def reasons_for_refusal(job: Job, subject: Subject, act: Act, *, acted: QuerySet[Any]) -> list[str]:
    """Act as the person who asked, at that moment; return why not, [] once it is done."""
    if acted.exists():
        return []
    by = job.by.on(timezone.localdate(job.at))
    try:
        act(subject, by=by, at=job.at, progress=partial(report, job))
    except Missing as missing:
        return list(missing.what)
    except WrongState as wrong:
        # Another run of this very job may have acted meanwhile.
        return [] if acted.exists() else [str(wrong)]
    return []
