"""The drill: a city is backed up, dropped and restored, and is the same city; also from one
database to the other.
"""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from gongjian.audit.models import Entry
from gongjian.audit.verifying import verify_log
from gongjian.lib.triggers import standing_triggers
from gongjian.office.backup.restoring import restore_backup
from gongjian.office.backup.writing import write_backup
from inspections.models import Photo
from tests import servers
from tests.cast import NOW, make_user
from tests.office.backup.forging import contents, manifest_of

# It starts a PostgreSQL of its own and goes both ways.
pytestmark = [pytest.mark.django_db, pytest.mark.first_pass, pytest.mark.slow]

# Grows by the entry of the restoration itself.
LOG = "audit.entry"


def quiet(line: str) -> None:
    """Nobody reads along."""


def told(path: Path) -> dict:
    """What must be equal from backup to restored site: every table's rows, sums and content, and
    every file.
    """
    tables = {label: sums for label, sums in manifest_of(path).tables.items() if label != LOG}
    files = {name: content for name, content in contents(path).items() if name.startswith("media/")}
    return {"tables": tables, "files": files}


def test_the_backup_holds_a_city_with_money_points_photos_and_documents(backup):
    tables = backup.manifest.tables
    assert tables["inspections.photo"].rows > 0
    assert tables["documents.officialdocument"].rows > 0
    assert float(tables["funds.contribution"].sums["amount_yuan"]) > 0
    assert float(tables["scoring.score"].sums["total_points"]) > 0
    assert backup.manifest.media_files >= tables["inspections.photo"].rows * 2
    assert backup.manifest.absent_files == []
    assert backup.manifest.chain[0] == tables[LOG].rows > 100


def test_a_dropped_city_is_restored_as_it_was(backup, tmp_path):
    assert not Entry.objects.exists()
    restore_backup(backup.path, at=NOW, say=quiet, verify=True)
    again = write_backup(tmp_path / "again.tar.gz", at=NOW, say=quiet)
    assert told(again.path) == told(backup.path)
    length, last = backup.manifest.chain
    assert Entry.objects.count() == length + 1
    assert Entry.objects.order_by("-pk").first().previous_hash == last
    assert verify_log().is_whole
    photo = Photo.objects.first()
    assert photo.file.read()[:2] == b"\xff\xd8"
    assert {path.name for path in Path(settings.MEDIA_ROOT).iterdir()} == {"photos", "documents"}


def test_new_rows_follow_the_restored_keys(backup):
    restore_backup(backup.path, at=NOW, say=quiet, verify=False)
    highest = backup.manifest.tables["accounts.user"].rows
    assert make_user("xinren").pk > highest


def site(folder: Path, *words: str, database: str | None = None) -> str:
    """Run a command of a site of its own, as from the README."""
    unwanted = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "BACKUP_DIR"}
    clean = {name: value for name, value in os.environ.items() if name not in unwanted}
    given = {
        **clean,
        "GONGJIAN_DATA_DIR": str(folder),
        "GONGJIAN_ENVIRONMENT": "given",
        "GONGJIAN_MODE": "embedded",
    }
    given["GONGJIAN_FIELD_KEYS"] = (
        settings.FIELD_KEYS
    )  # carried over apart from the file, as the drill says
    if database:
        given["DATABASE_URL"] = database
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rules_of(folder: Path) -> set[str]:
    """The triggers that stand in a restored SQLite site."""
    with sqlite3.connect(folder / "gongjian.sqlite3") as database:
        return {
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        }


@pytest.fixture
def postgresql_url():
    try:
        with servers.postgresql() as url:
            yield url
    except servers.NotInstalled as reason:
        if servers.required():
            raise
        pytest.skip(str(reason))


@pytest.mark.postgresql
def test_a_city_moves_from_sqlite_to_postgresql_and_back(backup, postgresql_url, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("the SQLite pass moves the city to PostgreSQL and back")
    there, back = tmp_path / "there.tar.gz", tmp_path / "back.tar.gz"
    site(tmp_path / "postgresql", "restore", str(backup.path), "--verify", database=postgresql_url)
    site(tmp_path / "postgresql", "backup", str(there), database=postgresql_url)
    said = site(tmp_path / "sqlite", "restore", str(there), "--verify")
    assert "均与备份一致" in said
    site(tmp_path / "sqlite", "backup", str(back))
    assert told(there) == told(back) == told(backup.path)
    assert manifest_of(there).vendor == "postgresql"
    assert manifest_of(back).tables[LOG].rows == backup.manifest.tables[LOG].rows + 2
    assert rules_of(tmp_path / "sqlite") == standing_triggers(connection)
    assert "备份完整，可以恢复" in site(tmp_path / "sqlite", "verify_backup", str(back))
