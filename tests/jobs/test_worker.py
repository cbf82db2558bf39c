"""A real worker on a real Redis: killed -9 in the middle of its work, nothing is lost and nothing is done twice."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import servers
from tests.migrated import lay_database

ROOT = Path(__file__).parent.parent.parent
JOBS = 6
PATIENCE = 60

ENLIST = """
from tests.jobs import slow_jobs
from datetime import timedelta
from django.utils import timezone
from gongjian.jobs import services
for number in range({jobs}):
    args = {{"seconds": 0.4, "witness": {witness!r}}}
    services.wake(services.enlist("tests.slow", key=str(number), title="慢", at=timezone.now(), **args))
"""
SWEEP = """
from tests.jobs import slow_jobs
from datetime import timedelta
from django.utils import timezone
from gongjian.jobs import services
from gongjian.jobs.models import LEASE
services.sweep(at=timezone.now() + LEASE * 2)
"""
LEASES_END = """
from tests.jobs import slow_jobs
from django.utils import timezone
from gongjian.jobs.models import Job
Job.objects.filter(status="running").update(leased_until=timezone.now())
"""


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
    settings = {"GONGJIAN_MODE": "embedded", "GONGJIAN_DATA_DIR": str(tmp_path), "REDIS_URL": redis_url}
    surroundings = {**os.environ, **settings, "DJANGO_SETTINGS_MODULE": "gongjian.settings", "PYTHONPATH": str(ROOT)}
    surroundings.pop("DATABASE_URL", None)
    lay_database(tmp_path)
    return surroundings


def run(script, site):
    subprocess.run([sys.executable, "-c", script], env=site, cwd=ROOT, check=True)


def start_worker(site):
    command = [sys.executable, "-m", "celery", "-A", "tests.jobs.slow_jobs", "worker", "-P", "solo", "-l", "ERROR"]
    return subprocess.Popen(command, env=site, cwd=ROOT, start_new_session=True)


def lines(witness):
    return sorted(witness.read_text().split()) if witness.exists() else []


def wait_for(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "the worker did not get there in time"
        time.sleep(0.05)


@pytest.mark.redis
def test_worker_killed_in_mid_work_loses_nothing_and_repeats_nothing(site, tmp_path):
    witness = tmp_path / "witness"
    run(ENLIST.format(jobs=JOBS, witness=str(witness)), site)
    worker = start_worker(site)
    try:
        wait_for(lambda: len(lines(witness)) >= 2)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        run(LEASES_END, site)
        run(SWEEP, site)
        worker = start_worker(site)
        wait_for(lambda: len(lines(witness)) >= JOBS)
        time.sleep(1)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    assert lines(witness) == [str(number) for number in range(JOBS)]
