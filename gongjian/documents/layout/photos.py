"""Photos of an attachment on the grid: two a row, three rows a page, each over its caption
(practice).
"""

from base64 import b64encode
from collections.abc import Sequence

from gongjian.documents.layout.measures import (
    FANG,
    HEI,
    PITCH,
    ROWS,
    TYPE_LEFT,
    TYPE_TOP,
    TYPE_WIDTH,
    row_top,
)
from gongjian.documents.layout.placing import Page, Placed, next_row, place_line, points
from gongjian.documents.layout.printed_sheet import PhotoGroup, PrintedPhoto
from gongjian.documents.layout.text import Line, Run

ACROSS = 2
GAP = 12.0  # points between two photos
WIDTH = (TYPE_WIDTH - GAP) / ACROSS
HEIGHT = WIDTH * 3 / 4
CAPTION_SIZE, CAPTION_LINE = 10.5, 14.0
# Grid rows of a photo with two lines of caption: three such rows and a heading are a page.
ROWS_EACH = 7


def add_photos(pages: list[Page], groups: Sequence[PhotoGroup]) -> None:
    """Set the photos below what the last page holds, on as many more pages as they take.

    A heading stays with the first photos of its group.
    """
    row = next_row(pages[-1].bottom)
    for group in groups:
        heading = group.heading
        for start in range(0, len(group.photos), ACROSS):
            if row + ROWS_EACH + bool(heading) > ROWS:
                pages.append(Page())
                row = 0
            if heading:
                line = Line((Run(heading, HEI),), outline=heading, level=2)
                pages[-1].items.append(place_line(line, row))
                row += 1
                heading = ""
            photos = group.photos[start : start + ACROSS]
            _add_row(pages[-1], photos, row_top(row))
            row += ROWS_EACH


def _add_row(page: Page, photos: Sequence[PrintedPhoto], top: float) -> None:
    for place, photo in enumerate(photos):
        x = TYPE_LEFT + place * (WIDTH + GAP)
        page.items.append(_photo(photo, top=top, x=x))
        for number, words in enumerate(photo.caption.splitlines()[:2]):
            below = TYPE_TOP + top + HEIGHT + 3 + number * CAPTION_LINE
            style = points(top=below, left=x, width=WIDTH)
            placed = Placed("caption", style, (Run(words, FANG),))
            page.items.append(placed)
    page.bottom = top + ROWS_EACH * PITCH - PITCH / 2


def _photo(photo: PrintedPhoto, *, top: float, x: float) -> Placed:
    source = "data:image/jpeg;base64," + b64encode(photo.content).decode()
    place = points(top=TYPE_TOP + top, left=x, width=WIDTH, height=HEIGHT)
    alt = "，".join(photo.caption.splitlines())
    return Placed("picture photo", place, picture=source, alt=alt)
