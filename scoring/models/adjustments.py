"""加减分、一票否决: what the office records beside the sheets."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from communities.models import Community
from gongjian.lib.stamps import stamped_together
from scoring.models.of_round import WithdrawableQuerySet
from scoring.models.rounds import Round
from units.models import Unit


class AdjustmentKind(models.TextChoices):
    BONUS = "bonus", "加分"
    MALUS = "malus", "扣分"
    VETO = "veto", "一票否决"


class Adjustment(models.Model):
    """加减分、一票否决: one case of one community in a round.

    By a rule of the rubric or, a bonus, for a reason of its own.

    Taken back it stays on record with why; it counts no longer.
    """

    round = models.ForeignKey(
        Round, models.PROTECT, related_name="adjustments", verbose_name="考评"
    )
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="adjustments", verbose_name="社区"
    )
    kind = models.CharField("类别", max_length=10, choices=AdjustmentKind.choices)
    rule_code = models.CharField("细则事项", max_length=40, blank=True)
    points = models.DecimalField("加分", max_digits=5, decimal_places=2, null=True, blank=True)
    department = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="分担责任的职能部门",
    )
    reason = models.CharField("事由", max_length=200)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间")
    withdrawal = models.CharField("撤销原因", max_length=200, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="撤销人",
    )
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = WithdrawableQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "加减分"
        constraints = [
            models.CheckConstraint(
                name="points_of_its_own_only_for_a_bonus_without_rule",
                condition=Q(kind="bonus", rule_code="", points__gt=0)
                | (~Q(rule_code="") & Q(points=None)),
            ),
            stamped_together(
                "taken_back_by_somebody_for_a_reason",
                at="withdrawn_at",
                by="withdrawn_by",
                words="withdrawal",
            ),
        ]
        indexes = [models.Index(fields=["round", "community"])]

    def __str__(self) -> str:
        return f"{self.community}{self.get_kind_display()}：{self.reason}"

    def get_absolute_url(self) -> str:
        return reverse("scoring:adjustments", args=[self.round.quarter])
