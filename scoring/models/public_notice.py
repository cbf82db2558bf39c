"""公示: names are on public notice for some working days, so that others may object."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from scoring.models.rounds import Round

# Working days of the scores' public notice (assessment 3.1.14).
SCORES_WORKDAYS = 5
# Working days of the year's list; those of a quarter's lists stand in its rubric.
COMMENDATION_WORKDAYS = 5
# The status of that name in the quarter's list and in the year's.
ON_PUBLIC_NOTICE = "on_notice"


def workdays_in_words(workdays: int) -> str:
    """Return 五个工作日, as documents write it."""
    return f"{'一二三四五六七八九十'[workdays - 1]}个工作日"


class ListOnPublicNotice(models.Model):
    """名单: names that somebody proposed, then on public notice so that others may object."""

    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提名人"
    )
    proposed_at = models.DateTimeField("提名时间")
    notice_starts_on = models.DateField("公示开始", null=True, blank=True)
    notice_ends_on = models.DateField("公示截止", null=True, blank=True)

    # Each list has its own choices.
    status: Any

    class Meta:
        abstract = True

    @property
    def first_day(self) -> date:
        """The day on which the names were put on public notice, once they have been."""
        assert self.notice_starts_on is not None
        return self.notice_starts_on

    def is_on_public_notice(self, day: date) -> bool:
        """Whether objections are taken on that day."""
        if self.status != ON_PUBLIC_NOTICE or self.notice_ends_on is None:
            return False
        return day <= self.notice_ends_on


class QuarterListStatus(models.TextChoices):
    PROPOSED = "proposed", "已提名"
    ON_PUBLIC_NOTICE = "on_notice", "公示中"
    CLOSED = "closed", "已公示"


class QuarterList(ListOnPublicNotice):
    """季度奖惩名单: the quarter's names for praise and criticism until the circulars."""

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

    def __str__(self) -> str:
        return f"{self.round.span.title}表扬、批评名单"

    def get_absolute_url(self) -> str:
        return reverse("scoring:nominations", args=[self.round.quarter])

    @property
    def status_tone(self) -> str:
        return "good" if self.status == QuarterListStatus.CLOSED else "warn"
