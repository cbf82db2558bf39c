from datetime import date
from typing import Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from gongjian.accounts.models import User
from gongjian.accounts.roles import OFFICE, Role
from gongjian.lib.stamps import stamped_together


class BinnedRecordQuerySet(models.QuerySet["BinnedRecord"]):
    def visible_to(self, user: User) -> Self:
        """The office and the auditor see everything that was deleted, everybody else what is his
        own.
        """
        if user.has_role(*OFFICE, Role.AUDITOR):
            return self
        if not user.takes_part:
            return self.none()
        return self.filter(Q(binned_by=user) | Q(owner=user))

    def waiting(self) -> Self:
        """What can still be brought back."""
        return self.filter(restored_at=None)

    def expired(self, on: date) -> Self:
        return self.filter(purge_on__lte=on)


class BinnedRecord(models.Model):
    """回收站: a deleted row with all that hung on it, kept until `purge_on` and brought back whole
    with its keys.

    `parent_*` names what the row belongs to and the states in which that takes it back, e.g. a plan
    still in draft.
    """

    object_type = models.CharField("类别", max_length=60)
    object_id = models.CharField("编号", max_length=40)
    label = models.CharField("名称", max_length=200)
    payload = models.JSONField("内容")
    parent_type = models.CharField(max_length=60, blank=True)
    parent_id = models.CharField(max_length=40, blank=True)
    parent_states = models.JSONField(default=list, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )
    binned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="删除人"
    )
    binned_at = models.DateTimeField("删除时间")
    purge_on = models.DateField("彻底删除日期", db_index=True)
    restored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="恢复人",
    )
    restored_at = models.DateTimeField("恢复时间", null=True, blank=True)

    objects = BinnedRecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回收站记录"
        indexes = [models.Index(fields=["object_type", "object_id"])]
        constraints = [
            stamped_together("restored_by_somebody", at="restored_at", by="restored_by"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}：{self.label}"

    def get_absolute_url(self) -> str:
        return reverse("recycling:record", args=[self.pk])

    @property
    def kind(self) -> str:
        return str(apps.get_model(self.object_type)._meta.verbose_name)

    def parent(self) -> models.Model | None:
        """What the row belongs to, when it is still there."""
        if not self.parent_type:
            return None
        model = apps.get_model(self.parent_type)
        parent: models.Model | None = model._base_manager.filter(pk=self.parent_id).first()
        return parent

    def days_left(self, on: date) -> int:
        return max((self.purge_on - on).days, 0)
