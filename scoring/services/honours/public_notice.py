"""公示: a list of names is on public notice for some working days; objections are answered singly.

One way for the quarter's praise and criticism and for the year's commendation.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.roles import OFFICE, Role
from gongjian.audit.services import record
from gongjian.holidays.services import calendar_from
from gongjian.notifications.services import notify
from gongjian.workflow import Step, WrongState, advance, require
from scoring.models import Commendation, Nomination, Objection, QuarterList
from scoring.models.bulletins import Honour
from scoring.permissions import may_run_round
from scoring.services.honours.naming import named_for

# Everybody who takes part: told of a public notice, and of what was published.
ROLES_TOLD = (
    Role.LEAD_OFFICER,
    Role.COMMUNITY_WORKER,
    Role.MEMBER_LIAISON,
    Role.LIAISON_LEADER,
    Role.DEPARTMENT_OFFICER,
)

NameList = Commendation | QuarterList


def put_on_public_notice(
    name_list: NameList, step: Step, *, workdays: int, by: User, at: datetime
) -> NameList:
    """Put the list on public notice; the working days count from the day after."""
    day = timezone.localdate(at)
    ends_on = calendar_from(day).add_workdays(day, workdays)
    days: dict[str, Any] = {"notice_starts_on": day, "notice_ends_on": ends_on}
    return advance(name_list, step, by=by, at=at, **days)


def notify_of_public_notice(name_list: NameList, *, subject: str, key: str, at: datetime) -> None:
    """Notify everybody who takes part until when they may object."""
    people = User.objects.holding(*ROLES_TOLD, on=name_list.first_day)
    body = f"公示至 {name_list.notice_ends_on:%Y-%m-%d}，有异议的，请在此前提出。"
    link = name_list.get_absolute_url()
    notify(people, key=key, subject=subject, body=body, at=at, link=link)


def names_open_to(name_list: NameList, user: User) -> dict[str, list[str]]:
    """Return about whom the user may object, by honour.

    Praise and commendation are everybody's; criticism only of those for whom he answers.
    """
    round = name_list.round
    if isinstance(name_list, Commendation):
        return {Honour.COMMENDATION: _names(named_for(round, Honour.COMMENDATION))}
    concerning = Nomination.objects.concerning(user).in_list()
    criticised = concerning.filter(round=round, honour=Honour.CRITICISM)
    names: dict[str, list[str]] = {}
    if own_names := _names(criticised.select_related("community", "unit").order_by("pk")):
        names[Honour.CRITICISM] = own_names
    if praised := _names(named_for(round, Honour.PRAISE)):
        names[Honour.PRAISE] = praised
    return names


def _names(nominations: Iterable[Nomination]) -> list[str]:
    return list(dict.fromkeys(nomination.name for nomination in nominations))


def object_to_list(
    name_list: NameList, *, honour: str, about: str, text: str, by: User, at: datetime
) -> Objection:
    """Raise an objection to a list on public notice (提出异议), and notify the office.

    Against criticism it is the 陈述申辩 of those named themselves. `about`: a name in the list, or
    empty for the whole of those to be praised or commended. Raises WrongState after its last day.
    """
    require(by.takes_part, "参与共建的人员可以提出异议")
    day = timezone.localdate(at)
    if not text.strip():
        raise ValidationError({"text": "请写明事实和理由"})
    with transaction.atomic():
        rows = type(name_list).objects.select_for_update(of=("self",)).select_related("round")
        locked_list = rows.get(pk=name_list.pk)
        if not locked_list.is_on_public_notice(day):
            raise WrongState(f"{locked_list}不在公示期内，不能提出异议")
        refuse_name(locked_list, honour, about, by)
        objection = Objection(honour=honour, about=about, text=text.strip())
        objection.raised_by = by
        objection.raised_at = at
        if isinstance(locked_list, Commendation):
            objection.commendation = locked_list
        else:
            objection.quarter_list = locked_list
        objection.save()
        record(objection, "scoring.objection.raise", by=by, at=at, text=objection.text)
        office = User.objects.holding(*OFFICE, on=day)
        key = f"scoring.objection.{objection.pk}"
        subject = f"{locked_list}：{objection}，待答复"
        notify(office, key=key, subject=subject, at=at, link=objection.get_absolute_url())
    return objection


def refuse_name(name_list: NameList, honour: str, about: str, by: User) -> None:
    names = names_open_to(name_list, by)
    require(honour in names, "拟通报批评的，由被提名的社区、单位自己陈述申辩")
    is_about_the_whole = not about and honour != Honour.CRITICISM
    if about not in names[honour] and not is_about_the_whole:
        raise ValidationError({"about": f"名单里没有“{about}”，请重新选择"})


def answer_objection(objection: Objection, *, answer: str, by: User, at: datetime) -> Objection:
    """Answer once, in words, and notify who objected.

    What follows from it, such as striking a name, is an act of its own.
    """
    require(may_run_round(by), "异议由共建办答复")
    if not answer.strip():
        raise ValidationError({"answer": "请写明核实情况和处理意见"})
    answer = answer.strip()
    answered = {"answer": answer, "answered_by": by, "answered_at": at}
    with transaction.atomic():
        if not Objection.objects.unanswered().filter(pk=objection.pk).update(**answered):
            raise WrongState("这件异议已经答复")
        record(objection, "scoring.objection.answer", by=by, at=at, answer=answer)
        key = f"scoring.objection.{objection.pk}.answered"
        subject = f"{objection}已答复"
        link = objection.get_absolute_url()
        notify([objection.raised_by], key=key, subject=subject, body=answer, at=at, link=link)
    for name, value in answered.items():
        setattr(objection, name, value)
    return objection


def hindrances_of_public_notice(name_list: NameList, *, on: date, then: str) -> list[str]:
    """Return what the public notice asks for before `then`: its days, and answers to objections."""
    hindrances = []
    ends_on = name_list.notice_ends_on
    if ends_on and on <= ends_on:
        hindrances.append(f"公示期到 {ends_on:%Y-%m-%d} 为止，次日起才能{then}")
    for objection in name_list.objections.unanswered().order_by("pk"):
        hindrances.append(f"{objection}还没有答复")
    return hindrances


def changed_since_proposed(
    nominations: Iterable[Nomination],
    points_now: Mapping[tuple[Any, str], Decimal | None],
    figure: str,
) -> list[str]:
    """Return a sentence for each name whose figure was corrected after it was proposed.

    `points_now` by subject and standing.
    """
    sentences = []
    for nomination in nominations:
        points = points_now.get((nomination.subject, nomination.standing))
        if points != nomination.points:
            now = "已没有" if points is None else f"为 {points} 分"
            before = f"{nomination.name}：提名时{figure} {nomination.points} 分"
            sentences.append(f"{before}，现{now}，请重新提名")
    return sentences


def refuse_while(hindrances: list[str]) -> None:
    """Raise WrongState with everything that hinders, if anything does."""
    if hindrances:
        raise WrongState("；".join(hindrances))
