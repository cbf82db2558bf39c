from django.conf import settings
from django.db import models
from django.urls import reverse

from communities.models.places import Community
from communities.models.scoping import OfCommunityQuerySet
from gongjian.lib.quarters import Quarter, valid_quarter
from units.models import Unit


class LabourStatus(models.TextChoices):
    CALLED = "called", "已通知"
    HELD = "held", "已开展"


class LabourDay(models.Model):
    """劳动日 (policy 四之二): once a quarter all units of the group work in the community."""

    community = models.ForeignKey(
        Community, models.PROTECT, related_name="labour_days", verbose_name="社区"
    )
    quarter = models.CharField("季度", max_length=6, validators=[valid_quarter])
    held_on = models.DateField("日期")
    place = models.CharField("地点", max_length=80)
    work = models.CharField("劳动内容", max_length=200)
    outcome = models.TextField("劳动成效", blank=True)
    status = models.CharField(
        "状态", max_length=20, choices=LabourStatus.choices, default=LabourStatus.CALLED
    )
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="组织人"
    )
    called_at = models.DateTimeField("通知时间")
    reported_at = models.DateTimeField("报告时间", null=True, blank=True)

    objects = OfCommunityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "劳动日"
        indexes = [models.Index(fields=["quarter", "community"])]

    def __str__(self) -> str:
        return f"{self.community}劳动日"

    def get_absolute_url(self) -> str:
        return reverse("communities:labour_day", args=[self.pk])

    @property
    def span(self) -> Quarter:
        return Quarter.parse(self.quarter)

    @property
    def status_tone(self) -> str:
        if self.status == LabourStatus.HELD:
            return "good"
        return "warn"


class LabourAttendance(models.Model):
    labour_day = models.ForeignKey(
        LabourDay, models.CASCADE, related_name="attendances", verbose_name="劳动日"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    headcount = models.PositiveSmallIntegerField("人数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "参加情况"
        constraints = [
            models.UniqueConstraint(
                fields=["labour_day", "unit"], name="one_attendance_a_labour_day"
            )
        ]

    def __str__(self) -> str:
        return str(self.unit)
