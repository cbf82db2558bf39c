"""查验: the mark in the file's foot, and the page that it leads to."""

import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from gongjian.documents import services
from gongjian.documents.checks import checking
from gongjian.documents.checks.checking import Level
from gongjian.documents.models import OfficialDocument
from gongjian.documents.verifying.codes import issued_document, mint_code, public_address
from gongjian.lib import pdf
from gongjian.lib.codes import READ_ALOUD
from tests.documents.conftest import OFFICE, make_sheet, text_of
from tests.documents.factories import make_document
from tests.documents.measuring import TYPE_BOTTOM

MARKED = {
    "verify_code": "23456-ABCDE",
    "verify_url": "https://gongjian.example.gov.cn/p/d/23456ABCDE/",
}
LETTER = {"kind": "函", "title": "关于商请协助工作的函", "issuer_mark": OFFICE, "print_date": None}
needs_faces = pytest.mark.skipif(
    bool(pdf.ready()), reason="no Pango or no Chinese font on this machine"
)


def issued(cast, **given):
    return make_document(
        cast, **{"status": "published", "code": "23456ABCDE", "sha256": "a" * 64} | given
    )


def verified(client, document, **query):
    return client.get(
        reverse("documents_public:verify", args=[document.code]), query
    ).content.decode()


@pytest.mark.documents
@pytest.mark.parametrize(
    "given", [{}, LETTER, {"body": text_of(26)}], ids=["notice", "letter", "blank page"]
)
def test_the_mark_stands_below_the_type_area_and_breaks_no_rule(printed, content, given):
    given = given | MARKED
    (line,) = [
        line
        for page in printed(**given)
        for line in [page.lines]
        if "查验码23456-ABCDE" in "".join(page.texts)
    ]
    (baseline,) = [b for b, glyphs in line.items() if glyphs[0].text == "查"]
    assert TYPE_BOTTOM < baseline < 297 - 20 - 1.8
    remarks = checking.measure(make_sheet(**given), content(**given))
    assert [remark for remark in remarks if remark.level == Level.ERROR] == []


@needs_faces
def test_the_code_is_in_the_file_whose_hash_is_kept_and_the_file_never_changes(cast, settings):
    settings.PUBLIC_URL = "https://gongjian.example.gov.cn"
    document = make_document(cast, status="in_review")
    services.sign_document(document, by=cast.office_director, at=cast.now)
    assert services.sheet_of(document).verify_url == public_address(document)
    services.print_document(document, at=cast.now)
    document.refresh_from_db()
    assert issued_document(digest=hashlib.sha256(document.file.read()).hexdigest()) == document
    with pytest.raises(IntegrityError, match="不能改动"), transaction.atomic():
        OfficialDocument.objects.update(sha256="b" * 64)


def test_a_code_has_no_letters_that_are_mistaken_for_others():
    assert set("".join(mint_code() for _ in range(200))) == set(READ_ALOUD)
    assert not set(READ_ALOUD) & set("01ILO")


def test_anybody_sees_that_a_document_is_in_force(cast, client):
    document = issued(cast)
    page = verified(client, document)
    assert all(
        words in page
        for words in (document.number, document.title, "a" * 64, "现行有效", "23456-ABCDE")
    )


def test_the_page_says_by_what_a_document_is_corrected(cast, client):
    old = issued(cast)
    new = make_document(
        cast, status="published", corrects=old, title="关于更正的通知", published_at=cast.now
    )
    page = verified(client, old)
    assert f"已由 {new.number}《关于更正的通知》更正" in page
    assert "现行有效" not in page


def test_the_page_says_that_a_document_is_withdrawn(cast, client):
    assert "已撤销，不再有效" in verified(client, issued(cast, status="withdrawn"))


def test_a_files_hash_is_compared_with_the_registered_one(cast, client):
    document = issued(cast)
    assert "一字不差" in verified(client, document, sha256="A" * 64)
    assert "可能被改动过" in verified(client, document, sha256="b" * 64)
    assert "64 位" in verified(client, document, sha256="abc")
    found = client.get(reverse("documents_public:find"), {"sha256": "a" * 64}).content.decode()
    assert document.number in found


def test_drafts_and_unknown_codes_are_nobodys(cast, client):
    unprinted = issued(cast, status="signed", sha256="")
    answer = client.get(reverse("documents_public:verify", args=[unprinted.code]))
    assert (answer.status_code, unprinted.title in answer.content.decode()) == (404, False)
    assert client.get(reverse("documents_public:find"), {"code": "23456-abcde"}).status_code == 200
