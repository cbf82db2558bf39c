from typing import Any, Self, cast

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from communities.models import Community
from gongjian.accounts.models import User
from gongjian.accounts.roles import READS_ALL_SCORES, Role
from gongjian.documents.models import OfficialDocument
from gongjian.lib.stamps import stamped_together
from scoring.models.rounds import Round
from scoring.models.scores import Standing
from units.models import Unit
from units.models import UnitKind as UnitKind


class BulletinKind(models.TextChoices):
    RANKING = "ranking", "考评通报"
    PRAISE = "praise", "通报表扬"
    CRITICISM = "criticism", "通报批评"
    COMMENDATION = "commendation", "年终表彰"


class Bulletin(models.Model):
    """通报: which official document carries which result of a round.

    A year's commendation hangs on its last round.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="bulletins", verbose_name="考评")
    kind = models.CharField("类别", max_length=20, choices=BulletinKind.choices)
    document = models.OneToOneField(
        OfficialDocument, models.PROTECT, related_name="bulletin", verbose_name="公文"
    )

    class Meta:
        verbose_name = verbose_name_plural = "通报"
        constraints = [
            models.UniqueConstraint(fields=["round", "kind"], name="one_bulletin_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.round}{self.get_kind_display()}"


class Honour(models.TextChoices):
    PRAISE = "praise", "通报表扬"
    CRITICISM = "criticism", "通报批评"
    COMMENDATION = "commendation", "年终表彰"


# Organs and subordinate units only: a public criticism of an enterprise would be a penalty
# (行政处罚法 第九条).
CRITICISED_KINDS = (UnitKind.ORGAN, UnitKind.INSTITUTION, UnitKind.SUBDISTRICT)
LEGALLY_REVIEWED = Q(reviewed_by__isnull=False, reviewed_on__isnull=False) & ~Q(review_document="")


def _later(label: str) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
    )


# Who answers for a unit that is named.
SPEAKERS = (Role.LEAD_OFFICER, Role.MEMBER_LIAISON, Role.DEPARTMENT_OFFICER)


class NominationQuerySet(models.QuerySet["Nomination"]):
    def visible_to(self, user: User) -> Self:
        """Return all names, struck ones too, to those who see all scores.

        To others the lists that are or were on public notice, and of those to be criticised their
        own alone: nobody else's name is known before it is decided.
        """
        if user.has_role(*READS_ALL_SCORES):
            return self
        if not user.takes_part:
            return self.none()
        year = Q(honour=Honour.COMMENDATION, round__commendation__notice_starts_on__isnull=False)
        quarter = Q(round__quarter_list__notice_starts_on__isnull=False)
        concerning = Nomination.objects.concerning(user).values("pk")
        praise = quarter & Q(honour=Honour.PRAISE)
        criticism = quarter & Q(honour=Honour.CRITICISM, pk__in=concerning)
        return self.in_list().filter(year | praise | criticism)

    def concerning(self, user: User) -> Self:
        """Return those of communities whose records the user keeps, and of units he answers for."""
        communities = Community.objects.kept_by(user).values("pk")
        units = Unit.objects.held_by(user, *SPEAKERS).values("pk")
        return self.filter(Q(community__in=communities) | Q(unit__in=units))

    def in_list(self) -> Self:
        """Return those that were not struck."""
        return self.filter(struck_at=None)


class Nomination(models.Model):
    """奖惩提名: who is proposed for praise, criticism or commendation, on which figure (policy 五).

    Proposed by the rubric, or added by the office; struck it stays with the reason. Liaison leaders
    are no subject.
    """

    round = models.ForeignKey(
        Round, models.CASCADE, related_name="nominations", verbose_name="考评"
    )
    honour = models.CharField("奖惩", max_length=20, choices=Honour.choices)
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="社区"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    unit_kind = models.CharField("单位类别", max_length=20, choices=UnitKind.choices, blank=True)
    standing = models.CharField("身份", max_length=12, choices=Standing.choices, blank=True)
    points = models.DecimalField("依据分", max_digits=6, decimal_places=2)
    reason = models.CharField("依据", max_length=200)
    added_by = _later("增补人")
    added_at = models.DateTimeField("增补时间", null=True, blank=True)
    struck_by = _later("剔除人")
    struck_at = models.DateTimeField("剔除时间", null=True, blank=True)
    struck_reason = models.CharField("剔除理由", max_length=200, blank=True)
    reviewed_by = _later("法制审核登记人")
    reviewed_on = models.DateField("法制审核日期", null=True, blank=True)
    review_document = models.CharField("法制审核文书", max_length=100, blank=True)

    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "奖惩提名"
        constraints = [
            models.CheckConstraint(
                name="one_subject",
                condition=Q(community__isnull=False, unit=None, standing="")
                | (Q(community=None, unit__isnull=False) & ~Q(standing="")),
            ),
            models.CheckConstraint(
                name="enterprise_criticised_after_legal_review",
                condition=~Q(honour="criticism")
                | Q(unit=None)
                | Q(unit_kind__in=["organ", "institution", "subdistrict"])
                | LEGALLY_REVIEWED,
            ),
            stamped_together(
                "struck_by_somebody_for_a_reason",
                at="struck_at",
                by="struck_by",
                words="struck_reason",
            ),
            models.UniqueConstraint(
                fields=["round", "honour", "community"],
                condition=Q(community__isnull=False),
                name="community_named_once",
            ),
            models.UniqueConstraint(
                fields=["round", "honour", "unit", "standing"],
                condition=Q(unit__isnull=False),
                name="unit_named_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community or self.unit} {self.get_honour_display()}"

    def get_absolute_url(self) -> str:
        return reverse("scoring:nominations", args=[self.round.quarter])

    @property
    def subject(self) -> Community | Unit:
        """Return the community or the unit: the database holds one of the two."""
        return cast("Community | Unit", self.community or self.unit)

    @property
    def name(self) -> str:
        """The full name of the community or unit."""
        return self.subject.name

    @property
    def named_as(self) -> str:
        return self.get_standing_display() if self.standing else "社区"

    @property
    def quota_key(self) -> str:
        """Under which standing its place is counted."""
        return self.standing or "community"
