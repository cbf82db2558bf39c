"""Photos that mean harm or have come to it, each made when it is asked for."""

import io
import struct
import zipfile
import zlib

from tests.lib.pictures import HEIC, noise, photo, png, text_bomb, truncated


def polyglot():
    """A JPEG that is also an archive and a page with a script."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("evil.html", "<script>alert(1)</script>")
    return photo(comment=b"<script>alert(1)</script>").getvalue() + archive.getvalue()


def zip_bomb():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        writer.writestr("zeros", bytes(200 << 20))
    return archive.getvalue()


def pixel_bomb():
    """25 million pixels of zeros in a few kilobytes: the most that is decoded at all."""
    squeezer = zlib.compressobj(9)
    row = b"\0" + bytes(5000 * 3)
    body = b"".join(squeezer.compress(row) for _ in range(5000)) + squeezer.flush()
    return png(5000, 5000, body)


def fells_its_decoder():
    return HEIC[:190] + bytes([HEIC[190] ^ 0xFF]) + HEIC[191:]


def large(kind, size=(6000, 4000), **options):
    stream = io.BytesIO()
    noise().resize(size).convert("RGB").save(stream, kind, **options)
    return stream.getvalue()


PHOTOS = {
    "polyglot": polyglot,
    "svg with a script": lambda: (
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    ),
    "50,000 x 50,000 pixels": lambda: png(50_000, 50_000),
    "pixel bomb": pixel_bomb,
    "zip bomb": zip_bomb,
    "text bomb": text_bomb,
    "cut heic": lambda: HEIC[: len(HEIC) // 2],
    "heic that fells its decoder": fells_its_decoder,
    "cut jpeg": lambda: truncated("JPEG"),
    "nothing": lambda: b"",
    "a link": lambda: b"../../../etc/passwd",
    "tiff with a far offset": lambda: b"II*\0" + struct.pack("<I", 0x7FFFFFFF),
    "24 megapixels": lambda: large("JPEG", quality=30),
    "progressive": lambda: large("JPEG", quality=30, progressive=True),
    "webp": lambda: large("WEBP", (4000, 3000), quality=20),
    "gif": lambda: b"GIF89a" + struct.pack("<HH", 65535, 65535) + bytes(20),
    "huge": lambda: b"\xff\xd8" + bytes(16 << 20),
    "png without pixels": lambda: png(100, 100),
}
