"""The photos of a document's attachments: small JPEGs that belong to it, so that what it shows
never changes.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from gongjian.audit.services import record
from gongjian.documents.models import DocumentPicture, DocumentStatus, OfficialDocument
from gongjian.documents.permissions import may_draft_document
from gongjian.workflow import WrongState, require


def picture_key(content: bytes) -> str:
    """By which an attachment names a picture."""
    return hashlib.sha256(content).hexdigest()


def add_pictures(document: OfficialDocument, contents: Iterable[bytes]) -> None:
    """Keep the JPEGs that a new draft's attachments name; the same picture is kept once."""
    for key, content in {picture_key(content): content for content in contents}.items():
        name = f"{document.pk}-{key[:16]}.jpg"
        file = ContentFile(content, name=name)
        DocumentPicture.objects.create(document=document, sha256=key, file=file)


def pictures_of(document: OfficialDocument) -> dict[str, bytes]:
    """The pictures that the attachments name, by their key. No query where they name none."""
    if not any(item.get("photos") for item in document.attachments):
        return {}
    contents = {}
    for picture in document.pictures.order_by("pk"):
        with picture.file.open("rb") as file:
            contents[picture.sha256] = file.read()
    return contents


def photo_choices(document: OfficialDocument) -> list[tuple[str, str]]:
    """What the photos show, a problem at a time: the key of its first photo, and the first line of
    its caption.
    """
    pairs = []
    for item in document.attachments:
        for photos in _problems(item):
            pairs.append((photos[0]["sha256"], _shown(photos)))
    return pairs


def _problems(item: Mapping[str, Any]) -> list[list[dict]]:
    """The photos of one attachment, those that follow each other and show the same together."""
    problems = []
    for group in item.get("photos", ()):
        for _, photos in groupby(
            group["pictures"], lambda photo: photo["caption"].partition("\n")[0]
        ):
            problems.append(list(photos))
    return problems


def _shown(photos: Sequence[Mapping[str, str]]) -> str:
    return f"{photos[0]['caption'].partition(chr(10))[0]}（{len(photos)} 张）"


def without_photos(attachments: Sequence[Mapping[str, Any]], keys: Collection[str]) -> list[dict]:
    """The attachments less the problems of these keys; what is empty then goes too."""
    remaining = []
    for item in attachments:
        gone = set()
        for photos in _problems(item):
            if photos[0]["sha256"] in keys:
                for photo in photos:
                    gone.add(photo["sha256"])
        groups = []
        for group in item.get("photos", ()):
            pictures = [photo for photo in group["pictures"] if photo["sha256"] not in gone]
            groups.append({**group, "pictures": pictures})
        groups = [group for group in groups if group["pictures"]]
        if groups or not item.get("photos"):
            remaining.append({**item, **({"photos": groups} if groups else {})})
    return remaining


def leave_out_photos(
    document: OfficialDocument, keys: Collection[str], *, by, at: datetime
) -> None:
    """Take photos out of a draft that should not be made public.

    Raises WrongState once it is handed in.
    """
    require(may_draft_document(by), "只有共建办可以改稿")
    titles = []
    for key, label in photo_choices(document):
        if key in keys:
            titles.append(label)
    if not titles:
        return
    attachments = without_photos(document.attachments, keys)
    with transaction.atomic():
        drafts = OfficialDocument.objects.filter(pk=document.pk, status=DocumentStatus.DRAFT)
        if not drafts.update(attachments=attachments):
            raise WrongState("文稿已送签，退回后才能修改")
        record(document, "documents.officialdocument.leave_out", by=by, at=at, photos=titles)
    document.attachments = attachments
