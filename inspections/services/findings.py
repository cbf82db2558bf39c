"""A finding's way: reported, assigned, put right, verified and closed out (整改销号)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from communities.models import Community
from gongjian.accounts.models import User
from gongjian.audit.services import record, record_many
from gongjian.lib.checklists import TimeLimit
from gongjian.lib.uploads import CleanPhoto
from gongjian.lib.workdays import Calendar
from gongjian.workflow import WrongState, advance, require
from inspections import states
from inspections.models import FalseRectification, Finding, Frontage, Photo, SelfCheck
from inspections.models.findings import FindingStatus, PhotoStage
from inspections.permissions import (
    is_colleague_of_doer,
    may_add_photo,
    may_assign_finding,
    may_mark_false,
    may_remind_units,
    may_report_finding,
)
from inspections.services.checklists import checklist_in_force, rules_of
from inspections.services.deadlines import rectification_due_at
from inspections.services.messages import notify_about, notify_units
from inspections.services.numbers import take_numbers
from inspections.services.photos import keep_photo
from inspections.services.recipients import keepers_of, officers_of
from inspections.services.recurrence import link_recurrences
from inspections.services.requests import lapse_requests
from units.models import Unit

# What a finding loses when it is reopened.
REOPENED = {"rectified_by": None, "rectified_at": None, "verified_by": None, "verified_at": None}


def report_finding(
    *,
    community: Community,
    source: str,
    item_code: str,
    description: str,
    place: str,
    responsible_unit: Unit | None = None,
    frontage: Frontage | None = None,
    self_check: SelfCheck | None = None,
    by: User,
    at: datetime,
) -> Finding:
    """Report something not as it should be: number it, set its deadline, notify its unit if any.

    Raises ValidationError for an unknown item or a frontage of another community.
    """
    require(may_report_finding(by, community), "您不能登记这个社区的问题")
    if frontage and frontage.community_id != community.pk:
        raise ValidationError(f"“{frontage}”不在{community}的责任区名册里，请重新选择")
    finding = Finding(community=community, source=source, item_code=item_code)
    finding.description = description
    finding.place = place
    finding.responsible_unit = responsible_unit
    finding.frontage = frontage
    finding.self_check = self_check
    begin_finding(finding, limit=time_limit_of(item_code, at), by=by, at=at)
    with transaction.atomic():
        numbers = take_numbers(timezone.localdate(at), 1)
        keep_findings([finding], numbers, by=by, at=at)
    return finding


def time_limit_of(item_code: str, at: datetime) -> TimeLimit | None:
    """Return how long the item in force leaves to put right; None where it names no limit.

    Raises ValidationError for an unknown item.
    """
    rules = rules_of(checklist_in_force(timezone.localdate(at)))
    try:
        return rules.item(item_code).put_right
    except KeyError as unknown:
        raise ValidationError(f"自查表里没有代码为“{item_code}”的项目，请重新选择") from unknown


def begin_finding(
    finding: Finding,
    *,
    limit: TimeLimit | None,
    calendar: Calendar | None = None,
    by: User,
    at: datetime,
) -> None:
    """Set the status, the finder and the deadline of an unsaved finding."""
    is_assigned = finding.responsible_unit is not None
    finding.status = FindingStatus.ASSIGNED if is_assigned else FindingStatus.REPORTED
    finding.found_by = by
    finding.found_at = at
    finding.due_at = rectification_due_at(limit, at, calendar)


def keep_findings(
    findings: Sequence[Finding], numbers: Sequence[str], *, by: User, at: datetime
) -> None:
    """Store new findings under their numbers, log them and notify the responsible units.

    Call inside the act's transaction.
    """
    for finding, number in zip(findings, numbers, strict=True):
        finding.number = number
    Finding.objects.bulk_create(findings)
    record_many(findings, "inspections.finding.report", by=by, at=at)
    link_recurrences(findings, by=by, at=at)
    notify_units(findings, "assign", "请整改", at=at)


def assign_finding(finding: Finding, *, responsible_unit: Unit, by: User, at: datetime) -> Finding:
    """Assign the finding to a unit, or to another one, and notify its officers.

    Raises ValidationError for the unit that has it already.
    """
    require(may_assign_finding(by, finding), "您不能派发这个问题")
    is_assigned = finding.status == FindingStatus.ASSIGNED
    if is_assigned and finding.responsible_unit_id == responsible_unit.pk:
        message = f"这个问题已经派给{responsible_unit}，请选择别的单位"
        raise ValidationError({"responsible_unit": message})
    fields = {"responsible_unit": responsible_unit}
    with transaction.atomic():
        remark = f"派给{responsible_unit}"
        advance(finding, states.ASSIGN, by=by, at=at, remark=remark, **fields)
        lapse_requests(finding, by=by, at=at)
        notify_units([finding], "assign", "请整改", at=at)
    return finding


def rectify_finding(
    finding: Finding,
    *,
    rectification: str,
    photos: Iterable[IO[bytes] | CleanPhoto] = (),
    no_photo_reason: str = "",
    by: User,
    at: datetime,
) -> Finding:
    """Record how it was put right, with a photo or the reason for having none; ask to verify it.

    Raises ValidationError without either: what was found wrong is shown put right (assessment,
    red lines).
    """
    photos = list(photos)
    reason = "" if photos else no_photo_reason.strip()
    if not photos and not reason:
        raise ValidationError({"photos": "请添加至少一张整改后的照片；确实拍不了的，请写明原因"})
    fields: dict[str, Any] = {"rectified_by": by, "rectified_at": at}
    fields |= {"rectification": rectification, "no_photo_reason": reason}
    remark = rectification
    if reason:
        remark = f"{rectification}（无照片：{reason}）"
    with transaction.atomic():
        advance(finding, states.RECTIFY, by=by, at=at, remark=remark, **fields)
        lapse_requests(finding, by=by, at=at)
        for photo in photos:
            add_photo(finding, stage=PhotoStage.AFTER, file=photo, by=by, at=at)
        verifiers = keepers_of(finding.community, timezone.localdate(at))
        verifiers.append(finding.found_by)
        others = [person for person in verifiers if person.pk != by.pk]
        notify_about(others, finding, "rectify", "请复查", at=at)
    return finding


def verify_finding(finding: Finding, *, by: User, at: datetime) -> Finding:
    """Verify it on the spot and close it out (销号).

    Under supervision the group only verifies and the office closes out. Never done by the one who
    put it right, nor by his colleagues.
    """
    _refuse_the_doer(finding, by)
    fields: dict[str, Any] = {"verified_by": by, "verified_at": at}
    with transaction.atomic():
        # A supervision order may have come since the page was opened.
        locked_row = Finding.objects.select_for_update().filter(pk=finding.pk)
        finding.supervised_at = locked_row.values_list("supervised_at", flat=True).get()
        if states.PASS.may(by, finding):
            return advance(finding, states.PASS, by=by, at=at, **fields)
        fields |= {"closed_by": by, "closed_at": at}
        return advance(finding, states.VERIFY, by=by, at=at, **fields)


def close_out_finding(finding: Finding, *, by: User, at: datetime) -> Finding:
    """Close out what the group has verified under supervision: the office's act."""
    fields: dict[str, Any] = {"closed_by": by, "closed_at": at}
    return advance(finding, states.CLOSE_OUT, by=by, at=at, **fields)


def send_back_finding(finding: Finding, *, remark: str, by: User, at: datetime) -> Finding:
    """Give it back to the responsible unit as rework, with the reason; the deadline stays."""
    _refuse_the_doer(finding, by)
    people = people_putting_right(finding, at)
    fields = {**REOPENED, "rework_count": finding.rework_count + 1}
    with transaction.atomic():
        advance(finding, states.SEND_BACK, by=by, at=at, remark=remark, **fields)
        notify_about(people, finding, "send_back", "退回重改", at=at)
    return finding


def _refuse_the_doer(finding: Finding, by: User) -> None:
    require(finding.rectified_by_id != by.pk, "整改是您登记的，复查须由他人办理")
    may_judge = states.SEND_BACK.may(by, finding)
    message = "整改是本单位（社区）的人登记的，复查须由其他单位或共建办办理"
    require(may_judge or not is_colleague_of_doer(by, finding), message)


def mark_false_rectification(
    finding: Finding,
    *,
    reason: str,
    evidence: str,
    photos: Iterable[IO[bytes] | CleanPhoto] = (),
    by: User,
    at: datetime,
) -> FalseRectification:
    """Establish that it was said to be put right and was not (虚假整改), and reopen it as rework.

    It is a malus of the quarter (assessment 3.6). The deadline stays: what was never put right was
    not put right in time. Closed-out findings included.
    """
    require(may_mark_false(by, finding), "只有共建办可以认定虚假整改，整改人不能认定自己登记的")
    with transaction.atomic():
        locked_row = Finding.objects.select_for_update().get(pk=finding.pk)
        keepers = keepers_of(finding.community, timezone.localdate(at))
        people = people_putting_right(finding, at) + keepers
        fields: dict[str, Any] = {**REOPENED, "closed_by": None, "closed_at": None}
        fields["rework_count"] = locked_row.rework_count + 1
        fields["false_count"] = locked_row.false_count + 1
        remark = f"{reason}（证据：{evidence}）"
        advance(finding, states.MARK_FALSE, by=by, at=at, remark=remark, **fields)
        marked = FalseRectification(finding=finding, marked_by=by, marked_at=at)
        marked.reason = reason
        marked.evidence = evidence
        _copy_rectification(marked, locked_row)
        marked.save()
        for photo in photos:
            add_photo(finding, stage=PhotoStage.EVIDENCE, file=photo, by=by, at=at)
        notify_about(people, finding, "mark_false", "认定虚假整改，请重新整改", at=at)
    return marked


def _copy_rectification(marked: FalseRectification, finding: Finding) -> None:
    """Copy what was claimed, for which unit and by whom, and who had verified it."""
    assert finding.rectified_by_id is not None and finding.rectified_at is not None
    marked.unit_id = finding.responsible_unit_id
    marked.rectified_by_id = finding.rectified_by_id
    marked.rectified_at = finding.rectified_at
    marked.rectification = finding.rectification
    marked.verified_by_id = finding.verified_by_id


def people_putting_right(finding: Finding, at: datetime) -> list[User]:
    """Return the officers of the responsible unit, and who recorded the rectification."""
    unit = finding.responsible_unit_id
    officers = officers_of([unit], timezone.localdate(at))
    people = list(officers[unit])
    if finding.rectified_by:
        people.append(finding.rectified_by)
    return people


def add_photo(
    finding: Finding, *, stage: str, file: IO[bytes] | CleanPhoto, by: User, at: datetime
) -> Photo:
    """Add a photo from before or after. Raises BadUpload, and WrongState once it is closed out."""
    require(may_add_photo(by, finding, stage), "您不能为这个问题添加照片")
    if finding.status == FindingStatus.CLOSED_OUT:
        raise WrongState("问题已销号，不能再添加照片")
    with transaction.atomic():
        photo = keep_photo(file, stage=stage, finding=finding, by=by, at=at)
        details = {"stage": stage, "sha256": photo.sha256}
        record(finding, "inspections.finding.photo", by=by, at=at, **details)
        # The camera's point may show that the finding repeats an earlier one.
        has_point = stage == PhotoStage.BEFORE and photo.latitude is not None
        if has_point and finding.recurs_from_id is None:
            link_recurrences([finding], by=by, at=at)
    return photo


def remind_units(findings: Iterable[Finding], *, by: User, at: datetime) -> int:
    """Remind the responsible units (催办) of what they have not put right; return of how many.

    A unit gets one message a day.
    """
    require(may_remind_units(by), "只有共建办可以催办")
    waiting = [finding for finding in findings if finding.is_with_unit]
    today = timezone.localdate(at)
    with transaction.atomic():
        record_many(waiting, "inspections.finding.remind", by=by, at=at)
        notify_units(waiting, "remind", "催办", at=at, once=today.isoformat())
    return len(waiting)
