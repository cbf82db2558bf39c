from celery import shared_task
from django.utils import timezone

from gongjian.jobs.services import ledger_job, wake
from gongjian.office.backup import nightly


@shared_task(name="backup.enlist_nightly")
def enlist_nightly() -> None:
    """Put the night's backup on the ledger. Safe to run twice: one row a day."""
    now = timezone.now()
    job = nightly.enlist_nightly(on=timezone.localdate(now), at=now)
    if job:
        wake(job)


@ledger_job(nightly.KIND)
def make_nightly(job) -> dict:
    """Write one night's backup."""
    return nightly.make_nightly(job, at=timezone.now())
