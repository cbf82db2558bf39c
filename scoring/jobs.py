from functools import partial

from django.urls import reverse
from django.utils import timezone

from gongjian.jobs.services import ledger_job, report
from gongjian.workflow import WrongState
from scoring.models import Round
from scoring.rules.refusals import Missing
from scoring.services import result_sheets as feedback
from scoring.services.gathering import KIND
from scoring.services.gathering import gather_scores as gather


@ledger_job(KIND)
def gather_scores(job) -> dict:
    """Gather one round for the person who asked; what is missing is the job's answer, not a failure to try again."""
    round = Round.objects.select_related("rubric", "checklist").get(pk=job.args["round"])
    by = job.by.on(timezone.localdate(job.at))
    try:
        gather(round, by=by, at=job.at, progress=partial(report, job))
    except Missing as missing:
        return {"refused": list(missing.what)}
    except WrongState as wrong:
        return {"refused": [str(wrong)]}
    return {"url": round.get_absolute_url()}


@ledger_job(feedback.KIND)
def make_result_sheets(job) -> dict:
    """Make one batch of 反馈单; those that cannot be made are named, and tried again when the office asks."""
    round = Round.objects.select_related("rubric", "checklist").get(pk=job.args["round"])
    given = {"at": job.at, "progress": partial(report, job)}
    failed = feedback.make_result_sheets(round, job.args["sheets"], **given)
    address = reverse("scoring:result_sheets", args=[round.quarter])
    feedback.tell_when_all_is_made(round, link=address, by=job.by, at=timezone.now())
    return {"url": address, "failed": [f"{row.subject}：{row.error}" for row in failed]}
