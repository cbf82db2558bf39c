from decimal import Decimal
from typing import Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import DecimalField, F, Q, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.urls import reverse

from communities.models import Community
from communities.models.places import CommunityQuerySet, grouped_with, posted_to
from communities.models.scoping import OfCommunityQuerySet
from gongjian.accounts.models import User
from gongjian.lib.quarters import valid_quarter
from units.models import Unit

Row = TypeVar("Row", bound=models.Model)


class FundSource(models.TextChoices):
    """三家抬 (policy 三之六): 社区拿一点、共建单位筹一点、其他力量捐一点."""

    COMMUNITY_SHARE = "community_share", "社区拿"
    UNIT_SHARE = "unit_share", "单位筹"
    DONATION = "donation", "社会捐"


def communities_read_by(user: User) -> CommunityQuerySet:
    """Communities whose money the user may read: every one for the city's roles, else those of his
    own groups.
    """
    if user.sees_city:
        return Community.objects.all()
    own_communities = Community.objects.filter(posted_to(user) | grouped_with(user))
    return Community.objects.filter(pk__in=own_communities.values("pk"))


class FundQuerySet(OfCommunityQuerySet[Row]):
    def visible_to(self, user: User) -> Self:
        """Assessors and departments see every community, but the money only of their own groups."""
        if user.sees_city:
            return self
        return self.filter(community__in=communities_read_by(user))


class PledgeStatus(models.TextChoices):
    PLEDGED = "pledged", "待到账"
    PARTLY_PAID = "partly_paid", "部分到账"
    PAID = "paid", "已到账"
    WITHDRAWN = "withdrawn", "已撤回"


SUM = DecimalField(max_digits=14, decimal_places=2)


def yuan_total(path: str, **where: object) -> Coalesce:
    """Return the SQL sum of a column of yuan; 0 where there is nothing to sum."""
    condition = Q(**where) if where else None
    return or_zero(Sum(path, filter=condition, output_field=SUM))


def or_zero(amount: Combinable) -> Coalesce:
    """Return the amount in SQL, 0 for NULL."""
    return Coalesce(amount, Value(0, output_field=SUM), output_field=SUM)


def _yuan(label: str) -> "models.DecimalField[Decimal, Decimal]":
    return models.DecimalField(label, max_digits=12, decimal_places=2)


def _above_zero(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(name=name, condition=Q(amount_yuan__gt=0))


class PledgeQuerySet(FundQuerySet["Pledge"]):
    def with_paid(self) -> Self:
        """Each pledge with `paid_yuan`: what has been received on it, reversals taken off."""
        return self.annotate(paid_yuan=yuan_total("contributions__amount_yuan"))

    def open(self) -> Self:
        statuses = [PledgeStatus.PLEDGED, PledgeStatus.PARTLY_PAID]
        return self.filter(status__in=statuses)


class Pledge(models.Model):
    """认捐: a promise of money, given of free will; nobody is levied (no 摊派)."""

    community = models.ForeignKey(
        Community, models.PROTECT, related_name="pledges", verbose_name="社区"
    )
    quarter = models.CharField("季度", max_length=6, validators=[valid_quarter])
    source = models.CharField("来源", max_length=20, choices=FundSource.choices)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="pledges", verbose_name="单位"
    )
    payer = models.CharField("认捐方", max_length=80)
    amount_yuan = _yuan("认捐金额")
    pledged_on = models.DateField("认捐日期")
    status = models.CharField(
        "状态", max_length=20, choices=PledgeStatus.choices, default=PledgeStatus.PLEDGED
    )
    is_voluntary = models.BooleanField("自愿认捐", default=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人"
    )
    at = models.DateTimeField("登记时间")

    # Set by `with_paid()` alone.
    paid_yuan: Decimal

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "认捐"
        constraints = [
            _above_zero("pledge_above_zero"),
            models.CheckConstraint(name="pledge_is_voluntary", condition=Q(is_voluntary=True)),
        ]
        indexes = [models.Index(fields=["quarter", "community"])]

    def __str__(self) -> str:
        return f"{self.payer}认捐"

    def get_absolute_url(self) -> str:
        return reverse("funds:pledge", args=[self.pk])

    @property
    def status_tone(self) -> str:
        return {"paid": "good", "partly_paid": "warn", "withdrawn": "bad"}.get(self.status, "")

    @property
    def open_yuan(self) -> Decimal:
        """Return what is still to be received; for rows of `with_paid()`."""
        if self.status == PledgeStatus.WITHDRAWN:
            return Decimal(0)
        return self.amount_yuan - self.paid_yuan


class Contribution(models.Model):
    """到账: money received, with its receipt.

    Never deleted; a wrong one is reversed by a row that names it.
    """

    community = models.ForeignKey(
        Community, models.PROTECT, related_name="contributions", verbose_name="社区"
    )
    quarter = models.CharField("季度", max_length=6, validators=[valid_quarter])
    source = models.CharField("来源", max_length=20, choices=FundSource.choices)
    pledge = models.ForeignKey(
        Pledge,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name="认捐",
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name="单位",
    )
    payer = models.CharField("出资方", max_length=80)
    amount_yuan = _yuan("到账金额")
    received_on = models.DateField("到账日期")
    receipt_number = models.CharField("票据号", max_length=40)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversal", verbose_name="冲正"
    )
    reason = models.CharField("冲正原因", max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人"
    )
    at = models.DateTimeField("登记时间")

    objects = FundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "到账"
        constraints = [
            models.CheckConstraint(
                name="contribution_sign",
                condition=Q(reverses=None, amount_yuan__gt=0)
                | Q(reverses__isnull=False, amount_yuan__lt=0),
            ),
            models.UniqueConstraint(
                fields=["receipt_number"],
                condition=Q(reverses=None),
                name="one_contribution_a_receipt",
            ),
            models.CheckConstraint(
                name="reversal_has_a_reason", condition=Q(reverses=None) | ~Q(reason="")
            ),
        ]
        indexes = [models.Index(fields=["quarter", "community"])]

    def __str__(self) -> str:
        return f"{self.payer} {self.receipt_number}"

    def get_absolute_url(self) -> str:
        return reverse("funds:contribution", args=[self.pk])

    @property
    def is_reversal(self) -> bool:
        return self.reverses_id is not None

    @property
    def reversal_word(self) -> str:
        """What a list says beside the row; reads `reversal`."""
        if self.is_reversal:
            return "冲正"
        return "已被冲正" if hasattr(self, "reversal") else ""


class ExpenseStatus(models.TextChoices):
    REQUESTED = "requested", "待审批"
    APPROVED = "approved", "已支出"
    REFUSED = "refused", "未批准"


class ExpenseQuerySet(FundQuerySet["Expense"]):
    def approved(self) -> Self:
        return self.filter(status=ExpenseStatus.APPROVED)

    def waiting(self) -> Self:
        return self.filter(status=ExpenseStatus.REQUESTED)


class Expense(models.Model):
    """支出: what the fund paid for. The approver is never the one who asked."""

    community = models.ForeignKey(
        Community, models.PROTECT, related_name="expenses", verbose_name="社区"
    )
    quarter = models.CharField("季度", max_length=6, validators=[valid_quarter])
    purpose = models.CharField("用途", max_length=120)
    payee = models.CharField("收款方", max_length=80)
    amount_yuan = _yuan("金额")
    spent_on = models.DateField("支出日期")
    voucher_number = models.CharField("凭证号", max_length=40)
    status = models.CharField(
        "状态", max_length=20, choices=ExpenseStatus.choices, default=ExpenseStatus.REQUESTED
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人"
    )
    requested_at = models.DateTimeField("申请时间")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审批人",
    )
    approved_at = models.DateTimeField("审批时间", null=True, blank=True)

    objects = ExpenseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "支出"
        constraints = [
            _above_zero("expense_above_zero"),
            models.CheckConstraint(
                name="approver_did_not_ask",
                condition=Q(approved_by=None) | ~Q(approved_by=F("requested_by")),
            ),
        ]
        indexes = [models.Index(fields=["quarter", "community"])]

    def __str__(self) -> str:
        return self.purpose

    def get_absolute_url(self) -> str:
        return reverse("funds:expense", args=[self.pk])

    @property
    def status_tone(self) -> str:
        return {"approved": "good", "requested": "warn", "refused": "bad"}.get(self.status, "")


class Disclosure(models.Model):
    """经费公示: a community's account of one quarter as it was made public; never changed
    afterwards.
    """

    community = models.ForeignKey(
        Community, models.PROTECT, related_name="disclosures", verbose_name="社区"
    )
    quarter = models.CharField("季度", max_length=6, validators=[valid_quarter])
    content = models.JSONField("公示内容")
    sha256 = models.CharField(max_length=64)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="公示人"
    )
    published_at = models.DateTimeField("公示时间")

    objects = FundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "经费公示"
        constraints = [
            models.UniqueConstraint(
                fields=["community", "quarter"], name="one_disclosure_a_quarter"
            )
        ]

    def __str__(self) -> str:
        return f"{self.community} {self.quarter} 经费公示"

    def get_absolute_url(self) -> str:
        return reverse("funds:disclosure", args=[self.pk])
