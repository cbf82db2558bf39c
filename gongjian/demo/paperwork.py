"""The jobs that acts leave on the ledger: given to the site's workers, or done here without any."""

import multiprocessing
import time
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from django.conf import settings

from gongjian.celery import app
from gongjian.demo import print_shop
from gongjian.jobs.models import Job, JobStatus
from gongjian.jobs.services import TASKS, wake
from gongjian.lib import pdf

PROCESSES = 2  # two documents render twice as fast as one
PATIENCE = 120.0  # seconds without any progress after which a job is given up
GLANCE = 0.05
# Acts hold SQLite's one writer nearly without a gap, and a worker that waits for it looks every
# tenth of a second: so often, in seconds, it is left free for so long while a job is open.
PAUSE_EVERY, PAUSE = 2.0, 0.12
PRINT = "documents.print"
UNPRINTED = "按要求不印公文"


class PaperworkFailed(Exception):
    """A job went wrong; str() is its title and the reason."""


class Paperwork:
    """Jobs are handed out as they appear and finished before an act that needs them.

    Where nothing can or shall be printed, documents stay signed: `can_print` tells later acts.
    """

    def __init__(self, *, prints: bool = True) -> None:
        print_shop.learn_jobs()
        self.hindrances = pdf.ready() if prints else [UNPRINTED]
        self.handed_out: set[int] = set()
        self.futures: list[Future] = []
        self.paused_at = time.monotonic()
        self.pool: ProcessPoolExecutor | None = None
        if not settings.JOBS_INLINE and not workers_answer():
            self.pool = open_pool()

    @property
    def can_print(self) -> bool:
        return not self.hindrances

    @property
    def jobs(self):
        if self.can_print:
            return Job.objects.all()
        return Job.objects.exclude(kind=PRINT)

    def hand_out(self) -> None:
        """Give every job that waits to a worker."""
        waiting = self.jobs.filter(status=JobStatus.READY).exclude(pk__in=self.handed_out)
        for job in waiting.order_by("pk"):
            self.handed_out.add(job.pk)
            if settings.JOBS_INLINE:
                TASKS[job.kind](job.pk)
            elif self.pool:
                future = self.pool.submit(print_shop.run_job, job.kind, job.pk)
                self.futures.append(future)
            else:
                wake(job)

    def let_workers_write(self) -> None:
        """Leave the database alone for a moment, now and then, while a job is open."""
        if time.monotonic() - self.paused_at < PAUSE_EVERY:
            return
        self.paused_at = time.monotonic()
        if self.jobs.filter(status__in=[JobStatus.READY, JobStatus.RUNNING]).exists():
            time.sleep(PAUSE)

    def finish(self) -> None:
        """Wait until nothing is left. Raises PaperworkFailed for the first job that went wrong."""
        self.hand_out()
        self.wait_for_pool()
        self.wait_for_workers()
        self.handed_out.clear()  # the same job may be enlisted again
        failed = self.jobs.exclude(status=JobStatus.DONE).exclude(error="").first()
        if failed:
            raise PaperworkFailed(f"{failed.title}：{failed.error}")

    def wait_for_pool(self) -> None:
        try:
            for future in self.futures:
                future.result()
        except BrokenProcessPool as broken:
            raise PaperworkFailed("印制进程起不来或中途停止，原因见上") from broken
        self.futures.clear()

    def wait_for_workers(self) -> None:
        """Wait for what is handed out; raise PaperworkFailed when nothing ends for two minutes."""
        ended = [JobStatus.DONE, JobStatus.FAILED]
        unfinished = Job.objects.filter(pk__in=self.handed_out, error="").exclude(status__in=ended)
        count = unfinished.count()
        progress_at = time.monotonic()
        while count:
            if time.monotonic() - progress_at > PATIENCE:
                raise PaperworkFailed(
                    f"{count} 项作业 {PATIENCE:.0f} 秒没有进展，作业进程可能已经停止"
                )
            time.sleep(GLANCE)
            count_before, count = count, unfinished.count()
            if count != count_before:
                progress_at = time.monotonic()

    def close(self) -> None:
        if self.pool:
            self.pool.shutdown(cancel_futures=True)


def open_pool() -> ProcessPoolExecutor:
    """Return processes of our own, started while the first acts are played."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=print_shop.prepare)
    for _ in range(PROCESSES):
        pool.submit(print_shop.warm_up)
    return pool


def workers_answer() -> bool:
    """Whether a worker of the site answers within two seconds."""
    try:
        return bool(app.control.ping(timeout=2.0, limit=1))
    except Exception:  # no broker, or one that cannot ask around: the work is done here
        return False
