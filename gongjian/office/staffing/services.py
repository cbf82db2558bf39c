"""Opening accounts, appointing people, ending appointments. Every act is in the log."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from communities.models import Community, CommunityPosting
from gongjian.accounts import services as accounts
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import THREE_ADMINISTRATORS, Role
from gongjian.accounts.services import end_sessions
from gongjian.audit.services import record, record_many
from gongjian.lib.phones import is_masked, mask
from gongjian.office.staffing.offices import place_of, with_places
from gongjian.office.staffing.permissions import (
    IN_A_COMMUNITY,
    may_appoint,
    may_keep_accounts,
)
from gongjian.workflow import WrongState, require
from units.models import Posting, Unit

ONLY_ADMIN = "只有系统管理员可以办理账号，且不能办理自己的账号"
ONLY_SECURITY = "系统管理员、安全管理员和审计员由安全管理员任免，且不能任免自己"
ONLY_SYSTEM = "业务角色由系统管理员任免，且不能任免自己"


def open_account(
    *,
    username: str,
    name: str,
    phone: str = "",
    role: str = "",
    title: str = "",
    unit: Unit | None = None,
    community: Community | None = None,
    starts_on: date | None = None,
    by: User,
    at: datetime,
) -> tuple[User, str]:
    """Open an account, with its first appointment if a role is given; the second value is the
    one-time password, shown once. One of the three administrators is appointed afterwards, by the
    security administrator.
    """
    require(may_keep_accounts(by), ONLY_ADMIN)
    with transaction.atomic():
        user, password = accounts.create_user(username=username, name=name, phone=phone, at=at)
        record(user, "accounts.user.open", by=by, at=at)
        if role:
            if starts_on is None:
                raise ValidationError({"starts_on": "请填任职日期"})
            appoint(
                user,
                role=role,
                title=title,
                unit=unit,
                community=community,
                starts_on=starts_on,
                by=by,
                at=at,
            )
    return user, password


def edit_account(user: User, *, name: str, phone: str, by: User, at: datetime) -> User:
    """Correct a name or a telephone number; the log keeps both, the number masked."""
    require(may_keep_accounts(by, user), ONLY_ADMIN)
    if is_masked(phone):  # the form came back with the number as it was shown
        if phone != mask(user.phone):
            raise ValidationError(
                {"phone": f"“{phone}”不是完整号码：请填完整号码，不改就保留原来显示的样子"}
            )
        phone = user.phone
    named = _named(user.name, user.phone)
    before = named
    after = _named(name, phone)
    if (user.name, user.phone) == (name, phone):
        return user
    with transaction.atomic():
        user.name = name
        user.phone = phone
        user.save(update_fields=["name", "phone"])
        record(user, "accounts.user.edit", by=by, at=at, before=before, after=after)
    return user


def _named(name: str, phone: str) -> dict[str, str]:
    return {"name": name, "phone": mask(phone)}


def appoint(
    user: User,
    *,
    role: str,
    title: str = "",
    unit: Unit | None = None,
    community: Community | None = None,
    starts_on: date,
    by: User,
    at: datetime,
) -> Appointment:
    """Appoint somebody to a role in a unit or a community from a day on; he signs in anew.

    Raises ValidationError at `role` for what 三员分立 excludes, at `starts_on` for an office that
    he holds already.
    """
    require_may_appoint(by, user, role)
    place = check_place(role, unit=unit, community=community)
    with transaction.atomic():
        _keep_others_waiting(user)
        refuse_mixed(user, role, starts_on)
        _refuse_twice(user, role, place, starts_on)
        appointment = Appointment.objects.create(
            user=user, role=role, title=title, starts_on=starts_on
        )
        if isinstance(place, Community):
            CommunityPosting.objects.create(appointment=appointment, community=place)
        else:
            Posting.objects.create(appointment=appointment, unit=place)
        end_sessions(user)
        record(
            user,
            "accounts.user.appoint",
            by=by,
            at=at,
            role=role,
            place=str(place),
            starts_on=starts_on,
        )
    return appointment


def require_may_appoint(by: User, user: User, role: str) -> None:
    """Raises PermissionDenied that says who appoints to the role instead."""
    if role in THREE_ADMINISTRATORS:
        what = ONLY_SECURITY
    else:
        what = ONLY_SYSTEM
    allowed = may_appoint(by, user, role)
    require(allowed, what)


def _keep_others_waiting(user: User) -> None:
    """Two appointments of one person at once would not see each other."""
    User.objects.select_for_update().get(pk=user.pk)


def check_place(role: str, *, unit: Unit | None, community: Community | None) -> Unit | Community:
    """The unit or the community in which `role` is held; raises ValidationError at the field that
    is missing.
    """
    if role in IN_A_COMMUNITY:
        if community is None:
            raise ValidationError({"community": "社区工作者和联系领导须选社区"})
        return community
    if unit is None:
        raise ValidationError({"unit": "这个角色须选单位"})
    return unit


def refuse_mixed(
    user: User,
    role: str,
    starts_on: date,
    ends_on: date | None = None,
    *,
    field: str = "role",
    besides: int | None = None,
) -> None:
    """Refuse one of the three administrators to whom holds anything else in [starts_on, ends_on),
    and the reverse.
    """
    others = user.appointments.excluded_by(role).overlapping(starts_on, ends_on)
    if besides:
        others = others.exclude(pk=besides)
    other = others.order_by("starts_on", "pk").first()
    if other:
        until = "，现仍在任"
        if other.ends_on:
            until = f"至 {other.ends_on:%Y-%m-%d} 止"
        said = f"{user.name}自 {other.starts_on:%Y-%m-%d} 起任{other.get_role_display()}{until}。"
        rule = f"三员分立，同一天不能又任{Role(role).label}："
        message = said + rule + _way_out(other)
        raise ValidationError({field: message})


def _way_out(appointment: Appointment) -> str:
    if appointment.ends_on:
        return f"请另选他人，或从 {appointment.ends_on:%Y-%m-%d} 起任命"
    return "请另选他人，或先结束原任职"


def _refuse_twice(
    user: User,
    role: str,
    place: Unit | Community | None,
    starts_on: date,
    ends_on: date | None = None,
    *,
    besides: int | None = None,
) -> None:
    """Refuse the same office to the same person for days on which he holds it already."""
    same = user.appointments.filter(role=role).overlapping(starts_on, ends_on)
    if besides:
        same = same.exclude(pk=besides)
    for with_place in with_places(same.order_by("starts_on", "pk")):
        if place_of(with_place) == place:
            until = "至今"
            if with_place.ends_on:
                until = f"至 {with_place.ends_on:%Y-%m-%d}"
            held_as = f"{place}的{with_place.get_role_display()}"
            message = f"{user.name}自 {with_place.starts_on:%Y-%m-%d} {until}已任{held_as}"
            raise ValidationError({"starts_on": f"{message}，不能重复任命；请更正原任职或改日期"})


def correct_appointment(
    appointment: Appointment,
    *,
    title: str,
    starts_on: date,
    ends_on: date | None,
    by: User,
    at: datetime,
) -> Appointment:
    """Put right the title or the days of an appointment; role and place stay, another office is
    another appointment.

    Raises ValidationError at the field for days that cannot be.
    """
    user = appointment.user
    role = appointment.role
    require_may_appoint(by, user, role)
    if ends_on and ends_on <= starts_on:
        raise ValidationError({"ends_on": "离任日期须晚于任职日期"})
    with transaction.atomic():
        _keep_others_waiting(user)
        refuse_mixed(user, role, starts_on, ends_on, field="starts_on", besides=appointment.pk)
        _refuse_twice(user, role, place_of(appointment), starts_on, ends_on, besides=appointment.pk)
        before = _days(Appointment.objects.get(pk=appointment.pk))
        appointment.title = title
        appointment.starts_on = starts_on
        appointment.ends_on = ends_on
        appointment.save(update_fields=["title", "starts_on", "ends_on"])
        end_sessions(user)
        days = {"before": before, "after": _days(appointment)}
        record(user, "accounts.user.correct_appointment", by=by, at=at, role=role, **days)
    return appointment


def _days(appointment: Appointment) -> dict[str, Any]:
    return {
        "title": appointment.title,
        "starts_on": appointment.starts_on,
        "ends_on": appointment.ends_on,
    }


def end_appointment(
    appointment: Appointment, *, ends_on: date, by: User, at: datetime
) -> Appointment:
    """End an appointment on a day; what was done under it stays as it is, and its holder signs in
    anew.
    """
    require_may_appoint(by, appointment.user, appointment.role)
    if ends_on <= appointment.starts_on:
        raise ValidationError({"ends_on": "离任日期须晚于任职日期"})
    with transaction.atomic():
        appointments = Appointment.objects.filter(pk=appointment.pk, ends_on=None)
        if not appointments.update(ends_on=ends_on):
            raise WrongState("这项任职已经结束")
        end_sessions(appointment.user)
        details = {
            "role": appointment.role,
            "before": {"ends_on": None},
            "after": {"ends_on": ends_on},
        }
        record(appointment.user, "accounts.user.end_appointment", by=by, at=at, **details)
    appointment.ends_on = ends_on
    return appointment


def reset_password(user: User, *, by: User, at: datetime) -> str:
    """Give a new one-time password; the administrator never chooses it, and every open session
    ends.
    """
    require(may_keep_accounts(by, user), ONLY_ADMIN)
    with transaction.atomic():
        password = accounts.give_one_time_password(user, at=at)
        end_sessions(user)
        record(user, "accounts.user.reset_password", by=by, at=at)
    return password


def set_active(user: User, *, active: bool, by: User, at: datetime) -> User:
    """Stop an account or put it to use again; a stopped one is signed out at once."""
    require(may_keep_accounts(by, user), ONLY_ADMIN)
    with transaction.atomic():
        users = User.objects.filter(pk=user.pk)
        users.update(is_active=active)
        if not active:
            end_sessions(user)
        details = {"before": {"is_active": user.is_active}, "after": {"is_active": active}}
        record(
            user, "accounts.user.start" if active else "accounts.user.stop", by=by, at=at, **details
        )
    user.is_active = active
    return user


def stop_accounts(users: Iterable[User], *, by: User, at: datetime) -> int:
    """Stop several accounts at once, all or none; one stopped already is left alone.

    Returns how many.
    """
    chosen = list(users)
    allowed = all(may_keep_accounts(by, user) for user in chosen)
    require(allowed, ONLY_ADMIN)
    with transaction.atomic():
        stopping = [user for user in chosen if user.is_active]
        pks = [user.pk for user in stopping]
        User.objects.filter(pk__in=pks).update(is_active=False)
        for user in stopping:
            end_sessions(user)
        return record_many(stopping, "accounts.user.stop", by=by, at=at)
