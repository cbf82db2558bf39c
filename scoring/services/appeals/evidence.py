"""证据: what either side puts to an appeal, each piece once."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.papers import CleanPaper
from gongjian.workflow import WrongState, require
from scoring.models import Appeal, Evidence
from scoring.models.appeals import AppealStatus, Side
from scoring.permissions import may_add_evidence

# Pieces of each side to one appeal.
MOST_EVIDENCE = 12
LONGEST_NAME = 120


def add_evidence(
    appeal: Appeal, papers: Iterable[CleanPaper], *, by: User, at: datetime
) -> list[Evidence]:
    """Put further evidence to one's own appeal until it is pre-checked.

    Raises WrongState afterwards.
    """
    require(may_add_evidence(by, appeal), "只有提出申诉的社区可以补充材料")
    with transaction.atomic():
        appeals = Appeal.objects.select_for_update()
        if not appeals.filter(pk=appeal.pk, status=AppealStatus.RAISED).exists():
            raise WrongState("申诉已经初核，不能再补充材料")
        return store_evidence(appeal, Side.APPEAL, papers, by=by, at=at)


def store_evidence(
    appeal: Appeal, side: Side, papers: Iterable[CleanPaper], *, by: User, at: datetime
) -> list[Evidence]:
    """Store the papers that are not there yet; the same piece once more is not stored again.

    Raises ValidationError for too many. Call in a transaction.
    """
    evidence = Evidence.objects.filter(appeal=appeal, side=side)
    stored = set(evidence.values_list("sha256", flat=True))
    new_papers = {paper.sha256: paper for paper in papers if paper.sha256 not in stored}
    if len(stored) + len(new_papers) > MOST_EVIDENCE:
        most = f"一件申诉最多 {MOST_EVIDENCE} 份材料，已有 {len(stored)} 份"
        raise ValidationError({"papers": f"{most}：请只留最能说明的"})
    pieces = []
    for paper in new_papers.values():
        pieces.append(_store(appeal, side, paper, by=by, at=at))
    if pieces:
        details = {"side": side.label, "count": len(pieces)}
        record(appeal, "scoring.appeal.evidence", by=by, at=at, **details)
    return pieces


def _store(appeal: Appeal, side: Side, paper: CleanPaper, *, by: User, at: datetime) -> Evidence:
    piece = Evidence(uuid=uuid4(), appeal=appeal, side=side, by=by, at=at)
    piece.name = paper.name[-LONGEST_NAME:]
    piece.sha256 = paper.sha256
    piece.size_bytes = len(paper.content) + len(paper.small or b"")
    piece.file = ContentFile(paper.content, name=f"{piece.uuid}.{paper.extension}")
    if paper.small:
        piece.small = ContentFile(paper.small, name=f"{piece.uuid}-small.jpg")
    piece.save()
    return piece
