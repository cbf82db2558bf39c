"""Reading a printed document with a ruler: characters and rules of a PDF, in millimetres from the
page's top left.
"""

from dataclasses import dataclass
from io import BytesIO

import pdfplumber

MM = 72 / 25.4
TYPE_TOP, TYPE_LEFT, TYPE_WIDTH, TYPE_HEIGHT = 37.0, 28.0, 156.0, 225.0
TYPE_RIGHT, TYPE_BOTTOM = TYPE_LEFT + TYPE_WIDTH, TYPE_TOP + TYPE_HEIGHT
CHARACTER = 15.75 / MM
PITCH = 15.75 * 1.875 / MM


@dataclass(frozen=True)
class Glyph:
    text: str
    left: float
    right: float
    baseline: float
    size: float
    face: str
    colour: tuple

    @property
    def top(self) -> float:
        """The top of the character's square: a Chinese face stands 0.8 of its size above the
        baseline.
        """
        return self.baseline - 0.8 * self.size / MM


@dataclass(frozen=True)
class Rule:
    left: float
    top: float
    width: float
    height: float
    colour: tuple

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(frozen=True)
class Page:
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]

    @property
    def lines(self) -> dict[float, list[Glyph]]:
        """The printed lines by baseline (to 0.1 mm), each from left to right, blanks left out."""
        found: dict[float, list[Glyph]] = {}
        for glyph in sorted(self.glyphs, key=lambda g: g.left):
            if glyph.text.strip():
                found.setdefault(round(glyph.baseline, 1), []).append(glyph)
        return dict(sorted(found.items()))

    @property
    def texts(self) -> list[str]:
        return ["".join(glyph.text for glyph in line) for line in self.lines.values()]

    def line(self, start: str) -> list[Glyph]:
        """The first line that begins so."""
        for line in self.lines.values():
            if "".join(glyph.text for glyph in line).startswith(start):
                return line
        raise AssertionError(f"no line begins with {start}: {self.texts}")


def measure(content: bytes) -> list[Page]:
    with pdfplumber.open(BytesIO(content)) as pdf:
        return [_page(page) for page in pdf.pages]


def _page(page) -> Page:
    height = float(page.height)
    glyphs = tuple(
        Glyph(
            char["text"],
            char["x0"] / MM,
            char["x1"] / MM,
            (height - char["matrix"][5]) / MM,
            char["size"],
            char["fontname"].split("+")[-1],
            tuple(char["non_stroking_color"] or ()),
        )
        for char in page.chars
    )
    rules = tuple(
        Rule(
            r["x0"] / MM,
            r["top"] / MM,
            r["width"] / MM,
            r["height"] / MM,
            tuple(r["non_stroking_color"] or ()),
        )
        for r in page.rects
    )
    return Page(float(page.width) / MM, height / MM, glyphs, rules)
