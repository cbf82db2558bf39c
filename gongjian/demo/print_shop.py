"""What a process of its own does for the demo: run one job. Imports no model before Django is set up."""

import django
from django.db import connections

from gongjian.celery import app


def prepare() -> None:
    django.setup()
    app.loader.import_default_modules()


def run_job(kind: str, job: int) -> None:
    app.tasks[kind](job)
    connections.close_all()
