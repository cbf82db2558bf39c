"""A real worker on a real Redis: killed -9 in the middle of its work, nothing is lost and nothing
is done twice.
"""

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from gongjian.lib import pdf
from tests import servers
from tests.migrated import FILE, lay_database

ROOT = Path(__file__).parent.parent.parent
JOBS = 6
PATIENCE = 60
HELD_AFTER = 3  # files: slow_jobs stands still there

COMMUNITIES = 11
ENLIST = """
from tests.jobs import slow_jobs
from django.utils import timezone
from gongjian.jobs import services
from scoring.services.bulletins.result_sheets import ask_for_result_sheets
from tests.cast import make_cast
from tests.scoring.factories import make_city, make_round, make_score
jobs = []
if {printing}:
    cast = make_cast()
    round = make_round(cast, status="frozen")
    for place, community in enumerate(make_city({communities}), 1):
        make_score(round, community, rank=place, class_rank=place)
    jobs = ask_for_result_sheets(round, "community", by=cast.office_staff, at=timezone.now())
for number in range({jobs}):
    args = {{"seconds": 0.4, "witness": {witness!r}}}
    key = str(number)
    job = services.enlist("tests.slow", key=key, title="慢", at=timezone.now(), **args)
    jobs.insert(number + 1, job)
for job in jobs:
    services.wake(job)
"""
LEASES_END_AND_SWEEP = """
from tests.jobs import slow_jobs
from django.utils import timezone
from gongjian.jobs import services
from gongjian.jobs.models import LEASE, Job
Job.objects.filter(status="running").update(leased_until=timezone.now())
services.sweep(at=timezone.now() + LEASE * 2)
"""
MADE = "select file, sha256, made_at from scoring_resultsheet where status = 'made' order by id"


@pytest.fixture
def redis_url():
    try:
        with servers.redis() as url:
            yield url
    except servers.NotInstalled as reason:
        if servers.required():
            raise
        pytest.skip(f"NO REDIS: {reason}")


@pytest.fixture
def site(tmp_path, redis_url):
    """A migrated site of its own on a SQLite file, with the throw-away Redis as its broker."""
    settings = {
        "GONGJIAN_MODE": "embedded",
        "GONGJIAN_DATA_DIR": str(tmp_path),
        "REDIS_URL": redis_url,
    }
    surroundings = {
        **os.environ,
        **settings,
        "DJANGO_SETTINGS_MODULE": "gongjian.settings",
        "PYTHONPATH": str(ROOT),
    }
    surroundings.pop("DATABASE_URL", None)
    lay_database(tmp_path)
    return surroundings


def run(script, site):
    subprocess.run([sys.executable, "-c", script], env=site, cwd=ROOT, check=True)


def start_worker(site):
    """Two processes, so that it is killed in the middle of two jobs."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "tests.jobs.slow_jobs",
        "worker",
        "-c",
        "2",
        "-l",
        "ERROR",
    ]
    return subprocess.Popen(command, env=site, cwd=ROOT, start_new_session=True)


def lines(witness):
    return sorted(witness.read_text().split()) if witness.exists() else []


def made(folder):
    """The rows of the 反馈单 that have a file, read from the site's own database."""
    with closing(sqlite3.connect(folder / FILE)) as database:
        return database.execute(MADE).fetchall()


def wait_for(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "the worker did not get there in time"
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.redis
def test_worker_killed_in_mid_work_loses_nothing_and_repeats_nothing(site, tmp_path):
    """Slow jobs, and a batch of 反馈单 of which one has its file on the disk but not yet in its
    row.
    """
    witness, files, hold = (tmp_path / name for name in ("witness", "files", "hold"))
    unprintable = pdf.ready()
    sheets = 0 if unprintable else COMMUNITIES
    hold.touch()
    run(
        ENLIST.format(
            jobs=JOBS, witness=str(witness), printing=not unprintable, communities=COMMUNITIES
        ),
        site,
    )
    worker = start_worker(site)
    try:
        wait_for(lambda: len(lines(witness)) >= 2 and len(lines(files)) >= min(sheets, HELD_AFTER))
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        before = made(tmp_path)
        hold.unlink()
        run(LEASES_END_AND_SWEEP, site)
        worker = start_worker(site)
        wait_for(lambda: len(lines(witness)) >= JOBS and len(made(tmp_path)) >= sheets)
        time.sleep(1)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    assert lines(witness) == [str(number) for number in range(JOBS)]
    if unprintable:
        pytest.skip("；".join(unprintable))
    assert_each_is_there_once(tmp_path, before)


def assert_each_is_there_once(folder, before):
    """A file a row, saved once; what was made before the worker died is as it was."""
    rows, media = made(folder), folder / "media"
    assert (len(before), len(rows)) == (HELD_AFTER - 1, COMMUNITIES)
    assert rows[: len(before)] == before
    on_disk = sorted(str(path.relative_to(media)) for path in media.rglob("*.pdf"))
    assert lines(folder / "files") == on_disk == sorted(name for name, _, _ in rows)
    for name, sha256, _ in rows:
        assert hashlib.sha256((media / name).read_bytes()).hexdigest() == sha256
