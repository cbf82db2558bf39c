from celery import shared_task
from django.utils import timezone

from gongjian.accounts import limits


@shared_task(name="accounts.sweep_limits")
def sweep_limits() -> int:
    """Drop idle rate-limit buckets. Safe to run twice."""
    return limits.sweep(at=timezone.now())
