"""What hangs on an assessor's sheet: how a phone sent it in, and what the office asked."""

from django.conf import settings
from django.db import models

from inspections.models import Received
from scoring.models.rounds import LONGEST_REASON, Sheet


class SheetSubmission(Received):
    """A sheet as an assessor's phone sent it; `saved_at` is the sheet's own after it."""

    sheet = models.ForeignKey(
        Sheet, models.CASCADE, related_name="submissions", verbose_name="考评打分表"
    )

    class Meta:
        verbose_name = verbose_name_plural = "打分表手机上传"

    def __str__(self) -> str:
        return f"{self.sheet} {self.uuid}"


class SheetInquiry(models.Model):
    """评分说明: the office asks an assessor why his total stands far from the others' totals.

    Asked once a sheet, after all of them are locked; it changes no figure and holds nothing up.
    """

    sheet = models.OneToOneField(
        Sheet, models.CASCADE, related_name="inquiry", verbose_name="考评打分表"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="询问人"
    )
    asked_at = models.DateTimeField("询问时间")
    answer = models.CharField("说明", max_length=LONGEST_REASON, blank=True)
    answered_at = models.DateTimeField("说明时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评分说明"
        constraints = [
            models.CheckConstraint(
                name="answered_with_words",
                condition=models.Q(answered_at__isnull=True) | ~models.Q(answer=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.sheet}评分说明"
