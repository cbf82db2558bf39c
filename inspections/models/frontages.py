from datetime import timedelta

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

DEFAULT_DUTY_SET = "three"
"""门前三包, one of the shipped sets (inspections/duty_sets)."""

PUBLIC_CODE_LENGTH = 12
SPELLED = 300
EXPIRING_DAYS = 30
"""An agreement that ends within so many days is about to end."""


def new_public_code() -> str:
    """What the QR of a plaque carries in place of a number that could be counted up: 60 random bits."""
    return mint(PUBLIC_CODE_LENGTH, IN_ADDRESSES)


def expiring_at(on) -> Q:
    """Agreements that end within the next thirty days."""
    return Q(valid_until__gte=on, valid_until__lte=on + timedelta(days=EXPIRING_DAYS))


def spellings(shop_name: str, road: str, door_number: str) -> dict[str, str]:
    """The two columns by which a frontage is found in letters: whole pinyin and initials of shop, road and door."""
    shop, street, door = spelled(shop_name), spelled_name(road), spelled_name(door_number)
    whole, initials = (" ".join(parts) for parts in zip(shop, street, door, strict=True))
    return {"pinyin": whole[:SPELLED], "initials": initials[:SPELLED]}


class FrontageStatus(models.TextChoices):
    TRADING = "trading", "营业"
    CLOSED = "closed", "停业"
    VACANT = "vacant", "空置"
    DEMOLISHED = "demolished", "拆迁"


def _spelled_like(letters: str) -> list[int]:
    """Subdistricts whose name reads so: they are few and their names may change, so nothing of it is stored."""
    rows = Subdistrict.objects.values_list("pk", "name")
    return [pk for pk, name in rows if any(part.startswith(letters) for part in spelled_name(name))]


class FrontageQuerySet(OfCommunityQuerySet):
    def in_force(self, on):
        """Frontages whose agreement holds on the day `on`."""
        return self.filter(status=FrontageStatus.TRADING, valid_until__gte=on)

    def named(self, text: str):
        """Frontages that `text` may mean: part of shop, door, road, agreement or plaque, or of how they read."""
        words = Q()
        for name in (
            "shop_name",
            "door_number",
            "agreement_number",
            "plaque_number",
            "road_section__name",
        ):
            words |= Q(**{f"{name}__icontains": text})
        if is_typed_pinyin(text):
            letters = typed(text)
            words |= Q(pinyin__contains=letters) | Q(initials__contains=letters)
            words |= Q(community__subdistrict__in=_spelled_like(letters))
        return self.filter(words)


class Frontage(Located):
    """门前三包责任区: a shop's or unit's stretch of pavement and the agreement in force for it."""

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
        return (
            ("即将到期", "warn")
            if (self.valid_until - on).days <= EXPIRING_DAYS
            else ("有效", "good")
        )

    @property
    def label(self) -> str:
        """江滨面馆 · 桂花路 12-1号: as forms name the one who answers for a finding. Reads the road section."""
        return f"{self.shop_name} · {self.address}"

    @property
    def extent(self) -> str:
        """长 6.0 米 × 深 3.5 米, as far as it is known."""
        known = (("长", self.length_m), ("深", self.depth_m))
        return " × ".join(f"{word} {metres} 米" for word, metres in known if metres is not None)

    @property
    def status_tone(self) -> str:
        return {"trading": "good", "demolished": "bad"}.get(self.status, "")


class DutyAgreement(models.Model):
    """责任书旧档: who traded behind a door and what agreement held, until another shop or another agreement came.

    The telephone of who has left is not kept.
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

    ENDS_WITH = ("shop_name", "responsible_person", "agreement_number", "signed_on")
    """A change of one of these is another shop or another agreement."""
    KEPT = (*ENDS_WITH, "valid_until", "plaque_number", "duty_set")

    class Meta:
        verbose_name = verbose_name_plural = "责任书旧档"
        indexes = [models.Index(fields=["frontage", "at"])]

    def __str__(self):
        return f"{self.shop_name} {self.agreement_number}".strip()


class FrontageCheck(models.Model):
    """门前三包抽查: one look at one frontage. `failed` holds the duties that were not kept, by code."""

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

    def __str__(self):
        return f"{self.frontage} {self.checked_on}"
