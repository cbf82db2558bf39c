"""An assessor leaves: unbegun sheets pass on; a begun one only the office gives to another."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.workflow import WrongState, require
from scoring.models import Draw, Round, Sheet
from scoring.models.rounds import RoundStatus, SheetStatus
from scoring.permissions import may_run_round
from scoring.services.rounds.interests import barred_among, eligible_assessors


@dataclass
class HandedSheets:
    """What passed on, and what waits for the office.

    Begun by the leaver, or barred to the successor.
    """

    passed: list[Sheet] = field(default_factory=list)
    begun: list[Sheet] = field(default_factory=list)
    barred: list[Sheet] = field(default_factory=list)


def hand_over_sheets(*, leaver: User, successor: User, by: User, at: datetime) -> HandedSheets:
    """Give the leaver's unbegun sheets to his successor, as the draw would.

    Never one of a community in which he has an interest, or for which he was drawn already. Marks
    once begun are one person's judgment and do not pass on.
    """
    handed = HandedSheets()
    with transaction.atomic():
        for sheet in unlocked_sheets_of(leaver):
            if is_begun(sheet):
                handed.begun.append(sheet)
            elif why_not(sheet, successor, at):
                handed.barred.append(sheet)
            else:
                give_sheet(sheet, successor, by=by, at=at)
                handed.passed.append(sheet)
    return handed


def unlocked_sheets_of(*assessors: User) -> QuerySet[Sheet]:
    """Return their sheets still to be locked in a round that is being assessed."""
    sheets = Sheet.objects.filter(
        assessor__in=assessors, status=SheetStatus.OPEN, round__status=RoundStatus.ASSESSING
    )
    sheets = sheets.select_related("round", "community", "assessor")
    return sheets.order_by("community__code", "pk")


def orphaned_sheets(round: Round, *, on: date) -> QuerySet[Sheet]:
    """Return open sheets whose assessor may not fill them in on the day.

    He is no assessor any more, or takes part in the community since; the office gives them to
    another. Five queries.
    """
    assessors = User.objects.holding(Role.ASSESSOR, on=on)
    in_office = Q(assessor__in=assessors)
    sheets = round.sheets.filter(status=SheetStatus.OPEN).select_related("community", "assessor")
    sheets = sheets.order_by("community__code", "pk")
    barred = barred_among(sheets.filter(in_office), on=on)
    return sheets.filter(~in_office | Q(pk__in=barred))


def is_begun(sheet: Sheet) -> bool:
    """Whether the assessor has marked anything or said when he visited."""
    return bool(sheet.marks or sheet.visited_on)


def why_not(sheet: Sheet, assessor: User, at: datetime) -> str:
    """Return why somebody may not take the sheet over, "" if he may. Four queries."""
    on = timezone.localdate(at)
    users = User.objects.holding(Role.ASSESSOR, on=on)
    if not users.filter(pk=assessor.pk).exists():
        return f"{assessor.name}当天不是考评员"
    eligible = eligible_assessors([sheet.community], [assessor], on)
    if not eligible[sheet.community.code]:
        return f"{assessor.name}或其单位参与{sheet.community}的共建，按规定回避"
    if draws_of(sheet, assessor).exists():
        return f"{assessor.name}已经抽中{sheet.community}"
    return ""


def draws_of(sheet: Sheet, assessor: User) -> QuerySet[Draw]:
    """Return the draw's row by which the assessor has a sheet like this one."""
    return Draw.objects.filter(
        round=sheet.round_id,
        community=sheet.community_id,
        on_pass=sheet.on_pass,
        assessor=assessor,
    )


def replace_assessor(sheet: Sheet, assessor: User, *, by: User, at: datetime) -> Sheet:
    """Lay a fresh sheet before another assessor when the one drawn has left, or is barred now.

    What had been marked is not passed on: marks are blind and one person's own. Raises
    ValidationError at `assessor` for an interest, WrongState when the sheet is locked or its
    assessor still in office.
    """
    require(may_run_round(by, sheet.round), "只有共建办可以更换考评员")
    if sheet.round.status != RoundStatus.ASSESSING:
        status = sheet.round.get_status_display()
        raise WrongState(f"本季度考评{status}，不能再更换考评员")
    orphaned = orphaned_sheets(sheet.round, on=timezone.localdate(at))
    if not orphaned.filter(pk=sheet.pk).exists():
        raise WrongState("只有不再担任考评员或应当回避的人未锁定的打分表可以改派，请刷新后再看")
    reason = why_not(sheet, assessor, at)
    if reason:
        raise ValidationError({"assessor": reason})
    with transaction.atomic():
        give_sheet(sheet, assessor, by=by, at=at)
    return sheet


def give_sheet(sheet: Sheet, assessor: User, *, by: User, at: datetime) -> None:
    """Give an open sheet to another assessor, empty, and the draw's row with it.

    The round's history says that the seed no longer tells all, and where, but names nobody: those
    scored read it too.
    """
    leaver = sheet.assessor
    fields: dict[str, Any] = {"assessor": assessor, "marks": {}, "visited_on": None, "reason": ""}
    fields["saved_at"] = at
    still_his = Sheet.objects.filter(pk=sheet.pk, assessor=leaver, status=SheetStatus.OPEN)
    if not still_his.update(**fields):
        raise WrongState("打分表已锁定或已改派，请刷新后再看")
    draws_of(sheet, leaver).update(assessor=assessor)
    for name, value in fields.items():
        setattr(sheet, name, value)
    people = {"before": leaver.username, "after": assessor.username}
    record(sheet, "scoring.sheet.replace_assessor", by=by, at=at, **people)
    remark = str(sheet.community)
    record(sheet.round, "scoring.round.replace_assessor", by=by, at=at, remark=remark)
