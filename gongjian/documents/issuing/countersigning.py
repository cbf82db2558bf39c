"""会签: who is asked, who answers for whom, and when a round is over."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.documents import states
from gongjian.documents.models import Countersignature, DocumentStatus, OfficialDocument
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require


def check_draft(document: OfficialDocument, *, by, at: datetime) -> OfficialDocument:
    """Pass a draft on: to those who must countersign where there are any, else to the director."""
    if not document.countersigners:
        return advance(document, states.CHECK, by=by, at=at, checked_by=by, checked_at=at)
    with transaction.atomic():
        checked = {"checked_by": by, "checked_at": at}
        advance(document, states.START_ROUND, by=by, at=at, round_at=at, **checked)
        users = _ask_all(document, at)
        key = f"documents:{document.pk}:countersign:{at:%Y%m%d%H%M%S}"
        subject = f"请会签：{document.title}"
        notify(users, key=key, subject=subject, at=at, link=document.get_absolute_url())
    return document


def _ask_all(document: OfficialDocument, at: datetime) -> list[User]:
    """Enter who must countersign in this round; returns those who have an account."""
    names = list(dict.fromkeys(document.countersigners))
    accounts = {user.username: user for user in User.objects.filter(username__in=names)}
    countersignatures = []
    for name in names:
        row = Countersignature(document=document, name=name, asked_at=at)
        if name in accounts:
            row.user = accounts[name]
            row.name = accounts[name].name
        countersignatures.append(row)
    Countersignature.objects.bulk_create(countersignatures)
    return [accounts[name] for name in names if name in accounts]


def round_of(document: OfficialDocument):
    """The answers of the present round, or the last, in the order in which they were asked."""
    rows = document.countersignatures.filter(asked_at=document.round_at)
    return rows.select_related("user", "answered_by").order_by("pk")


def may_answer(user, row: Countersignature) -> bool:
    """A person answers for himself; for a unit without an account the office enters the answer."""
    if row.user_id:
        return row.user_id == user.pk
    return states.may.may_draft_document(user)


def countersign(
    row: Countersignature, *, agreed: bool, remark: str = "", by, at: datetime
) -> OfficialDocument:
    """Enter one answer: a no returns the draft with its remark, the last yes hands it to the
    director.

    Raises ValidationError at `remark` for a no without words, WrongState where the round is over or
    the row is answered, PermissionDenied for the wrong person.
    """
    require(may_answer(by, row), "只有被请会签的人可以会签；没有账号的单位由共建办代录")
    if not agreed and not remark:
        raise ValidationError({"remark": "不同意会签的，请写明意见"})
    with transaction.atomic():
        document = OfficialDocument.objects.select_for_update().get(pk=row.document_id)
        if document.status != DocumentStatus.COUNTERSIGNING or row.asked_at != document.round_at:
            raise WrongState("这一轮会签已经结束")
        answer = {"agreed": agreed, "remark": remark, "answered_by": by, "answered_at": at}
        countersignatures = Countersignature.objects.filter(pk=row.pk, agreed=None)
        if not countersignatures.update(**answer):
            raise WrongState(f"{row.name}已经会签过")
        details = {"name": row.name, "agreed": agreed}
        if remark:
            details["remark"] = remark
        record(document, "documents.officialdocument.countersign", by=by, at=at, **details)
        return _closed(document, agreed=agreed, remark=f"{row.name}：{remark}", by=by, at=at)


def _closed(document, *, agreed: bool, remark: str, by, at: datetime) -> OfficialDocument:
    if not agreed:
        return advance(document, states.RETURN, by=by, at=at, remark=remark)
    if not round_of(document).filter(agreed=None).exists():
        return advance(document, states.END_ROUND, by=by, at=at)
    return document
