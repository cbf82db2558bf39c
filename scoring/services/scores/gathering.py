"""汇总: sheets, self-checks and rectification become every community's score and place at once.

The way: `missing` says what lacks, `inputs` what the figures rest on, `figures` computes them,
`store` writes them down.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from communities.models import Community
from gongjian.accounts.models import User
from gongjian.jobs.models import Job
from gongjian.jobs.services import enlist_again
from gongjian.workflow import Step, WrongState, advance, require
from scoring.models import Round
from scoring.services.scores.figures import city_figures
from scoring.services.scores.missing import refuse_missing
from scoring.services.scores.store import store_scores, store_unit_scores
from scoring.services.scores.units import unit_scores_of
from scoring.states import GATHER, GATHER_AGAIN

KIND = "scoring.gather_scores"
STAGES = 4

# Told how many stages are done, and of how many.
Progress = Callable[[int, int], None]


def ask_to_gather(round: Round, *, by: User, at: datetime) -> Job:
    """Put the gathering on the ledger of jobs.

    Raises Missing by name, before a job is made for nothing, and WrongState.
    """
    step = step_for(round)
    allowed = step.may(by, round)
    require(allowed, f"您不能办理“{step.label}”")
    refuse_missing(round, at=at)
    title = f"{round}汇总得分"
    with transaction.atomic():
        return enlist_again(KIND, key=round.quarter, title=title, by=by, at=at, round=round.pk)


def step_for(round: Round) -> Step:
    """Return the step by which the round is gathered now: during the notice its state stays.

    Raises WrongState.
    """
    for step in (GATHER, GATHER_AGAIN):
        if round.status in step.sources:
            return step
    raise WrongState(f"{round}当前为“{round.get_status_display()}”，不能汇总得分")


def ignore_progress(stages_over: int, stages: int) -> None:
    """Take no notice of how far an act is."""


def gather_scores(
    round: Round, *, by: User, at: datetime, progress: Progress = ignore_progress
) -> Round:
    """Compute and store every score, place and unit score; doing it twice leaves the same rows.

    Raises Missing naming what each community lacks, WrongState outside assessment and notice. The
    number of queries does not grow with the number of communities.
    """
    step = step_for(round)
    allowed = step.may(by, round)
    require(allowed, f"您不能办理“{step.label}”")
    progress(0, STAGES)
    refuse_missing(round, at=at)
    progress(1, STAGES)
    rubric = round.rubric.rules
    remark = f"{Community.objects.active().count()} 个社区"
    with city_figures(round, rubric, at=at) as figures:
        progress(2, STAGES)
        with transaction.atomic():
            advance(round, step, by=by, at=at, remark=remark, gathered_by=by, gathered_at=at)
            store_scores(round, figures)
            progress(3, STAGES)
            unit_scores = unit_scores_of(round, rubric, at=at)
            store_unit_scores(round, unit_scores)
    progress(STAGES, STAGES)
    return round
