"""汇总: sheets, self-checks and rectification become every community's score and place, all of them or none."""

from collections.abc import Callable
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from communities.models import Community
from gongjian.jobs.models import Job
from gongjian.jobs.services import enlist_again
from gongjian.lib.points import round_half_up
from gongjian.lib.quarters import SHANGHAI
from gongjian.workflow import WrongState, advance, require
from inspections.services.progress import self_scores_in
from scoring.models import Round, Score, UnitScore
from scoring.rules.explanation import explain
from scoring.rules.quarters import CityScores, QuarterScore, city_means, city_scores, missing_data, missing_means
from scoring.rules.ranking import Place
from scoring.rules.refusals import Missing
from scoring.rules.rubric import Rubric, load_rubric
from scoring.services.duties import unit_scores_of
from scoring.services.inputs import inputs_of, open_sheets
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
        return enlist_again(KIND, key=round.quarter, title=f"{round}汇总得分", by=by, at=at, round=round.pk)


def step_for(round: Round):
    """The step by which the round is gathered now: during the notice its state stays. Raises WrongState."""
    for step in (GATHER, GATHER_AGAIN):
        if round.status in step.sources:
            return step
    raise WrongState(f"{round}当前为“{round.get_status_display()}”，不能汇总得分")


def missing_for(round: Round, *, on: date | None = None) -> list[str]:
    """What keeps the scores from being gathered on the day `on`, a line a community; empty if nothing does.

    Without `on`: as if every deadline had passed. Six queries.
    """
    at = on and datetime.combine(on, time.max, SHANGHAI)
    return _lacking(round, inputs_of(round, at=at), load_rubric(round.rubric.content))


def _lacking(round: Round, inputs, rubric: Rubric) -> list[str]:
    if not inputs:
        return ["名册里没有在册社区"]
    unlocked, months = open_sheets(round), round.span.months
    present = [one for one in inputs if not one.absent]
    means = city_means(present, months, rubric)
    found = [
        (
            one.name,
            [
                *_unlocked(unlocked.get(one.code)),
                *missing_data(one, months, rubric),
                *missing_means(one, months, rubric, means),
            ],
        )
        for one in present
    ]
    return [f"{name}：{'；'.join(what)}" for name, what in found if what]


def _unlocked(names) -> list[str]:
    return [f"{'、'.join(names)}的打分表还没有锁定"] if names else []


def gather_scores(round: Round, *, by, at: datetime, progress: Progress | None = None) -> Round:
    """Compute and store every score, place and unit score; doing it twice leaves the same rows.

    `progress(done, total)` is told the stages. Raises Missing naming what each community lacks, WrongState outside
    assessment and notice. The number of queries does not grow with the number of communities.
    """
    say = progress or (lambda done, total: None)
    step = step_for(round)
    require(step.may(by, round), f"您不能办理“{step.label}”")
    say(0, STAGES)
    rubric = load_rubric(round.rubric.content)
    city = city_of(round, rubric, at=at)
    say(1, STAGES)
    pks = dict(Community.objects.active().values_list("code", "pk"))
    rows = score_rows(round, city, rubric, pks)
    say(2, STAGES)
    points = {
        row.community_id: (score.inputs.name, row.total_points) for row, score in zip(rows, city.scores, strict=True)
    }
    units = unit_scores_of(round, points, rubric, at=at)
    say(3, STAGES)
    with transaction.atomic():
        advance(round, step, by=by, at=at, remark=f"{len(rows)} 个社区", gathered_by=by, gathered_at=at)
        _store(Score, round, rows, ["round", "community"])
        _store(UnitScore, round, units, ["round", "unit", "standing"])
    say(STAGES, STAGES)
    return round


def city_of(round: Round, rubric: Rubric, *, at: datetime) -> CityScores:
    """The whole city computed from what is recorded now. Raises Missing."""
    inputs = inputs_of(round, at=at)
    if lacking := _lacking(round, inputs, rubric):
        raise Missing(*lacking)
    return city_scores(inputs, round.span.months, rubric)


def score_rows(round: Round, city: CityScores, rubric: Rubric, pks) -> list[Score]:
    """The scores as rows, in the city's order; not saved. One query."""
    means = self_scores_in(round.quarter)
    return [
        _row(round, score, place, rubric, pks[place.code], means.get(pks[place.code]))
        for score, place in zip(city.scores, city.places, strict=True)
    ]


def _row(round: Round, score: QuarterScore, place: Place, rubric: Rubric, community: int, self_mean) -> Score:
    return Score(
        round=round,
        community_id=community,
        assessment_points=round_half_up(score.assessment.points),
        self_check_points=round_half_up(score.self_check),
        rectification_points=round_half_up(score.rectification),
        bonus_points=score.bonus,
        malus_points=score.malus,
        total_points=score.points,
        self_mean_points=self_mean,
        rank=place.place,
        class_rank=place.class_place,
        grade=score.grade,
        explanation=explain(score, round.span.months, rubric).as_mapping(),
    )


def _store(model, round: Round, rows, unique: list[str]) -> None:
    """Write the rows over those of an earlier gathering, which keep their numbers; drop what is scored no longer."""
    columns = [field.name for field in model._meta.concrete_fields if field.name not in {"id", *unique}]
    model.objects.bulk_create(
        rows, batch_size=ROWS_AT_ONCE, update_conflicts=True, unique_fields=unique, update_fields=columns
    )
    kept = {tuple(getattr(row, model._meta.get_field(name).attname) for name in unique) for row in rows}
    names = [model._meta.get_field(name).attname for name in unique]
    stored = model.objects.filter(round=round).values_list("pk", *names)
    if gone := [pk for pk, *key in stored if tuple(key) not in kept]:
        model.objects.filter(pk__in=gone).delete()
