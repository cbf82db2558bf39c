"""A backup as the log names it: the file is no row."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import ClassVar


@dataclass(frozen=True)
class BackupFile:
    pk: str
    name: str
    _meta: ClassVar = SimpleNamespace(label_lower="backup.file")

    def __str__(self) -> str:
        return self.name
