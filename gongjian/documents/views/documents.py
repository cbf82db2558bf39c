from functools import partial
from io import BytesIO
from operator import attrgetter

from django.contrib import messages
from django.db.models import Q
from django.forms import model_to_dict
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, LoggedListPage, Tab
from gongjian.documents import exports, services, states
from gongjian.documents.checks.checking import Level
from gongjian.documents.drafting.kept_figures import pieces
from gongjian.documents.drafting.pictures import leave_out_photos
from gongjian.documents.filters import DocumentFilter
from gongjian.documents.forms.attachments import kept_of
from gongjian.documents.forms.drafts import (
    ArchiveForm,
    CountersignForm,
    DraftForm,
    RemarkForm,
    WordsForm,
    attendees_of,
)
from gongjian.documents.issuing import countersigning, ofd
from gongjian.documents.models import BEFORE_SIGNATURE, DocumentStatus, OfficialDocument
from gongjian.documents.permissions import may_draft_document, may_edit_issuers
from gongjian.jobs.services import wake_waiting
from gongjian.lib import pdf
from gongjian.lib.acting import answer_status, carry_out, form_page, posted
from gongjian.lib.editing import Editing
from gongjian.lib.framing import shown_inside_our_pages
from gongjian.recycling.views import say_deleted
from gongjian.workflow import WrongState, open_steps, require

UNDER_WAY = Q(status__in=[*sorted(BEFORE_SIGNATURE), DocumentStatus.SIGNED, DocumentStatus.SEALED])
PEOPLE = (
    "drafted_by",
    "checked_by",
    "signed_by",
    "approved_by",
    "sealed_by",
    "archived_by",
    "corrects__issuer",
)
LIST = ("公文", reverse_lazy("documents:list"))
LONG = 300  # rows of tables: about eight pages
ACTS = {
    "submit": (services.hand_in_draft, "已送签"),
    "sign": (services.sign_document, "已签发，正在印制"),
    "send_up": (services.sign_document, "已签报，等待批准"),
    "approve": (services.approve_document, "已批准，正在印制"),
    "send-to-check": (services.send_to_check, "已送核稿"),
    "check": (countersigning.check_draft, "已核稿"),
    "seal": (services.seal_document, "已用印，正在印制"),
}


class DocumentList(LoggedListPage):
    title, noun, section = "公文", "件", "documents"
    filterset_class = DocumentFilter
    default_sort = "-drafted_at"
    empty_text = "还没有可以看的公文"
    empty_hint = "任务通知和通报印发后列在这里"
    columns = (
        Column("发文字号", "number", sort="year,serial"),
        Column("标题", "title", link=True),
        Column("文种", "get_kind_display", sort="kind"),
        Column("成文日期", "document_date", sort="document_date", kind="date"),
        Column("状态", "get_status_display", kind="tag", tone=attrgetter("status_tone")),
    )

    def get_queryset(self):
        return OfficialDocument.objects.visible_to(self.request.user).select_related("issuer")

    def tabs(self):
        return [
            Tab("全部"),
            Tab("办理中", "under_way", UNDER_WAY),
            Tab("已印发", "published", Q(status=DocumentStatus.PUBLISHED)),
            Tab("已撤销", "withdrawn", Q(status=DocumentStatus.WITHDRAWN)),
        ]

    def buttons(self):
        user = self.request.user
        buttons = []
        if may_edit_issuers(user):
            buttons.append(Button("发文机关", reverse("documents:issuers")))
        if may_draft_document(user):
            buttons.append(Button("拟稿", reverse("documents:new"), True))
        return buttons


def _visible(request, pk):
    documents = OfficialDocument.objects.visible_to(request.user)
    return get_object_or_404(documents.select_related("issuer", *PEOPLE), pk=pk)


def document_new(request):
    """Begin a document by hand."""
    require(may_draft_document(request.user), "只有共建办可以拟稿")
    corrected = None
    if request.GET.get("corrects", "").isdecimal():
        corrected = _visible(request, request.GET["corrects"])
    initial = _correction_of(corrected) if corrected else None
    form = DraftForm(*posted(request), initial=initial)

    def act(**fields):
        return services.draft_document(
            corrects=corrected, **form.words(), by=request.user, at=timezone.now()
        )

    if document := carry_out(form, act):
        messages.success(request, "已存为草稿")
        return _after_saving(request, document)
    return form_page(
        request,
        form,
        title="拟稿",
        section="documents",
        back=LIST,
        template="documents/words_form.html",
    )


def _after_saving(request, document):
    """The document, or its edit page again where another attachment is to be added."""
    if "more" not in request.POST:
        return redirect(document)
    return redirect(reverse("documents:edit", args=[document.pk]) + "#id_annex-new-title")


def _correction_of(document):
    """What a correction begins with."""
    title = f"关于更正{document.number}文件的{document.get_kind_display()}"[:120]
    body = f"现将《{document.title}》（{document.number}）更正如下：\n"
    return {
        "kind": document.kind,
        "issuer": document.issuer_id,
        "title": title,
        "main_recipient": document.main_recipient,
        "body": body,
        "copy_recipients": document.copy_recipients,
        "signer": document.signer,
    }


@require_safe
def document_detail(request, pk):
    """One document as the sheet it is or will be, the way it went, and the steps that the reader
    may take.
    """
    return _detail_page(request, _visible(request, pk))


def _detail_page(request, document, answer=None):
    """`answer` is a countersignature that was refused."""
    context = {
        "document": document,
        "title": document.title,
        "eyebrow": document.number,
        "state_of": document,
        "section": "documents",
        "crumbs": [LIST],
        "cannot_print": pdf.ready(),
        "answer": answer,
    }
    context |= _what_the_reader_may(document, request.user)
    context["text"] = _lines_with_figures(document)
    context["offers_ofd"] = bool(document.file) and ofd.is_offered()
    context["format_check"] = _format_check(document, is_asked_for="check" in request.GET)
    context["history"] = history_of(document)
    context["correction"] = document.correction()
    status = answer_status(answer) if answer else 200
    return render(request, "documents/document_detail.html", context, status=status)


def _what_the_reader_may(document, user):
    """The steps, answers and buttons that the page offers this reader."""
    may_edit = document.status == DocumentStatus.DRAFT and may_draft_document(user)
    delete_url = ""
    if may_edit and not services.was_returned(document):
        delete_url = reverse("documents:delete", args=[document.pk])
    is_issued = document.status in {DocumentStatus.PUBLISHED, DocumentStatus.WITHDRAWN}
    awaits_archive = is_issued and not document.archived_at
    round = _round_for(document, user)
    return {
        "steps": open_steps(document, states.DOCUMENT_STEPS, user),
        "may_edit": may_edit,
        "delete_url": delete_url,
        "round": round,
        "may_answer": any(may for _, may in round),
        "may_archive": awaits_archive and may_draft_document(user),
    }


def _lines_with_figures(document):
    """Each line of the text with its figures marked; False where they are free."""
    keeps_figures = document.figures is not None
    lines = []
    for line in document.body.splitlines():
        lines.append((line, keeps_figures and list(pieces(line))))
    return lines


def _round_for(document, user):
    """The answers of the round, each with whether the reader may give it."""
    if not document.round_at:
        return []
    is_open = document.status == DocumentStatus.COUNTERSIGNING
    pairs = []
    for row in countersigning.round_of(document):
        is_awaited = is_open and row.agreed is None
        pairs.append((row, is_awaited and countersigning.may_answer(user, row)))
    return pairs


def _format_check(document, *, is_asked_for):
    """What the checker says before signature, with counts by level; None once signed or where
    nothing can print.

    A long document takes seconds to print and is checked on this page only when asked, else when it
    is handed in.
    """
    if not document.is_before_signature or pdf.ready():
        return None
    tables = [item.get("table") or {} for item in document.attachments]
    rows = sum(len(table.get("rows", ())) for table in tables)
    if rows > LONG and not is_asked_for:
        return {"later": True}
    remarks = services.check_document(document)
    levels = [remark.level for remark in remarks]
    counts = [(level, levels.count(level)) for level in Level]
    return {"remarks": remarks, "counts": counts, "blocks": Level.ERROR in levels}


def document_edit(request, pk):
    """Change the words of a draft."""
    document = _visible(request, pk)
    require(may_draft_document(request.user), "只有共建办可以改稿")
    if request.method == "GET" and document.status != DocumentStatus.DRAFT:
        raise WrongState("文稿已送签，退回后才能修改")
    editing = Editing(request, document, _words_of, history=history_of, still_open=_is_draft)
    form = WordsForm(*posted(request), instance=_visible(request, pk))

    def save(row, *, left_out=(), **fields):
        now = timezone.now()
        services.edit_document(row, **form.words(row), by=request.user, at=now)
        leave_out_photos(row, left_out, by=request.user, at=now)
        return row

    if carry_out(form, save, editing=editing, parts=form.annexes.filled):
        messages.success(request, "已保存")
        return _after_saving(request, document)
    kept_pieces = None
    if document.figures is not None:
        kept_pieces = list(pieces(document.body))
    return _page_of_one(
        request,
        form,
        document,
        title=f"改稿：{document.title}",
        template="documents/words_form.html",
        editing=editing,
        kept=kept_pieces,
    )


def _page_of_one(request, form, document, **words):
    """The page of a form about one document, below its own page."""
    back = (document.title, document.get_absolute_url())
    return form_page(request, form, section="documents", crumbs=[LIST], back=back, **words)


def _words_of(document):
    words = model_to_dict(document, fields=WordsForm.Meta.fields)
    return {**words, **attendees_of(document), **kept_of(document.attachments)}


def _is_draft(document):
    return document.status == DocumentStatus.DRAFT


@require_POST
def document_act(request, pk, act):
    """Submit, sign or approve."""
    document = _visible(request, pk)
    service, done_message = ACTS[act]
    service(document, by=request.user, at=timezone.now())
    wake_waiting("documents.print", key=str(document.pk))
    messages.success(request, done_message)
    return redirect(document)


@require_POST
def document_countersign(request, pk):
    """Enter the answer of one who was asked."""
    document = _visible(request, pk)
    form = CountersignForm(request.POST, auto_id=f"%s_{request.POST.get('row')}")

    def act(*, row, **answer):
        countersignature = get_object_or_404(document.countersignatures, pk=row)
        return countersigning.countersign(
            countersignature, **answer, by=request.user, at=timezone.now()
        )

    if carry_out(form, act):
        messages.success(request, "已记下会签意见")
        return redirect(document if _still_seen(request, pk) else "documents:list")
    return _detail_page(request, document, answer=form)


def _still_seen(request, pk):
    official_documents = OfficialDocument.objects.visible_to(request.user)
    return official_documents.filter(pk=pk).exists()


def document_archive(request, pk):
    """Put an issued document into the archive."""
    document = _visible(request, pk)
    require(may_draft_document(request.user), "只有共建办可以归档")
    form = ArchiveForm(*posted(request))
    act = partial(services.archive_document, document, by=request.user, at=timezone.now())
    if carry_out(form, act):
        messages.success(request, "已归档")
        return redirect(document)
    title = f"归档：{document.title}"
    return _page_of_one(request, form, document, title=title, submit_label="归档")


def document_return(request, pk):
    """Give a document back with a remark: to its drafter, also once it is numbered."""
    return _with_remark(request, pk, states.RETURN, services.return_document, "已退回修改")


def document_withdraw(request, pk):
    """Withdraw an issued document with a remark; it stays readable, its number stays taken."""
    return _with_remark(request, pk, states.WITHDRAW, services.withdraw_document, "已撤销")


def _with_remark(request, pk, step, service, done_message):
    """A step that asks for a remark.

    Who opened the page before a colleague acted is shown what he has typed.
    """
    document = _visible(request, pk)
    form = RemarkForm(*posted(request))
    editing = Editing(
        request,
        document,
        _state_of,
        history=history_of,
        still_open=lambda row: row.status in step.sources,
    )
    act = partial(service, by=request.user, at=timezone.now())
    if carry_out(form, act, editing=editing):
        messages.success(request, done_message)
        return redirect(document if _still_seen(request, pk) else "documents:list")
    if not (editing.conflict and editing.conflict.known):
        allowed = step.may(request.user, document)
        require(allowed, f"您不能{step.label}这份公文")
        if document.status not in step.sources:
            raise WrongState(f"公文{document.get_status_display()}，不能{step.label}")
    title = f"{step.label}：{document.title}"
    return _page_of_one(
        request, form, document, title=title, submit_label=step.label, editing=editing
    )


def _state_of(document):
    return {"status": document.status}


@require_safe
@xframe_options_sameorigin
@shown_inside_our_pages
def document_pdf(request, pk):
    """The sheet as PDF: the printed file once there is one, else the draft as it would print."""
    document = _visible(request, pk)
    paper = request.GET.get("as")
    if paper:
        return _exported(request, document, paper)
    name = f"{document.number or '草稿'} {document.title}.pdf"
    if document.file:
        return FileResponse(document.file.open("rb"), filename=name, content_type="application/pdf")
    reasons = pdf.ready()
    if reasons:
        return _cannot_print(request, reasons)
    try:
        content = services.render_document(document)
    except pdf.FontsMissing as reason:
        return _cannot_print(request, [str(reason)])
    answer = HttpResponse(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = "inline; filename=draft.pdf"
    return answer


def _cannot_print(request, reasons):
    return render(request, "documents/cannot_print.html", {"reasons": reasons}, status=503)


EXPORTS = {"docx": (exports.word_of, exports.WORD_TYPE), "ofd": (exports.ofd_of, exports.OFD_TYPE)}


def _exported(request, document, paper):
    """The document in another form, for those who may read it."""
    if paper not in EXPORTS or (paper == "ofd" and not ofd.is_offered()):
        raise Http404
    make, kind = EXPORTS[paper]
    try:
        content = make(document, by=request.user, at=timezone.now())
    except ofd.NotConverted as reason:
        messages.error(request, str(reason))
        return redirect(document)
    name = f"{document.number or '草稿'} {document.title}.{paper}"
    return FileResponse(BytesIO(content), filename=name, as_attachment=True, content_type=kind)


@require_POST
def document_delete(request, pk):
    """Put a draft into the bin."""
    binned = services.delete_document(_visible(request, pk), by=request.user, at=timezone.now())
    say_deleted(request, binned)
    return redirect("documents:list")
