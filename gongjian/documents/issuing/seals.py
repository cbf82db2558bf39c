"""印章的图片: checked, cleaned and kept by its hash, so that a new picture never touches what the
old one has pressed.

A picture is no 电子印章 in law: those come from the city's own platform. It only prints what the
office's stamp would.
"""

import hashlib
import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, UnidentifiedImageError

from gongjian.documents.layout.printed_sheet import Seal
from gongjian.documents.models import Issuer, OfficialDocument
from gongjian.lib.uploads import BadUpload

MAX_BYTES = 2 << 20
# Pixels of a side: 300 on 42 mm are 180 to the inch; more than 3000 are not looked at.
SMALLEST, LARGEST = 300, 3000

# Pixels of a side as it is kept: 600 to the inch on 42 mm.
KEPT = 1000

SQUARE = 0.03
# Alpha under which a pixel is paper, and over which it is ink.
CLEAR, INK = 32, 128


@dataclass(frozen=True)
class CleanSeal:
    """A PNG without metadata, and its SHA-256."""

    content: bytes
    sha256: str


def clean_seal(file: IO[bytes]) -> CleanSeal:
    """The picture as it is kept. Raises BadUpload for what would not look like a seal on paper."""
    file.seek(0)
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise BadUpload(f"印章图片超过 {MAX_BYTES >> 20} MB：请缩小后再上传。")
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            _refuse_wrong_size(image)
            picture = image.convert("RGBA")
    except BadUpload:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError) as unknown:
        raise BadUpload("印章图片须是 PNG 文件（透明底）：请另存为 PNG 后上传。") from unknown
    except Exception as damage:  # Pillow's decoders raise a dozen kinds
        raise BadUpload("印章图片打不开，文件可能已损坏：请重新导出。") from damage
    _refuse_other_than_red_on_clear(picture)
    return _written(picture)


def _refuse_wrong_size(image: Image.Image) -> None:
    width, height = image.size
    if min(width, height) < SMALLEST or max(width, height) > LARGEST:
        raise BadUpload(
            f"印章图片是 {width}×{height} 像素：边长须在 {SMALLEST} 到 {LARGEST} 像素之间。"
        )
    if abs(width - height) > SQUARE * max(width, height):
        raise BadUpload("印章图片须是正方形，印章四周不留白边。")


def _refuse_other_than_red_on_clear(picture: Image.Image) -> None:
    small = picture.resize((100, 100), Image.Resampling.BOX)
    pixels = []
    for x in range(100):
        for y in range(100):
            pixels.append(small.getpixel((x, y)))
    corners = []
    for place in ((0, 0), (99, 0), (0, 99), (99, 99)):
        corners.append(small.getpixel(place))
    if any(corner[3] >= CLEAR for corner in corners):
        raise BadUpload("印章图片的底须是透明的：请去掉白底后另存为 PNG。")
    ink = []
    for pixel in pixels:
        if pixel[3] >= INK:
            ink.append(pixel)
    if len(ink) < 100:
        raise BadUpload("印章图片几乎是空的：请换一张清楚的。")
    reds, greens, blues, _ = zip(*ink, strict=True)
    red = sum(reds) / len(ink)
    others = max(sum(greens), sum(blues)) / len(ink)
    if red < 150 or others > red / 2:
        raise BadUpload("印章图片须是红色：请用印泥红的图样。")


def _written(picture: Image.Image) -> CleanSeal:
    picture.thumbnail((KEPT, KEPT), Image.Resampling.LANCZOS)
    picture.info.clear()
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    content = written.getvalue()
    sha256 = hashlib.sha256(content).hexdigest()
    return CleanSeal(content, sha256)


def keep_seal(seal: CleanSeal) -> str:
    """Put the picture where its hash says; the same picture is kept once and never written over.

    Gives its name.
    """
    name = f"seals/{seal.sha256}.png"
    if default_storage.exists(name):
        return name
    return default_storage.save(name, ContentFile(seal.content))


def source_of(issuer: Issuer) -> str:
    """The picture as a page and a sheet carry it; empty where there is none. Reads the file."""
    if not issuer.seal:
        return ""
    with issuer.seal.open("rb") as file:
        return "data:image/png;base64," + b64encode(file.read()).decode()


def seals_of(document: OfficialDocument) -> tuple[Seal, ...]:
    """What is pressed on a document once it is sealed: one for each that signs, blank where we have
    no picture.

    Reads the issuers.
    """
    if not (document.needs_seal and document.sealed_at):
        return ()
    names: Sequence[str] = (document.issuer.name, *document.joint)
    seals: dict[str, Any] = {}
    for issuer in Issuer.objects.filter(name__in=names):
        seals[issuer.name] = issuer
    pressed = tuple(
        Seal(source_of(seals[name]), seals[name].seal_mm) if name in seals else Seal()
        for name in names
    )
    if any(seal.picture for seal in pressed):
        return pressed
    return ()
