from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from gongjian.accounts.models import User


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: User) -> Self:
        """A notification is its recipient's alone."""
        return self.filter(recipient=user, delivered_at__isnull=False)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def waiting(self) -> Self:
        return self.filter(delivered_at=None)


class Notification(models.Model):
    """A message to one person: an outbox row in the act's own transaction, delivered by a job."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="notifications",
        verbose_name="收件人",
    )
    key = models.CharField("事由编号", max_length=120)
    subject = models.CharField("标题", max_length=120)
    body = models.TextField("内容", blank=True)
    link = models.CharField("链接", max_length=200, blank=True)
    created_at = models.DateTimeField("发出时间")
    delivered_at = models.DateTimeField("送达时间", null=True)
    read_at = models.DateTimeField("阅读时间", null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        constraints = [models.UniqueConstraint(fields=["recipient", "key"], name="told_once")]
        indexes = [
            models.Index(
                fields=["delivered_at"], condition=models.Q(delivered_at=None), name="outbox"
            ),
            models.Index(fields=["recipient", "read_at"]),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("notifications:open", args=[self.pk])

    @property
    def state(self) -> str:
        return "已读" if self.read_at else "未读"
