"""A document's way to print: signed, approved, numbered without a gap, printed once."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.urls import reverse

from gongjian.documents import numbering, services
from gongjian.documents.models import Issuer, OfficialDocument, Status
from gongjian.jobs.models import Job
from gongjian.lib import pdf
from gongjian.workflow import WrongState
from tests.documents.factories import make_document

needs_faces = pytest.mark.skipif(bool(pdf.ready()), reason="no Pango or no Chinese font on this machine")


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


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_and_no_twin_under_concurrency(cast):
    if connection.vendor == "sqlite":
        pytest.skip("an in-memory database has one connection; run on PostgreSQL in the second pass")
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
    document = make_document(cast, status=Status.IN_REVIEW)
    response = sign_in(cast.office_staff).get(reverse("documents:edit", args=[document.pk]))
    assert response.status_code == 409
    assert "退回后才能修改" in response.content.decode()
