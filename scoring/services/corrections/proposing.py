"""更正: a published figure is never changed in place; a numbered correction stands beside it.

Each is proposed by the office, or drafted from the ruling of an appeal, and approved by a director.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from communities.models import Community
from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.lib.canonical import canonical_json
from gongjian.lib.checklists import check_marks, sheet_points
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require
from scoring.models import Appeal, Correction, Round, Sheet
from scoring.models.appeals import FOLLOWING, AppealStatus
from scoring.models.corrections import CorrectionStatus
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_approve_correction, may_run_round
from scoring.rules.corrections.changes import bonus_written, shown
from scoring.rules.corrections.correcting import (
    Influence,
    InputChange,
    computed_with,
    influence,
    standing,
)
from scoring.rules.corrections.kinds import CorrectionKind
from scoring.rules.refusals import Missing, Refused
from scoring.services.corrections.correctable import (
    CorrectableInput,
    marks_in_force,
    reading_typed,
    sheet_corrections,
)
from scoring.services.scores.in_force import record_in_force
from scoring.services.sheets.lists import checklist_of
from scoring.states import REFUSE_CORRECTION

OPEN_TO_CORRECTION = (RoundStatus.FROZEN, RoundStatus.PUBLISHED)
ANOTHER_PERSON = "更正由提出人以外的共建办主任批准"


def draft_correction(
    round: Round,
    *,
    community: Community,
    subject: CorrectableInput,
    new: str,
    reason: str,
    basis: str,
    by: User,
    at: datetime,
) -> Correction:
    """Propose that one input of a frozen quarter be put right; another person has to approve it.

    `new`, by the kind of the subject: a deduction, a state of STATES, "closed/due", a number of
    cases, "points reason" or a line of readings. Raises ValidationError for a change that cannot be
    or changes nothing, WrongState where there is no frozen record.
    """
    require(may_run_round(by), "更正由共建办提出")
    refuse_unless_open(round)
    reason = reason.strip()
    basis = basis.strip()
    if not reason or not basis:
        raise ValidationError({"reason": "请写明错在哪里，依据是什么"})
    frozen = record_in_force(round)
    change = _change(round, frozen, community, subject, new)
    computed(frozen, change)
    correction = Correction(round=round, community=community, reason=reason, basis=basis)
    correction.drafted_by = by
    with transaction.atomic():
        _store_draft(correction, change, by=by, at=at)
    return correction


def _store_draft(correction: Correction, change: InputChange, *, by: User, at: datetime) -> None:
    """Store a drafted correction and notify the directors, except the one who drafted it."""
    correction.change = change.as_mapping()
    correction.drafted_at = at
    correction.save()
    words = {"reason": correction.reason, "basis": correction.basis}
    record(correction, "scoring.correction.draft", by=by, at=at, remark=change.said, **words)
    directors = User.objects.holding(Role.OFFICE_DIRECTOR, on=timezone.localdate(at))
    others = directors.exclude(pk=correction.drafted_by_id)
    key = f"scoring.correction.{correction.pk}"
    subject = f"{correction.round}更正，待批准"
    notify(others, key=key, subject=subject, at=at, link=correction.get_absolute_url())


def refuse_unless_open(round: Round) -> None:
    """Raise WrongState while nothing is frozen to correct, or its circulars are on their way."""
    if round.status == RoundStatus.REPORTED:
        raise WrongState(f"{round}的通报正在报批：印发、公布后再更正，更正另发通报")
    if round.status not in OPEN_TO_CORRECTION:
        status = round.get_status_display()
        way_out = "直接改数据、重新汇总，不用更正"
        raise WrongState(f"{round}当前为“{status}”，还没有定分：{way_out}")


def _change(
    round: Round,
    frozen: Mapping[str, Any],
    community: Community,
    subject: CorrectableInput,
    new: str,
) -> InputChange:
    """Return the change in the terms of the record, with what stands there now and in words.

    Raises ValidationError.
    """
    old = standing(frozen, community.code, subject.kind, subject.key)
    if subject.kind == CorrectionKind.SHEET:
        return sheet_change(round, community, subject, new, old=old)
    recorded, now = typed_as_recorded(round, subject, new, old)
    words = f"{subject.group}“{subject.name}”由“{subject.stands}”更正为“{now}”"
    return InputChange(community.code, subject.kind, subject.key, old, recorded, words)


def sheet_change(
    round: Round, community: Community, subject: CorrectableInput, new: str, *, old: str
) -> InputChange:
    """Return the change of a sheet's total by another deduction on one item.

    Raises ValidationError beyond the item's bounds. A sheet is named by its number in what is
    published: those scored do not know the assessor.
    """
    number = subject.key.split("/")[1]
    sheet = Sheet.objects.get(round=round, pk=number)
    checklist = checklist_of(round)
    marks = marks_in_force(sheet, sheet_corrections(round))
    marks[subject.item] = {**marks.get(subject.item, {}), "deducted": new}
    if errors := check_marks(marks, checklist):
        raise ValidationError({"new": [error.message for error in errors]})
    total = f"{sheet_points(marks, checklist):.2f}"
    if total == old:
        message = f"改为扣 {new} 分，这张打分表的得分仍是 {old}，没有可更正的"
        raise ValidationError({"new": message})
    item = f"考评打分表（编号 {number}）“{subject.name}”由{subject.stands}更正为扣 {new} 分"
    words = f"{item}，该打分表得分由 {old} 分更正为 {total} 分"
    on_sheet = {"item": subject.item, "deducted": new}
    return InputChange(community.code, subject.kind, subject.key, old, total, words, **on_sheet)


def typed_as_recorded(
    round: Round, subject: CorrectableInput, new: str, old: str
) -> tuple[str, str]:
    """Return what somebody typed as the record keeps it, and in words. Raises ValidationError."""
    try:
        if subject.kind == CorrectionKind.READING:
            reading, words = reading_typed(round, subject.key, new)
            return canonical_json(reading).decode(), words
        if subject.kind == CorrectionKind.OWN_BONUS:
            new = bonus_written(new, old)
    except Refused as refusal:
        raise ValidationError({"new": str(refusal)}) from refusal
    return new, shown(subject.kind, new)


def draft_from_rulings(round: Round, *, by: User, at: datetime) -> list[Correction]:
    """Propose what upheld appeals ruled of records that nobody rewrites.

    Call in the transaction that freezes the quarter with those records as they are. Each draft is
    in the name of who took its appeal up, so that the director, who ruled, may approve it. A ruling
    that the record shows already calls for none, nor one for a community that left the register.
    """
    upheld = Appeal.objects.filter(score__round=round, status=AppealStatus.UPHELD)
    rulings = upheld.filter(kind__in=FOLLOWING, correction=None).order_by("pk")
    corrections = []
    for appeal in rulings.select_related("score__community", "prechecked_by"):
        old = _on_record(round.original_record, appeal)
        if old not in ("", appeal.new):
            corrections.append(draft_from_ruling(round, appeal, old, by=by, at=at))
    return corrections


def _on_record(frozen: Mapping[str, Any], appeal: Appeal) -> str:
    """Return what the record holds of what was contested; "" if the community is not on it."""
    try:
        return standing(frozen, appeal.score.community.code, appeal.kind, appeal.key)
    except Refused:
        return ""


def draft_from_ruling(
    round: Round, appeal: Appeal, old: str, *, by: User, at: datetime
) -> Correction:
    community = appeal.score.community
    before = shown(appeal.kind, old)
    after = shown(appeal.kind, appeal.new)
    words = f"{appeal.about}由“{before}”更正为“{after}”"
    change = InputChange(community.code, appeal.kind, appeal.key, old, appeal.new, words)
    decided_on = timezone.localdate(appeal.decided_at)
    correction = Correction(round=round, community=community)
    correction.reason = "公示期间的申诉裁定成立"
    correction.basis = f"第 {appeal.pk} 件申诉的裁定（{decided_on:%Y-%m-%d}）"
    correction.drafted_by = appeal.prechecked_by
    _store_draft(correction, change, by=by, at=at)
    appeal.correction = correction
    appeal.save(update_fields=["correction"])
    return correction


def rulings_not_in_force(round: Round) -> list[str]:
    """Return a sentence for each upheld appeal whose ruling the record in force does not show."""
    appeals = Appeal.objects.filter(score__round=round).exclude(correction=None)
    waiting = appeals.exclude(correction__status=CorrectionStatus.IN_FORCE).order_by("pk")
    rulings = list(waiting.select_related("score__community", "correction"))
    if not rulings:
        return []
    frozen = record_in_force(round)
    sentences = []
    for appeal in rulings:
        if appeal.correction and _on_record(frozen, appeal) != appeal.new:
            status = f"更正{appeal.correction.get_status_display()}，得分还没有更正"
            sentences.append(f"{appeal}（{appeal.about}）裁定成立，{status}")
    return sentences


def computed(frozen: Mapping[str, Any], change: InputChange) -> dict[str, Any]:
    """Return the record with the change in it, all results anew.

    Raises ValidationError with the reason it cannot be.
    """
    try:
        return computed_with(frozen, change)
    except (Refused, Missing) as refusal:
        raise ValidationError({"new": str(refusal)}) from refusal


def influence_of(correction: Correction) -> Influence:
    """Return whose result it changed, or would change if it were approved now.

    Against the record before it. Raises ValidationError if it cannot be approved any more.
    """
    round = correction.round
    if correction.number is None:
        frozen = record_in_force(round)
        change = InputChange(**correction.change)
        return influence(frozen, computed(frozen, change))
    before = round.corrections.filter(number=correction.number - 1).first()
    frozen = before.new_record if before else round.original_record
    return influence(frozen, correction.new_record)


def refuse_correction(
    correction: Correction, *, opinion: str, by: User, at: datetime
) -> Correction:
    """Refuse to correct, with the reason; no number is taken."""
    require(may_approve_correction(by, correction), ANOTHER_PERSON)
    opinion = opinion.strip()
    if not opinion:
        raise ValidationError({"opinion": "请写明不予更正的原因"})
    decided = {"opinion": opinion, "decided_by": by, "decided_at": at}
    return advance(correction, REFUSE_CORRECTION, by=by, at=at, remark=opinion, **decided)
