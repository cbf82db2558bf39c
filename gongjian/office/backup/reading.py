"""Read a backup through, from the seal to the last member; nothing of it is believed that does not
agree.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from gongjian.office.backup.archive import MANIFEST, MEMBERS, Member, read_members
from gongjian.office.backup.manifest import BackupManifest
from gongjian.office.backup.refusals import BackupRefused
from gongjian.office.backup.sealing import BROKEN, check_seal

Take = Callable[[Member], None]


@dataclass(frozen=True)
class ReadBackup:
    path: Path
    sha256: str
    manifest: BackupManifest


def check_backup(path: Path) -> ReadBackup:
    """Read the whole file and restore nothing.

    Raises BackupRefused for one that is cut short, altered or strange.
    """
    if not path.is_file():
        raise BackupRefused(f"没有 {path} 这个文件。")
    return ReadBackup(path, check_seal(path), read_backup(path, _pass_over))


def read_backup(path: Path, take: Take) -> BackupManifest:
    """Hand every table part and every file to `take`, who reads it; then compare with the list and
    the manifest.
    """
    members, listed = [], ""
    with TemporaryFile() as seen:
        for member in read_members(path):
            if members:
                raise BackupRefused(BROKEN)
            if member.name == MANIFEST:
                members.append(_manifest(member, listed))
            elif member.name == MEMBERS:
                listed = _compare(member, seen)
            else:
                take(member)
                seen.write(_listed(member))
    if not members:
        raise BackupRefused(BROKEN)
    return members[0]


def _pass_over(member: Member) -> None:
    for _ in member.blocks():
        pass


def _listed(member: Member) -> bytes:
    dumps = json.dumps([member.name, member.size, member.digest.hexdigest()], ensure_ascii=False)
    return dumps.encode() + b"\n"


def _compare(member: Member, seen: IO[bytes]) -> str:
    """The digest of the list.

    Raises BackupRefused naming the first member that is not as listed.
    """
    seen.seek(0)
    for line in member.content().splitlines(keepends=True):
        if line != seen.readline():
            raise BackupRefused(f"备份里的 {_name(line)} 与清单不符，已拒绝，没有写入任何内容。")
    extra = seen.readline()
    if extra:
        raise BackupRefused(f"备份里的 {_name(extra)} 不在清单上，已拒绝，没有写入任何内容。")
    return member.digest.hexdigest()


def _name(line: bytes) -> str:
    try:
        return str(json.loads(line)[0])
    except (ValueError, LookupError) as error:
        raise BackupRefused(BROKEN) from error


def _manifest(member: Member, listed: str) -> BackupManifest:
    try:
        stored = json.loads(member.content())
        manifest = BackupManifest.from_dict(stored)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise BackupRefused(BROKEN) from error
    if manifest.members_sha256 != listed:
        raise BackupRefused(BROKEN)
    return manifest
