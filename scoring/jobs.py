from functools import partial

from django.urls import reverse
from django.utils import timezone

from gongjian.jobs.services import ledger_job, report
from gongjian.workflow import WrongState
from scoring.models import Correction, Round
from scoring.rules.refusals import Missing
from scoring.services import approving, gathering, notices
from scoring.services import result_sheets as feedback


@ledger_job(gathering.KIND)
def gather_scores(job) -> dict:
    """Gather one round for the person who asked; what is missing is the job's answer, not a failure to try again."""
    round = _round(job)
    return _answer(job, round, gathering.gather_scores)


@ledger_job(notices.KIND)
def freeze_round(job) -> dict:
    """Freeze one round for the second person; frozen by this very job before, it leads there again."""
    round = _round(job)
    if round.frozen_at == job.at:
        return {"url": round.get_absolute_url()}
    return _answer(job, round, notices.freeze_round)


@ledger_job(approving.KIND)
def approve_correction(job) -> dict:
    """Put one correction in force for the director; put in force by this very job before, it leads there again."""
    related = ("round__rubric", "community")
    correction = Correction.objects.select_related(*related).defer("round__frozen").get(pk=job.args["correction"])
    if correction.number and correction.decided_at == job.at:
        return {"url": correction.get_absolute_url()}
    return _answer(job, correction, partial(approving.approve_correction, opinion=job.args["opinion"]))


def _round(job) -> Round:
    return Round.objects.select_related("rubric", "checklist").get(pk=job.args["round"])


def _answer(job, subject, act) -> dict:
    """Act as the person who asked, at that moment; where the subject is, or why it was refused."""
    by = job.by.on(timezone.localdate(job.at))
    try:
        act(subject, by=by, at=job.at, progress=partial(report, job))
    except Missing as missing:
        return {"refused": list(missing.what)}
    except WrongState as wrong:
        return {"refused": [str(wrong)]}
    return {"url": subject.get_absolute_url()}


@ledger_job(feedback.KIND)
def make_result_sheets(job) -> dict:
    """Make one batch of 反馈单; those that cannot be made are named, and tried again when the office asks."""
    round = Round.objects.select_related("rubric", "checklist").get(pk=job.args["round"])
    given = {"at": job.at, "progress": partial(report, job)}
    failed = feedback.make_result_sheets(round, job.args["sheets"], **given)
    address = reverse("scoring:result_sheets", args=[round.quarter])
    feedback.tell_when_all_is_made(round, link=address, by=job.by, at=timezone.now())
    return {"url": address, "failed": [f"{row.subject}：{row.error}" for row in failed]}
