from datetime import datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from communities.models import Community
from communities.models.scoping import OfCommunityQuerySet
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from gongjian.lib.quarters import Quarter
from inspections.models.frontages import Frontage
from inspections.models.located import Located
from inspections.models.reports import ResidentReport
from inspections.models.self_checks import SelfCheck
from units.models import Unit


class FindingSource(models.TextChoices):
    SELF_CHECK = "self_check", "自查发现"
    CITY = "city", "市考评发现"
    FRONTAGE_CHECK = "frontage_check", "门前三包抽查"
    GROUP = "group", "小组日常发现"
    RESIDENT = "resident", "居民反映"


class FindingStatus(models.TextChoices):
    REPORTED = "reported", "待派发"
    ASSIGNED = "assigned", "待整改"
    RECTIFIED = "rectified", "待复查"
    VERIFIED = "verified", "待销号"
    CLOSED_OUT = "closed_out", "已销号"


OPEN = (
    FindingStatus.REPORTED,
    FindingStatus.ASSIGNED,
    FindingStatus.RECTIFIED,
    FindingStatus.VERIFIED,
)
NOT_PUT_RIGHT = (FindingStatus.REPORTED, FindingStatus.ASSIGNED)
# 按期整改销号: closed out, and put right before the deadline (assessment 3.6).
CLOSED_IN_TIME = Q(status=FindingStatus.CLOSED_OUT, rectified_at__lte=F("due_at"))
# The officers of a unit who put right what lies with it.
PUTTING_RIGHT = (Role.LEAD_OFFICER, Role.MEMBER_LIAISON, Role.DEPARTMENT_OFFICER)


class FindingSeries(models.Model):
    """The last number taken on a day: numbers have no gap and are never taken twice."""

    day = models.DateField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m%d}"


class FindingQuerySet(OfCommunityQuerySet["Finding"]):
    def visible_to(self, user: User) -> Self:
        """Return the findings of visible communities, and what the user's units must put right."""
        if user.sees_city or user.has_role(Role.ASSESSOR):
            return self
        units = Unit.objects.held_by(user, *PUTTING_RIGHT)
        with_his_unit = Q(responsible_unit__in=units)
        if user.roles <= {Role.DEPARTMENT_OFFICER}:
            return self.filter(with_his_unit)
        communities = Community.objects.visible_to(user)
        return self.filter(with_his_unit | Q(community__in=communities))

    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def overdue(self, at: datetime) -> Self:
        return self.filter(status__in=NOT_PUT_RIGHT, due_at__lt=at)

    def in_quarter(self, quarter: Quarter | str) -> Self:
        """Return findings found in the quarter."""
        start, end = Quarter.parse(str(quarter)).span()
        return self.filter(found_at__gte=start, found_at__lt=end)

    def due_in_quarter(self, quarter: Quarter | str) -> Self:
        """Return findings due in the quarter: those that its rectification component counts."""
        start, end = Quarter.parse(str(quarter)).span()
        return self.filter(due_at__gte=start, due_at__lt=end)

    def false_rectified(self) -> Self:
        """Return findings that were falsely said to be put right (虚假整改)."""
        return self.filter(false_count__gt=0)

    def recurring(self) -> Self:
        """Return findings that repeat one closed out shortly before at the same spot (复发)."""
        return self.exclude(recurs_from=None)

    def supervised(self) -> Self:
        """Return findings under a supervision order (督办), which the office alone closes out."""
        return self.exclude(supervised_at=None)

    def closed_in_time(self) -> Self:
        return self.filter(CLOSED_IN_TIME)


class Finding(Located):
    """Something not as it should be (问题), from photo to close-out (销号).

    The verifier is never the one who put it right.
    """

    number = models.CharField("编号", max_length=20, unique=True)
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="findings", verbose_name="社区"
    )
    source = models.CharField("来源", max_length=20, choices=FindingSource.choices)
    self_check = models.ForeignKey(
        SelfCheck,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name="自查",
    )
    frontage = models.ForeignKey(
        Frontage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name="责任区",
    )
    item_code = models.CharField("项目", max_length=10)
    description = models.CharField("问题", max_length=200)
    place = models.CharField("位置", max_length=100)
    responsible_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name="责任单位",
    )
    status = models.CharField(
        "状态", max_length=20, choices=FindingStatus.choices, default=FindingStatus.REPORTED
    )
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="发现人"
    )
    found_at = models.DateTimeField("发现时间")
    due_at = models.DateTimeField("整改时限")
    original_due_at = models.DateTimeField("原定时限", null=True, blank=True)
    rectified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="整改人",
    )
    rectified_at = models.DateTimeField("整改时间", null=True, blank=True)
    rectification = models.CharField("整改情况", max_length=300, blank=True)
    no_photo_reason = models.CharField("没有照片的原因", max_length=100, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="复查人",
    )
    verified_at = models.DateTimeField("复查时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="销号人",
    )
    closed_at = models.DateTimeField("销号时间", null=True, blank=True)
    rework_count = models.PositiveSmallIntegerField("返工次数", default=0)
    false_count = models.PositiveSmallIntegerField("虚假整改次数", default=0)
    supervised_at = models.DateTimeField("督办时间", null=True, blank=True)
    recurs_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recurrences",
        verbose_name="复发自",
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问题"
        constraints = [
            models.CheckConstraint(
                name="verifier_is_not_the_doer",
                condition=Q(verified_by=None)
                | Q(rectified_by=None)
                | ~Q(verified_by=F("rectified_by")),
            ),
            models.CheckConstraint(
                name="closer_is_not_the_doer",
                condition=Q(closed_by=None)
                | Q(rectified_by=None)
                | ~Q(closed_by=F("rectified_by")),
            ),
            models.CheckConstraint(
                name="closed_out_after_verification",
                condition=~Q(status__in=["verified", "closed_out"])
                | Q(verified_by__isnull=False, rectified_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["self_check", "item_code"], name="one_finding_an_item_of_a_self_check"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "due_at"]),
            models.Index(fields=["community", "found_at"]),
            models.Index(fields=["due_at", "community"]),
            models.Index(fields=["-found_at", "id"]),
            models.Index(fields=["community", "item_code", "closed_at"]),
            models.Index(
                fields=["supervised_at"],
                condition=Q(supervised_at__isnull=False),
                name="supervised",
            ),
            models.Index(
                fields=["false_count"], condition=Q(false_count__gt=0), name="false_rectified"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.description}"

    def get_absolute_url(self) -> str:
        return reverse("inspections:finding", args=[self.number])

    @property
    def status_tone(self) -> str:
        return {"closed_out": "good", "rectified": "warn", "verified": "warn"}.get(self.status, "")

    @property
    def is_with_unit(self) -> bool:
        """Whether a unit has it and has not yet put it right."""
        return self.status == FindingStatus.ASSIGNED and self.responsible_unit_id is not None

    def is_overdue(self, at: datetime) -> bool:
        return self.status in NOT_PUT_RIGHT and self.due_at < at

    @property
    def marks(self) -> list[tuple[str, str]]:
        """Return what is out of the ordinary with it, as words and tones."""
        marks = []
        if self.supervised_at:
            marks.append(("督办", "bad"))
        if self.false_count:
            marks.append(("虚假整改", "bad"))
        if self.recurs_from_id:
            marks.append(("复发", "warn"))
        # Every false rectification is counted as rework too; what is left is plain rework.
        if self.rework_count > self.false_count:
            marks.append(("返工", "warn"))
        if self.original_due_at:
            marks.append(("已延期", ""))
        return marks


class PhotoStage(models.TextChoices):
    BEFORE = "before", "整改前"
    AFTER = "after", "整改后"
    EVIDENCE = "evidence", "核查"


class PhotoQuerySet(models.QuerySet["Photo"]):
    def visible_to(self, user: User) -> Self:
        """Return the photos of the findings, self-checks and residents' reports that the user sees.

        A photo that has gone over from its self-check to a finding is seen with the finding alone.
        """
        findings = Finding.objects.visible_to(user)
        self_checks = SelfCheck.objects.visible_to(user)
        reports = ResidentReport.objects.visible_to(user)
        of_finding = Q(finding__in=findings)
        of_self_check = Q(finding=None, self_check__in=self_checks)
        return self.filter(of_finding | of_self_check | Q(report__in=reports))

    def before(self) -> Self:
        return self.filter(stage=PhotoStage.BEFORE)

    def of_colleagues(self, user: User) -> Self:
        """Return photos by the user and by whoever shares a unit or community with him today."""
        # No appointment is known of a user without his day.
        assert user.as_of is not None
        appointments = Appointment.objects.of(user)
        same_unit = Q(unit_posting__unit__postings__appointment__in=appointments)
        same_community = Q(community_posting__community__postings__appointment__in=appointments)
        in_force = Appointment.objects.in_force(user.as_of)
        colleagues = in_force.filter(same_unit | same_community).values("user")
        return self.filter(Q(by=user) | Q(by__in=colleagues))


class Photo(Located):
    """A photo of a finding: re-encoded, without metadata, known by its SHA-256.

    Its place is what the camera wrote. Taken while a self-check is filled in, it waits at the
    check's item until handing in makes the finding. Sent by a resident, it waits at his report
    until that is accepted, and `by` stays empty.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    finding = models.ForeignKey(
        Finding, models.PROTECT, null=True, blank=True, related_name="photos", verbose_name="问题"
    )
    self_check = models.ForeignKey(
        SelfCheck, models.PROTECT, null=True, blank=True, related_name="photos", verbose_name="自查"
    )
    report = models.ForeignKey(
        ResidentReport,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="photos",
        verbose_name="居民反映",
    )
    item_code = models.CharField("项目", max_length=10, blank=True)
    stage = models.CharField("阶段", max_length=10, choices=PhotoStage.choices)
    file = models.FileField("照片", upload_to="photos/%Y/%m", max_length=200)
    small = models.FileField("缩略图", upload_to="photos/%Y/%m", max_length=200)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.PositiveIntegerField("占用字节", default=0)
    taken_at = models.DateTimeField("拍摄时间", null=True, blank=True)
    blacked_out_at = models.DateTimeField("遮挡时间", null=True, blank=True)
    destroyed_at = models.DateTimeField("销毁时间", null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="上传人",
    )
    at = models.DateTimeField("上传时间")

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "照片"
        constraints = [
            models.UniqueConstraint(fields=["finding", "stage", "sha256"], name="one_photo_once"),
            models.UniqueConstraint(
                fields=["self_check", "item_code", "sha256"], name="one_photo_once_an_item"
            ),
            models.CheckConstraint(
                name="photo_shows_something",
                condition=~Q(finding=None)
                | (~Q(self_check=None) & ~Q(item_code=""))
                | ~Q(report=None),
            ),
            models.CheckConstraint(
                name="only_residents_send_unnamed", condition=~Q(by=None) | ~Q(report=None)
            ),
            models.UniqueConstraint(fields=["report", "sha256"], name="one_photo_once_a_report"),
        ]

    def __str__(self) -> str:
        return f"{self.finding or self.self_check} {self.get_stage_display()}"

    @property
    def subject(self) -> Finding | SelfCheck | ResidentReport:
        """Return what it shows: its finding, else its self-check, else the resident's report."""
        subject = self.finding or self.self_check or self.report
        assert subject is not None, "photo_shows_something"
        return subject

    def get_absolute_url(self) -> str:
        return reverse("inspections:photo", args=[self.uuid])
