"""Issuers and their seals: whose they are, what a seal must look like, and where it presses."""

from dataclasses import replace
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageDraw
from pypdf import PdfReader
from pytest import approx

from gongjian.audit.models import Entry
from gongjian.documents import services
from gongjian.documents.issuing import issuers
from gongjian.documents.issuing.seals import clean_seal, seals_of
from gongjian.documents.layout.printed_sheet import Seal
from gongjian.documents.models import Issuer, NumberSeries
from gongjian.lib.uploads import BadUpload
from tests.documents.factories import make_document

RED, MM = (230, 20, 30, 255), 72 / 25.4


def drawn(size=(600, 600), *, ink=RED, paper=(0, 0, 0, 0), kind="PNG", mode="RGBA", ring=30):
    picture = Image.new(mode, size, paper if mode == "RGBA" else paper[:3])
    if ring:
        ImageDraw.Draw(picture).ellipse((2, 2, size[0] - 3, size[1] - 3), outline=ink, width=ring)
    written = BytesIO()
    picture.save(written, kind)
    return BytesIO(written.getvalue())


def acting(cast, by=None):
    return {"by": by or cast.office_director, "at": cast.now}


def test_a_seal_is_kept_small_without_metadata_and_the_same_each_time():
    clean = clean_seal(drawn((1500, 1500)))
    picture = Image.open(BytesIO(clean.content))
    assert (picture.format, picture.mode, picture.size, picture.info) == (
        "PNG",
        "RGBA",
        (1000, 1000),
        {},
    )
    assert clean_seal(drawn((1500, 1500))).sha256 == clean.sha256


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (BytesIO(b"%PDF-1.7"), "须是 PNG"),
        (drawn(kind="JPEG", mode="RGB", paper=(255, 255, 255)), "须是 PNG"),
        (drawn((600, 700)), "正方形"),
        (drawn((200, 200)), "边长须在 300 到 3000"),
        (drawn(paper=(255, 255, 255, 255)), "透明"),
        (drawn(ring=0), "几乎是空的"),
        (drawn(ink=(20, 30, 230, 255)), "须是红色"),
        (BytesIO(drawn().getvalue()[:900]), "打不开"),
        (BytesIO(drawn().getvalue() + b" " * (2 << 20)), "超过 2 MB"),
    ],
)
def test_what_would_not_look_like_a_seal_is_refused(picture, said):
    with pytest.raises(BadUpload, match=said):
        clean_seal(picture)


@pytest.mark.django_db
def test_the_director_registers_an_issuer_with_its_seal(cast, client):
    client.force_login(cast.office_director)
    words = {
        "name": "市民政局",
        "mark": "市民政局文件",
        "code": "富民",
        "printed_by": "市民政局",
        "seal_mm": 45,
    }
    seal = SimpleUploadedFile("seal.png", drawn().getvalue(), "image/png")
    answer = client.post(reverse("documents:issuer_new"), {**words, "seal_file": seal})
    assert answer.status_code == 302
    issuer = Issuer.objects.get(name="市民政局")
    assert issuer.seal.name == f"seals/{clean_seal(drawn()).sha256}.png"
    assert Entry.objects.about(issuer).get().event == "documents.issuer.register"
    assert "data:image/png;base64," in client.get(issuer.get_absolute_url()).content.decode()
    answer = client.post(
        issuer.get_absolute_url(), {**words, "seal_file": SimpleUploadedFile("a.png", b"no")}
    )
    assert "须是 PNG" in answer.content.decode()


@pytest.mark.django_db
def test_a_code_that_numbers_were_taken_with_stays(cast):
    issuer = Issuer.objects.get()
    issuers.change_issuer(issuer, code="富共建", **acting(cast))
    NumberSeries.objects.create(issuer=issuer, year=2026, last=1)
    with pytest.raises(ValidationError, match="代字不能改"):
        issuers.change_issuer(issuer, code="富建", **acting(cast))
    issuers.change_issuer(issuer, mark="共建办文件", **acting(cast))
    assert Issuer.objects.values_list("code", "mark").get() == ("富共建", "共建办文件")
    with pytest.raises(PermissionDenied):
        issuers.change_issuer(issuer, mark="科长改", **acting(cast, by=cast.office_staff))


@pytest.mark.django_db
def test_a_seal_is_pressed_only_once_the_document_is_sealed(cast):
    issuers.change_issuer(
        Issuer.objects.get(), seal=clean_seal(drawn()), seal_mm=45, **acting(cast)
    )
    document = make_document(cast, status="signed", needs_seal=True, joint=["市城管局"])
    assert seals_of(document) == ()
    document.sealed_at = cast.now
    first, second = seals_of(document)
    assert (first.picture[:22], first.diameter, second) == ("data:image/png;base64,", 45, Seal())


@pytest.mark.documents
@pytest.mark.django_db
def test_a_changed_seal_leaves_what_is_printed_as_it_is(cast, _can_print):
    issuer = Issuer.objects.get()
    issuers.change_issuer(issuer, seal=clean_seal(drawn()), **acting(cast))
    document = make_document(
        cast, status="sealed", needs_seal=True, sealed_at=cast.now, signed_by=cast.office_director
    )
    services.print_document(document, at=cast.now)
    before, first = document.file.open("rb").read(), Issuer.objects.get().seal.name
    issuers.change_issuer(issuer, seal=clean_seal(drawn(ring=80)), **acting(cast))
    assert Issuer.objects.get().seal.name != first
    assert issuer.seal.storage.exists(first)
    assert document.file.open("rb").read() == before
    assert [image.image.size for image in PdfReader(BytesIO(before)).pages[0].images] == [
        (600, 600)
    ]


@pytest.mark.documents
@pytest.mark.parametrize("across", [42, 45])
def test_a_seal_lies_over_name_and_date_within_a_line_of_the_text(printed, across):
    red = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" '
        'height="9" fill="red"/></svg>'
    )
    pages = printed(
        sealed=True,
        signature="富阳市共建办",
        title="关于报送情况的通知",
        seals=(Seal(red, across),),
    )
    page = next(page for page in pages if "富阳市共建办" in page.texts)
    seal = max(
        (rule for rule in page.rules if rule.colour == (1, 0, 0)), key=lambda rule: rule.height
    )
    name, day = page.line("富阳市共建办"), page.line("2026年10月8日")
    assert (seal.width, seal.height) == (approx(across, abs=0.1), approx(across, abs=0.1))
    assert seal.top < name[0].top
    assert day[0].baseline < seal.bottom
    text_end = page.line("请于月底前")[0].baseline + 0.2 * 15.75 / MM
    assert 0 < seal.top - text_end < 29.53 / MM
    assert replace(Seal(red), diameter=across) == Seal(red, across)
