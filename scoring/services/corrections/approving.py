"""批准更正: the director puts a correction in force, as a job; its figures stand beside the published ones."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from gongjian.documents.models import Kind, OfficialDocument, Status
from gongjian.documents.services import draft_document
from gongjian.jobs.models import Job
from gongjian.jobs.services import enlist_again
from gongjian.lib.canonical import fingerprint
from gongjian.workflow import WrongState, advance, require
from scoring.models import CorrectedScore, CorrectedUnitScore, Correction, Round, Score, UnitScore
from scoring.models.bulletins import BulletinKind
from scoring.permissions import may_approve_correction
from scoring.rules.corrections.correcting import (
    Change,
    Influence,
    Moved,
    applied,
    corrected,
    influence,
)
from scoring.rules.refusals import Missing, Refused
from scoring.services.bulletins.correction_words import correction_words
from scoring.services.corrections.proposing import refuse_unless_open
from scoring.services.scores.gathering import Progress
from scoring.services.scores.in_force import newest_correction, record_in_force
from scoring.states import APPROVE_CORRECTION

KIND = "scoring.approve_correction"
STAGES = 3
ROWS_AT_ONCE = 1000
ANOTHER_PERSON = "更正由提出人以外的共建办主任批准"


def ask_to_approve(correction: Correction, *, opinion: str = "", by, at: datetime) -> Job:
    """Put the approval on the ledger of jobs. Raises WrongState for what stands before it, before a job is made."""
    require(may_approve_correction(by, correction), ANOTHER_PERSON)
    if correction.status not in APPROVE_CORRECTION.sources:
        raise WrongState(f"这一更正已经办理，现为“{correction.get_status_display()}”")
    _refuse(correction)
    with transaction.atomic():
        return enlist_again(
            KIND,
            key=str(correction.pk),
            title=f"{correction.round}更正：批准并重新计算",
            by=by,
            at=at,
            correction=correction.pk,
            opinion=opinion.strip(),
        )


def _refuse(correction: Correction) -> None:
    """Raises WrongState for what can be told without computing the quarter anew."""
    refuse_unless_open(correction.round)
    _circular_in_force(correction.round)
    try:
        change = Change(**correction.change)
        applied(record_in_force(correction.round), change)
    except Refused as refusal:
        raise WrongState(str(refusal)) from refusal


def approve_correction(
    correction: Correction, *, opinion: str = "", by, at: datetime, progress: Progress | None = None
) -> Correction:
    """Put it in force: the next number, the quarter anew on a record that names the one it corrects, the corrected
    figures beside the published ones, and a circular that corrects the published one, to be issued.

    The quarter is computed outside the transaction, and anew if another correction came in between. Raises WrongState
    if the record has changed since, or the circular of the correction before is not issued yet.
    """
    require(may_approve_correction(by, correction), ANOTHER_PERSON)
    say = progress or (lambda done, total: None)
    is_in_force = False
    while not is_in_force:
        say(0, STAGES)
        _refuse(correction)
        newest = newest_correction(correction.round)
        before = record_in_force(correction.round)
        say(1, STAGES)
        number = newest.number + 1 if newest else 1
        frozen = _record(correction, before, number=number)
        say(2, STAGES)
        is_in_force = _put_in_force(
            correction, before, frozen, opinion=opinion.strip(), by=by, at=at
        )
    say(STAGES, STAGES)
    return correction


def _record(correction: Correction, before: dict, *, number: int) -> dict:
    said = {"number": number, "reason": correction.reason, "basis": correction.basis}
    try:
        change = Change(**correction.change)
        return corrected(before, change, **said)
    except (Refused, Missing) as refusal:
        raise WrongState(str(refusal)) from refusal


def _put_in_force(
    correction: Correction, before: dict, frozen: dict, *, opinion: str, by, at: datetime
) -> bool:
    """Number and store it; False if another correction has taken the number since the record was computed."""
    number = frozen["correction"]["number"]
    with transaction.atomic():
        rounds = Round.objects.select_for_update(of=("self",)).select_related("rubric")
        round = rounds.get(pk=correction.round_id)
        newest = newest_correction(round)
        if number != (newest.number + 1 if newest else 1):
            return False
        refuse_unless_open(round)
        sha256 = fingerprint(frozen)
        correction.number = number  # the circular's words name it
        document = _draft_circular(
            correction, round, influence(before, frozen), sha256, by=by, at=at
        )
        correction.number = None
        taken = {"number": number, "frozen": frozen, "sha256": sha256, "document": document}
        decided = {"opinion": opinion, "decided_by": by, "decided_at": at}
        advance(correction, APPROVE_CORRECTION, by=by, at=at, remark=opinion, **taken, **decided)
        _store_scores(correction, round, frozen)
        _store_unit_scores(correction, round, frozen)
    return True


def _store_scores(correction: Correction, round: Round, frozen: dict) -> None:
    scores = Score.objects.filter(round=round)
    pks = dict(scores.values_list("community__code", "pk"))
    rows = []
    for pk, moved in _standing_elsewhere(
        round, frozen, CorrectedScore, "results", lambda one: pks[one["code"]]
    ):
        total_points = Decimal(moved.after["points"])
        corrected_score = CorrectedScore(
            correction=correction,
            score_id=pk,
            total_points=total_points,
            rank=moved.after["place"],
            class_rank=moved.after["class_place"],
            grade=moved.after["grade"],
            explanation=moved.explanation,
        )
        rows.append(corrected_score)
    CorrectedScore.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def _store_unit_scores(correction: Correction, round: Round, frozen: dict) -> None:
    unit_scores = UnitScore.objects.filter(round=round)
    rows = unit_scores.values_list("pk", "unit", "standing")
    pks = {}
    for pk, unit, standing in rows:
        pks[(unit, standing)] = pk
    found = _standing_elsewhere(
        round,
        frozen,
        CorrectedUnitScore,
        "unit_results",
        lambda one: pks[int(one["ref"]), one["standing"]],
    )
    rows = [
        CorrectedUnitScore(
            correction=correction,
            score_id=pk,
            total_points=Decimal(moved.after["points"]),
            rank=moved.after["place"],
            explanation=moved.after["explanation"],
        )
        for pk, moved in found
    ]
    CorrectedUnitScore.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def _standing_elsewhere(
    round: Round, frozen: dict, model, name: str, number_of
) -> Iterator[tuple[int, Moved]]:
    """By the score's number, everyone whose figures are not the published ones, or were changed by an earlier one."""
    published = {number_of(result): result for result in round.frozen.get(name, ())}
    earlier = set(model.objects.filter(correction__round=round).values_list("score", flat=True))
    for result in frozen.get(name, ()):
        pk = number_of(result)
        if result != published[pk] or pk in earlier:
            moved = Moved(str(pk), published[pk], result)
            yield pk, moved


def _draft_circular(
    correction: Correction, round: Round, moved: Influence, sha256: str, *, by, at: datetime
) -> OfficialDocument | None:
    """The circular that corrects the one in force; none before the ranking was published. Raises WrongState."""
    last = _circular_in_force(round)
    if last is None:
        return None
    words = correction_words(correction, round, moved, last, sha256)
    corrects = None
    if last.status == Status.PUBLISHED and not last.correction():
        corrects = last
    return draft_document(
        by=by,
        at=at,
        kind=Kind.CIRCULAR,
        issuer=last.issuer,
        corrects=corrects,
        title=words.title,
        main_recipient=words.main_recipient,
        body=words.body,
        attachments=words.attachments,
        needs_approval=True,
    )


def _circular_in_force(round: Round) -> OfficialDocument | None:
    """The circular of the newest correction that has one, else of the ranking. Raises WrongState until it is issued."""
    found = OfficialDocument.objects.select_related("issuer")
    mine = found.filter(correction_of__round=round).order_by("-correction_of__number").first()
    last = mine or found.filter(bulletin__round=round, bulletin__kind=BulletinKind.RANKING).first()
    if last and last.status not in (Status.PUBLISHED, Status.WITHDRAWN):
        raise WrongState(f"《{last.title}》还没有印发，印发后再批准这一更正")
    return last
