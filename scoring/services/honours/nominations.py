"""奖惩提名 by people: a name struck or added with its reason, beside what the rules proposed."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from communities.models import Community
from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.workflow import WrongState, require
from scoring.models import Commendation, Nomination, QuarterList, Round, Score, UnitScore
from scoring.models.bulletins import Honour
from scoring.models.commendations import CommendationStatus
from scoring.models.public_notice import QuarterListStatus
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_run_round
from scoring.rules.rubrics.rubric import Rubric
from scoring.services.honours.naming import COMMUNITY, STANDINGS, may_be_named, subject_columns
from scoring.services.honours.plans import quotas_under
from scoring.services.honours.quarter_lists import quarter_quotas
from scoring.services.honours.years import all_years
from scoring.services.scores.in_force import as_corrected
from units.models import Unit

ONLY_OFFICE = "奖惩名单由共建办办理"
ADDED_WHILE: set[str] = {QuarterListStatus.PROPOSED, CommendationStatus.PROPOSED}
STRUCK_WHILE: set[str] = {
    *ADDED_WHILE,
    QuarterListStatus.ON_PUBLIC_NOTICE,
    CommendationStatus.ON_PUBLIC_NOTICE,
}


@dataclass(frozen=True)
class LegalReview:
    """法制审核: which document agreed to the criticism, on which day."""

    document: str
    reviewed_on: date


def strike_nomination(nomination: Nomination, *, reason: str, by: User, at: datetime) -> Nomination:
    """Strike a name off the list with the reason; the row stays.

    Raises WrongState once the list went up.
    """
    require(may_run_round(by), ONLY_OFFICE)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "请写明剔除的理由，它随名单留存"})
    struck = {"struck_by": by, "struck_at": at, "struck_reason": reason}
    with transaction.atomic():
        _refuse_closed(nomination.round, nomination.honour, open_while=STRUCK_WHILE)
        if not Nomination.objects.in_list().filter(pk=nomination.pk).update(**struck):
            raise WrongState(f"{nomination.name}已经剔除")
        action, honour = "scoring.nomination.strike", nomination.honour
        record(nomination, action, by=by, at=at, remark=reason, honour=honour)
    for name, value in struck.items():
        setattr(nomination, name, value)
    return nomination


def _refuse_closed(round: Round, honour: str, *, open_while: set[str]) -> None:
    """Lock the list; raise WrongState unless it is in one of these states.

    During the public notice names are struck but never added.
    """
    name_list: Commendation | QuarterList | None
    if honour == Honour.COMMENDATION:
        name_list = Commendation.objects.select_for_update().filter(round=round).first()
        if name_list is None:
            raise WrongState("请先按表彰计划提名，再增减名单")
    else:
        locked_round = Round.objects.select_for_update().only("status").get(pk=round.pk)
        if locked_round.status != RoundStatus.FROZEN:
            raise WrongState(f"{round}定分后、报批前才能增减表扬、批评名单")
        name_list = QuarterList.objects.select_for_update().filter(round=round).first()
    if name_list and name_list.status not in open_while:
        status = name_list.get_status_display()
        raise WrongState(f"{name_list}当前为“{status}”，退回后才能增减")


def add_nomination(
    round: Round,
    *,
    honour: str,
    standing: str,
    subject: Community | Unit,
    reason: str,
    review: LegalReview | None = None,
    by: User,
    at: datetime,
) -> Nomination:
    """Add a name with the reason, within the rubric's thresholds and the quota, or put one back.

    `standing` is community, lead, member or department. Raises ValidationError, by field: no figure
    in this standing, beyond the threshold, no place left, or an enterprise to be criticised without
    its legal review.
    """
    require(may_run_round(by), ONLY_OFFICE)
    if not reason.strip():
        raise ValidationError({"reason": "请写明增补的理由，它随名单公布"})
    points = _figure(round, honour, standing, subject)
    refuse_beyond_threshold(round.rubric.rules, honour, points)
    columns = {"points": points, "reason": reason.strip(), "added_by": by, "added_at": at}
    columns |= {"struck_by": None, "struck_at": None, "struck_reason": ""}
    if isinstance(subject, Unit):
        columns["unit_kind"] = subject.kind
        if not may_be_named(subject, honour):
            columns |= review_columns(subject, review, by=by, at=at)
    subject_key: dict[str, Any] = dict(subject_columns(subject))
    if standing != COMMUNITY:
        subject_key["standing"] = standing
    with transaction.atomic():
        _refuse_closed(round, honour, open_while=ADDED_WHILE)
        refuse_full(round, honour, standing)
        named = round.nominations.in_list().filter(honour=honour, **subject_key).first()
        if named:
            raise ValidationError({"name": f"{named.name}已在名单里"})
        nomination, _ = Nomination.objects.update_or_create(
            round=round, honour=honour, **subject_key, defaults=columns
        )
        details = {"honour": honour, "points": points}
        remark = reason.strip()
        record(nomination, "scoring.nomination.add", by=by, at=at, remark=remark, **details)
    return nomination


def _figure(round: Round, honour: str, standing: str, subject: Community | Unit) -> Decimal:
    """Return the figure that the name rests on. Raises ValidationError if there is none."""
    if honour == Honour.COMMENDATION:
        points = year_figure(round, standing, subject)
        lacking = "四个季度的得分不齐，没有年度平均分"
    else:
        points = quarter_figure(round, standing, subject)
        lacking = f"{round.span.title}没有得分"
    if points is None:
        who = f"“{subject.name}”作为{STANDINGS[standing]}"
        raise ValidationError({"name": f"{who}，{lacking}，不能增补"})
    return points


def quarter_figure(round: Round, standing: str, subject: Community | Unit) -> Decimal | None:
    """Return the points as corrected, as the rules propose by them, too."""
    columns = subject_columns(subject)
    if standing == COMMUNITY:
        scores = as_corrected(Score.objects.filter(round=round, **columns))
    else:
        of_unit = UnitScore.objects.filter(round=round, standing=standing, **columns)
        scores = as_corrected(of_unit)
    return scores[0].total_points if scores else None


def year_figure(round: Round, standing: str, subject: Community | Unit) -> Decimal | None:
    named_as = "" if standing == COMMUNITY else standing
    for year in all_years(round):
        if (year.subject, year.named_as) == (subject, named_as):
            return year.points
    return None


def refuse_beyond_threshold(rubric: Rubric, honour: str, points: Decimal) -> None:
    if honour == Honour.CRITICISM:
        spared_from = rubric.honours.criticism.spared_from_points
        if points >= spared_from:
            message = f"得 {points} 分，评分细则规定 {spared_from} 分起免予批评"
            raise ValidationError({"name": message})
        return
    rules = rubric.honours
    rule = rules.commendation if honour == Honour.COMMENDATION else rules.praise
    if points < rule.from_points:
        message = f"得 {points} 分，没有达到评分细则规定的 {rule.from_points} 分"
        raise ValidationError({"name": message})


def review_columns(
    unit: Unit, review: LegalReview | None, *, by: User, at: datetime
) -> dict[str, Any]:
    """Return the legal review as the row stores it.

    Raises ValidationError without one, or for a day to come.
    """
    if review is None or not review.document.strip():
        law = "通报批评属行政处罚（行政处罚法第九条），须先有法制审核文书"
        message = f"“{unit.name}”是{unit.get_kind_display()}，{law}"
        raise ValidationError({"review_document": message})
    if review.reviewed_on > timezone.localdate(at):
        raise ValidationError({"reviewed_on": "审核日期还没有到，请填文书上的日期"})
    columns: dict[str, Any] = {"review_document": review.document.strip()}
    columns["reviewed_on"] = review.reviewed_on
    columns["reviewed_by"] = by
    return columns


def quotas_of(round: Round, honour: str) -> dict[str, int]:
    """Return the places of each standing: by the rubric, and for a commendation by its plan."""
    rubric = round.rubric.rules
    if honour == Honour.COMMENDATION:
        return quotas_under(round.commendation.plan, rubric.honours.commendation)
    return dict(quarter_quotas(rubric)[honour])


def refuse_full(round: Round, honour: str, standing: str) -> None:
    quota = quotas_of(round, honour).get(standing)
    if quota is None:
        return
    named_as = "" if standing == COMMUNITY else standing
    in_list = round.nominations.in_list().filter(honour=honour, standing=named_as)
    if in_list.count() >= quota:
        message = f"{STANDINGS[standing]}名额 {quota} 个已满，请先剔除一个再增补"
        raise ValidationError({"name": message})
