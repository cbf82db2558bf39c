"""A database with every migration applied, made once for all who ask; migrating takes longer than
tests.

The SQLite file is kept between runs and made anew when a migration or a package changes; on a
throw-away PostgreSQL it is a database beside those of the tests, copied by the server. Two
processes begin to test at the same time: it is made while they still collect. `tests/launch` and
the drill of the backup still start from nothing.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from django.core.management.commands.migrate import Command
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".pytest_cache" / "migrated"
FILE = "gongjian.sqlite3"
IS_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")


def lay_database(folder: Path) -> None:
    """Put a migrated database into the data folder of a site, as if the site had run before."""
    shutil.copy(_template(), folder / FILE)


def start_from_it(patch) -> None:
    """Let the first `migrate` of a database in memory find everything applied, triggers too."""
    apply = Command.handle

    def handle(self, *words, **options):
        connection = connections[options["database"]]
        if (
            connection.vendor == "sqlite"
            and connection.is_in_memory_db()
            and not connection.introspection.table_names()
        ):
            with closing(sqlite3.connect(_template())) as template:
                template.backup(connection.connection)
        return apply(self, *words, **options)

    patch.setattr(Command, "handle", handle)


def begin() -> None:
    """Begin to make the migrated database in a process of its own; whoever asks meanwhile waits."""
    if IS_POSTGRESQL or not _file().exists():
        subprocess.Popen([sys.executable, "-m", "tests.migrated"], cwd=ROOT)


def postgresql_template() -> str:
    """Return the name of the migrated database at DATABASE_URL, making it if needed."""
    migrated = f"migrated_{_fingerprint()}"
    with (
        _alone(),
        closing(psycopg2.connect(os.environ["DATABASE_URL"])) as server,
        server.cursor() as cursor,
    ):
        server.autocommit = True
        cursor.execute("select 1 from pg_database where datname = %s", [migrated])
        if not cursor.fetchone():
            cursor.execute(f"create database {migrated}_soon")
            url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{migrated}_soon").geturl()
            with tempfile.TemporaryDirectory() as room:
                _migrate(room, {"DATABASE_URL": url})
            cursor.execute(f"alter database {migrated}_soon rename to {migrated}")
    return migrated


@contextmanager
def _alone() -> Iterator[None]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several processes of one run ask at the same time
        yield


def _template() -> Path:
    with _alone():
        template = _file()
        if not template.exists():
            for old in KEPT.glob("*.sqlite3"):
                old.unlink()
            _make(template)
    return template


def _file() -> Path:
    return KEPT / f"{_fingerprint()}.sqlite3"


def _fingerprint() -> str:
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted(ROOT.glob("**/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _make(template: Path) -> None:
    with tempfile.TemporaryDirectory() as room:
        _migrate(room, {})
        with closing(sqlite3.connect(Path(room) / FILE)) as made:
            made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(Path(room) / FILE, template)


def _migrate(room: str, variables: dict[str, str]) -> None:
    surroundings = dict(os.environ)
    surroundings.pop("DATABASE_URL", None)
    surroundings |= variables
    surroundings |= {
        "GONGJIAN_DATA_DIR": room,
        "GONGJIAN_MODE": "embedded",
        "PYTHONPATH": str(ROOT),
    }
    surroundings["DJANGO_SETTINGS_MODULE"] = "gongjian.settings"
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "-v0"], env=surroundings, cwd=ROOT, check=True
    )


if __name__ == "__main__":
    postgresql_template() if IS_POSTGRESQL else _template()
