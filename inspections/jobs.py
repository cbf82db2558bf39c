from django.utils import timezone

from gongjian.jobs.services import ledger_job
from inspections.services.frontage_papers import JOB, print_ordered


@ledger_job(JOB)
def print_papers(job) -> dict:
    """Print the agreements or plaques of many frontages into one file."""
    return print_ordered(job, at=timezone.now())
