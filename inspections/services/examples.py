"""Example photos (示例照片): what is good, borderline and bad at an item of a version."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.checklists import EXAMPLES
from gongjian.lib.checklists import Checklist as Rules
from gongjian.lib.uploads import CleanPhoto
from gongjian.recycling.models import BinnedRecord
from gongjian.recycling.services import bin_record
from gongjian.workflow import require
from inspections.models import Checklist, ExamplePhoto
from inspections.permissions import may_edit_checklist

# Of one look of one item; more would not be looked at on a phone.
MOST_PHOTOS = 4


@dataclass(frozen=True)
class ItemLook:
    """What is good, borderline or bad at an item: in words, in photos, or both."""

    name: str
    words: str
    photos: list[ExamplePhoto] = field(default_factory=list)


def looks_of(checklist: Checklist, rules: Rules) -> dict[str, list[ItemLook]]:
    """Return by item code each look that has words or photos, best first. One query."""
    photos = defaultdict(list)
    for photo in checklist.example_photos.order_by("pk"):
        photos[photo.item_code, photo.look].append(photo)
    looks: dict[str, list[ItemLook]] = {}
    for item in rules.items:
        looks[item.code] = []
        for code, name in EXAMPLES.items():
            words = item.examples.get(code, "")
            look = ItemLook(name, words, photos[item.code, code])
            if look.words or look.photos:
                looks[item.code].append(look)
    return looks


def add_examples(
    checklist: Checklist,
    *,
    item_code: str,
    look: str,
    caption: str,
    photos: Iterable[CleanPhoto],
    by: User,
    at: datetime,
) -> list[ExamplePhoto]:
    """Show these photos beside the item; a picture that is there already is not added twice.

    A version in force takes them too: they change no rule. Raises ValidationError beyond the most.
    """
    require(may_edit_checklist(by), "只有市共建办可以添加示例照片")
    present = checklist.example_photos.filter(item_code=item_code)
    new_photos = {photo.sha256: photo for photo in photos}
    for sha256 in present.values_list("sha256", flat=True):
        new_photos.pop(sha256, None)
    count = present.filter(look=look).count() + len(new_photos)
    if count > MOST_PHOTOS:
        message = f"每种示例最多 {MOST_PHOTOS} 张照片，请先移除不用的"
        raise ValidationError({"photos": message})
    subject = {"checklist": checklist, "item_code": item_code, "look": look, "caption": caption}
    with transaction.atomic():
        rows = []
        for photo in new_photos.values():
            row = ExamplePhoto(by=by, at=at, sha256=photo.sha256, **subject)
            row.file = ContentFile(photo.content, name=f"{row.uuid}.jpg")
            row.small = ContentFile(photo.small, name=f"{row.uuid}-small.jpg")
            row.save(force_insert=True)
            rows.append(row)
        if rows:
            details = {"item": item_code, "count": len(rows)}
            record(checklist, "inspections.checklist.add_examples", by=by, at=at, **details)
    return rows


def remove_example(photo: ExamplePhoto, *, by: User, at: datetime) -> BinnedRecord:
    """Put an example photo into the bin."""
    require(may_edit_checklist(by), "只有市共建办可以移除示例照片")
    return bin_record(photo, by=by, at=at, owner=photo.by)
