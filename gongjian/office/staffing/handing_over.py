"""交接: an officer leaves, another takes his office over from a day on; what is open goes with it,
history stays.

What hangs on a unit or a community follows the office by itself. What points at a person is passed
on here: each app offers what moves of its own.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from communities.models import Assignment, Community
from communities.models.plans import AssignmentStatus
from communities.services.handing_over import hand_over_liaison
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import OFFICE, Role
from gongjian.accounts.services import end_sessions
from gongjian.audit.services import record
from gongjian.notifications.services import notify, pass_on_unread
from gongjian.office.staffing import services
from gongjian.office.staffing.offices import place_of
from gongjian.office.staffing.permissions import IN_A_COMMUNITY, OFFICERS
from gongjian.workflow import WrongState
from inspections.models import Finding, SelfCheck
from inspections.models.findings import OPEN
from inspections.models.self_checks import SelfCheckStatus
from scoring.services.sheets.handing_over import hand_over_sheets
from units.models import Unit
from units.services import hand_over_contact

FOR_THE_OFFICE = "须由共建办在季度考评里改派"


@dataclass(frozen=True)
class HandedOver:
    """One kind of open thing: how many pass on, how many stay, and why those stay."""

    what: str
    passed: int
    stayed: int = 0
    reason: str = ""


@dataclass(frozen=True)
class HandOver:
    """What a hand-over did; `password` is the one-time password of a new account, shown once."""

    appointment: Appointment
    successor: User
    password: str
    moved: list[HandedOver]


def preview_hand_over(appointment: Appointment, **fields) -> HandOver:
    """What `hand_over` would do, told by doing it and taking it back: the two cannot differ."""
    with transaction.atomic():
        hand_over_done = _hand_over(appointment, **fields)
        transaction.set_rollback(True)
    return hand_over_done


def hand_over(appointment: Appointment, **fields) -> HandOver:
    """End an appointment on a day, appoint the successor to the same role and place from that day,
    pass on what is open. `successor` is an account, or a dict of username, name and phone for a new
    one. Both persons sign in anew.

    Raises ValidationError at `day` or `successor`, WrongState when the appointment has ended.
    """
    with transaction.atomic():
        hand_over_done = _hand_over(appointment, **fields)
        end_sessions(appointment.user)
    appointment.ends_on = hand_over_done.appointment.starts_on
    return hand_over_done


def _hand_over(
    appointment: Appointment, *, successor: User | dict, day: date, by, at: datetime
) -> HandOver:
    leaver = appointment.user
    place = place_of(appointment)
    services.require_may_appoint(by, leaver, appointment.role)
    _refuse_day(appointment, day, at)
    if successor == leaver:
        raise ValidationError({"successor": "接任人不能是本人"})
    _end(appointment, day)
    person, password = _person(successor, by, at)
    new_appointment = _take_over(appointment, person, place, day, by, at)
    moved = _pass_on(appointment, person, place, by, at)
    _write_down(new_appointment, appointment, moved, by, at)
    return HandOver(new_appointment, person, password, moved)


def _refuse_day(appointment: Appointment, day: date, at: datetime) -> None:
    """What is open passes on at once, so the day may lie behind, never ahead."""
    if day > timezone.localdate(at):
        raise ValidationError(
            {"day": "交接日期不能晚于今天：未办结的事项随交接立即移交，请到那一天再办"}
        )
    if day <= appointment.starts_on:
        raise ValidationError({"day": f"交接日期须晚于原任职日期 {appointment.starts_on:%Y-%m-%d}"})
    if appointment.ends_on and appointment.ends_on < day:
        message = f"这项任职到 {appointment.ends_on:%Y-%m-%d} 为止，交接日期不能更晚"
        raise ValidationError({"day": message})


def _end(appointment: Appointment, day: date) -> None:
    """One that has an end already may still be handed over: the successor begins where it ends."""
    unchanged = Appointment.objects.filter(pk=appointment.pk, ends_on=appointment.ends_on)
    if not unchanged.update(ends_on=day):
        raise WrongState("这项任职已被他人更改，请刷新后再办理交接")


def _person(successor: User | dict, by, at: datetime) -> tuple[User, str]:
    if isinstance(successor, dict):
        return services.open_account(**successor, by=by, at=at)
    if not successor.is_active:
        raise ValidationError({"successor": "这个账号已停用，请先启用或另选他人"})
    return successor, ""


def _take_over(
    ending: Appointment, person: User, place, day: date, by, at: datetime
) -> Appointment:
    if ending.role in IN_A_COMMUNITY:
        where = {"community": place}
    else:
        where = {"unit": place}
    try:
        return services.appoint(
            person, role=ending.role, title=ending.title, starts_on=day, by=by, at=at, **where
        )
    except ValidationError as refused:
        raise ValidationError({"successor": refused.messages}) from refused


def _pass_on(ending: Appointment, person: User, place, by, at: datetime) -> list[HandedOver]:
    """Everything open, of the office and of the person, that there is any of."""
    who = {"leaver": ending.user, "successor": person, "by": by, "at": at}
    moves = [*_by_itself(ending, place), *_of_the_office(ending, place, who), _unread(ending, who)]
    return [move for move in moves if move.passed or move.stayed]


def _by_itself(ending: Appointment, place) -> list[HandedOver]:
    """What hangs on the place and lies before whoever holds the office: counted, nothing is
    written.
    """
    if ending.role not in (*OFFICERS, Role.COMMUNITY_WORKER):
        return []
    communities = _communities_kept(ending, place)
    findings = Finding.objects.filter(status__in=OPEN)
    if ending.role in OFFICERS:
        findings = findings.filter(responsible_unit=place)
    else:
        findings = findings.filter(community=place)
    statuses = [SelfCheckStatus.DRAFT, SelfCheckStatus.RETURNED]
    drafts = SelfCheck.objects.filter(community__in=communities, status__in=statuses)
    assignments = Assignment.objects.filter(community__in=communities)
    tasks = assignments.exclude(status=AssignmentStatus.COMPLETED)
    moved = HandedOver("未完成的季度任务", tasks.count())
    return [
        moved,
        HandedOver("未报送的月自查", drafts.count()),
        HandedOver("未销号的问题", findings.count()),
    ]


def _communities_kept(ending: Appointment, place):
    if ending.role == Role.COMMUNITY_WORKER:
        return Community.objects.filter(pk=place.pk)
    if ending.role == Role.LEAD_OFFICER:
        return Community.objects.filter(group__lead_unit=place)
    return Community.objects.none()


def _of_the_office(ending: Appointment, place, who: dict) -> list[HandedOver]:
    """What names the leaver in the office that he leaves."""
    if ending.role == Role.LIAISON_LEADER:
        hand = hand_over_liaison(place, **who)
        return [HandedOver("领导小组的联系领导", hand)]
    if ending.role in OFFICERS and isinstance(place, Unit):
        return [HandedOver("单位联络员登记", hand_over_contact(place, **who))]
    if ending.role == Role.ASSESSOR:
        return _sheets(ending, who)
    return []


def _sheets(ending: Appointment, who: dict) -> list[HandedOver]:
    """An assessor posted twice keeps his sheets until he leaves the other post too."""
    if _still_holds(ending, who["at"], role=Role.ASSESSOR):
        return []
    handed = hand_over_sheets(**who)
    moved = HandedOver(
        "未开始的打分表",
        len(handed.passed),
        len(handed.barred),
        f"接任人须回避或已抽中同一社区，{FOR_THE_OFFICE}",
    )
    return [
        moved,
        HandedOver(
            "已开始的打分表",
            0,
            len(handed.begun),
            f"打分独立进行，不能由他人接着填，{FOR_THE_OFFICE}",
        ),
    ]


def _unread(ending: Appointment, who: dict) -> HandedOver:
    """Messages do not say for which office they are: they stay while the leaver still holds another
    one.
    """
    if _still_holds(ending, who["at"]):
        waiting = ending.user.notifications.unread().count()
        return HandedOver("未读通知", 0, waiting, f"{ending.user.name}还有其他任职，通知留给本人")
    return HandedOver("未读通知", pass_on_unread(leaver=who["leaver"], successor=who["successor"]))


def _still_holds(ending: Appointment, at: datetime, **which) -> bool:
    others = ending.user.appointments.in_force(timezone.localdate(at)).exclude(pk=ending.pk)
    return others.filter(**which).exists()


def _write_down(
    new_appointment: Appointment, ending: Appointment, moved: list[HandedOver], by, at: datetime
) -> None:
    """Tell it in both histories, to the successor, and to the office what waits for it."""
    leaver = ending.user
    person = new_appointment.user
    place = str(place_of(new_appointment))
    counts = {move.what: [move.passed, move.stayed] for move in moved}
    act = {"role": ending.role, "place": place, "day": new_appointment.starts_on}
    act |= {"by": by, "at": at, "moved": counts}
    remark = f"{ending.get_role_display()}：{leaver.name}交{person.name}"
    ends = {"before": {"ends_on": ending.ends_on}, "after": {"ends_on": new_appointment.starts_on}}
    record(leaver, "accounts.user.hand_over", remark=remark, to=person.username, **ends, **act)
    record(person, "accounts.user.take_over", remark=remark, left=leaver.username, **act)
    subject = f"您已接任{place_of(new_appointment)}{new_appointment.get_role_display()}"
    body = f"自 {new_appointment.starts_on:%Y-%m-%d} 起接替{leaver.name}，未办结的事项在工作台。"
    notify(
        [person],
        key=f"staffing.take_over:{new_appointment.pk}",
        subject=subject,
        body=body,
        at=at,
        link=reverse("workbench"),
    )
    _tell_office(new_appointment, leaver, moved, at)


def _tell_office(
    new_appointment: Appointment, leaver: User, moved: list[HandedOver], at: datetime
) -> None:
    stayed = []
    for move in moved:
        if FOR_THE_OFFICE in move.reason:
            stayed.append(move.stayed)
    waiting = sum(stayed)
    if waiting:
        office = User.objects.holding(*OFFICE, on=timezone.localdate(at))
        subject = f"考评员{leaver.name}已离任，{waiting} 份打分表须改派"
        body = "请在季度考评页“更换考评员”里为这些打分表另定考评员。"
        key = f"staffing.sheets:{new_appointment.pk}"
        link = reverse("scoring:rounds")
        notify(office, key=key, subject=subject, body=body, at=at, link=link)
