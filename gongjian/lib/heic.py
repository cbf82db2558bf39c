"""HEIC photos from phones, and WebP, decoded in a process of their own.

libheif falls over files that are damaged on purpose (measured with 1.23: one changed byte in the
item table ends the process by SIGSEGV), and it cannot decode piecemeal. A child with little memory
and time falls in place of the site. libwebp holds four copies of a picture while it decodes one:
190 MB for twelve megapixels.
"""

import subprocess
import sys
from pathlib import Path

DECODER = Path(__file__).with_name("heic_decoder.py")
MAX_PIXELS = 25_000_000
MEMORY = 768 << 20  # of addresses; what is really used stays under 210 MB
SECONDS = 20
TOO_LARGE = 3
BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


class UnreadableHeic(ValueError):
    """The file cannot be decoded."""


class TooLarge(ValueError):
    """The picture has more than MAX_PIXELS; str() is its size, as in 8064×6048."""


def is_heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in BRANDS


def is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def as_jpeg(content: bytes) -> bytes:
    """The picture as a JPEG of the same size, with the time and place that the camera wrote."""
    child = [sys.executable, "-I", str(DECODER), str(MAX_PIXELS), str(MEMORY), str(SECONDS)]
    try:
        process = subprocess.run(  # noqa: S603  our own words, no shell
            child, input=content, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise UnreadableHeic("too slow") from late
    if process.returncode == TOO_LARGE:
        raise TooLarge(process.stderr.decode())
    if process.returncode or not process.stdout:
        raise UnreadableHeic(f"exit {process.returncode}")
    return process.stdout
