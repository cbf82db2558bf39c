"""Which personal data is past its time, class by class, and how each class is ended.

Financial records, what was published and the log are never ended here. What is under appeal or not
closed out waits.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from gongjian.accounts.models import Appointment, User
from gongjian.audit.models import Entry
from gongjian.lib.pending_uploads import drop_left_behind, left_behind
from gongjian.notifications.models import Notification
from inspections.models import Photo, ResidentReport
from inspections.models.findings import FindingStatus
from inspections.models.reports import SETTLED
from scoring.models import Appeal

BATCH = 500


def years_before(at: datetime, years: int) -> datetime:
    """The same moment `years` ago; 29 February becomes the 28th."""
    local = timezone.localtime(at)
    try:
        return local.replace(year=local.year - years)
    except ValueError:
        return local.replace(year=local.year - years, day=28)


@dataclass(frozen=True)
class RetentionClass:
    """One class: `count` says how much is past its time at a moment, `end` ends it and says how
    much it was.
    """

    name: str
    label: str
    rule: str
    count: Callable[[datetime], int]
    end: Callable[[datetime], int]


def photos_due(at: datetime) -> QuerySet[Photo]:
    """Photos of findings closed out long enough ago, unless the community has an appeal that is not
    decided.
    """
    before = years_before(at, settings.RETENTION_PHOTO_YEARS)
    contested = Appeal.objects.open().filter(score__community=OuterRef("finding__community"))
    closed = Q(finding__status=FindingStatus.CLOSED_OUT, finding__closed_at__lt=before)
    return Photo.objects.filter(closed, ~Exists(contested), destroyed_at=None)


def _settled_reports(at: datetime) -> QuerySet[ResidentReport]:
    before = at - timedelta(days=settings.RETENTION_CONTACT_DAYS)
    return ResidentReport.objects.filter(status__in=SETTLED, settled_at__lt=before)


def contacts_due(at: datetime) -> QuerySet[ResidentReport]:
    """Residents' reports answered or refused long enough ago that still hold a contact."""
    return _settled_reports(at).exclude(contact="")


def resident_photos_due(at: datetime) -> QuerySet[Photo]:
    """Residents' photos of which no finding was made; the others go with their finding."""
    return Photo.objects.filter(report__in=_settled_reports(at), finding=None, destroyed_at=None)


def stopped_accounts_due(at: datetime) -> QuerySet[User]:
    """Stopped accounts with a number, of which the log knows no stop within the year."""
    before = years_before(at, 1)
    object_id = Cast(OuterRef("pk"), CharField())
    lately = Entry.objects.filter(
        object_type=User._meta.label_lower,
        object_id=object_id,
        event="accounts.user.stop",
        at__gte=before,
    )
    users = User.objects.filter(~Exists(lately), is_active=False, created_at__lt=before)
    return users.exclude(phone="")


def ended_postings_due(at: datetime) -> QuerySet[User]:
    """Accounts in use whose every appointment ended a year ago or earlier."""
    day = timezone.localdate(years_before(at, 1))
    appointments = Appointment.objects.filter(user=OuterRef("pk"))
    standing = appointments.filter(Q(ends_on=None) | Q(ends_on__gt=day))
    users = User.objects.filter(Exists(appointments), ~Exists(standing), is_active=True)
    return users.exclude(phone="")


def notifications_due(at: datetime) -> QuerySet[Notification]:
    return Notification.objects.filter(
        created_at__lt=years_before(at, 2), delivered_at__isnull=False
    )


def sessions_due(at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=at)


def sign_in_evidence_due(at: datetime) -> list[QuerySet[Any]]:
    """Rows of the lock-out's own tables, where it is installed."""
    if not apps.is_installed("axes"):
        return []
    names = ("AccessAttempt", "AccessFailureLog", "AccessLog")
    before = years_before(at, 1)
    signs = []
    for name in names:
        signs.append(apps.get_model("axes", name).objects.filter(attempt_time__lt=before))
    return signs


def _batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    while batch := list(rows.order_by("pk")[:BATCH]):
        yield batch
        rows = rows.filter(pk__gt=batch[-1].pk)


def _destroy_photos(at: datetime, due: Callable[[datetime], QuerySet[Photo]] = photos_due) -> int:
    """Destroy the pictures; the rows stay with their hash and the day.

    Files go first: a run cut off is repeated.
    """
    count = 0
    for batch in _batches(due(at)):
        for photo in batch:
            for file in (photo.file, photo.small):
                if file.name:
                    file.storage.delete(file.name)
        pks = [photo.pk for photo in batch]
        photos = Photo.objects.filter(pk__in=pks)
        count += photos.update(
            file="", small="", latitude=None, longitude=None, size_bytes=0, destroyed_at=at
        )
    return count


def _empty_phones(due: Callable[[datetime], QuerySet[User]]) -> Callable[[datetime], int]:
    def end(at: datetime) -> int:
        contacts = (
            User.objects.filter(pk__in=[user.pk for user in batch]) for batch in _batches(due(at))
        )
        return sum(batch.update(phone="") for batch in contacts)

    return end


def _delete(due: Callable[[datetime], list[QuerySet[Any]]]) -> Callable[[datetime], int]:
    def end(at: datetime) -> int:
        results = []
        for rows in due(at):
            for batch in _batches(rows):
                results.append((rows.model, batch))
        count = 0
        for model, rows in results:
            pks = [row.pk for row in rows]
            count += model._base_manager.filter(pk__in=pks).delete()[0]
        return count

    return end


CLASSES = (
    RetentionClass(
        "photos",
        "问题照片",
        "销号满期（默认 3 年）；有未决申诉的社区不动",
        lambda at: photos_due(at).count(),
        _destroy_photos,
    ),
    RetentionClass(
        "contacts",
        "居民留下的联系方式",
        "答复或不予受理满期（默认 180 天），清空",
        lambda at: contacts_due(at).count(),
        lambda at: contacts_due(at).update(contact=""),
    ),
    RetentionClass(
        "resident_photos",
        "未受理的居民照片",
        "答复或不予受理满期（默认 180 天），销毁",
        lambda at: resident_photos_due(at).count(),
        lambda at: _destroy_photos(at, resident_photos_due),
    ),
    RetentionClass(
        "stopped_accounts",
        "停用账号的电话",
        "停用满 1 年，清空号码",
        lambda at: stopped_accounts_due(at).count(),
        _empty_phones(stopped_accounts_due),
    ),
    RetentionClass(
        "ended_postings",
        "任职已结束者的电话",
        "全部任职结束满 1 年，清空号码",
        lambda at: ended_postings_due(at).count(),
        _empty_phones(ended_postings_due),
    ),
    RetentionClass(
        "notifications",
        "站内通知",
        "发出满 2 年，删除",
        lambda at: notifications_due(at).count(),
        _delete(lambda at: [notifications_due(at)]),
    ),
    RetentionClass(
        "sessions",
        "过期会话",
        "到期即删",
        lambda at: sessions_due(at).count(),
        _delete(lambda at: [sessions_due(at)]),
    ),
    RetentionClass(
        "sign_ins",
        "登录失败记录",
        "满 1 年，删除",
        lambda at: sum(rows.count() for rows in sign_in_evidence_due(at)),
        _delete(sign_in_evidence_due),
    ),
    RetentionClass(
        "uploads",
        "未确认的名册上传",
        "满 1 天，删除文件",
        lambda at: len(left_behind(at)),
        drop_left_behind,
    ),
)
