from functools import partial

from django.urls import reverse
from django.utils import timezone

from gongjian.jobs.services import ledger_job, report
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState
from scoring.models import Correction, Round
from scoring.rules.refusals import Missing
from scoring.services.bulletins import result_sheets as feedback
from scoring.services.corrections import approving
from scoring.services.records import freezing
from scoring.services.scores import gathering

NEVER = Round.objects.none()


@ledger_job(gathering.KIND)
def gather_scores(job) -> dict:
    """Gather one round for the person who asked; what is missing is the job's answer, not a failure to try again."""
    return _answer(job, _round(job), gathering.gather_scores)


@ledger_job(freezing.KIND)
def freeze_round(job) -> dict:
    """Freeze one round for the second person; once, however often it runs."""
    done = Round.objects.filter(pk=job.args["round"], frozen_at=job.at)
    return _answer(job, _round(job), freezing.freeze_round, done)


@ledger_job(approving.KIND)
def approve_correction(job) -> dict:
    """Put one correction in force for the director; once, however often it runs."""
    corrections = Correction.objects.select_related("round__rubric", "community").defer(
        "round__frozen"
    )
    done = Correction.objects.in_force().filter(pk=job.args["correction"], decided_at=job.at)
    act = partial(approving.approve_correction, opinion=job.args["opinion"])
    return _answer(job, corrections.get(pk=job.args["correction"]), act, done)


def _round(job) -> Round:
    rounds = Round.objects.select_related("rubric", "checklist")
    return rounds.get(pk=job.args["round"])


def _answer(job, subject, act, done=NEVER) -> dict:
    """Where the subject is, or why the act was refused; told to the person who asked, who may have left the page."""
    refused = _refused(job, subject, act, done)
    answer = {"refused": refused} if refused else {"url": subject.get_absolute_url()}
    body = "；".join(refused[:20])
    said = {
        "subject": f"{job.title}：{'没有办成' if refused else '已办完'}",
        "body": body,
    }
    link = answer.get("url") or job.get_absolute_url()
    notify(
        [job.by], key=f"{job.kind}.{job.pk}.{job.at.timestamp():.0f}", **said, link=link, at=job.at
    )
    return answer


def _refused(job, subject, act, done) -> list[str]:
    """Act as the person who asked, at that moment; why not, if it is refused.

    `done`: the rows that say that this very job has acted before, in a run that was killed or is running still.
    """
    day = timezone.localdate(job.at)
    by = job.by.on(day)
    try:
        if not done.exists():
            act(subject, by=by, at=job.at, progress=partial(report, job))
    except Missing as missing:
        return list(missing.what)
    except WrongState as wrong:
        return [] if done.exists() else [str(wrong)]
    return []


@ledger_job(feedback.KIND)
def make_result_sheets(job) -> dict:
    """Make one batch of 反馈单; those that cannot be made are named, and tried again when the office asks."""
    rounds = Round.objects.select_related("rubric", "checklist")
    round = rounds.get(pk=job.args["round"])
    given = {"at": job.at, "progress": partial(report, job)}
    failed = feedback.make_result_sheets(round, job.args["sheets"], **given)
    address = reverse("scoring:result_sheets", args=[round.quarter])
    feedback.notify_when_all_is_made(round, link=address, by=job.by, at=timezone.now())
    return {"url": address, "failed": [f"{row.subject}：{row.error}" for row in failed]}
