"""The signature inside a printed file: valid, whole, and broken by one changed byte."""

import hashlib
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.urls import reverse
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from gongjian.documents import services
from gongjian.documents.issuing import signing
from gongjian.documents.system_checks import check_certificate
from tests.documents.factories import make_document

NAME = "富阳市社区共建活动办公室"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A throw-away certificate of the office's, its file and its passphrase's."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    )
    made = (
        made.serial_number(1)
        .not_valid_before(now - timedelta(1))
        .not_valid_after(now + timedelta(30))
    )
    unused = ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign")
    usage = dict.fromkeys((*unused, "encipher_only", "decipher_only"), False)
    made = made.add_extension(
        x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True
    )
    cert = made.sign(key, hashes.SHA256())
    folder = tmp_path_factory.mktemp("certificate")
    (folder / "office.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"office", key, cert, None, BestAvailableEncryption(b"secret word")
        )
    )
    (folder / "passphrase").write_text("secret word\n")
    return folder, cert


@pytest.fixture
def configured(certificate, settings):
    folder, cert = certificate
    settings.SIGNING_P12, settings.SIGNING_PASSPHRASE_FILE = (
        str(folder / "office.p12"),
        str(folder / "passphrase"),
    )
    return cert


def status_of(content, cert):
    from asn1crypto.x509 import Certificate
    from cryptography.hazmat.primitives.serialization import Encoding

    trusted = ValidationContext(trust_roots=[Certificate.load(cert.public_bytes(Encoding.DER))])
    return validate_pdf_signature(PdfFileReader(BytesIO(content)).embedded_signatures[0], trusted)


@pytest.mark.documents
@pytest.mark.django_db
def test_a_printed_document_is_signed_and_its_hash_is_the_signed_files(
    cast, client, configured, _can_print
):
    document = make_document(
        cast, status="signed", signed_by=cast.office_director, code="23456ABCDE"
    )
    services.print_document(document, at=cast.now)
    content = document.file.open("rb").read()
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.file_signature.subject == f"Common Name: {NAME}"
    status = status_of(content, configured)
    assert status.valid
    assert status.intact
    assert status.bottom_line
    assert PdfFileReader(BytesIO(content)).embedded_signatures[0].docmdp_level == MDPPerm.NO_CHANGES
    page = client.get(reverse("documents_public:verify", args=[document.code])).content.decode()
    assert "已数字签名" in page

    place = content.index(b"/Title")
    changed = content[: place + 9] + bytes([content[place + 9] ^ 1]) + content[place + 10 :]
    assert not status_of(changed, configured).intact

    root = PdfReader(BytesIO(content)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert root["/StructTreeRoot"]["/K"]


def test_a_certificate_that_cannot_sign_is_named_and_nothing_is_signed(
    configured, settings, tmp_path
):
    wrong = tmp_path / "wrong"
    wrong.write_text("another word")
    settings.SIGNING_PASSPHRASE_FILE = str(wrong)
    with pytest.raises(signing.SigningFailed, match="签名证书打不开"):
        signing.sign_pdf(b"%PDF-1.7")
    settings.SIGNING_P12 = str(tmp_path / "none.p12")
    assert "签名证书或口令文件读不出来" in check_certificate(None)[0].msg
    settings.SIGNING_P12 = ""
    assert check_certificate(None) == []
