"""发文机关: in whose names documents are issued, with which mark, code and seal."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from gongjian.audit.services import record
from gongjian.documents.issuing.seals import CleanSeal, keep_seal
from gongjian.documents.models import Issuer
from gongjian.documents.permissions import may_edit_issuers
from gongjian.workflow import require

FIELDS = ("name", "mark", "code", "printed_by", "seal_mm")


def register_issuer(*, seal: CleanSeal | None = None, by, at: datetime, **words: Any) -> Issuer:
    """Take up a body that issues documents; `seal` is its cleaned picture."""
    require(may_edit_issuers(by), "只有共建办主任可以登记发文机关")
    with transaction.atomic():
        issuer = Issuer.objects.create(**words, seal=keep_seal(seal) if seal else "")
        record(issuer, "documents.issuer.register", by=by, at=at, **_told(words, seal))
    return issuer


def change_issuer(
    issuer: Issuer, *, seal: CleanSeal | None = None, by, at: datetime, **words: Any
) -> Issuer:
    """Change its words or its seal; what is printed stays as it is.

    Raises ValidationError at `code` where it would change after a number was taken with it.
    """
    require(may_edit_issuers(by), "只有共建办主任可以修改发文机关")
    with transaction.atomic():
        row = Issuer.objects.select_for_update().get(pk=issuer.pk)
        if words.get("code", row.code) != row.code and row.is_named:
            message = "已经用这个机关代字编过文号，代字不能改；请另行登记发文机关"
            raise ValidationError({"code": message})
        changed = {}
        for name in FIELDS:
            if name in words and words[name] != getattr(row, name):
                changed[name] = words[name]
        before = {name: getattr(row, name) for name in changed}
        if seal:
            before["seal"], changed["seal"] = row.seal.name, keep_seal(seal)
        for name, value in changed.items():
            setattr(row, name, value)
        if changed:
            row.save(update_fields=list(changed))
            record(row, "documents.issuer.change", by=by, at=at, before=before, after=changed)
    return row


def _told(words: dict[str, Any], seal: CleanSeal | None) -> dict[str, Any]:
    return {**words, **({"seal": seal.sha256} if seal else {})}
