"""What a finding may meet on its way to close-out.

Requests (延期、退单), orders (督办), false rectification (虚假整改), reminders and notices.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from gongjian.accounts.models import User
from gongjian.documents.models import OfficialDocument
from gongjian.lib.quarters import Quarter
from inspections.models.findings import Finding
from units.models import Unit


class RequestKind(models.TextChoices):
    EXTENSION = "extension", "延期"
    HAND_ON = "hand_on", "退单"


class RequestStatus(models.TextChoices):
    ASKED = "asked", "待答复"
    GRANTED = "granted", "已同意"
    REFUSED = "refused", "未同意"
    LAPSED = "lapsed", "已失效"


class FindingRequestQuerySet(models.QuerySet["FindingRequest"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(finding__in=Finding.objects.visible_to(user))

    def asked(self) -> Self:
        return self.filter(status=RequestStatus.ASKED)

    def extensions_granted(self) -> Self:
        return self.filter(kind=RequestKind.EXTENSION, status=RequestStatus.GRANTED)


class FindingRequest(models.Model):
    """A unit's request: more time (延期), or another unit to take the finding over (退单)."""

    finding = models.ForeignKey(
        Finding, models.PROTECT, related_name="requests", verbose_name="问题"
    )
    kind = models.CharField("申请", max_length=12, choices=RequestKind.choices)
    status = models.CharField(
        "状态", max_length=12, choices=RequestStatus.choices, default=RequestStatus.ASKED
    )
    reason = models.CharField("理由", max_length=300)
    until_at = models.DateTimeField("申请延至", null=True, blank=True)
    proposed_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="建议责任单位"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人"
    )
    asked_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="答复人",
    )
    decided_at = models.DateTimeField("答复时间", null=True, blank=True)
    decision = models.CharField("答复", max_length=300, blank=True)

    objects = FindingRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改申请"
        constraints = [
            models.UniqueConstraint(
                fields=["finding"],
                condition=Q(status="asked"),
                name="one_open_request_of_a_finding",
            ),
            models.CheckConstraint(
                name="request_says_what_it_asks",
                condition=Q(kind="extension", until_at__isnull=False, proposed_unit=None)
                | Q(kind="hand_on", until_at=None, proposed_unit__isnull=False),
            ),
            models.CheckConstraint(
                name="request_is_decided_by_another",
                condition=Q(decided_by=None)
                | Q(status="lapsed")
                | ~Q(decided_by=models.F("asked_by")),
            ),
        ]
        indexes = [models.Index(fields=["status", "kind"])]

    def __str__(self) -> str:
        return f"{self.finding}的{self.get_kind_display()}申请"

    @property
    def status_tone(self) -> str:
        return {"granted": "good", "refused": "bad", "asked": "warn"}.get(self.status, "")


class SupervisionOrder(models.Model):
    """The office's order to a unit to see a finding through (督办).

    From then on the office alone closes the finding out.
    """

    finding = models.ForeignKey(
        Finding, models.PROTECT, related_name="supervision_orders", verbose_name="问题"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="督办对象")
    reason = models.CharField("督办事由", max_length=300)
    due_at = models.DateTimeField("督办时限")
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="督办人"
    )
    ordered_at = models.DateTimeField("督办时间")

    class Meta:
        verbose_name = verbose_name_plural = "督办"
        constraints = [
            models.CheckConstraint(
                name="order_is_due_later", condition=Q(due_at__gt=models.F("ordered_at"))
            )
        ]

    def __str__(self) -> str:
        return f"督办 {self.finding}"


class FalseRectificationQuerySet(models.QuerySet["FalseRectification"]):
    def in_quarter(self, quarter: Quarter | str) -> Self:
        """Return those established in the quarter, in which they count as a malus."""
        start, end = Quarter.parse(str(quarter)).span()
        return self.filter(marked_at__gte=start, marked_at__lt=end)


class FalseRectification(models.Model):
    """A finding was said to be put right when it was not (虚假整改).

    By whom, for which unit, and on what evidence.
    """

    finding = models.ForeignKey(
        Finding, models.PROTECT, related_name="false_rectifications", verbose_name="问题"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任单位"
    )
    rectified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="整改人"
    )
    rectified_at = models.DateTimeField("整改时间")
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="复查人",
    )
    rectification = models.CharField("当时的整改情况", max_length=300, blank=True)
    reason = models.CharField("认定理由", max_length=300)
    evidence = models.CharField("证据", max_length=300)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="认定人"
    )
    marked_at = models.DateTimeField("认定时间")

    objects = FalseRectificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "虚假整改"
        constraints = [
            models.CheckConstraint(
                name="doer_does_not_judge_himself", condition=~Q(marked_by=models.F("rectified_by"))
            )
        ]
        indexes = [models.Index(fields=["marked_at"])]

    def __str__(self) -> str:
        return f"{self.finding} 虚假整改"


class FindingReminder(models.Model):
    """A reminder step that was sent for one deadline of a finding: nobody is reminded twice."""

    finding = models.ForeignKey(
        Finding, models.PROTECT, related_name="reminders", verbose_name="问题"
    )
    step = models.CharField("催办步骤", max_length=20)
    due_at = models.DateTimeField("所催时限")
    told_at = models.DateTimeField("催办时间")

    class Meta:
        verbose_name = verbose_name_plural = "自动催办"
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "step", "due_at"], name="one_reminder_a_step"
            )
        ]

    def __str__(self) -> str:
        return f"{self.finding} {self.step}"


class NoticedFinding(models.Model):
    """A finding listed in a rectification notice (整改通知书)."""

    finding = models.ForeignKey(
        Finding, models.PROTECT, related_name="noticed", verbose_name="问题"
    )
    document = models.ForeignKey(
        OfficialDocument, models.CASCADE, related_name="noticed_findings", verbose_name="整改通知书"
    )

    class Meta:
        verbose_name = verbose_name_plural = "整改通知书所列问题"
        constraints = [
            models.UniqueConstraint(fields=["document", "finding"], name="one_line_a_finding")
        ]

    def __str__(self) -> str:
        return f"{self.document}：{self.finding}"
