"""Rows for tests, as they stand in the middle of the fourth quarter of 2026."""

import json
from datetime import date, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

import inspections
from communities.models import RoadSection
from gongjian.lib.uploads import (
    clean_photo,
)
from gongjian.lib.yaml_files import (
    write_mapping,
)
from inspections.models import (
    Checklist,
    ExamplePhoto,
    Finding,
    FindingRequest,
    Frontage,
    FrontageCheck,
    ListEntry,
    ResidentReport,
    SelfCheck,
)
from inspections.models.findings import CLOSED_IN_TIME
from inspections.models.reports import (
    hash_of,
)
from inspections.services.examples import (
    add_examples,
)
from inspections.services.photos import keep_photo
from inspections.services.self_checks import due_on
from tests.cast import NOW, TODAY

V1, V2 = (
    json.loads((Path(inspections.__file__).parent / "checklists" / f"{version}.json").read_text())
    for version in ("v1", "v2")
)
CODES = [item["code"] for item in V1["items"]]
serial = count(1)


def make_checklist(**given) -> Checklist:
    row = {"title": "社区共建检查表", "valid_from": date(2026, 1, 1), "content": V1, **given}
    return Checklist.objects.get_or_create(version=row.pop("version", "v1"), defaults=row)[0]


def make_example(cast, **given) -> ExamplePhoto:
    row = {
        "item_code": "Q1",
        "look": "good",
        "caption": "",
        "photos": [clean_photo(BytesIO(photo_bytes()))],
    }
    checklist = given.pop("checklist", None) or make_checklist()
    return add_examples(checklist, **row | given, by=cast.office_staff, at=NOW)[0]


def checklist_upload(name="v3.yaml", **changed) -> SimpleUploadedFile:
    """The second version under another number, as a file of the office; `changed` of its first
    item.
    """
    items = [V2["items"][0] | changed, *V2["items"][1:]]
    content = V2 | {"version": "v3", "items": items}
    return SimpleUploadedFile(name, write_mapping(content).encode())


def passed_marks(**failed) -> dict:
    """Every item passed, but for `failed`: code=(instances, words)."""
    marks = {code: {"result": "pass", "instances": 0, "note": ""} for code in CODES}
    for code, (instances, note) in failed.items():
        marks[code] = {"result": "fail", "instances": instances, "note": note}
    return marks


def make_self_check(cast, **given) -> SelfCheck:
    month = given.get("month", "2026-11")
    row = {
        "community": cast.community,
        "month": month,
        "checklist": given.get("checklist") or make_checklist(),
        "due_on": due_on(month),
        "started_by": cast.lead_officer,
        "updated_at": NOW - timedelta(hours=1),
        "marks": passed_marks(),
    }
    if given.get("status", "draft") != "draft":
        row |= {"total_points": "100.00", "submitted_at": NOW, "submitted_by": cast.lead_officer}
    return SelfCheck.objects.create(**row | given)


def make_finding(cast, **given) -> Finding:
    row = {
        "number": f"2026-1101-{next(serial):02}",
        "community": cast.community,
        "source": "city",
        "item_code": "W1",
        "description": "路边有暴露垃圾",
        "place": "虎山路 12 号",
        "responsible_unit": cast.lead_unit,
        "status": "assigned",
        "found_by": cast.office_staff,
        "found_at": NOW - timedelta(days=1),
        "due_at": NOW + timedelta(days=1),
    }
    if given.get("status") in ("rectified", "verified", "closed_out"):
        row |= {"rectified_by": cast.lead_officer, "rectified_at": NOW, "rectification": "已清运"}
    if given.get("status") == "closed_out":
        row |= {"closed_by": cast.office_staff, "closed_at": NOW}
    if given.get("status") in ("verified", "closed_out"):
        row |= {"verified_by": cast.office_staff, "verified_at": NOW}
    return Finding.objects.create(**row | given)


def make_request(cast, **given) -> FindingRequest:
    """The member unit asks for three more days, or says whose it is."""
    asked = {
        "finding": given.get("finding") or make_finding(cast, responsible_unit=cast.member_unit)
    }
    if given.get("kind", "extension") == "extension":
        asked |= {"kind": "extension", "until_at": asked["finding"].due_at + timedelta(days=3)}
    else:
        asked |= {"proposed_unit": cast.department}
    row = {**asked, "reason": "雨天无法施工", "asked_by": cast.member_liaison, "asked_at": NOW}
    return FindingRequest.objects.create(**row | given)


def make_frontage(cast, **given) -> Frontage:
    community = given.get("community", cast.community)
    number = next(serial)
    row = {
        "community": community,
        "road_section": RoadSection.objects.filter(community=community).first(),
        "door_number": f"{number} 号",
        "shop_name": f"王记面馆{number}",
        "responsible_person": "王店主",
        "phone": "13857112345",
        "agreement_number": f"FC-{number:04}",
        "signed_on": date(2026, 1, 5),
        "valid_until": date(2027, 1, 4),
    }
    return Frontage.objects.create(**row | given)


def make_frontage_check(cast, **given) -> FrontageCheck:
    row = {
        "frontage": given.get("frontage") or make_frontage(cast),
        "quarter": "2026Q4",
        "checked_on": TODAY,
        "passed": not given.get("failed"),
        "by": cast.lead_officer,
        "at": NOW,
    }
    return FrontageCheck.objects.create(**row | given)


def photo_bytes(colour="red", size=(640, 480)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def photo_upload(colour="red", name="photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo_bytes(colour), content_type="image/jpeg")


def make_photo(cast, colour="red", **given):
    if "self_check" not in given:
        given.setdefault("finding", None) or given.update(finding=make_finding(cast))
    row = {"stage": "before", "by": cast.lead_officer, "at": NOW}
    return keep_photo(BytesIO(photo_bytes(colour)), **row | given)


def make_report(cast, **given) -> ResidentReport:
    number = next(serial)
    row = {
        "community": cast.community,
        "words": "垃圾桶满了没人清",
        "place": "虎山路 12 号",
        "form_token": f"token-{number}",
        "follow_hash": hash_of(given.pop("code", f"code-{number}")),
        "received_at": NOW - timedelta(days=1),
    }
    if given.get("status") == "refused":
        row |= {"reason": "不属于共建范围", "settled_by": cast.office_staff, "settled_at": NOW}
    if given.get("status") == "answered":
        row |= {"answer": "已清运", "settled_by": cast.office_staff, "settled_at": NOW}
    if given.get("status") == "accepted":
        row |= {"finding": make_finding(cast, source="resident"), "accepted_at": NOW}
    return ResidentReport.objects.create(**row | given)


def make_entry(cast, **given) -> ListEntry:
    row = {
        "frontage": given.get("frontage") or make_frontage(cast),
        "kind": "honour",
        "quarter": "2026Q4",
        "occupant_kind": "private_shop",
        "grounds": "连续 2 个季度达到 5 星",
        "shown_days": 180,
        "proposed_at": NOW,
    }
    if given.get("status") in ("published", "removed"):
        row |= {
            "published_on": TODAY,
            "expires_on": TODAY + timedelta(days=180),
            "decided_by": cast.office_staff,
        }
    return ListEntry.objects.create(**row | given)


LATER = timedelta(minutes=5)


def due_and_closed_in_time(quarter: str) -> dict[int, tuple[int, int]]:
    """Return by community how many findings were due in the quarter, and closed in time."""
    due = Finding.objects.due_in_quarter(quarter)
    return {
        community: (
            due.filter(community=community).count(),
            due.filter(CLOSED_IN_TIME, community=community).count(),
        )
        for community in due.values_list("community", flat=True).order_by("community").distinct()
    }
