"""An assessor leaves: what he has not begun passes on; what he has begun only the office gives to another."""

from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.workflow import WrongState, require
from scoring.models import Draw, Sheet
from scoring.models.rounds import RoundStatus, SheetStatus
from scoring.permissions import may_run_round
from scoring.services.rounds.interests import barred_among, eligible_assessors


@dataclass
class HandedSheets:
    """What passed on, and what waits for the office: begun by the leaver, or barred to the successor."""

    passed: list[Sheet] = field(default_factory=list)
    begun: list[Sheet] = field(default_factory=list)
    barred: list[Sheet] = field(default_factory=list)


def hand_over_sheets(*, leaver, successor, by, at: datetime) -> HandedSheets:
    """Give the leaver's unbegun sheets to his successor, as the draw would: never one of a community in which he has
    an interest, or for which he was drawn already. Marks once begun are one person's judgment and do not pass on."""
    found = HandedSheets()
    with transaction.atomic():
        for sheet in unlocked_sheets_of(leaver):
            if is_begun(sheet):
                found.begun.append(sheet)
            elif why_not(sheet, successor, at):
                found.barred.append(sheet)
            else:
                _give(sheet, successor, by=by, at=at)
                found.passed.append(sheet)
    return found


def unlocked_sheets_of(*assessors):
    """Their sheets still to be locked in a round that is being assessed."""
    mine = Sheet.objects.filter(
        assessor__in=assessors, status=SheetStatus.OPEN, round__status=RoundStatus.ASSESSING
    )
    return mine.select_related("round", "community", "assessor").order_by("community__code", "pk")


def orphaned_sheets(round, *, on):
    """Open sheets of a round whose assessor is no assessor any more on the day, or takes part in the community since:
    the office gives them to another. Five queries."""
    assessors = User.objects.holding(Role.ASSESSOR, on=on)
    in_office = Q(assessor__in=assessors)
    sheets = round.sheets.filter(status=SheetStatus.OPEN).select_related("community", "assessor")
    sheets = sheets.order_by("community__code", "pk")
    pks = barred_among(sheets.filter(in_office), on=on)
    return sheets.filter(~in_office | Q(pk__in=pks))


def is_begun(sheet: Sheet) -> bool:
    return bool(sheet.marks or sheet.visited_on)


def why_not(sheet: Sheet, assessor, at: datetime) -> str:
    """Why somebody may not take the sheet over: an interest in the community, or drawn for it already. Four queries."""
    on = timezone.localdate(at)
    users = User.objects.holding(Role.ASSESSOR, on=on)
    if not users.filter(pk=assessor.pk).exists():
        return f"{assessor.name}当天不是考评员"
    if not eligible_assessors([sheet.community], [assessor], on)[sheet.community.code]:
        return f"{assessor.name}或其单位参与{sheet.community}的共建，按规定回避"
    if drawn_lot(sheet, assessor).exists():
        return f"{assessor.name}已经抽中{sheet.community}"
    return ""


def drawn_lot(sheet: Sheet, assessor):
    """The draw's row by which the assessor has a sheet like this one."""
    same = {"round": sheet.round_id, "community": sheet.community_id, "on_pass": sheet.on_pass}
    return Draw.objects.filter(**same, assessor=assessor)


def replace_assessor(sheet: Sheet, assessor, *, by, at: datetime) -> Sheet:
    """The office lays a fresh sheet before another assessor when the one drawn is none any more, or is barred now.

    What had been marked is not passed on: marks are blind and one person's own. Raises ValidationError at `assessor`
    for an interest, WrongState when the sheet is locked or its assessor still in office.
    """
    require(may_run_round(by, sheet.round), "只有共建办可以更换考评员")
    if sheet.round.status != RoundStatus.ASSESSING:
        raise WrongState(f"本季度考评{sheet.round.get_status_display()}，不能再更换考评员")
    if not orphaned_sheets(sheet.round, on=timezone.localdate(at)).filter(pk=sheet.pk).exists():
        raise WrongState("只有不再担任考评员或应当回避的人未锁定的打分表可以改派，请刷新后再看")
    reason = why_not(sheet, assessor, at)
    if reason:
        raise ValidationError({"assessor": reason})
    with transaction.atomic():
        _give(sheet, assessor, by=by, at=at)
    return sheet


def _give(sheet: Sheet, assessor, *, by, at: datetime) -> None:
    """The draw's row goes with the sheet. The round's history says that the seed no longer tells all, and where, but
    names nobody: those scored read it too."""
    left = sheet.assessor
    emptied = {"assessor": assessor, "marks": {}, "visited_on": None, "reason": "", "saved_at": at}
    sheets = Sheet.objects.filter(pk=sheet.pk, assessor=left, status=SheetStatus.OPEN)
    if not sheets.update(**emptied):
        raise WrongState("打分表已锁定或已改派，请刷新后再看")
    drawn_lot(sheet, left).update(assessor=assessor)
    for name, value in emptied.items():
        setattr(sheet, name, value)
    people = {"before": left.username, "after": assessor.username}
    record(sheet, "scoring.sheet.replace_assessor", by=by, at=at, **people)
    record(sheet.round, "scoring.round.replace_assessor", by=by, at=at, remark=str(sheet.community))
