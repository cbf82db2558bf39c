"""A worker's app for the test that kills workers: a slow kind of job, and files that say when they
are on the disk.
"""

import os
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongjian.settings")
django.setup()

from django.core.files.storage import FileSystemStorage  # noqa: E402

from gongjian.celery import app  # noqa: E402, F401  the worker is started with -A tests.jobs.slow_jobs
from gongjian.jobs.services import ledger_job  # noqa: E402

# Files: with so many saved a job stands still between a file and its row, while a file `hold` lies
# in the site.
HELD_AFTER = 3


@ledger_job("tests.slow")
def slow(job):
    """Write one line to the witness file when done: a job done twice would write two."""
    time.sleep(job.args["seconds"])
    with Path(job.args["witness"]).open("a") as witness:
        witness.write(f"{job.key}\n")


def save_and_tell(self, name, content, max_length=None, save=FileSystemStorage.save):
    """Write one line to `files` for each file that was saved."""
    kept = save(self, name, content, max_length)
    folder = Path(self.location).parent
    with (folder / "files").open("a+") as told:
        told.write(f"{kept}\n")
        told.seek(0)
        count = len(told.readlines())
    while count >= HELD_AFTER and (folder / "hold").exists():
        time.sleep(0.05)
    return kept


FileSystemStorage.save = save_and_tell
