"""What the checks in the street do by themselves."""

from celery import shared_task
from django.utils import timezone

from gongjian.jobs.services import enlist_again, ledger_job, wake
from inspections.services.reminders import remind_by_steps

REMIND = "inspections.remind"


@shared_task(name="inspections.remind_each_hour")
def remind_each_hour() -> None:
    """Put this hour's reminders on the ledger: one row a day, made ready again each hour."""
    at = timezone.now()
    day = timezone.localdate(at).isoformat()
    wake(enlist_again(REMIND, key=day, title=f"整改到期催办 {day}", at=at))


@ledger_job(REMIND)
def remind(job) -> dict:
    """Tell what is due by now; safe to run twice, each stair is told once."""
    return {"told": remind_by_steps(at=timezone.now())}
