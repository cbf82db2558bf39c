"""What a backup says of itself, and what a site must be to take it in."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.functional import cached_property

from gongjian.audit.models import Entry
from gongjian.audit.services import FIRST
from gongjian.lib import crypto
from gongjian.lib.release import version
from gongjian.office.backup.catalogue import Table, summed_columns
from gongjian.office.backup.refusals import BackupRefused
from gongjian.office.backup.rows import header_of

FORMAT = 1


@dataclass
class TableSums:
    """One table: rows, sums of money and points to the cent, and the SHA-256 of its lines."""

    rows: int
    sums: dict[str, str]
    sha256: str


@dataclass
class BackupManifest:
    """What the whole file is; `chain` is the length and the last hash of the log."""

    created_at: str
    version: str
    vendor: str
    city: str
    migrations: dict[str, list[str]]
    key_ids: list[str]
    secret_id: str
    chain: tuple[int, str]
    tables: dict[str, TableSums] = field(default_factory=dict)
    media_files: int = 0
    media_bytes: int = 0
    absent_files: list[str] = field(default_factory=list)
    members_sha256: str = ""
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    def as_dict(self) -> dict:
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict) -> "BackupManifest":
        """Raises BackupRefused where another release wrote it in another form."""
        if stored.get("format") != FORMAT:
            raise BackupRefused(
                f"备份的格式版本是 {stored.get('format')}，这里只认得 "
                f"{FORMAT}。请用写下这份备份的那个版本恢复。"
            )
        tables = {}
        for label, sums in stored["tables"].items():
            tables[label] = TableSums(**sums)
        chain = tuple(stored["chain"])
        return cls(**{**stored, "tables": tables, "chain": chain})


class TableCounter:
    """Sums up one table while its lines go by."""

    def __init__(self, model: Table) -> None:
        self.rows = 0
        self.digest = hashlib.sha256(header_of(model))
        self.summed = list(summed_columns(model))
        self.sums = {name: Decimal(0) for _, name in self.summed}

    def take(self, row: tuple, line: bytes) -> None:
        self.rows += 1
        self.digest.update(line)
        for position, name in self.summed:
            if row[position] is not None:
                self.sums[name] += row[position]

    @property
    def sums_so_far(self) -> TableSums:
        sums = {}
        for name, total in self.sums.items():
            sums[name] = str(total)
        return TableSums(
            self.rows,
            sums,
            self.digest.hexdigest(),
        )


class ThisSite:
    """The site as it stands: what a backup of it says, and what a backup must fit."""

    @cached_property
    def migrations(self) -> dict[str, list[str]]:
        """The migrations that this release knows, by app."""
        return _by_app(MigrationLoader(connection).disk_migrations)

    @cached_property
    def applied(self) -> dict[str, list[str]]:
        """The migrations that the database has been through."""
        return _by_app(MigrationLoader(connection).applied_migrations)

    @cached_property
    def key_ids(self) -> list[str]:
        """Which keys for encrypted columns the site holds, by id, never the keys."""
        return crypto.key_ids()

    @cached_property
    def secret_id(self) -> str:
        """A name for SECRET_KEY from which nothing follows: API tokens hold only under the same
        one.
        """
        return hmac.new(
            settings.SECRET_KEY.encode(), b"gongjian backup", hashlib.sha256
        ).hexdigest()[:12]

    def chain(self) -> tuple[int, str]:
        entries = Entry.objects.order_by("-pk")
        last = entries.values_list("hash", flat=True).first()
        return Entry.objects.count(), last or FIRST

    def describe(self, at: datetime) -> BackupManifest:
        created_at = timezone.localtime(at).isoformat(timespec="seconds")
        return BackupManifest(
            created_at=created_at,
            version=version(),
            vendor=connection.vendor,
            city=settings.CITY,
            migrations=self.applied,
            key_ids=self.key_ids,
            secret_id=self.secret_id,
            chain=self.chain(),
        )


def refuse_behind(site: ThisSite) -> None:
    """Tables that the release no longer knows cannot be copied. Raises BackupRefused."""
    lacking = sorted(set(_names(site.migrations)) - set(_names(site.applied)))
    if lacking:
        raise BackupRefused(
            f"数据库还没有更新（缺 {_some(lacking)}）：请先运行 python3 manage.py migrate，再备份。"
        )


def refuse_other_release(backup: BackupManifest, site: ThisSite) -> None:
    """Rows fit only the tables they were taken from.

    Raises BackupRefused with the migrations' names.
    """
    theirs = set(_names(backup.migrations))
    ours = set(_names(site.migrations))
    of = f"备份来自版本 {backup.version}，本站是 {version()}"
    unknown = sorted(theirs - ours)
    if unknown:
        raise BackupRefused(
            f"{of}：本站没有它的数据库变更 {_some(unknown)}。"
            "请先把程序更新到备份所用的版本，再恢复。"
        )
    lacking = sorted(ours - theirs)
    if lacking:
        raise BackupRefused(
            f"{of}：备份还没有数据库变更 {_some(lacking)}。请用备份当时的版本恢复，再更新程序。"
        )


def refuse_lost_keys(backup: BackupManifest, site: ThisSite) -> None:
    """Encrypted columns without their keys are lost for good: said before, not after.

    Raises BackupRefused.
    """
    missing = sorted(set(backup.key_ids) - set(site.key_ids))
    if missing:
        raise BackupRefused(
            f"本站缺少加密字段的密钥 {_some(missing)}：恢复后电话等内容将无法读出。请先放回密钥；"
            "确实已无密钥，加 --without-keys 再恢复。"
        )


def _by_app(keys: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    apps: dict[str, list[str]] = {}
    for app, name in sorted(keys):
        apps.setdefault(app, []).append(name)
    return apps


def _names(migrations: dict[str, list[str]]) -> list[str]:
    texts = []
    for app, names in migrations.items():
        for name in names:
            texts.append(f"{app}.{name}")
    return texts


def _some(names: list[str]) -> str:
    listed = "、".join(names[:5])
    return f"{listed} 等 {len(names)} 项" if len(names) > 5 else listed
