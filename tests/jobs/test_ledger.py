"""The ledger: a row is the truth, run once, tried again, never lost."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from gongjian.jobs import services
from gongjian.jobs.models import LEASE, MOST_TRIES, Job, JobStatus

ROOT = Path(__file__).parent.parent.parent
RUNS = []


@services.ledger_job("tests.count")
def count(job):
    RUNS.append(job.key)
    if job.args.get("fails"):
        raise ValueError("墨粉用完了")
    services.report(job, 3, 4)
    return {"url": "/documents/"}


@pytest.fixture(autouse=True)
def _no_runs():
    RUNS.clear()


def enlist(cast, key="1", **args):
    return services.enlist(
        "tests.count", key=key, title="数一数", by=cast.office_staff, at=cast.now, **args
    )


def test_equal_job_is_on_the_ledger_once(cast):
    assert enlist(cast).pk == enlist(cast).pk
    assert Job.objects.count() == 1


def test_woken_job_runs_after_commit(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        services.wake(enlist(cast))
        assert RUNS == []
    job = Job.objects.get()
    assert (job.status, job.result, job.percent) == (JobStatus.DONE, {"url": "/documents/"}, 100)


def test_job_done_is_not_run_again_by_a_second_message(cast):
    job = enlist(cast)
    services.run(job.pk, count)
    services.run(job.pk, count)
    assert RUNS == ["1"]


def test_running_job_is_left_to_its_worker_until_the_lease_ends(cast):
    job = enlist(cast)
    now = timezone.now()
    assert services.claim(job.pk, at=now) is not None
    assert services.claim(job.pk, at=now + LEASE / 2) is None
    assert services.claim(job.pk, at=now + LEASE * 2) is not None


def test_failure_keeps_its_reason_and_is_tried_later(cast, settings):
    settings.JOBS_INLINE = False
    job = enlist(cast, fails=True)
    services.run(job.pk, count)
    job.refresh_from_db()
    assert (job.status, job.tries, job.error) == (JobStatus.READY, 1, "ValueError: 墨粉用完了")
    assert job.ready_at > timezone.now()


def test_job_that_failed_too_often_waits_for_a_person_and_may_be_tried_again(cast, settings):
    settings.JOBS_INLINE = False
    job = enlist(cast, fails=True)
    Job.objects.update(tries=MOST_TRIES - 1)
    services.run(job.pk, count)
    job.refresh_from_db()
    assert job.status == JobStatus.FAILED
    services.try_again(job, by=cast.office_staff, at=cast.now)
    assert Job.objects.get().tries == 0


def test_job_that_kills_its_worker_stops_after_the_last_try_and_asks_for_a_person(cast, sign_in):
    job = enlist(cast)
    moment = timezone.now()
    for _ in range(MOST_TRIES):
        # What a worker that is killed leaves behind: the row it claimed, and nothing after it.
        assert services.claim(job.pk, at=moment) is not None
        moment += LEASE * 2
    assert services.claim(job.pk, at=moment) is None
    job.refresh_from_db()
    assert (job.status, job.tries) == (JobStatus.FAILED, MOST_TRIES)
    assert "进程就中断了" in job.error
    page = sign_in(cast.office_staff).get(job.get_absolute_url()).content.decode()
    assert f"试了 {MOST_TRIES} 次都没有办成" in page
    assert "重新排队" in page
    assert services.sweep(at=moment + LEASE) == 0
    again = services.try_again(job, by=cast.office_staff, at=moment)
    assert services.claim(again.pk, at=moment) is not None


def test_try_counts_before_the_work_begins(cast):
    job = enlist(cast)
    counts = []
    services.run(job.pk, lambda job: counts.append(Job.objects.get(pk=job.pk).tries))
    assert counts == [1]


def test_sweep_wakes_what_was_left_behind_and_nothing_else(
    cast, settings, django_capture_on_commit_callbacks
):
    left, later = enlist(cast, "left"), enlist(cast, "later")
    Job.objects.filter(pk=later.pk).update(ready_at=timezone.now() + timedelta(hours=1))
    Job.objects.filter(pk=left.pk).update(
        status=JobStatus.RUNNING, leased_until=timezone.now() - LEASE
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert services.sweep(at=timezone.now()) == 1
    assert RUNS == ["left"]


def test_broker_that_is_down_costs_the_user_nothing(
    cast, settings, django_capture_on_commit_callbacks, monkeypatch
):
    settings.JOBS_INLINE = False

    def down(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(services.TASKS["tests.count"], "apply_async", down)
    with django_capture_on_commit_callbacks(execute=True):
        services.wake(enlist(cast))
    assert Job.objects.get().status == JobStatus.READY


@pytest.mark.usefixtures("many_connections")
@pytest.mark.django_db(transaction=True)
def test_two_workers_claim_one_job_once(cast):
    job = enlist(cast)

    def claim(_):
        try:
            return services.claim(job.pk, at=timezone.now()) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(8))) == 1


@pytest.mark.slow
def test_the_process_that_shows_the_pages_knows_every_job():
    known = "import gongjian.wsgi; from gongjian.jobs.services import TASKS; print(sorted(TASKS))"
    asked = subprocess.run(
        [sys.executable, "-c", known], cwd=ROOT, capture_output=True, text=True, check=True
    )
    there = {
        "backup.nightly",
        "documents.print",
        "inspections.papers",
        "inspections.remind",
        "privacy.report",
        "privacy.retention",
    }
    there |= {"scoring.approve_correction", "scoring.freeze_round", "scoring.gather_scores"}
    there |= {"scoring.make_result_sheets", "security.seal_audit"}
    assert asked.stdout.strip() == str(sorted(there))


def test_the_page_tells_how_far_a_job_is(cast, sign_in):
    job = enlist(cast)
    assert (job.percent, job.status_tone) == (0, "")
    job.total_count, job.done_count, job.status = 8, 6, "running"
    assert (job.percent, job.status_tone) == (75, "warn")
    job.status = "done"
    assert (job.percent, job.status_tone) == (100, "good")


def test_a_failed_job_is_put_back_on_its_page(cast, sign_in, settings):
    settings.JOBS_INLINE = False
    job = enlist(cast)
    Job.objects.filter(pk=job.pk).update(status="failed", by=cast.office_staff)
    answer = sign_in(cast.office_staff).post(reverse("jobs:again", args=[job.pk]), follow=True)
    assert "已重新排队" in answer.content.decode()
    assert Job.objects.get().status == "ready"


def test_what_waits_is_woken_by_kind_and_key(
    cast, settings, monkeypatch, django_capture_on_commit_callbacks
):
    waiting = enlist(cast)
    enlist(cast, key="2")
    woken = []
    monkeypatch.setattr(services, "_send", lambda job: woken.append(job.pk))
    with django_capture_on_commit_callbacks(execute=True):
        services.wake_waiting("tests.count", key="1")
    assert woken == [waiting.pk]
