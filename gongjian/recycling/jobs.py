from celery import shared_task
from django.utils import timezone

from gongjian.recycling import services


@shared_task(name="recycling.purge")
def purge() -> int:
    """Empty the bin of what is thirty days old. Safe to run twice: what is gone is gone."""
    return services.purge(at=timezone.now())
