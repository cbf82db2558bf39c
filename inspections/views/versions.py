"""The card that lays two handings-in of a self-check side by side."""

from dataclasses import dataclass

from gongjian.lib.checklists import ChecklistItem
from inspections.models import Photo, SelfCheck
from inspections.services.checklists import rules_of
from inspections.services.versions import compare_versions

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
        instances, sampled = mark.get("instances") or 0, mark.get("sampled")
        figures = [
            f"{instances} 处" if instances else "",
            f"扣 {mark['deducted']} 分" if mark.get("deducted") else "",
            f"抽查 {sampled} 家，不合格 {mark.get('failed', 0)} 家" if sampled else "",
        ]
        words = [*figures, mark.get("note", ""), mark.get("place", "")]
        return cls(RESULT_TAGS.get(mark.get("result"), NOT_MARKED), " · ".join(filter(None, words)))


@dataclass(frozen=True)
class ShownChange:
    """One item of the comparison; photos that are still kept, and how many went."""

    item: ChecklistItem
    then: ShownMark
    now: ShownMark
    photos_added: list[Photo]
    photos_removed: int

    @property
    def only_responsible(self) -> bool:
        return self.then == self.now and not self.photos_added and not self.photos_removed


def comparison_of(check: SelfCheck, request) -> dict:
    """The versions newest first, and the two that are compared: those asked for, else the last and the one before.

    Numbers that are none of this self-check's fall back to the last two; photos are shown to those who may see them.
    """
    asked = request.GET
    versions = list(
        check.versions.select_related("submitted_by", "returned_by").order_by("-number")
    )
    if len(versions) < 2:
        return {"versions": versions}
    by_number = {str(version.number): version for version in versions}
    now = by_number.get(asked.get("now", ""), versions[0])
    then = by_number.get(asked.get("then", "")) or by_number.get(str(now.number - 1), versions[-1])
    changes = compare_versions(then, now, rules_of(check.checklist))
    return {
        "versions": versions,
        "now": now,
        "then": then,
        "changes": _shown(changes, request.user),
    }


def _shown(changes, user) -> list[ShownChange]:
    wanted = [uuid for change in changes for uuid in change.photos_added]
    photos = {
        str(photo.uuid): photo for photo in Photo.objects.visible_to(user).filter(uuid__in=wanted)
    }
    return [
        ShownChange(
            change.item,
            ShownMark.of(change.then),
            ShownMark.of(change.now),
            [photos[uuid] for uuid in change.photos_added if uuid in photos],
            len(change.photos_removed),
        )
        for change in changes
    ]
