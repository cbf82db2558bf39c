"""Telling people: rows now, delivery by a job."""

from collections.abc import Iterable
from datetime import datetime

from gongjian.accounts.models import User
from gongjian.notifications.models import Notification, NotificationQuerySet

CHUNK = 500


def notify(
    recipients: Iterable[User],
    *,
    key: str,
    subject: str,
    at: datetime,
    body: str = "",
    link: str = "",
) -> None:
    """Leave one message for each of `recipients`; the same `key` reaches a person once, however
    often it is said.
    """
    rows = []
    for person in {person.pk: person for person in recipients}.values():
        notification = Notification(
            recipient=person, key=key, subject=subject, body=body, link=link, created_at=at
        )
        rows.append(notification)
    Notification.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)


def deliver_waiting(*, at: datetime) -> int:
    """Put every waiting message into its inbox, a chunk a transaction; returns how many."""
    delivered = 0
    while ids := list(
        Notification.objects.waiting().order_by("pk").values_list("pk", flat=True)[:CHUNK]
    ):
        notifications = Notification.objects.waiting().filter(pk__in=ids)
        delivered += notifications.update(delivered_at=at)
    return delivered


def mark_read(notifications: NotificationQuerySet, *, at: datetime) -> int:
    """Mark the given messages as read; one already read keeps its time."""
    return notifications.unread().update(read_at=at)


def pass_on_unread(*, leaver: User, successor: User) -> int:
    """Lay the leaver's unread messages before his successor, who keeps his own where both were told
    the same.
    """
    notifications = Notification.objects.filter(recipient=successor)
    known_keys = notifications.values("key")
    return (
        Notification.objects.filter(recipient=leaver)
        .unread()
        .exclude(key__in=known_keys)
        .update(recipient=successor)
    )
