"""奖惩提名 by people: a name struck or added, each with its reason, on the record beside what the rules proposed."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from communities.models import Community
from gongjian.audit.services import record
from gongjian.workflow import WrongState, require
from scoring.models import Commendation, Nomination, QuarterList, Round, Score, UnitScore
from scoring.models.bulletins import Honour
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_run_round
from scoring.rules.rubrics.parts import CriticismRule
from scoring.rules.rubrics.rubric import Rubric
from scoring.services.honours.naming import STANDINGS, may_be_named
from scoring.services.honours.plans import quotas_under
from scoring.services.honours.quarter_lists import quarter_quotas
from scoring.services.honours.years import all_years
from scoring.services.scores.in_force import as_corrected
from units.models import Unit

ONLY_OFFICE = "奖惩名单由共建办办理"
ADDED_WHILE = ("proposed",)
STRUCK_WHILE = ("proposed", "on_notice")
"""States of a quarter's and of a year's list alike."""


@dataclass(frozen=True)
class LegalReview:
    """法制审核: which document said so on which day."""

    document: str
    reviewed_on: date


def strike_nomination(nomination: Nomination, *, reason: str, by, at: datetime) -> Nomination:
    """Take a name off the list with the reason; the row stays. Raises WrongState once the list went up."""
    require(may_run_round(by), ONLY_OFFICE)
    if not reason.strip():
        raise ValidationError({"reason": "请写明剔除的理由，它随名单留存"})
    struck = {"struck_by": by, "struck_at": at, "struck_reason": reason.strip()}
    with transaction.atomic():
        _refuse_closed(nomination.round, nomination.honour, striking=True)
        nominations = Nomination.objects.in_list().filter(pk=nomination.pk)
        if not nominations.update(**struck):
            raise WrongState(f"{nomination.name}已经剔除")
        record(
            nomination,
            "scoring.nomination.strike",
            by=by,
            at=at,
            remark=reason.strip(),
            honour=nomination.honour,
        )
    for name, value in struck.items():
        setattr(nomination, name, value)
    return nomination


def _refuse_closed(round: Round, honour: str, *, striking: bool) -> None:
    """A list is open until it is laid open; while it lies open, names are struck but never added."""
    if honour != Honour.COMMENDATION:
        rounds = Round.objects.select_for_update().values_list("status", flat=True)
        status = rounds.get(pk=round.pk)
        if status != RoundStatus.FROZEN:
            raise WrongState(f"{round}定分后、报批前才能增减表扬、批评名单")
    model = Commendation if honour == Honour.COMMENDATION else QuarterList
    held = model.objects.select_for_update().filter(round=round).first()
    if held is None and model is Commendation:
        raise WrongState("请先按表彰计划提名，再增减名单")
    if held and held.status not in (STRUCK_WHILE if striking else ADDED_WHILE):
        raise WrongState(f"{held}当前为“{held.get_status_display()}”，退回后才能增减")


def add_nomination(
    round: Round,
    *,
    honour: str,
    standing: str,
    subject: Community | Unit,
    reason: str,
    review: LegalReview | None = None,
    by,
    at: datetime,
) -> Nomination:
    """Add a name within the rubric's thresholds and the quota, or put a struck one back, with the reason.

    `standing` is community, lead, member or department. Raises ValidationError, by field: no figure in this standing,
    beyond the threshold, no place left, or an enterprise to be criticised without its legal review.
    """
    require(may_run_round(by), ONLY_OFFICE)
    if not reason.strip():
        raise ValidationError({"reason": "请写明增补的理由，它随名单公布"})
    rubric = round.rubric.rules
    points = _figure(round, honour, standing, subject)
    _refuse_beyond(rubric, honour, points)
    reviewed = _reviewed(subject, honour, review, by=by, at=at)
    with transaction.atomic():
        _refuse_closed(round, honour, striking=False)
        _refuse_full(round, honour, standing)
        given = {
            "points": points,
            "reason": reason.strip(),
            "added_by": by,
            "added_at": at,
            **reviewed,
        }
        return _put_in(round, honour, _subject(standing, subject), given, by=by, at=at)


def _subject(standing: str, subject: Community | Unit) -> dict:
    if standing == "community":
        return {"community": subject}
    return {"unit": subject, "standing": standing}


def _figure(round: Round, honour: str, standing: str, subject: Community | Unit) -> Decimal:
    """The published figure that the name rests on."""
    if honour == Honour.COMMENDATION:
        points = _year_figure(round, standing, subject)
        lacking = "四个季度的得分不齐，没有年度平均分"
    else:
        points = _quarter_figure(round, standing, subject)
        lacking = f"{round.span.title}没有得分"
    if points is None:
        message = f"“{subject.name}”作为{STANDINGS[standing]}，{lacking}，不能增补"
        raise ValidationError({"name": message})
    return points


def _subject_column(subject: Community | Unit) -> dict:
    return {"community": subject} if isinstance(subject, Community) else {"unit": subject}


def _quarter_figure(round: Round, standing: str, subject: Community | Unit) -> Decimal | None:
    """As corrected: the figure that the rules propose by, too."""
    model, like = (Score, {}) if standing == "community" else (UnitScore, {"standing": standing})
    scores = as_corrected(model.objects.filter(round=round, **like, **_subject_column(subject)))
    return scores[0].total_points if scores else None


def _year_figure(round: Round, standing: str, subject: Community | Unit) -> Decimal | None:
    figures = {}
    for year in all_years(round):
        figures[(year.subject, year.named_as)] = year.points
    return figures.get((subject, "" if standing == "community" else standing))


def _refuse_beyond(rubric: Rubric, honour: str, points: Decimal) -> None:
    rules = rubric.honours
    rule = {
        Honour.PRAISE: rules.praise,
        Honour.CRITICISM: rules.criticism,
        Honour.COMMENDATION: rules.commendation,
    }[honour]
    if isinstance(rule, CriticismRule):
        if points >= rule.spared_from_points:
            message = f"得 {points} 分，评分细则规定 {rule.spared_from_points} 分起免予批评"
            raise ValidationError({"name": message})
    elif points < rule.from_points:
        raise ValidationError(
            {"name": f"得 {points} 分，没有达到评分细则规定的 {rule.from_points} 分"}
        )


def _reviewed(
    subject: Community | Unit, honour: str, review: LegalReview | None, *, by, at: datetime
) -> dict:
    """The legal review as it stands in the row; none is asked for organs and communities."""
    if isinstance(subject, Community):
        return {}
    kind = {"unit_kind": subject.kind}
    if may_be_named(subject, honour):
        return kind
    if review is None or not review.document.strip():
        said = "通报批评属行政处罚（行政处罚法第九条），须先有法制审核文书"
        message = f"“{subject.name}”是{subject.get_kind_display()}，{said}"
        raise ValidationError({"review_document": message})
    if review.reviewed_on > timezone.localdate(at):
        raise ValidationError({"reviewed_on": "审核日期还没有到，请填文书上的日期"})
    document = review.document.strip()
    return {
        **kind,
        "review_document": document,
        "reviewed_on": review.reviewed_on,
        "reviewed_by": by,
    }


def quotas_of(round: Round, honour: str) -> dict[str, int]:
    """The places of each standing: by the rubric, and for a commendation by its plan."""
    rubric = round.rubric.rules
    if honour == Honour.COMMENDATION:
        return quotas_under(round.commendation.plan, rubric.honours.commendation)
    return dict(quarter_quotas(rubric)[honour])


def _refuse_full(round: Round, honour: str, standing: str) -> None:
    most = quotas_of(round, honour).get(standing)
    like = "" if standing == "community" else standing
    if (
        most is not None
        and round.nominations.in_list().filter(honour=honour, standing=like).count() >= most
    ):
        message = f"{STANDINGS[standing]}名额 {most} 个已满，请先剔除一个再增补"
        raise ValidationError({"name": message})


def _put_in(
    round: Round, honour: str, subject: dict, given: dict, *, by, at: datetime
) -> Nomination:
    """A new row, or the struck one taken back; who stands in the list already is refused."""
    cleared = {"struck_by": None, "struck_at": None, "struck_reason": ""}
    nominations = round.nominations.filter(honour=honour, **subject)
    held = nominations.first()
    if held and held.struck_at is None:
        raise ValidationError({"name": f"{held.name}已在名单里"})
    nomination, _ = Nomination.objects.update_or_create(
        round=round, honour=honour, **subject, defaults={**given, **cleared}
    )
    record(nomination, "scoring.nomination.add", by=by, at=at, remark=given["reason"], honour=honour,
           points=given["points"])  # fmt: skip
    return nomination
