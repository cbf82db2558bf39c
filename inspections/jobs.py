from celery import shared_task
from django.utils import timezone

from inspections.services.stars import rate_frontages as rate


@shared_task(name="inspections.rate_frontages")
def rate_frontages() -> int:
    """Reckon every frontage's stars for the new day: looks that are too old no longer count. Safe to run twice."""
    return rate(at=timezone.now())
