"""A document's way: drafted, signed, numbered, printed.

Printing is a job; no transaction is open while it renders.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.audit.models import Entry
from gongjian.audit.services import record
from gongjian.documents import states
from gongjian.documents.checks.checking import Level, Remark, check_sheet
from gongjian.documents.drafting.attachments import outline, refuse_changed_data
from gongjian.documents.drafting.kept_figures import changed_figures, kept_from
from gongjian.documents.drafting.kinds import faults_of
from gongjian.documents.drafting.pictures import add_pictures, pictures_of
from gongjian.documents.issuing import signing
from gongjian.documents.issuing.numbering import number_of_signature, refuse_not_in_force
from gongjian.documents.issuing.seals import seals_of
from gongjian.documents.layout import document as layout
from gongjian.documents.models import DocumentKind, DocumentStatus, FileSignature, OfficialDocument
from gongjian.documents.permissions import may_draft_document
from gongjian.documents.verifying.codes import public_address
from gongjian.jobs.services import enlist_again
from gongjian.lib import pdf
from gongjian.recycling.models import BinnedRecord
from gongjian.recycling.services import bin_record
from gongjian.workflow import WrongState, advance, require

EDITABLE: tuple[str, ...] = (
    "title",
    "main_recipient",
    "body",
    "note",
    "copy_recipients",
    "signer",
    "urgency",
)
EDITABLE += ("joint", "countersigners", "needs_seal", "attachments", "attendees", "corrects")
WORDS_WITH_FIGURES = ("title", "body", "note")
SIGNATURE = ("signed_by", "signed_at", "approved_by", "approved_at", "print_date")


def draft_document(
    *,
    by: User,
    at: datetime,
    pictures: Iterable[bytes] = (),
    keeps_figures: bool = False,
    **content: Any,
) -> OfficialDocument:
    """Put a new draft on the table.

    `content` holds the fields of OfficialDocument that a drafter writes.

    `pictures` are the JPEGs that its attachments name. A draft that `keeps_figures` was written
    from the data: whoever edits it may change its words and not its figures.
    """
    require(may_draft_document(by), "只有共建办可以拟稿")
    if keeps_figures:
        content["figures"] = kept_from(words_with_figures(content))
    corrected = content.get("corrects")
    if corrected:
        refuse_not_in_force(corrected)
    with transaction.atomic():
        document = OfficialDocument.objects.create(drafted_by=by, drafted_at=at, **content)
        add_pictures(document, pictures)
        record(document, "documents.officialdocument.draft", by=by, at=at, kind=document.kind)
    return document


def words_with_figures(words: Mapping[str, Any]) -> str:
    """Return the text whose figures are kept: title, body and note."""
    return "\n".join(words.get(name, "") for name in WORDS_WITH_FIGURES)


def figure_faults(document: OfficialDocument, words: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each figure of edited words that the generated draft did not have.

    A draft by hand is free.
    """
    if document.figures is None:
        return []
    whole = {}
    for name in WORDS_WITH_FIGURES:
        whole[name] = words.get(name, getattr(document, name))
    return changed_figures(document.figures, words_with_figures(whole))


def edit_document(
    document: OfficialDocument, *, by: User, at: datetime, **words: Any
) -> OfficialDocument:
    """Change the words of a draft.

    Figures that come from the data stay: raises ValidationError at `body` for those that do not.
    """
    require(may_draft_document(by), "只有共建办可以改稿")
    faults = figure_faults(document, words)
    if faults:
        raise ValidationError({"body": faults})
    changed = {}
    for name in EDITABLE:
        if name in words and words[name] != getattr(document, name):
            changed[name] = words[name]
    if "attachments" in changed:
        refuse_changed_data(document, changed["attachments"])
    before = {name: getattr(document, name) for name in changed}
    with transaction.atomic():
        if changed:
            drafts = OfficialDocument.objects.filter(pk=document.pk, status=DocumentStatus.DRAFT)
            if not drafts.update(**changed):
                raise WrongState("文稿已送签，退回后才能修改")
            details = {"before": _in_words(before), "after": _in_words(changed)}
            record(document, "documents.officialdocument.edit", by=by, at=at, **details)
    for name, value in changed.items():
        setattr(document, name, value)
    return document


def _in_words(changed: Mapping[str, Any]) -> dict[str, Any]:
    """Changed fields as the log keeps them: of attachments the outline, of a document its title."""
    words = dict(changed)
    if "attachments" in words:
        words["attachments"] = outline(words["attachments"])
    if "corrects" in words:
        words["corrects"] = str(words["corrects"] or "")
    return words


def delete_document(document: OfficialDocument, *, by: User, at: datetime) -> BinnedRecord:
    """Put a draft that was never numbered and never returned into the bin."""
    require(may_draft_document(by), "只有共建办可以删除草稿")
    with transaction.atomic():
        locked_rows = OfficialDocument.objects.select_for_update().filter(pk=document.pk)
        is_new = locked_rows.filter(status=DocumentStatus.DRAFT, serial=None).exists()
        if not is_new or was_returned(document):
            raise WrongState("只有没有送签过的草稿可以删除")
        return bin_record(document, by=by, at=at, owner=document.drafted_by)


def was_returned(document: OfficialDocument) -> bool:
    """Whether it came back from signature or approval: such a draft is kept with its remarks.

    One query.
    """
    entries = Entry.objects.about(document)
    return entries.filter(event="documents.officialdocument.return").exists()


def submit_document(document: OfficialDocument, *, by: User, at: datetime) -> OfficialDocument:
    """Hand the draft to the director for signature."""
    return advance(document, states.SUBMIT, by=by, at=at)


def hand_in_draft(document: OfficialDocument, *, by: User, at: datetime) -> OfficialDocument:
    """Hand in what a person has drafted: refused while the print breaks a rule of GB/T 9704.

    Prints before the transaction begins. What the program itself drafts goes through
    submit_document. Raises WrongState with the first errors.
    """
    if document.countersigners and document.status == DocumentStatus.DRAFT:
        raise WrongState("写明了会签单位、人员的文稿，请先送核稿")
    _refuse_faulty(document, by)
    return submit_document(document, by=by, at=at)


def send_to_check(document: OfficialDocument, *, by: User, at: datetime) -> OfficialDocument:
    """Give a draft to a colleague to check; refused as hand_in_draft refuses."""
    _refuse_faulty(document, by)
    return advance(document, states.SEND_TO_CHECK, by=by, at=at)


def _refuse_faulty(document: OfficialDocument, by: User) -> None:
    require(may_draft_document(by), "只有共建办可以送签")
    if document.status != DocumentStatus.DRAFT:
        return
    lacking = faults_of(document.kind, vars(document))
    if lacking:
        raise WrongState("；".join(lacking.values()))
    faults = []
    for remark in check_document(document):
        if remark.level == Level.ERROR:
            faults.append(remark)
    if faults:
        texts = [f"{remark.place}{remark.sentence}" for remark in faults[:3]]
        first = "；".join(texts)
        raise WrongState(f"格式检查有 {len(faults)} 处错误，改正后才能送签：{first}")


def return_document(
    document: OfficialDocument, *, remark: str, by: User, at: datetime
) -> OfficialDocument:
    """Give the draft back with a remark; the remark stays in its history.

    After its signature it keeps number and code and must be signed anew; what was signed stays in
    its history too.
    """
    undone: dict[str, Any] = {}
    if document.status == DocumentStatus.SIGNED:
        undone = dict.fromkeys(SIGNATURE)
    return advance(document, states.RETURN, by=by, at=at, remark=remark, **undone)


def sign_document(document: OfficialDocument, *, by: User, at: datetime) -> OfficialDocument:
    """Sign: a document of the office's own is numbered at once, one that needs approval goes up to
    the city.
    """
    if document.needs_approval:
        return advance(document, states.SEND_UP, by=by, at=at, signed_by=by, signed_at=at)
    with transaction.atomic():
        signature = number_of_signature(document, at) | {"signed_by": by, "signed_at": at}
        advance(document, states.SIGN, by=by, at=at, **signature)
        return _unless_sealed(document, by=by, at=at)


def approve_document(document: OfficialDocument, *, by: User, at: datetime) -> OfficialDocument:
    """The city approves: the document takes its number and is printed."""
    with transaction.atomic():
        signature = number_of_signature(document, at) | {"approved_by": by, "approved_at": at}
        advance(document, states.APPROVE, by=by, at=at, **signature)
        return _unless_sealed(document, by=by, at=at)


def seal_document(document: OfficialDocument, *, by: User, at: datetime) -> OfficialDocument:
    """Press the seal on a numbered document, which then goes to the printer."""
    with transaction.atomic():
        advance(document, states.SEAL, by=by, at=at, sealed_by=by, sealed_at=at)
        return _to_the_printer(document, by=by, at=at)


def archive_document(
    document: OfficialDocument, *, place: str, by: User, at: datetime
) -> OfficialDocument:
    """Put an issued document into the archive under its 档号; it stays issued or withdrawn.

    Raises WrongState.
    """
    require(may_draft_document(by), "只有共建办可以归档")
    statuses = [DocumentStatus.PUBLISHED, DocumentStatus.WITHDRAWN]
    issued = OfficialDocument.objects.filter(status__in=statuses, archived_at=None)
    with transaction.atomic():
        row = issued.filter(pk=document.pk)
        if not row.update(archived_by=by, archived_at=at, archive_place=place):
            raise WrongState("只有已印发或已撤销、还没有归档的公文可以归档")
        record(document, "documents.officialdocument.archive", by=by, at=at, place=place)
    document.archived_by = by
    document.archived_at = at
    document.archive_place = place
    return document


def withdraw_document(
    document: OfficialDocument, *, remark: str, by: User, at: datetime
) -> OfficialDocument:
    """Withdraw an issued document; its number and file stay."""
    return advance(document, states.WITHDRAW, by=by, at=at, remark=remark)


def _unless_sealed(document: OfficialDocument, *, by: User, at: datetime) -> OfficialDocument:
    """Print what bears no seal at once; the rest waits for it."""
    if document.needs_seal:
        return document
    return _to_the_printer(document, by=by, at=at)


def _to_the_printer(document: OfficialDocument, *, by: User, at: datetime) -> OfficialDocument:
    """Put the print on the ledger; its day is the 印发日期.

    A document that was returned goes there a second time.
    """
    document.print_date = timezone.localdate(at)
    official_documents = OfficialDocument.objects.filter(pk=document.pk)
    official_documents.update(print_date=document.print_date)
    key = str(document.pk)
    title = f"印制 {document.number}"
    enlist_again("documents.print", key=key, title=title, by=by, at=at, document=document.pk)
    return document


def _mark(document: OfficialDocument) -> str:
    """Return the issuer's red mark: a letter bears the bare name, minutes say what they are
    (§10.1, §10.3).
    """
    issuer = document.issuer
    if document.kind == DocumentKind.LETTER:
        return issuer.name
    if document.kind == DocumentKind.MINUTES:
        return f"{issuer.name}会议纪要"
    return issuer.mark


def sheet_of(document: OfficialDocument) -> layout.PrintedSheet:
    """Everything that stands on the printed sheet.

    Reads the issuer, and the pictures where there are any.
    """
    issuer = document.issuer
    day: date = document.document_date or timezone.localdate(document.drafted_at)
    pictures = pictures_of(document)
    attachments = [layout.attachment_from(item, pictures) for item in document.attachments]
    sheet = layout.PrintedSheet(
        issuer_mark=_mark(document),
        number=document.number or f"{issuer.code}〔{day.year}〕    号",
        title=document.title,
        main_recipient=document.main_recipient,
        body=document.body,
        signature=issuer.name,
        document_date=day,
    )
    heading = replace(
        sheet,
        kind=document.get_kind_display(),
        urgency=document.urgency,
        signer=document.signer,
        joint=tuple(document.joint),
        draft=document.is_before_signature,
    )
    ending = replace(
        heading,
        attachments=tuple(attachments),
        attendees=tuple(map(tuple, document.attendees)),
        note=document.note,
        sealed=document.needs_seal,
        seals=seals_of(document),
    )
    return replace(
        ending,
        copy_recipients=document.copy_recipients,
        printed_by=issuer.printed_by,
        print_date=document.print_date,
        verify_code=document.printed_code,
        verify_url=public_address(document),
    )


def check_document(document: OfficialDocument) -> list[Remark]:
    """What the format checker says of the document as it would print; nothing where this machine
    cannot print.

    A character that no face has is an error of the words.
    """
    if pdf.ready():
        return []
    try:
        return check_sheet(sheet_of(document))
    except pdf.FontsMissing as missing:
        return [Remark(Level.ERROR, "5.2.2", str(missing))]


def render_document(document: OfficialDocument) -> bytes:
    """The sheet as PDF, as it stands now."""
    return layout.render_pdf(sheet_of(document))


def print_document(document: OfficialDocument, *, at: datetime) -> OfficialDocument:
    """Render the signed sheet, keep the file and its SHA-256, and say that it is issued.

    Twice does it once.

    Raises WrongState where the document was returned while it was rendered, also if it has been
    signed anew since.
    """
    if document.status != (DocumentStatus.SEALED if document.needs_seal else DocumentStatus.SIGNED):
        return document
    content = render_document(document)
    certificate = None
    if signing.is_configured():
        content, certificate = signing.sign_pdf(content)
    digest = hashlib.sha256(content).hexdigest()
    name = f"documents/{document.year}/{document.issuer.code}-{document.serial:04}.pdf"
    by = document.approved_by or document.signed_by
    with transaction.atomic():
        _refuse_signed_anew(document)
        name = OfficialDocument.file.field.storage.save(name, ContentFile(content))
        advance(document, states.PUBLISH, by=by, at=at, file=name, sha256=digest, published_at=at)
        if certificate:
            FileSignature.objects.create(document=document, **vars(certificate))
    return document


def _refuse_signed_anew(document: OfficialDocument) -> None:
    locked_rows = OfficialDocument.objects.select_for_update().only("signed_at", "approved_at")
    locked = locked_rows.get(pk=document.pk)
    same_signature = locked.signed_at == document.signed_at
    if not same_signature or locked.approved_at != document.approved_at:
        raise WrongState("印制期间公文已退回修改，没有印发；重新签发后再印制")
