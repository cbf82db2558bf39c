"""What the demo's own worker processes do. No model is imported before Django is set up."""

import django
from django.db import OperationalError, connections

from gongjian.celery import app
from gongjian.lib import pdf

ATTEMPTS = 6


def prepare() -> None:
    """Set up Django, the jobs and the print faces, before the first document asks for them."""
    django.setup()
    learn_jobs()
    pdf.ready()


def warm_up() -> None:
    """Do nothing: a pool starts its process with the first thing asked of it."""


def learn_jobs() -> None:
    """Import every app's jobs, as a worker does when it starts."""
    app.autodiscover_tasks(related_name="jobs", force=True)


def run_job(kind: str, job: int) -> None:
    """Run one job of the ledger by its pk.

    On a busy machine the acts may hold SQLite's one writer for the twenty seconds that a
    connection waits: the job is then tried again.
    """
    for attempts_left in reversed(range(ATTEMPTS)):
        try:
            app.tasks[kind](job)
            break
        except OperationalError:
            if not attempts_left:
                raise
    connections.close_all()
