"""What was handed in, kept version by version, and how two versions differ."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from gongjian.lib.checklists import Checklist, ChecklistItem
from inspections.models import Photo, SelfCheck, SelfCheckVersion


@dataclass(frozen=True)
class ItemChange:
    """One item that was handed in differently: its mark then and now, photos that came and went (by uuid)."""

    item: ChecklistItem
    then: dict
    now: dict
    photos_added: list[str]
    photos_removed: list[str]


def keep_version(check: SelfCheck, *, by, at: datetime) -> SelfCheckVersion:
    """Keep the self-check as it is handed in this moment; called inside that act, when its photos are placed."""
    return SelfCheckVersion.objects.create(
        self_check=check,
        number=check.versions.count() + 1,
        marks=check.marks,
        photos=_photos_of(check),
        total_points=check.total_points,
        submitted_at=at,
        submitted_by=by,
        is_late=check.is_late,
    )


def note_return(check: SelfCheck, *, reason: str, by, at: datetime) -> None:
    """Write on the version last handed in why it went back."""
    last = SelfCheckVersion.objects.filter(self_check=check, returned_at=None)
    last.update(returned_at=at, returned_by=by, return_reason=reason)


def compare_versions(
    then: SelfCheckVersion, now: SelfCheckVersion, rules: Checklist
) -> list[ItemChange]:
    """Every item of which something differs, in the order of the checklist; who is responsible counts too."""
    changes = []
    for item in rules.items:
        before, after = then.marks.get(item.code) or {}, now.marks.get(item.code) or {}
        old, new = then.photos.get(item.code, []), now.photos.get(item.code, [])
        added, removed = (
            [one for one in new if one not in old],
            [one for one in old if one not in new],
        )
        if said_in(before) != said_in(after) or added or removed:
            changes.append(ItemChange(item, before, after, added, removed))
    return changes


def said_in(mark: dict) -> dict:
    """A mark without what says nothing: an empty note is no note."""
    return {name: value for name, value in mark.items() if value not in (None, "", 0)}


def _photos_of(check: SelfCheck) -> dict[str, list[str]]:
    """The uuids of the photos at each item, those gone over to its finding included. One query."""
    found = defaultdict(list)
    photos = (
        Photo.objects.before()
        .filter(Q(self_check=check) | Q(finding__self_check=check))
        .order_by("pk")
    )
    for code, finding_code, uuid in photos.values_list("item_code", "finding__item_code", "uuid"):
        found[code or finding_code].append(str(uuid))
    return dict(found)
