from django.db import models
from django.urls import reverse


class Arrangement(models.Model):
    """放假安排: one year's. Until it is announced its days are not all known and the year goes by
    the week.
    """

    year = models.PositiveSmallIntegerField("年份", unique=True)
    source = models.CharField("依据（文号）", max_length=100, blank=True)
    is_announced = models.BooleanField("已录齐", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "放假安排"

    def __str__(self) -> str:
        return f"{self.year} 年放假安排"

    def get_absolute_url(self) -> str:
        return f"{reverse('calendars:year')}?year={self.year}"


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", "放假"
    WORKDAY = "workday", "调休上班"
    ORDINARY = "ordinary", "照常（按星期）"


class SpecialDay(models.Model):
    """A day that does not go by the week.

    One that was entered wrongly is set back to 照常, never deleted.
    """

    arrangement = models.ForeignKey(
        Arrangement, models.PROTECT, related_name="days", verbose_name="放假安排"
    )
    day = models.DateField("日期", unique=True)
    kind = models.CharField("类别", max_length=10, choices=DayKind.choices)
    name = models.CharField("名称", max_length=40, blank=True)
    source = models.CharField("依据（文号）", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "放假安排的日子"

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("calendars:day", args=[self.day.isoformat()])
