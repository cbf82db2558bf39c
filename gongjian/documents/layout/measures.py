"""The measures of GB/T 9704-2012 in PDF points, and how wide a text is in each face.

One point is 1/72 inch. A character of 3号 is 15.75 pt here (the traditional size): only so do 28
characters and 22 lines both fit the type area of 156 by 225 mm (§5.2.3).
"""

from dataclasses import dataclass

MM = 72 / 25.4

PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM
TYPE_TOP, TYPE_LEFT = 37 * MM, 28 * MM
TYPE_WIDTH, TYPE_HEIGHT = 156 * MM, 225 * MM


@dataclass(frozen=True)
class TypeArea:
    """A type area: where it begins and how large it is, in points."""

    left: float
    top: float
    width: float
    height: float


UPRIGHT = TypeArea(TYPE_LEFT, TYPE_TOP, TYPE_WIDTH, TYPE_HEIGHT)
# The same area of the paper, seen by a table that lies on its side with its head at the paper's
# left (§8).
TURNED = TypeArea(PAGE_HEIGHT - TYPE_TOP - TYPE_HEIGHT, TYPE_LEFT, TYPE_HEIGHT, TYPE_WIDTH)

CHARACTER = 15.75  # 3号
SMALL_SIZE = 14.0  # 4号: imprint and page numbers
PITCH = CHARACTER * 15 / 8  # one 行: a character and seven eighths of its height
COLUMNS, ROWS = 28, 22
GRID_WIDTH = COLUMNS * CHARACTER

BASELINE = 0.8  # of its size, a Chinese character stands above the baseline …
STRUT_SHIFT = 0.38  # … and the faces' own line boxes centre it so far above: (ascent - descent) / 2
# From the top of a line's box to the top of its characters.
ROW_LEAD = PITCH / 2 + (STRUT_SHIFT - BASELINE) * CHARACTER

MARK_BELOW_TYPE_TOP = 35 * MM
MARK_SIZE = (
    52.9  # so tall that the number stands two blank lines below the mark and on the grid at once
)
MARK_INK_TOP, MARK_INK_HEIGHT = 0.755, 0.915  # of bold Song, measured in the face
MARK_WIDTH = TYPE_WIDTH * 0.98
MARK_NARROWEST = 0.55
LETTER_MARK_TOP, LETTER_RULE_WIDTH, LETTER_RULE_BOTTOM = (
    30 * MM,
    170 * MM,
    20 * MM,
)  # of 信函 (§10.1)
SEAL = 42 * MM  # across: an office's seal (practice; a county government's is 45 mm)
DASH_TOP = 0.311  # of the page number's dash above its baseline, measured in the face

IMPRINT_PITCH = 25.0

# Advance widths of the Latin characters from U+0020 on, in thousandths of the size; the bold Song
# and the Hei keep to the FangSong's within a few hundredths, the Kai runs wider. Whatever is not
# listed is as wide as it is high.
_FANG = (
    "333 278 500 833 500 833 781 278 389 389 500 778 278 333 278 500 500 500 500 500 500 500 "
    "500 500 500 500 278 278 778 778 778 472 778 739 703 722 758 675 647 782 739 350 508 767 "
    "619 906 739 778 675 778 731 556 722 739 739 1017 739 739 611 278 500 278 611 778 500 489 "
    "561 444 561 444 306 500 561 283 311 533 283 839 561 500 561 533 392 394 389 561 533 728 "
    "533 533 446 500 278 500 611"
)
_KAI = (
    "389 333 555 889 555 889 833 333 444 444 555 833 333 389 333 555 555 555 555 555 555 555 "
    "555 555 555 555 333 333 833 833 833 555 833 805 764 778 819 736 708 840 805 417 569 833 "
    "680 972 805 833 736 833 791 611 778 805 805 1083 805 805 667 333 555 333 667 833 555 555 "
    "500 500 555 500 333 500 555 333 333 500 278 889 611 555 555 500 458 444 361 583 500 722 "
    "508 528 444 555 333 555 667"
)
_NARROW = {
    "\xa0": 333,
    "¥": 739,
    "§": 444,
    "°": 333,
    "‐": 333,
    "–": 500,
    "‖": 500,
    "‰": 1167,
    "※": 648,
    "℃": 944,
}
_NARROW |= {"№": 893, "↑": 500, "↓": 500}


def _widths(listed: str) -> dict[str, float]:
    """Advance widths by character, as a part of the size."""
    latin = {}
    for place, width in enumerate(listed.split()):
        latin[chr(32 + place)] = int(width) / 1000
    return {character: width / 1000 for character, width in _NARROW.items()} | latin


FANG, KAI, HEI, SONG = "fang", "kai", "hei", "song"
_WIDTHS = {FANG: _widths(_FANG), HEI: _widths(_FANG), SONG: _widths(_FANG), KAI: _widths(_KAI)}


def width_of(text: str, face: str = FANG) -> float:
    """How many characters (字) wide a text is when set in a face."""
    widths = _WIDTHS[face]
    return sum(widths.get(character, 1.0) for character in text)


def row_top(row: int) -> float:
    """Where the characters of a grid row begin, in points below the top of the type area; rows
    count from 0.
    """
    return row * PITCH
