from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.subjects import Subject, subject_of


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User) -> Self:
        """The log is the auditor's to read."""
        if user.has_role(Role.AUDITOR):
            return self
        return self.none()

    def about(self, obj: models.Model | Subject) -> Self:
        """The history of one object, newest first."""
        subject = subject_of(obj)
        return self.filter(object_type=subject.kind, object_id=subject.key).order_by("-pk")


class Entry(models.Model):
    """One act in the log: who, when, what, before and after.

    Written once, chained by hash, never changed.

    The number (`id`) is given by the writer and has no gaps; `digest` names the hash algorithm of
    this entry.
    """

    at = models.DateTimeField("时间", db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=True,
        verbose_name="经办人",
    )
    event = models.CharField("事件", max_length=80, db_index=True)
    object_type = models.CharField("对象类别", max_length=60)
    object_id = models.CharField("对象编号", max_length=40)
    object_label = models.CharField("对象", max_length=200)
    changes = models.JSONField("内容", default=dict)
    address = models.GenericIPAddressField("来源地址", null=True)
    request_id = models.CharField("请求编号", max_length=32, default="")
    digest = models.CharField("摘要算法", max_length=10, default="sha256")
    previous_hash = models.CharField("前一条摘要", max_length=64)
    hash = models.CharField("摘要", max_length=64, unique=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "操作记录"
        indexes = [models.Index(fields=["object_type", "object_id"])]

    def __str__(self) -> str:
        return f"{self.event} {self.object_label}"

    def get_absolute_url(self) -> str:
        return reverse("audit:entry", args=[self.pk])
