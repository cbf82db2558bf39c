"""Make the backup: one file, whole or not there at all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.db.models import FileField
from django.utils import timezone

from gongjian.audit.services import record
from gongjian.office.backup.archive import ArchiveWriter
from gongjian.office.backup.catalogue import columns_of, copied_tables, label_of
from gongjian.office.backup.log import backup_file
from gongjian.office.backup.manifest import (
    BackupManifest,
    TableCounter,
    TableSums,
    ThisSite,
    refuse_behind,
)
from gongjian.office.backup.media import media_files
from gongjian.office.backup.refusals import BackupRefused
from gongjian.office.backup.rows import header_of, read_rows, to_line
from gongjian.office.backup.sealing import seal
from gongjian.office.backup.snapshot import one_moment

# Bytes of rows in one member: what is held in memory at a time.
PART = 4 << 20
Say = Callable[[str], None]


@dataclass(frozen=True)
class WrittenBackup:
    path: Path
    size: int
    sha256: str
    manifest: BackupManifest


def backup_name(at: datetime) -> str:
    return f"gongjian-{timezone.localtime(at):%Y%m%d-%H%M%S}.tar.gz"


def write_backup(path: Path, *, at: datetime, say: Say) -> WrittenBackup:
    """Copy rows and files of one moment into `path`.

    Raises BackupRefused where something is there already.

    Hidden queries: one for each table, and three for the log.
    """
    with _whole_or_nothing(path) as file:
        with ArchiveWriter(file, at) as archive:
            with one_moment():
                manifest = _describe(at)
                named = _copy_rows(archive, manifest, say)
            _copy_files(archive, manifest, named, say)
            archive.end(manifest.as_dict())
        digest = seal(file)
        size = file.tell()
    return WrittenBackup(path, size, digest, manifest)


def _describe(at: datetime) -> BackupManifest:
    site = ThisSite()
    refuse_behind(site)
    return site.describe(at)


@contextmanager
def _whole_or_nothing(path: Path) -> Iterator[BinaryIO]:
    """A file for its owner alone, under a passing name until it is whole."""
    _refuse_present(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _refuse_present(path)
        draft.rename(path)
    except OSError as error:
        raise BackupRefused(f"不能写入 {path}：{error.strerror}。") from error
    finally:
        with suppress(OSError):
            draft.unlink()


def _refuse_present(path: Path) -> None:
    if path.exists():
        raise BackupRefused(f"{path} 已经存在，不会覆盖。请换一个文件名。")


def _copy_rows(archive: ArchiveWriter, manifest: BackupManifest, say: Say) -> set[str]:
    """Add every table; returns the files that its rows name."""
    named: set[str] = set()
    for model in copied_tables():
        manifest.tables[label_of(model)] = sums = _copy_table(archive, model, named)
        if sums.rows:
            say(f"  {model._meta.verbose_name}（{label_of(model)}）：{sums.rows} 行")
    return named


def _copy_table(archive: ArchiveWriter, model, named: set[str]) -> TableSums:
    counter = TableCounter(model)
    part = bytearray(header_of(model))
    number = 1
    files = []
    for position, field in enumerate(columns_of(model)):
        if isinstance(field, FileField):
            files.append(position)
    for row in read_rows(model):
        line = to_line(row)
        counter.take(row, line)
        named.update(str(row[position]) for position in files if row[position])
        part += line
        if len(part) > PART:
            archive.add(f"data/{label_of(model)}/{number:04}.jsonl", bytes(part))
            part, number = bytearray(header_of(model)), number + 1
    archive.add(f"data/{label_of(model)}/{number:04}.jsonl", bytes(part))
    return counter.sums_so_far


def _copy_files(
    archive: ArchiveWriter, manifest: BackupManifest, named: set[str], say: Say
) -> None:
    """Add every file; what a row names and the store lacks is told and noted, it stops nothing."""
    for name, path in media_files():
        with (
            suppress(FileNotFoundError),
            path.open("rb") as file,
        ):  # the retention job may take one away meanwhile
            size = os.fstat(file.fileno()).st_size
            archive.copy(f"media/{name}", file, size)
            manifest.media_files += 1
            manifest.media_bytes += size
            named.discard(name)
            if manifest.media_files % 1000 == 0:
                say(f"  照片和公文：{manifest.media_files} 个……")
    say(f"  照片和公文：{manifest.media_files} 个，{manifest.media_bytes / 1e6:.1f} MB")
    manifest.absent_files = sorted(named)
    if named:
        say(f"注意：有 {len(named)} 个文件在数据里有记录、文件目录里却没有，如 {min(named)}。")


def log_backup(written: WrittenBackup, *, at: datetime) -> None:
    """Say in the log that the site was copied, and into which file."""
    subject = backup_file(written.sha256, written.path.name)
    record(
        subject,
        "backup.file.write",
        by=None,
        at=at,
        sha256=written.sha256,
        bytes=written.size,
        rows=written.manifest.rows,
        files=written.manifest.media_files,
    )
