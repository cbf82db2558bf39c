"""通报: the circulars of a quarter, and their publication (policy 五)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.documents.models import Issuer, Kind, OfficialDocument, Status
from gongjian.documents.services import draft_document
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require
from scoring.models import Bulletin, Round
from scoring.models.bulletins import BulletinKind, Honour
from scoring.services.bulletins.annexes import ranking_annexes
from scoring.services.bulletins.figures import figures_of
from scoring.services.bulletins.honour_words import criticism_words, praise_words
from scoring.services.bulletins.ranking_circular import ranking_words
from scoring.services.honours.naming import named_for
from scoring.services.honours.public_notice import TOLD, refuse_while
from scoring.services.honours.quarter_lists import (
    close_quarter_list,
    hindrances_to_reporting,
    propose_without_notice,
)
from scoring.states import PUBLISH, REPORT


def draft_bulletins(round: Round, *, issuer: Issuer, by, at: datetime) -> list[Bulletin]:
    """Draft the quarter's circulars for the approval of the city: the ranking, and praise and criticism if any.

    Raises WrongState while the names of the quarter have not lain open; where the rubric asks for no notice, they
    are proposed now if nobody has. Every figure comes from the frozen quarter; the drafter edits words.
    """
    require(REPORT.may(by, round), "只有共建办可以拟稿报批")
    if round.status not in REPORT.sources:
        raise WrongState(f"{round}当前为“{round.get_status_display()}”，定分后才能拟稿报批")
    propose_without_notice(round, by=by, at=at)
    refuse_while(hindrances_to_reporting(round, on=timezone.localdate(at)))
    figures = figures_of(round, at=at)
    drafts = [
        (
            BulletinKind.RANKING,
            ranking_words(figures, issuer).with_annexes(ranking_annexes(figures)),
        )
    ]
    with transaction.atomic():
        for kind, honour, words in (
            (BulletinKind.PRAISE, Honour.PRAISE, praise_words),
            (BulletinKind.CRITICISM, Honour.CRITICISM, criticism_words),
        ):
            named = named_for(round, honour)
            if named:
                drafts.append((kind, words(figures, named, issuer)))
        advance(round, REPORT, by=by, at=at, remark=f"{len(drafts)} 份通报")
        close_quarter_list(round, by=by, at=at)
        return [
            draft_bulletin(round, kind, words, issuer=issuer, by=by, at=at)
            for kind, words in drafts
        ]


def draft_bulletin(
    round: Round,
    kind: str,
    words,
    *,
    issuer: Issuer,
    document_kind: str = Kind.CIRCULAR,
    by,
    at: datetime,
) -> Bulletin:
    """Put one drafted document under the round; it goes up to the city for approval (policy 五)."""
    document = draft_document(
        by=by,
        at=at,
        kind=document_kind,
        issuer=issuer,
        title=words.title,
        main_recipient=words.main_recipient,
        body=words.body,
        attachments=words.attachments,
        pictures=words.pictures,
        keeps_figures=True,
        needs_approval=True,
    )
    return Bulletin.objects.create(round=round, kind=kind, document=document)


def unpublished_documents(round: Round) -> list[OfficialDocument]:
    """The circulars of the quarter that are not issued yet; the year's decision is not among them."""
    bulletins = round.bulletins.exclude(kind=BulletinKind.COMMENDATION).exclude(
        document__status=Status.PUBLISHED
    )
    documents = []
    for bulletin in bulletins.select_related("document").order_by("pk"):
        documents.append(bulletin.document)
    return documents


def publish_round(round: Round, *, by, at: datetime) -> Round:
    """Publish the quarter once all its circulars are issued. Raises WrongState naming those that are not."""
    require(PUBLISH.may(by, round), "只有共建办可以发布通报")
    waiting = unpublished_documents(round)
    if waiting:
        texts = []
        for document in waiting:
            texts.append(f"《{document.title}》（{document.get_status_display()}）")
        named = "、".join(texts)
        raise WrongState(f"还有公文没有印发：{named}")
    with transaction.atomic():
        advance(round, PUBLISH, by=by, at=at, published_at=at)
        people = User.objects.holding(*TOLD, on=timezone.localdate(at))
        notify(people, key=f"scoring.published.{round.quarter}", subject=f"{round}结果已通报", at=at,
               link=round.get_absolute_url())  # fmt: skip
    return round
