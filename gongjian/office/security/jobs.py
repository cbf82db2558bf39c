"""What the site does for its own security while nobody looks."""

from datetime import date, timedelta

from celery import shared_task
from django.utils import timezone

from gongjian.audit.sealing import drop_old_seals, seal_log
from gongjian.jobs.services import enlist, ledger_job, wake
from gongjian.office.security.services import tokens

SEAL = "security.seal_audit"


@shared_task(name="security.seal_last_night")
def seal_last_night() -> None:
    """Put last night's seal on the ledger; asked every hour, done once."""
    at = timezone.now()
    on = timezone.localdate(at) - timedelta(days=1)
    wake(
        enlist(
            SEAL,
            key=on.isoformat(),
            title=f"封存操作记录 {on.isoformat()}",
            at=at,
            on=on.isoformat(),
        )
    )


@ledger_job(SEAL)
def seal_audit(job) -> dict:
    """Seal the log under the job's day and let go of exports past their time."""
    on = date.fromisoformat(job.args["on"])
    manifest = seal_log(on, at=timezone.now())
    return {
        "count": manifest.count,
        "last_number": manifest.last_number,
        "dropped": drop_old_seals(on),
    }


@shared_task(name="security.warn_of_expiring_tokens")
def warn_of_expiring_tokens() -> int:
    """Safe to run twice: the same token is told of once."""
    return tokens.warn_of_expiring_tokens(at=timezone.now())
