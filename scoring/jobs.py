"""The jobs of scoring: gathering, freezing, corrections and the batches of 反馈单."""

from collections.abc import Callable, Sequence
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
    correction = correction_of(job)
    acted = Correction.objects.in_force().filter(pk=correction.pk, decided_at=job.at)
    act = partial(approving.approve_correction, opinion=job.args["opinion"])
    return carry_out_once(job, correction, act, acted=acted)


@ledger_job(result_sheets.KIND)
def make_result_sheets(job: Job) -> dict[str, Any]:
    """Make one batch of 反馈单.

    Those that cannot be made are named, and tried again when the office asks.
    """
    round = round_of(job)
    url = reverse("scoring:result_sheets", args=[round.quarter])
    progress = partial(report, job)
    failed = result_sheets.make_result_sheets(
        round, job.args["sheets"], at=job.at, progress=progress
    )
    result_sheets.notify_when_all_is_made(round, link=url, by=job.by, at=timezone.now())
    return {"url": url, "failed": [f"{row.subject}：{row.error}" for row in failed]}


def round_of(job: Job) -> Round:
    """Return the round that a job is about."""
    return Round.objects.select_related("rubric", "checklist").get(pk=job.args["round"])


def correction_of(job: Job) -> Correction:
    """Return the correction that a job is about."""
    corrections = Correction.objects.select_related("round__rubric", "community")
    return corrections.defer("round__frozen").get(pk=job.args["correction"])


def carry_out_once(job: Job, subject: Subject, act: Act, *, acted: QuerySet[Any]) -> dict[str, Any]:
    """Act for the person who asked and notify him, who may have left the page.

    Return where the subject is, or why the act was refused. `acted`: the rows that say that this
    very job has acted before, in a run that was killed or is running still.
    """
    refusals = reasons_for_refusal(job, subject, act, acted=acted)
    if refusals:
        notify_of_outcome(job, "没有办成", link=job.get_absolute_url(), reasons=refusals)
        return {"refused": refusals}
    link = subject.get_absolute_url()
    notify_of_outcome(job, "已办完", link=link)
    return {"url": link}


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


def notify_of_outcome(job: Job, outcome: str, *, link: str, reasons: Sequence[str] = ()) -> None:
    """Notify the person who asked, once a try of the job."""
    key = f"{job.kind}.{job.pk}.{job.at.timestamp():.0f}"
    body = "；".join(reasons[:REASONS_IN_MESSAGE])
    subject = f"{job.title}：{outcome}"
    notify([job.by], key=key, subject=subject, body=body, link=link, at=job.at)
