"""The month's self-check (月自查自评): started, saved as it goes, handed in, reviewed."""

from collections.abc import Iterable
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.models import Community
from communities.permissions import acts_for_group
from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.checklists import Checklist as Rules
from gongjian.lib.checklists import Marks, WrongMarks, marks_changed, sheet_points
from gongjian.lib.quarters import month_of
from gongjian.lib.uploads import CleanPhoto
from gongjian.notifications.services import notify
from gongjian.recycling.models import BinnedRecord
from gongjian.recycling.services import bin_record
from gongjian.workflow import WrongState, advance, require
from inspections import states
from inspections.models import Photo, SelfCheck
from inspections.models.findings import PhotoStage
from inspections.models.self_checks import SelfCheckStatus, due_on
from inspections.permissions import may_fill_self_check
from inspections.services.answers import answers_from_records
from inspections.services.checklists import checklist_for, rules_of
from inspections.services.findings import keep_findings
from inspections.services.numbers import take_numbers
from inspections.services.photos import keep_photo
from inspections.services.self_check_findings import (
    findings_of_items,
    hand_over_photos,
    newly_failed_items,
)
from inspections.services.self_check_marks import draft_errors, missing_marks, stored_mark
from inspections.services.versions import keep_version, note_return

LONGEST_LATE_REASON = 200
SHORTEST_REASON = 2
OPEN_TO_CHANGE = (SelfCheckStatus.DRAFT, SelfCheckStatus.RETURNED)


def start_self_check(*, community: Community, month: str, by: User, at: datetime) -> SelfCheck:
    """Open the month's self-check of a community; one already there is returned as it is.

    Raises ValidationError for a month still to come.
    """
    require(acts_for_group(by, community), "只有牵头单位经办人和本社区工作者可以填报自查")
    if month > month_of(timezone.localdate(at)):
        raise ValidationError({"month": f"{month} 还没有到，请选择本月或以前的月份"})
    checks = SelfCheck.objects.select_related("community", "checklist")
    check = checks.filter(community=community, month=month).first()
    if check:
        return check
    check = SelfCheck(community=community, month=month, started_by=by, updated_at=at)
    check.checklist = checklist_for(month)
    check.due_on = due_on(month)
    try:
        with transaction.atomic():
            check.save(force_insert=True)
            record(check, "inspections.selfcheck.start", by=by, at=at, month=month)
    except IntegrityError:
        # Somebody else began it at the same moment.
        return checks.get(community=community, month=month)
    return check


def save_self_check(check: SelfCheck, *, marks: Marks, by: User, at: datetime) -> SelfCheck:
    """Store what has been marked so far; items may still be open.

    Each mark is {"result", "instances", "note", "place", "unit", "frontage"}, the last two ids or
    None, and may have a "position": {"latitude", "longitude", "datum"}. A range has "deducted"
    besides, a share "sampled" and "failed". Items that the records answer are answered by them.
    Raises WrongMarks item by item, and WrongState when it is handed in or somebody saved since
    `check` was read.
    """
    require(may_fill_self_check(by, check), "只有牵头单位经办人和本社区工作者可以填报自查")
    answers = _answers(check, rules_of(check.checklist), at)
    written = {code: mark for code, mark in marks.items() if code not in answers}
    new_marks = {code: stored_mark(mark) for code, mark in written.items()}
    errors = draft_errors(check, new_marks)
    if errors:
        raise WrongMarks(errors)
    new_marks |= answers
    with transaction.atomic():
        rows = SelfCheck.objects.filter(pk=check.pk, updated_at=check.updated_at)
        open_rows = rows.filter(status__in=OPEN_TO_CHANGE)
        if not open_rows.update(marks=new_marks, updated_at=at):
            raise WrongState("这份自查已经报送，或刚被他人保存过，请刷新后再填")
        before, after = marks_changed(check.marks, new_marks, "result")
        changes = {"marked": len(new_marks), "before": before, "after": after}
        record(check, "inspections.selfcheck.save", by=by, at=at, **changes)
    check.marks = new_marks
    check.updated_at = at
    return check


def submit_self_check(check: SelfCheck, *, by: User, at: datetime) -> SelfCheck:
    """Hand the month in: set the self-score and make a finding of each failed item.

    What is handed in is kept as a version. Whether it is late is settled when it is first handed
    in. Handed in again after a return, items that already have their finding keep it. The answers
    of the records are frozen as they stand now. Raises WrongMarks, naming every item that is open
    or lacks its note.
    """
    rules = rules_of(check.checklist)
    check.marks = {**check.marks, **_answers(check, rules, at)}
    errors = missing_marks(check, rules)
    if errors:
        raise WrongMarks(errors)
    failed_items = newly_failed_items(check, rules)
    fields = {
        "marks": check.marks,
        "total_points": sheet_points(check.marks, rules),
        "submitted_at": at,
        "submitted_by": by,
        "is_late": is_late(check, at),
        "updated_at": at,
    }
    with transaction.atomic():
        numbers = take_numbers(timezone.localdate(at), len(failed_items))
        advance(check, states.SUBMIT, by=by, at=at, **fields)
        findings = findings_of_items(check, failed_items, by=by, at=at)
        keep_findings(findings, numbers, by=by, at=at)
        hand_over_photos(check)
        keep_version(check, by=by, at=at)
    return check


def is_late(check: SelfCheck, at: datetime) -> bool:
    """Whether it is handed in after its day; settled when it is first handed in."""
    if check.submitted_at:
        return check.is_late
    return timezone.localdate(at) > check.due_on


def return_self_check(check: SelfCheck, *, remark: str, by: User, at: datetime) -> SelfCheck:
    """Give it back with a reason; who handed it in is told. Findings made of it live on.

    Raises ValidationError without a reason: whoever gets it back must know what to mend.
    """
    remark = remark.strip()
    if len(remark) < SHORTEST_REASON:
        raise ValidationError("请写明退回的原因：哪一项不合要求、要怎样改")
    with transaction.atomic():
        advance(check, states.RETURN, by=by, at=at, remark=remark, updated_at=at)
        note_return(check, reason=remark, by=by, at=at)
        recipients = [check.submitted_by] if check.submitted_by else []
        key = f"inspections.selfcheck.return.{check.pk}.{at:%Y%m%d%H%M%S}"
        subject = f"{check} 被退回，请修改后再报"
        link = check.get_absolute_url()
        notify(recipients, key=key, subject=subject, body=remark, link=link, at=at)
    return check


def explain_lateness(check: SelfCheck, *, reason: str, by: User, at: datetime) -> SelfCheck:
    """Say, once, why a month came in after its day. It stays late (assessment 3.6).

    Raises ValidationError for too few or too many words, WrongState when it is not late or is
    explained already.
    """
    require(may_fill_self_check(by, check), "只有牵头单位经办人和本社区工作者可以说明迟报原因")
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_LATE_REASON:
        raise ValidationError(
            f"迟报说明请写 {SHORTEST_REASON} 到 {LONGEST_LATE_REASON} 字，现为 {len(reason)} 字"
        )
    with transaction.atomic():
        rows = SelfCheck.objects.handed_in().filter(pk=check.pk, is_late=True, late_reason="")
        if not rows.update(late_reason=reason):
            raise WrongState("只有迟报且还没有说明的自查可以补写原因，说明写过后不再改动")
        check.late_reason = reason
        record(check, "inspections.selfcheck.explain", by=by, at=at, remark=reason)
    return check


def accept_self_check(check: SelfCheck, *, by: User, at: datetime) -> SelfCheck:
    """Accept it: the office has looked through it."""
    return advance(check, states.ACCEPT, by=by, at=at)


def attach_photo(
    check: SelfCheck,
    *,
    item_code: str,
    file: IO[bytes] | CleanPhoto,
    by: User,
    at: datetime,
    uuid: UUID | None = None,
) -> Photo:
    """Keep a photo at an item of an open self-check, under `uuid` if a phone gave it one.

    Raises BadUpload.
    """
    require(may_fill_self_check(by, check), "您不能为这份自查添加照片")
    _refuse_unless_open(check)
    with transaction.atomic():
        subject = {"self_check": check, "item_code": item_code}
        photo = keep_photo(file, stage=PhotoStage.BEFORE, uuid=uuid, by=by, at=at, **subject)
        details = {"item": item_code, "sha256": photo.sha256}
        record(check, "inspections.selfcheck.photo", by=by, at=at, **details)
    return photo


def remove_photos(check: SelfCheck, *, uuids: Iterable[Any], by: User, at: datetime) -> int:
    """Bin photos that were added by mistake and belong to no finding yet; return how many."""
    require(may_fill_self_check(by, check), "您不能移除这份自查的照片")
    _refuse_unless_open(check)
    with transaction.atomic():
        waiting = Photo.objects.filter(self_check=check, finding=None)
        photos = list(waiting.filter(uuid__in=uuids).order_by("pk"))
        for photo in photos:
            bin_record(
                photo, by=by, at=at, owner=photo.by, parent=check, parent_states=OPEN_TO_CHANGE
            )
        if photos:
            record(check, "inspections.selfcheck.remove_photo", by=by, at=at, count=len(photos))
    return len(photos)


def delete_self_check(check: SelfCheck, *, by: User, at: datetime) -> BinnedRecord:
    """Bin a self-check that was never handed in, with the photos that wait at its items."""
    require(may_fill_self_check(by, check), "只有牵头单位经办人和本社区工作者可以删除自查草稿")
    with transaction.atomic():
        never_handed_in = SelfCheck.objects.filter(status=SelfCheckStatus.DRAFT, submitted_at=None)
        if not never_handed_in.select_for_update().filter(pk=check.pk).exists():
            raise WrongState("自查报送过的不能删除，只能退回修改")
        photos = check.photos.filter(finding=None).order_by("pk")
        return bin_record(check, by=by, at=at, owner=check.started_by, dependents=photos)


def _answers(check: SelfCheck, rules: Rules, at: datetime) -> dict[str, dict[str, Any]]:
    on = timezone.localdate(at)
    return answers_from_records(check.community, check.month, rules=rules, on=on)


def _refuse_unless_open(check: SelfCheck) -> None:
    if not SelfCheck.objects.filter(pk=check.pk, status__in=OPEN_TO_CHANGE).exists():
        raise WrongState("这份自查已经报送，不能再改照片")
