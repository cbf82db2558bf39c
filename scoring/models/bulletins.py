from django.db import models
from django.db.models import Q

from communities.models import Community
from gongjian.documents.models import OfficialDocument
from scoring.models.rounds import Round
from scoring.models.scores import Standing
from units.models import Unit


class BulletinKind(models.TextChoices):
    RANKING = "ranking", "考评通报"
    PRAISE = "praise", "通报表扬"
    CRITICISM = "criticism", "通报批评"
    COMMENDATION = "commendation", "年终表彰"


class Bulletin(models.Model):
    """Which official document carries which result of a round. A year's commendation hangs on its last round."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="bulletins", verbose_name="考评")
    kind = models.CharField("类别", max_length=20, choices=BulletinKind.choices)
    document = models.OneToOneField(OfficialDocument, models.PROTECT, related_name="bulletin", verbose_name="公文")

    class Meta:
        verbose_name = verbose_name_plural = "通报"
        constraints = [models.UniqueConstraint(fields=["round", "kind"], name="one_bulletin_a_kind")]

    def __str__(self):
        return f"{self.round}{self.get_kind_display()}"


class Honour(models.TextChoices):
    PRAISE = "praise", "通报表扬"
    CRITICISM = "criticism", "通报批评"
    COMMENDATION = "commendation", "年终表彰"


class Nomination(models.Model):
    """Who is proposed for praise, criticism or commendation, as what, and on which figure (policy 五)."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="nominations", verbose_name="考评")
    honour = models.CharField("奖惩", max_length=20, choices=Honour.choices)
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="社区"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位")
    standing = models.CharField("身份", max_length=12, choices=Standing.choices, blank=True)
    points = models.DecimalField("依据分", max_digits=6, decimal_places=2)
    reason = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "奖惩提名"
        constraints = [
            models.CheckConstraint(
                name="one_subject",
                condition=Q(community__isnull=False, unit=None, standing="")
                | (Q(community=None, unit__isnull=False) & ~Q(standing="")),
            ),
            models.UniqueConstraint(
                fields=["round", "honour", "community"],
                condition=Q(community__isnull=False),
                name="community_named_once",
            ),
            models.UniqueConstraint(
                fields=["round", "honour", "unit", "standing"], condition=Q(unit__isnull=False), name="unit_named_once"
            ),
        ]

    def __str__(self):
        return f"{self.community or self.unit} {self.get_honour_display()}"
