from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from gongjian.accounts.roles import CITY_WIDE, THREE_ADMINISTRATORS, WITHOUT_BUSINESS, Role
from gongjian.accounts.scopes import SCOPES
from gongjian.lib.expressions import SecondsBetween
from gongjian.lib.sealing import SealedTextField

LONGEST_TOKEN_SECONDS = 365 * 86400
EXPIRES_SOON = timedelta(days=30)


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: "User") -> Self:
        """Accounts are seen by the three administrators; everyone sees himself."""
        if user.has_role(*THREE_ADMINISTRATORS):
            return self
        return self.filter(pk=user.pk)

    def holding(self, *roles: str, on: date) -> Self:
        """Active users who hold any of `roles` on the day `on`."""
        appointments = Appointment.objects.in_force(on)
        holdings = appointments.filter(role__in=roles)
        return self.filter(is_active=True, pk__in=holdings.values("user"))


UserManager = BaseUserManager.from_queryset(UserQuerySet)


class User(AbstractBaseUser):
    """A person who signs in, or a client of the API.

    What he may do comes from his appointments alone.
    """

    username = models.CharField("账号", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=40)
    phone = SealedTextField("联系电话", max_length=30, blank=True)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("首次登录须改密", default=False)
    one_time_given_at = models.DateTimeField("一次性密码给出时间", null=True, blank=True)
    one_time_used_at = models.DateTimeField("一次性密码使用时间", null=True, blank=True)
    password_set_at = models.DateTimeField("本人设密时间", null=True, blank=True)
    created_at = models.DateTimeField("建立时间")

    USERNAME_FIELD = "username"
    objects = UserManager()

    class Meta:
        verbose_name = verbose_name_plural = "账号"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("staffing:detail", args=[self.pk])

    @property
    def state(self) -> str:
        return "在用" if self.is_active else "已停用"

    # What the API token in hand is good for; nothing for a person who signed in.
    scopes: Iterable[str] = ()

    as_of: date | None = None

    def on(self, day: date) -> "User":
        """Say for which day this user's roles are asked; every permission check needs it."""
        if self.as_of != day:
            self.as_of = day
            self.__dict__.pop("roles", None)
            self.__dict__.pop("found", None)
        return self

    @cached_property
    def found(self) -> dict[str, Any]:
        """What was looked up for this user on his day."""
        return {}

    def once(self, name: str, look_up: Callable[[], Any]) -> Any:
        """The answer of `look_up`, asked once for this user's day."""
        if name not in self.found:
            self.found[name] = look_up()
        return self.found[name]

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles held on the day `as_of`. One query, once."""
        if self.as_of is None:
            raise RuntimeError("User.on(day) must say for which day the roles are asked")
        return frozenset(self.appointments.in_force(self.as_of).values_list("role", flat=True))

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def takes_part(self) -> bool:
        """Whether he holds a role in the co-building itself: the system and security administrators
        hold none.
        """
        return not self.roles <= WITHOUT_BUSINESS

    @property
    def sees_city(self) -> bool:
        return self.has_role(*CITY_WIDE)


class UsedPassword(models.Model):
    """The hash of a password that its holder chose, kept so that it is not chosen again soon."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="used_passwords", verbose_name="账号"
    )
    hash = models.CharField(max_length=128)
    set_at = models.DateTimeField("设密时间")

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"

    def __str__(self) -> str:
        return f"{self.user} {self.set_at:%Y-%m-%d}"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def in_force(self, on: date) -> Self:
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)

    def of(self, user: User, *roles: str) -> Self:
        """The user's appointments in force on his day, of any of `roles` when given."""
        # No appointment is known of a user without his day.
        assert user.as_of is not None
        own_appointments = self.in_force(user.as_of).filter(user=user)
        if roles:
            return own_appointments.filter(role__in=roles)
        return own_appointments

    def overlapping(self, starts_on: date, ends_on: date | None = None) -> Self:
        """Those of which at least one day falls in [starts_on, ends_on); without an end it has
        none.
        """
        if ends_on is None:
            begun = self
        else:
            begun = self.filter(starts_on__lt=ends_on)
        return begun.filter(Q(ends_on=None) | Q(ends_on__gt=starts_on))

    def excluded_by(self, role: str) -> Self:
        """Those that nobody may hold on the same day as `role` (三员分立)."""
        if role in THREE_ADMINISTRATORS:
            return self.exclude(role=role)
        return self.filter(role__in=THREE_ADMINISTRATORS)


class Appointment(models.Model):
    """Who holds which role from when to when; a link row in a higher app says for which unit or
    community.

    The database refuses one of the three administrators on the same day as any other role: see its
    migration.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments", verbose_name="账号")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    title = models.CharField("职务", max_length=60, blank=True)
    starts_on = models.DateField("任职日期")
    ends_on = models.DateField("离任日期", null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        constraints = [
            models.CheckConstraint(
                name="appointment_ends_after_start",
                condition=Q(ends_on=None) | Q(ends_on__gt=models.F("starts_on")),
            ),
            models.CheckConstraint(
                name="appointment_role_known", condition=Q(role__in=Role.values)
            ),
        ]
        indexes = [models.Index(fields=["user", "role"]), models.Index(fields=["role"])]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"

    def is_in_force(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or self.ends_on > on)


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: "User") -> Self:
        """Tokens are the security administrator's to keep; the holder sees his own."""
        if user.has_role(Role.SECURITY_ADMIN):
            return self
        return self.filter(user=user)

    def unexpired(self, at: datetime) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=at)

    def live(self, at: datetime) -> Self:
        """Tokens that open the API now: neither ended nor past, their user active and in office."""
        in_office = Appointment.objects.in_force(timezone.localdate(at))
        return self.unexpired(at).filter(user__is_active=True, user__in=in_office.values("user"))


class ApiToken(models.Model):
    """A named key to the API, shown once; only its hash is kept. Form: gj_<key>.<secret>."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="api_tokens", verbose_name="接口用户"
    )
    name = models.CharField("名称", max_length=60)
    key = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField("权限", default=list)
    networks = models.JSONField("允许的网段", default=list, blank=True)
    created_at = models.DateTimeField("建立时间")
    expires_at = models.DateTimeField("到期时间")
    last_used_at = models.DateTimeField("最近使用", null=True)
    last_used_from = models.GenericIPAddressField("最近使用地址", null=True)
    revoked_at = models.DateTimeField("停用时间", null=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="successors", verbose_name="接替"
    )

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
        constraints = [
            models.CheckConstraint(
                name="token_lives_a_year_at_most",
                condition=LessThanOrEqual(
                    SecondsBetween("created_at", "expires_at"), LONGEST_TOKEN_SECONDS
                ),
                violation_error_message="令牌最长 365 天",
            )
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(revoked_at=None), name="tokens_in_use")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("security:token", args=[self.pk])

    def state(self, at: datetime) -> tuple[str, str]:
        """How the token stands: its word and tone."""
        if self.revoked_at:
            return "已停用", "bad"
        if self.expires_at <= at:
            return "已到期", "bad"
        if self.expires_at <= at + EXPIRES_SOON:
            return ("即将到期", "warn")
        return ("有效", "good")

    @property
    def scope_names(self) -> list[str]:
        return [SCOPES.get(scope, scope) for scope in self.scopes]


class Bucket(models.Model):
    """A rate limit's bucket: how many requests it still holds, and when that was counted."""

    key = models.CharField(max_length=120, primary_key=True)
    tokens = models.FloatField("余量")
    counted_seconds = models.FloatField("计数时刻（Unix 秒）", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "限速余量"

    def __str__(self) -> str:
        return self.key
