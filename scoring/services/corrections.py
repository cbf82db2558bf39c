"""更正: a published figure is never changed in place; a numbered correction stands beside it, on its own record."""

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.documents.models import Kind, OfficialDocument, Status
from gongjian.documents.services import draft_document
from gongjian.lib.canonical import fingerprint
from gongjian.lib.checklists import check_marks, sheet_points
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require
from scoring.models import CorrectedScore, Correction, Round, Score, Sheet
from scoring.models.bulletins import BulletinKind
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_approve_correction, may_run_round
from scoring.rules.corrections import Change, Moved, corrected, moves, shown, standing
from scoring.rules.refusals import Missing, Refused
from scoring.services.correctable import Subject, marks_in_force, sheet_corrections
from scoring.services.correction_words import correction_words
from scoring.services.in_force import newest_correction, record_in_force
from scoring.services.sheet_lists import checklist_of
from scoring.states import APPROVE_CORRECTION, REFUSE_CORRECTION

OPEN_TO_CORRECTION = (RoundStatus.FROZEN, RoundStatus.PUBLISHED)
ROWS_AT_ONCE = 1000


def draft_correction(
    round: Round, *, community, subject: Subject, new: str, reason: str, basis: str, by, at: datetime
) -> Correction:
    """Propose that one input of a frozen quarter be put right; nothing changes until another person approves it.

    `new`: a deduction, a state of STATES, "closed/due" or a number of cases, by the kind of the subject.

    Raises ValidationError for a change that cannot be or changes nothing, WrongState where there is no frozen record.
    """
    require(may_run_round(by), "更正由共建办提出")
    refuse_unless_open(round)
    if not reason.strip() or not basis.strip():
        raise ValidationError({"reason": "请写明错在哪里，依据是什么"})
    frozen = record_in_force(round)
    change = _change(round, frozen, community, subject, new)
    _computed(frozen, change, number=0, reason=reason, basis=basis)
    given = {"community": community, "change": change.as_mapping(), "drafted_by": by, "drafted_at": at}
    with transaction.atomic():
        words = {"reason": reason.strip(), "basis": basis.strip()}
        correction = Correction.objects.create(round=round, **given, **words)
        record(correction, "scoring.correction.draft", by=by, at=at, remark=change.said, **words)
        directors = User.objects.holding(Role.OFFICE_DIRECTOR, on=timezone.localdate(at)).exclude(pk=by.pk)
        notify(directors, key=f"scoring.correction.{correction.pk}", subject=f"{round}更正，待批准", at=at,
               link=correction.get_absolute_url())  # fmt: skip
    return correction


def refuse_unless_open(round: Round) -> None:
    """Raises WrongState while there is nothing frozen to correct, or its circulars are on their way."""
    if round.status == RoundStatus.REPORTED:
        raise WrongState(f"{round}的通报正在报批：印发、公布后再更正，更正另发通报")
    if round.status not in OPEN_TO_CORRECTION:
        raise WrongState(f"{round}当前为“{round.get_status_display()}”，还没有定分：直接改数据、重新汇总，不用更正")


def _change(round: Round, frozen: dict, community, subject: Subject, new: str) -> Change:
    """The change in the terms of the record, with what stands there now and in words. Raises ValidationError."""
    given = {"code": community.code, "kind": subject.kind, "key": subject.key}
    given["old"] = standing(frozen, community.code, subject.kind, subject.key)
    if subject.kind == "sheet":
        given |= _on_sheet(round, subject, new, old=given["old"])
        total = f"，该打分表得分由 {given['old']} 分更正为 {given['new']} 分"
        return Change(**given, said=f"{_group(subject)}“{subject.name}”由{subject.stands}更正为扣 {new} 分{total}")
    now = shown(subject.kind, new)
    return Change(**given, new=new, said=f"{subject.group}“{subject.name}”由“{subject.stands}”更正为“{now}”")


def _group(subject: Subject) -> str:
    """A sheet is named by its number in what is published: those scored do not know the assessor."""
    return f"考评打分表（编号 {subject.key.split('/')[1]}）"


def _on_sheet(round: Round, subject: Subject, new: str, *, old: str) -> dict[str, str]:
    """The sheet's total with another deduction on one item. Raises ValidationError beyond the item's bounds."""
    sheet = Sheet.objects.select_related("round__checklist").get(round=round, pk=subject.key.split("/")[1])
    marks, checklist = marks_in_force(sheet, sheet_corrections(round)), checklist_of(round)
    marks[subject.item] = {**marks.get(subject.item, {}), "deducted": new}
    if errors := check_marks(marks, checklist):
        raise ValidationError({"new": [error.message for error in errors]})
    total = f"{sheet_points(marks, checklist):.2f}"
    if total == old:
        raise ValidationError({"new": f"改为扣 {new} 分，这张打分表的得分仍是 {old}，没有可更正的"})
    return {"new": total, "item": subject.item, "deducted": new}


def _computed(frozen: dict, change: Change, **said) -> dict:
    """The record as corrected. Raises ValidationError with the reason it cannot be."""
    try:
        return corrected(frozen, change, **said)
    except (Refused, Missing) as refusal:
        raise ValidationError({"new": str(refusal)}) from refusal


def moved_by(correction: Correction) -> list[Moved]:
    """Whose result it changed against the record before it, or would if it were approved now.

    Raises ValidationError if it cannot be approved any more.
    """
    if correction.number is None:
        frozen = record_in_force(correction.round)
        return moves(frozen, _record_of(correction, frozen, number=0))
    before = correction.round.corrections.filter(number=correction.number - 1).first()
    return moves(before.frozen if before else correction.round.frozen, correction.frozen)


def _record_of(correction: Correction, frozen: dict, *, number: int) -> dict:
    said = {"number": number, "reason": correction.reason, "basis": correction.basis}
    return _computed(frozen, Change(**correction.change), **said)


def approve_correction(correction: Correction, *, opinion: str = "", by, at: datetime) -> Correction:
    """Put it in force: the next number, the quarter anew on a record that names the one it corrects, the corrected
    figures beside the published ones, and a circular that corrects the published one, to be issued.

    Raises WrongState if the record has changed since, or the circular of the correction before is not issued yet.
    """
    require(may_approve_correction(by, correction), "更正由提出人以外的共建办主任批准")
    with transaction.atomic():
        round = Round.objects.select_for_update(of=("self",)).select_related("rubric").get(pk=correction.round_id)
        refuse_unless_open(round)
        newest = newest_correction(round)
        number = newest.number + 1 if newest else 1
        before = record_in_force(round)
        try:
            frozen = _record_of(correction, before, number=number)
        except ValidationError as refusal:
            raise WrongState("；".join(refusal.messages)) from refusal
        correction.number = number  # the circular's words name it
        document = _draft_circular(correction, round, moves(before, frozen), fingerprint(frozen), by=by, at=at)
        correction.number = None
        taken = {"number": number, "frozen": frozen, "sha256": fingerprint(frozen), "document": document}
        decided = {"opinion": opinion.strip(), "decided_by": by, "decided_at": at}
        advance(correction, APPROVE_CORRECTION, by=by, at=at, remark=opinion.strip(), **taken, **decided)
        _store_scores(correction, round, frozen)
    return correction


def refuse_correction(correction: Correction, *, opinion: str, by, at: datetime) -> Correction:
    """Do not correct, with the reason; no number is taken."""
    require(may_approve_correction(by, correction), "更正由提出人以外的共建办主任批准")
    if not opinion.strip():
        raise ValidationError({"opinion": "请写明不予更正的原因"})
    decided = {"opinion": opinion.strip(), "decided_by": by, "decided_at": at}
    return advance(correction, REFUSE_CORRECTION, by=by, at=at, remark=opinion.strip(), **decided)


def _store_scores(correction: Correction, round: Round, frozen: dict) -> None:
    """A row for everyone whose figures are not the published ones, and for whom an earlier correction had changed."""
    published = {result["code"]: result for result in round.frozen["results"]}
    scores = dict(Score.objects.filter(round=round).values_list("community__code", "pk"))
    earlier = set(CorrectedScore.objects.filter(correction__round=round).values_list("score", flat=True))
    rows = [
        _row(correction, scores[result["code"]], Moved(result["code"], published[result["code"]], result))
        for result in frozen["results"]
        if result != published[result["code"]] or scores[result["code"]] in earlier
    ]
    CorrectedScore.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def _row(correction: Correction, score: int, moved: Moved) -> CorrectedScore:
    return CorrectedScore(
        correction=correction,
        score_id=score,
        total_points=Decimal(moved.after["points"]),
        rank=moved.after["place"],
        class_rank=moved.after["class_place"],
        grade=moved.after["grade"],
        explanation=moved.explanation,
    )


def _draft_circular(correction, round: Round, moved: list[Moved], sha256: str, *, by, at) -> OfficialDocument | None:
    """The circular that corrects the one in force; none before the ranking was published. Raises WrongState."""
    last = _last_circular(round)
    if last is None:
        return None
    if last.status not in (Status.PUBLISHED, Status.WITHDRAWN):
        raise WrongState(f"《{last.title}》还没有印发，印发后再批准这一更正")
    words = correction_words(correction, round, moved, last, sha256)
    return draft_document(
        by=by,
        at=at,
        kind=Kind.CIRCULAR,
        issuer=last.issuer,
        corrects=last if last.status == Status.PUBLISHED and not last.correction() else None,
        title=words.title,
        main_recipient=words.main_recipient,
        body=words.body,
        attachments=words.attachments,
        needs_approval=True,
    )


def _last_circular(round: Round) -> OfficialDocument | None:
    """The circular of the newest correction that has one, else of the ranking."""
    found = OfficialDocument.objects.select_related("issuer")
    mine = found.filter(correction_of__round=round).order_by("-correction_of__number").first()
    return mine or found.filter(bulletin__round=round, bulletin__kind=BulletinKind.RANKING).first()
