"""The signature inside a printed file: PAdES, invisible, and no change allowed after it.

Made with the office's certificate where GONGJIAN_SIGNING_P12 names one; else files are as they
were. It proves that the file came from whoever holds the certificate and was not changed. It is no
seal: 电子印章 come from the city's platform.
"""

import logging
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings

FIELD = "Signature"
TOOLTIP = "发文机关数字签名"

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # a wrong password is said once, by us


class SigningFailed(Exception):
    """The certificate cannot sign; str() is one Chinese sentence.

    Nothing is issued unsigned in its place.
    """


@dataclass(frozen=True)
class Certificate:
    """Whose certificate signed, and its SHA-256 by which it is told from another of the same
    name.
    """

    subject: str
    fingerprint: str


def is_configured() -> bool:
    return bool(settings.SIGNING_P12)


def faults_of_setting() -> list[str]:
    """What is wrong with the settings, in words for an administrator; nothing where none is set."""
    if not is_configured():
        return []
    try:
        _signer()
    except SigningFailed as reason:
        return [str(reason)]
    return []


def sign_pdf(content: bytes) -> tuple[bytes, Certificate]:
    """The file with its signature appended, and who signed. Raises SigningFailed."""
    # Imported here: half a second that only a site with a certificate should pay.
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    signer = _signer()
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    # Outside the page and named: an invisible field that PDF/UA lets stand without a tag.
    unseen = fields.InvisSigSettings(set_print_flag=True, box_out_of_bounds=True)
    field = fields.SigFieldSpec(FIELD, invis_sig_settings=unseen, readable_field_name=TOOLTIP)
    written = BytesIO()
    signing = signers.PdfSigner(metadata, signer, new_field_spec=field)
    signing.sign_pdf(IncrementalPdfFileWriter(BytesIO(content)), output=written)
    certificate = signer.signing_cert
    return written.getvalue(), Certificate(
        certificate.subject.human_friendly, certificate.sha256.hex()
    )


def _signer() -> Any:
    """The key and certificate of the PKCS #12 file, opened with the passphrase that a file of its
    own holds.
    """
    from pyhanko.sign.signers import SimpleSigner

    phrase = settings.SIGNING_PASSPHRASE_FILE
    try:
        Path(settings.SIGNING_P12).read_bytes()
        passphrase = None
        if phrase:
            passphrase = Path(phrase).read_bytes().strip()
    except OSError as error:
        raise SigningFailed(
            f"签名证书或口令文件读不出来：{error.strerror}（{error.filename}）"
        ) from error
    signer = SimpleSigner.load_pkcs12(settings.SIGNING_P12, passphrase=passphrase)
    if signer is None or signer.signing_cert is None:
        raise SigningFailed("签名证书打不开：请核对 GONGJIAN_SIGNING_P12 的文件格式和口令")
    return signer
