from django.conf import settings
from django.db import models
from django.urls import reverse

from communities.models.places import Community
from communities.models.scoping import OfCommunityQuerySet
from gongjian.lib.quarters import Quarter, valid_quarter
from units.models import Unit


class MeetingStatus(models.TextChoices):
    CALLED = "called", "已通知"
    HELD = "held", "已召开"


class Meeting(models.Model):
    """例会 (policy 四之一): once a quarter, called by the lead unit, closed with minutes."""

    community = models.ForeignKey(
        Community, models.PROTECT, related_name="meetings", verbose_name="社区"
    )
    quarter = models.CharField("季度", max_length=6, validators=[valid_quarter])
    starts_at = models.DateTimeField("时间")
    place = models.CharField("地点", max_length=80)
    agenda = models.TextField("议题", blank=True)
    chair = models.CharField("主持人", max_length=40, blank=True)
    minutes = models.TextField("纪要", blank=True)
    status = models.CharField(
        "状态", max_length=20, choices=MeetingStatus.choices, default=MeetingStatus.CALLED
    )
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="召集人"
    )
    called_at = models.DateTimeField("通知时间")
    minutes_at = models.DateTimeField("纪要时间", null=True, blank=True)

    objects = OfCommunityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "例会"
        indexes = [models.Index(fields=["quarter", "community"])]

    def __str__(self) -> str:
        return f"{self.community}例会"

    def get_absolute_url(self) -> str:
        return reverse("communities:meeting", args=[self.pk])

    @property
    def span(self) -> Quarter:
        return Quarter.parse(self.quarter)

    @property
    def status_tone(self) -> str:
        if self.status == MeetingStatus.HELD:
            return "good"
        return "warn"


class MeetingAttendance(models.Model):
    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="attendances", verbose_name="例会"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    person = models.CharField("参会人", max_length=40, blank=True)
    attended = models.BooleanField("到会", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "到会情况"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "unit"], name="one_attendance_a_meeting")
        ]

    def __str__(self) -> str:
        return str(self.unit)
