"""Blacking out parts of a photo: faces and number plates, painted over in the file itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from PIL import Image, ImageDraw

from gongjian.lib.uploads import CleanPhoto, kept

BLACK = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class BlackenedArea:
    """A rectangle in per cent of the photo's width and height, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """The rectangle in pixels, outward to whole ones; PIL counts its lower right corner in."""
        right = self.left + self.width
        bottom = self.top + self.height
        return (
            int(self.left * width // 100),
            int(self.top * height // 100),
            min(width, -int(-right * width // 100)) - 1,
            min(height, -int(-bottom * height // 100)) - 1,
        )


def blacked_out(file: IO[bytes], areas: Iterable[BlackenedArea]) -> CleanPhoto:
    """The photo with `areas` black.

    It is encoded anew from what is painted, so nothing beneath can be won back.
    """
    file.seek(0)
    with Image.open(file, formats=["JPEG"]) as image:
        page = image.convert("RGB")
    pen = ImageDraw.Draw(page)
    for area in areas:
        pixels = area.pixels(*page.size)
        pen.rectangle(pixels, fill=BLACK)
    return kept(page)
