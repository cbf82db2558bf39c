"""编号: numbers without a gap, and what must hold when one is taken."""

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from gongjian.documents.models import DocumentStatus, NumberSeries, OfficialDocument
from gongjian.documents.verifying.codes import mint_code
from gongjian.workflow import WrongState


def number_of_signature(document: OfficialDocument, at: datetime) -> dict[str, Any]:
    """What the signature gives: the next number of the issuer's year, and its own day as the
    document's date.

    One that was returned after an earlier signature keeps number and code. Call inside the act's
    transaction: it holds the series, and the document that is corrected. Raises WrongState where
    that is no longer in force.
    """
    _hold_corrected(document)
    day = timezone.localdate(at)
    official_documents = OfficialDocument.objects.select_for_update().filter(pk=document.pk)
    if official_documents.exclude(serial=None).exists():
        return {"document_date": day}
    serial = take_number(document.issuer, day.year)
    return {"year": day.year, "serial": serial, "code": mint_code(), "document_date": day}


def take_number(issuer, year: int) -> int:
    """The next number without a gap; call inside the act's transaction, which holds the series
    until it ends.
    """
    NumberSeries.objects.get_or_create(issuer=issuer, year=year)
    number_series = NumberSeries.objects.filter(issuer=issuer, year=year)
    number_series.update(last=F("last") + 1)
    return NumberSeries.objects.values_list("last", flat=True).get(issuer=issuer, year=year)


def refuse_not_in_force(
    corrected: OfficialDocument, *, by_document: OfficialDocument | None = None
) -> None:
    """Only what is issued and not corrected yet is corrected: raises WrongState with what stands
    against it.

    A numbered correction counts before it is printed; one that was withdrawn does not.
    """
    message = f"只能更正已印发、未撤销、未更正过的公文：{corrected.number}"
    if corrected.status != DocumentStatus.PUBLISHED:
        raise WrongState(f"{message}{corrected.get_status_display()}")
    corrections = corrected.corrections.exclude(serial=None)
    others = corrections.exclude(status=DocumentStatus.WITHDRAWN).select_related("issuer")
    other = others.exclude(pk=by_document.pk if by_document else None).first()
    if other:
        raise WrongState(f"{message}已由{other.number}更正，要再改请更正{other.number}")


def _hold_corrected(document: OfficialDocument) -> None:
    if document.corrects_id is None:
        return
    corrected = OfficialDocument.objects.select_for_update().get(pk=document.corrects_id)
    try:
        refuse_not_in_force(corrected, by_document=document)
    except WrongState as reason:
        raise WrongState(f"{reason}。请退回拟稿人，改稿时清空“更正的公文”") from None
