"""Example photos (示例照片): what is good, borderline and bad, shown beside the item of the version they belong to."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction

from gongjian.audit.services import record
from gongjian.lib.checklists import EXAMPLES
from gongjian.lib.checklists import Checklist as Rules
from gongjian.lib.uploads import BadUpload, CleanPhoto
from gongjian.recycling.models import BinnedRecord
from gongjian.recycling.services import bin_record
from gongjian.workflow import require
from inspections.models import Checklist, ExamplePhoto
from inspections.permissions import may_edit_checklist

MOST_PHOTOS = 4
"""Of one look of one item; more would not be looked at on a phone."""


@dataclass(frozen=True)
class Look:
    """What is good, borderline or bad at an item: in words, in photos, or both."""

    name: str
    words: str
    photos: list[ExamplePhoto] = field(default_factory=list)


def looks_of(checklist: Checklist, rules: Rules) -> dict[str, list[Look]]:
    """By item code, each look that has words or photos, best first. One query."""
    photos = defaultdict(list)
    for photo in checklist.example_photos.order_by("pk"):
        photos[photo.item_code, photo.look].append(photo)
    return {
        item.code: [
            Look(name, item.examples.get(look, ""), photos[item.code, look])
            for look, name in EXAMPLES.items()
            if item.examples.get(look) or photos[item.code, look]
        ]
        for item in rules.items
    }


def add_examples(
    checklist: Checklist,
    *,
    item_code: str,
    look: str,
    caption: str,
    photos: Iterable[CleanPhoto],
    by,
    at: datetime,
) -> list[ExamplePhoto]:
    """Show these photos beside the item; one that is there already is not kept twice. Raises BadUpload beyond the most.

    A version in force takes them too: they change no rule.
    """
    require(may_edit_checklist(by), "只有市共建办可以添加示例照片")
    held = checklist.example_photos.filter(item_code=item_code)
    known = set(held.values_list("sha256", flat=True))
    new = {photo.sha256: photo for photo in photos if photo.sha256 not in known}
    if held.filter(look=look).count() + len(new) > MOST_PHOTOS:
        raise BadUpload(f"每种示例最多 {MOST_PHOTOS} 张照片，请先移除不用的")
    with transaction.atomic():
        rows = [_keep(checklist, photo, item_code, look, caption, by, at) for photo in new.values()]
        if rows:
            told = {"item": item_code, "count": len(rows)}
            record(checklist, "inspections.checklist.add_examples", by=by, at=at, **told)
    return rows


def _keep(checklist, photo: CleanPhoto, item_code, look, caption, by, at) -> ExamplePhoto:
    name = uuid4()
    return ExamplePhoto.objects.create(
        uuid=name,
        checklist=checklist,
        item_code=item_code,
        look=look,
        caption=caption,
        file=ContentFile(photo.content, name=f"{name}.jpg"),
        small=ContentFile(photo.small, name=f"{name}-small.jpg"),
        sha256=photo.sha256,
        by=by,
        at=at,
    )


def remove_example(photo: ExamplePhoto, *, by, at: datetime) -> BinnedRecord:
    """Put an example photo into the bin."""
    require(may_edit_checklist(by), "只有市共建办可以移除示例照片")
    return bin_record(photo, by=by, at=at, owner=photo.by)
