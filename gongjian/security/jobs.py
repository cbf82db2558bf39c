from celery import shared_task
from django.utils import timezone

from gongjian.security.services import tokens


@shared_task(name="security.warn_of_expiring_tokens")
def warn_of_expiring_tokens() -> int:
    """Safe to run twice: the same token is told of once."""
    return tokens.warn_of_expiring_tokens(at=timezone.now())
