"""What a process of its own does for the demo: run one job. Imports no model before Django is set up."""

import django
from django.db import connections

from gongjian.celery import app
from gongjian.lib import pdf


def prepare() -> None:
    """Set up what every job needs; the print faces are found now rather than with the first document."""
    django.setup()
    learn_jobs()
    pdf.ready()


def warm_up() -> None:
    """Nothing: to be asked for it brings the process into being."""


def learn_jobs() -> None:
    """Import every app's jobs, as a worker does when it starts."""
    app.autodiscover_tasks(related_name="jobs", force=True)


def run_job(kind: str, job: int) -> None:
    app.tasks[kind](job)
    connections.close_all()
