from django.conf import settings
from django.db import models
from django.urls import reverse

from communities.models.places import Community
from communities.models.scoping import OfCommunityQuerySet
from units.models import Unit


class TopicStatus(models.TextChoices):
    OPEN = "open", "待答复"
    ANSWERED = "answered", "已答复"


class Topic(models.Model):
    """A voice in 社区发展论坛 (policy 四之四), a unit's or a resident's, answered in the open."""

    community = models.ForeignKey(
        Community, models.PROTECT, related_name="topics", verbose_name="社区"
    )
    title = models.CharField("题目", max_length=80)
    text = models.TextField("内容")
    raised_for = models.CharField(
        "反映人", max_length=40, blank=True, help_text="居民可只写楼栋，不写姓名"
    )
    status = models.CharField(
        "状态", max_length=20, choices=TopicStatus.choices, default=TopicStatus.OPEN
    )
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人"
    )
    raised_at = models.DateTimeField("提出时间")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = OfCommunityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "论坛话题"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("communities:topic", args=[self.pk])

    @property
    def status_tone(self) -> str:
        if self.status == TopicStatus.ANSWERED:
            return "good"
        return "warn"


class Reply(models.Model):
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="replies", verbose_name="话题")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复单位"
    )
    text = models.TextField("答复")
    is_answer = models.BooleanField("正式答复", default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="答复人"
    )
    at = models.DateTimeField("答复时间")

    class Meta:
        verbose_name = verbose_name_plural = "答复"

    def __str__(self) -> str:
        return self.text[:20]
