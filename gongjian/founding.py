"""The first accounts of an empty site: who keeps accounts, who keeps security, and who can begin the office's work."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from gongjian.accounts.services import create_user
from gongjian.audit.services import record
from gongjian.reference import adopt_reference
from units.models import Kind, Posting, Unit

OFFICE_SHORT_NAME = "市共建办"
FIRST = (
    (Role.SYSTEM_ADMIN, "guanli", "系统管理员"),
    (Role.SECURITY_ADMIN, "anquan", "安全管理员"),
    (Role.OFFICE_DIRECTOR, "zhuren", "共建办主任"),
)


@dataclass(frozen=True)
class FirstAccount:
    role: str
    username: str
    password: str


def found_site(*, at: datetime) -> list[FirstAccount]:
    """Open the first accounts, with one-time passwords, and adopt the reference; a site with people is left alone."""
    if User.objects.exists():
        return []
    today = timezone.localdate(at)
    with transaction.atomic():
        adopt_reference(valid_from=date(today.year, 1, 1), at=at)
        named = {"short_name": OFFICE_SHORT_NAME, "kind": Kind.ORGAN}
        office, _ = Unit.objects.get_or_create(name=settings.OFFICE_NAME, defaults=named)
        return [_open(role, username, name, office, today, at) for role, username, name in FIRST]


def _open(
    role: Role, username: str, name: str, office: Unit, today: date, at: datetime
) -> FirstAccount:
    user, password = create_user(username=username, name=name, at=at)
    post = Appointment.objects.create(user=user, role=role, starts_on=today)
    Posting.objects.create(appointment=post, unit=office)
    record(user, "accounts.user.open", by=None, at=at, role=role, place=str(office))
    return FirstAccount(str(role.label), username, password)
