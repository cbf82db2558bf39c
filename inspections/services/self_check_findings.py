"""Findings made of the failed items of a self-check when it is handed in."""

from datetime import datetime

from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.holidays.services import calendar_from
from gongjian.lib.checklists import Checklist as Rules
from gongjian.lib.checklists import ChecklistItem, Marks
from gongjian.lib.positions import position_of, read_position
from inspections.models import Finding, Frontage, Photo, SelfCheck
from inspections.models.findings import FindingSource
from inspections.services.findings import begin_finding
from inspections.services.recipients import lead_unit_of
from inspections.services.self_check_marks import ids_in
from units.models import Unit


def newly_failed_items(check: SelfCheck, rules: Rules) -> list[ChecklistItem]:
    """Return the failed items that have no finding yet.

    Items that the records answer make no finding: what is missing is pressed for where it belongs.
    """
    findings = Finding.objects.filter(self_check=check)
    codes_with_finding = set(findings.values_list("item_code", flat=True))
    failed_items = []
    for item in rules.items:
        if item.answered_by or item.code in codes_with_finding:
            continue
        if check.marks[item.code]["result"] == "fail":
            failed_items.append(item)
    return failed_items


def findings_of_items(
    check: SelfCheck, failed_items: list[ChecklistItem], *, by: User, at: datetime
) -> list[Finding]:
    """Return an unsaved finding for each failed item. The same queries, however many items."""
    marks = [check.marks[item.code] for item in failed_items]
    frontages = Frontage.objects.select_related("road_section")
    frontage_by_id = frontages.in_bulk(ids_in(marks, "frontage"))
    unit_by_id = Unit.objects.in_bulk(ids_in(marks, "unit"))
    lead_unit = lead_unit_of(check.community)
    calendar = calendar_from(timezone.localdate(at))
    camera_points = camera_points_of(check)
    findings = []
    for item, mark in zip(failed_items, marks, strict=True):
        point = noted_point(mark) or camera_points.get(item.code, {})
        finding = Finding(self_check=check, community=check.community, **point)
        finding.source = FindingSource.SELF_CHECK
        finding.item_code = item.code
        finding.description = problem_words(mark)
        finding.frontage = frontage_by_id.get(mark.get("frontage"))
        finding.place = mark.get("place") or default_place(finding)
        finding.responsible_unit = unit_by_id.get(mark.get("unit"), lead_unit)
        begin_finding(finding, limit=item.put_right, calendar=calendar, by=by, at=at)
        findings.append(finding)
    return findings


def default_place(finding: Finding) -> str:
    """Return the frontage's address, or the community's name: the place where none was written."""
    if finding.frontage:
        return finding.frontage.address
    return str(finding.community)


def noted_point(mark: Marks) -> dict[str, object]:
    """Return the columns of the point that was noted at an item; empty where none was."""
    if not mark.get("position"):
        return {}
    position = read_position(**mark["position"])
    return position.fields if position else {}


def camera_points_of(check: SelfCheck) -> dict[str, dict[str, object]]:
    """Return the columns of the point where an item's first located photo was taken, by item code.

    It is the problem's place where none was noted.
    """
    photos = Photo.objects.filter(self_check=check, finding=None)
    located = photos.exclude(latitude=None).exclude(longitude=None)
    points = {}
    # The last one written wins, hence the newest photo first.
    for photo in located.order_by("-pk"):
        position = position_of(photo)
        if position:
            points[photo.item_code] = position.fields
    return points


def problem_words(mark: Marks) -> str:
    """Return the note with its figures, as the finding's description."""
    note = str(mark["note"])
    if mark.get("sampled"):
        return f"{note}（抽查 {mark['sampled']} 家，不合格 {mark['failed']} 家）"
    if mark["instances"] > 1:
        return f"{note}（{mark['instances']} 处）"
    return note


def hand_over_photos(check: SelfCheck) -> None:
    """Hand the photos taken at an item over to its finding, but for those that it has already."""
    waiting = Photo.objects.filter(self_check=check, finding=None)
    codes = set(waiting.values_list("item_code", flat=True))
    for finding in Finding.objects.filter(self_check=check, item_code__in=codes):
        hashes = finding.photos.before().values("sha256")
        photos = waiting.filter(item_code=finding.item_code).exclude(sha256__in=hashes)
        photos.update(finding=finding)
