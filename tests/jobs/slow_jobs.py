"""A worker's app with one slow kind of job, for the test that kills workers."""

import os
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjian.settings")
django.setup()

from gongjian.celery import app  # noqa: E402, F401  the worker is started with -A tests.jobs.slow_jobs
from gongjian.jobs.services import ledger_job  # noqa: E402


@ledger_job("tests.slow")
def slow(job):
    """Write one line to the witness file when done: a job done twice would write two."""
    time.sleep(job.args["seconds"])
    with Path(job.args["witness"]).open("a") as witness:
        witness.write(f"{job.key}\n")
