from celery import shared_task
from django.utils import timezone

from gongjian.notifications import services


@shared_task(name="notifications.deliver")
def deliver() -> int:
    """Drain the outbox. Safe to run twice: a delivered row is not waiting."""
    return services.deliver_waiting(at=timezone.now())
