"""Backups as a forger would make them: changed in any way, and sealed again as if whole."""

import gzip
import io
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path

from gongjian.office.backup.archive import ArchiveWriter, read_members
from gongjian.office.backup.manifest import BackupManifest
from gongjian.office.backup.reading import read_backup
from gongjian.office.backup.sealing import seal
from tests.cast import NOW

Change = Callable[[str, bytes], bytes]


def manifest_of(path: Path) -> BackupManifest:
    return read_backup(path, lambda member: list(member.blocks()))


def contents(path: Path) -> dict[str, bytes]:
    """Every member by name."""
    return {member.name: member.content() for member in read_members(path)}


def rewrite(
    source: Path, target: Path, change: Change = lambda name, content: content, **said
) -> Path:
    """The backup once more with other contents and another manifest, its list and its seal agreeing
    with both.
    """
    with target.open("w+b") as file:
        with ArchiveWriter(file, NOW) as archive:
            for name, content in contents(source).items():
                if name.startswith(("data/", "media/")):
                    archive.add(name, change(name, content))
            archive.end({**manifest_of(source).as_dict(), **said})
        seal(file)
    return target


def forge(
    target: Path, members: Iterable[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.USTAR_FORMAT
) -> Path:
    """A sealed tar with just these members."""
    with target.open("w+b") as file:
        with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as zipped:
            tar = tarfile.open(fileobj=zipped, mode="w|", format=form)  # noqa: SIM115
            for member, content in members:
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
            tar.close()
        seal(file)
    return target
