"""季度奖惩名单: proposed by the rubric, struck and added by people, laid open, and then free for the circulars."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

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
    TOLD,
    changed_since_proposed,
    hindrances_of_public_notice,
    put_on_public_notice,
    refuse_while,
)
from scoring.services.scores.in_force import as_corrected, by_rank

QUARTERLY = (Honour.PRAISE, Honour.CRITICISM)
NOT_PROPOSED = "还没有按评分细则提名表扬、批评名单，请在“奖惩名单”提名"
NOT_ON_PUBLIC_NOTICE = "表扬、批评名单还没有公示，请在“奖惩名单”核对后公示 {days} 个工作日"


def list_of(round: Round) -> QuarterList | None:
    """The quarter's list; None before anything was proposed, and of quarters that are older than such lists."""
    quarter_lists = QuarterList.objects.filter(round=round)
    return quarter_lists.select_related("round").first()


def propose_honours(round: Round, *, by, at: datetime) -> list[Nomination]:
    """Propose praise and criticism by the rubric's thresholds and quotas; doing it again proposes anew.

    Whom people struck stays struck, whom they added stays added. Raises WrongState while the list lies open.
    """
    require(may_run_round(by), "只有共建办可以提出奖惩名单")
    rounds = Round.objects.values_list("status", flat=True)
    if rounds.get(pk=round.pk) != RoundStatus.FROZEN:
        raise WrongState("定分后、报批前才能提出奖惩名单")
    rubric = round.rubric.rules
    proposed = [*_of_communities(round, rubric), *_of_units(round, rubric)]
    with transaction.atomic():
        _held_for_proposal(round, by=by, at=at)
        made = []
        for honour, quotas in quarter_quotas(rubric).items():
            made += propose_anew(
                round, honour, [one for one in proposed if one.honour == honour], quotas
            )
        record(round, "scoring.round.propose", by=by, at=at, count=len(made))
    return made


def _held_for_proposal(round: Round, *, by, at: datetime) -> QuarterList:
    """The list, held until the transaction ends; made if there is none yet."""
    given = {"proposed_by": by, "proposed_at": at}
    held, _ = QuarterList.objects.select_for_update().get_or_create(round=round, defaults=given)
    if held.status != QuarterListStatus.PROPOSED:
        raise WrongState(f"{held}{held.get_status_display()}，由主任退回后才能重新提名")
    return held


def quarter_quotas(rubric: Rubric) -> dict[str, Mapping[str, int]]:
    """The places of each standing, by honour of the quarter."""
    return {
        Honour.PRAISE: rubric.honours.praise.quotas,
        Honour.CRITICISM: rubric.honours.criticism.quotas,
    }


def _of_communities(round: Round, rubric: Rubric) -> Iterable[Nomination]:
    scores = {
        score.community_id: score
        for score in by_rank(round.scores.select_related("community").order_by("pk"))
    }
    classes = defaultdict(list)
    for score in scores.values():
        candidate = Candidate(score.community_id, score.total_points)
        classes[score.community.kind].append(candidate)
    for kind, candidates in classes.items():
        for found in praised(candidates, rubric.honours.praise):
            score = scores[found.key]
            reason = f"{Class(kind).label}第 {score.class_rank} 名（共 {len(candidates)} 个），{_figure(score)}"
            yield _nomination(round, Honour.PRAISE, score, reason)
    everyone = [Candidate(pk, score.total_points) for pk, score in scores.items()]
    for found in criticised(everyone, rubric.honours.criticism):
        score = scores[found.key]
        yield _nomination(
            round,
            Honour.CRITICISM,
            score,
            f"全市第 {score.rank} 名（共 {len(scores)} 个），{_figure(score)}",
        )


def _figure(score: Score) -> str:
    return f"{score.total_points} 分，{score.grade}"


def _of_units(round: Round, rubric: Rubric) -> Iterable[Nomination]:
    standings: dict[str, list[UnitScore]] = defaultdict(list)
    unit_scores = round.unit_scores.select_related("unit")
    for score in by_rank(unit_scores.order_by("pk")):
        standings[score.standing].append(score)
    for standing, scores in standings.items():
        rules = (
            (Honour.PRAISE, praised, rubric.honours.praise),
            (Honour.CRITICISM, criticised, rubric.honours.criticism),
        )
        for honour, choose, rule in rules:
            chosen = set()
            candidates = []
            for one in scores:
                candidate = Candidate(one.pk, one.total_points)
                candidates.append(candidate)
            for found in choose(candidates, rule):
                chosen.add(found.key)
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
    return Nomination(
        round=round, honour=honour, points=score.total_points, reason=reason, **subject
    )


def open_quarter_list_public_notice(round: Round, *, by, at: datetime) -> QuarterList:
    """Lay the names open: those to be praised to everybody who takes part, those to be criticised to themselves alone.

    Raises WrongState while there is nobody to name, more names than places, or a figure that was corrected.
    """
    require(states.OPEN_QUARTER_LIST_PUBLIC_NOTICE.may(by, None), "只有共建办可以公示名单")
    refuse_while(hindrances_to_public_notice(round))
    days = round.rubric.rules.honours.notice_workdays
    with transaction.atomic():
        held = _held_for_proposal(round, by=by, at=at)
        put_on_public_notice(
            held, states.OPEN_QUARTER_LIST_PUBLIC_NOTICE, workdays=days, by=by, at=at
        )
        _tell_everybody(held, at=at)
        for one in named_for(round, Honour.CRITICISM):
            _tell_named(held, one, at=at)
    return held


def hindrances_to_public_notice(round: Round) -> list[str]:
    """Why the names cannot be laid open as they are."""
    rubric = round.rubric.rules
    rounds = Round.objects.values_list("status", flat=True)
    status = rounds.get(pk=round.pk)
    if status != RoundStatus.FROZEN:
        return [f"{round}当前为“{RoundStatus(status).label}”，定分后、报批前才能公示名单"]
    if not rubric.honours.notice_workdays:
        return ["评分细则不设名单公示，可以直接拟稿报批"]
    if not _named(round):
        return ["名单里没有一个名字，不用公示"]
    return rulings_not_in_force(round) + faults_of_lists(round, rubric)


def _named(round: Round) -> list[Nomination]:
    named = []
    for honour in QUARTERLY:
        for one in named_for(round, honour):
            named.append(one)
    return named


def _tell_everybody(held: QuarterList, *, at: datetime) -> None:
    if named_for(held.round, Honour.PRAISE):
        recipients = User.objects.holding(*TOLD, on=held.notice_starts_on)
        body = f"公示至 {held.notice_ends_on:%Y-%m-%d}，有异议的，请在此前提出。"
        notify(recipients, subject=f"{held.round}拟通报表扬名单公示",
               key=f"scoring.quarterlist.{held.pk}.{at:%Y%m%d%H%M}", at=at, link=held.get_absolute_url(),
               body=body)  # fmt: skip


def _tell_named(held: QuarterList, one: Nomination, *, at: datetime) -> None:
    """拟通报批评告知: the reason, and until when they may state their case."""
    body = f"依据：{one.reason}。有异议的，请在 {held.notice_ends_on:%Y-%m-%d} 前陈述申辩。"
    subject = f"{held.round}：拟对{one.name}通报批评"
    link = f"{held.get_absolute_url()}?tab={Honour.CRITICISM}"
    recipients = people_of(one, on=held.notice_starts_on)
    notify(recipients, subject=subject, body=body, at=at,
           key=f"scoring.nomination.{one.pk}.{at:%Y%m%d%H%M}",
           link=link)  # fmt: skip


def people_of(nomination: Nomination, *, on: date) -> list[User]:
    """Who answers for the community or unit that is named."""
    if nomination.community_id:
        named = [nomination.community_id]
        return [*people.lead_officers(named, on=on), *people.community_workers(named, on=on)]
    appointments = Appointment.objects.in_force(on)
    posts = appointments.filter(role__in=SPEAKERS, unit_posting__unit=nomination.unit_id)
    return list(User.objects.filter(is_active=True, pk__in=posts.values("user")))


def reached_nobody(held: QuarterList) -> list[str]:
    """Those to be criticised who have nobody in office to be told, by name; the office tells them in writing."""
    named = named_for(held.round, Honour.CRITICISM)
    names = []
    for one in named:
        if not people_of(one, on=held.notice_starts_on):
            names.append(one.name)
    return names


def return_quarter_list(held: QuarterList, *, remark: str, by, at: datetime) -> QuarterList:
    """The director takes the list back with a remark: changed, it is laid open again."""
    undone = {"notice_starts_on": None, "notice_ends_on": None}
    return advance(held, states.TAKE_BACK, by=by, at=at, remark=remark, **undone)


def close_quarter_list(round: Round, *, by, at: datetime) -> None:
    """The notice is over and the circulars are drafted; a list that never lay open stays as it is."""
    held = list_of(round)
    if held and held.status == QuarterListStatus.ON_PUBLIC_NOTICE:
        advance(held, states.CLOSE_LIST, by=by, at=at)


def propose_without_notice(round: Round, *, by, at: datetime) -> None:
    """Where the rubric asks for no notice, propose now if nobody has."""
    if list_of(round) is None and not round.rubric.rules.honours.notice_workdays:
        propose_honours(round, by=by, at=at)


def hindrances_to_reporting(round: Round, *, on: date) -> list[str]:
    """What still stands before the circulars, by name: rulings, places, corrected figures, the notice of the names."""
    rubric, held = round.rubric.rules, list_of(round)
    found = rulings_not_in_force(round) + faults_of_lists(round, rubric)
    days = rubric.honours.notice_workdays
    if held:
        found += hindrances_of_public_notice(held, on=on, then="拟稿报批")
    if not days or (held and held.status != QuarterListStatus.PROPOSED):
        return found
    if _named(round):
        return [*found, NOT_ON_PUBLIC_NOTICE.format(days=days)]
    return found if held else [*found, NOT_PROPOSED]


def faults_of_lists(round: Round, rubric: Rubric) -> list[str]:
    """What is wrong with the names themselves: equals at the edge of a quota, a figure corrected since."""
    quotas = quarter_quotas(rubric)
    found = []
    for honour in QUARTERLY:
        for fault in over_quota(round, honour, quotas[honour]):
            found.append(f"{honour.label}{fault}")
    named = _named(round)
    communities = round.scores.filter(
        community__in=[one.community_id for one in named if one.community_id]
    )
    units = round.unit_scores.filter(unit__in=[one.unit_id for one in named if one.unit_id])
    now = {}
    for score in as_corrected(communities.select_related("community")):
        now[(score.community, "")] = score.total_points
    now |= {
        (score.unit, score.standing): score.total_points
        for score in as_corrected(units.select_related("unit"))
    }
    return found + changed_since_proposed(named, now, "得")
