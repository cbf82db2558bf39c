"""A document's way to print: signed, approved, numbered without a gap, printed once."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from gongjian.audit.history import history_of
from gongjian.documents import services
from gongjian.documents.issuing import numbering
from gongjian.documents.models import DocumentStatus, Issuer, OfficialDocument
from gongjian.jobs.models import Job
from gongjian.lib import pdf
from gongjian.lib.triggers import standing_triggers
from gongjian.workflow import WrongState
from tests.documents.factories import make_document
from tests.editing import fields_of

needs_faces = pytest.mark.skipif(
    bool(pdf.ready()), reason="no Pango or no Chinese font on this machine"
)


def test_own_document_is_numbered_at_signature_and_laid_on_the_printers_table(cast):
    document = make_document(cast, status="in_review")
    services.sign_document(document, by=cast.office_director, at=cast.now)
    assert document.number == "富共建办〔2026〕1号"
    assert document.document_date == cast.today
    assert Job.objects.get().args == {"document": document.pk}


def test_document_for_the_city_is_numbered_only_when_approved(cast):
    document = make_document(cast, status="in_review", needs_approval=True)
    services.sign_document(document, by=cast.office_director, at=cast.now)
    assert (document.status, document.number) == ("approving", "")
    services.approve_document(document, by=cast.approver, at=cast.now)
    assert (document.status, document.number) == ("signed", "富共建办〔2026〕1号")


def test_director_does_not_approve_in_the_citys_place(cast):
    document = make_document(cast, status="approving", needs_approval=True)
    with pytest.raises(PermissionDenied):
        services.approve_document(document, by=cast.office_director, at=cast.now)
    document.refresh_from_db()
    assert document.serial is None


def test_refused_signature_takes_no_number(cast):
    document = make_document(cast)
    with pytest.raises(WrongState):
        services.sign_document(document, by=cast.office_director, at=cast.now)
    other = make_document(cast, status="in_review")
    services.sign_document(other, by=cast.office_director, at=cast.now)
    assert other.serial == 1


def test_returned_draft_is_edited_and_signed_again(cast):
    document = make_document(cast, status="in_review")
    services.return_document(document, remark="请写明时限", by=cast.office_director, at=cast.now)
    services.edit_document(document, body="请于月底前落实。", by=cast.office_staff, at=cast.now)
    services.submit_document(document, by=cast.office_staff, at=cast.now)
    services.sign_document(document, by=cast.office_director, at=cast.now)
    assert OfficialDocument.objects.get().body == "请于月底前落实。"


def test_draft_sent_for_signature_is_no_longer_edited(cast):
    document = make_document(cast, status="in_review")
    with pytest.raises(WrongState, match="退回后才能修改"):
        services.edit_document(document, body="偷偷改", by=cast.office_staff, at=cast.now)


def test_new_year_begins_at_one(cast):
    issuer = Issuer.objects.get()
    with transaction.atomic():
        taken = [numbering.take_number(issuer, year) for year in (2026, 2026, 2027, 2026)]
    assert taken == [1, 2, 1, 3]


@needs_faces
def test_printed_file_is_kept_with_its_hash_and_printing_twice_does_it_once(cast):
    document = make_document(cast, status="in_review")
    services.sign_document(document, by=cast.office_director, at=cast.now)
    services.print_document(document, at=cast.now)
    document.refresh_from_db()
    kept = document.file.read()
    assert kept.startswith(b"%PDF")
    assert document.sha256 == hashlib.sha256(kept).hexdigest()
    services.print_document(document, at=cast.now)
    assert OfficialDocument.objects.get().file.name == document.file.name


def test_where_no_pdf_can_be_made_the_page_says_so_and_nothing_breaks(cast, sign_in, monkeypatch):
    monkeypatch.setattr(pdf, "ready", lambda: ["缺少仿宋字体（FandolFang）"])
    document = make_document(cast)
    client = sign_in(cast.office_staff)
    page = client.get(document.get_absolute_url())
    assert "缺少仿宋字体" in page.content.decode()
    answer = client.get(reverse("documents:pdf", args=[document.pk]))
    assert answer.status_code == 503
    assert "doctor" in answer.content.decode()


@pytest.mark.usefixtures("many_connections")
@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_and_no_twin_under_concurrency(cast):
    issuer = Issuer.objects.get()

    def take(_):
        try:
            with transaction.atomic():
                return numbering.take_number(issuer, 2026)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(take, range(24))) == list(range(1, 25))


def test_a_document_sent_for_signature_has_no_page_to_edit_it(cast, sign_in):
    document = make_document(cast, status=DocumentStatus.IN_REVIEW)
    response = sign_in(cast.office_staff).get(reverse("documents:edit", args=[document.pk]))
    assert response.status_code == 409
    assert "退回后才能修改" in response.content.decode()


def test_a_document_seen_faulty_at_the_seal_is_signed_anew_under_its_number(cast):
    document = make_document(cast, status="in_review", needs_seal=True)
    services.sign_document(document, by=cast.office_director, at=cast.now)
    code = document.code
    with pytest.raises(PermissionDenied):
        services.return_document(document, remark="越权", by=cast.approver, at=cast.now)
    services.return_document(document, remark="日期写错", by=cast.office_staff, at=cast.now)
    assert (document.status, document.signed_by, document.number) == (
        "draft",
        None,
        "富共建办〔2026〕1号",
    )
    assert services.sheet_of(document).draft
    with pytest.raises(WrongState, match="没有送签过"):
        services.delete_document(document, by=cast.office_staff, at=cast.now)
    services.submit_document(document, by=cast.office_staff, at=cast.now)
    seen_before, later = OfficialDocument.objects.get(), cast.now + timedelta(days=1)
    services.sign_document(document, by=cast.office_director, at=later)
    with pytest.raises(WrongState):
        services.sign_document(seen_before, by=cast.office_director, at=later)
    document.refresh_from_db()
    assert (document.number, document.code, document.signed_at) == (
        "富共建办〔2026〕1号",
        code,
        later,
    )
    assert document.document_date == cast.today + timedelta(days=1)
    acts = [line.text for line in history_of(document)]
    assert (acts.count("签发"), acts.count("退回修改")) == (2, 1)
    other = make_document(cast, status="in_review")
    services.sign_document(other, by=cast.office_director, at=later)
    assert other.serial == 2


def test_the_day_of_print_is_the_day_on_which_the_seal_was_pressed(cast):
    document = make_document(cast, status="in_review", needs_seal=True)
    services.sign_document(document, by=cast.office_director, at=cast.now)
    assert document.print_date is None
    services.seal_document(document, by=cast.office_staff, at=cast.now + timedelta(days=3))
    document.refresh_from_db()
    assert (document.document_date, document.print_date) == (
        cast.today,
        cast.today + timedelta(days=3),
    )
    assert services.sheet_of(document).print_date == document.print_date


def test_what_was_returned_while_it_was_rendered_is_not_issued(cast, monkeypatch):
    document = make_document(cast, status="in_review")
    services.sign_document(document, by=cast.office_director, at=cast.now)
    held, later = OfficialDocument.objects.get(), cast.now + timedelta(minutes=5)

    def signed_anew_meanwhile(sheet):
        services.return_document(document, remark="错字", by=cast.office_staff, at=later)
        services.submit_document(document, by=cast.office_staff, at=later)
        services.sign_document(document, by=cast.office_director, at=later)
        return b"%PDF old words"

    monkeypatch.setattr(services.layout, "render_pdf", signed_anew_meanwhile)
    with pytest.raises(WrongState, match="印制期间"):
        services.print_document(held, at=later)
    assert OfficialDocument.objects.get().sha256 == ""
    assert Job.objects.count() == 1


def test_who_types_a_remark_while_a_colleague_signs_keeps_what_he_typed(cast, sign_in):
    document = make_document(cast, status="in_review", needs_seal=True)
    client, url = sign_in(cast.office_director), reverse("documents:return", args=[document.pk])
    sent = {**fields_of(client.get(url)), "remark": "请写明时限"}
    services.sign_document(document, by=cast.office_director, at=cast.now)
    answer = client.post(url, sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "请写明时限</textarea>" in page
    assert "签发" in page
    assert client.post(url, fields_of(answer)).status_code == 302
    assert client.get(url).status_code == 409
    document.refresh_from_db()
    assert (document.status, document.number) == ("draft", "富共建办〔2026〕1号")


def test_a_document_is_corrected_once_and_only_while_it_is_in_force(cast):
    old = make_document(cast, status="published")
    acted = {"by": cast.office_director, "at": cast.now}
    first, second, third = (make_document(cast, status="in_review", corrects=old) for _ in range(3))
    with transaction.atomic():
        numbering.take_number(old.issuer, 2026)
    services.sign_document(first, **acted)
    with pytest.raises(WrongState, match=f"已由{first.number}更正.*请退回拟稿人"):
        services.sign_document(second, **acted)
    with pytest.raises(IntegrityError), transaction.atomic():
        OfficialDocument.objects.filter(pk=second.pk).update(serial=99, year=2026)
    OfficialDocument.objects.filter(pk=first.pk).update(status="withdrawn")
    services.withdraw_document(old, remark="作废", **acted)
    with pytest.raises(WrongState, match="已撤销"):
        services.sign_document(third, **acted)
    services.return_document(third, remark="另拟", **acted)
    services.edit_document(third, corrects=None, **acted)
    services.submit_document(third, **acted)
    services.sign_document(third, **acted)
    assert third.serial == first.serial + 1
    standing = {
        name.removesuffix("_update").removesuffix("_delete")
        for name in standing_triggers(connection)
    }
    assert {"documents_numbered_stays", "documents_file_stays"} <= standing
