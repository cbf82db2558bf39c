from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from scoring.models.rounds import Round


class LaidOpen(models.Model):
    """名单: names on their way; proposed by somebody, then laid open so that others may object."""

    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提名人"
    )
    proposed_at = models.DateTimeField("提名时间")
    notice_starts_on = models.DateField("公示开始", null=True, blank=True)
    notice_ends_on = models.DateField("公示截止", null=True, blank=True)

    class Meta:
        abstract = True

    def lies_open_on(self, day) -> bool:
        """Whether objections are taken on that day."""
        return self.status == "on_notice" and day <= self.notice_ends_on


class QuarterListStatus(models.TextChoices):
    PROPOSED = "proposed", "已提名"
    ON_NOTICE = "on_notice", "公示中"
    CLOSED = "closed", "已公示"


class QuarterList(LaidOpen):
    """季度奖惩名单: the quarter's names for praise and criticism, from the proposal to the drafted circulars."""

    round = models.OneToOneField(
        Round, models.PROTECT, related_name="quarter_list", verbose_name="考评"
    )
    status = models.CharField(
        "状态", max_length=10, choices=QuarterListStatus.choices, default=QuarterListStatus.PROPOSED
    )

    class Meta:
        verbose_name = verbose_name_plural = "季度奖惩名单"
        constraints = [
            models.CheckConstraint(
                name="quarter_list_on_notice_has_its_days",
                condition=Q(status="proposed")
                | Q(notice_starts_on__isnull=False, notice_ends_on__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.round.span.title}表扬、批评名单"

    def get_absolute_url(self):
        return reverse("scoring:nominations", args=[self.round.quarter])

    @property
    def status_tone(self) -> str:
        return {"closed": "good"}.get(self.status, "warn")
