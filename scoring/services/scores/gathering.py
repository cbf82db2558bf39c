"""汇总: sheets, self-checks and rectification become every community's score and place, all of them or none."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from communities.models import Community
from gongjian.jobs.models import Job
from gongjian.jobs.services import enlist_again
from gongjian.lib.points import round_half_up
from gongjian.workflow import WrongState, advance, require
from inspections.services.progress import self_scores_in
from scoring.models import Round, Score, UnitScore
from scoring.rules.refusals import Missing
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.explanation import explain
from scoring.rules.scores.quarters import QuarterScore, city_scores
from scoring.rules.scores.ranking import Place
from scoring.services.scores.duties import unit_scores_of
from scoring.services.scores.figures_in_sql.laying import laid_out
from scoring.services.scores.inputs import inputs_of
from scoring.services.scores.missing import missing_for
from scoring.states import GATHER, GATHER_AGAIN

ROWS_AT_ONCE = 1000
STAGES = 4
KIND = "scoring.gather_scores"

Progress = Callable[[int, int], None]


def ask_to_gather(round: Round, *, by, at: datetime) -> Job:
    """Put the gathering on the ledger of jobs. Raises Missing by name, before a job is made for nothing."""
    step = step_for(round)
    require(step.may(by, round), f"您不能办理“{step.label}”")
    if lacking := missing_for(round, on=timezone.localdate(at)):
        raise Missing(*lacking)
    with transaction.atomic():
        return enlist_again(
            KIND, key=round.quarter, title=f"{round}汇总得分", by=by, at=at, round=round.pk
        )


def step_for(round: Round):
    """The step by which the round is gathered now: during the notice its state stays. Raises WrongState."""
    for step in (GATHER, GATHER_AGAIN):
        if round.status in step.sources:
            return step
    raise WrongState(f"{round}当前为“{round.get_status_display()}”，不能汇总得分")


def gather_scores(round: Round, *, by, at: datetime, progress: Progress | None = None) -> Round:
    """Compute and store every score, place and unit score; doing it twice leaves the same rows.

    `progress(done, total)` is told the stages. Raises Missing naming what each community lacks, WrongState outside
    assessment and notice. The number of queries does not grow with the number of communities.
    """
    say = progress or (lambda done, total: None)
    step = step_for(round)
    require(step.may(by, round), f"您不能办理“{step.label}”")
    say(0, STAGES)
    if lacking := missing_for(round, on=timezone.localdate(at)):
        raise Missing(*lacking)
    say(1, STAGES)
    rubric, count = round.rubric.rules, Community.objects.active().count()
    with laid_out(round, rubric, at=at) as figures:
        rows = None if figures else computed_rows(round, rubric, at=at)
        say(2, STAGES)
        with transaction.atomic():
            advance(
                round, step, by=by, at=at, remark=f"{count} 个社区", gathered_by=by, gathered_at=at
            )
            Score.objects.filter(round=round, community__is_active=False).delete()
            if figures:
                figures.store()
            else:
                _store(Score, round, rows, ["round", "community"])
            say(3, STAGES)
            _store(
                UnitScore,
                round,
                unit_scores_of(round, rubric, at=at),
                ["round", "unit", "standing"],
            )
    say(STAGES, STAGES)
    return round


def scores_now(round: Round, *, at: datetime) -> list[Score]:
    """The rows as gathering would store them now, best first, not saved. Raises Missing."""
    if lacking := missing_for(round, on=timezone.localdate(at)):
        raise Missing(*lacking)
    rubric = round.rubric.rules
    with laid_out(round, rubric, at=at) as figures:
        return figures.rows() if figures else computed_rows(round, rubric, at=at)


def computed_rows(round: Round, rubric: Rubric, *, at: datetime) -> list[Score]:
    """The same rows by `scoring.rules`, community by community, with the whole explanation in each. Raises Missing."""
    city = city_scores(inputs_of(round, at=at), round.span.months, rubric)
    if city.lacking:
        raise Missing(*(f"{one.name}：{'；'.join(one.what)}" for one in city.lacking))
    means = self_scores_in(round.quarter)
    pks = dict(Community.objects.active().values_list("code", "pk"))
    return [
        _row(round, score, place, rubric, pks[place.code], means.get(pks[place.code]))
        for score, place in zip(city.scores, city.places, strict=True)
    ]


def _row(
    round: Round, score: QuarterScore, place: Place, rubric: Rubric, community: int, self_mean
) -> Score:
    return Score(
        round=round,
        community_id=community,
        assessment_points=round_half_up(score.assessment.points),
        self_check_points=round_half_up(score.self_check),
        rectification_points=round_half_up(score.rectification),
        bonus_points=round_half_up(score.bonus),
        malus_points=round_half_up(score.malus),
        total_points=score.points,
        self_mean_points=self_mean,
        rank=place.place,
        class_rank=place.class_place,
        grade=score.grade,
        explanation=explain(score, round.span.months, rubric).as_mapping(),
    )


def _store(model, round: Round, rows, unique: list[str]) -> None:
    """Write the rows over those of an earlier gathering, which keep their numbers; drop what is scored no longer."""
    columns = [
        field.name for field in model._meta.concrete_fields if field.name not in {"id", *unique}
    ]
    model.objects.bulk_create(
        rows,
        batch_size=ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=unique,
        update_fields=columns,
    )
    kept = {
        tuple(getattr(row, model._meta.get_field(name).attname) for name in unique) for row in rows
    }
    names = [model._meta.get_field(name).attname for name in unique]
    stored = model.objects.filter(round=round).values_list("pk", *names)
    if gone := [pk for pk, *key in stored if tuple(key) not in kept]:
        model.objects.filter(pk__in=gone).delete()
