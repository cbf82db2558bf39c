"""Photos of an attachment on the grid: two a row, three rows a page, each over its caption (practice)."""

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
from gongjian.documents.layout.printed_sheet import Photo, PhotoGroup
from gongjian.documents.layout.text import Line, Run

ACROSS = 2
GAP = 12.0  # points between two photos
WIDTH = (TYPE_WIDTH - GAP) / ACROSS
HEIGHT = WIDTH * 3 / 4
CAPTION_SIZE, CAPTION_LINE = 10.5, 14.0
ROWS_EACH = 7
"""Grid rows of a photo with two lines of caption: three such rows and a heading are a page."""


def add_photos(pages: list[Page], groups: Sequence[PhotoGroup]) -> None:
    """Set the photos below what the last page holds, on as many more pages as they take; a heading keeps its first."""
    row = next_row(pages[-1].bottom)
    for group in groups:
        for place, photos in enumerate(_rows(group.photos)):
            heading = group.heading if place == 0 else ""
            if row + ROWS_EACH + bool(heading) > ROWS:
                pages.append(Page())
                row = 0
            if heading:
                pages[-1].items.append(_heading(heading, row))
                row += 1
            _add_row(pages[-1], photos, row_top(row))
            row += ROWS_EACH


def _rows(photos: Sequence[Photo]) -> list[Sequence[Photo]]:
    return [photos[start : start + ACROSS] for start in range(0, len(photos), ACROSS)]


def _heading(text: str, row: int) -> Placed:
    return place_line(Line((Run(text, HEI),), outline=text, level=2), row)


def _add_row(page: Page, photos: Sequence[Photo], top: float) -> None:
    for place, photo in enumerate(photos):
        left = TYPE_LEFT + place * (WIDTH + GAP)
        page.items.append(_photo(photo, top=top, left=left))
        for number, words in enumerate(photo.caption.splitlines()[:2]):
            below = TYPE_TOP + top + HEIGHT + 3 + number * CAPTION_LINE
            page.items.append(
                Placed("caption", points(top=below, left=left, width=WIDTH), (Run(words, FANG),))
            )
    page.bottom = top + ROWS_EACH * PITCH - PITCH / 2


def _photo(photo: Photo, *, top: float, left: float) -> Placed:
    source = "data:image/jpeg;base64," + b64encode(photo.content).decode()
    place = points(top=TYPE_TOP + top, left=left, width=WIDTH, height=HEIGHT)
    return Placed("picture photo", place, picture=source, alt="，".join(photo.caption.splitlines()))
