"""The photos of a document's attachments: small JPEGs that belong to it, so that what it shows never changes."""

import hashlib
from collections.abc import Iterable

from django.core.files.base import ContentFile

from gongjian.documents.models import DocumentPicture, OfficialDocument


def picture_key(content: bytes) -> str:
    """By which an attachment names a picture."""
    return hashlib.sha256(content).hexdigest()


def add_pictures(document: OfficialDocument, contents: Iterable[bytes]) -> None:
    """Keep the JPEGs that a new draft's attachments name; the same picture is kept once."""
    for key, content in {picture_key(content): content for content in contents}.items():
        file = ContentFile(content, name=f"{document.pk}-{key[:16]}.jpg")
        DocumentPicture.objects.create(document=document, sha256=key, file=file)


def pictures_of(document: OfficialDocument) -> dict[str, bytes]:
    """The pictures that the attachments name, by their key. No query where they name none."""
    if not any(item.get("photos") for item in document.attachments):
        return {}
    found = {}
    for picture in document.pictures.order_by("pk"):
        with picture.file.open("rb") as file:
            found[picture.sha256] = file.read()
    return found
