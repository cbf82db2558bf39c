"""得分: of communities and of units in a round, as published and as corrected."""

from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from communities.models import Community
from communities.models.scoping import OfCommunityQuerySet, Row
from gongjian.accounts.models import User
from gongjian.accounts.roles import READS_ALL_SCORES
from gongjian.lib.quarters import Quarter
from scoring.models.rounds import KNOWN, Round
from units.models import Unit


def _points(label: str, **more: Any) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(label, max_digits=6, decimal_places=2, **more)


class _InForce(Coalesce):
    """The figure of a correction, else the published one, with two places.

    SQLite reads a decimal that no column gives as a float.
    """

    def get_db_converters(self, connection: Any) -> list[Any]:
        return [*super().get_db_converters(connection), _two_places]


def _two_places(value: Any, expression: Any, connection: Any) -> Any:
    if isinstance(value, Decimal):
        return value.quantize(Decimal("0.01"))
    return value


class InForceQuerySet(models.QuerySet[Row]):
    def in_force(self) -> Self:
        """Add what was published, or what the newest correction puts in its place.

        As `total_points_now`, `rank_now` … for each of the model's IN_FORCE, and `corrected_by`,
        the number of the correction that says so.
        """
        model: Any = self.model
        rows = model.corrected.rel.related_model.objects
        newest = rows.filter(score=OuterRef("pk")).order_by("-correction__number")
        now = {}
        for name in model.IN_FORCE:
            now[f"{name}_now"] = _InForce(Subquery(newest.values(name)[:1]), F(name))
        corrected_by = Subquery(newest.values("correction__number")[:1])
        return self.annotate(corrected_by=corrected_by, **now)


# The stubs give each queryset class an `as_manager` of its own type.
class ScoreQuerySet(  # type: ignore[override]
    OfCommunityQuerySet["Score"], InForceQuerySet["Score"]
):
    def visible_to(self, user: User) -> Self:
        """Return every score for the office and those above it.

        Those scored see them from the public notice on, the whole ranking alike.
        """
        if user.has_role(*READS_ALL_SCORES):
            return self
        if not user.takes_part:
            return self.none()
        return self.filter(round__status__in=KNOWN)

    def in_quarter(self, quarter: Quarter | str) -> Self:
        """Return the scores of one quarter."""
        return self.filter(round__quarter=str(quarter))


class Score(models.Model):
    """得分: one community's result in a round, with the `inputs` from which it is explained.

    `inputs` is {"passes": {code: [sheets, total, highest, lowest]}, "self_checks": {month: state},
    "rectification": [due, closed in time], "cases": [[number, kind, rule, times, own points,
    reason]]}, points in hundredths. Without them, `explanation` is stored whole;
    `services.scores.explanations` reads either.
    """

    # Number of the correction whose figures a row read as corrected has, see `as_corrected`.
    corrected_by: int | None
    # The published figures that a correction may put another in the place of.
    IN_FORCE = ("total_points", "rank", "class_rank", "grade")

    round = models.ForeignKey(Round, models.CASCADE, related_name="scores", verbose_name="考评")
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="scores", verbose_name="社区"
    )
    assessment_points = _points("全市考评")
    self_check_points = _points("月度自查")
    rectification_points = _points("问题整改")
    bonus_points = _points("加分", default=0)
    malus_points = _points("减分", default=0)
    total_points = _points("得分")
    self_mean_points = _points("自评均分", null=True, blank=True)
    rank = models.PositiveIntegerField("名次")
    class_rank = models.PositiveIntegerField("类内名次")
    grade = models.CharField("等次", max_length=10, blank=True)
    explanation = models.JSONField("得分说明", null=True, blank=True)
    inputs = models.JSONField("得分依据", null=True, blank=True)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "得分"
        constraints = [
            models.UniqueConstraint(fields=["round", "community"], name="one_score_a_round")
        ]
        indexes = [models.Index(fields=["round", "rank"])]

    def __str__(self) -> str:
        return f"{self.community} {self.total_points}"

    def get_absolute_url(self) -> str:
        return reverse("scoring:score", args=[self.pk])


class Standing(models.TextChoices):
    LEAD = "lead", "牵头单位"
    MEMBER = "member", "共建单位"
    DEPARTMENT = "department", "职能部门"


class UnitScoreQuerySet(InForceQuerySet["UnitScore"]):
    def visible_to(self, user: User) -> Self:
        """Return the scores of units as those of communities are seen."""
        if user.has_role(*READS_ALL_SCORES):
            return self
        if not user.takes_part:
            return self.none()
        return self.filter(round__status__in=KNOWN)


class UnitScore(models.Model):
    """A unit's result in a round in one standing (assessment 3.6).

    As lead unit, member unit or functional department.
    """

    corrected_by: int | None
    IN_FORCE = ("total_points", "rank", "explanation")

    round = models.ForeignKey(
        Round, models.CASCADE, related_name="unit_scores", verbose_name="考评"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="unit_scores", verbose_name="单位")
    standing = models.CharField("身份", max_length=12, choices=Standing.choices)
    total_points = _points("得分")
    rank = models.PositiveIntegerField("名次")
    explanation = models.JSONField("得分说明")

    objects = UnitScoreQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位得分"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit", "standing"], name="one_score_a_standing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.total_points}"

    def get_absolute_url(self) -> str:
        """The unit's page: its parts open in the list itself."""
        return reverse("units:detail", args=[self.unit_id])
