"""季度奖惩名单: proposed by the rubric, struck and added by people, on public notice, then free."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction

from communities.models import people
from communities.models.places import Class
from gongjian.accounts.models import Appointment, User
from gongjian.audit.services import record
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require
from scoring import states
from scoring.models import Nomination, QuarterList, Round, Score, UnitScore
from scoring.models.bulletins import SPEAKERS, Honour
from scoring.models.public_notice import QuarterListStatus
from scoring.models.rounds import RoundStatus
from scoring.models.scores import Standing
from scoring.permissions import may_run_round
from scoring.rules.honours.proposing import Candidate, criticised, praised
from scoring.rules.rubrics.rubric import Rubric
from scoring.services.corrections.proposing import rulings_not_in_force
from scoring.services.honours.naming import may_be_named, named_for, over_quota, propose_anew
from scoring.services.honours.public_notice import (
    changed_since_proposed,
    hindrances_of_public_notice,
    notify_of_public_notice,
    put_on_public_notice,
    refuse_while,
)
from scoring.services.scores.in_force import as_corrected, by_rank

AnyScore = TypeVar("AnyScore", Score, UnitScore)

QUARTERLY = (Honour.PRAISE, Honour.CRITICISM)
NOT_PROPOSED = "还没有按评分细则提名表扬、批评名单，请在“奖惩名单”提名"
NOT_ON_PUBLIC_NOTICE = "表扬、批评名单还没有公示，请在“奖惩名单”核对后公示 {days} 个工作日"


def list_of(round: Round) -> QuarterList | None:
    """Return the quarter's list.

    None before anything was proposed, and of quarters that are older than such lists.
    """
    return QuarterList.objects.filter(round=round).select_related("round").first()


def propose_honours(round: Round, *, by: User, at: datetime) -> list[Nomination]:
    """Propose praise and criticism by the rubric's thresholds and quotas; anew when done again.

    Whom people struck stays struck, whom they added stays added. Raises WrongState while the list
    is on public notice.
    """
    require(may_run_round(by), "只有共建办可以提出奖惩名单")
    if _status_of(round) != RoundStatus.FROZEN:
        raise WrongState("定分后、报批前才能提出奖惩名单")
    rubric = round.rubric.rules
    proposed: dict[str, list[Nomination]] = defaultdict(list)
    for nomination in proposed_communities(round, rubric):
        proposed[nomination.honour].append(nomination)
    for nomination in proposed_units(round, rubric):
        proposed[nomination.honour].append(nomination)
    with transaction.atomic():
        _lock_proposed_list(round, by=by, at=at)
        rows = []
        for honour, quotas in quarter_quotas(rubric).items():
            rows += propose_anew(round, honour, proposed[honour], quotas)
        record(round, "scoring.round.propose", by=by, at=at, count=len(rows))
    return rows


def _status_of(round: Round) -> str:
    return Round.objects.only("status").get(pk=round.pk).status


def _lock_proposed_list(round: Round, *, by: User, at: datetime) -> QuarterList:
    """Return the list, locked until the transaction ends; made if there is none yet."""
    lists = QuarterList.objects.select_for_update()
    proposed = {"proposed_by": by, "proposed_at": at}
    locked_list, _ = lists.get_or_create(round=round, defaults=proposed)
    if locked_list.status != QuarterListStatus.PROPOSED:
        status = locked_list.get_status_display()
        raise WrongState(f"{locked_list}{status}，由主任退回后才能重新提名")
    return locked_list


def quarter_quotas(rubric: Rubric) -> dict[str, Mapping[str, int]]:
    """Return the places of each standing, by honour of the quarter."""
    honours = rubric.honours
    return {Honour.PRAISE: honours.praise.quotas, Honour.CRITICISM: honours.criticism.quotas}


def proposed_communities(round: Round, rubric: Rubric) -> Iterator[Nomination]:
    """Yield the best of each class for praise, the last of the city for criticism; not saved."""
    scores = by_rank(round.scores.select_related("community").order_by("pk"))
    classes: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        classes[score.community.kind].append(score)
    for kind, in_class in classes.items():
        for score in _chosen(in_class, praised, rubric.honours.praise):
            place = f"{Class(kind).label}第 {score.class_rank} 名（共 {len(in_class)} 个）"
            reason = f"{place}，{score.total_points} 分，{score.grade}"
            yield _nomination(round, Honour.PRAISE, score, reason)
    for score in _chosen(scores, criticised, rubric.honours.criticism):
        place = f"全市第 {score.rank} 名（共 {len(scores)} 个）"
        reason = f"{place}，{score.total_points} 分，{score.grade}"
        yield _nomination(round, Honour.CRITICISM, score, reason)


def proposed_units(round: Round, rubric: Rubric) -> Iterator[Nomination]:
    """Yield those of each standing that the rubric praises or criticises; not saved."""
    standings: dict[str, list[UnitScore]] = defaultdict(list)
    for score in by_rank(round.unit_scores.select_related("unit").order_by("pk")):
        standings[score.standing].append(score)
    for standing, scores in standings.items():
        best = _chosen(scores, praised, rubric.honours.praise)
        last = _chosen(scores, criticised, rubric.honours.criticism)
        for honour, chosen in ((Honour.PRAISE, best), (Honour.CRITICISM, last)):
            for score in chosen:
                if may_be_named(score.unit, honour):
                    place = f"{Standing(standing).label}第 {score.rank} 名（共 {len(scores)} 家）"
                    reason = f"{place}，{score.total_points} 分"
                    yield _nomination(round, honour, score, reason)


def _chosen(scores: Sequence[AnyScore], choose: Callable[..., Any], rule: Any) -> list[AnyScore]:
    """Return those of the scores that the rubric's rule chooses, in their order."""
    candidates = [Candidate(score.pk, score.total_points) for score in scores]
    chosen = {candidate.key for candidate in choose(candidates, rule)}
    return [score for score in scores if score.pk in chosen]


def _nomination(round: Round, honour: str, score: Score | UnitScore, reason: str) -> Nomination:
    nomination = Nomination(round=round, honour=honour, points=score.total_points, reason=reason)
    if isinstance(score, Score):
        nomination.community = score.community
    else:
        nomination.unit = score.unit
        nomination.unit_kind = score.unit.kind
        nomination.standing = score.standing
    return nomination


def open_quarter_list_public_notice(round: Round, *, by: User, at: datetime) -> QuarterList:
    """Put the names on public notice, and notify everybody who may say something.

    Those to be praised are shown to everybody who takes part, those to be criticised to themselves
    alone. Raises WrongState while there is nobody to name, more names than places, or a figure that
    was corrected.
    """
    step = states.OPEN_QUARTER_LIST_PUBLIC_NOTICE
    require(step.may(by, None), "只有共建办可以公示名单")
    refuse_while(hindrances_to_public_notice(round))
    days = round.rubric.rules.honours.notice_workdays
    with transaction.atomic():
        quarter_list = _lock_proposed_list(round, by=by, at=at)
        put_on_public_notice(quarter_list, step, workdays=days, by=by, at=at)
        if named_for(round, Honour.PRAISE):
            key = f"scoring.quarterlist.{quarter_list.pk}.{at:%Y%m%d%H%M}"
            subject = f"{round}拟通报表扬名单公示"
            notify_of_public_notice(quarter_list, subject=subject, key=key, at=at)
        for nomination in named_for(round, Honour.CRITICISM):
            notify_criticised(quarter_list, nomination, at=at)
    return quarter_list


def hindrances_to_public_notice(round: Round) -> list[str]:
    """Return why the names cannot be put on public notice as they are."""
    rubric = round.rubric.rules
    status = _status_of(round)
    if status != RoundStatus.FROZEN:
        label = RoundStatus(status).label
        return [f"{round}当前为“{label}”，定分后、报批前才能公示名单"]
    if not rubric.honours.notice_workdays:
        return ["评分细则不设名单公示，可以直接拟稿报批"]
    if not _names_of_quarter(round):
        return ["名单里没有一个名字，不用公示"]
    return rulings_not_in_force(round) + faults_of_lists(round, rubric)


def _names_of_quarter(round: Round) -> list[Nomination]:
    return named_for(round, Honour.PRAISE) + named_for(round, Honour.CRITICISM)


def notify_criticised(quarter_list: QuarterList, nomination: Nomination, *, at: datetime) -> None:
    """拟通报批评告知: the reason, and until when they may state their case."""
    people = people_of(nomination, on=quarter_list.first_day)
    key = f"scoring.nomination.{nomination.pk}.{at:%Y%m%d%H%M}"
    subject = f"{quarter_list.round}：拟对{nomination.name}通报批评"
    until = f"{quarter_list.notice_ends_on:%Y-%m-%d}"
    body = f"依据：{nomination.reason}。有异议的，请在 {until} 前陈述申辩。"
    link = f"{quarter_list.get_absolute_url()}?tab={Honour.CRITICISM}"
    notify(people, key=key, subject=subject, body=body, at=at, link=link)


def people_of(nomination: Nomination, *, on: date) -> list[User]:
    """Return who answers for the community or unit that is named."""
    if nomination.community_id:
        communities = [nomination.community_id]
        officers = people.lead_officers(communities, on=on)
        return [*officers, *people.community_workers(communities, on=on)]
    speakers = Appointment.objects.in_force(on).filter(role__in=SPEAKERS)
    of_unit = speakers.filter(unit_posting__unit=nomination.unit_id)
    return list(User.objects.filter(is_active=True, pk__in=of_unit.values("user")))


def reached_nobody(quarter_list: QuarterList) -> list[str]:
    """Return the names of those to be criticised who have nobody in office to be notified.

    The office tells them in writing.
    """
    day = quarter_list.first_day
    names = []
    for nomination in named_for(quarter_list.round, Honour.CRITICISM):
        if not people_of(nomination, on=day):
            names.append(nomination.name)
    return names


def return_quarter_list(
    quarter_list: QuarterList, *, remark: str, by: User, at: datetime
) -> QuarterList:
    """Return the list to the office with a remark; changed, it is put on public notice again."""
    days = {"notice_starts_on": None, "notice_ends_on": None}
    return advance(quarter_list, states.TAKE_BACK, by=by, at=at, remark=remark, **days)


def close_quarter_list(round: Round, *, by: User, at: datetime) -> None:
    """Close a list whose public notice is over; one that never was on notice stays as it is."""
    quarter_list = list_of(round)
    if quarter_list and quarter_list.status == QuarterListStatus.ON_PUBLIC_NOTICE:
        advance(quarter_list, states.CLOSE_LIST, by=by, at=at)


def propose_without_public_notice(round: Round, *, by: User, at: datetime) -> None:
    """Propose now if nobody has, where the rubric asks for no public notice."""
    if list_of(round) is None and not round.rubric.rules.honours.notice_workdays:
        propose_honours(round, by=by, at=at)


def hindrances_to_reporting(round: Round, *, on: date) -> list[str]:
    """Return what stands before the circulars.

    Rulings that are not in force, places, corrected figures, the public notice of the names.
    """
    rubric = round.rubric.rules
    quarter_list = list_of(round)
    hindrances = rulings_not_in_force(round) + faults_of_lists(round, rubric)
    if quarter_list:
        hindrances += hindrances_of_public_notice(quarter_list, on=on, then="拟稿报批")
    days = rubric.honours.notice_workdays
    was_on_notice = quarter_list and quarter_list.status != QuarterListStatus.PROPOSED
    if not days or was_on_notice:
        return hindrances
    if _names_of_quarter(round):
        hindrances.append(NOT_ON_PUBLIC_NOTICE.format(days=days))
    elif not quarter_list:
        hindrances.append(NOT_PROPOSED)
    return hindrances


def faults_of_lists(round: Round, rubric: Rubric) -> list[str]:
    """Return what is wrong with the names: more than places, or a figure corrected since."""
    quotas = quarter_quotas(rubric)
    faults = []
    for honour in QUARTERLY:
        for fault in over_quota(round, honour, quotas[honour]):
            faults.append(f"{honour.label}{fault}")
    nominations = _names_of_quarter(round)
    points_now = points_in_force(round, nominations)
    return faults + changed_since_proposed(nominations, points_now, "得")


def points_in_force(
    round: Round, nominations: Sequence[Nomination]
) -> dict[tuple[Any, str], Decimal]:
    """Return the points of those named by subject and standing. Four queries."""
    communities = [row.community_id for row in nominations if row.community_id]
    units = [row.unit_id for row in nominations if row.unit_id]
    scores = round.scores.filter(community__in=communities).select_related("community")
    unit_scores = round.unit_scores.filter(unit__in=units).select_related("unit")
    points: dict[tuple[Any, str], Decimal] = {}
    for score in as_corrected(scores):
        points[score.community, ""] = score.total_points
    for score in as_corrected(unit_scores):
        points[score.unit, score.standing] = score.total_points
    return points
