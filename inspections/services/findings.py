"""A finding's way: reported, assigned, put right, verified and closed out (整改销号)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongjian.audit.services import record, record_many
from gongjian.lib.checklists import TimeLimit
from gongjian.lib.workdays import Calendar
from gongjian.workflow import WrongState, advance, require
from inspections import states
from inspections.models import FalseRectification, Finding, Photo
from inspections.models.findings import FindingStatus, Stage
from inspections.permissions import (
    is_colleague_of_doer,
    may_assign_finding,
    may_mark_false,
    may_rectify_finding,
    may_remind_units,
    may_report_finding,
)
from inspections.services.checklists import checklist_in_force, rules_of
from inspections.services.deadlines import due_at
from inspections.services.messages import tell, tell_units
from inspections.services.numbers import take_numbers
from inspections.services.photos import keep_photo
from inspections.services.recipients import keepers_of, officers_of
from inspections.services.recurrence import link_recurrences
from inspections.services.requests import lapse_requests

UNDONE = {"rectified_by": None, "rectified_at": None, "verified_by": None, "verified_at": None}


def report_finding(
    *,
    community,
    source: str,
    item_code: str,
    description: str,
    place: str,
    responsible_unit=None,
    frontage=None,
    self_check=None,
    by,
    at: datetime,
) -> Finding:
    """Report something not as it should be: numbered, due by its item's time, and with its unit told when one is given.

    Raises ValidationError for an unknown item or a frontage of another community.
    """
    require(may_report_finding(by, community), "您不能登记这个社区的问题")
    if frontage and frontage.community_id != community.pk:
        raise ValidationError(f"“{frontage}”不在{community}的责任区名册里，请重新选择")
    limit = _limit_of(item_code, at)
    given = {
        "source": source,
        "item_code": item_code,
        "frontage": frontage,
        "self_check": self_check,
    }
    words = {"description": description, "place": place, "responsible_unit": responsible_unit}
    with transaction.atomic():
        numbers = take_numbers(timezone.localdate(at), 1)
        row = new_finding(community=community, limit=limit, by=by, at=at, **given, **words)
        return keep_findings([row], numbers, by=by, at=at)[0]


def new_finding(
    *, limit: TimeLimit | None, by, at: datetime, calendar: Calendar | None = None, **given
) -> Finding:
    """A finding not yet kept and numbered; assigned when somebody is responsible."""
    status = FindingStatus.ASSIGNED if given["responsible_unit"] else FindingStatus.REPORTED
    return Finding(
        status=status, found_by=by, found_at=at, due_at=due_at(limit, at, calendar), **given
    )


def keep_findings(rows: list[Finding], numbers: list[str], *, by, at: datetime) -> list[Finding]:
    """Keep new findings under their numbers, log them and tell the responsible units; inside the act's transaction."""
    for row, number in zip(rows, numbers, strict=True):
        row.number = number
    findings = Finding.objects.bulk_create(rows)
    record_many(findings, "inspections.finding.report", by=by, at=at)
    link_recurrences(findings, by=by, at=at)
    tell_units(findings, "assign", "请整改", at=at)
    return findings


def assign_finding(finding: Finding, *, responsible_unit, by, at: datetime) -> Finding:
    """Hand the finding to a unit, or on to another one, and tell its officers."""
    require(may_assign_finding(by, finding), "您不能派发这个问题")
    if (
        finding.status == FindingStatus.ASSIGNED
        and finding.responsible_unit_id == responsible_unit.pk
    ):
        raise WrongState(f"这个问题已经派给{responsible_unit}，请选择别的单位")
    with transaction.atomic():
        said = f"派给{responsible_unit}"
        advance(
            finding, states.ASSIGN, by=by, at=at, remark=said, responsible_unit=responsible_unit
        )
        lapse_requests(finding, by=by, at=at)
        tell_units([finding], "assign", "请整改", at=at)
    return finding


def rectify_finding(
    finding: Finding, *, rectification: str, photos=(), no_photo_reason: str = "", by, at: datetime
) -> Finding:
    """Say how it was put right, with a photo or the reason for having none; those who verify are asked to look.

    Raises ValidationError without either: what was found wrong is shown put right (assessment, red lines).
    """
    photos = list(photos)
    if not photos and not no_photo_reason.strip():
        raise ValidationError({"photos": "请添加至少一张整改后的照片；确实拍不了的，请写明原因"})
    done = {
        "rectification": rectification,
        "no_photo_reason": "" if photos else no_photo_reason.strip(),
    }
    with transaction.atomic():
        remark = (
            f"{rectification}（无照片：{done['no_photo_reason']}）"
            if done["no_photo_reason"]
            else rectification
        )
        advance(
            finding,
            states.RECTIFY,
            by=by,
            at=at,
            remark=remark,
            rectified_by=by,
            rectified_at=at,
            **done,
        )
        lapse_requests(finding, by=by, at=at)
        for photo in photos:
            add_photo(finding, stage=Stage.AFTER, file=photo, by=by, at=at)
        told = [*keepers_of(finding.community, timezone.localdate(at)), finding.found_by]
        tell([one for one in told if one.pk != by.pk], finding, "rectify", "请复查", at=at)
    return finding


def verify_finding(finding: Finding, *, by, at: datetime) -> Finding:
    """Look at it on the spot and strike it off (销号); under supervision the group's look leaves that to the office.

    Never done by the one who put it right, nor by his colleagues.
    """
    _refuse_the_doer(finding, by)
    seen = {"verified_by": by, "verified_at": at}
    with transaction.atomic():
        held = Finding.objects.select_for_update().filter(pk=finding.pk)
        finding.supervised_at = held.values_list(
            "supervised_at", flat=True
        ).get()  # an order may have come meanwhile
        if states.PASS.may(by, finding):
            return advance(finding, states.PASS, by=by, at=at, **seen)
        return advance(finding, states.VERIFY, by=by, at=at, closed_by=by, closed_at=at, **seen)


def close_out_finding(finding: Finding, *, by, at: datetime) -> Finding:
    """The office strikes off what the group has verified under supervision."""
    return advance(finding, states.CLOSE_OUT, by=by, at=at, closed_by=by, closed_at=at)


def _refuse_the_doer(finding: Finding, by) -> None:
    require(finding.rectified_by_id != by.pk, "整改是您登记的，复查须由他人办理")
    is_judge = states.SEND_BACK.may(by, finding)
    words = "整改是本单位（社区）的人登记的，复查须由其他单位或共建办办理"
    require(is_judge or not is_colleague_of_doer(by, finding), words)


def send_back_finding(finding: Finding, *, remark: str, by, at: datetime) -> Finding:
    """Not put right: back to the responsible unit as rework, with the reason; the time limit stays as it was."""
    _refuse_the_doer(finding, by)
    told = _those_who_put_right(finding, at)
    with transaction.atomic():
        undone = {**UNDONE, "rework_count": finding.rework_count + 1}
        advance(finding, states.SEND_BACK, by=by, at=at, remark=remark, **undone)
        tell(told, finding, "send_back", "退回重改", at=at)
    return finding


def mark_false_rectification(
    finding: Finding, *, reason: str, evidence: str, photos=(), by, at: datetime
) -> FalseRectification:
    """虚假整改: it was said to be put right and was not. Reopened as rework; a malus of the quarter (assessment 3.6).

    The limit stays: what was never put right was not put right in time. Closed-out findings included.
    """
    require(may_mark_false(by, finding), "只有共建办可以认定虚假整改，整改人不能认定自己登记的")
    with transaction.atomic():
        held = Finding.objects.select_for_update().get(pk=finding.pk)
        told = _those_who_put_right(finding, at) + keepers_of(
            finding.community, timezone.localdate(at)
        )
        counts = {"rework_count": held.rework_count + 1, "false_count": held.false_count + 1}
        said = f"{reason}（证据：{evidence}）"
        undone = {**UNDONE, "closed_by": None, "closed_at": None}
        advance(finding, states.MARK_FALSE, by=by, at=at, remark=said, **undone, **counts)
        marked = FalseRectification.objects.create(
            finding=finding,
            unit_id=held.responsible_unit_id,
            rectified_by_id=held.rectified_by_id,
            rectified_at=held.rectified_at,
            rectification=held.rectification,
            verified_by_id=held.verified_by_id,
            reason=reason,
            evidence=evidence,
            marked_by=by,
            marked_at=at,
        )
        for photo in photos:
            add_photo(finding, stage=Stage.EVIDENCE, file=photo, by=by, at=at)
        tell(told, finding, "mark_false", "认定虚假整改，请重新整改", at=at)
    return marked


def _those_who_put_right(finding: Finding, at: datetime) -> list:
    """The officers of the responsible unit, and who said that it was done."""
    officers = officers_of([finding.responsible_unit_id], timezone.localdate(at))[
        finding.responsible_unit_id
    ]
    return [*officers, *([finding.rectified_by] if finding.rectified_by else [])]


def add_photo(finding: Finding, *, stage: str, file, by, at: datetime) -> Photo:
    """Add a photo from before or after. Raises BadUpload, and WrongState once the finding is closed out."""
    require(_may_add(by, finding, stage), "您不能为这个问题添加照片")
    if finding.status == FindingStatus.CLOSED_OUT:
        raise WrongState("问题已销号，不能再添加照片")
    with transaction.atomic():
        photo = keep_photo(file, stage=stage, finding=finding, by=by, at=at)
        record(finding, "inspections.finding.photo", by=by, at=at, stage=stage, sha256=photo.sha256)
        if stage == Stage.BEFORE and photo.latitude is not None and finding.recurs_from_id is None:
            link_recurrences([finding], by=by, at=at)
    return photo


def _may_add(by, finding: Finding, stage: str) -> bool:
    if stage == Stage.EVIDENCE:
        return may_mark_false(by, finding)
    return (
        may_rectify_finding(by, finding)
        if stage == Stage.AFTER
        else may_report_finding(by, finding.community)
    )


def remind_units(findings, *, by, at: datetime) -> int:
    """催办: remind the responsible units of what they have not yet put right, once a day each; returns of how many."""
    require(may_remind_units(by), "只有共建办可以催办")
    waiting = [
        one for one in findings if one.status == FindingStatus.ASSIGNED and one.responsible_unit_id
    ]
    with transaction.atomic():
        record_many(waiting, "inspections.finding.remind", by=by, at=at)
        tell_units(waiting, "remind", "催办", at=at, once=f"{timezone.localdate(at)}")
    return len(waiting)


def _limit_of(item_code: str, at: datetime) -> TimeLimit | None:
    try:
        return rules_of(checklist_in_force(timezone.localdate(at))).item(item_code).put_right
    except KeyError as unknown:
        raise ValidationError(f"自查表里没有代码为“{item_code}”的项目，请重新选择") from unknown
