from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse

from communities.models.places import Community
from communities.models.scoping import OfCommunityQuerySet
from gongjian.accounts.models import User
from gongjian.accounts.roles import OFFICE, Role
from gongjian.documents.models import OfficialDocument
from gongjian.lib.quarters import Quarter, valid_quarter


class WorkArea(models.TextChoices):
    """The six work areas of policy 三."""

    IDEAS = "ideas", "思想工作联做"
    SECURITY = "security", "社会治安联防"
    ENVIRONMENT = "environment", "环境卫生联抓"
    FACILITIES = "facilities", "公共设施联办"
    RESOURCES = "resources", "单位资源联享"
    FUNDS = "funds", "活动经费联筹"


class PlanStatus(models.TextChoices):
    DRAFT = "draft", "拟定中"
    SUBMITTED = "submitted", "待下达"
    ISSUED = "issued", "已下达"


class WorkPlanQuerySet(models.QuerySet["WorkPlan"]):
    def visible_to(self, user: User) -> Self:
        """Issued plans are everyone's who takes part; drafts are the office's and the auditor's."""
        if user.has_role(*OFFICE, Role.AUDITOR):
            return self
        if not user.takes_part:
            return self.none()
        return self.filter(status=PlanStatus.ISSUED)


class WorkPlan(models.Model):
    """季度工作计划: what the office asks of the communities this quarter (policy 五)."""

    quarter = models.CharField("季度", max_length=6, unique=True, validators=[valid_quarter])
    title = models.CharField("标题", max_length=100)
    foreword = models.TextField("总体要求", blank=True)
    due_on = models.DateField("完成时限")
    status = models.CharField(
        "状态", max_length=20, choices=PlanStatus.choices, default=PlanStatus.DRAFT
    )
    notice = models.OneToOneField(
        OfficialDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="任务通知",
    )
    issued_at = models.DateTimeField("下达时间", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="拟定人"
    )
    created_at = models.DateTimeField("拟定时间")

    objects = WorkPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "季度工作计划"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("communities:plan", args=[self.quarter])

    @property
    def status_tone(self) -> str:
        return {"issued": "good", "submitted": "warn"}.get(self.status, "")

    @property
    def span(self) -> Quarter:
        return Quarter.parse(self.quarter)


class PlanItem(models.Model):
    """One thing asked for: of every community, or of one when `community` is set."""

    plan = models.ForeignKey(WorkPlan, models.CASCADE, related_name="items", verbose_name="计划")
    area = models.CharField("工作重点", max_length=20, choices=WorkArea.choices)
    text = models.CharField("工作内容", max_length=200)
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="只对社区"
    )
    due_on = models.DateField("时限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "计划事项"

    def __str__(self) -> str:
        return self.text


class AssignmentStatus(models.TextChoices):
    ISSUED = "issued", "待签收"
    ACKNOWLEDGED = "acknowledged", "办理中"
    COMPLETED = "completed", "已完成"


class AssignmentQuerySet(OfCommunityQuerySet["Assignment"]):
    def in_quarter(self, quarter: Quarter) -> Self:
        return self.filter(plan__quarter=str(quarter))

    def with_item_counts(self) -> Self:
        """Adds `items_count` and `items_done`."""
        assignment_items = AssignmentItem.objects.filter(assignment=models.OuterRef("pk"))
        items = assignment_items.order_by().values("assignment")
        all_items = items.annotate(number=models.Count("pk"))
        done_items = items.annotate(number=models.Count("done_on"))
        items_count = models.Subquery(all_items.values("number"))
        items_done = models.Subquery(done_items.values("number"))
        return self.annotate(items_count=items_count, items_done=items_done)

    def overdue(self, on: date) -> Self:
        """Not completed although the plan's day has passed."""
        return self.exclude(status=AssignmentStatus.COMPLETED).filter(plan__due_on__lt=on)


class Assignment(models.Model):
    """A plan as it lies on one community's table: acknowledged by its lead unit, reported complete
    by the community.
    """

    plan = models.ForeignKey(
        WorkPlan, models.CASCADE, related_name="assignments", verbose_name="计划"
    )
    community = models.ForeignKey(
        Community, models.PROTECT, related_name="assignments", verbose_name="社区"
    )
    status = models.CharField(
        "状态", max_length=20, choices=AssignmentStatus.choices, default=AssignmentStatus.ISSUED
    )
    acknowledged_at = models.DateTimeField("签收时间", null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="签收人",
    )
    completed_at = models.DateTimeField("完成时间", null=True, blank=True)
    summary = models.TextField("完成情况", blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "季度任务"
        constraints = [
            models.UniqueConstraint(fields=["plan", "community"], name="one_assignment_a_community")
        ]

    def __str__(self) -> str:
        return f"{self.community} {self.plan}"

    def get_absolute_url(self) -> str:
        return reverse("communities:assignment", args=[self.pk])

    def is_overdue(self, on: date) -> bool:
        return self.status != AssignmentStatus.COMPLETED and self.plan.due_on < on

    @property
    def status_tone(self) -> str:
        return {"completed": "good", "issued": "warn"}.get(self.status, "")


class AssignmentItem(models.Model):
    """One item of a plan on a community's table, done or not."""

    assignment = models.ForeignKey(
        Assignment, models.CASCADE, related_name="items", verbose_name="任务"
    )
    item = models.ForeignKey(PlanItem, models.PROTECT, related_name="+", verbose_name="事项")
    done_on = models.DateField("完成日期", null=True, blank=True)
    note = models.CharField("办理情况", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "任务事项"
        constraints = [
            models.UniqueConstraint(fields=["assignment", "item"], name="one_row_an_item")
        ]

    def __str__(self) -> str:
        return str(self.item)
