"""One drafted circular, or the year's decision, as an official document of its round."""

from datetime import datetime

from gongjian.accounts.models import User
from gongjian.documents.models import DocumentKind, Issuer
from gongjian.documents.services import draft_document
from scoring.models import Bulletin, Round
from scoring.services.drafting.words import CircularWords


def draft_bulletin(
    round: Round,
    words: CircularWords,
    *,
    kind: str,
    issuer: Issuer,
    document_kind: str = DocumentKind.CIRCULAR,
    by: User,
    at: datetime,
) -> Bulletin:
    """Draft the words as a document of the round; the city has to approve it (policy 五)."""
    content = {"kind": document_kind, "issuer": issuer, **vars(words)}
    content["needs_approval"] = True
    document = draft_document(keeps_figures=True, by=by, at=at, **content)
    return Bulletin.objects.create(round=round, kind=kind, document=document)
