from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from gongjian.accounts.models import User
from gongjian.accounts.roles import OFFICE, Role
from gongjian.lib.quarters import valid_quarter
from inspections.models.frontages import Frontage
from inspections.models.stars import OccupantKind


class EntryKind(models.TextChoices):
    HONOUR = "honour", "红榜"
    WARNING = "warning", "黑榜"


class EntryStatus(models.TextChoices):
    PROPOSED = "proposed", "待决定"
    DROPPED = "dropped", "不列入"
    PUBLISHED = "published", "已公布"
    REMOVED = "removed", "已移出"


REVIEWED = ~Q(reviewed_by=None) & ~Q(reviewed_on=None) & ~Q(review_document="")
# A private shop is never criticised in public without a lawyer's review (行政处罚法 第九条).
SPARED = Q(kind=EntryKind.WARNING, occupant_kind=OccupantKind.PRIVATE_SHOP)


class ListEntryQuerySet(models.QuerySet["ListEntry"]):
    def visible_to(self, user: User) -> Self:
        """Return every entry for the office and the auditor.

        Others see what is shown on their day, of the frontages that they see.
        """
        if user.has_role(*OFFICE, Role.AUDITOR):
            return self
        # No role is known of a user without his day.
        assert user.as_of is not None
        frontages = Frontage.objects.visible_to(user)
        return self.shown(user.as_of).filter(frontage__in=frontages)

    def shown(self, on: date) -> Self:
        """Return entries published and not yet expired on the day `on`.

        A private shop's warning is shown only with its legal review.
        """
        rows = self.filter(status=EntryStatus.PUBLISHED, published_on__lte=on, expires_on__gt=on)
        return rows.exclude(SPARED & ~REVIEWED)


class ListEntry(models.Model):
    """An entry of the honour and the warning list (红黑榜).

    Proposed by the rules, decided by the office, shown until it expires or is taken off after
    repair (信用修复).
    """

    frontage = models.ForeignKey(
        Frontage, models.PROTECT, related_name="list_entries", verbose_name="责任区"
    )
    kind = models.CharField("榜别", max_length=10, choices=EntryKind.choices)
    quarter = models.CharField("季度", max_length=6, validators=[valid_quarter])
    occupant_kind = models.CharField("责任人性质", max_length=20, choices=OccupantKind.choices)
    grounds = models.CharField("依据", max_length=200)
    shown_days = models.PositiveSmallIntegerField("公布天数")
    status = models.CharField(
        "状态", max_length=20, choices=EntryStatus.choices, default=EntryStatus.PROPOSED
    )
    proposed_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="决定人",
    )
    decision = models.CharField("决定理由", max_length=300, blank=True)
    published_on = models.DateField("公布日期", null=True, blank=True)
    expires_on = models.DateField("到期日期", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="法制审核登记人",
    )
    reviewed_on = models.DateField("法制审核日期", null=True, blank=True)
    review_document = models.CharField("法制审核文书", max_length=100, blank=True)
    removed_on = models.DateField("移出日期", null=True, blank=True)
    removal = models.CharField("信用修复情况", max_length=300, blank=True)

    objects = ListEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "门前三包红黑榜"
        constraints = [
            models.UniqueConstraint(
                fields=["frontage", "kind", "quarter"], name="one_entry_a_quarter"
            ),
            models.CheckConstraint(
                name="published_entry_ends",
                condition=~Q(status="published")
                | Q(published_on__isnull=False, expires_on__gt=F("published_on")),
            ),
            models.CheckConstraint(
                name="private_shop_needs_legal_review",
                condition=~Q(status="published", kind="warning", occupant_kind="private_shop")
                | (
                    Q(reviewed_by__isnull=False, reviewed_on__isnull=False) & ~Q(review_document="")
                ),
            ),
        ]
        indexes = [models.Index(fields=["status", "expires_on"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.frontage}"

    def get_absolute_url(self) -> str:
        return reverse("inspections:honour", args=[self.pk])

    @property
    def needs_review(self) -> bool:
        """Whether a legal review must come before it may be shown outside the office."""
        is_private_shop = self.occupant_kind == OccupantKind.PRIVATE_SHOP
        is_reviewed = self.reviewed_by_id and self.reviewed_on and self.review_document
        return self.kind == EntryKind.WARNING and is_private_shop and not is_reviewed

    @property
    def tone(self) -> str:
        return "good" if self.kind == EntryKind.HONOUR else "bad"

    def standing(self, on: date) -> tuple[str, str]:
        """Return the word and tone of its state on the day `on`: 公布中, 已到期, or its status."""
        if self.status != EntryStatus.PUBLISHED:
            tone = "warn" if self.status == EntryStatus.PROPOSED else ""
            return self.get_status_display(), tone
        if self.expires_on is None or self.expires_on <= on:
            return "已到期", ""
        return "公布中", self.tone
