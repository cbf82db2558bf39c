"""Ending personal data that is past its time, and changing the keys under which it lies."""

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from gongjian.accounts.factor_secrets import reseal_factors
from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.audit.subjects import Subject
from gongjian.jobs.models import Job
from gongjian.jobs.services import enlist_again
from gongjian.lib.crypto import ring
from gongjian.lib.sealing import Count, SealedTextField, reseal
from gongjian.notifications.services import notify
from gongjian.office.privacy.permissions import may_end_personal_data
from gongjian.office.privacy.retention import CLASSES, RetentionClass
from gongjian.workflow import WrongState, require

RUN = "privacy.retention.run"
ONLY_SECURITY = "只有安全管理员可以确认按保存期限处理"
SWITCHED_OFF = "本站没有启用按保存期限处理：请在设置中写 GONGJIAN_RETENTION_ENABLED=true 并重启"


@dataclass(frozen=True)
class Due:
    kind: RetentionClass
    count: int


def run_about(key: str, name: str) -> Subject:
    """Return what a run is about, for the log: it is no row of its own."""
    return Subject("privacy.run", key, name)


def count_due(at: datetime) -> list[Due]:
    """The dry run: what is past its time at `at`, class by class. Nothing is changed."""
    dues = []
    for kind in CLASSES:
        due = Due(kind, kind.count(at))
        dues.append(due)
    return dues


def confirm_retention(*, by: User, at: datetime) -> Job:
    """Put a run on the ledger in the name of who confirmed it.

    Raises WrongState where the site has it switched off.
    """
    _require_allowed(by)
    month = f"{timezone.localdate(at):%Y-%m}"
    return enlist_again(
        "privacy.retention", key=month, title=f"按保存期限处理个人信息（{month}）", by=by, at=at
    )


def _require_allowed(by: User) -> None:
    require(may_end_personal_data(by), ONLY_SECURITY)
    if not settings.RETENTION_ENABLED:
        raise WrongState(SWITCHED_OFF)


def run_retention(*, by: User, at: datetime) -> dict[str, int]:
    """End what is past its time, each class with its entry in the log in one transaction.

    Safe to run twice.
    """
    _require_allowed(by)
    counts = {}
    for kind in CLASSES:
        with (
            transaction.atomic()
        ):  # the files of photos go inside it too: unlinking is quick, and a repeat finds them gone
            counts[kind.name] = kind.end(at)
            subject = run_about(kind.name, kind.label)
            record(subject, RUN, by=by, at=at, count=counts[kind.name], rule=kind.rule)
    return counts


def report_month(*, at: datetime, link: str) -> dict[str, int]:
    """Count what is past its time and tell the security administrators when there is something to
    confirm.
    """
    counts = {}
    for due in count_due(at):
        counts[due.kind.name] = due.count
    total = sum(counts.values())
    if total:
        today = timezone.localdate(at)
        keepers = User.objects.holding(Role.SECURITY_ADMIN, on=today)
        subject = f"有 {total} 条个人信息已过保存期限，请核对后确认处理"
        notify(keepers, key=f"retention:{today:%Y-%m}", subject=subject, at=at, link=link)
    return counts


def sealed_columns() -> list[tuple[str, str]]:
    """(table, column) of every sealed column of the site."""
    columns = []
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, SealedTextField):
                columns.append((model._meta.db_table, str(field.column)))
    return columns


def rotate_keys(*, at: datetime) -> list[Count]:
    """Seal every column anew under the newest key; see `reseal`.

    One entry in the log with the counts.
    """
    counts = [reseal(connection, table, column) for table, column in sealed_columns()] + [
        reseal_factors()
    ]
    if any(count.sealed or count.unread for count in counts):
        name = f"密钥 {ring().newest.id}"
        subject = run_about(ring().newest.id, name)
        details = {}
        for count in counts:
            details[count.place] = {"sealed": count.sealed, "unread": count.unread}
        record(subject, "privacy.keys.rotate", by=None, at=at, counts=details)
    return counts
