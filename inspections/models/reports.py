import hashlib
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from communities.models import Community
from gongjian.accounts.models import User
from gongjian.accounts.roles import OFFICE, Role
from gongjian.lib.sealing import SealedTextField
from inspections.models.frontages import Frontage
from inspections.models.located import Located


class ReportKind(models.TextChoices):
    PROBLEM = "problem", "反映问题"
    OBJECTION = "objection", "对检查结果有异议"


class ReportStatus(models.TextChoices):
    RECEIVED = "received", "待受理"
    ACCEPTED = "accepted", "已受理"
    REFUSED = "refused", "不予受理"
    ANSWERED = "answered", "已答复"


SETTLED = (ReportStatus.REFUSED, ReportStatus.ANSWERED)


def hash_of(code: str) -> str:
    """Return the hash of a follow code, so that the database does not give away the code."""
    typed_code = code.replace("-", "").lower()
    return hashlib.sha256(typed_code.encode()).hexdigest()


class ResidentReportQuerySet(models.QuerySet["ResidentReport"]):
    def visible_to(self, user: User) -> Self:
        """Return every report for the office and the auditor, their community's for its workers."""
        if user.has_role(*OFFICE, Role.AUDITOR):
            return self
        return self.filter(community__in=Community.objects.worked_by(user))

    def followed_by(self, code: str) -> Self:
        """Return the report that a follow code opens, at most one."""
        return self.filter(follow_hash=hash_of(code))

    def open(self) -> Self:
        return self.exclude(status__in=SETTLED)


class ResidentReport(Located):
    """What somebody, who need not say who he is, wrote from a public page (居民反映).

    Nothing of it is public; the office's answer is shown to whoever holds the follow code.
    """

    kind = models.CharField(
        "类别", max_length=20, choices=ReportKind.choices, default=ReportKind.PROBLEM
    )
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="reports", verbose_name="社区"
    )
    frontage = models.ForeignKey(
        Frontage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name="责任区",
    )
    words = models.TextField("反映内容", max_length=500)
    place = models.CharField("位置", max_length=100, blank=True)
    contact = SealedTextField("联系方式", max_length=60, blank=True)
    form_token = models.CharField(max_length=40, unique=True, editable=False)
    follow_hash = models.CharField(max_length=64, unique=True, editable=False)
    status = models.CharField(
        "状态", max_length=20, choices=ReportStatus.choices, default=ReportStatus.RECEIVED
    )
    received_at = models.DateTimeField("收到时间")
    finding = models.OneToOneField(
        "inspections.Finding",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="report",
        verbose_name="问题",
    )
    reason = models.CharField("不予受理的理由", max_length=300, blank=True)
    answer = models.TextField("答复", max_length=1000, blank=True)
    shown_photo = models.UUIDField("公开的整改后照片", null=True, blank=True)
    accepted_at = models.DateTimeField("受理时间", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="答复人",
    )
    settled_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = ResidentReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "居民反映"
        constraints = [
            models.CheckConstraint(
                name="accepted_report_has_a_finding",
                condition=~Q(status="accepted") | ~Q(finding=None),
            ),
            models.CheckConstraint(
                name="refused_report_has_a_reason", condition=~Q(status="refused") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="answered_report_has_an_answer",
                condition=~Q(status="answered") | ~Q(answer=""),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "received_at"]),
            models.Index(fields=["community", "received_at"]),
        ]

    def __str__(self) -> str:
        return f"居民反映第 {self.pk} 号"

    def get_absolute_url(self) -> str:
        return reverse("inspections:report", args=[self.pk])

    @property
    def status_tone(self) -> str:
        return {"received": "warn", "answered": "good"}.get(self.status, "")
