"""年终表彰: proposed within the plan's quotas, laid open for five working days, reviewed, approved, then decided."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.documents.models import Issuer, Kind
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require
from scoring import states
from scoring.models import Bulletin, Commendation, Round
from scoring.models.bulletins import BulletinKind, Honour
from scoring.models.commendations import CommendationStatus
from scoring.models.public_notice import COMMENDATION_WORKDAYS
from scoring.permissions import may_run_round
from scoring.rules.refusals import Missing
from scoring.services.bulletins.honour_words import commendation_words
from scoring.services.bulletins.publishing import draft_bulletin
from scoring.services.honours.naming import named_for, over_quota, propose_anew
from scoring.services.honours.plans import plan_in_force, plan_lacking, quotas_under
from scoring.services.honours.public_notice import (
    TOLD,
    changed_since_proposed,
    hindrances_of_public_notice,
    put_on_public_notice,
    refuse_while,
)
from scoring.services.honours.years import (
    all_years,
    four_quarters,
    nominations_of,
    title_of_year,
    unpublished_quarters,
)


def lacking_to_propose(round: Round) -> list[str]:
    """What stands before the year's nominations, by name: the approved plan, the quarters that are not published."""
    plan = plan_lacking(round.span.year)
    return [
        *([plan] if plan else []),
        *(f"{quarter}考评结果尚未通报" for quarter in unpublished_quarters(round)),
    ]


def propose_commendation(round: Round, *, by, at: datetime) -> Commendation:
    """Propose the year's best by the rubric, within the plan's quotas; again until the list is laid open.

    `round` is the last of four published quarters, and its year the plan's. Raises Missing naming what is lacking,
    WrongState if the plan was used or nobody reaches the threshold.
    """
    require(may_run_round(by), "只有共建办可以提出年终表彰名单")
    if lacking := lacking_to_propose(round):
        raise Missing(*lacking)
    plan = plan_in_force(round.span.year)
    rule = round.rubric.rules.honours.commendation
    with transaction.atomic():
        held, _ = Commendation.objects.select_for_update().get_or_create(
            plan=plan, defaults={"round": round, "proposed_by": by, "proposed_at": at}
        )
        _refuse_used(held, round)
        proposed = nominations_of(round, rule)
        made = propose_anew(round, Honour.COMMENDATION, proposed, quotas_under(plan, rule))
        if not named_for(round, Honour.COMMENDATION):
            raise WrongState("没有社区和单位达到评分细则规定的表彰条件")
        record(held, "scoring.commendation.propose", by=by, at=at, count=len(made))
    return held


def _refuse_used(held: Commendation, round: Round) -> None:
    if held.round_id != round.pk:
        raise WrongState(f"{held.plan}已用于{held.round.span.title}的年度名单，一项计划只表彰一次")
    if held.status != CommendationStatus.PROPOSED:
        raise WrongState(f"{held}当前为“{held.get_status_display()}”，退回后才能重新提名")


def open_commendation_public_notice(
    commendation: Commendation, *, by, at: datetime
) -> Commendation:
    """Lay the list open; the five working days are counted from the day after.

    Raises WrongState while there are more names than places or a figure has changed.
    """
    require(states.OPEN_COMMENDATION_PUBLIC_NOTICE.may(by, commendation), "只有共建办可以公示名单")
    refuse_while(faults_of_list(commendation))
    day = timezone.localdate(at)
    with transaction.atomic():
        put_on_public_notice(
            commendation,
            states.OPEN_COMMENDATION_PUBLIC_NOTICE,
            workdays=COMMENDATION_WORKDAYS,
            by=by,
            at=at,
        )
        people = User.objects.holding(*TOLD, on=day)
        body = f"公示至 {commendation.notice_ends_on:%Y-%m-%d}，有异议的，请在此前提出。"
        notify(people, key=f"scoring.commendation.{commendation.pk}.{day}", subject=f"{commendation}公示", body=body,
               at=at, link=commendation.get_absolute_url())  # fmt: skip
    return commendation


def faults_of_list(commendation: Commendation) -> list[str]:
    """What is wrong with the list itself: more names than places, none at all, figures that are no longer so."""
    round = commendation.round
    rule = round.rubric.rules.honours.commendation
    found = over_quota(round, Honour.COMMENDATION, quotas_under(commendation.plan, rule))
    named = named_for(round, Honour.COMMENDATION)
    if not named:
        found.append("名单里没有一个名字，请重新提名")
    now = {(year.subject, year.named_as): year.points for year in all_years(round)}
    return found + changed_since_proposed(named, now, "四个季度平均")


def hindrances_to_review(commendation: Commendation, *, on: date) -> list[str]:
    """What still stands before the decision, by name: the notice, objections without answer, the list itself."""
    return hindrances_of_public_notice(commendation, on=on, then="审核") + faults_of_list(
        commendation
    )


def review_commendation(commendation: Commendation, *, by, at: datetime) -> Commendation:
    """The director agrees and sends the list up. Raises WrongState naming what hinders."""
    require(states.REVIEW_LIST.may(by, commendation), "名单由共建办主任审核")
    refuse_while(hindrances_to_review(commendation, on=timezone.localdate(at)))
    with transaction.atomic():
        advance(commendation, states.REVIEW_LIST, by=by, at=at, reviewed_by=by, reviewed_at=at)
        city = User.objects.holding(Role.APPROVER, on=timezone.localdate(at))
        notify(city, key=f"scoring.commendation.{commendation.pk}.review.{at:%Y%m%d%H%M}", at=at,
               subject=f"{commendation}，请批准", link=commendation.get_absolute_url())  # fmt: skip
    return commendation


def return_commendation(
    commendation: Commendation, *, remark: str, by, at: datetime
) -> Commendation:
    """The director or the city gives the list back with a remark: proposed anew, it is laid open again."""
    undone = {
        "notice_starts_on": None,
        "notice_ends_on": None,
        "reviewed_by": None,
        "reviewed_at": None,
    }
    step = states.RETURN_LIST if states.RETURN_LIST.may(by, commendation) else states.SEND_BACK_LIST
    return advance(commendation, step, by=by, at=at, remark=remark, **undone)


def approve_commendation(commendation: Commendation, *, by, at: datetime) -> Commendation:
    """The city approves the list as it was laid open. Raises WrongState if a figure was corrected since."""
    require(states.APPROVE_LIST.may(by, commendation), "名单由市委、市政府批准")
    refuse_while(hindrances_to_review(commendation, on=timezone.localdate(at)))
    return advance(commendation, states.APPROVE_LIST, by=by, at=at, approved_by=by, approved_at=at)


def draft_decision(commendation: Commendation, *, issuer: Issuer, by, at: datetime) -> Bulletin:
    """Draft the decision over the approved list; it is signed, approved and issued like any document."""
    require(states.DECIDE.may(by, commendation), "只有共建办可以拟年终表彰决定")
    round = commendation.round
    period, named = title_of_year(four_quarters(round.span)), named_for(round, Honour.COMMENDATION)
    with transaction.atomic():
        advance(commendation, states.DECIDE, by=by, at=at)
        words = commendation_words(period, named, issuer)
        return draft_bulletin(
            round,
            BulletinKind.COMMENDATION,
            words,
            issuer=issuer,
            document_kind=Kind.DECISION,
            by=by,
            at=at,
        )
