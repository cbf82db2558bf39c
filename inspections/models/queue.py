from django.conf import settings
from django.db import models

from inspections.models.self_checks import SelfCheck


class Received(models.Model):
    """Something as a phone sent it, taken in once by the uuid that the phone gave it.

    `said_at` is the phone's own time of the act; `at` is the server's and settles what is late.
    `saved_at` is the time stamp that this submission left on the row it was written into: what the
    same phone sends next builds on it.
    """

    uuid = models.UUIDField(unique=True, editable=False)
    sha256 = models.CharField(max_length=64)
    said_at = models.DateTimeField("手机所记时间", null=True, blank=True)
    saved_at = models.DateTimeField("保存时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="填报人"
    )
    at = models.DateTimeField("收到时间")

    class Meta:
        abstract = True


class Submission(Received):
    """A self-check as a phone sent it; `saved_at` is its `updated_at` after it."""

    self_check = models.ForeignKey(
        SelfCheck, models.CASCADE, related_name="submissions", verbose_name="自查"
    )

    class Meta:
        verbose_name = verbose_name_plural = "手机上传"

    def __str__(self) -> str:
        return f"{self.self_check} {self.uuid}"
