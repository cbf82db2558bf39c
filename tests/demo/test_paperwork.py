"""What becomes of the jobs that acts leave behind."""

import pytest
from django.db import OperationalError

from gongjian.demo import paperwork as room
from gongjian.demo import print_shop
from gongjian.demo.paperwork import PRINT, UNPRINTED, Paperwork, PaperworkFailed
from gongjian.jobs.models import Job, JobStatus
from gongjian.jobs.services import TASKS, enlist
from gongjian.lib import pdf
from tests.cast import NOW

pytestmark = pytest.mark.django_db
KIND = "demo.test"


@pytest.fixture
def paperwork(monkeypatch):
    monkeypatch.setattr(pdf, "ready", list)
    return Paperwork()


def job(kind=KIND):
    return enlist(kind, key="1", title="试验作业", at=NOW)


def work(monkeypatch, **fields):
    """Let a worker set the fields of the job's row."""
    monkeypatch.setitem(TASKS, KIND, lambda pk: Job.objects.filter(pk=pk).update(**fields))


def test_hands_out_what_waits(paperwork, monkeypatch):
    job()
    work(monkeypatch, status=JobStatus.DONE)
    paperwork.finish()
    assert Job.objects.get().status == JobStatus.DONE


def test_hands_out_a_job_once_until_all_are_finished(paperwork, monkeypatch):
    calls = []
    monkeypatch.setitem(TASKS, KIND, calls.append)
    row = job()
    paperwork.hand_out()
    paperwork.hand_out()
    assert calls == [row.pk]
    Job.objects.update(status=JobStatus.DONE)
    paperwork.finish()
    Job.objects.update(status=JobStatus.READY)
    paperwork.hand_out()
    assert calls == [row.pk, row.pk]


def test_a_job_that_failed_is_named_with_its_reason(paperwork, monkeypatch):
    job()
    work(monkeypatch, status=JobStatus.FAILED, error="缺少字体")
    with pytest.raises(PaperworkFailed, match="试验作业：缺少字体"):
        paperwork.finish()


def test_a_job_that_never_ends_is_given_up(paperwork, monkeypatch):
    monkeypatch.setattr(room, "PATIENCE", 0.1)
    job()
    work(monkeypatch, status=JobStatus.RUNNING)
    with pytest.raises(PaperworkFailed, match="1 项作业 0 秒没有进展"):
        paperwork.finish()


def test_without_a_printer_documents_stay_unprinted(monkeypatch):
    monkeypatch.setattr(pdf, "ready", lambda: ["缺少字体：仿宋"])
    monkeypatch.setitem(TASKS, PRINT, lambda pk: pytest.fail("printed"))
    paperwork = Paperwork()
    job(PRINT)
    paperwork.finish()
    assert not paperwork.can_print


def test_nothing_is_printed_where_nothing_shall_be():
    paperwork = Paperwork(prints=False)
    assert paperwork.hindrances == [UNPRINTED]
    assert not paperwork.can_print


@pytest.fixture
def pauses(monkeypatch):
    """The pauses made, in seconds."""
    seconds = []
    monkeypatch.setattr(room, "PAUSE_EVERY", 0)
    monkeypatch.setattr(room.time, "sleep", seconds.append)
    return seconds


def test_workers_get_a_moment_to_write_while_a_job_is_open(paperwork, pauses):
    paperwork.let_workers_write()
    assert pauses == []
    job()
    paperwork.let_workers_write()
    assert pauses == [room.PAUSE]


def test_pauses_are_rare(paperwork, pauses, monkeypatch):
    monkeypatch.setattr(room, "PAUSE_EVERY", 60)
    job()
    paperwork.let_workers_write()
    assert pauses == []


@pytest.fixture
def locked(monkeypatch):
    """A job that finds the database locked so many times; the list of its calls."""
    calls = []

    def let(times):
        def work(pk):
            calls.append(pk)
            if len(calls) <= times:
                raise OperationalError("database is locked")

        monkeypatch.setitem(print_shop.app.tasks, KIND, work)
        monkeypatch.setattr(print_shop.connections, "close_all", lambda: None)
        return calls

    return let


def test_a_job_that_finds_the_database_locked_is_tried_again(locked):
    calls = locked(times=2)
    print_shop.run_job(KIND, 7)
    assert calls == [7, 7, 7]


def test_a_database_that_stays_locked_is_said(locked):
    calls = locked(times=99)
    with pytest.raises(OperationalError):
        print_shop.run_job(KIND, 7)
    assert len(calls) == print_shop.ATTEMPTS
