import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse

from communities.models import Community, RoadSection
from communities.models.scoping import OfCommunityQuerySet
from gongjian.lib.quarters import valid_quarter
from gongjian.lib.sealing import SealedTextField
from inspections.models.located import Located

BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
PUBLIC_CODE_LENGTH = 12


def new_public_code() -> str:
    """What the QR of a plaque carries in place of a number that could be counted up: 60 random bits."""
    return "".join(secrets.choice(BASE32) for _ in range(PUBLIC_CODE_LENGTH))


class FrontageStatus(models.TextChoices):
    TRADING = "trading", "营业"
    CLOSED = "closed", "停业"
    VACANT = "vacant", "空置"
    DEMOLISHED = "demolished", "拆迁"


class FrontageQuerySet(OfCommunityQuerySet):
    def in_force(self, on):
        """Frontages whose agreement holds on the day `on`."""
        return self.filter(status=FrontageStatus.TRADING, valid_until__gte=on)


class Frontage(Located):
    """门前三包责任区: a shop's or unit's stretch of pavement and the agreement in force for it."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="frontages", verbose_name="社区")
    road_section = models.ForeignKey(RoadSection, models.PROTECT, related_name="frontages", verbose_name="路段")
    door_number = models.CharField("门牌号", max_length=30)
    shop_name = models.CharField("店招名称", max_length=60)
    responsible_person = models.CharField("责任人", max_length=40, blank=True)
    phone = SealedTextField("联系电话", max_length=30, blank=True)
    agreement_number = models.CharField("协议编号", max_length=40, blank=True)
    signed_on = models.DateField("签订日期", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    status = models.CharField("状态", max_length=20, choices=FrontageStatus.choices, default=FrontageStatus.TRADING)
    public_code = models.CharField(
        "公开码", max_length=PUBLIC_CODE_LENGTH, unique=True, default=new_public_code, editable=False
    )

    objects = FrontageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "门前三包责任区"
        constraints = [
            models.UniqueConstraint(fields=["road_section", "door_number"], name="one_frontage_a_door"),
            models.UniqueConstraint(
                fields=["agreement_number"], condition=~models.Q(agreement_number=""), name="one_agreement_a_number"
            ),
            models.CheckConstraint(
                name="agreement_ends_after_signing",
                condition=models.Q(signed_on=None)
                | models.Q(valid_until=None)
                | models.Q(valid_until__gte=models.F("signed_on")),
            ),
        ]
        indexes = [models.Index(fields=["community", "status"])]

    def __str__(self):
        return self.shop_name

    def get_absolute_url(self):
        return reverse("inspections:frontage", args=[self.pk])

    @property
    def address(self) -> str:
        """虎山路 12 号. Reads the road section."""
        return f"{self.road_section} {self.door_number}"

    @property
    def public_name(self) -> str:
        """What the plaque's page calls it: the shop, and the address where nobody trades. Reads the road section."""
        return self.shop_name if self.status == FrontageStatus.TRADING else self.address

    def agreement_state(self, on) -> tuple[str, str]:
        """How the agreement stands on the day `on`: its word and tone."""
        if not self.valid_until:
            return "未签订", "bad"
        if self.valid_until < on:
            return "已到期", "bad"
        return ("即将到期", "warn") if (self.valid_until - on).days <= 30 else ("有效", "good")

    @property
    def status_tone(self) -> str:
        return {"trading": "good", "demolished": "bad"}.get(self.status, "")


class FrontageCheck(models.Model):
    """门前三包抽查: one look at one frontage. `failed` holds the duties that were not kept, by code."""

    frontage = models.ForeignKey(Frontage, models.PROTECT, related_name="checks", verbose_name="责任区")
    quarter = models.CharField("季度", max_length=6, validators=[valid_quarter])
    checked_on = models.DateField("检查日期")
    failed = models.JSONField("未落实的责任", default=list, blank=True)
    passed = models.BooleanField("合格")
    remark = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="检查人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "门前三包抽查"
        constraints = [
            models.UniqueConstraint(fields=["frontage", "checked_on", "by"], name="one_check_a_day_and_checker")
        ]
        indexes = [models.Index(fields=["quarter", "frontage"])]

    def __str__(self):
        return f"{self.frontage} {self.checked_on}"
