"""Pictures as people and others send them."""

import io
import struct
import zlib
from pathlib import Path

from PIL import Image

RED, BLUE = (200, 30, 30), (30, 30, 200)
# Left red, right blue, 400 x 200, with time and place; made with heif-enc, as pi-heif reads only.
HEIC = (Path(__file__).parent / "half_and_half.heic").read_bytes()


def photo(size=(400, 200), mode="RGB", kind="JPEG", color=RED, **options):
    stream = io.BytesIO()
    Image.new(mode, size, color).save(stream, kind, **options)
    stream.seek(0)
    return stream


def half_and_half(**options):
    """Left red, right blue, 400 x 200."""
    image = Image.new("RGB", (400, 200), RED)
    image.paste(BLUE, (200, 0, 400, 200))
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=95, **options)
    stream.seek(0)
    return stream


def exif(*, orientation=None, taken=None, gps=None):
    data = Image.Exif()
    if orientation:
        data[0x0112] = orientation
    if taken:
        data.get_ifd(0x8769)[0x9003] = taken
    if gps:
        data.get_ifd(0x8825).update(gps)
    data[0x010F] = "SecretMaker"
    return data


GPS = {1: "N", 2: (30.0, 2.0, 59.28), 3: "E", 4: (119.0, 57.0, 36.0)}


def png(width, height, body=b"\x78\x9c\x03\x00\x00\x00\x00\x01"):
    def chunk(kind, content):
        return (
            struct.pack(">I", len(content))
            + kind
            + content
            + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def zeros(megabytes):
    """A zlib stream of so many megabytes of zeros: one is compressed, the others are its bytes
    again.
    """
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = squeezer.compress(bytes(1 << 20)) + squeezer.flush(zlib.Z_FULL_FLUSH)
    adler = struct.pack(">HH", (megabytes << 20) % 65521, 1)
    return b"\x78\xda" + block * megabytes + squeezer.flush() + adler


def text_bomb():
    """1 GB of zeros in a compressed text chunk."""
    packed = zeros(1024)
    content = b"a\0\0" + packed
    chunk = (
        struct.pack(">I", len(content))
        + b"zTXt"
        + content
        + struct.pack(">I", zlib.crc32(b"zTXt" + content))
    )
    whole = photo((10, 10), kind="PNG").getvalue()
    return whole[:33] + chunk + whole[33:]


def noise():
    return Image.effect_noise((800, 600), 90)


def truncated(kind):
    stream = io.BytesIO()
    noise().save(stream, kind)
    return stream.getvalue()[: stream.tell() // 2]
