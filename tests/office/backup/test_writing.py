"""One file, for its owner alone, whole or not there; every night one, the newest kept."""

import stat
from datetime import date, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models

from gongjian.audit.models import Entry
from gongjian.jobs.models import Job, JobStatus
from gongjian.office.backup import nightly, writing
from gongjian.office.backup.catalogue import copied_tables, label_of
from gongjian.office.backup.jobs import enlist_nightly
from gongjian.office.backup.refusals import BackupRefused
from gongjian.office.backup.rows import Inserter, read_rows, to_line
from tests.cast import NOW
from tests.documents.factories import make_document
from tests.office.backup.forging import contents, manifest_of

pytestmark = pytest.mark.django_db


def write(path):
    return writing.write_backup(path, at=NOW, say=lambda line: None)


def test_the_file_is_its_owners_alone_and_nothing_else_stays(cast, tmp_path):
    path = tmp_path / "new" / "site.tar.gz"
    write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_is_there_is_never_overwritten(tmp_path):
    path = tmp_path / "site.tar.gz"
    path.write_bytes(b"the only one")
    with pytest.raises(BackupRefused, match="不会覆盖"):
        write(path)
    assert path.read_bytes() == b"the only one"


def test_a_backup_broken_off_leaves_no_file(cast, tmp_path, monkeypatch):
    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "_copy_files", fail)
    with pytest.raises(BackupRefused, match="No space left"):
        write(tmp_path / "site.tar.gz")
    assert list(tmp_path.iterdir()) == []


def test_no_key_is_in_it(cast, tmp_path):
    everything = b"".join(contents(write(tmp_path / "site.tar.gz").path).values())
    assert settings.SECRET_KEY.encode() not in everything
    assert "陈科长".encode() in everything


def test_a_file_that_is_lost_is_named_and_stops_nothing(cast, tmp_path):
    make_document(cast, file="documents/2026/lost.pdf")
    said = []
    written = writing.write_backup(tmp_path / "site.tar.gz", at=NOW, say=said.append)
    assert written.manifest.absent_files == ["documents/2026/lost.pdf"]
    assert "lost.pdf" in said[-1]


def test_uploads_in_passing_and_links_are_left_out(tmp_path, settings):
    for name in ("register/passing", "photos/a.jpg", ".hidden/x"):
        (settings.MEDIA_ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (settings.MEDIA_ROOT / name).write_bytes(b"x")
    (settings.MEDIA_ROOT / "photos" / "link.jpg").symlink_to("/etc/hostname")
    held = contents(write(tmp_path / "site.tar.gz").path)
    assert [name for name in held if name.startswith("media/")] == ["media/photos/a.jpg"]


def test_a_table_longer_than_a_part_stays_whole(cast, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "PART", 300)
    held = contents(write(tmp_path / "site.tar.gz").path)
    parts = [
        content.splitlines()
        for name, content in held.items()
        if name.startswith("data/accounts.user/")
    ]
    assert len(parts) > 3
    assert len({part[0] for part in parts}) == 1
    assert sum(len(part) - 1 for part in parts) == len(cast.people)


def test_tables_come_before_those_that_point_at_them():
    tables = copied_tables()
    places = {model: place for place, model in enumerate(tables)}
    wrong = [
        f"{label_of(model)} before {label_of(field.related_model)}"
        for model in tables
        for field in model._meta.concrete_fields
        if field.is_relation and places.get(field.related_model, -1) > places[model]
    ]
    assert wrong == []
    assert "sessions.session" not in map(label_of, tables)


def test_the_command_says_what_it_made_and_leaves_an_entry(cast, tmp_path):
    out = StringIO()
    call_command("backup", tmp_path / "site.tar.gz", stdout=out)
    entry = Entry.objects.get(event="backup.file.write")
    assert entry.changes["sha256"] in out.getvalue()
    assert "密钥请另处保管" in out.getvalue()


class Opened(models.TextField):
    """Stored backwards and shown forwards, as an encrypted column is stored one way and shown
    another.
    """

    def from_db_value(self, value, expression, connection):
        return value[::-1]

    def get_prep_value(self, value):
        return value[::-1]


class Letter(models.Model):
    words = Opened()

    class Meta:
        app_label = "lib"
        db_table = "letter"

    def __str__(self):
        return self.words


def test_an_encrypted_column_travels_as_it_is_stored():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE letter (id integer PRIMARY KEY, words text NOT NULL)")
    Letter.objects.create(pk=1, words="abc")
    lines = [to_line(row) for row in read_rows(Letter)]
    assert lines == [b'[1,"cba"]\n']
    Letter.objects.all().delete()
    Inserter(Letter).write(lines)
    assert Letter.objects.get().words == "abc"


class TestNightly:
    def test_no_folder_no_backup(self, settings):
        settings.BACKUP_DIR = ""
        enlist_nightly()
        assert not Job.objects.exists()

    def test_one_job_a_day_writes_one_file(
        self, cast, today, settings, tmp_path, django_capture_on_commit_callbacks
    ):
        settings.BACKUP_DIR = str(tmp_path)
        with django_capture_on_commit_callbacks(execute=True):
            enlist_nightly()
            enlist_nightly()
        job = Job.objects.get()
        assert (job.status, job.key) == (JobStatus.DONE, "2026-11-16")
        assert [path.name for path in tmp_path.iterdir()] == [job.result["file"]]
        assert manifest_of(tmp_path / job.result["file"]).rows > 20

    def test_the_newest_are_kept_and_other_files_left_alone(self, settings, tmp_path):
        for day in range(20):
            (tmp_path / writing.backup_name(NOW + timedelta(days=day))).touch()
        (tmp_path / "gongjian-before-the-move.tar.gz").touch()
        dropped = nightly.drop_oldest(tmp_path, keep=14)
        assert len(dropped) == 6
        assert min(dropped) == "gongjian-20261116-100000.tar.gz"
        assert len(list(tmp_path.iterdir())) == 15

    def test_the_job_is_named_by_its_day(self, settings, tmp_path):
        settings.BACKUP_DIR = str(tmp_path)
        assert str(nightly.enlist_nightly(on=date(2026, 11, 16), at=NOW)) == "2026-11-16 夜间备份"
