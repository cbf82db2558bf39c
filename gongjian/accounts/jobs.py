from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from gongjian.accounts import limits


@shared_task(name="accounts.sweep_limits")
def sweep_limits() -> int:
    """Drop idle rate-limit buckets. Safe to run twice."""
    return limits.sweep(at=timezone.now())


@shared_task(name="accounts.clear_sessions")
def clear_sessions() -> None:
    """Delete the rows of sessions that have run out, and what was kept in them."""
    call_command("clearsessions")
