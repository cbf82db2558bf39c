"""How a document leaves the building: signed by the director, approved by the city."""

from datetime import datetime

from gongjian.demo.play import Play
from gongjian.documents.models import OfficialDocument
from gongjian.documents.services import approve_document, sign_document


def plan_signatures(
    play: Play, document: OfficialDocument, signed_at: datetime, approved_at: datetime
) -> None:
    """Plan that the director signs and the city approves; the document then goes to print."""
    play.plan(7, signed_at, sign, document)
    play.plan(7, approved_at, approve, document)


def sign(play: Play, document: OfficialDocument, at: datetime) -> None:
    sign_document(document, by=play.director(at), at=at)


def approve(play: Play, document: OfficialDocument, at: datetime) -> None:
    approve_document(document, by=play.approver(at), at=at)
