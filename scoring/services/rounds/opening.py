"""A quarter's round is opened: its rubric, its days and the seed of its draw are settled."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from communities.models import Community
from communities.models.places import Class
from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.quarters import Quarter, day_start
from gongjian.workflow import require
from inspections.models import Checklist
from scoring.models import Round, Rubric
from scoring.permissions import may_run_round
from scoring.rules.rubrics.item_files import why_not_on_a_sheet
from scoring.rules.rubrics.rubric import Rubric as Rules

# Days after its quarter on which an assessment may still end (own).
RUNS_OVER = 30


def open_round(
    *,
    quarter: str,
    rubric: Rubric,
    checklist: Checklist,
    starts_on: date,
    ends_on: date,
    seed: str,
    late_rubric_reason: str = "",
    by: User,
    at: datetime,
) -> Round:
    """Open the quarter's round. The seed of the draw is fixed before anybody can be drawn.

    The sheets follow the rubric's own list where it has one; `checklist` then only sorts what is
    found. A rubric that was adopted after the quarter's first day needs `late_rubric_reason`, which
    everybody may read.

    Raises ValidationError for dates, a seed, a rubric, classes or a list that cannot be, and for a
    quarter that has its round already.
    """
    require(may_run_round(by), "只有共建办可以建立季度考评")
    span = Quarter.parse(quarter)
    refuse_days_outside(span, starts_on, ends_on)
    if not seed:
        raise ValidationError({"seed": "请填写抽签种子，它使抽签结果可以复核"})
    reason = reason_for_late_rubric(span, rubric, late_rubric_reason.strip())
    rules = rubric.rules
    refuse_unnamed_classes(rules)
    refuse_unfit_sheet(rules)
    fields = {
        "rubric": rubric,
        "checklist": checklist,
        "follows_rubric": rules.assessment.sheet is not None,
        "late_rubric_reason": reason,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "seed": seed,
    }
    fields |= {"created_by": by, "created_at": at}
    with transaction.atomic():
        round, is_new = Round.objects.get_or_create(quarter=str(quarter), defaults=fields)
        if not is_new:
            raise ValidationError({"quarter": f"{round}已经建立"})
        facts = {"remark": reason, "rubric": rubric.version, "seed": seed}
        record(round, "scoring.round.open", by=by, at=at, **facts)
    return round


def rubric_for(quarter: Quarter) -> Rubric | None:
    """Return the newest rubric that was there when the quarter began, else the newest of all."""
    newest_first = Rubric.objects.order_by("-pk")
    day = quarter.first_day + timedelta(days=1)
    second_day = day_start(day)
    return newest_first.filter(created_at__lt=second_day).first() or newest_first.first()


def refuse_days_outside(span: Quarter, starts_on: date, ends_on: date) -> None:
    """Refuse an assessment outside its quarter; it may run over into the month after."""
    last = span.end + timedelta(days=RUNS_OVER)
    if ends_on < starts_on:
        raise ValidationError({"ends_on": "考评结束日期不能早于开始日期"})
    if starts_on < span.first_day:
        message = f"{span.title}从 {span.first_day} 开始，考评不能早于这一天"
        raise ValidationError({"starts_on": message})
    if ends_on > last:
        message = f"{span.title}的考评最迟到 {last}，再晚就考评到下一季度去了"
        raise ValidationError({"ends_on": message})


def reason_for_late_rubric(span: Quarter, rubric: Rubric, reason: str) -> str:
    """Return the reason for a rubric that was not there on the quarter's first day, "" for another.

    Raises ValidationError without one: whoever is judged must be able to know by what from the
    first day.
    """
    adopted_on = timezone.localdate(rubric.created_at)
    if adopted_on <= span.first_day:
        return ""
    if not reason:
        late = f"{rubric} {rubric.version} 于 {adopted_on} 启用，晚于季度首日 {span.first_day}"
        message = f"{late}：请选此前启用的版本，或写明理由（随考评公开）"
        raise ValidationError({"late_rubric_reason": message})
    return reason


def refuse_unfit_sheet(rules: Rules) -> None:
    """Refuse an early rubric whose own list holds what no sheet can."""
    sheet = rules.assessment.sheet
    if sheet is None:
        return
    faults: list[str] = []
    for item in sheet.items:
        faults += [what for _, what in why_not_on_a_sheet(sheet, item)]
    if faults:
        raise ValidationError({"rubric": f"{'；'.join(faults)}；请先启用改好的新版细则"})


def refuse_unnamed_classes(rules: Rules) -> None:
    """Refuse a rubric that does not name every class of the register: some would have no place."""
    if not rules.classes:
        return
    communities = Community.objects.active().values_list("kind", flat=True)
    kinds = communities.distinct()
    unnamed = sorted({Class(kind).label for kind in kinds} - set(rules.classes))
    if unnamed:
        what = f"细则只分{'、'.join(rules.classes)}，名册里有{'、'.join(unnamed)}"
        message = f"{what}，不能排名次；请改细则的类别或社区的类别"
        raise ValidationError({"rubric": message})
