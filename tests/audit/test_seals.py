"""The nightly sealed export: complete, chained, safe to run twice and to be killed."""

import gzip
import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from gongjian.audit import checks, sealing
from gongjian.audit.sealing import (
    WrongSeal,
    drop_old_seals,
    manifest_path,
    read_manifest,
    seal_log,
    sealed_heads,
    verify_export,
)
from gongjian.audit.verifying import Verdict
from gongjian.celery import app
from gongjian.jobs.models import Job
from gongjian.office.security.jobs import SEAL, seal_last_night
from tests.audit.tampering import tamper, write

NIGHT = date(2026, 11, 15)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.AUDIT_EXPORT_DIR = tmp_path / "audit"
    return settings.AUDIT_EXPORT_DIR


def seal(cast, days=0):
    return seal_log(NIGHT + timedelta(days=days), at=cast.now)


def file_of(manifest, folder):
    return folder / manifest.file


def verify(*options):
    out = StringIO()
    call_command("verify_audit", *options, stdout=out, stderr=out)
    return out.getvalue()


def test_a_seal_holds_every_entry(cast, folder):
    write(cast, 5)
    manifest = seal(cast)
    lines = gzip.decompress(file_of(manifest, folder).read_bytes()).decode().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [1, 2, 3, 4, 5]
    assert (manifest.count, manifest.first_number, manifest.last_number) == (5, 1, 5)
    assert verify_export(manifest_path(NIGHT))[1].is_whole


def test_sealing_twice_changes_nothing(cast, folder):
    write(cast, 3)
    first = seal(cast)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    write(cast, 3)
    assert seal(cast) == first
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_missed_night_is_caught_up_by_the_next(cast):
    write(cast, 3)
    first = seal(cast)
    write(cast, 4)
    later = seal(cast, days=3)
    assert (later.count, later.first_number, later.last_number) == (4, 4, 7)
    assert (later.previous_seal, later.link_hash) == (first.seal, first.last_hash)
    assert verify_export(manifest_path(NIGHT + timedelta(days=3)))[1].is_whole


def test_a_quiet_night_is_sealed_too(cast):
    write(cast, 3)
    seal(cast)
    quiet = seal(cast, days=1)
    assert (quiet.count, quiet.last_number) == (0, 3)
    assert verify_export(manifest_path(NIGHT + timedelta(days=1)))[1].is_whole


def test_a_killed_job_leaves_nothing_that_counts(cast, folder, monkeypatch):
    write(cast, 3)

    def killed(*given):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sealing.os, "link", killed)
        with pytest.raises(KeyboardInterrupt):
            seal(cast)
    assert sealing.seals() == []
    write(cast, 1)
    assert seal(cast).count == 4


def test_a_seal_under_sm3_holds(cast, settings):
    settings.AUDIT_DIGEST = "sm3"
    write(cast, 2)
    assert seal(cast).digest == "sm3"
    assert verify_export(manifest_path(NIGHT))[1].is_whole


def test_a_changed_manifest_is_found(cast):
    write(cast, 3)
    seal(cast)
    path = manifest_path(NIGHT)
    path.write_text(path.read_text().replace('"count": 3', '"count": 2'))
    with pytest.raises(WrongSeal, match="清单被改动"):
        read_manifest(path)


@pytest.mark.parametrize("place", range(0, 200, 20))
def test_a_changed_file_is_found(cast, folder, place):
    write(cast, 3)
    path = file_of(seal(cast), folder)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(CommandError, match="不完整"):
        verify("--export", str(path))


def test_an_old_key_still_checks(cast, settings):
    write(cast, 3)
    seal(cast)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 10
    with pytest.raises(WrongSeal, match="SECRET_KEY_FALLBACKS"):
        read_manifest(manifest_path(NIGHT))
    settings.SECRET_KEY_FALLBACKS = [old]
    assert read_manifest(manifest_path(NIGHT)).count == 3


def test_a_seal_taken_from_between_is_found(cast):
    write(cast, 3)
    for night in range(3):
        seal(cast, days=night)
    manifest_path(NIGHT + timedelta(days=1)).unlink()
    verdict = Verdict()
    sealed_heads(verdict)
    assert len(verdict.faults) == 1
    assert "接不上" in verdict.faults[0]


def test_nothing_is_sealed_upon_a_log_that_lost_its_tail(cast):
    write(cast, 5)
    seal(cast)
    tamper("DELETE FROM audit_entry WHERE id > 3")
    with pytest.raises(WrongSeal, match="verify_audit"):
        seal(cast, days=1)


def test_old_exports_go_and_the_newest_stays(cast, settings, folder):
    settings.AUDIT_EXPORT_KEEP_DAYS = 200
    write(cast, 3)
    seal(cast)
    seal(cast, days=1)
    assert drop_old_seals(NIGHT + timedelta(days=200)) == 0
    assert drop_old_seals(NIGHT + timedelta(days=300)) == 1
    assert sorted(path.name for path in folder.iterdir()) == [
        "audit-2026-11-16-3.jsonl.gz",
        "audit-2026-11-16.json",
    ]


def test_the_command_says_what_it_counted(cast):
    write(cast, 3)
    last = seal(cast).last_hash
    said = verify()
    assert "共 3 条" in said
    assert f"末条 第 3 条 {last}" in said
    assert "比照封存 1 份" in said
    assert "操作记录完整。" in said
    assert "封存完整。" in verify("--export", str(manifest_path(NIGHT)))


def test_the_command_finds_a_tail_that_is_gone(cast, tmp_path):
    write(cast, 5)
    seal(cast)
    tamper("DELETE FROM audit_entry WHERE id > 3")
    with pytest.raises(CommandError, match="发现 1 处"):
        verify()


def test_the_command_keeps_a_head_of_its_own(cast, tmp_path):
    write(cast, 5)
    head = tmp_path / "head.json"
    verify("--head", str(head))
    tamper("DELETE FROM audit_entry WHERE id > 3")
    with pytest.raises(CommandError, match="发现 1 处"):
        verify("--head", str(head))
    assert json.loads(head.read_text())["number"] == 5


def test_the_night_job_runs_once_a_night(cast, today, django_capture_on_commit_callbacks):
    write(cast, 3)
    with django_capture_on_commit_callbacks(execute=True):
        seal_last_night()
    assert read_manifest(manifest_path(NIGHT)).count == 3
    with django_capture_on_commit_callbacks(execute=True):
        seal_last_night()
    job = Job.objects.get(kind=SEAL)
    assert (job.status, job.tries, job.result["last_number"]) == ("done", 1, 3)


def test_beat_knows_the_night_job():
    assert app.conf.beat_schedule["seal-audit"]["task"] in app.tasks


def test_the_site_refuses_what_the_log_cannot_do(settings, monkeypatch):
    assert checks.check_digest(None) + checks.check_keeping(None) == []
    settings.AUDIT_DIGEST, settings.AUDIT_EXPORT_KEEP_DAYS = "md5", 182
    assert [error.id for error in checks.check_digest(None) + checks.check_keeping(None)] == [
        "audit.E001",
        "audit.E003",
    ]
    settings.AUDIT_DIGEST = "sm3"
    monkeypatch.setattr(checks, "is_available", lambda name: False)
    assert [error.id for error in checks.check_digest(None)] == ["audit.E002"]
