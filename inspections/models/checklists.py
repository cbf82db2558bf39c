from django.db import models


class ChecklistQuerySet(models.QuerySet):
    def current(self, on):
        """The version in force on the day `on`: a queryset of at most one, newest first."""
        return self.filter(valid_from__lte=on).order_by("-valid_from")[:1]


class Checklist(models.Model):
    """自查表, a version: 四清、四无、五落实 as data, read by gongjian.lib.checklists. Never changed once in force."""

    version = models.CharField("版本", max_length=20, unique=True)
    title = models.CharField("名称", max_length=60)
    valid_from = models.DateField("启用日期")
    content = models.JSONField("内容")

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "自查表"

    def __str__(self):
        return self.title
