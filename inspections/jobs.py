"""The jobs of the inspections: papers to print, stars of a new day, reminders."""

from celery import shared_task
from django.utils import timezone

from gongjian.jobs.services import enlist_again, ledger_job, wake
from inspections.services.frontage_papers import JOB as PAPERS
from inspections.services.frontage_papers import print_ordered
from inspections.services.reminders import remind_by_steps
from inspections.services.stars import rate_frontages as rate

REMIND = "inspections.remind"


@ledger_job(PAPERS)
def print_papers(job) -> dict:
    """Print the agreements or plaques of many frontages into one file."""
    return print_ordered(job, at=timezone.now())


@shared_task(name="inspections.rate_frontages")
def rate_frontages() -> int:
    """Compute every frontage's stars for the new day, on which some checks are too old to count.

    Safe to run twice.
    """
    return rate(at=timezone.now())


@shared_task(name="inspections.remind_each_hour")
def remind_each_hour() -> None:
    """Put this hour's reminders on the ledger: one row a day, made ready again each hour."""
    at = timezone.now()
    day = timezone.localdate(at).isoformat()
    wake(enlist_again(REMIND, key=day, title=f"整改到期催办 {day}", at=at))


@ledger_job(REMIND)
def remind(job) -> dict:
    """Send the reminders due by now; safe to run twice, each step is sent once."""
    return {"told": remind_by_steps(at=timezone.now())}
