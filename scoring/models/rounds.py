"""Rounds: a quarter's assessment, its rubric, its draw and the assessors' sheets."""

from datetime import date
from decimal import Decimal
from typing import Any, Self, cast

from django.conf import settings
from django.db import models
from django.urls import reverse

from communities.models import Community
from communities.models.scoping import OfCommunityQuerySet
from gongjian.accounts.models import User
from gongjian.accounts.roles import READS_ALL_SCORES, Role
from gongjian.lib.quarters import Quarter, valid_quarter
from inspections.models import Checklist
from scoring.rules.rubrics.rubric import Rubric as RubricRules
from scoring.rules.rubrics.rubric import stored_rubric


class RubricQuerySet(models.QuerySet["Rubric"]):
    def visible_to(self, user: User) -> Self:
        """Return the rubrics for everybody who takes part: he may read by what he is judged."""
        if user.takes_part or user.has_role(Role.AUDITOR):
            return self
        return self.none()


class Rubric(models.Model):
    """评分细则: one version, as data for `scoring.rules`.

    Never changed, so that a quarter keeps what it began with.
    """

    version = models.CharField("版本", max_length=20, unique=True)
    title = models.CharField("名称", max_length=60)
    content = models.JSONField("内容")
    created_at = models.DateTimeField("建立时间")

    objects = RubricQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评分细则"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("scoring:rubric", args=[self.pk])

    @property
    def rules(self) -> RubricRules:
        """The rubric that `content` says, parsed once a process."""
        return stored_rubric(self.content)

    @property
    def has_own_sheet(self) -> bool:
        """Whether the assessors' sheets follow a list of its own, not the checklist's."""
        return self.rules.assessment.sheet is not None


class RoundStatus(models.TextChoices):
    PLANNED = "planned", "筹备"
    ASSESSING = "assessing", "考评中"
    GATHERED = "gathered", "已汇总"
    ON_PUBLIC_NOTICE = "on_notice", "公示复核"
    FROZEN = "frozen", "已定分"
    REPORTED = "reported", "报批中"
    PUBLISHED = "published", "已通报"


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User) -> Self:
        """Return every round for the office, those above it and the assessors.

        Others see a round from its public notice on.
        """
        if user.has_role(*READS_ALL_SCORES, Role.ASSESSOR):
            return self
        if not user.takes_part:
            return self.none()
        return self.filter(status__in=KNOWN)

    def published(self) -> Self:
        """Return the rounds whose circulars are issued."""
        return self.filter(status=RoundStatus.PUBLISHED)


# From the public notice on, those who are scored may see their scores.
KNOWN = (
    RoundStatus.ON_PUBLIC_NOTICE,
    RoundStatus.FROZEN,
    RoundStatus.REPORTED,
    RoundStatus.PUBLISHED,
)


_EveryRound = models.Manager.from_queryset(RoundQuerySet)


class RoundManager(_EveryRound["Round"]):
    """Leaves the frozen record in the database until it is read: half a megabyte a quarter."""

    def get_queryset(self) -> RoundQuerySet:
        return cast(RoundQuerySet, super().get_queryset().defer("frozen"))


class Round(models.Model):
    """季度考评: one quarter's assessment of all communities (policy 五), from draw to circular."""

    quarter = models.CharField("季度", max_length=6, unique=True, validators=[valid_quarter])
    rubric = models.ForeignKey(
        Rubric, models.PROTECT, related_name="rounds", verbose_name="评分细则"
    )
    # Under its items stands what is found in the quarter; the assessors' sheets follow it too,
    # unless `follows_rubric`.
    checklist = models.ForeignKey(
        Checklist, models.PROTECT, related_name="+", verbose_name="考评表"
    )
    follows_rubric = models.BooleanField("评分表按评分细则", default=False)
    status = models.CharField(
        "状态", max_length=20, choices=RoundStatus.choices, default=RoundStatus.PLANNED
    )
    late_rubric_reason = models.CharField(
        "细则晚于季度启用的理由", max_length=200, blank=True, default=""
    )
    starts_on = models.DateField("考评开始")
    ends_on = models.DateField("考评结束")
    seed = models.CharField("抽签种子", max_length=64)
    # Where the rubric has a least sample, as it was drawn:
    # {"size": "120", "taken": {"communities": 74, …}}
    sampled = models.JSONField("抽样数", null=True, blank=True)
    gathered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="汇总人",
    )
    gathered_at = models.DateTimeField("汇总时间", null=True, blank=True)
    notice_starts_on = models.DateField("公示开始", null=True, blank=True)
    notice_ends_on = models.DateField("公示截止", null=True, blank=True)
    frozen = models.JSONField("定分快照", null=True, blank=True)
    sha256 = models.CharField("快照校验值", max_length=64, blank=True)
    frozen_at = models.DateTimeField("定分时间", null=True, blank=True)
    published_at = models.DateTimeField("通报时间", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="建立人"
    )
    created_at = models.DateTimeField("建立时间")

    objects = RoundManager()

    class Meta:
        verbose_name = verbose_name_plural = "季度考评"
        constraints = [
            models.CheckConstraint(
                name="round_ends_after_start",
                condition=models.Q(ends_on__gte=models.F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{Quarter.parse(self.quarter).title}考评"

    def get_absolute_url(self) -> str:
        return reverse("scoring:round", args=[self.quarter])

    @property
    def status_tone(self) -> str:
        return {"published": "good", "planned": ""}.get(self.status, "warn")

    @property
    def span(self) -> Quarter:
        return Quarter.parse(self.quarter)

    @property
    def original_record(self) -> dict[str, Any]:
        """The record as it was frozen, of a round that has been."""
        record: dict[str, Any] = self.frozen or {}
        assert record
        return record

    def is_on_public_notice(self, day: date) -> bool:
        """Whether appeals are taken on that day."""
        if self.status != RoundStatus.ON_PUBLIC_NOTICE:
            return False
        if self.notice_starts_on is None or self.notice_ends_on is None:
            return False
        return self.notice_starts_on <= day <= self.notice_ends_on


class Pass(models.TextChoices):
    DAY = "day", "日常"
    OFF_PEAK = "off_peak", "错时"
    NIGHT = "night", "夜间"


class Draw(models.Model):
    """抽签: an assessor drawn for a community by the round's seed, never with an interest in it."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="draws", verbose_name="考评")
    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name="社区")
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="考评员"
    )
    on_pass = models.CharField("时段", max_length=10, choices=Pass.choices, default=Pass.DAY)

    class Meta:
        verbose_name = verbose_name_plural = "抽签结果"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "community", "assessor", "on_pass"],
                name="drawn_once_for_a_community",
            )
        ]

    def __str__(self) -> str:
        return f"{self.community} {self.assessor}"


# Characters in which an assessor says why his marks stand out.
LONGEST_REASON = 300


class SheetStatus(models.TextChoices):
    OPEN = "open", "填写中"
    LOCKED = "locked", "已锁定"


class SheetQuerySet(OfCommunityQuerySet["Sheet"]):
    def visible_to(self, user: User) -> Self:
        """Return an assessor's own sheets from the first day on, locked ones for the office.

        Those scored see locked ones of their communities once known. Whoever still has a sheet to
        lock in a round sees nobody else's there, whatever his other roles.
        """
        his_own = models.Q(assessor=user, round__starts_on__lte=user.as_of)
        sheets = Sheet.objects.filter(assessor=user, status=SheetStatus.OPEN)
        still_filling = sheets.values("round")
        locked = models.Q(status=SheetStatus.LOCKED) & ~models.Q(round__in=still_filling)
        if user.has_role(*READS_ALL_SCORES):
            return self.filter(his_own | locked)
        if user.has_role(Role.ASSESSOR):
            return self.filter(his_own)
        communities = Community.objects.visible_to(user)
        is_known = models.Q(round__status__in=KNOWN, community__in=communities)
        return self.filter(locked & is_known)

    def locked(self) -> Self:
        """Return the sheets whose marks count."""
        return self.filter(status=SheetStatus.LOCKED)


class Sheet(models.Model):
    """考评打分表: one assessor's marks of one community, blind to the others' until locked.

    `marks` maps an item's code to {"deducted": "2.00", "not_applicable": false, "note": ""}, by a
    rubric's own list besides to its `reading` (`scoring.rules.sheets.lists`). `reason` is asked for
    where they stand out (`scoring.rules.sheets.outliers`).
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="sheets", verbose_name="考评")
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="sheets", verbose_name="社区"
    )
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="sheets", verbose_name="考评员"
    )
    on_pass = models.CharField("时段", max_length=10, choices=Pass.choices, default=Pass.DAY)
    status = models.CharField(
        "状态", max_length=10, choices=SheetStatus.choices, default=SheetStatus.OPEN
    )
    marks = models.JSONField("逐项扣分", default=dict, blank=True)
    total_points = models.DecimalField(
        "得分", max_digits=6, decimal_places=2, null=True, blank=True
    )
    visited_on = models.DateField("考评日期", null=True, blank=True)
    reason = models.CharField("打分说明", max_length=LONGEST_REASON, blank=True, default="")
    saved_at = models.DateTimeField("保存时间", null=True, blank=True)
    locked_at = models.DateTimeField("锁定时间", null=True, blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "考评打分表"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "community", "assessor", "on_pass"], name="one_sheet_an_assessor"
            ),
            models.CheckConstraint(
                name="locked_has_points",
                condition=models.Q(status=SheetStatus.OPEN) | models.Q(total_points__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["round", "community", "status"])]

    def __str__(self) -> str:
        return f"{self.community} {self.assessor}"

    def get_absolute_url(self) -> str:
        return reverse("scoring:sheet", args=[self.pk])

    @property
    def locked_points(self) -> Decimal:
        """The points of a sheet that is locked, see `locked_has_points`."""
        assert self.total_points is not None
        return self.total_points

    @property
    def status_tone(self) -> str:
        return "good" if self.status == SheetStatus.LOCKED else "warn"
