"""A finding's way: reported, assigned, put right, verified and closed out (整改销号)."""

from collections import defaultdict
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from gongjian.audit.services import record, record_many
from gongjian.lib.checklists import TimeLimit
from gongjian.lib.templatetags.office import moment
from gongjian.lib.workdays import Calendar
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require
from inspections import states
from inspections.models import Finding, Photo
from inspections.models.findings import FindingStatus, Stage
from inspections.permissions import may_assign_finding, may_rectify_finding, may_remind_units, may_report_finding
from inspections.services.checklists import checklist_in_force, rules_of
from inspections.services.deadlines import due_at
from inspections.services.numbers import take_numbers
from inspections.services.photos import keep_photo
from inspections.services.recipients import keepers_of, officers_of


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
    given = {"source": source, "item_code": item_code, "frontage": frontage, "self_check": self_check}
    words = {"description": description, "place": place, "responsible_unit": responsible_unit}
    with transaction.atomic():
        numbers = take_numbers(timezone.localdate(at), 1)
        row = new_finding(community=community, limit=limit, by=by, at=at, **given, **words)
        return keep_findings([row], numbers, by=by, at=at)[0]


def new_finding(*, limit: TimeLimit | None, by, at: datetime, calendar: Calendar | None = None, **given) -> Finding:
    """A finding not yet kept and numbered; assigned when somebody is responsible."""
    status = FindingStatus.ASSIGNED if given["responsible_unit"] else FindingStatus.REPORTED
    return Finding(status=status, found_by=by, found_at=at, due_at=due_at(limit, at, calendar), **given)


def keep_findings(rows: list[Finding], numbers: list[str], *, by, at: datetime) -> list[Finding]:
    """Keep new findings under their numbers, log them and tell the responsible units; inside the act's transaction."""
    for row, number in zip(rows, numbers, strict=True):
        row.number = number
    findings = Finding.objects.bulk_create(rows)
    record_many(findings, "inspections.finding.report", by=by, at=at)
    _tell_units(findings, "assign", "请整改", at=at)
    return findings


def assign_finding(finding: Finding, *, responsible_unit, by, at: datetime) -> Finding:
    """Hand the finding to a unit, or on to another one, and tell its officers."""
    require(may_assign_finding(by, finding), "您不能派发这个问题")
    if finding.status == FindingStatus.ASSIGNED and finding.responsible_unit_id == responsible_unit.pk:
        raise WrongState(f"这个问题已经派给{responsible_unit}，请选择别的单位")
    with transaction.atomic():
        said = f"派给{responsible_unit}"
        advance(finding, states.ASSIGN, by=by, at=at, remark=said, responsible_unit=responsible_unit)
        _tell_units([finding], "assign", "请整改", at=at)
    return finding


def rectify_finding(finding: Finding, *, rectification: str, by, at: datetime) -> Finding:
    """Say how it was put right; those who keep the group's records and the finder are asked to look."""
    done = {"rectification": rectification, "rectified_by": by, "rectified_at": at}
    with transaction.atomic():
        advance(finding, states.RECTIFY, by=by, at=at, remark=rectification, **done)
        told = [*keepers_of(finding.community, timezone.localdate(at)), finding.found_by]
        _tell([one for one in told if one.pk != by.pk], finding, "rectify", "请复查", at=at)
    return finding


def verify_finding(finding: Finding, *, by, at: datetime) -> Finding:
    """Look at it on the spot and strike it off (销号). Never done by the one who put it right."""
    require(finding.rectified_by_id != by.pk, "整改是您登记的，复查须由他人办理")
    return advance(finding, states.VERIFY, by=by, at=at, verified_by=by, closed_at=at)


def send_back_finding(finding: Finding, *, remark: str, by, at: datetime) -> Finding:
    """Not put right: back to the responsible unit as rework, with the reason; the time limit stays as it was."""
    require(finding.rectified_by_id != by.pk, "整改是您登记的，复查须由他人办理")
    undone = {"rectified_by": None, "rectified_at": None, "rework_count": finding.rework_count + 1}
    told = officers_of([finding.responsible_unit_id], timezone.localdate(at))[finding.responsible_unit_id]
    told += [finding.rectified_by] if finding.rectified_by else []
    with transaction.atomic():
        advance(finding, states.SEND_BACK, by=by, at=at, remark=remark, **undone)
        _tell(told, finding, "send_back", "退回重改", at=at)
    return finding


def add_photo(finding: Finding, *, stage: str, file, by, at: datetime) -> Photo:
    """Add a photo from before or after. Raises BadUpload, and WrongState once the finding is closed out."""
    may = may_rectify_finding(by, finding) if stage == Stage.AFTER else may_report_finding(by, finding.community)
    require(may, "您不能为这个问题添加照片")
    if finding.status == FindingStatus.CLOSED_OUT:
        raise WrongState("问题已销号，不能再添加照片")
    with transaction.atomic():
        photo = keep_photo(file, stage=stage, finding=finding, by=by, at=at)
        record(finding, "inspections.finding.photo", by=by, at=at, stage=stage, sha256=photo.sha256)
    return photo


def remind_units(findings, *, by, at: datetime) -> int:
    """催办: remind the responsible units of what they have not yet put right, once a day each; returns of how many."""
    require(may_remind_units(by), "只有共建办可以催办")
    waiting = [one for one in findings if one.status == FindingStatus.ASSIGNED and one.responsible_unit_id]
    with transaction.atomic():
        record_many(waiting, "inspections.finding.remind", by=by, at=at)
        _tell_units(waiting, "remind", "催办", at=at, once=f"{timezone.localdate(at)}")
    return len(waiting)


def _limit_of(item_code: str, at: datetime) -> TimeLimit | None:
    try:
        return rules_of(checklist_in_force(timezone.localdate(at))).item(item_code).put_right
    except KeyError as unknown:
        raise ValidationError(f"自查表里没有代码为“{item_code}”的项目，请重新选择") from unknown


def _tell(people, finding, what: str, word: str, *, at: datetime) -> None:
    key = f"inspections.finding.{what}.{finding.pk}.{at:%Y%m%d%H%M%S}"
    subject = f"{word}：{finding.description[:60]}（{finding.community} {finding.number}）"
    notify(people, key=key, subject=subject, link=finding.get_absolute_url(), at=at)


def _tell_units(findings, what: str, word: str, *, at: datetime, once: str = "") -> None:
    """One message to each officer of each responsible unit, however many findings lie with it."""
    by_unit = defaultdict(list)
    for finding in findings:
        if finding.responsible_unit_id:
            by_unit[finding.responsible_unit_id].append(finding)
    officers = officers_of(list(by_unit), timezone.localdate(at)) if by_unit else {}
    for unit, own in by_unit.items():
        stamp = once or f"{own[0].pk}.{at:%Y%m%d%H%M%S}"
        notify(officers.get(unit, []), key=f"inspections.finding.{what}.{unit}.{stamp}", at=at, **_message(own, word))


def _message(findings: list[Finding], word: str) -> dict[str, str]:
    first = findings[0]
    if len(findings) == 1:
        subject = f"{word}：{first.description[:60]}（{first.community} {first.number}）"
        return {"subject": subject, "link": first.get_absolute_url()}
    lines = [f"{one.number} {one.description}（{one.community}，{moment(one.due_at)} 前）" for one in findings]
    link = reverse("inspections:findings") + "?tab=assigned"
    return {"subject": f"{word}：{first.community}等处 {len(findings)} 个问题", "body": "\n".join(lines), "link": link}
