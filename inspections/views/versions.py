"""The card that lays two handings-in of a self-check side by side."""

from dataclasses import dataclass

from gongjian.lib.checklists import ChecklistItem
from inspections.models import Photo, SelfCheck
from inspections.services.checklists import rules_of
from inspections.services.versions import ItemChange, compare_versions

RESULT_TAGS = {
    "pass": ("合格", "good"),
    "fail": ("不合格", "bad"),
    "not_applicable": ("不涉及", ""),
}
NOT_MARKED = ("未查", "warn")


@dataclass(frozen=True)
class ShownMark:
    """A mark in the words of the page."""

    tag: tuple[str, str]
    words: str

    @classmethod
    def of(cls, mark: dict) -> "ShownMark":
        words = []
        if mark.get("instances"):
            words.append(f"{mark['instances']} 处")
        if mark.get("deducted"):
            words.append(f"扣 {mark['deducted']} 分")
        if mark.get("sampled"):
            failed = mark.get("failed", 0)
            words.append(f"抽查 {mark['sampled']} 家，不合格 {failed} 家")
        for name in ("note", "place"):
            if mark.get(name):
                words.append(mark[name])
        result_tag = RESULT_TAGS.get(mark.get("result"), NOT_MARKED)
        return cls(result_tag, " · ".join(words))


@dataclass(frozen=True)
class ShownChange:
    """One item of the comparison: its marks, the photos added, and how many were removed."""

    item: ChecklistItem
    then: ShownMark
    now: ShownMark
    photos_added: list[Photo]
    photos_removed: int

    @property
    def only_responsible(self) -> bool:
        return self.then == self.now and not self.photos_added and not self.photos_removed


def comparison_of(check: SelfCheck, request) -> dict:
    """Return the versions newest first, and the two that are compared.

    Those named in the address, else the last and the one before; so too for numbers that are none
    of this self-check's. Photos are shown to those who may see them.
    """
    rows = check.versions.select_related("submitted_by", "returned_by")
    versions = list(rows.order_by("-number"))
    if len(versions) < 2:
        return {"versions": versions}
    by_number = {str(version.number): version for version in versions}
    now = by_number.get(request.GET.get("now", ""), versions[0])
    then = by_number.get(request.GET.get("then", ""))
    if then is None:
        then = by_number.get(str(now.number - 1), versions[-1])
    changes = compare_versions(then, now, rules_of(check.checklist))
    shown_changes = changes_for(request.user, changes)
    return {"versions": versions, "now": now, "then": then, "changes": shown_changes}


def changes_for(user, changes: list[ItemChange]) -> list[ShownChange]:
    """Return the changes with the photos that the user sees. One query."""
    uuids = set()
    for change in changes:
        uuids.update(change.photos_added)
    visible_photos = Photo.objects.visible_to(user).filter(uuid__in=uuids)
    photos = {str(photo.uuid): photo for photo in visible_photos}
    shown_changes = []
    for change in changes:
        then = ShownMark.of(change.then)
        now = ShownMark.of(change.now)
        added = [photos[uuid] for uuid in change.photos_added if uuid in photos]
        removed = len(change.photos_removed)
        shown_changes.append(ShownChange(change.item, then, now, added, removed))
    return shown_changes
