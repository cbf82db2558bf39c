"""The uploaded file between preview and confirmation: kept on the server, named in the person's
session.

Not a row of a table: it lives for minutes, belongs to one session and holds personal data that
nobody else may read.
"""

import hashlib
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from gongjian.lib.spreadsheets import WorksheetTable, read_tables

# What the register's upload is called in the session; another importer gives its own name as `key`.
REGISTER = "register_pending"
FOLDER = "register"
Session = MutableMapping[str, Any]
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Pending:
    """A file on the server: where it lies, its own name, its SHA-256 and the fingerprint of the
    plan last shown.
    """

    path: str
    name: str
    sha256: str
    shown: str = ""

    def tables(self) -> list[WorksheetTable]:
        with default_storage.open(self.path) as file:
            return read_tables(file, self.name)


def keep_upload(
    session: Session, content: bytes, name: str, *, at: datetime, key: str = REGISTER
) -> Pending:
    """Keep an upload for this session in place of an earlier one; sweeps out what others have left
    behind.
    """
    drop_pending(session, key=key)
    drop_left_behind(at)
    path = default_storage.save(f"{FOLDER}/{uuid4().hex}", ContentFile(content))
    sha256 = hashlib.sha256(content).hexdigest()
    pending = Pending(path, name[-100:], sha256)
    session[key] = asdict(pending)
    return pending


def find_pending(session: Session, *, key: str = REGISTER) -> Pending | None:
    pending = None
    if key in session:
        pending = Pending(**session[key])
    if pending and default_storage.exists(pending.path):
        return pending
    return None


def note_shown(session: Session, fingerprint: str, *, key: str = REGISTER) -> None:
    """Remember which plan the person has in front of him."""
    session[key] = {**session[key], "shown": fingerprint}


def drop_pending(session: Session, *, key: str = REGISTER) -> None:
    pending = session.pop(key, None)
    if pending:
        default_storage.delete(pending["path"])


def left_behind(at: datetime) -> list[str]:
    """Uploads that nobody confirmed within a day."""
    if default_storage.exists(FOLDER):
        names = default_storage.listdir(FOLDER)[1]
    else:
        names = []
    paths = (f"{FOLDER}/{name}" for name in names)
    left_behinds = []
    for path in paths:
        if default_storage.get_modified_time(path) < at - KEPT_FOR:
            left_behinds.append(path)
    return left_behinds


def drop_left_behind(at: datetime) -> int:
    """Sweep out what nobody confirmed; returns how many files."""
    paths = left_behind(at)
    for path in paths:
        default_storage.delete(path)
    return len(paths)
