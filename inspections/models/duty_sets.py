from django.conf import settings
from django.db import models


class DutySet(models.Model):
    """A set of duties (责任内容) that the office added to the shipped ones.

    Never changed, only retired.
    """

    code = models.CharField("代码", max_length=40, unique=True)
    title = models.CharField("名称", max_length=40, unique=True)
    content = models.JSONField("内容")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="添加人"
    )
    at = models.DateTimeField("添加时间")
    retired_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "责任内容"

    def __str__(self) -> str:
        return self.title
