"""年终表彰: proposed within the plan's quotas, on public notice, reviewed, approved, decided."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.documents.models import DocumentKind, Issuer
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require
from scoring import states
from scoring.models import Bulletin, Commendation, Round
from scoring.models.bulletins import BulletinKind, Honour
from scoring.models.commendations import CommendationStatus
from scoring.models.public_notice import COMMENDATION_WORKDAYS
from scoring.permissions import may_run_round
from scoring.rules.refusals import Missing
from scoring.services.drafting.bulletins import draft_bulletin
from scoring.services.honours.honour_words import commendation_words
from scoring.services.honours.naming import named_for, over_quota, propose_anew
from scoring.services.honours.plans import plan_in_force, plan_lacking, quotas_under
from scoring.services.honours.public_notice import (
    changed_since_proposed,
    hindrances_of_public_notice,
    notify_of_public_notice,
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
    """Return what stands before the year's nominations: the approved plan, quarters to publish."""
    lacking = []
    if plan_sentence := plan_lacking(round.span.year):
        lacking.append(plan_sentence)
    for quarter in unpublished_quarters(round):
        lacking.append(f"{quarter}考评结果尚未通报")
    return lacking


def propose_commendation(round: Round, *, by: User, at: datetime) -> Commendation:
    """Propose the year's best by the rubric, within the plan's quotas; anew when done again.

    `round` is the last of four published quarters, and its year the plan's. Raises Missing naming
    what is lacking, WrongState if the plan was used, nobody reaches the threshold, or the list was
    put on public notice.
    """
    require(may_run_round(by), "只有共建办可以提出年终表彰名单")
    if lacking := lacking_to_propose(round):
        raise Missing(*lacking)
    plan = plan_in_force(round.span.year)
    assert plan is not None  # else it is lacking
    rule = round.rubric.rules.honours.commendation
    proposed = {"round": round, "proposed_by": by, "proposed_at": at}
    with transaction.atomic():
        commendations = Commendation.objects.select_for_update()
        commendation, _ = commendations.get_or_create(plan=plan, defaults=proposed)
        refuse_used_plan(commendation, round)
        nominations = nominations_of(round, rule)
        quotas = quotas_under(plan, rule)
        rows = propose_anew(round, Honour.COMMENDATION, nominations, quotas)
        if not named_for(round, Honour.COMMENDATION):
            raise WrongState("没有社区和单位达到评分细则规定的表彰条件")
        record(commendation, "scoring.commendation.propose", by=by, at=at, count=len(rows))
    return commendation


def refuse_used_plan(commendation: Commendation, round: Round) -> None:
    if commendation.round_id != round.pk:
        used_for = f"{commendation.plan}已用于{commendation.round.span.title}的年度名单"
        raise WrongState(f"{used_for}，一项计划只表彰一次")
    if commendation.status != CommendationStatus.PROPOSED:
        status = commendation.get_status_display()
        raise WrongState(f"{commendation}当前为“{status}”，退回后才能重新提名")


def open_commendation_public_notice(
    commendation: Commendation, *, by: User, at: datetime
) -> Commendation:
    """Put the list on public notice, and notify everybody who takes part.

    Raises WrongState while there are more names than places or a figure has changed.
    """
    step = states.OPEN_COMMENDATION_PUBLIC_NOTICE
    require(step.may(by, commendation), "只有共建办可以公示名单")
    refuse_while(faults_of_list(commendation))
    with transaction.atomic():
        put_on_public_notice(commendation, step, workdays=COMMENDATION_WORKDAYS, by=by, at=at)
        key = f"scoring.commendation.{commendation.pk}.{commendation.notice_starts_on}"
        notify_of_public_notice(commendation, subject=f"{commendation}公示", key=key, at=at)
    return commendation


def faults_of_list(commendation: Commendation) -> list[str]:
    """Return what is wrong with the list: more names than places, none, corrected figures."""
    round = commendation.round
    quotas = quotas_under(commendation.plan, round.rubric.rules.honours.commendation)
    faults = over_quota(round, Honour.COMMENDATION, quotas)
    nominations = named_for(round, Honour.COMMENDATION)
    if not nominations:
        faults.append("名单里没有一个名字，请重新提名")
    points_now = {}
    for year in all_years(round):
        points_now[year.subject, year.named_as] = year.points
    return faults + changed_since_proposed(nominations, points_now, "四个季度平均")


def hindrances_to_review(commendation: Commendation, *, on: date) -> list[str]:
    """Return what stands before the decision: the public notice, objections, the list itself."""
    hindrances = hindrances_of_public_notice(commendation, on=on, then="审核")
    return hindrances + faults_of_list(commendation)


def review_commendation(commendation: Commendation, *, by: User, at: datetime) -> Commendation:
    """Agree to the list as the director, and notify the city.

    Raises WrongState for what hinders.
    """
    day = timezone.localdate(at)
    require(states.REVIEW_LIST.may(by, commendation), "名单由共建办主任审核")
    refuse_while(hindrances_to_review(commendation, on=day))
    reviewed: dict[str, Any] = {"reviewed_by": by, "reviewed_at": at}
    with transaction.atomic():
        advance(commendation, states.REVIEW_LIST, by=by, at=at, **reviewed)
        approvers = User.objects.holding(Role.APPROVER, on=day)
        key = f"scoring.commendation.{commendation.pk}.review.{at:%Y%m%d%H%M}"
        link = commendation.get_absolute_url()
        notify(approvers, key=key, subject=f"{commendation}，请批准", at=at, link=link)
    return commendation


def return_commendation(
    commendation: Commendation, *, remark: str, by: User, at: datetime
) -> Commendation:
    """Return the list with a remark, as the director or the city; it is proposed anew."""
    undone = {
        "notice_starts_on": None,
        "notice_ends_on": None,
        "reviewed_by": None,
        "reviewed_at": None,
    }
    is_directors = states.RETURN_LIST.may(by, commendation)
    step = states.RETURN_LIST if is_directors else states.SEND_BACK_LIST
    return advance(commendation, step, by=by, at=at, remark=remark, **undone)


def approve_commendation(commendation: Commendation, *, by: User, at: datetime) -> Commendation:
    """Approve the list as it was on public notice, as the city.

    Raises WrongState if a figure was corrected since.
    """
    require(states.APPROVE_LIST.may(by, commendation), "名单由市委、市政府批准")
    refuse_while(hindrances_to_review(commendation, on=timezone.localdate(at)))
    approved: dict[str, Any] = {"approved_by": by, "approved_at": at}
    return advance(commendation, states.APPROVE_LIST, by=by, at=at, **approved)


def draft_decision(
    commendation: Commendation, *, issuer: Issuer, by: User, at: datetime
) -> Bulletin:
    """Draft the decision over the approved list; it is signed and issued like any document."""
    require(states.DECIDE.may(by, commendation), "只有共建办可以拟年终表彰决定")
    round = commendation.round
    period = title_of_year(four_quarters(round.span))
    nominations = named_for(round, Honour.COMMENDATION)
    words = commendation_words(period, nominations, issuer)
    kinds = {"kind": BulletinKind.COMMENDATION, "document_kind": DocumentKind.DECISION}
    with transaction.atomic():
        advance(commendation, states.DECIDE, by=by, at=at)
        return draft_bulletin(round, words, issuer=issuer, by=by, at=at, **kinds)
