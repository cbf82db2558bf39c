"""A SQLite database with every migration applied, made once for all who ask; the migrations take longer than tests.

It is kept between runs and made anew when a migration or a package changes. `tests/ground` and the drill of the backup
still start from nothing.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from django.core.management.commands.migrate import Command
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".pytest_cache" / "migrated"
FILE = "gongjian.sqlite3"


def lay_database(folder: Path) -> None:
    """Put a migrated database into the data folder of a site, as if it had run before."""
    shutil.copy(_template(), folder / FILE)


def start_from_it(patch) -> None:
    """Let the first `migrate` of an in-memory database find everything applied, the rules of the tables too."""
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


def _template() -> Path:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two processes of one run ask at the same time
        template = KEPT / f"{_fingerprint()}.sqlite3"
        if not template.exists():
            for old in KEPT.glob("*.sqlite3"):
                old.unlink()
            _migrate(template)
    return template


def _fingerprint() -> str:
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted(ROOT.glob("**/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(template: Path) -> None:
    with tempfile.TemporaryDirectory() as room:
        surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        surroundings |= {"GONGJIAN_DATA_DIR": room, "GONGJIAN_MODE": "embedded", "PYTHONPATH": str(ROOT)}
        surroundings["DJANGO_SETTINGS_MODULE"] = "gongjian.settings"
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=surroundings, cwd=ROOT, check=True)
        with closing(sqlite3.connect(Path(room) / FILE)) as made:
            made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(Path(room) / FILE, template)
