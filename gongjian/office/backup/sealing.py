"""The seal at the end of a backup: an empty gzip member whose comment is the SHA-256 of every byte
before it.

`tar` and `gunzip` pass over it; one changed, added or missing byte anywhere in the file breaks it.
"""

import hashlib
from pathlib import Path
from typing import BinaryIO

from gongjian.office.backup.refusals import BackupRefused

BLOCK = 1 << 20
HEAD = b"\x1f\x8b\x08\x10\x00\x00\x00\x00\x00\xff"
EMPTY = b"\x03\x00" + bytes(8)
BROKEN = "备份文件不完整或被改动过，没有写入任何内容。请换一份备份，或重新从异地副本取回。"


def make_seal(digest: str) -> bytes:
    return HEAD + f"gongjian sha256 {digest}".encode() + b"\x00" + EMPTY


LENGTH = len(make_seal("0" * 64))


def seal(file: BinaryIO) -> str:
    """Append the seal to what was written; returns the digest."""
    file.flush()
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0, 2)
    file.write(make_seal(digest))
    return digest


def check_seal(path: Path) -> str:
    """The digest of a whole backup. Raises BackupRefused for any other file."""
    length = path.stat().st_size - LENGTH
    if length < 0:
        raise BackupRefused(BROKEN)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while length and (block := file.read(min(BLOCK, length))):
            digest.update(block)
            length -= len(block)
        if file.read() != make_seal(digest.hexdigest()):
            raise BackupRefused(BROKEN)
    return digest.hexdigest()
