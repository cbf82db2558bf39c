"""A letter that goes round: checked by the director, agreed by one bureau, awaited from another."""

from datetime import datetime, timedelta

from gongjian.demo import stories
from gongjian.demo.play import Play
from gongjian.documents.issuing.countersigning import check_draft, countersign, round_of
from gongjian.documents.models import DocumentKind, OfficialDocument
from gongjian.documents.services import draft_document, send_to_check


def plan_letter(play: Play) -> None:
    """The office asks a bureau to clean the back lanes together; two are asked to countersign."""
    play.plan(1, play.dates.reminded_at + timedelta(hours=1), draft_letter)


def draft_letter(play: Play, at: datetime) -> None:
    clerk = play.clerk(3, at)
    officer = next(iter(play.staff.departments.values()))
    countersigners = [officer.username, stories.ASKED_ON_PAPER]
    fields = {"issuer": play.reference.issuer, "countersigners": countersigners, **stories.LETTER}
    letter = draft_document(kind=DocumentKind.LETTER, **fields, by=clerk, at=at)
    send_to_check(letter, by=clerk, at=at)
    play.plan(1, at + timedelta(hours=2), check_letter, letter)


def check_letter(play: Play, letter: OfficialDocument, at: datetime) -> None:
    check_draft(letter, by=play.director(at), at=at)
    play.plan(1, at + timedelta(hours=22), enter_answer, letter)


def enter_answer(play: Play, letter: OfficialDocument, at: datetime) -> None:
    """The clerk enters what came back on paper."""
    row = round_of(letter).get(name=stories.ASKED_ON_PAPER)
    clerk = play.clerk(3, at)
    countersign(row, agreed=True, remark=stories.AGREED, by=clerk, at=at)
