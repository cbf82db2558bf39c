"""Our own PDFs read back: which character stands where, in which face, size and colour, and where
the rules lie.

Reads what pdf.py writes (one generation of objects, deflated streams, two-byte fonts with a
ToUnicode table) and no other PDF. So a printed document can be measured without a PDF library on
the server.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

MM = 72 / 25.4
FLAT = 1e-6
# Baselines that differ by less, in mm, are of one line.
ONE_LINE = 0.5

_TOKEN = re.compile(
    r"<<|>>|\[|\]|<[0-9A-Fa-f\s]*>|\((?:\\.|[^\\()])*\)|/[^\s\[\]<>()/]*|[+-]?(?:\d+\.?\d*|\.\d+)|[A-Za-z*'\"]+",
    re.DOTALL,
)
_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\s")
_STREAM = re.compile(rb"stream\r?\n")
_PAIRS = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_BLOCKS = re.compile(r"beginbfchar(.*?)endbfchar", re.DOTALL)


class Glyph(NamedTuple):
    """One printed character: its edges and baseline in mm from the page's top left, its size in
    points.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    face: str
    colour: tuple[float, ...]


class Rule(NamedTuple):
    """One filled rectangle, in mm from the page's top left."""

    left: float
    top: float
    width: float
    height: float
    colour: tuple[float, ...]

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(frozen=True)
class PrintedPage:
    """A page as it was printed; width and height in mm."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]
    # What is read with the paper turned a quarter clockwise, measured from the top left that the
    # paper then has.
    turned: tuple[Glyph, ...] = ()
    # Whether there is text that runs down the paper, or stands on its head.
    upside_down: bool = False

    @cached_property
    def lines(self) -> list["PrintedLine"]:
        """The printed lines from the top down: characters on one baseline, left to right, blanks
        left out.
        """
        return lines_of(self.glyphs)

    @cached_property
    def turned_lines(self) -> list["PrintedLine"]:
        return lines_of(self.turned)


@dataclass(frozen=True)
class PrintedLine:
    """The characters of one line."""

    glyphs: tuple[Glyph, ...]

    @cached_property
    def text(self) -> str:
        return "".join(glyph.text for glyph in self.glyphs)

    @property
    def left(self) -> float:
        return self.glyphs[0].left

    @property
    def right(self) -> float:
        return self.glyphs[-1].right

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def baseline(self) -> float:
        return self.glyphs[0].baseline

    @property
    def size(self) -> float:
        return self.glyphs[0].size

    @property
    def top(self) -> float:
        """The top of the characters' squares: a Chinese face stands 0.8 of its size above the
        baseline.
        """
        return self.baseline - 0.8 * self.size / MM

    @property
    def bottom(self) -> float:
        return self.baseline + 0.2 * self.size / MM

    @property
    def faces(self) -> set[str]:
        return {glyph.face for glyph in self.glyphs}


def lines_of(glyphs: Iterable[Glyph]) -> list[PrintedLine]:
    """Characters gathered into lines."""
    rows: list[list[Glyph]] = []
    for glyph in sorted((g for g in glyphs if g.text.strip()), key=lambda glyph: glyph.baseline):
        if rows and glyph.baseline - rows[-1][0].baseline < ONE_LINE:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    printed_lines = []
    for row in rows:
        printed_line = PrintedLine(tuple(sorted(row, key=lambda glyph: glyph.left)))
        printed_lines.append(printed_line)
    return printed_lines


class _Reference(NamedTuple):
    number: int


class _Font(NamedTuple):
    face: str
    texts: dict[int, str]
    widths: dict[int, float]


Matrix = tuple[float, float, float, float, float, float]


def read_pdf(content: bytes) -> list[PrintedPage]:
    """The pages of a PDF that pdf.py wrote. Raises ValueError for another's."""
    file = _File(content)
    if not file.objects:
        raise ValueError("不是本系统印制的 PDF")
    pages = []
    for page in file.pages():
        pages.append(file.page(page))
    return pages


class _File:
    """The objects of a PDF by number, and the streams."""

    def __init__(self, content: bytes) -> None:
        self.objects: dict[int, Any] = {}
        self.streams: dict[int, bytes] = {}
        self._fonts: dict[int, _Font] = {}
        for number, start, end in _spans(content):
            self._take(number, content, start, end)
        for number in [n for n, item in self.objects.items() if _is(item, "ObjStm")]:
            words = self.streams[number].decode("latin-1")
            self._unpack(self.objects[number], words)

    def _take(self, number: int, content: bytes, start: int, end: int) -> None:
        opening = _STREAM.search(content, start, end)
        words = content[start : opening.start() if opening else end].decode("latin-1")
        self.objects[number] = item = _parse(words)
        if opening:
            data = content[opening.end() : opening.end() + item["Length"]]
            self.streams[number] = (
                zlib.decompress(data) if item.get("Filter") == "/FlateDecode" else data
            )

    def _unpack(self, head: dict[str, Any], words: str) -> None:
        numbers = []
        for part in words[: head["First"]].split():
            numbers.append(int(part))
        places = list(zip(numbers[::2], numbers[1::2], strict=True))
        for place, (number, start) in enumerate(places):
            if place + 1 < len(places):
                end = places[place + 1][1]
            else:
                end = len(words)
            self.objects[number] = _parse(words[head["First"] + start : head["First"] + end])

    def get(self, value: Any) -> Any:
        if isinstance(value, _Reference):
            return self.objects[value.number]
        return value

    def pages(self) -> list[dict[str, Any]]:
        root = next(item for item in self.objects.values() if _is(item, "Catalog"))
        return [self.get(kid) for kid in self.get(self.get(root["Pages"])["Kids"])]

    def page(self, page: dict[str, Any]) -> PrintedPage:
        _, _, width, height = page["MediaBox"]
        fonts = self.get(self.get(page["Resources"])["Font"])
        reading = _Reading(
            {name: self._font(reference.number) for name, reference in fonts.items()}, height
        )
        reading.run(self.streams[page["Contents"].number].decode("latin-1"))
        glyphs = tuple(reading.glyphs)
        rules = tuple(reading.rules)
        return PrintedPage(
            width / MM, height / MM, glyphs, rules, tuple(reading.turned), reading.upside_down
        )

    def _font(self, number: int) -> _Font:
        if number not in self._fonts:
            font = self.objects[number]
            inner = self.get(self.get(font["DescendantFonts"])[0])
            table = self.streams[font["ToUnicode"].number].decode("latin-1")
            face = font["BaseFont"].lstrip("/").split("+")[-1]
            widths = _widths(self.get(inner.get("W", [])))
            self._fonts[number] = _Font(face, _texts(table), widths)
        return self._fonts[number]


def _spans(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Number, start and end of every object; the bytes of a stream are jumped over, whatever they
    look like.
    """
    place = 0
    while match := _OBJECT.search(content, place):
        end = content.index(b"endobj", match.end())
        opening = _STREAM.search(content, match.end(), end)
        if opening:
            length = int(re.findall(rb"/Length (\d+)", content[match.end() : opening.start()])[-1])
            end = content.index(b"endobj", opening.end() + length)
        yield int(match[1]), match.end(), end
        place = end


def _is(item: Any, kind: str) -> bool:
    return isinstance(item, dict) and item.get("Type") == f"/{kind}"


def _parse(words: str) -> Any:
    """One PDF object: a dict with keys bare of their slash, a list, a number, or the token as it
    stands.
    """
    stack: list[list[Any]] = [[]]
    for word in _TOKEN.findall(words):
        if word in {"<<", "["}:
            stack.append([])
        elif word == "]":
            stack[-2].append(stack.pop())
        elif word == ">>":
            pairs = stack.pop()
            stack[-1].append(
                {key[1:]: value for key, value in zip(pairs[::2], pairs[1::2], strict=True)}
            )
        elif word == "R":
            number, _ = stack[-1][-2:]
            stack[-1][-2:] = [_Reference(int(number))]
        else:
            stack[-1].append(_value(word))
    if stack[0]:
        return stack[0][0]
    return None


def _value(token: str) -> Any:
    if token[0] in "+-.0123456789":
        if "." in token:
            return float(token)
        return int(token)
    return token


def _texts(table: str) -> dict[int, str]:
    """Glyph number -> text, out of a ToUnicode table."""
    texts = {}
    for block in _BLOCKS.findall(table):
        for glyph, text in _PAIRS.findall(block):
            texts[int(glyph, 16)] = bytes.fromhex(text).decode("utf-16-be")
    return texts


def _widths(listed: list[Any]) -> dict[int, float]:
    """Glyph number -> advance width in thousandths: `first [w w w]` or `first last w`."""
    widths: dict[int, float] = {}
    items = iter(listed)
    for first in items:
        second = next(items)
        if isinstance(second, list):
            widths |= dict(enumerate(second, first))
        else:
            widths |= dict.fromkeys(range(first, second + 1), next(items))
    return widths


def _times(a: Matrix, b: Matrix) -> Matrix:
    scale_x, shear_y, shear_x, scale_y, x, y = b
    across = a[0] * scale_x + a[1] * shear_x
    rise = a[0] * shear_y + a[1] * scale_y
    lean = a[2] * scale_x + a[3] * shear_x
    down = a[2] * shear_y + a[3] * scale_y
    moved_x = a[4] * scale_x + a[5] * shear_x + x
    moved_y = a[4] * shear_y + a[5] * scale_y + y
    return across, rise, lean, down, moved_x, moved_y


class _Reading:
    """Walks one page's drawing orders and notes characters and filled rectangles."""

    def __init__(self, fonts: dict[str, _Font], height: float) -> None:
        self.fonts = fonts
        self.height = height
        self.glyphs: list[Glyph] = []
        self.rules: list[Rule] = []
        self.turned: list[Glyph] = []
        self.upside_down = False
        self.page: Matrix = (1, 0, 0, 1, 0, 0)
        self.line: Matrix = (1, 0, 0, 1, 0, 0)
        self.colour: tuple[float, ...] = (0.0, 0.0, 0.0)
        self.font: tuple[_Font | None, float] = (None, 0.0)
        self.kept: list[tuple[Matrix, tuple[float, ...]]] = []
        self.boxes: list[Any] = []

    def run(self, words: str) -> None:
        operands: list[Any] = []
        for token in _TOKEN.findall(words):
            if token[0].isalpha() or token[0] in "*'\"":
                self._order(token, operands)
                operands = []
            else:
                operands.append(token if token[0] in "[]<>/(" else float(token))

    def _order(self, order: str, operands: list[Any]) -> None:
        if order == "q":
            self.kept.append((self.page, self.colour))
        elif order == "Q":
            self.page, self.colour = self.kept.pop()
        elif order == "cm":
            self.page = _times(tuple(operands), self.page)
        elif order in {"rg", "g", "k"}:
            self.colour = tuple(operands)
        elif order == "Tf":
            self.font = (self.fonts[operands[0][1:]], operands[1])
        elif order == "Tm":
            self.line = tuple(operands)
        elif order in {"TJ", "Tj"}:
            self._show(operands)
        else:
            self._draw(order, operands)

    def _draw(self, order: str, operands: list[Any]) -> None:
        if order == "re":
            self.boxes.append(operands)
        elif order in {"f", "f*"}:
            self.rules += [self._rule(*box) for box in self.boxes]
            self.boxes = []
        elif order in {"n", "S", "B"}:
            self.boxes = []

    def _rule(self, x: float, y: float, width: float, height: float) -> Rule:
        a, b, c, d, e, f = self.page
        corners = []
        for p, q in ((x, y), (x + width, y + height)):
            corners.append((a * p + c * q + e, b * p + d * q + f))
        (x0, right), (low, high) = (sorted(edges) for edges in zip(*corners, strict=True))
        return Rule(
            x0 / MM,
            (self.height - high) / MM,
            (right - x0) / MM,
            (high - low) / MM,
            self.colour,
        )

    def _show(self, operands: list[Any]) -> None:
        font, size = self.font
        assert font is not None
        scale, up, across, tall, x, y = _times(self.line, self.page)
        self.upside_down |= scale < -FLAT or up < -FLAT
        into = self.glyphs
        baseline = (self.height - y) / MM
        if abs(up) > abs(scale):  # a quarter turned: up the paper is along the line
            into = self.turned
            baseline = x / MM
            scale = abs(up)
            tall = across
            x = y
        printed = abs(tall) * size
        along = 0.0
        for part in operands:
            if isinstance(part, float):
                along -= part / 1000 * size
                continue
            for code in re.findall("[0-9A-Fa-f]{4}", part):
                number = int(code, 16)
                width = font.widths.get(number, 1000) / 1000 * size
                glyph = Glyph(
                    font.texts.get(number, ""), 0.0, 0.0, baseline, printed, font.face, self.colour
                )
                into += _spread(glyph, x + along * scale, width * scale)
                along += width
        self.line = _times((1, 0, 0, 1, along, 0), self.line)


def _spread(glyph: Glyph, x: float, width: float) -> list[Glyph]:
    """One character between its edges, given in points; a ligature shares its width out among its
    characters.
    """
    share = width / max(len(glyph.text), 1)
    spreads = []
    for place, text in enumerate(glyph.text or " "):
        right = (x + (place + 1) * share) / MM
        spreads.append(glyph._replace(text=text, left=(x + place * share) / MM, right=right))
    return spreads
