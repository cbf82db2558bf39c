"""更正: a published figure is never changed in place; a numbered correction stands beside it, on its own record."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

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
    Change,
    Influence,
    computed_with,
    influence,
    standing,
)
from scoring.rules.refusals import Missing, Refused
from scoring.services.corrections.correctable import (
    Subject,
    marks_in_force,
    reading_typed,
    sheet_corrections,
)
from scoring.services.scores.in_force import record_in_force
from scoring.services.sheets.lists import checklist_of
from scoring.states import REFUSE_CORRECTION

OPEN_TO_CORRECTION = (RoundStatus.FROZEN, RoundStatus.PUBLISHED)


def draft_correction(
    round: Round,
    *,
    community,
    subject: Subject,
    new: str,
    reason: str,
    basis: str,
    by,
    at: datetime,
) -> Correction:
    """Propose that one input of a frozen quarter be put right; nothing changes until another person approves it.

    `new`: a deduction, a state of STATES, "closed/due", a number of cases, "points reason" or a line of readings, by
    the kind of the subject.

    Raises ValidationError for a change that cannot be or changes nothing, WrongState where there is no frozen record.
    """
    require(may_run_round(by), "更正由共建办提出")
    refuse_unless_open(round)
    if not reason.strip() or not basis.strip():
        raise ValidationError({"reason": "请写明错在哪里，依据是什么"})
    frozen = record_in_force(round)
    change = _change(round, frozen, community, subject, new)
    computed(frozen, change)
    given = {
        "community": community,
        "change": change.as_mapping(),
        "drafted_by": by,
        "drafted_at": at,
    }
    with transaction.atomic():
        words = {"reason": reason.strip(), "basis": basis.strip()}
        correction = Correction.objects.create(round=round, **given, **words)
        record(correction, "scoring.correction.draft", by=by, at=at, remark=change.said, **words)
        _tell_directors(correction, at)
    return correction


def refuse_unless_open(round: Round) -> None:
    """Raises WrongState while there is nothing frozen to correct, or its circulars are on their way."""
    if round.status == RoundStatus.REPORTED:
        raise WrongState(f"{round}的通报正在报批：印发、公布后再更正，更正另发通报")
    if round.status not in OPEN_TO_CORRECTION:
        raise WrongState(
            f"{round}当前为“{round.get_status_display()}”，还没有定分：直接改数据、重新汇总，不用更正"
        )


def _change(round: Round, frozen: dict, community, subject: Subject, new: str) -> Change:
    """The change in the terms of the record, with what stands there now and in words. Raises ValidationError."""
    given = {"code": community.code, "kind": subject.kind, "key": subject.key}
    given["old"] = standing(frozen, community.code, subject.kind, subject.key)
    if subject.kind == "sheet":
        given |= _on_sheet(round, subject, new, old=given["old"])
        total = f"，该打分表得分由 {given['old']} 分更正为 {given['new']} 分"
        return Change(
            **given,
            said=f"{_group(subject)}“{subject.name}”由{subject.stands}更正为扣 {new} 分{total}",
        )
    recorded, now = _recorded(round, subject, new, given["old"])
    return Change(
        **given,
        new=recorded,
        said=f"{subject.group}“{subject.name}”由“{subject.stands}”更正为“{now}”",
    )


def _recorded(round: Round, subject: Subject, new: str, old: str) -> tuple[str, str]:
    """What somebody typed as the record keeps it, and in words. Raises ValidationError."""
    try:
        if subject.kind == "reading":
            kept, words = reading_typed(round, subject.key, new)
            return canonical_json(kept).decode(), words
        if subject.kind == "own_bonus":
            new = bonus_written(new, old)
    except Refused as refusal:
        raise ValidationError({"new": str(refusal)}) from refusal
    return new, shown(subject.kind, new)


def _group(subject: Subject) -> str:
    """A sheet is named by its number in what is published: those scored do not know the assessor."""
    return f"考评打分表（编号 {subject.key.split('/')[1]}）"


def _on_sheet(round: Round, subject: Subject, new: str, *, old: str) -> dict[str, str]:
    """The sheet's total with another deduction on one item. Raises ValidationError beyond the item's bounds."""
    sheet = Sheet.objects.get(round=round, pk=subject.key.split("/")[1])
    marks, checklist = marks_in_force(sheet, sheet_corrections(round)), checklist_of(round)
    marks[subject.item] = {**marks.get(subject.item, {}), "deducted": new}
    errors = check_marks(marks, checklist)
    if errors:
        message = [error.message for error in errors]
        raise ValidationError({"new": message})
    total = f"{sheet_points(marks, checklist):.2f}"
    if total == old:
        raise ValidationError({"new": f"改为扣 {new} 分，这张打分表的得分仍是 {old}，没有可更正的"})
    return {"new": total, "item": subject.item, "deducted": new}


def draft_from_rulings(round: Round, *, by, at: datetime) -> list[Correction]:
    """Propose what upheld appeals ruled of records that nobody rewrites, once the quarter is frozen with them as they
    are. Call in the transaction that freezes it.

    Each is in the name of who took its appeal up, so that the director, who ruled, may approve it. A ruling that
    the record shows already calls for none, nor one for a community that left the register.
    """
    ruled = Appeal.objects.filter(
        score__round=round, status=AppealStatus.UPHELD, kind__in=FOLLOWING, correction=None
    )
    related = ("score__community", "prechecked_by")
    drafts = []
    for appeal in ruled.select_related(*related).order_by("pk"):
        if (old := _stands(round.frozen, appeal)) not in ("", appeal.new):
            draft = _draft_from(round, appeal, old, by=by, at=at)
            drafts.append(draft)
    return drafts


def _stands(frozen: dict, appeal: Appeal) -> str:
    """What the record says of what was contested; "" if the community is not on it."""
    try:
        return standing(frozen, appeal.score.community.code, appeal.kind, appeal.key)
    except Refused:
        return ""


def _draft_from(round: Round, appeal: Appeal, old: str, *, by, at: datetime) -> Correction:
    was, now = (shown(appeal.kind, value) for value in (old, appeal.new))
    given = {
        "code": appeal.score.community.code,
        "kind": appeal.kind,
        "key": appeal.key,
        "old": old,
    }
    change = Change(**given, new=appeal.new, said=f"{appeal.about}由“{was}”更正为“{now}”")
    ruled = f"第 {appeal.pk} 件申诉的裁定（{timezone.localdate(appeal.decided_at):%Y-%m-%d}）"
    words = {"reason": "公示期间的申诉裁定成立", "basis": ruled}
    drafted = {"drafted_by": appeal.prechecked_by, "drafted_at": at}
    correction = Correction.objects.create(
        round=round,
        community=appeal.score.community,
        change=change.as_mapping(),
        **words,
        **drafted,
    )
    appeal.correction = correction
    appeal.save(update_fields=["correction"])
    record(correction, "scoring.correction.draft", by=by, at=at, remark=change.said, **words)
    _tell_directors(correction, at)
    return correction


def _tell_directors(correction: Correction, at: datetime) -> None:
    directors = User.objects.holding(Role.OFFICE_DIRECTOR, on=timezone.localdate(at))
    recipients = directors.exclude(pk=correction.drafted_by_id)
    notify(recipients, key=f"scoring.correction.{correction.pk}",
           subject=f"{correction.round}更正，待批准", at=at, link=correction.get_absolute_url())  # fmt: skip


def rulings_not_in_force(round: Round) -> list[str]:
    """What upheld appeals ruled and the record in force does not show yet, by name."""
    appeals = Appeal.objects.filter(score__round=round)
    waiting = appeals.exclude(correction=None)
    waiting = waiting.exclude(correction__status=CorrectionStatus.IN_FORCE)
    waiting = list(waiting.select_related("score__community", "correction").order_by("pk"))
    frozen = record_in_force(round) if waiting else {}
    texts = []
    for appeal in waiting:
        if _stands(frozen, appeal) != appeal.new:
            texts.append(
                f"{appeal}（{appeal.about}）裁定成立，更正{appeal.correction.get_status_display()}，得分还没有更正"
            )
    return texts


def computed(frozen: dict, change: Change) -> dict:
    """The record with the change in it, all results anew. Raises ValidationError with the reason it cannot be."""
    try:
        return computed_with(frozen, change)
    except (Refused, Missing) as refusal:
        raise ValidationError({"new": str(refusal)}) from refusal


def influence_of(correction: Correction) -> Influence:
    """Whose result it changed against the record before it, or would if it were approved now.

    Raises ValidationError if it cannot be approved any more.
    """
    if correction.number is None:
        frozen = record_in_force(correction.round)
        change = Change(**correction.change)
        return influence(frozen, computed(frozen, change))
    before = correction.round.corrections.filter(number=correction.number - 1).first()
    return influence(before.frozen if before else correction.round.frozen, correction.frozen)


def refuse_correction(correction: Correction, *, opinion: str, by, at: datetime) -> Correction:
    """Do not correct, with the reason; no number is taken."""
    require(may_approve_correction(by, correction), "更正由提出人以外的共建办主任批准")
    if not opinion.strip():
        raise ValidationError({"opinion": "请写明不予更正的原因"})
    decided = {"opinion": opinion.strip(), "decided_by": by, "decided_at": at}
    return advance(correction, REFUSE_CORRECTION, by=by, at=at, remark=opinion.strip(), **decided)
