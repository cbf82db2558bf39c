from django.conf import settings
from django.db import models

from gongjian.lib.stamps import stamped_together
from inspections.models.self_checks import SelfCheck


class SelfCheckVersion(models.Model):
    """A self-check as it was handed in (报送版本), for good; only its return is added, once.

    `photos` lists the photos that lay at each item, by its code. The database refuses to change or
    delete a version.
    """

    self_check = models.ForeignKey(
        SelfCheck, models.PROTECT, related_name="versions", verbose_name="自查"
    )
    number = models.PositiveSmallIntegerField("第几次报送")
    marks = models.JSONField("逐项结果")
    photos = models.JSONField("照片", default=dict)
    total_points = models.DecimalField("自评分", max_digits=6, decimal_places=2)
    submitted_at = models.DateTimeField("报送时间")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报送人"
    )
    is_late = models.BooleanField("迟报")
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="退回人",
    )
    return_reason = models.CharField("退回原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "自查报送版本"
        constraints = [
            models.UniqueConstraint(
                fields=["self_check", "number"], name="one_version_a_handing_in"
            ),
            stamped_together("returned_with_a_reason", at="returned_at", words="return_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.self_check} 第 {self.number} 次报送"
