"""The ledger of jobs: enlist a row, wake a worker, claim it, run it once, say how it went."""

import logging
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from celery import Task, shared_task
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.jobs import states
from gongjian.jobs.models import LEASE, MOST_TRIES, Job, JobStatus
from gongjian.workflow import advance

# What a job does; what it returns is kept as its result.
Work = Callable[[Job], dict[str, Any] | None]

WORKER_DIED = (
    f"办到一半进程就中断了，已试 {MOST_TRIES} 次（多半是内存不够或文件有问题）："
    "请查服务日志，排除原因后重新排队"
)

log = logging.getLogger(__name__)
TASKS: dict[str, Task] = {}


def ledger_job(kind: str) -> Callable[[Work], Work]:
    """Register a function(job) as the work of `kind`; it becomes one Celery task that takes the
    row's id.
    """

    def register(work: Work) -> Work:
        def task(job_id: int) -> None:
            run(job_id, work)

        TASKS[kind] = shared_task(name=kind)(task)
        return work

    return register


def enlist(
    kind: str, *, key: str, title: str, at: datetime, by: User | None = None, **args: Any
) -> Job:
    """Put a job on the ledger, in the act's own transaction; an equal one already there is returned
    as it is.
    """
    defaults = {"title": title, "args": args, "by": by, "at": at, "ready_at": at}
    return Job.objects.get_or_create(
        kind=kind,
        key=key,
        defaults=defaults,
    )[0]


def enlist_again(
    kind: str, *, key: str, title: str, at: datetime, by: User | None = None, **args: Any
) -> Job:
    """Put a job on the ledger anew: one that ended is made ready again, one that waits or runs is
    left alone.
    """
    job = enlist(kind, key=key, title=title, at=at, by=by, **args)
    statuses = [JobStatus.DONE, JobStatus.FAILED]
    ended = Job.objects.filter(pk=job.pk, status__in=statuses)
    ended.update(
        status=JobStatus.READY,
        args=args,
        title=title,
        by=by,
        at=at,
        ready_at=at,
        tries=0,
        error="",
        done_count=0,
    )
    job.refresh_from_db()
    return job


def try_again(job: Job, *, by: User, at: datetime) -> Job:
    """Give a job that failed for good another run of tries."""
    return advance(
        job, states.TRY_AGAIN, by=by, at=at, remark=job.error[:200], ready_at=at, tries=0
    )


def wake(job: Job) -> Job:
    """Ask for a worker once the row is committed; a broker that is down costs nothing, the sweeper
    follows.
    """
    transaction.on_commit(lambda: _send(job))
    return job


def wake_waiting(kind: str, *, key: str) -> None:
    """Wake the job of `kind` and `key` if there is one that waits: what a view does after an act
    that enlists.
    """
    for job in Job.objects.filter(kind=kind, key=key, status=JobStatus.READY):
        wake(job)


def _send(job: Job) -> None:
    if settings.JOBS_INLINE:
        TASKS[job.kind](job.pk)
        return
    try:
        TASKS[job.kind].apply_async([job.pk], retry=False)
    except Exception:
        log.warning(
            "job %s waits for the sweeper: the broker does not answer", job.pk, exc_info=True
        )


def claim(job_id: int, *, at: datetime) -> Job | None:
    """Take the job for this worker, or None when it is done, not yet due, or somebody else's.

    The try counts from here: a worker that is killed has no moment left to count it. A job whose
    workers died MOST_TRIES times is taken by none, it asks for a person.
    """
    jobs = Job.objects.due(at).filter(pk=job_id)
    jobs.filter(tries__gte=MOST_TRIES).update(
        status=JobStatus.FAILED,
        leased_until=None,
        error=WORKER_DIED,
    )
    changed = jobs.update(
        status=JobStatus.RUNNING,
        leased_until=at + LEASE,
        tries=F("tries") + 1,
    )
    if changed:
        return Job.objects.select_related("by").get(pk=job_id)
    return None


def run(job_id: int, work: Work) -> None:
    """Run one job: claim, work, say done.

    A failure is kept with its reason and tried again, later each time.
    """
    job = claim(job_id, at=timezone.now())
    if job is None:
        return
    try:
        result = work(job) or {}
    except Exception as reason:
        log.exception("job %s (%s) failed", job_id, job.kind)
        _fail(job, reason)
        if settings.JOBS_INLINE:
            raise
        return
    Job.objects.filter(pk=job_id).update(
        status=JobStatus.DONE,
        result=result,
        error="",
        finished_at=timezone.now(),
        leased_until=None,
    )


def _fail(job: Job, reason: Exception) -> None:
    again = timezone.now() + timedelta(seconds=2**job.tries)
    error = "".join(traceback.format_exception_only(reason)).strip()[:2000]
    if job.tries >= MOST_TRIES:
        status = JobStatus.FAILED
    else:
        status = JobStatus.READY
    jobs = Job.objects.filter(pk=job.pk)
    jobs.update(
        status=status,
        ready_at=again,
        leased_until=None,
        error=error,
    )


def report(job: Job, done: int, total: int) -> None:
    """Say how far the job is: the bar on its page. Also prolongs the lease."""
    jobs = Job.objects.filter(pk=job.pk)
    jobs.update(done_count=done, total_count=total, leased_until=timezone.now() + LEASE)


def sweep(*, at: datetime, most: int = 200) -> int:
    """Wake rows that a lost message or a dead worker left behind; returns how many."""
    jobs = Job.objects.due(at).filter(kind__in=TASKS)
    overdue = jobs.order_by("ready_at")[:most]
    return len([wake(job) for job in overdue])
