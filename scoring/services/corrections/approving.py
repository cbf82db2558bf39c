"""批准更正: the director puts a correction in force, as a job.

Its figures stand beside the published ones.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from gongjian.accounts.models import User
from gongjian.documents.models import DocumentKind, DocumentStatus, OfficialDocument
from gongjian.documents.services import draft_document
from gongjian.jobs.models import Job
from gongjian.jobs.services import enlist_again
from gongjian.lib.canonical import fingerprint
from gongjian.workflow import WrongState, advance, require
from scoring.models import CorrectedScore, CorrectedUnitScore, Correction, Round, Score, UnitScore
from scoring.models.bulletins import BulletinKind
from scoring.permissions import may_approve_correction
from scoring.rules.corrections.correcting import (
    Influence,
    InputChange,
    MovedResult,
    applied,
    corrected,
    influence,
)
from scoring.rules.refusals import Missing, Refused
from scoring.services.corrections.correction_words import correction_words
from scoring.services.corrections.proposing import ANOTHER_PERSON, refuse_unless_open
from scoring.services.scores.gathering import Progress, ignore_progress
from scoring.services.scores.in_force import newest_correction, record_in_force
from scoring.states import APPROVE_CORRECTION

KIND = "scoring.approve_correction"
STAGES = 3
ROWS_AT_ONCE = 1000

# A frozen record, and one result on it.
Frozen = Mapping[str, Any]
Result = Mapping[str, Any]


def ask_to_approve(correction: Correction, *, opinion: str = "", by: User, at: datetime) -> Job:
    """Put the approval on the ledger of jobs.

    Raises WrongState for what stands before it, before a job is made.
    """
    require(may_approve_correction(by, correction), ANOTHER_PERSON)
    if correction.status not in APPROVE_CORRECTION.sources:
        raise WrongState(f"这一更正已经办理，现为“{correction.get_status_display()}”")
    _refuse(correction)
    title = f"{correction.round}更正：批准并重新计算"
    task = {"correction": correction.pk, "opinion": opinion.strip()}
    with transaction.atomic():
        return enlist_again(KIND, key=str(correction.pk), title=title, by=by, at=at, **task)


def _refuse(correction: Correction) -> None:
    """Raise WrongState for what is known without computing the quarter anew."""
    refuse_unless_open(correction.round)
    circular_in_force(correction.round)
    try:
        applied(record_in_force(correction.round), InputChange(**correction.change))
    except Refused as refusal:
        raise WrongState(str(refusal)) from refusal


def approve_correction(
    correction: Correction,
    *,
    opinion: str = "",
    by: User,
    at: datetime,
    progress: Progress = ignore_progress,
) -> Correction:
    """Put a correction in force under the next number.

    The quarter is computed anew on a record that names the one it corrects; the corrected figures
    stand beside the published ones, and a circular that corrects the published one is drafted. The
    computing happens outside the transaction, and again if another correction came in between.
    Raises WrongState if the record has changed since, or the circular of the correction before is
    not issued yet.
    """
    require(may_approve_correction(by, correction), ANOTHER_PERSON)
    decided = {"opinion": opinion.strip(), "decided_by": by, "decided_at": at}
    is_in_force = False
    while not is_in_force:
        progress(0, STAGES)
        _refuse(correction)
        number = _next_number(correction.round)
        before = record_in_force(correction.round)
        progress(1, STAGES)
        frozen = corrected_record(correction, before, number=number)
        progress(2, STAGES)
        is_in_force = put_in_force(correction, before, frozen, decided)
    progress(STAGES, STAGES)
    return correction


def _next_number(round: Round) -> int:
    newest = newest_correction(round)
    last = newest.number if newest else None
    return (last or 0) + 1


def corrected_record(correction: Correction, before: Frozen, *, number: int) -> dict[str, Any]:
    """Return the record with the correction in it. Raises WrongState if it cannot be any more."""
    change = InputChange(**correction.change)
    words = {"reason": correction.reason, "basis": correction.basis}
    try:
        return corrected(before, change, number=number, **words)
    except (Refused, Missing) as refusal:
        raise WrongState(str(refusal)) from refusal


def put_in_force(
    correction: Correction, before: Frozen, frozen: Frozen, decided: Mapping[str, Any]
) -> bool:
    """Number and store it; return False if another correction has taken the number meanwhile."""
    number = frozen["correction"]["number"]
    by = decided["decided_by"]
    at = decided["decided_at"]
    with transaction.atomic():
        rounds = Round.objects.select_for_update(of=("self",)).select_related("rubric")
        round = rounds.get(pk=correction.round_id)
        if number != _next_number(round):
            return False
        refuse_unless_open(round)
        sha256 = fingerprint(frozen)
        correction.number = number  # the circular's words name it
        moved = influence(before, frozen)
        document = draft_correction_circular(correction, round, moved, sha256, by=by, at=at)
        correction.number = None
        columns = {"number": number, "frozen": frozen, "sha256": sha256, "document": document}
        columns |= decided
        remark = decided["opinion"]
        advance(correction, APPROVE_CORRECTION, by=by, at=at, remark=remark, **columns)
        store_scores(correction, round, frozen)
        store_unit_scores(correction, round, frozen)
    return True


def store_scores(correction: Correction, round: Round, frozen: Frozen) -> None:
    scores = dict(Score.objects.filter(round=round).values_list("community__code", "pk"))
    published = {scores[result["code"]]: result for result in round.original_record["results"]}
    now = {scores[result["code"]]: result for result in frozen["results"]}
    earlier = CorrectedScore.objects.filter(correction__round=round)
    rows = []
    for score, moved in _stand_elsewhere(published, now, earlier).items():
        row = CorrectedScore(correction=correction, score_id=score)
        row.total_points = Decimal(moved.after["points"])
        row.rank = moved.after["place"]
        row.class_rank = moved.after["class_place"]
        row.grade = moved.after["grade"]
        row.explanation = moved.explanation
        rows.append(row)
    CorrectedScore.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def store_unit_scores(correction: Correction, round: Round, frozen: Frozen) -> None:
    scores = {}
    unit_scores = UnitScore.objects.filter(round=round)
    for score, unit, standing in unit_scores.values_list("pk", "unit", "standing"):
        scores[str(unit), standing] = score
    published = _unit_results(round.original_record, scores)
    now = _unit_results(frozen, scores)
    earlier = CorrectedUnitScore.objects.filter(correction__round=round)
    rows = []
    for score, moved in _stand_elsewhere(published, now, earlier).items():
        row = CorrectedUnitScore(correction=correction, score_id=score)
        row.total_points = Decimal(moved.after["points"])
        row.rank = moved.after["place"]
        row.explanation = moved.after["explanation"]
        rows.append(row)
    CorrectedUnitScore.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def _unit_results(frozen: Frozen, scores: Mapping[tuple[str, str], int]) -> dict[int, Result]:
    results = frozen.get("unit_results", ())
    return {scores[result["ref"], result["standing"]]: result for result in results}


def _stand_elsewhere(
    published: Mapping[int, Result], now: Mapping[int, Result], earlier: QuerySet[Any]
) -> dict[int, MovedResult]:
    """Return by score whose figures are not the published ones.

    Also whose figures an earlier correction changed: they may be the published ones again.
    """
    corrected_earlier = set(earlier.values_list("score", flat=True))
    elsewhere = {}
    for score, result in now.items():
        if result != published[score] or score in corrected_earlier:
            elsewhere[score] = MovedResult(str(score), published[score], result)
    return elsewhere


def draft_correction_circular(
    correction: Correction, round: Round, moved: Influence, sha256: str, *, by: User, at: datetime
) -> OfficialDocument | None:
    """Draft the circular that corrects the one in force; none before the ranking was published.

    Raises WrongState.
    """
    last = circular_in_force(round)
    if last is None:
        return None
    words = correction_words(correction, round, moved, last, sha256)
    is_corrected_yet = last.status != DocumentStatus.PUBLISHED or last.correction()
    content = {"kind": DocumentKind.CIRCULAR, "issuer": last.issuer, **vars(words)}
    content["corrects"] = None if is_corrected_yet else last
    return draft_document(needs_approval=True, by=by, at=at, **content)


def circular_in_force(round: Round) -> OfficialDocument | None:
    """Return the circular of the newest correction that has one, else of the ranking.

    Raises WrongState until it is issued.
    """
    documents = OfficialDocument.objects.select_related("issuer")
    of_corrections = documents.filter(correction_of__round=round)
    circular = of_corrections.order_by("-correction_of__number").first()
    if circular is None:
        rankings = documents.filter(bulletin__round=round, bulletin__kind=BulletinKind.RANKING)
        circular = rankings.first()
    if circular and circular.status not in (DocumentStatus.PUBLISHED, DocumentStatus.WITHDRAWN):
        raise WrongState(f"《{circular.title}》还没有印发，印发后再批准这一更正")
    return circular
