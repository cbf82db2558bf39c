from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from communities.models import Community, RoadSection, Subdistrict
from communities.models.scoping import OfCommunityQuerySet
from gongjian.lib.codes import IN_ADDRESSES, mint
from gongjian.lib.pinyin import is_typed_pinyin, spelled, spelled_name, typed
from gongjian.lib.quarters import valid_quarter
from gongjian.lib.sealing import SealedTextField
from inspections.models.located import Located

# 门前三包, one of the shipped sets (inspections/duty_sets).
DEFAULT_DUTY_SET = "three"
PUBLIC_CODE_LENGTH = 12
# The length of the two columns of letters.
SPELLED = 300
# An agreement that ends within so many days is about to expire.
EXPIRING_DAYS = 30
# The columns that a search looks into.
SEARCHED = ("shop_name", "door_number", "agreement_number", "plaque_number", "road_section__name")


def new_public_code() -> str:
    """Return a random code (60 bits) for a plaque's QR: unlike a number it cannot be counted up."""
    return mint(PUBLIC_CODE_LENGTH, IN_ADDRESSES)


def expiring_at(on: date) -> Q:
    """Return the condition for agreements that end within the next thirty days."""
    latest = on + timedelta(days=EXPIRING_DAYS)
    return Q(valid_until__gte=on, valid_until__lte=latest)


def spellings(shop_name: str, road: str, door_number: str) -> dict[str, str]:
    """Return the columns by which a frontage is found in letters: whole pinyin and initials."""
    shop_pinyin, shop_initials = spelled(shop_name)
    road_pinyin, road_initials = spelled_name(road)
    door_pinyin, door_initials = spelled_name(door_number)
    pinyin = f"{shop_pinyin} {road_pinyin} {door_pinyin}"
    initials = f"{shop_initials} {road_initials} {door_initials}"
    return {"pinyin": pinyin[:SPELLED], "initials": initials[:SPELLED]}


class FrontageStatus(models.TextChoices):
    TRADING = "trading", "营业"
    CLOSED = "closed", "停业"
    VACANT = "vacant", "空置"
    DEMOLISHED = "demolished", "拆迁"


def subdistricts_spelled(letters: str) -> list[int]:
    """Return the ids of subdistricts whose name begins with these letters. One query.

    They are few and their names may change, so their letters are not stored.
    """
    ids = []
    for pk, name in Subdistrict.objects.values_list("pk", "name"):
        pinyin, initials = spelled_name(name)
        if pinyin.startswith(letters) or initials.startswith(letters):
            ids.append(pk)
    return ids


class FrontageQuerySet(OfCommunityQuerySet["Frontage"]):
    def in_force(self, on: date) -> Self:
        """Return frontages whose agreement holds on the day `on`."""
        return self.filter(status=FrontageStatus.TRADING, valid_until__gte=on)

    def named(self, text: str) -> Self:
        """Return frontages of which `text` is a part: of shop, door, road, agreement or plaque.

        Pinyin and initials of shop, road, door and subdistrict are searched too.
        """
        matches = Q()
        for column in SEARCHED:
            matches |= Q(**{f"{column}__icontains": text})
        if is_typed_pinyin(text):
            letters = typed(text)
            matches |= Q(pinyin__contains=letters)
            matches |= Q(initials__contains=letters)
            matches |= Q(community__subdistrict__in=subdistricts_spelled(letters))
        return self.filter(matches)


class Frontage(Located):
    """A shop's or unit's stretch of pavement and the agreement in force for it (门前三包责任区)."""

    community = models.ForeignKey(
        Community, models.PROTECT, related_name="frontages", verbose_name="社区"
    )
    road_section = models.ForeignKey(
        RoadSection, models.PROTECT, related_name="frontages", verbose_name="路段"
    )
    door_number = models.CharField("门牌号", max_length=30)
    shop_name = models.CharField("店招名称", max_length=60)
    responsible_person = models.CharField("责任人", max_length=40, blank=True)
    phone = SealedTextField("联系电话", max_length=30, blank=True)
    agreement_number = models.CharField("协议编号", max_length=40, blank=True)
    shop_type = models.CharField("门店类型", max_length=20, blank=True)
    plaque_number = models.CharField("责任牌编号", max_length=30, blank=True)
    duty_set = models.CharField("责任内容", max_length=40, default=DEFAULT_DUTY_SET)
    length_m = models.DecimalField(
        "长度（米）", max_digits=6, decimal_places=1, null=True, blank=True
    )
    depth_m = models.DecimalField(
        "进深（米）", max_digits=5, decimal_places=1, null=True, blank=True
    )
    signed_on = models.DateField("签订日期", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    status = models.CharField(
        "状态", max_length=20, choices=FrontageStatus.choices, default=FrontageStatus.TRADING
    )
    pinyin = models.CharField("拼音", max_length=SPELLED, blank=True, editable=False)
    initials = models.CharField("拼音首字母", max_length=SPELLED, blank=True, editable=False)
    public_code = models.CharField(
        "公开码",
        max_length=PUBLIC_CODE_LENGTH,
        unique=True,
        default=new_public_code,
        editable=False,
    )

    objects = FrontageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "门前三包责任区"
        constraints = [
            models.UniqueConstraint(
                fields=["road_section", "door_number"], name="one_frontage_a_door"
            ),
            models.UniqueConstraint(
                fields=["agreement_number"],
                condition=~models.Q(agreement_number=""),
                name="one_agreement_a_number",
                violation_error_message="这个协议编号已是别的责任区的，请核对",
            ),
            models.UniqueConstraint(
                fields=["plaque_number"],
                condition=~models.Q(plaque_number=""),
                name="one_plaque_a_number",
                violation_error_message="这个责任牌编号已是别的责任区的，请核对",
            ),
            models.CheckConstraint(
                name="extent_is_positive",
                condition=(models.Q(length_m=None) | models.Q(length_m__gt=0))
                & (models.Q(depth_m=None) | models.Q(depth_m__gt=0)),
                violation_error_message="长度和进深应大于 0",
            ),
            models.CheckConstraint(
                name="agreement_ends_after_signing",
                condition=models.Q(signed_on=None)
                | models.Q(valid_until=None)
                | models.Q(valid_until__gte=models.F("signed_on")),
                violation_error_message="有效期至早于签订日期，请核对",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "status"]),
            models.Index(fields=["status", "valid_until"]),
        ]

    def __str__(self) -> str:
        return self.shop_name

    def get_absolute_url(self) -> str:
        return reverse("inspections:frontage", args=[self.pk])

    @property
    def address(self) -> str:
        """Return 虎山路 12 号. Reads the road section."""
        return f"{self.road_section} {self.door_number}"

    @property
    def public_name(self) -> str:
        """Return the shop's name, or the address where nobody trades. Reads the road section."""
        if self.status == FrontageStatus.TRADING:
            return self.shop_name
        return self.address

    def agreement_state(self, on: date) -> tuple[str, str]:
        """Return the word and tone of the agreement's state on the day `on`."""
        if not self.valid_until:
            return "未签订", "bad"
        if self.valid_until < on:
            return "已到期", "bad"
        if (self.valid_until - on).days <= EXPIRING_DAYS:
            return "即将到期", "warn"
        return "有效", "good"

    @property
    def label(self) -> str:
        """Return 江滨面馆 · 桂花路 12-1号, as choices in forms show it. Reads the road section."""
        return f"{self.shop_name} · {self.address}"

    @property
    def extent(self) -> str:
        """Return 长 6.0 米 × 深 3.5 米, as far as it is entered."""
        measures = []
        if self.length_m is not None:
            measures.append(f"长 {self.length_m} 米")
        if self.depth_m is not None:
            measures.append(f"深 {self.depth_m} 米")
        return " × ".join(measures)

    @property
    def status_tone(self) -> str:
        return {"trading": "good", "demolished": "bad"}.get(self.status, "")


class DutyAgreement(models.Model):
    """A former agreement (责任书旧档): who traded behind a door and what was signed.

    Written when another shop or another agreement comes. The telephone of who has left is not kept.
    """

    frontage = models.ForeignKey(
        Frontage, models.PROTECT, related_name="past", verbose_name="责任区"
    )
    shop_name = models.CharField("店招名称", max_length=60)
    responsible_person = models.CharField("责任人", max_length=40, blank=True)
    agreement_number = models.CharField("协议编号", max_length=40, blank=True)
    plaque_number = models.CharField("责任牌编号", max_length=30, blank=True)
    duty_set = models.CharField("责任内容", max_length=40)
    signed_on = models.DateField("签订日期", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="登记变更的人",
    )
    at = models.DateTimeField("变更时间")

    # A change of one of these is another shop or another agreement.
    ENDS_WITH = ("shop_name", "responsible_person", "agreement_number", "signed_on")
    KEPT = (*ENDS_WITH, "valid_until", "plaque_number", "duty_set")

    class Meta:
        verbose_name = verbose_name_plural = "责任书旧档"
        indexes = [models.Index(fields=["frontage", "at"])]

    def __str__(self) -> str:
        return f"{self.shop_name} {self.agreement_number}".strip()


class FrontageCheck(models.Model):
    """One check of one frontage (门前三包抽查). `failed` lists the codes of duties not kept."""

    frontage = models.ForeignKey(
        Frontage, models.PROTECT, related_name="checks", verbose_name="责任区"
    )
    quarter = models.CharField("季度", max_length=6, validators=[valid_quarter])
    checked_on = models.DateField("检查日期")
    failed = models.JSONField("未落实的责任", default=list, blank=True)
    passed = models.BooleanField("合格")
    remark = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="检查人"
    )
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "门前三包抽查"
        constraints = [
            models.UniqueConstraint(
                fields=["frontage", "checked_on", "by"], name="one_check_a_day_and_checker"
            )
        ]
        indexes = [models.Index(fields=["quarter", "frontage"])]

    def __str__(self) -> str:
        return f"{self.frontage} {self.checked_on}"
