"""The site's photos and documents, by name; put in place at the very end."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from gongjian.office.backup.archive import Member
from gongjian.office.backup.refusals import BackupRefused

# Uploads between preview and confirmation: they belong to a session and live for minutes.
LEFT_OUT = frozenset({"register"})
WAITING = ".restoring"


def media_files() -> Iterator[tuple[str, Path]]:
    """Name and path of every plain file; dot-files, links and passing uploads are no part of the
    site.
    """
    root = Path(settings.MEDIA_ROOT)
    if root.is_dir():
        yield from _files(root, "", LEFT_OUT)


def refuse_present_files() -> None:
    present = next(media_files(), None)
    if present:
        raise BackupRefused(
            f"文件目录 {settings.MEDIA_ROOT} 里已有文件（如 {present[0]}）：只能恢复到空站点。"
            "请另设一个空的数据目录（GONGJIAN_DATA_DIR）再恢复。"
        )


def _files(
    folder: Path, prefix: str, skipped: frozenset[str] = frozenset()
) -> Iterator[tuple[str, Path]]:
    """Sorted so that the whole is sorted by full name."""
    with os.scandir(folder) as entries:
        chosen = []
        for entry in entries:
            is_left_out = entry.name.startswith(".") or entry.name in skipped
            if not entry.is_symlink() and not is_left_out:
                chosen.append(entry)
    for entry in sorted(
        chosen, key=lambda entry: entry.name + "/" if entry.is_dir() else entry.name
    ):
        if entry.is_dir():
            yield from _files(Path(entry.path), f"{prefix}{entry.name}/")
        elif entry.is_file():
            yield prefix + entry.name, Path(entry.path)


class MediaRoom:
    """Where restored files wait, beside their place; moved there together, taken back when the rows
    are refused.
    """

    def __init__(self) -> None:
        self.root = Path(settings.MEDIA_ROOT)
        self.waiting = self.root / WAITING
        self._moved: list[str] = []

    def take(self, member: Member, *, read_back: bool) -> None:
        """Unpack one file, its name already allowed by the archive; with `read_back` hash it on the
        disk too.
        """
        path = self.waiting / member.name.removeprefix("media/")
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, settings.FILE_UPLOAD_PERMISSIONS),
            "wb",
        ) as file:
            for block in member.blocks():
                file.write(block)
        if read_back:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").digest()
                if digest != member.digest.digest():
                    raise BackupRefused(f"{member.name} 写到磁盘后与备份不符：请检查磁盘。")

    def move_in(self) -> None:
        for name in sorted(os.listdir(self.waiting)):
            if (self.root / name).is_dir():
                shutil.rmtree(self.root / name)  # empty folders: files would have been refused
            (self.waiting / name).rename(self.root / name)
            self._moved.append(name)

    def move_out(self) -> None:
        for name in self._moved:
            (self.root / name).rename(self.waiting / name)


@contextmanager
def media_room(most: int) -> Iterator[MediaRoom]:
    """A room for files of `most` bytes; nothing of it stays when the block fails.

    Raises BackupRefused.
    """
    room = MediaRoom()
    shutil.rmtree(room.waiting, ignore_errors=True)
    room.waiting.mkdir(parents=True, mode=0o750)
    try:
        if shutil.disk_usage(room.waiting).free < most:
            raise BackupRefused(f"磁盘空间不足：恢复照片和公文需要 {most >> 20} MB，请先腾出空间。")
        yield room
    except BaseException:
        room.move_out()
        raise
    finally:
        shutil.rmtree(room.waiting, ignore_errors=True)
