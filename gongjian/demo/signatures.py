"""How a circular or a decision leaves the building: signed by the director, approved by the city."""

from datetime import datetime

from gongjian.demo.play import Play
from gongjian.demo.staff import acting
from gongjian.documents.models import OfficialDocument
from gongjian.documents.services import approve_document, sign_document


def plan_signatures(
    play: Play, document: OfficialDocument, signed_at: datetime, approved_at: datetime
) -> None:
    """The director signs and sends up; the city approves; the document is numbered and goes to print."""

    def sign(at: datetime) -> None:
        sign_document(document, by=acting(play.staff.director, at), at=at)

    def approve(at: datetime) -> None:
        approve_document(document, by=acting(play.staff.approver, at), at=at)

    play.plan(7, signed_at, sign)
    play.plan(7, approved_at, approve)
