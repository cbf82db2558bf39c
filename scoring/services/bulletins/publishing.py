"""通报: the circulars of a quarter are drafted, and it is published once they are issued."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.documents.models import DocumentStatus, Issuer, OfficialDocument
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require
from scoring.models import Bulletin, Round
from scoring.models.bulletins import BulletinKind, Honour
from scoring.services.bulletins.quarter_figures import figures_of
from scoring.services.bulletins.ranking_annexes import ranking_annexes
from scoring.services.bulletins.ranking_circular import ranking_words
from scoring.services.drafting.bulletins import draft_bulletin
from scoring.services.drafting.words import with_annexes
from scoring.services.honours.honour_words import criticism_words, praise_words
from scoring.services.honours.naming import named_for
from scoring.services.honours.public_notice import ROLES_TOLD, refuse_while
from scoring.services.honours.quarter_lists import (
    close_quarter_list,
    hindrances_to_reporting,
    propose_without_public_notice,
)
from scoring.states import PUBLISH, REPORT


def draft_bulletins(round: Round, *, issuer: Issuer, by: User, at: datetime) -> list[Bulletin]:
    """Draft the quarter's circulars for the city's approval: ranking, praise and criticism if any.

    Every figure comes from the frozen quarter; the drafter edits words. Where the rubric asks for
    no public notice of the names, they are proposed now if nobody has. Raises WrongState while
    something stands before the drafting (`hindrances_to_reporting`).
    """
    require(REPORT.may(by, round), "只有共建办可以拟稿报批")
    if round.status not in REPORT.sources:
        raise WrongState(f"{round}当前为“{round.get_status_display()}”，定分后才能拟稿报批")
    propose_without_public_notice(round, by=by, at=at)
    refuse_while(hindrances_to_reporting(round, on=timezone.localdate(at)))
    figures = figures_of(round, at=at)
    ranking = with_annexes(ranking_words(figures, issuer), ranking_annexes(figures))
    drafts = {BulletinKind.RANKING: ranking}
    with transaction.atomic():
        if praised := named_for(round, Honour.PRAISE):
            drafts[BulletinKind.PRAISE] = praise_words(round, praised, issuer)
        if criticised := named_for(round, Honour.CRITICISM):
            drafts[BulletinKind.CRITICISM] = criticism_words(round, criticised, issuer)
        advance(round, REPORT, by=by, at=at, remark=f"{len(drafts)} 份通报")
        close_quarter_list(round, by=by, at=at)
        bulletins = []
        for kind, words in drafts.items():
            bulletin = draft_bulletin(round, words, kind=kind, issuer=issuer, by=by, at=at)
            bulletins.append(bulletin)
    return bulletins


def unpublished_documents(round: Round) -> list[OfficialDocument]:
    """Return the quarter's circulars that are not issued; the year's decision is not among them."""
    bulletins = round.bulletins.exclude(kind=BulletinKind.COMMENDATION)
    unpublished = bulletins.exclude(document__status=DocumentStatus.PUBLISHED)
    return [bulletin.document for bulletin in unpublished.select_related("document").order_by("pk")]


def publish_round(round: Round, *, by: User, at: datetime) -> Round:
    """Publish the quarter once all its circulars are issued, and notify everybody who takes part.

    Raises WrongState naming the circulars that are not issued.
    """
    require(PUBLISH.may(by, round), "只有共建办可以发布通报")
    if waiting := unpublished_documents(round):
        named = [f"《{document.title}》（{document.get_status_display()}）" for document in waiting]
        raise WrongState(f"还有公文没有印发：{'、'.join(named)}")
    with transaction.atomic():
        advance(round, PUBLISH, by=by, at=at, published_at=at)
        people = User.objects.holding(*ROLES_TOLD, on=timezone.localdate(at))
        key = f"scoring.published.{round.quarter}"
        subject = f"{round}结果已通报"
        notify(people, key=key, subject=subject, at=at, link=round.get_absolute_url())
    return round
