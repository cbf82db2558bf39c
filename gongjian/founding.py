"""The first accounts of an empty site: two administrators, and the office's director."""

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
from units.models import Posting, Unit, UnitKind

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
    """Adopt the reference and open the first accounts; return them with one-time passwords.

    A site that has people is left alone, and nothing is returned.
    """
    if User.objects.exists():
        return []
    today = timezone.localdate(at)
    with transaction.atomic():
        adopt_reference(valid_from=date(today.year, 1, 1), at=at)
        fields = {"short_name": OFFICE_SHORT_NAME, "kind": UnitKind.ORGAN}
        office, _ = Unit.objects.get_or_create(name=settings.OFFICE_NAME, defaults=fields)
        accounts = []
        for role, username, name in FIRST:
            user, password = create_user(username=username, name=name, at=at)
            give_first_post(user, role, office, at=at)
            accounts.append(FirstAccount(str(role.label), username, password))
    return accounts


def give_first_post(user: User, role: Role, office: Unit, *, at: datetime) -> None:
    """Give a first account its role in the office, from today on; nobody else could."""
    post = Appointment.objects.create(user=user, role=role, starts_on=timezone.localdate(at))
    Posting.objects.create(appointment=post, unit=office)
    record(user, "accounts.user.open", by=None, at=at, role=role, place=str(office))
