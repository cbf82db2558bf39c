"""公示: a list of names lies open for some working days; objections to it are answered one by one.

One way for the quarter's praise and criticism and for the year's commendation.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.holidays.services import calendar_from
from gongjian.notifications.services import notify
from gongjian.workflow import Step, WrongState, advance, require
from scoring.models import Commendation, Nomination, Objection, QuarterList
from scoring.models.bulletins import Honour
from scoring.permissions import may_run_round
from scoring.services.honours.naming import named_for

TOLD = (
    Role.LEAD_OFFICER,
    Role.COMMUNITY_WORKER,
    Role.MEMBER_LIAISON,
    Role.LIAISON_LEADER,
    Role.DEPARTMENT_OFFICER,
)

List = Commendation | QuarterList


def put_on_public_notice(held: List, step: Step, *, workdays: int, by, at: datetime) -> List:
    """Lay the list open; the working days are counted from the day after."""
    day = timezone.localdate(at)
    ends_on = calendar_from(day).add_workdays(day, workdays)
    return advance(held, step, by=by, at=at, notice_starts_on=day, notice_ends_on=ends_on)


def names_open_to(held: List, user) -> dict[str, list[str]]:
    """About whom the user may say something, by honour: praise and commendation are everybody's, criticism his own."""
    if isinstance(held, Commendation):
        return {Honour.COMMENDATION: _names(named_for(held.round, Honour.COMMENDATION))}
    nominations = Nomination.objects.concerning(user).in_list()
    criticised = nominations.filter(round=held.round, honour=Honour.CRITICISM)
    named = named_for(held.round, Honour.PRAISE)
    found = {
        Honour.CRITICISM: _names(criticised.select_related("community", "unit").order_by("pk")),
        Honour.PRAISE: _names(named),
    }
    names_by_honour = {}
    for honour, names in found.items():
        if names:
            names_by_honour[honour] = names
    return names_by_honour


def _names(nominations: Iterable[Nomination]) -> list[str]:
    names = [one.name for one in nominations]
    return list(dict.fromkeys(names))


def object_to_list(
    held: List, *, honour: str, about: str, text: str, by, at: datetime
) -> Objection:
    """提出异议 while the list lies open; against criticism 陈述申辩, by those who are named themselves.

    `about`: a name in it, or empty for the whole of those to be praised or commended. Raises WrongState after its
    last day.
    """
    require(by.takes_part, "参与共建的人员可以提出异议")
    day = timezone.localdate(at)
    if not text.strip():
        raise ValidationError({"text": "请写明事实和理由"})
    with transaction.atomic():
        held = (
            type(held)
            .objects.select_for_update(of=("self",))
            .select_related("round")
            .get(pk=held.pk)
        )
        if not held.is_on_public_notice(day):
            raise WrongState(f"{held}不在公示期内，不能提出异议")
        names = names_open_to(held, by)
        require(honour in names, "拟通报批评的，由被提名的社区、单位自己陈述申辩")
        if about not in names[honour] and (about or honour == Honour.CRITICISM):
            raise ValidationError({"about": f"名单里没有“{about}”，请重新选择"})
        given = {
            "honour": honour,
            "about": about,
            "text": text.strip(),
            "raised_by": by,
            "raised_at": at,
        }
        objection = Objection.objects.create(**_of(held), **given)
        record(objection, "scoring.objection.raise", by=by, at=at, text=objection.text)
        office = User.objects.holding(Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR, on=day)
        notify(office, key=f"scoring.objection.{objection.pk}", subject=f"{held}：{objection}，待答复", at=at,
               link=objection.get_absolute_url())  # fmt: skip
    return objection


def _of(held: List) -> dict[str, List]:
    return {"commendation" if isinstance(held, Commendation) else "quarter_list": held}


def answer_objection(objection: Objection, *, answer: str, by, at: datetime) -> Objection:
    """Answer once, in words; what follows from it, such as striking a name, is an act of its own."""
    require(may_run_round(by), "异议由共建办答复")
    if not answer.strip():
        raise ValidationError({"answer": "请写明核实情况和处理意见"})
    answered = {"answer": answer.strip(), "answered_by": by, "answered_at": at}
    with transaction.atomic():
        objections = Objection.objects.unanswered().filter(pk=objection.pk)
        if not objections.update(**answered):
            raise WrongState("这件异议已经答复")
        record(objection, "scoring.objection.answer", by=by, at=at, answer=answered["answer"])
        notify([objection.raised_by], key=f"scoring.objection.{objection.pk}.answered", subject=f"{objection}已答复",
               at=at, body=answered["answer"], link=objection.get_absolute_url())  # fmt: skip
    for name, value in answered.items():
        setattr(objection, name, value)
    return objection


def hindrances_of_public_notice(held: List, *, on: date, then: str) -> list[str]:
    """What the notice still asks for before `then`, by name: its days, and objections without answer."""
    found = []
    if held.notice_ends_on and on <= held.notice_ends_on:
        found.append(f"公示期到 {held.notice_ends_on:%Y-%m-%d} 为止，次日起才能{then}")
    return found + [
        f"{objection}还没有答复" for objection in held.objections.unanswered().order_by("pk")
    ]


def changed_since_proposed(
    named: Iterable[Nomination], now: Mapping[tuple, Decimal], figure: str
) -> list[str]:
    """Names whose figure was corrected after they were proposed. `now` has it by subject and standing."""
    changed = []
    for one in named:
        points = now.get((one.community or one.unit, one.standing))
        if points != one.points:
            said = "已没有" if points is None else f"为 {points} 分"
            changed.append(f"{one.name}：提名时{figure} {one.points} 分，现{said}，请重新提名")
    return changed


def refuse_while(hindrances: list[str]) -> None:
    if hindrances:
        raise WrongState("；".join(hindrances))
