"""The month's self-check (月自查自评): started, saved as it goes, handed in, reviewed."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from communities.permissions import acts_for_group
from gongjian.audit.services import record
from gongjian.holidays.services import calendar_from
from gongjian.lib.checklists import Checklist as Rules
from gongjian.lib.checklists import (
    ChecklistItem,
    MarkError,
    WrongMarks,
    check_marks,
    marks_changed,
    sheet_points,
)
from gongjian.lib.positions import position_of, read_position
from gongjian.lib.quarters import month_of
from gongjian.notifications.services import notify
from gongjian.recycling.models import BinnedRecord
from gongjian.recycling.services import bin_record
from gongjian.workflow import WrongState, advance, require
from inspections import states
from inspections.models import Finding, Frontage, Photo, SelfCheck
from inspections.models.findings import Source, Stage
from inspections.models.self_checks import SelfCheckStatus, due_on
from inspections.permissions import may_fill_self_check
from inspections.services.answers import answers_from_records
from inspections.services.checklists import checklist_for, rules_of
from inspections.services.findings import keep_findings, new_finding
from inspections.services.numbers import take_numbers
from inspections.services.photos import keep_photo
from inspections.services.recipients import lead_unit_of
from inspections.services.versions import keep_version, note_return
from units.models import Unit

MOST_INSTANCES = 99
LONGEST_NOTE = 180
LONGEST_PLACE = 100
LONGEST_LATE_REASON = 200
SHORTEST_REASON = 2
OPEN_TO_CHANGE = (SelfCheckStatus.DRAFT, SelfCheckStatus.RETURNED)


def start_self_check(*, community, month: str, by, at: datetime) -> SelfCheck:
    """Open the month's self-check of a community; one already there is returned as it is.

    Raises ValidationError for a month still to come.
    """
    require(acts_for_group(by, community), "只有牵头单位经办人和本社区工作者可以填报自查")
    if month > month_of(timezone.localdate(at)):
        raise ValidationError(f"{month} 还没有到，请选择本月或以前的月份")
    begun = SelfCheck.objects.select_related("community", "checklist").filter(
        community=community, month=month
    )
    if known := begun.first():
        return known
    given = {
        "checklist": checklist_for(month),
        "due_on": due_on(month),
        "started_by": by,
        "updated_at": at,
    }
    with transaction.atomic():
        check, created = SelfCheck.objects.get_or_create(
            community=community, month=month, defaults=given
        )
        if created:
            record(check, "inspections.selfcheck.start", by=by, at=at, month=month)
    return check


def save_self_check(check: SelfCheck, *, marks: Mapping, by, at: datetime) -> SelfCheck:
    """Keep what has been marked so far; items may still be open.

    Each mark is {"result", "instances", "note", "place", "unit", "frontage"}, the last two ids or None, and may have
    a "position": {"latitude", "longitude", "datum"}; a range has "deducted" besides, a share "sampled" and "failed".
    Items that the records answer are answered by them.
    Raises WrongMarks item by item, and WrongState when it is handed in or somebody saved since `check` was read.
    """
    require(may_fill_self_check(by, check), "只有牵头单位经办人和本社区工作者可以填报自查")
    answers = _answers(check, rules_of(check.checklist), at)
    kept = {code: _kept(mark) for code, mark in marks.items() if code not in answers}
    if errors := _draft_errors(check, kept):
        raise WrongMarks(errors)
    kept |= answers
    with transaction.atomic():
        own = SelfCheck.objects.filter(
            pk=check.pk, status__in=OPEN_TO_CHANGE, updated_at=check.updated_at
        )
        if not own.update(marks=kept, updated_at=at):
            raise WrongState("这份自查已经报送，或刚被他人保存过，请刷新后再填")
        before, after = marks_changed(check.marks, kept, "result")
        record(
            check,
            "inspections.selfcheck.save",
            by=by,
            at=at,
            marked=len(kept),
            before=before,
            after=after,
        )
    check.marks, check.updated_at = kept, at
    return check


def submit_self_check(check: SelfCheck, *, by, at: datetime) -> SelfCheck:
    """Hand the month in: the self-score is set, and each failed item becomes a finding with its unit told.

    What is handed in is kept as a version. Whether it is late is settled when it is first handed in. Handed in again
    after a return, items that already have their finding keep it. What the records answer is frozen as it stands now
    and makes no finding: what is missing there is pressed for where it belongs. Raises WrongMarks, naming every item
    that is open or lacks words.
    """
    rules = rules_of(check.checklist)
    check.marks = {**check.marks, **_answers(check, rules, at)}
    if errors := missing_marks(check, rules):
        raise WrongMarks(errors)
    failed = _newly_failed(check, rules)
    done = {
        "submitted_at": at,
        "submitted_by": by,
        "is_late": _is_late(check, at),
        "updated_at": at,
    }
    with transaction.atomic():
        numbers = take_numbers(timezone.localdate(at), len(failed))
        advance(
            check,
            states.SUBMIT,
            by=by,
            at=at,
            marks=check.marks,
            total_points=sheet_points(check.marks, rules),
            **done,
        )
        keep_findings(_findings(check, failed, by=by, at=at), numbers, by=by, at=at)
        _hand_over_photos(check)
        keep_version(check, by=by, at=at)
    return check


def return_self_check(check: SelfCheck, *, remark: str, by, at: datetime) -> SelfCheck:
    """Give it back with a reason; who handed it in is told. Findings made of it live on.

    Raises ValidationError without a reason: whoever gets it back must know what to mend.
    """
    remark = remark.strip()
    if len(remark) < SHORTEST_REASON:
        raise ValidationError("请写明退回的原因：哪一项不合要求、要怎样改")
    with transaction.atomic():
        advance(check, states.RETURN, by=by, at=at, remark=remark, updated_at=at)
        note_return(check, reason=remark, by=by, at=at)
        key = f"inspections.selfcheck.return.{check.pk}.{at:%Y%m%d%H%M%S}"
        subject = f"{check} 被退回，请修改后再报"
        told = [check.submitted_by] if check.submitted_by else []
        notify(told, key=key, subject=subject, body=remark, link=check.get_absolute_url(), at=at)
    return check


def explain_lateness(check: SelfCheck, *, reason: str, by, at: datetime) -> SelfCheck:
    """Say, once, why a month came in after its day. It stays late (assessment 3.6); the words stand beside it.

    Raises ValidationError for empty or too long words, WrongState when it is not late or has its words already.
    """
    require(may_fill_self_check(by, check), "只有牵头单位经办人和本社区工作者可以说明迟报原因")
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_LATE_REASON:
        raise ValidationError(
            f"迟报说明请写 {SHORTEST_REASON} 到 {LONGEST_LATE_REASON} 字，现为 {len(reason)} 字"
        )
    with transaction.atomic():
        late = SelfCheck.objects.handed_in().filter(pk=check.pk, is_late=True, late_reason="")
        if not late.update(late_reason=reason):
            raise WrongState("只有迟报且还没有说明的自查可以补写原因，说明写过后不再改动")
        check.late_reason = reason
        record(check, "inspections.selfcheck.explain", by=by, at=at, remark=reason)
    return check


def accept_self_check(check: SelfCheck, *, by, at: datetime) -> SelfCheck:
    """The office has looked through it."""
    return advance(check, states.ACCEPT, by=by, at=at)


def attach_photo(
    check: SelfCheck, *, item_code: str, file, by, at: datetime, uuid: UUID | None = None
) -> Photo:
    """Keep a photo at an item while the self-check is filled in, under `uuid` if a phone gave it one.

    Raises BadUpload.
    """
    require(may_fill_self_check(by, check), "您不能为这份自查添加照片")
    _refuse_unless_open(check)
    with transaction.atomic():
        shows = {"self_check": check, "item_code": item_code}
        photo = keep_photo(file, stage=Stage.BEFORE, uuid=uuid, by=by, at=at, **shows)
        record(
            check, "inspections.selfcheck.photo", by=by, at=at, item=item_code, sha256=photo.sha256
        )
    return photo


def remove_photos(check: SelfCheck, *, uuids, by, at: datetime) -> int:
    """Take away photos that were added by mistake and belong to no finding yet; returns how many."""
    require(may_fill_self_check(by, check), "您不能移除这份自查的照片")
    _refuse_unless_open(check)
    with transaction.atomic():
        photos = list(
            Photo.objects.filter(self_check=check, finding=None, uuid__in=uuids).order_by("pk")
        )
        for photo in photos:
            bin_record(
                photo, by=by, at=at, owner=photo.by, parent=check, parent_states=OPEN_TO_CHANGE
            )
        if photos:
            record(check, "inspections.selfcheck.remove_photo", by=by, at=at, count=len(photos))
    return len(photos)


def delete_self_check(check: SelfCheck, *, by, at: datetime) -> BinnedRecord:
    """Put a self-check that was never handed in into the bin, with the photos that wait at its items."""
    require(may_fill_self_check(by, check), "只有牵头单位经办人和本社区工作者可以删除自查草稿")
    with transaction.atomic():
        never_handed_in = SelfCheck.objects.filter(status=SelfCheckStatus.DRAFT, submitted_at=None)
        if not never_handed_in.select_for_update().filter(pk=check.pk).exists():
            raise WrongState("自查报送过的不能删除，只能退回修改")
        photos = check.photos.filter(finding=None).order_by("pk")
        return bin_record(check, by=by, at=at, owner=check.started_by, dependents=photos)


def missing_marks(check: SelfCheck, rules: Rules) -> list[MarkError]:
    """What keeps the self-check from being handed in, item by item; a failed item needs its words."""
    errors = check_marks(check.marks, rules)
    named = {error.item_code for error in errors}
    for item in rules.items:
        mark = check.marks.get(item.code, {})
        if (
            item.code not in named
            and mark.get("result") == "fail"
            and len(mark.get("note", "").strip()) < 2
        ):
            errors.append(MarkError(item.code, f"{item.label}：选了“不合格”，请写明是什么问题"))
    return errors


def _answers(check: SelfCheck, rules: Rules, at: datetime) -> dict[str, dict]:
    return answers_from_records(
        check.community, check.month, rules=rules, on=timezone.localdate(at)
    )


def _refuse_unless_open(check: SelfCheck) -> None:
    if not SelfCheck.objects.filter(pk=check.pk, status__in=OPEN_TO_CHANGE).exists():
        raise WrongState("这份自查已经报送，不能再改照片")


def _kept(mark: Mapping) -> dict:
    """A mark as it is stored; only a failed item keeps what was written about the problem."""
    if mark.get("result") != "fail":
        return {"result": mark.get("result"), "instances": 0, "note": ""}
    words = {name: str(mark.get(name) or "").strip() for name in ("note", "place")}
    places = {name: mark.get(name) for name in ("unit", "frontage")}
    figures = {
        name: mark[name]
        for name in ("deducted", "sampled", "failed")
        if mark.get(name) not in (None, "")
    }
    point = {"position": mark["position"]} if mark.get("position") else {}
    return {
        "result": "fail",
        "instances": mark.get("instances") or 0,
        **figures,
        **words,
        **places,
        **point,
    }


def _draft_errors(check: SelfCheck, marks: Mapping) -> list[MarkError]:
    """What no draft may hold; the figures of a failed item may still be open."""
    errors = check_marks(marks, rules_of(check.checklist), complete=False)
    return errors + _length_errors(marks) + _place_errors(check, marks)


def _length_errors(marks: Mapping) -> list[MarkError]:
    errors = []
    for code, mark in marks.items():
        if isinstance(mark["instances"], int) and mark["instances"] > MOST_INSTANCES:
            errors.append(
                MarkError(code, f"{code}：处数最多 {MOST_INSTANCES}，现为 {mark['instances']}")
            )
        if len(mark["note"]) > LONGEST_NOTE:
            errors.append(
                MarkError(code, f"{code}：说明最多 {LONGEST_NOTE} 字，现为 {len(mark['note'])} 字")
            )
        if len(mark.get("place", "")) > LONGEST_PLACE:
            errors.append(
                MarkError(
                    code, f"{code}：位置最多 {LONGEST_PLACE} 字，现为 {len(mark['place'])} 字"
                )
            )
    return errors


def _place_errors(check: SelfCheck, marks: Mapping) -> list[MarkError]:
    """A frontage must be of this community, a unit must be on the register. Two queries at most."""
    frontages = {mark["frontage"] for mark in marks.values() if mark.get("frontage")}
    units = {mark["unit"] for mark in marks.values() if mark.get("unit")}
    own = _ids(Frontage.objects.filter(community=check.community_id), frontages)
    known = _ids(Unit.objects.filter(is_active=True), units)
    errors = []
    for code, mark in marks.items():
        if mark.get("frontage") and mark["frontage"] not in own:
            errors.append(MarkError(code, f"{code}：所选责任区不在{check.community}，请重新选择"))
        if mark.get("unit") and mark["unit"] not in known:
            errors.append(MarkError(code, f"{code}：所选责任单位不在名册里，请重新选择"))
    return errors


def _ids(rows, wanted: set[int]) -> set[int]:
    return set(rows.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()


def _is_late(check: SelfCheck, at: datetime) -> bool:
    return check.is_late if check.submitted_at else timezone.localdate(at) > check.due_on


def _newly_failed(check: SelfCheck, rules: Rules) -> list[ChecklistItem]:
    known = set(Finding.objects.filter(self_check=check).values_list("item_code", flat=True))
    asked = [item for item in rules.items if not item.answered_by and item.code not in known]
    return [item for item in asked if check.marks[item.code]["result"] == "fail"]


def _findings(check: SelfCheck, failed: list[ChecklistItem], *, by, at: datetime) -> list[Finding]:
    marks = [check.marks[item.code] for item in failed]
    frontages = Frontage.objects.select_related("road_section").in_bulk(
        [m["frontage"] for m in marks if m.get("frontage")]
    )
    units = Unit.objects.in_bulk([m["unit"] for m in marks if m.get("unit")])
    lead = lead_unit_of(check.community)
    calendar = calendar_from(timezone.localdate(at))
    cameras = _camera_points(check)
    rows = []
    for item, mark in zip(failed, marks, strict=True):
        frontage = frontages.get(mark.get("frontage"))
        rows.append(
            new_finding(
                **(_noted_point(mark) or cameras.get(item.code) or {}),
                community=check.community,
                source=Source.SELF_CHECK,
                self_check=check,
                item_code=item.code,
                description=_words(mark),
                place=mark.get("place") or (frontage.address if frontage else str(check.community)),
                frontage=frontage,
                responsible_unit=units.get(mark.get("unit"), lead),
                limit=item.put_right,
                calendar=calendar,
                by=by,
                at=at,
            )
        )
    return rows


def _noted_point(mark: Mapping) -> dict[str, object]:
    point = read_position(**mark["position"]) if mark.get("position") else None
    return point.fields if point else {}


def _camera_points(check: SelfCheck) -> dict[str, dict]:
    """Where the first photo of an item that has a place was taken: the problem's place when none was noted."""
    photos = (
        Photo.objects.filter(self_check=check, finding=None)
        .exclude(latitude=None)
        .exclude(longitude=None)
    )
    located = [(photo.item_code, position_of(photo)) for photo in photos.order_by("-pk")]
    return {code: point.fields for code, point in located if point}


def _words(mark: Mapping) -> str:
    if mark.get("sampled"):
        return f"{mark['note']}（抽查 {mark['sampled']} 家，不合格 {mark['failed']} 家）"
    return f"{mark['note']}（{mark['instances']} 处）" if mark["instances"] > 1 else mark["note"]


def _hand_over_photos(check: SelfCheck) -> None:
    """Photos taken at an item go over to its finding."""
    waiting = Photo.objects.filter(self_check=check, finding=None)
    codes = set(waiting.values_list("item_code", flat=True))
    for finding in Finding.objects.filter(self_check=check, item_code__in=codes):
        held = finding.photos.before().values("sha256")
        waiting.filter(item_code=finding.item_code).exclude(sha256__in=held).update(finding=finding)
