from typing import Self, cast

from django.db import models
from django.db.models import Q
from django.urls import reverse

from communities.models import Community
from communities.models.places import grouped_with, posted_to
from gongjian.accounts.models import User
from gongjian.accounts.roles import READS_ALL_SCORES
from scoring.models.rounds import Round, RoundStatus
from units.models import Unit


class ResultSheetStatus(models.TextChoices):
    WAITING = "waiting", "待制作"
    MADE = "made", "已制作"
    FAILED = "failed", "未制成"


class ResultSheetQuerySet(models.QuerySet["ResultSheet"]):
    def visible_to(self, user: User) -> Self:
        """Return every row to those who see all scores; to each group and unit its own.

        Its own only once the round is published.
        """
        if user.has_role(*READS_ALL_SCORES):
            return self
        if not user.takes_part:
            return self.none()
        communities = Community.objects.filter(posted_to(user) | grouped_with(user)).values("pk")
        units = Unit.objects.held_by(user).values("pk")
        of_user = Q(community__in=communities) | Q(unit__in=units)
        return self.filter(of_user, round__status=RoundStatus.PUBLISHED)

    def made(self) -> Self:
        return self.filter(status=ResultSheetStatus.MADE)

    def unmade(self) -> Self:
        return self.exclude(status=ResultSheetStatus.MADE)


class ResultSheet(models.Model):
    """反馈单: what the quarter's circular means for one community or one unit.

    Without a number of its own. Made from the frozen quarter; a file that was made never changes.
    """

    round = models.ForeignKey(
        Round, models.PROTECT, related_name="result_sheets", verbose_name="考评"
    )
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="社区"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    status = models.CharField(
        "状态", max_length=10, choices=ResultSheetStatus.choices, default=ResultSheetStatus.WAITING
    )
    error = models.CharField("原因", max_length=300, blank=True)
    file = models.FileField("版式文件", upload_to="feedback/%Y", max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField("制作时间", null=True, blank=True)

    objects = ResultSheetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "反馈单"
        constraints = [
            models.CheckConstraint(
                name="a_community_or_a_unit",
                condition=Q(community__isnull=False, unit=None)
                | Q(community=None, unit__isnull=False),
            ),
            models.CheckConstraint(
                name="made_with_its_file",
                condition=~Q(status="made")
                | (~Q(file="") & ~Q(sha256="") & Q(made_at__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["round", "community"], name="one_result_sheet_a_community"
            ),
            models.UniqueConstraint(fields=["round", "unit"], name="one_result_sheet_a_unit"),
        ]
        indexes = [models.Index(fields=["round", "status"])]

    def __str__(self) -> str:
        return f"{self.subject}反馈单"

    def get_absolute_url(self) -> str:
        return reverse("scoring:result_sheet", args=[self.pk])

    @property
    def subject(self) -> Community | Unit:
        """Return the community or the unit: the database holds one of the two."""
        return cast("Community | Unit", self.community or self.unit)

    @property
    def status_tone(self) -> str:
        tones: dict[str, str] = {ResultSheetStatus.MADE: "good", ResultSheetStatus.FAILED: "bad"}
        return tones.get(self.status, "")
