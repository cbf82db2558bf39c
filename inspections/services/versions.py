"""What was handed in, kept version by version, and how two versions differ."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from gongjian.accounts.models import User
from gongjian.lib.checklists import Checklist, ChecklistItem
from inspections.models import Photo, SelfCheck, SelfCheckVersion


@dataclass(frozen=True)
class ItemChange:
    """One item that was handed in differently.

    Its mark then and now, and the photos that were added and removed, by uuid.
    """

    item: ChecklistItem
    then: dict[str, Any]
    now: dict[str, Any]
    photos_added: list[str]
    photos_removed: list[str]


def keep_version(check: SelfCheck, *, by: User, at: datetime) -> SelfCheckVersion:
    """Store the self-check as it is handed in; called inside that act, with its photos placed."""
    version = SelfCheckVersion(self_check=check, submitted_by=by, submitted_at=at)
    version.number = check.versions.count() + 1
    version.marks = check.marks
    version.photos = photos_by_item(check)
    assert check.total_points is not None, "handed_in_has_points"
    version.total_points = check.total_points
    version.is_late = check.is_late
    version.save(force_insert=True)
    return version


def note_return(check: SelfCheck, *, reason: str, by: User, at: datetime) -> None:
    """Write on the version last handed in why it went back."""
    last = SelfCheckVersion.objects.filter(self_check=check, returned_at=None)
    last.update(returned_at=at, returned_by=by, return_reason=reason)


def compare_versions(
    then: SelfCheckVersion, now: SelfCheckVersion, rules: Checklist
) -> list[ItemChange]:
    """Return every item of which something differs, in the order of the checklist.

    Who is responsible counts too.
    """
    changes = []
    for item in rules.items:
        old_mark = then.marks.get(item.code) or {}
        new_mark = now.marks.get(item.code) or {}
        old_photos = then.photos.get(item.code, [])
        new_photos = now.photos.get(item.code, [])
        added = [photo for photo in new_photos if photo not in old_photos]
        removed = [photo for photo in old_photos if photo not in new_photos]
        is_other_mark = without_blanks(old_mark) != without_blanks(new_mark)
        if is_other_mark or added or removed:
            changes.append(ItemChange(item, old_mark, new_mark, added, removed))
    return changes


def without_blanks(mark: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mark without what says nothing: an empty note is no note."""
    filled = {}
    for name, value in mark.items():
        if value not in (None, "", 0):
            filled[name] = value
    return filled


def photos_by_item(check: SelfCheck) -> dict[str, list[str]]:
    """Return the uuids of the photos at each item, those of its finding included. One query."""
    of_check = Q(self_check=check) | Q(finding__self_check=check)
    photos = Photo.objects.before().filter(of_check)
    columns = photos.order_by("pk").values_list("item_code", "finding__item_code", "uuid")
    by_item = defaultdict(list)
    for code, code_of_finding, uuid in columns:
        by_item[code or code_of_finding].append(str(uuid))
    return dict(by_item)
