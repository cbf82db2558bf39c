"""A letter that goes round: checked by the director, agreed by one bureau, waiting for the officer of another."""

from datetime import datetime, timedelta

from gongjian.demo import stories
from gongjian.demo.play import Play
from gongjian.demo.staff import acting
from gongjian.documents.issuing.countersigning import check_draft, countersign, round_of
from gongjian.documents.models import Kind, OfficialDocument
from gongjian.documents.services import draft_document, send_to_check


def plan_letter(play: Play) -> None:
    """The office asks a bureau to clean the back lanes together; two are asked to countersign."""
    held: dict[str, OfficialDocument] = {}

    def draft(at: datetime) -> None:
        clerk = acting(play.staff.clerk(3), at)
        (officer, *_) = play.staff.departments.values()
        asked = {"countersigners": [officer.username, stories.ASKED_ON_PAPER]}
        given = {"kind": Kind.LETTER, "issuer": play.reference.issuer, **stories.LETTER, **asked}
        held["letter"] = draft_document(**given, by=clerk, at=at)
        send_to_check(held["letter"], by=clerk, at=at)

    def check(at: datetime) -> None:
        check_draft(held["letter"], by=acting(play.staff.director, at), at=at)

    def answer(at: datetime) -> None:
        """The clerk enters what came back on paper."""
        row = round_of(held["letter"]).get(name=stories.ASKED_ON_PAPER)
        countersign(
            row, agreed=True, remark=stories.AGREED, by=acting(play.staff.clerk(3), at), at=at
        )

    at = play.dates.reminded_at + timedelta(hours=1)
    play.plan(1, at, draft)
    play.plan(1, at + timedelta(hours=2), check)
    play.plan(1, at + timedelta(days=1), answer)
