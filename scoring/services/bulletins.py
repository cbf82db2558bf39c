"""通报: who is proposed for praise or criticism, the circulars of a quarter, and their publication (policy 五)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from communities.models.places import Class
from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.documents.models import Issuer, Kind, OfficialDocument, Status
from gongjian.documents.services import draft_document
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require
from scoring.models import Bulletin, Nomination, Round, Score, UnitScore
from scoring.models.bulletins import BulletinKind, Honour
from scoring.models.rounds import RoundStatus
from scoring.models.scores import Standing
from scoring.permissions import may_run_round
from scoring.rules.honours import Candidate, criticised, praised
from scoring.rules.rubric import Rubric, load_rubric
from scoring.services.annexes import ranking_annexes
from scoring.services.circulars import criticism_words, praise_words, ranking_words
from scoring.services.figures import figures_of
from scoring.services.in_force import by_rank
from scoring.services.naming import may_be_named, named_for, over_quota, propose_anew
from scoring.states import PUBLISH, REPORT

QUARTERLY = (Honour.PRAISE, Honour.CRITICISM)
TOLD = (Role.LEAD_OFFICER, Role.COMMUNITY_WORKER, Role.MEMBER_LIAISON, Role.LIAISON_LEADER, Role.DEPARTMENT_OFFICER)


def propose_honours(round: Round, *, by, at: datetime) -> list[Nomination]:
    """Propose praise and criticism by the rubric's thresholds and quotas; doing it again proposes anew.

    Whom people struck stays struck, whom they added stays added.
    """
    require(may_run_round(by), "只有共建办可以提出奖惩名单")
    if Round.objects.values_list("status", flat=True).get(pk=round.pk) != RoundStatus.FROZEN:
        raise WrongState("定分后、报批前才能提出奖惩名单")
    rubric = load_rubric(round.rubric.content)
    proposed = [*_of_communities(round, rubric), *_of_units(round, rubric)]
    with transaction.atomic():
        made = []
        for honour, quotas in quarter_quotas(rubric).items():
            made += propose_anew(round, honour, [one for one in proposed if one.honour == honour], quotas)
        record(round, "scoring.round.propose", by=by, at=at, count=len(made))
    return made


def quarter_quotas(rubric: Rubric) -> dict[str, Mapping[str, int]]:
    """The places of each standing, by honour of the quarter."""
    return {Honour.PRAISE: rubric.honours.praise.quotas, Honour.CRITICISM: rubric.honours.criticism.quotas}


def _of_communities(round: Round, rubric: Rubric) -> Iterable[Nomination]:
    scores = {score.community_id: score for score in by_rank(round.scores.select_related("community").order_by("pk"))}
    classes = defaultdict(list)
    for score in scores.values():
        classes[score.community.kind].append(Candidate(score.community_id, score.total_points))
    for kind, candidates in classes.items():
        for found in praised(candidates, rubric.honours.praise):
            score = scores[found.key]
            reason = f"{Class(kind).label}第 {score.class_rank} 名（共 {len(candidates)} 个），{_figure(score)}"
            yield _nomination(round, Honour.PRAISE, score, reason)
    everyone = [Candidate(pk, score.total_points) for pk, score in scores.items()]
    for found in criticised(everyone, rubric.honours.criticism):
        score = scores[found.key]
        yield _nomination(
            round, Honour.CRITICISM, score, f"全市第 {score.rank} 名（共 {len(scores)} 个），{_figure(score)}"
        )


def _figure(score: Score) -> str:
    return f"{score.total_points} 分，{score.grade}"


def _of_units(round: Round, rubric: Rubric) -> Iterable[Nomination]:
    standings: dict[str, list[UnitScore]] = defaultdict(list)
    for score in round.unit_scores.select_related("unit").order_by("rank", "pk"):
        standings[score.standing].append(score)
    for standing, scores in standings.items():
        rules = (
            (Honour.PRAISE, praised, rubric.honours.praise),
            (Honour.CRITICISM, criticised, rubric.honours.criticism),
        )
        for honour, choose, rule in rules:
            chosen = {found.key for found in choose([Candidate(one.pk, one.total_points) for one in scores], rule)}
            for score in scores:
                if score.pk in chosen and may_be_named(score.unit, honour):
                    place = f"{Standing(standing).label}第 {score.rank} 名（共 {len(scores)} 家）"
                    reason = f"{place}，{score.total_points} 分"
                    yield _nomination(round, honour, score, reason)


def _nomination(round: Round, honour: str, score: Score | UnitScore, reason: str) -> Nomination:
    if isinstance(score, Score):
        subject = {"community": score.community}
    else:
        subject = {"unit": score.unit, "unit_kind": score.unit.kind, "standing": score.standing}
    return Nomination(round=round, honour=honour, points=score.total_points, reason=reason, **subject)


def draft_bulletins(round: Round, *, issuer: Issuer, by, at: datetime) -> list[Bulletin]:
    """Draft the quarter's circulars for the approval of the city: the ranking, and praise and criticism if any.

    Honours are proposed first if nobody has. Every figure comes from the frozen quarter; the drafter edits words.
    """
    require(REPORT.may(by, round), "只有共建办可以拟稿报批")
    if round.status not in REPORT.sources:
        raise WrongState(f"{round}当前为“{round.get_status_display()}”，定分后才能拟稿报批")
    if not round.nominations.exists():
        propose_honours(round, by=by, at=at)
    _refuse_over_quota(round)
    figures = figures_of(round, at=at)
    drafts = [(BulletinKind.RANKING, ranking_words(figures, issuer).with_annexes(ranking_annexes(figures)))]
    with transaction.atomic():
        for kind, honour, words in (
            (BulletinKind.PRAISE, Honour.PRAISE, praise_words),
            (BulletinKind.CRITICISM, Honour.CRITICISM, criticism_words),
        ):
            if named := named_for(round, honour):
                drafts.append((kind, words(figures, named, issuer)))
        advance(round, REPORT, by=by, at=at, remark=f"{len(drafts)} 份通报")
        return [draft_bulletin(round, kind, words, issuer=issuer, by=by, at=at) for kind, words in drafts]


def _refuse_over_quota(round: Round) -> None:
    """Equals at the edge of a quota are chosen by people before anything is drafted."""
    quotas = quarter_quotas(load_rubric(round.rubric.content))
    faults = [f"{honour.label}{fault}" for honour in QUARTERLY for fault in over_quota(round, honour, quotas[honour])]
    if faults:
        raise WrongState(f"{'；'.join(faults)}。请在“奖惩名单”按细则提名后办理，再拟稿报批")


def draft_bulletin(
    round: Round, kind: str, words, *, issuer: Issuer, document_kind: str = Kind.CIRCULAR, by, at: datetime
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
    bulletins = round.bulletins.exclude(kind=BulletinKind.COMMENDATION).exclude(document__status=Status.PUBLISHED)
    return [bulletin.document for bulletin in bulletins.select_related("document").order_by("pk")]


def publish_round(round: Round, *, by, at: datetime) -> Round:
    """Publish the quarter once all its circulars are issued. Raises WrongState naming those that are not."""
    require(PUBLISH.may(by, round), "只有共建办可以发布通报")
    if waiting := unpublished_documents(round):
        named = "、".join(f"《{document.title}》（{document.get_status_display()}）" for document in waiting)
        raise WrongState(f"还有公文没有印发：{named}")
    with transaction.atomic():
        advance(round, PUBLISH, by=by, at=at, published_at=at)
        people = User.objects.holding(*TOLD, on=timezone.localdate(at))
        notify(people, key=f"scoring.published.{round.quarter}", subject=f"{round}结果已通报", at=at,
               link=round.get_absolute_url())  # fmt: skip
    return round
