from typing import Any, Self, cast

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from communities.models import Community
from gongjian.accounts.models import User
from gongjian.accounts.roles import OFFICE, Role
from gongjian.documents.models import OfficialDocument
from scoring.models.rounds import Round
from scoring.models.scores import Score, UnitScore


class CorrectionStatus(models.TextChoices):
    DRAFTED = "drafted", "待批准"
    IN_FORCE = "in_force", "已更正"
    REFUSED = "refused", "不予更正"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User) -> Self:
        """Return those in force with the round; to the office and the auditor also those before."""
        visible = self.filter(round__in=Round.objects.visible_to(user))
        if user.has_role(*OFFICE, Role.AUDITOR):
            return visible
        return visible.in_force()

    def in_force(self) -> Self:
        return self.filter(status=CorrectionStatus.IN_FORCE)


_EveryCorrection = models.Manager.from_queryset(CorrectionQuerySet)


class CorrectionManager(_EveryCorrection["Correction"]):
    """Leaves the frozen record in the database until it is asked for."""

    def get_queryset(self) -> CorrectionQuerySet:
        return cast(CorrectionQuerySet, super().get_queryset().defer("frozen"))


class Correction(models.Model):
    """更正（第1号）: one input of a frozen quarter put right.

    The quarter is computed anew beside the original record. `change` is what
    scoring.rules.corrections.correcting applies. The number is taken when the director approves;
    `frozen` names the SHA-256 of the record that it corrects, so that the records are a chain.
    """

    round = models.ForeignKey(
        Round, models.PROTECT, related_name="corrections", verbose_name="考评"
    )
    number = models.PositiveSmallIntegerField("序号", null=True, blank=True)
    status = models.CharField(
        "状态", max_length=10, choices=CorrectionStatus.choices, default=CorrectionStatus.DRAFTED
    )
    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name="社区")
    change = models.JSONField("更正内容")
    reason = models.CharField("更正原因", max_length=300)
    basis = models.CharField("依据", max_length=300)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人"
    )
    drafted_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="批准人",
    )
    decided_at = models.DateTimeField("批准时间", null=True, blank=True)
    opinion = models.CharField("批准意见", max_length=300, blank=True)
    frozen = models.JSONField("更正快照", null=True, blank=True)
    sha256 = models.CharField("快照校验值", max_length=64, blank=True)
    document = models.OneToOneField(
        OfficialDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="correction_of",
        verbose_name="更正通报",
    )

    objects = CorrectionManager()

    class Meta:
        verbose_name = verbose_name_plural = "更正"
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="correction_numbered_once"),
            models.CheckConstraint(
                name="in_force_is_numbered_and_frozen",
                condition=Q(status="in_force", number__isnull=False, frozen__isnull=False)
                & ~Q(sha256="")
                | Q(status__in=["drafted", "refused"], number=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}{self.title}"

    def get_absolute_url(self) -> str:
        return reverse("scoring:correction", args=[self.pk])

    @property
    def title(self) -> str:
        """更正（第1号）, or 更正 before it is approved."""
        return f"更正（第{self.number}号）" if self.number else "更正"

    @property
    def new_record(self) -> dict[str, Any]:
        """The record with this correction in it, once it is in force."""
        record: dict[str, Any] = self.frozen or {}
        assert record
        return record

    @property
    def status_tone(self) -> str:
        tones: dict[str, str] = {
            CorrectionStatus.DRAFTED: "warn",
            CorrectionStatus.IN_FORCE: "good",
        }
        return tones.get(self.status, "")


class CorrectedScore(models.Model):
    """更正后的得分: what stands for a score from this correction on.

    Only where something else was published. `explanation` only where the figure itself changed; a
    place may change because of another community's.
    """

    correction = models.ForeignKey(
        Correction, models.PROTECT, related_name="scores", verbose_name="更正"
    )
    score = models.ForeignKey(Score, models.PROTECT, related_name="corrected", verbose_name="得分")
    total_points = models.DecimalField("得分", max_digits=6, decimal_places=2)
    rank = models.PositiveIntegerField("名次")
    class_rank = models.PositiveIntegerField("类内名次")
    grade = models.CharField("等次", max_length=10, blank=True)
    explanation = models.JSONField("得分说明", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "更正后的得分"
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "score"], name="corrected_once_a_correction"
            )
        ]

    def __str__(self) -> str:
        return f"{self.score.community} {self.total_points}"

    def get_absolute_url(self) -> str:
        return self.score.get_absolute_url()


class CorrectedUnitScore(models.Model):
    """更正后的单位得分: the same for a unit, by what its communities or it itself did."""

    correction = models.ForeignKey(
        Correction, models.PROTECT, related_name="unit_scores", verbose_name="更正"
    )
    score = models.ForeignKey(
        UnitScore, models.PROTECT, related_name="corrected", verbose_name="单位得分"
    )
    total_points = models.DecimalField("得分", max_digits=6, decimal_places=2)
    rank = models.PositiveIntegerField("名次")
    explanation = models.JSONField("得分说明")

    class Meta:
        verbose_name = verbose_name_plural = "更正后的单位得分"
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "score"], name="unit_corrected_once_a_correction"
            )
        ]

    def __str__(self) -> str:
        return f"{self.score.unit} {self.total_points}"

    def get_absolute_url(self) -> str:
        return self.score.get_absolute_url()
