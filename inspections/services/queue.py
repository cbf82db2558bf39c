"""What a phone kept while it had no signal: taken in once, however often and in however many pieces it arrives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404

from gongjian.audit.services import record
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

    `base` is when the row (a self-check, or a sheet of the assessment) had last been saved as the phone opened it;
    `after` are submissions of the same phone that this one follows and whose answer it may never have read; `sha256`
    is that of all that was sent.
    """

    uuid: UUID
    sha256: str
    submits: bool
    said_at: datetime | None = None
    base: datetime | None = None
    after: tuple[UUID, ...] = ()


def receive_photo(
    check: SelfCheck, *, uuid: UUID, item_code: str, content: bytes, by, at: datetime
) -> tuple[Photo, bool]:
    """Keep a photo under the phone's uuid; (photo, whether it is new). Raises BadUpload, and WrongState when handed in.

    It is decoded before anything is written: nobody waits for the database meanwhile.
    """
    if known := _known_photo(check, uuid, by):
        return known, False
    require(may_fill_self_check(by, check), "您不能为这份自查添加照片")
    _refuse_unless_open(check)
    if item_code not in {item.code for item in rules_of(check.checklist).items}:
        raise BadUpload(f"自查表里没有“{item_code}”这一项，照片没有收：请刷新页面后重新添加。")
    photo = clean_photo(BytesIO(content))
    try:
        kept = attach_photo(check, item_code=item_code, file=photo, uuid=uuid, by=by, at=at)
    except IntegrityError:  # the same photo, sent twice at once: the other one is in
        kept = Photo.objects.get(self_check=check, item_code=item_code, sha256=photo.sha256)
    return kept, kept.uuid == uuid


def _known_photo(check: SelfCheck, uuid: UUID, by) -> Photo | None:
    photo = Photo.objects.filter(uuid=uuid).first()
    if photo and (photo.by_id, photo.self_check_id) != (by.pk, check.pk):
        raise Http404
    return photo


def known_submission(sent: Sent, by) -> Submission | None:
    """What was taken in under this uuid. Raises Http404 for somebody else's, WrongState for other content."""
    return taken_before(Submission.objects.select_related("self_check__community"), sent, by)


def taken_before(received: QuerySet[Taken], sent: Sent, by) -> Taken | None:
    """The one of `received` under this uuid. Raises Http404 for somebody else's, WrongState for other content."""
    row = received.filter(uuid=sent.uuid).first()
    if row and row.by_id != by.pk:
        raise Http404
    if row and row.sha256 != sent.sha256:
        raise WrongState(
            "这一份先前已经收下，内容与这次的不同，这次的没有写入：请打开填报页核对后再提交一次"
        )
    return row


def receive_self_check(
    check: SelfCheck, sent: Sent, *, marks: Mapping, removed: Iterable[str] = (), by, at: datetime
) -> tuple[Submission, bool]:
    """Save the marks and, if the phone says so, hand the month in: all of it once, or nothing.

    Gives (what was taken in, whether it is new). Raises WrongMarks item by item, ChangedMeanwhile when somebody saved
    since the phone opened it, and WrongState when the month was handed in by another.
    """
    require(may_fill_self_check(by, check), "只有牵头单位经办人和本社区工作者可以填报自查")
    with transaction.atomic():
        held = SelfCheck.objects.select_related("community", "checklist").select_for_update(
            of=("self",)
        )
        held = held.get(pk=check.pk)
        if known := known_submission(sent, by):
            return known, False
        _refuse_unless_open(held)
        _refuse_if_changed(held, sent, by)
        if removed:
            remove_photos(held, uuids=removed, by=by, at=at)
        save_self_check(held, marks=marks, by=by, at=at)
        if sent.submits:
            submit_self_check(held, by=by, at=at)
        row = Submission.objects.create(
            uuid=sent.uuid,
            self_check=held,
            sha256=sent.sha256,
            said_at=sent.said_at,
            saved_at=held.updated_at,
            by=by,
            at=at,
        )
        record(
            held,
            "inspections.selfcheck.receive",
            by=by,
            at=at,
            uuid=str(sent.uuid),
            said_at=sent.said_at,
        )
    return row, True


def _refuse_unless_open(check: SelfCheck) -> None:
    if check.status in OPEN_TO_CHANGE:
        return
    who = f"{check.submitted_by}于 {moment(check.submitted_at)} " if check.submitted_by else ""
    raise WrongState(
        f"{check}已由{who}报送，手机上的这份没有写入：请打开核对；确需修改，请共建办退回后再提交。手机上的内容还在"
    )


def _refuse_if_changed(check: SelfCheck, sent: Sent, by) -> None:
    """Nobody's marks are overwritten unseen; what this very phone sent before is his own."""
    if not knows_last_save(sent, check.submissions.filter(by=by), check.updated_at):
        raise ChangedMeanwhile(
            f"{check}在您填写期间由他人保存过（{moment(check.updated_at)}），手机上的这份没有写入：请打开核对后再提交"
        )


def knows_last_save(sent: Sent, own: QuerySet, saved_at: datetime | None) -> bool:
    """Whether the phone opened the row as last saved, or saved it so itself; `own` is what he sent of the row."""
    return sent.base == saved_at or own.filter(uuid__in=sent.after, saved_at=saved_at).exists()


def clock_sentence(said: datetime | None, at: datetime) -> str:
    """What to tell the owner of a phone whose clock, when it sent, differs from the server's by more than a day."""
    if said is None or abs(said - at) <= CLOCK_MAY_DIFFER:
        return ""
    days = abs(said - at).days
    way = "快" if said > at else "慢"
    return f"您手机的时间比系统{way}了 {days} 天，已按系统时间 {moment(at, 'full')} 记录；请在手机设置里校准时间。"
