from datetime import date
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse

from gongjian.lib.checklists import EXAMPLES


class ChecklistQuerySet(models.QuerySet["Checklist"]):
    def current(self, on: date) -> Self:
        """Return the version in force on the day `on`: a queryset of at most one row."""
        return self.filter(valid_from__lte=on).order_by("-valid_from", "-pk")[:1]


class Checklist(models.Model):
    """A version of the checklist (自查表): 四清、四无、五落实 as data.

    Read by gongjian.lib.checklists. Never changed once in force.
    """

    version = models.CharField("版本", max_length=20, unique=True)
    title = models.CharField("名称", max_length=60)
    valid_from = models.DateField("启用日期")
    content = models.JSONField("内容")

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "自查表"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("inspections:checklist", args=[self.pk])


class ExamplePhoto(models.Model):
    """An example photo (示例照片): what is good, borderline or bad at one item of one version.

    Shown beside the item; kept without metadata.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    checklist = models.ForeignKey(
        Checklist, models.PROTECT, related_name="example_photos", verbose_name="自查表"
    )
    item_code = models.CharField("项目", max_length=10)
    look = models.CharField("示例", max_length=10, choices=list(EXAMPLES.items()))
    caption = models.CharField("说明", max_length=60, blank=True)
    file = models.FileField("照片", upload_to="photos/examples", max_length=200)
    small = models.FileField("缩略图", upload_to="photos/examples", max_length=200)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人"
    )
    at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = verbose_name_plural = "示例照片"
        constraints = [
            models.UniqueConstraint(
                fields=["checklist", "item_code", "sha256"], name="one_example_once_an_item"
            )
        ]

    def __str__(self) -> str:
        title = f"{self.get_look_display()}示例"
        return f"{title}：{self.caption}" if self.caption else title

    def get_absolute_url(self) -> str:
        return reverse("inspections:checklist_example", args=[self.uuid])
