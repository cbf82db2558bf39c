from django.conf import settings
from django.db import models

from communities.models.places import Community
from gongjian.lib.sealing import SealedTextField
from units.models import Unit


class Group(models.Model):
    """共建领导小组 (policy 二之三): led by one unit, headed by its leader, helped by a liaison
    leader.
    """

    community = models.OneToOneField(
        Community, models.CASCADE, related_name="group", verbose_name="社区"
    )
    lead_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="led_groups", verbose_name="牵头单位"
    )
    head_name = models.CharField("组长", max_length=40, blank=True)
    liaison_leader_name = models.CharField("联系领导", max_length=40, blank=True)
    liaison_leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="联系领导账号",
    )

    class Meta:
        verbose_name = verbose_name_plural = "共建领导小组"

    def __str__(self) -> str:
        return f"{self.community}共建领导小组"


class MemberRole(models.TextChoices):
    LEAD = "lead", "牵头"
    MEMBER = "member", "共建"


class GroupMember(models.Model):
    """A unit's seat in a group, the lead unit's included (共建名单)."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="members", verbose_name="小组")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="seats", verbose_name="单位")
    role = models.CharField(
        "角色", max_length=10, choices=MemberRole.choices, default=MemberRole.MEMBER
    )
    representative = models.CharField("代表", max_length=40, blank=True)
    phone = SealedTextField("联系电话", max_length=30, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "共建名单"
        constraints = [
            models.UniqueConstraint(fields=["group", "unit"], name="one_seat_a_unit"),
            models.UniqueConstraint(
                fields=["group"],
                condition=models.Q(role=MemberRole.LEAD),
                name="one_lead_unit_a_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}（{self.get_role_display()}）"

    @property
    def is_lead(self) -> bool:
        return self.role == MemberRole.LEAD
