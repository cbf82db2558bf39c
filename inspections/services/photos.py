"""Keeping photos: cleaned, made small for lists, the same picture once."""

from datetime import datetime
from io import BytesIO
from uuid import uuid4

from django.core.files.base import ContentFile

from gongjian.lib.quarters import SHANGHAI
from gongjian.lib.uploads import CleanPhoto, clean_photo
from inspections.models import Photo

SMALL = 320


def keep_photo(file, *, stage: str, by, at: datetime, **shows) -> Photo:
    """Keep a photo of what `shows` names; the same picture once more is the one already kept. Raises BadUpload.

    `file` is an open file or a photo that a form has cleaned already.
    """
    photo = file if isinstance(file, CleanPhoto) else clean_photo(file)
    known = Photo.objects.filter(stage=stage, sha256=photo.sha256, **shows).first()
    return known or _store(photo, stage=stage, by=by, at=at, **shows)


def _store(photo: CleanPhoto, **given) -> Photo:
    name = uuid4()
    small = clean_photo(BytesIO(photo.content), longest=SMALL)
    return Photo.objects.create(
        uuid=name,
        file=ContentFile(photo.content, name=f"{name}.jpg"),
        small=ContentFile(small.content, name=f"{name}-small.jpg"),
        sha256=photo.sha256,
        width=photo.width,
        height=photo.height,
        taken_at=photo.taken_at.replace(tzinfo=SHANGHAI) if photo.taken_at else None,
        **given,
    )
