"""The one file of a backup: a gzipped tar of plain files and nothing else, written and read in a
stream.

data/<app>.<model>/0001.jsonl … the rows, tables in the order in which they are restored media/…
photos and documents, by name members.jsonl name, size and SHA-256 of each of these manifest.json
what the whole is
"""

import gzip
import hashlib
import json
import re
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from typing import IO

from gongjian.office.backup.refusals import BackupRefused
from gongjian.office.backup.sealing import BLOCK, BROKEN

# gzip's quickest level: rows shrink to a tenth, photos do not shrink at any.
FAST = 1
MEMBERS, MANIFEST = "members.jsonl", "manifest.json"
DATA = re.compile(r"data/(?P<label>[a-z0-9_]+\.[a-z0-9_]+)/\d{4,8}\.jsonl")
# Bytes of a part or a list: what is larger was not written here.
LARGEST_TEXT = 256 << 20
# A file that unfolds beyond 300 times its size and 64 MB is a bomb.
MOST_SHRUNK, SPARED = 300, 64 << 20
RECORD = tarfile.BLOCKSIZE
STRANGE = "备份文件里有不该有的内容（{what}），已拒绝，没有写入任何内容。"


class HashingReader:
    """Reads a file through, counting and hashing."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self.file.read(size)
        self.digest.update(block)
        return block


class ArchiveWriter:
    """Adds members one by one and keeps their list aside, so that a million photos need no more
    memory than one.
    """

    def __init__(self, file: IO[bytes], at: datetime) -> None:
        self.at = int(at.timestamp())
        self._gzip = gzip.GzipFile(
            filename="", mode="wb", compresslevel=FAST, fileobj=file, mtime=0
        )
        self._tar = tarfile.open(  # noqa: SIM115  __exit__ ends all three
            fileobj=self._gzip, mode="w|", format=tarfile.USTAR_FORMAT, bufsize=BLOCK
        )
        self._list = TemporaryFile()  # noqa: SIM115  __exit__ ends all three

    def add(self, name: str, content: bytes) -> None:
        self.copy(name, BytesIO(content), len(content))

    def copy(self, name: str, file: IO[bytes], size: int) -> None:
        """Add `size` bytes of an open file."""
        digest = self._write(name, file, size)
        dumps = json.dumps([name, size, digest], ensure_ascii=False)
        self._list.write(dumps.encode() + b"\n")

    def end(self, manifest: dict) -> None:
        """Add the list and the manifest, which names the list's SHA-256."""
        size = self._list.tell()
        self._list.seek(0)
        members_sha256 = self._write(MEMBERS, self._list, size)
        manifest = {**manifest, "members_sha256": members_sha256}
        dumps = json.dumps(manifest, ensure_ascii=False, indent=1)
        text = dumps.encode()
        self._write(MANIFEST, BytesIO(text), len(text))

    def __enter__(self) -> "ArchiveWriter":
        return self

    def __exit__(self, *_: object) -> None:
        with self._list, self._gzip:
            self._tar.close()

    def _write(self, name: str, file: IO[bytes], size: int) -> str:
        member = tarfile.TarInfo(name)
        member.size = size
        member.mtime = self.at
        member.mode = 0o600
        reader = HashingReader(file)
        self._tar.addfile(member, reader)
        return reader.digest.hexdigest()


@dataclass
class Member:
    """One plain file in the archive; `blocks()` gives its content once."""

    name: str
    size: int
    _source: "_Source"
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    @property
    def label(self) -> str | None:
        """The table whose rows these are."""
        match = DATA.fullmatch(self.name)
        return match["label"] if match else None

    def blocks(self) -> Iterator[bytes]:
        remaining = self.size
        while remaining:
            block = self._source.read(min(BLOCK, remaining))
            self.digest.update(block)
            remaining -= len(block)
            yield block
        self._source.read(-self.size % RECORD)

    def content(self) -> bytes:
        if self.size > LARGEST_TEXT:
            raise BackupRefused(STRANGE.format(what=f"{self.name} 过大"))
        return b"".join(self.blocks())


class _Source:
    """The unfolded stream: as many bytes as asked, never more than a backup can hold."""

    def __init__(self, path: Path) -> None:
        self._file = gzip.open(path)  # noqa: SIM115  closed by read_members
        self._left = path.stat().st_size * MOST_SHRUNK + SPARED

    def read(self, size: int) -> bytes:
        self._left -= size
        if self._left < 0:
            raise BackupRefused(STRANGE.format(what="展开后过大"))
        try:
            block = self._file.read(size)
        except (OSError, EOFError, zlib.error) as error:
            raise BackupRefused(BROKEN) from error
        if len(block) != size:
            raise BackupRefused(BROKEN)
        return block

    def close(self) -> None:
        self._file.close()


def read_members(path: Path) -> Iterator[Member]:
    """Every member in order; whoever takes one reads its content before the next.

    Our own reader of tar headers, and not tarfile's: it knows plain files under our own names, so
    links, devices, sparse files, long headers and paths that lead elsewhere are all simply unknown.
    Raises BackupRefused.
    """
    source = _Source(path)
    last = ""
    try:
        while any(head := source.read(RECORD)):
            member = _member(head, source)
            if member.name.startswith("media/") and member.name <= last:
                raise BackupRefused(STRANGE.format(what=f"{member.name} 重复"))
            last = ""
            if member.name.startswith("media/"):
                last = member.name
            yield member
    finally:
        source.close()


def _member(head: bytes, source: _Source) -> Member:
    try:
        info = tarfile.TarInfo.frombuf(head, "utf-8", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError) as error:
        raise BackupRefused(BROKEN) from error
    if info.type != tarfile.REGTYPE or info.size < 0 or not _is_ours(info.name):
        what = repr(info.name)[:80]
        raise BackupRefused(STRANGE.format(what=what))
    return Member(info.name, info.size, source)


def _is_ours(name: str) -> bool:
    if name in (MEMBERS, MANIFEST) or DATA.fullmatch(name):
        return True
    path = PurePosixPath(name)
    tidy = str(path) == name and name.isprintable() and "\\" not in name
    is_hidden = any(part.startswith(".") for part in path.parts)
    is_below_media = len(path.parts) > 1 and path.parts[0] == "media"
    return tidy and is_below_media and not is_hidden
