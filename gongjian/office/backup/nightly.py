"""The backup that is made every night into BACKUP_DIR, and how many of them are kept."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from gongjian.jobs.models import Job
from gongjian.jobs.services import enlist, report
from gongjian.office.backup.writing import backup_name, log_backup, write_backup

KIND = "backup.nightly"
OURS = "gongjian-[0-9]*-[0-9]*.tar.gz"
# Seconds between two signs of life: a quarter of a job's lease.
BREATH = 30.0


def backup_folder() -> Path:
    if settings.BACKUP_DIR:
        return Path(settings.BACKUP_DIR)
    return settings.DATA_DIR / "backups"


def enlist_nightly(*, on: date, at: datetime) -> Job | None:
    """Put the night's backup on the ledger, once a day; None where no BACKUP_DIR is set."""
    if not settings.BACKUP_DIR:
        return None
    return enlist(KIND, key=on.isoformat(), title=f"{on} 夜间备份", at=at)


def make_nightly(job: Job, *, at: datetime) -> dict:
    """Write the night's backup and let go of the oldest; the job's page shows what it made."""
    folder = backup_folder()
    with _signs_of_life(job):
        written = write_backup(folder / backup_name(at), at=at, say=lambda line: None)
    log_backup(written, at=at)
    dropped = drop_oldest(folder, keep=settings.BACKUP_KEEP)
    return {
        "file": written.path.name,
        "bytes": written.size,
        "sha256": written.sha256,
        "dropped": dropped,
    }


def drop_oldest(folder: Path, *, keep: int) -> list[str]:
    """Keep the newest `keep` backups by the time in their names; files of other names are left
    alone.
    """
    old = sorted(folder.glob(OURS))[: -max(keep, 1)]
    for path in old:
        path.unlink()
    return [path.name for path in old]


@contextmanager
def _signs_of_life(job: Job) -> Iterator[None]:
    """Prolong the lease on a connection of its own: the copy's transaction holds one moment and
    writes nothing.
    """
    finished = threading.Event()

    def breathe() -> None:
        while not finished.wait(BREATH):
            report(job, 0, 1)
        connection.close()

    thread = threading.Thread(target=breathe, daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()
