"""What a phone kept while it had no signal: taken in once, however often it arrives."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.checklists import Marks
from gongjian.lib.templatetags.office import moment
from gongjian.lib.uploads import BadUpload, clean_photo
from gongjian.workflow import WrongState, require
from inspections.models import Photo, Received, SelfCheck, Submission
from inspections.permissions import may_fill_self_check
from inspections.services.checklists import rules_of
from inspections.services.self_checks import (
    OPEN_TO_CHANGE,
    attach_photo,
    remove_photos,
    save_self_check,
    submit_self_check,
)

CLOCK_MAY_DIFFER = timedelta(days=1)
Taken = TypeVar("Taken", bound=Received)


class ChangedMeanwhile(WrongState):
    """Somebody saved the row after the phone had opened it."""


@dataclass(frozen=True)
class Sent:
    """What the phone says of one submission besides the marks.

    `base` is when the row (a self-check, or a sheet of the assessment) had last been saved as the
    phone opened it. `after` are submissions of the same phone that this one follows and whose
    answer it may never have read. `sha256` is that of all that was sent.
    """

    uuid: UUID
    sha256: str
    submits: bool
    said_at: datetime | None = None
    base: datetime | None = None
    after: tuple[UUID, ...] = ()


def receive_photo(
    check: SelfCheck, *, uuid: UUID, item_code: str, content: bytes, by: User, at: datetime
) -> tuple[Photo, bool]:
    """Keep a photo under the phone's uuid; return it and whether it is new.

    It is decoded before anything is written: nobody waits for the database meanwhile. Raises
    BadUpload, WrongState when the month is handed in, and Http404 for a uuid of somebody else.
    """
    former = Photo.objects.filter(uuid=uuid).first()
    if former:
        is_own = former.by_id == by.pk
        if not is_own or former.self_check_id != check.pk:
            raise Http404
        return former, False
    require(may_fill_self_check(by, check), "您不能为这份自查添加照片")
    _refuse_unless_open(check)
    codes = {item.code for item in rules_of(check.checklist).items}
    if item_code not in codes:
        raise BadUpload(f"自查表里没有“{item_code}”这一项，照片没有收：请刷新页面后重新添加。")
    clean = clean_photo(BytesIO(content))
    try:
        photo = attach_photo(check, item_code=item_code, file=clean, uuid=uuid, by=by, at=at)
    except IntegrityError:
        # The same photo was sent twice at once, and the other one is in.
        photo = Photo.objects.get(self_check=check, item_code=item_code, sha256=clean.sha256)
    return photo, photo.uuid == uuid


def known_submission(sent: Sent, by: User) -> Submission | None:
    """Return what was taken in under this uuid; see `taken_before`."""
    return taken_before(Submission.objects.select_related("self_check__community"), sent, by)


def taken_before(received: QuerySet[Taken], sent: Sent, by: User) -> Taken | None:
    """Return the one of `received` under this uuid; None while there is none.

    Raises Http404 for somebody else's, WrongState for other content.
    """
    row = received.filter(uuid=sent.uuid).first()
    if row is None:
        return None
    if row.by_id != by.pk:
        raise Http404
    if row.sha256 != sent.sha256:
        raise WrongState(
            "这一份先前已经收下，内容与这次的不同，这次的没有写入：请打开填报页核对后再提交一次"
        )
    return row


def receive_self_check(
    check: SelfCheck,
    sent: Sent,
    *,
    marks: Marks,
    removed: Iterable[Any] = (),
    by: User,
    at: datetime,
) -> tuple[Submission, bool]:
    """Save the marks and, if the phone says so, hand the month in: all of it once, or nothing.

    Returns what was taken in and whether it is new. Raises WrongMarks item by item,
    ChangedMeanwhile when somebody saved since the phone opened it, and WrongState when the month
    was handed in by another.
    """
    require(may_fill_self_check(by, check), "只有牵头单位经办人和本社区工作者可以填报自查")
    with transaction.atomic():
        rows = SelfCheck.objects.select_related("community", "checklist")
        locked_check = rows.select_for_update(of=("self",)).get(pk=check.pk)
        former = known_submission(sent, by)
        if former:
            return former, False
        _refuse_unless_open(locked_check)
        _refuse_if_changed(locked_check, sent, by)
        if removed:
            remove_photos(locked_check, uuids=removed, by=by, at=at)
        save_self_check(locked_check, marks=marks, by=by, at=at)
        if sent.submits:
            submit_self_check(locked_check, by=by, at=at)
        return _store(locked_check, sent, by=by, at=at), True


def _store(check: SelfCheck, sent: Sent, *, by: User, at: datetime) -> Submission:
    row = Submission(self_check=check, uuid=sent.uuid, sha256=sent.sha256, by=by, at=at)
    row.said_at = sent.said_at
    row.saved_at = check.updated_at
    row.save(force_insert=True)
    details = {"uuid": str(sent.uuid), "said_at": sent.said_at}
    record(check, "inspections.selfcheck.receive", by=by, at=at, **details)
    return row


def _refuse_unless_open(check: SelfCheck) -> None:
    if check.status in OPEN_TO_CHANGE:
        return
    who = ""
    if check.submitted_by:
        who = f"{check.submitted_by}于 {moment(check.submitted_at)} "
    raise WrongState(
        f"{check}已由{who}报送，手机上的这份没有写入：请打开核对；"
        "确需修改，请共建办退回后再提交。手机上的内容还在"
    )


def _refuse_if_changed(check: SelfCheck, sent: Sent, by: User) -> None:
    """Refuse to overwrite another's marks unseen; what this very phone sent before is his own."""
    submissions = check.submissions.filter(by=by)
    if not knows_last_save(sent, submissions, check.updated_at):
        when = moment(check.updated_at)
        raise ChangedMeanwhile(
            f"{check}在您填写期间由他人保存过（{when}），手机上的这份没有写入：请打开核对后再提交"
        )


def knows_last_save(sent: Sent, submissions: QuerySet[Taken], saved_at: datetime | None) -> bool:
    """Whether the phone opened the row as last saved, or saved it so itself.

    `submissions` are those of the row that its owner sent.
    """
    if sent.base == saved_at:
        return True
    return submissions.filter(uuid__in=sent.after, saved_at=saved_at).exists()


def clock_sentence(phone_time: datetime | None, at: datetime) -> str:
    """Return what to tell the owner of a phone whose clock is off by more than a day; else ''."""
    if phone_time is None or abs(phone_time - at) <= CLOCK_MAY_DIFFER:
        return ""
    days = abs(phone_time - at).days
    way = "快" if phone_time > at else "慢"
    recorded = f"已按系统时间 {moment(at, 'full')} 记录"
    return f"您手机的时间比系统{way}了 {days} 天，{recorded}；请在手机设置里校准时间。"
