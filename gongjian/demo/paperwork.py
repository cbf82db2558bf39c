"""The jobs that acts leave on the ledger: handed to the site's workers, or done here when none answers."""

import multiprocessing
import time
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from django.conf import settings

from gongjian.celery import app
from gongjian.demo import print_shop
from gongjian.jobs.models import Job, Status
from gongjian.jobs.services import TASKS, wake
from gongjian.lib import pdf

PROCESSES = 2  # two documents render twice as fast as one
PATIENCE = 120.0  # seconds without any progress after which a job is given up
GLANCE = 0.05
PRINT = "documents.print"


class PaperworkFailed(Exception):
    """A job went wrong; str() is its title and the reason."""


class Paperwork:
    """Jobs are handed out as they appear and finished before an act that needs them.

    On a machine that cannot print, documents stay signed and unprinted: `can_print` says so to the acts that follow.
    """

    def __init__(self) -> None:
        print_shop.learn_jobs()
        self.hindrances = pdf.ready()
        self._handed_out: set[int] = set()
        self._futures: list[Future] = []
        self._pool = None if settings.JOBS_INLINE or _workers_answer() else _open_pool()

    @property
    def can_print(self) -> bool:
        return not self.hindrances

    def hand_out(self) -> None:
        """Give every job that waits to a worker."""
        for job in (
            self._jobs().filter(status=Status.READY).exclude(pk__in=self._handed_out).order_by("pk")
        ):
            self._handed_out.add(job.pk)
            if settings.JOBS_INLINE:
                TASKS[job.kind](job.pk)
            elif self._pool:
                self._futures.append(self._pool.submit(print_shop.run_job, job.kind, job.pk))
            else:
                wake(job)

    def finish(self) -> None:
        """Wait until nothing is left. Raises PaperworkFailed with the reason of the first job that went wrong."""
        self.hand_out()
        for future in self._futures:
            _await(future)
        self._futures.clear()
        self._wait_for_workers()
        self._handed_out.clear()  # the same job may be enlisted again
        if wrong := self._jobs().exclude(status=Status.DONE).exclude(error="").first():
            raise PaperworkFailed(f"{wrong.title}：{wrong.error}")

    def _jobs(self):
        return Job.objects.all() if self.can_print else Job.objects.exclude(kind=PRINT)

    def close(self) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def _wait_for_workers(self) -> None:
        open_jobs = Job.objects.filter(pk__in=self._handed_out).exclude(
            status__in=[Status.DONE, Status.FAILED]
        )
        left, since = None, time.monotonic()
        while (
            now_left := open_jobs.filter(error="").count()
        ) and time.monotonic() - since < PATIENCE:
            if now_left != left:
                left, since = now_left, time.monotonic()
            time.sleep(GLANCE)
        if now_left:
            raise PaperworkFailed(
                f"{now_left} 项作业 {PATIENCE:.0f} 秒没有进展，作业进程可能已经停止"
            )


def _open_pool() -> ProcessPoolExecutor:
    """Processes of our own, started while the first acts are played."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=print_shop.prepare)
    for _ in range(PROCESSES):
        pool.submit(print_shop.warm_up)
    return pool


def _await(future: Future) -> None:
    try:
        future.result()
    except BrokenProcessPool as broken:
        raise PaperworkFailed("印制进程起不来或中途停止，原因见上") from broken


def _workers_answer() -> bool:
    try:
        return bool(app.control.ping(timeout=2.0, limit=1))
    except Exception:  # no broker, or one that cannot ask around: the work is done here
        return False
