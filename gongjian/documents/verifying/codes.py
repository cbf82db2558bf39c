"""查验: the short code of an issued document, and what anybody who holds a copy may learn from
it.
"""

import re

from django.conf import settings
from django.urls import reverse

from gongjian.documents.models import DocumentStatus, OfficialDocument
from gongjian.lib.codes import mint

LENGTH = 10


def mint_code() -> str:
    """A new code; taken with the number, so that it is in the file before the file's hash is
    taken.
    """
    return mint(LENGTH)


def public_address(document: OfficialDocument) -> str:
    """Where a document is verified; empty before its number and on a site without
    GONGJIAN_PUBLIC_URL.
    """
    if not document.code or not settings.PUBLIC_URL:
        return ""
    return settings.PUBLIC_URL + reverse("documents_public:verify", args=[document.code])


def cleaned_code(typed: str) -> str:
    return re.sub(r"[\s\-]", "", typed).upper()


def cleaned_digest(typed: str) -> str:
    """A SHA-256 as programs print it, blanks and capitals aside; empty if it is none."""
    digest = re.sub(r"\s", "", typed).lower()
    return digest if re.fullmatch(r"[0-9a-f]{64}", digest) else ""


def issued_document(*, code: str = "", digest: str = "") -> OfficialDocument | None:
    """The issued or withdrawn document of this code or file; None for what was never issued."""
    statuses = [DocumentStatus.PUBLISHED, DocumentStatus.WITHDRAWN]
    official_documents = OfficialDocument.objects.filter(status__in=statuses)
    issued = official_documents.select_related("issuer")
    if code:
        return issued.filter(code=cleaned_code(code)).first()
    if digest:
        return issued.filter(sha256=digest).first()
    return None
