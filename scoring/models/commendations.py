from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from gongjian.accounts.models import User
from gongjian.accounts.roles import READS_ALL_SCORES
from gongjian.documents.models import OfficialDocument
from gongjian.lib.stamps import stamped_together
from scoring.models.bulletins import Honour
from scoring.models.public_notice import ListOnPublicNotice, QuarterList
from scoring.models.rounds import Round

QUOTA_COLUMNS = ("community_quota", "lead_quota", "member_quota", "department_quota")
QUOTAS = F("community_quota") + F("lead_quota") + F("member_quota") + F("department_quota")


def _person(label: str, **options: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **options
    )


def _later(label: str) -> Any:
    return _person(label, null=True, blank=True)


class CommendationPlanStatus(models.TextChoices):
    DRAFT = "draft", "拟订"
    APPLIED = "applied", "已请示"
    APPROVED = "approved", "已批复"
    REFUSED = "refused", "未批准"


class CommendationPlanQuerySet(models.QuerySet["CommendationPlan"]):
    def visible_to(self, user: User) -> Self:
        """Return every plan to those who see all scores, to others those that are approved."""
        if user.has_role(*READS_ALL_SCORES):
            return self
        return (
            self.filter(status=CommendationPlanStatus.APPROVED) if user.takes_part else self.none()
        )

    def approved(self) -> Self:
        return self.filter(status=CommendationPlanStatus.APPROVED)


class CommendationPlan(models.Model):
    """表彰计划: what is applied for before a year's commendation, and the reply that allows it.

    One a year in force.
    """

    year = models.PositiveSmallIntegerField(
        "表彰年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    name = models.CharField("项目名称", max_length=25)
    host = models.CharField("主办单位", max_length=60)
    basis = models.CharField("表彰依据", max_length=300)
    cycle = models.CharField("表彰周期", max_length=30)
    scope = models.CharField("评选范围", max_length=300)
    competing = models.PositiveIntegerField("参评数量")
    community_quota = models.PositiveSmallIntegerField("社区名额")
    lead_quota = models.PositiveSmallIntegerField("牵头单位名额")
    member_quota = models.PositiveSmallIntegerField("共建单位名额")
    department_quota = models.PositiveSmallIntegerField("职能部门名额")
    awards = models.CharField("奖项设置", max_length=200)
    funding = models.CharField("经费来源", max_length=200)
    form = models.CharField("表彰形式", max_length=200)
    status = models.CharField(
        "状态",
        max_length=10,
        choices=CommendationPlanStatus.choices,
        default=CommendationPlanStatus.DRAFT,
    )
    drafted_by = _person("拟订人")
    drafted_at = models.DateTimeField("拟订时间")
    request = models.OneToOneField(
        OfficialDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="请示",
    )
    reply_number = models.CharField("批复文号", max_length=40, blank=True)
    replied_on = models.DateField("批复日期", null=True, blank=True)
    decided_by = _later("批复人")
    decided_at = models.DateTimeField("批复登记时间", null=True, blank=True)
    refusal = models.CharField("不予批准的理由", max_length=300, blank=True)

    objects = CommendationPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "表彰计划"
        constraints = [
            models.UniqueConstraint(
                fields=["year"], condition=~Q(status="refused"), name="one_commendation_plan_a_year"
            ),
            models.CheckConstraint(
                name="plan_commends_some_of_those_competing",
                condition=Q(competing__gte=QUOTAS) & Q(competing__gt=0),
            ),
            models.CheckConstraint(
                name="approved_plan_has_its_reply",
                condition=~Q(status="approved")
                | (
                    Q(replied_on__isnull=False, decided_by__isnull=False, request__isnull=False)
                    & ~Q(reply_number="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年度表彰计划“{self.name}”"

    def get_absolute_url(self) -> str:
        return reverse("scoring:commendation_plan", args=[self.pk])

    @property
    def status_tone(self) -> str:
        tones: dict[str, str] = {
            CommendationPlanStatus.APPLIED: "warn",
            CommendationPlanStatus.APPROVED: "good",
            CommendationPlanStatus.REFUSED: "bad",
        }
        return tones.get(self.status, "")

    @property
    def quotas(self) -> dict[str, int]:
        """How many of each standing at most."""
        return {
            "community": self.community_quota,
            "lead": self.lead_quota,
            "member": self.member_quota,
            "department": self.department_quota,
        }

    @property
    def places(self) -> int:
        return sum(self.quotas.values())


class CommendationStatus(models.TextChoices):
    PROPOSED = "proposed", "已提名"
    ON_PUBLIC_NOTICE = "on_notice", "公示中"
    REVIEWED = "reviewed", "待市批准"
    APPROVED = "approved", "已批准"
    DECIDED = "decided", "已拟决定"


# From the public notice on, whoever takes part may read the list.
FROM_PUBLIC_NOTICE_ON = (
    CommendationStatus.ON_PUBLIC_NOTICE,
    CommendationStatus.REVIEWED,
    CommendationStatus.APPROVED,
    CommendationStatus.DECIDED,
)


class CommendationQuerySet(models.QuerySet["Commendation"]):
    def visible_to(self, user: User) -> Self:
        if user.has_role(*READS_ALL_SCORES):
            return self
        return self.filter(status__in=FROM_PUBLIC_NOTICE_ON) if user.takes_part else self.none()


class Commendation(ListOnPublicNotice):
    """年终表彰: one year's list, from the proposal over its public notice to the decision.

    One a plan.
    """

    plan = models.OneToOneField(
        CommendationPlan, models.PROTECT, related_name="commendation", verbose_name="表彰计划"
    )
    round = models.OneToOneField(
        Round, models.PROTECT, related_name="commendation", verbose_name="末季考评"
    )
    status = models.CharField(
        "状态",
        max_length=10,
        choices=CommendationStatus.choices,
        default=CommendationStatus.PROPOSED,
    )
    reviewed_by = _later("审核人")
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    approved_by = _later("批准人")
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)

    objects = CommendationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年终表彰名单"
        constraints = [
            models.CheckConstraint(
                name="reviewed_list_was_laid_open",
                condition=Q(status="proposed")
                | Q(notice_starts_on__isnull=False, notice_ends_on__isnull=False),
            ),
            models.CheckConstraint(
                name="approved_list_was_reviewed",
                condition=~Q(status__in=["approved", "decided"])
                | Q(reviewed_by__isnull=False, approved_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.year}年度表彰名单"

    def get_absolute_url(self) -> str:
        return reverse("scoring:year", args=[self.round.quarter])

    @property
    def status_tone(self) -> str:
        is_approved = self.status in (CommendationStatus.APPROVED, CommendationStatus.DECIDED)
        return "good" if is_approved else "warn"


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: User) -> Self:
        """Return all to those who see all scores, to others those that they raised."""
        if user.has_role(*READS_ALL_SCORES):
            return self
        return self.filter(raised_by=user)

    def unanswered(self) -> Self:
        return self.filter(answered_at=None)


class Objection(models.Model):
    """公示异议: what somebody objects to a list on public notice or one name on it, and the answer.

    `about` is the name as it stood in the list, which may be proposed anew; empty: the whole list.
    Against criticism it is the 陈述申辩 of those who are named themselves.
    """

    commendation = models.ForeignKey(
        Commendation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="objections",
        verbose_name="年终表彰名单",
    )
    quarter_list = models.ForeignKey(
        QuarterList,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="objections",
        verbose_name="季度奖惩名单",
    )
    honour = models.CharField(
        "奖惩", max_length=20, choices=Honour.choices, default=Honour.COMMENDATION
    )
    about = models.CharField("针对", max_length=80, blank=True)
    text = models.TextField("异议内容", max_length=1000)
    raised_by = _person("提出人")
    raised_at = models.DateTimeField("提出时间")
    answer = models.TextField("答复", max_length=1000, blank=True)
    answered_by = _later("答复人")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公示异议"
        constraints = [
            stamped_together(
                "objection_answered_by_somebody", at="answered_at", by="answered_by", words="answer"
            ),
            models.CheckConstraint(
                name="objection_to_one_list",
                condition=Q(honour="commendation", commendation__isnull=False, quarter_list=None)
                | (Q(commendation=None, quarter_list__isnull=False) & ~Q(honour="commendation")),
            ),
        ]

    def __str__(self) -> str:
        if self.is_statement:
            return f"{self.about}的陈述申辩"
        return f"对{self.about or '名单'}的异议"

    def get_absolute_url(self) -> str:
        if self.commendation:
            return self.commendation.get_absolute_url()
        assert self.quarter_list is not None  # of one of the two lists
        return f"{self.quarter_list.get_absolute_url()}?tab={self.honour}"

    @property
    def is_statement(self) -> bool:
        """Whether it is the 陈述申辩 of those to be criticised, not an objection to a name."""
        return self.honour == Honour.CRITICISM
