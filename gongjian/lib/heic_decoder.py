"""HEIC or WebP from standard input, JPEG to standard output: run by `gongjian.lib.heic` in a
process of its own.
"""

import io
import resource
import sys

from pi_heif import register_heif_opener
from PIL import Image

TOO_LARGE = 3


def decode(most_pixels: int, memory: int, seconds: int) -> int:
    """Decode within these limits; the exit code of the process."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    image = Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=["HEIF", "WEBP"])
    if image.width * image.height > most_pixels:
        sys.stderr.write(f"{image.width}×{image.height}")
        return TOO_LARGE
    _on_white(image).save(sys.stdout.buffer, "JPEG", quality=95, exif=image.getexif())
    return 0


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    page = Image.new("RGB", image.size, (255, 255, 255))
    mask = image.convert("RGBA").getchannel("A")
    page.paste(image, mask=mask)
    return page


if __name__ == "__main__":
    sys.stderr.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.exit(decode(*map(int, sys.argv[1:])))
