from celery import shared_task
from django.utils import timezone

from gongjian.jobs.services import ledger_job
from inspections.services.frontage_papers import JOB, print_ordered
from inspections.services.stars import rate_frontages as rate


@ledger_job(JOB)
def print_papers(job) -> dict:
    """Print the agreements or plaques of many frontages into one file."""
    return print_ordered(job, at=timezone.now())


@shared_task(name="inspections.rate_frontages")
def rate_frontages() -> int:
    """Reckon every frontage's stars for the new day: looks that are too old no longer count. Safe to run twice."""
    return rate(at=timezone.now())
