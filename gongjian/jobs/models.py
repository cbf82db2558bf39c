from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from gongjian.accounts.models import User
from gongjian.accounts.roles import OFFICE, Role

LEASE = timedelta(minutes=2)
MOST_TRIES = 8


class JobStatus(models.TextChoices):
    READY = "ready", "等待"
    RUNNING = "running", "进行中"
    DONE = "done", "完成"
    FAILED = "failed", "需人工处理"


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> Self:
        if user.has_role(*OFFICE, Role.AUDITOR):
            return self
        return self.filter(by=user)

    def due(self, at: datetime) -> Self:
        """Rows that a worker may take: waiting past their time, or left behind by a worker that
        died.
        """
        left_behind = Q(status=JobStatus.RUNNING, leased_until__lt=at)
        return self.filter(Q(status=JobStatus.READY, ready_at__lte=at) | left_behind)


class Job(models.Model):
    """Work that must not be lost: a row first; the broker only wakes a worker.

    Unique on (kind, key).
    """

    kind = models.CharField("作业", max_length=60)
    key = models.CharField("对象", max_length=100)
    args = models.JSONField(default=dict)
    title = models.CharField("说明", max_length=120)
    status = models.CharField(
        "状态", max_length=10, choices=JobStatus.choices, default=JobStatus.READY
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="发起人"
    )
    at = models.DateTimeField("发起时间")
    ready_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField("次数", default=0)
    done_count = models.PositiveIntegerField("已办", default=0)
    total_count = models.PositiveIntegerField("总数", default=0)
    result = models.JSONField("结果", default=dict)
    error = models.TextField("错误", blank=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "作业"
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="one_job_of_a_kind_and_key")
        ]
        indexes = [models.Index(fields=["status", "ready_at"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("jobs:detail", args=[self.pk])

    @property
    def status_tone(self) -> str:
        tones = {JobStatus.DONE: "good", JobStatus.FAILED: "bad", JobStatus.RUNNING: "warn"}
        return tones.get(JobStatus(self.status), "")

    @property
    def percent(self) -> int:
        if self.status == JobStatus.DONE:
            return 100
        if self.total_count:
            return self.done_count * 100 // self.total_count
        return 0
