"""Opening accounts, appointing people, ending appointments. Every act is in the log."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from communities.models import CommunityPosting
from gongjian.accounts import services as accounts
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.staffing.permissions import may_keep_accounts
from gongjian.workflow import WrongState, require
from units.models import Posting

HELD_IN_A_COMMUNITY = frozenset({Role.COMMUNITY_WORKER, Role.LIAISON_LEADER})
ONLY_ADMIN = "只有系统管理员可以办理账号，且不能办理自己的账号"


def open_account(
    *, username, name, phone, role, title, unit, community, starts_on, by, at: datetime
) -> tuple[User, str]:
    """Open an account with its first appointment; the second value is the one-time password, shown once."""
    require(may_keep_accounts(by), ONLY_ADMIN)
    with transaction.atomic():
        user, password = accounts.create_user(username=username, name=name, phone=phone, at=at)
        record(user, "accounts.user.open", by=by, at=at)
        appoint(user, role=role, title=title, unit=unit, community=community, starts_on=starts_on, by=by, at=at)
    return user, password


def appoint(user, *, role, title, unit, community, starts_on: date, by, at: datetime) -> Appointment:
    """Appoint somebody to a role in a unit or a community from a day on."""
    require(may_keep_accounts(by, user), ONLY_ADMIN)
    place = check_place(role, unit=unit, community=community)
    with transaction.atomic():
        held = Appointment.objects.create(user=user, role=role, title=title, starts_on=starts_on)
        if role in HELD_IN_A_COMMUNITY:
            CommunityPosting.objects.create(appointment=held, community=place)
        else:
            Posting.objects.create(appointment=held, unit=place)
        record(user, "accounts.user.appoint", by=by, at=at, role=role, place=str(place), starts_on=starts_on)
    return held


def check_place(role, *, unit, community):
    """The unit or the community in which `role` is held; raises ValidationError at the field that is missing."""
    if role in HELD_IN_A_COMMUNITY:
        if community is None:
            raise ValidationError({"community": "社区工作者和联系领导须选社区"})
        return community
    if unit is None:
        raise ValidationError({"unit": "这个角色须选单位"})
    return unit


def end_appointment(appointment: Appointment, *, ends_on: date, by, at: datetime) -> Appointment:
    """End an appointment on a day; what was done under it stays as it is."""
    require(may_keep_accounts(by, appointment.user), ONLY_ADMIN)
    if ends_on <= appointment.starts_on:
        raise ValidationError({"ends_on": "离任日期须晚于任职日期"})
    with transaction.atomic():
        if not Appointment.objects.filter(pk=appointment.pk, ends_on=None).update(ends_on=ends_on):
            raise WrongState("这项任职已经结束")
        said = {"role": appointment.role, "before": {"ends_on": None}, "after": {"ends_on": ends_on}}
        record(appointment.user, "accounts.user.end_appointment", by=by, at=at, **said)
    appointment.ends_on = ends_on
    return appointment


def reset_password(user: User, *, by, at: datetime) -> str:
    """Give a new one-time password; the administrator never chooses it, and every open session ends."""
    require(may_keep_accounts(by, user), ONLY_ADMIN)
    password = accounts.one_time_password()
    user.set_password(password)
    user.must_change_password = True
    with transaction.atomic():
        user.save(update_fields=["password", "must_change_password"])
        record(user, "accounts.user.reset_password", by=by, at=at)
    return password


def set_active(user: User, *, active: bool, by, at: datetime) -> User:
    """Stop an account or put it to use again; a stopped one is signed out at its next step."""
    require(may_keep_accounts(by, user), ONLY_ADMIN)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=active)
        said = {"before": {"is_active": user.is_active}, "after": {"is_active": active}}
        record(user, "accounts.user.start" if active else "accounts.user.stop", by=by, at=at, **said)
    user.is_active = active
    return user
