"""读数、未参评: what the office enters of a community in a round."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from communities.models import Community
from gongjian.lib.stamps import stamped_together
from scoring.models.of_round import OfRoundQuerySet, WithdrawableQuerySet
from scoring.models.rounds import Round


class Reading(models.Model):
    """读数: what was found for the items of one measured component of one community in a round.

    `items` maps an item's code to what its rule asks for, as the frozen record writes it
    (`scoring.rules.records.recording.reading_as_mapping`); one that does not apply has the `reason`
    beside it.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="readings", verbose_name="考评")
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="readings", verbose_name="社区"
    )
    component = models.CharField("评分部分", max_length=100)
    items = models.JSONField("读数", default=dict)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间")

    objects = OfRoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "读数"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "community", "component"], name="one_reading_a_component"
            )
        ]

    def __str__(self) -> str:
        return f"{self.community}读数"

    def get_absolute_url(self) -> str:
        return reverse("scoring:readings", args=[self.round.quarter])


class Absence(models.Model):
    """未参评: a community in which a round had nothing to assess (拆迁、停办).

    It is listed without a place and with why.

    Taken back it stays on record; the community is assessed again.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="absences", verbose_name="考评")
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="absences", verbose_name="社区"
    )
    reason = models.CharField("未参评原因", max_length=200)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间")
    withdrawal = models.CharField("恢复原因", max_length=200, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="恢复人",
    )
    withdrawn_at = models.DateTimeField("恢复时间", null=True, blank=True)

    objects = WithdrawableQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "未参评"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "community"],
                condition=Q(withdrawn_at=None),
                name="absent_once_a_round",
            ),
            models.CheckConstraint(name="absent_for_a_reason", condition=~Q(reason="")),
            stamped_together(
                "present_again_by_somebody_for_a_reason",
                at="withdrawn_at",
                by="withdrawn_by",
                words="withdrawal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community}未参评：{self.reason}"

    def get_absolute_url(self) -> str:
        return reverse("scoring:readings", args=[self.round.quarter])
