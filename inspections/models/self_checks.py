from datetime import date, timedelta
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse

from communities.models import Community
from communities.models.scoping import OfCommunityQuerySet
from gongjian.lib.quarters import Quarter, month_end
from inspections.models.checklists import Checklist

MONTH = r"^20\d{2}-(0[1-9]|1[0-2])\Z"
valid_month = RegexValidator(MONTH, "月份应写作 2026-11")

DAYS_AFTER_THE_MONTH = 5


def due_on(month: str) -> date:
    """Return the last day on which a month is handed in on time."""
    return month_end(month) + timedelta(days=DAYS_AFTER_THE_MONTH - 1)


class SelfCheckStatus(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已报送"
    RETURNED = "returned", "退回修改"
    ACCEPTED = "accepted", "已审核"


class SelfCheckQuerySet(OfCommunityQuerySet["SelfCheck"]):
    def in_quarter(self, quarter: Quarter | str) -> Self:
        return self.filter(month__in=Quarter.parse(str(quarter)).months)

    def handed_in(self) -> Self:
        return self.filter(status__in=[SelfCheckStatus.SUBMITTED, SelfCheckStatus.ACCEPTED])


class SelfCheck(models.Model):
    """What the group found in its own community this month, item by item (月自查).

    `marks` maps an item's code to {"result": "pass|fail|not_applicable", "instances": n,
    "note": ""}, with the figures of its kind of deduction, and "sources" where the records
    answered. `total_points` is stored beside it when handed in: the self-score, shown beside the
    city's score but never part of it.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="self_checks", verbose_name="社区"
    )
    month = models.CharField("月份", max_length=7, validators=[valid_month])
    checklist = models.ForeignKey(
        Checklist, models.PROTECT, related_name="+", verbose_name="自查表"
    )
    status = models.CharField(
        "状态", max_length=20, choices=SelfCheckStatus.choices, default=SelfCheckStatus.DRAFT
    )
    marks = models.JSONField("逐项结果", default=dict, blank=True)
    total_points = models.DecimalField(
        "自评分", max_digits=6, decimal_places=2, null=True, blank=True
    )
    due_on = models.DateField("报送时限")
    submitted_at = models.DateTimeField("报送时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="报送人",
    )
    is_late = models.BooleanField("迟报", default=False)
    late_reason = models.CharField("迟报说明", max_length=200, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="填报人"
    )
    updated_at = models.DateTimeField("保存时间")

    objects = SelfCheckQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "月自查"
        constraints = [
            models.UniqueConstraint(fields=["community", "month"], name="one_self_check_a_month"),
            models.CheckConstraint(
                name="handed_in_has_points",
                condition=models.Q(status__in=["draft", "returned"])
                | models.Q(total_points__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["month", "status"])]

    def __str__(self) -> str:
        return f"{self.community} {self.month} 自查"

    def get_absolute_url(self) -> str:
        return reverse("inspections:self_check", args=[self.pk])

    @property
    def status_tone(self) -> str:
        return {"accepted": "good", "submitted": "warn", "returned": "bad"}.get(self.status, "")
