from django.db import models
from django.db.models import Q

from gongjian.lib.stars import MOST_STARS
from inspections.models.frontages import Frontage


class OccupantKind(models.TextChoices):
    PRIVATE_SHOP = "private_shop", "个体商户和企业"
    PUBLIC_BODY = "public_body", "机关和下属单位"


class FrontageStanding(models.Model):
    """The stars of one frontage (星级), as computed on a day from the checks of it.

    An occupant not known to be a public body counts as a private shop: the doubt protects him.
    """

    frontage = models.OneToOneField(
        Frontage, models.PROTECT, related_name="standing", verbose_name="责任区"
    )
    occupant_kind = models.CharField(
        "责任人性质", max_length=20, choices=OccupantKind.choices, default=OccupantKind.PRIVATE_SHOP
    )
    stars = models.PositiveSmallIntegerField("星级", null=True, blank=True)
    points = models.DecimalField("得分", max_digits=6, decimal_places=2, null=True, blank=True)
    checks = models.PositiveIntegerField("计入次数", default=0)
    last_checked_on = models.DateField("最近检查", null=True, blank=True)
    scheme = models.CharField("评定办法", max_length=20, blank=True)
    rated_on = models.DateField("评定日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "门前三包星级"
        constraints = [
            models.CheckConstraint(
                name="one_to_five_stars", condition=Q(stars=None) | Q(stars__range=(1, 5))
            ),
        ]
        indexes = [models.Index(fields=["stars"]), models.Index(fields=["last_checked_on"])]

    def __str__(self) -> str:
        return f"{self.frontage} {self.shown}"

    @property
    def shown(self) -> str:
        """Return ★★★★☆, or 未评星; pages put words beside it for whoever has it read aloud."""
        if not self.stars:
            return "未评星"
        return "★" * self.stars + "☆" * (MOST_STARS - self.stars)
