from datetime import date
from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from communities.models import Community
from communities.models.scoping import OfCommunityQuerySet
from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from scoring.models.adjustments import Adjustment
from scoring.models.corrections import Correction
from scoring.models.rounds import Sheet
from scoring.models.scores import Score
from units.models import Unit


class AppealStatus(models.TextChoices):
    RAISED = "raised", "待初核"
    PRECHECKED = "prechecked", "待核实"
    VERIFIED = "verified", "待裁定"
    UPHELD = "upheld", "申诉成立"
    REFUSED = "refused", "维持原分"
    DISMISSED = "dismissed", "不予受理"


class AppealKind(models.TextChoices):
    """What is contested; what a ruling for it does is told in scoring.services.appeals.rulings."""

    SHEET = "sheet", "打分表扣分"
    CASE = "case", "登记的扣分、一票否决"
    BONUS = "bonus", "加分事项"
    OWN_BONUS = "own_bonus", "另行加分"
    READING = "reading", "读数"
    SELF_CHECK = "self_check", "月自查"
    RECTIFICATION = "rectification", "问题整改"
    MALUS = "malus", "系统计数的扣分"


# Those that follow from records with days of their own: nothing is rewritten, a correction follows
# the freezing.
FOLLOWING = (AppealKind.SELF_CHECK, AppealKind.RECTIFICATION, AppealKind.MALUS)
OPEN = (AppealStatus.RAISED, AppealStatus.PRECHECKED, AppealStatus.VERIFIED)


class AppealQuerySet(OfCommunityQuerySet["Appeal"]):
    def visible_to(self, user: User) -> Self:
        if user.sees_city:
            return self
        communities = Community.objects.visible_to(user)
        return self.filter(score__community__in=communities)

    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def waiting_for(self, user: User) -> Self:
        """Return those whose node in hand the user may do.

        Nobody does two nodes of one appeal.
        """
        in_hand = Q(pk__in=())
        if user.has_role(Role.OFFICE_STAFF):
            in_hand |= Q(status=AppealStatus.RAISED)
            in_hand |= Q(status=AppealStatus.PRECHECKED, department=None)
        if user.has_role(Role.DEPARTMENT_OFFICER):
            departments = Unit.objects.held_by(user, Role.DEPARTMENT_OFFICER)
            in_hand |= Q(status=AppealStatus.PRECHECKED, department__in=departments)
        if user.has_role(Role.OFFICE_DIRECTOR):
            in_hand |= Q(status=AppealStatus.VERIFIED)
        return self.filter(in_hand).exclude(prechecked_by=user).exclude(verified_by=user)


def _person(label: str) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
    )


class Appeal(models.Model):
    """申诉: a community's group contests one input of its score: 初核 → 部门核实 → 裁定.

    During the public notice of the scores: an item of a sheet, a recorded `case`, or by `kind` and
    `key` what a change of scoring.rules.corrections calls so. `about`: what in words; `stood`: how
    it stood then; `ruled`: what the ruling says in its place. Three people, each node with its
    remark and its limit in working days. `trace` holds, of an upheld one, each figure before and
    after ({"sheet": ["98.00", "99.50"], …}) and under "new" the ruling in the terms of the record;
    `correction` is the one drafted from it once the quarter was frozen.
    """

    score = models.ForeignKey(Score, models.PROTECT, related_name="appeals", verbose_name="得分")
    kind = models.CharField(
        "类别", max_length=20, choices=AppealKind.choices, default=AppealKind.SHEET
    )
    sheet = models.ForeignKey(
        Sheet, models.PROTECT, null=True, blank=True, related_name="appeals", verbose_name="打分表"
    )
    item_code = models.CharField("项目", max_length=10, blank=True)
    case = models.ForeignKey(
        Adjustment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appeals",
        verbose_name="加减分",
    )
    key = models.CharField("数据项", max_length=200, blank=True)
    about = models.CharField("事项", max_length=300, blank=True)
    stood = models.CharField("原登记", max_length=600, blank=True)
    reason = models.TextField("申诉理由")
    status = models.CharField(
        "状态", max_length=10, choices=AppealStatus.choices, default=AppealStatus.RAISED
    )
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申诉人"
    )
    raised_at = models.DateTimeField("申诉时间")
    precheck_due_on = models.DateField("初核时限", null=True, blank=True)
    prechecked_by = _person("初核人")
    prechecked_at = models.DateTimeField("初核时间", null=True, blank=True)
    precheck = models.TextField("初核意见", blank=True)
    department = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核实部门"
    )
    verify_due_on = models.DateField("核实时限", null=True, blank=True)
    verified_by = _person("核实人")
    verified_at = models.DateTimeField("核实时间", null=True, blank=True)
    finding = models.TextField("核实意见", blank=True)
    decide_due_on = models.DateField("裁定时限", null=True, blank=True)
    decided_by = _person("裁定人")
    decided_at = models.DateTimeField("裁定时间", null=True, blank=True)
    decision = models.TextField("裁定意见", blank=True)
    old_deducted = models.DecimalField(
        "原扣分", max_digits=6, decimal_places=2, null=True, blank=True
    )
    new_deducted = models.DecimalField(
        "改扣分", max_digits=6, decimal_places=2, null=True, blank=True
    )
    ruled = models.TextField("改为", blank=True)
    trace = models.JSONField("分数变化", null=True, blank=True)
    correction = models.OneToOneField(
        Correction,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appeal",
        verbose_name="更正",
    )

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "申诉"
        constraints = [
            models.UniqueConstraint(fields=["sheet", "item_code"], name="one_appeal_an_item"),
            models.UniqueConstraint(fields=["case"], name="one_appeal_a_case"),
            models.UniqueConstraint(
                fields=["score", "kind", "key"],
                condition=models.Q(sheet=None, case=None),
                name="one_appeal_an_input",
            ),
            models.CheckConstraint(
                name="appeal_names_what_it_contests",
                condition=models.Q(
                    kind="sheet", sheet__isnull=False, case=None, old_deducted__isnull=False
                )
                | models.Q(kind="case", sheet=None, case__isnull=False)
                | (~models.Q(kind__in=["sheet", "case"]) & models.Q(sheet=None, case=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score.community}申诉"

    def get_absolute_url(self) -> str:
        return reverse("scoring:appeal", args=[self.pk])

    @property
    def contested_sheet(self) -> Sheet:
        """The sheet of an appeal against an item of one."""
        assert self.sheet is not None
        return self.sheet

    @property
    def contested_case(self) -> Adjustment:
        """The case of an appeal against one."""
        assert self.case is not None
        return self.case

    @property
    def what(self) -> str:
        """What is contested, in short: the item's code, else the input in words."""
        return self.item_code or self.about

    @property
    def follows_records(self) -> bool:
        """Whether a ruling for it is put in force by a correction, once the quarter is frozen."""
        return self.kind in FOLLOWING

    @property
    def new(self) -> str:
        """What the ruling puts in the place of the input, in the terms of the record."""
        return str((self.trace or {}).get("new", ""))

    @property
    def status_tone(self) -> str:
        if self.status in OPEN:
            return "warn"
        return "good" if self.status == AppealStatus.UPHELD else ""

    @property
    def due_on(self) -> date | None:
        """Return until when the node in hand is to be done; None once decided."""
        days: dict[str, date | None] = {
            AppealStatus.RAISED: self.precheck_due_on,
            AppealStatus.PRECHECKED: self.verify_due_on,
            AppealStatus.VERIFIED: self.decide_due_on,
        }
        return days.get(self.status)


class Side(models.TextChoices):
    APPEAL = "appeal", "申诉材料"
    FINDING = "finding", "核实材料"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> Self:
        """Return the evidence of the appeals that the user may see."""
        appeals = Appeal.objects.visible_to(user)
        return self.filter(appeal__in=appeals)


class Evidence(models.Model):
    """证据: a photo, re-encoded and without metadata, or a PDF, put to an appeal by either side."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="evidence", verbose_name="申诉")
    side = models.CharField("提供方", max_length=10, choices=Side.choices)
    name = models.CharField("文件名", max_length=120)
    file = models.FileField("文件", upload_to="appeals/%Y/%m", max_length=200)
    small = models.FileField("缩略图", upload_to="appeals/%Y/%m", max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField("占用字节")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人"
    )
    at = models.DateTimeField("上传时间")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "申诉证据"
        constraints = [
            models.UniqueConstraint(
                fields=["appeal", "side", "sha256"], name="one_piece_of_evidence_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("scoring:evidence", args=[self.uuid])

    @property
    def is_photo(self) -> bool:
        return bool(self.small)
