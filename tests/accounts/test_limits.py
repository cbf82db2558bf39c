"""Buckets in the database: refilled by the clock, never emptied twice, swept when full."""

import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from gongjian.accounts import limits
from gongjian.accounts.models import Bucket
from tests.accounts.hammering import BURST, hammer, take
from tests.cast import NOW
from tests.migrated import lay_database
from tests.queries import count_queries

ROOT = Path(__file__).parent.parent.parent
THREADS = 32


@pytest.fixture(autouse=True)
def _figures(settings):
    settings.RATE_LIMITS = {"test": {"per_minute": 60, "burst": BURST}}


@pytest.mark.django_db
def test_a_bucket_empties_and_fills_by_the_clock():
    assert [take().allowed for _ in range(BURST + 1)] == [True] * BURST + [False]
    assert (take().wait, take(0.5).allowed) == (1, False)
    assert (take(1).allowed, take(1).allowed) == (True, False)
    assert [take(3600).allowed for _ in range(BURST + 1)] == [True] * BURST + [False]


@pytest.mark.django_db
def test_a_clock_that_runs_behind_gives_nothing_away():
    assert [take().allowed for _ in range(BURST)] == [True] * BURST
    assert [take(-60).allowed, take(-1).allowed, take(0).allowed] == [False] * 3
    assert take(1).allowed


@pytest.mark.django_db
def test_each_has_a_bucket_of_his_own():
    assert [take().remaining, take().remaining, take(who="b").remaining] == [
        BURST - 1,
        BURST - 2,
        BURST - 1,
    ]


@pytest.mark.django_db
def test_a_request_costs_one_statement():
    take()
    assert count_queries(take) == 1


@pytest.mark.django_db
def test_a_full_bucket_is_swept_and_a_used_one_stays():
    take(0, "old")
    take(BURST, "new")
    assert limits.sweep(at=NOW + timedelta(seconds=BURST + 1)) == 1
    assert list(Bucket.objects.values_list("key", flat=True)) == ["test:new"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_thirty_two_connections_take_no_more_than_the_bucket_holds():
    if connection.vendor != "postgresql":
        pytest.skip("about PostgreSQL; SQLite is tried on a file of its own below")
    with ThreadPoolExecutor(THREADS) as threads:
        counted = Counter(
            verdict for verdicts in threads.map(hammer, range(THREADS)) for verdict in verdicts
        )
    assert counted == {True: BURST, False: THREADS * 10 - BURST}


PROCESSES = 4
ON_A_FILE = """
import django
from django.conf import settings
django.setup()
from concurrent.futures import ThreadPoolExecutor
from tests.accounts.hammering import BURST, hammer
settings.RATE_LIMITS = {"test": {"per_minute": 60, "burst": BURST}}
with ThreadPoolExecutor(8) as threads:
    print(sum(sum(verdicts) for verdicts in threads.map(hammer, range(8))))
"""


@pytest.mark.slow
def test_four_processes_of_eight_threads_share_one_bucket_on_sqlite(tmp_path):
    surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    surroundings |= {
        "GONGJIAN_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "gongjian.settings",
    }
    given = {"env": surroundings, "cwd": ROOT, "text": True}
    lay_database(tmp_path)
    running = [
        subprocess.Popen([sys.executable, "-c", ON_A_FILE], stdout=subprocess.PIPE, **given)
        for _ in range(PROCESSES)
    ]
    assert sum(int(process.communicate(timeout=120)[0]) for process in running) == BURST
