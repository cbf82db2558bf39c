"""A sheet that an assessor's phone stored while it had no signal: taken in once or not at all."""

from datetime import date, datetime

from django.db import transaction

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.templatetags.office import moment
from gongjian.workflow import WrongState, require
from inspections.services.queue import ChangedMeanwhile, Sent, knows_last_save, taken_before
from scoring.models import Sheet, SheetSubmission
from scoring.models.rounds import SheetStatus
from scoring.permissions import may_fill_sheet
from scoring.services.sheets.filling import SheetMarks, lock_sheet, save_sheet


def known_sheet(sent: Sent, by: User) -> SheetSubmission | None:
    """Return what was taken in under this uuid.

    Raises Http404 for somebody else's, WrongState for other content.
    """
    received = SheetSubmission.objects.select_related("sheet__community")
    return taken_before(received, sent, by)


def receive_sheet(
    sheet: Sheet,
    sent: Sent,
    *,
    marks: SheetMarks,
    visited_on: date | None,
    reason: str,
    by: User,
    at: datetime,
) -> tuple[SheetSubmission, bool]:
    """Save the marks, or lock the sheet if the phone says so: once, or nothing of it.

    Return what was taken in and whether it is new. Raises WrongMarks item by item, ValidationError
    at the day or the reason, ChangedMeanwhile when another device saved since the phone opened it,
    WrongState once it is locked, gathered or its community withdrawn.
    """
    require(may_fill_sheet(by, sheet), "只能填写分给自己的打分表")
    sheets = Sheet.objects.select_related("community", "round__checklist", "round__rubric")
    with transaction.atomic():
        locked_row = sheets.select_for_update(of=("self",)).get(pk=sheet.pk)
        submission = known_sheet(sent, by)
        if submission:
            return submission, False
        refuse_locked(locked_row)
        refuse_saved_elsewhere(locked_row, sent, by)
        act = lock_sheet if sent.submits else save_sheet
        act(locked_row, marks=marks, visited_on=visited_on, reason=reason, by=by, at=at)
        submission = SheetSubmission(sheet=locked_row, by=by, at=at)
        submission.uuid = sent.uuid
        submission.sha256 = sent.sha256
        submission.said_at = sent.said_at
        submission.saved_at = at
        submission.save(force_insert=True)
        facts = {"uuid": str(sent.uuid), "said_at": sent.said_at}
        record(locked_row, "scoring.sheet.receive", by=by, at=at, **facts)
    return submission, True


def refuse_locked(sheet: Sheet) -> None:
    """Raise WrongState for a sheet that was locked meanwhile."""
    if sheet.status == SheetStatus.LOCKED:
        locked = f"已于 {moment(sheet.locked_at)} 锁定（{sheet.total_points} 分）"
        raise WrongState(
            f"{sheet.community}的打分表{locked}，这一份没有写入；"
            "锁定后只有申诉复核能改分。手机上的内容还在，可以导出"
        )


def refuse_saved_elsewhere(sheet: Sheet, sent: Sent, by: User) -> None:
    """Raise ChangedMeanwhile when the phone does not know the sheet's last save."""
    submissions = sheet.submissions.filter(by=by)
    if not knows_last_save(sent, submissions, sheet.saved_at):
        saved = f"{sheet.community}的打分表在别处保存过（{moment(sheet.saved_at)}）"
        raise ChangedMeanwhile(f"{saved}，这一份没有写入：请打开核对后再保存或锁定")
