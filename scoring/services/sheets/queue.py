"""A sheet that an assessor's phone kept while it had no signal: taken in once, saved or locked, or nothing of it."""

from datetime import date, datetime

from django.db import transaction

from gongjian.audit.services import record
from gongjian.lib.templatetags.office import moment
from gongjian.workflow import WrongState, require
from inspections.services.queue import ChangedMeanwhile, Sent, knows_last_save, taken_before
from scoring.models import Sheet, SheetSubmission
from scoring.models.rounds import SheetStatus
from scoring.permissions import may_fill_sheet
from scoring.services.sheets.filling import lock_sheet, save_sheet


def known_sheet(sent: Sent, by) -> SheetSubmission | None:
    """What was taken in under this uuid. Raises Http404 for somebody else's, WrongState for other content."""
    received = SheetSubmission.objects.select_related("sheet__community")
    return taken_before(received, sent, by)


def receive_sheet(
    sheet: Sheet, sent: Sent, *, marks: dict, visited_on: date | None, reason: str, by, at: datetime
) -> tuple[SheetSubmission, bool]:
    """Save the marks, or lock the sheet if the phone says so: once, or nothing. Gives (what was taken in, is it new).

    Raises WrongMarks item by item, ValidationError at the day or the reason, ChangedMeanwhile when another device saved
    since the phone opened it, WrongState once it is locked, gathered or its community withdrawn.
    """
    require(may_fill_sheet(by, sheet), "只能填写分给自己的打分表")
    with transaction.atomic():
        sheets = Sheet.objects.select_related("community", "round__checklist", "round__rubric")
        held = sheets.select_for_update(of=("self",))
        held = held.get(pk=sheet.pk)
        known = known_sheet(sent, by)
        if known:
            return known, False
        _refuse_locked(held)
        if not knows_last_save(sent, held.submissions.filter(by=by), held.saved_at):
            raise ChangedMeanwhile(
                f"{held.community}的打分表在别处保存过（{moment(held.saved_at)}），这一份没有写入：请打开核对后再保存或锁定"
            )
        act = lock_sheet if sent.submits else save_sheet
        act(held, marks=marks, visited_on=visited_on, reason=reason, by=by, at=at)
        given = {
            "uuid": sent.uuid,
            "sha256": sent.sha256,
            "said_at": sent.said_at,
            "saved_at": held.saved_at,
        }
        row = SheetSubmission.objects.create(**given, sheet=held, by=by, at=at)
        record(
            held, "scoring.sheet.receive", by=by, at=at, uuid=str(sent.uuid), said_at=sent.said_at
        )
    return row, True


def _refuse_locked(sheet: Sheet) -> None:
    if sheet.status == SheetStatus.LOCKED:
        raise WrongState(
            f"{sheet.community}的打分表已于 {moment(sheet.locked_at)} 锁定（{sheet.total_points} 分），"
            "这一份没有写入；锁定后只有申诉复核能改分。手机上的内容还在，可以导出"
        )
