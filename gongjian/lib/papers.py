"""Evidence from outside: a photo as `uploads` keeps it, or a PDF that is whole and within its
size.
"""

import hashlib
from dataclasses import dataclass
from typing import IO

from gongjian.lib.uploads import BadUpload, clean_photo

MAX_BYTES = 10 << 20
HEAD, TAIL = b"%PDF-", b"%%EOF"
# Readers look for the end mark in the last kilobyte; some scanners write a line or two after it.
TAIL_WITHIN = 1024


@dataclass(frozen=True, slots=True)
class CleanPaper:
    """A JPEG without metadata with one for lists, or a PDF as it came (`small` is None)."""

    name: str
    content: bytes
    small: bytes | None
    sha256: str

    @property
    def extension(self) -> str:
        return "jpg" if self.small else "pdf"


def clean_paper(file: IO[bytes], *, name: str) -> CleanPaper:
    """The piece as the system keeps it.

    Raises BadUpload for what is no picture and no whole PDF, or too large.
    """
    file.seek(0)
    if file.read(len(HEAD)) == HEAD:
        return _pdf(file, name)
    if name.lower().endswith(".pdf"):
        raise BadUpload("文件名是 PDF，内容却不是：请重新扫描或另存为 PDF。")
    try:
        photo = clean_photo(file)
    except BadUpload as wrong:
        if str(wrong).startswith("文件不是照片"):
            raise BadUpload(
                "文件既不是照片，也不是 PDF：请上传 JPG、PNG 图片或 PDF 文件。"
            ) from wrong
        raise
    return CleanPaper(name, photo.content, photo.small, photo.sha256)


def _pdf(file: IO[bytes], name: str) -> CleanPaper:
    file.seek(0)
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise BadUpload(f"PDF 超过 {MAX_BYTES >> 20} MB：请降低扫描分辨率，或分成几份上传。")
    if TAIL not in content[-TAIL_WITHIN:]:
        raise BadUpload("PDF 不完整，可能没有传完：请重新选择。")
    sha256 = hashlib.sha256(content).hexdigest()
    return CleanPaper(name, content, None, sha256)
