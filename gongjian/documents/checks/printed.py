"""A printed document with its elements found again: where the number, the title, each paragraph
really stand.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from gongjian.documents.layout.measures import (
    CHARACTER,
    MARK_INK_HEIGHT,
    MARK_INK_TOP,
    PITCH,
    SMALL_SIZE,
)
from gongjian.documents.layout.printed_sheet import PrintedSheet, chinese_date
from gongjian.documents.layout.text import parse_body
from gongjian.documents.layout.verify_mark import LABEL
from gongjian.lib.pdf_reading import MM, PrintedLine, PrintedPage, Rule

TOP, LEFT, WIDTH, HEIGHT = 37.0, 28.0, 156.0, 225.0
RIGHT, BOTTOM = LEFT + WIDTH, TOP + HEIGHT
CENTRE = LEFT + WIDTH / 2
CHAR, ROW, SMALL = CHARACTER / MM, PITCH / MM, SMALL_SIZE / MM
# Where the 28th character ends: indents from the right are counted from here, in mm like all
# measures above.
LAST_COLUMN = LEFT + 28 * CHAR

# mm by which a place may differ: the standard allows the type area as much (§6.1).
NEAR = 1.0


@dataclass(frozen=True)
class Frame:
    """The edges of a type area, in mm."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


UPRIGHT_FRAME = Frame(LEFT, TOP, RIGHT, BOTTOM)
TURNED_FRAME = Frame(297 - BOTTOM, LEFT, 297 - TOP, RIGHT)


@dataclass(frozen=True)
class Spot:
    """What stands on one line of one page, both counted from 1."""

    page: int
    row: int
    line: PrintedLine

    @property
    def text(self) -> str:
        return self.line.text

    @property
    def place(self) -> tuple[int, int]:
        """Page and line, to tell which of two stands first."""
        return self.page, self.row

    @property
    def left(self) -> float:
        return self.line.left

    @property
    def right(self) -> float:
        return self.line.right

    @property
    def top(self) -> float:
        return self.line.top

    @property
    def bottom(self) -> float:
        return self.line.bottom

    @property
    def middle(self) -> float:
        return self.line.middle

    @property
    def baseline(self) -> float:
        return self.line.baseline

    @property
    def size(self) -> float:
        return self.line.size

    @property
    def faces(self) -> set[str]:
        return self.line.faces

    def is_in_face(self, *names: str) -> bool:
        """Whether every character is of a face with one of these names in it."""
        return all(is_named(face, names) for face in self.faces)


class _PageText:
    """A page's characters in reading order, so that an element can be looked for by its words."""

    def __init__(self, number: int, lines: Sequence[PrintedLine]) -> None:
        self.number = number
        self.lines = lines
        texts = [line.text for line in lines]
        self.text = "".join(texts)
        self.starts = [0, *accumulate(len(line.text) for line in lines)]

    def cut(self, start: int, end: int) -> list[Spot]:
        """The lines that hold characters start to end, each reduced to those."""
        spots = []
        first = bisect_right(self.starts, start) - 1
        for row in range(first, len(self.lines)):
            low = self.starts[row]
            if low >= end:
                break
            begin = max(start - low, 0)
            glyphs = self.lines[row].glyphs[begin : end - low]
            if glyphs:
                line = PrintedLine(glyphs)
                spots.append(Spot(self.number, row + 1, line))
        return spots


@dataclass(frozen=True)
class Printed:
    """A sheet and its pages as printed. Elements that are not found are empty."""

    sheet: PrintedSheet
    pages: tuple[PrintedPage, ...]

    @cached_property
    def _texts(self) -> list[_PageText]:
        texts = []
        for number, page in enumerate(self.pages, 1):
            texts.append(_PageText(number, self.lines(page)))
        return texts

    def lines(self, page: PrintedPage) -> list[PrintedLine]:
        """A page's lines without the page number below the type area and the 草稿 above it."""
        return page.turned_lines or [line for line in page.lines if not self._is_margin(line)]

    def frame(self, page: int) -> "Frame":
        """The type area as the page's lines lie in it."""
        if self.pages[page - 1].turned:
            return TURNED_FRAME
        return UPRIGHT_FRAME

    def _is_margin(self, line: PrintedLine) -> bool:
        is_draft_line = line.text.startswith("草稿") and line.bottom < TOP - NEAR
        return is_draft_line or line.top > BOTTOM + NEAR

    def spots(self) -> Iterator[Spot]:
        """Every line of every page."""
        for text in self._texts:
            for row, line in enumerate(text.lines, 1):
                yield Spot(text.number, row, line)

    def spots_on(self, page: int) -> list[Spot]:
        """Every line of one page."""
        spots = []
        for row, line in enumerate(self._texts[page - 1].lines, 1):
            spots.append(Spot(page, row, line))
        return spots

    @cached_property
    def text_lines(self) -> list[Spot]:
        """Every line of the text."""
        spots: list[Spot] = []
        for paragraph in self.paragraphs:
            spots += paragraph
        return spots

    def folio(self, number: int) -> PrintedLine | None:
        """What stands below the type area of a page beside the code that it is verified by."""
        for line in self.pages[number - 1].lines:
            if line.top > BOTTOM + NEAR and not line.text.startswith(LABEL):
                return line
        return None

    def find(self, words: str, after: Sequence[Spot] = ()) -> list[Spot]:
        """The lines that hold these words, the first after an element; they may run over pages."""
        characters = "".join(words.split())
        if not characters:
            return []
        texts = [part.text for part in self._texts]
        text = "".join(texts)
        start = self._end(after[-1]) if after else 0
        place = text.find(characters, start)
        if place >= 0:
            return self._cut(place, place + len(characters))
        return []

    def _end(self, spot: Spot) -> int:
        """Where a spot's line begins, counted over all pages, plus what of it the spot takes up."""
        earlier_pages = self._texts[: spot.page - 1]
        before = sum(len(part.text) for part in earlier_pages)
        page = self._texts[spot.page - 1]
        row = spot.row - 1
        whole = page.lines[row].text
        inside = whole.find(spot.text) + len(spot.text)
        return before + page.starts[row] + inside

    def _cut(self, start: int, end: int) -> list[Spot]:
        spots: list[Spot] = []
        for part in self._texts:
            size = len(part.text)
            if start < size and end > 0:
                spots += part.cut(max(start, 0), min(end, size))
            start, end = start - size, end - size
        return spots

    @cached_property
    def mark(self) -> list[Spot]:
        """The red mark; a joint one's names in their order, then 文件."""
        if not self.sheet.mark_names:
            return self.find(self.sheet.issuer_mark)
        names: list[Spot] = []
        for name in self.sheet.mark_names:
            names += self.find(name)[:1]
        if self.sheet.issuer_mark.endswith("文件"):
            return names + self.find("文件")[:1]
        return names

    @cached_property
    def number(self) -> list[Spot]:
        return self.find(self.sheet.number, self.mark[:1])

    @cached_property
    def signers(self) -> list[Spot]:
        """签发人 in their order, beside their label; as many as are found."""
        spots = self.find("签发人：", self.mark[:1])[:1]
        if not spots:
            return []
        for name in self.sheet.signers:
            spots += self.find(name, spots[-1:])[:1]
        return spots[1:]

    @cached_property
    def red_rules(self) -> list[Rule]:
        rules = []
        for rule in self.pages[0].rules:
            if is_red(rule.colour):
                rules.append(rule)
        return rules

    @cached_property
    def title(self) -> list[Spot]:
        return self.find(self.sheet.title, self.number)

    @cached_property
    def recipients(self) -> list[Spot]:
        """主送 under the title; empty where it went to the imprint."""
        spots = self.find(self.sheet.main_recipient.strip().rstrip("：:"), self.title)
        if spots and spots[0].line.size < 15:
            return []
        return spots

    @cached_property
    def paragraphs(self) -> list[list[Spot]]:
        """Each paragraph of the text, line by line."""
        paragraphs = []
        after = self.recipients or self.title
        for paragraph in parse_body(self.sheet.body):
            texts = [run.text for run in paragraph.runs]
            spots = self.find("".join(texts), after)
            paragraphs.append(spots)
            after = spots or after
        return paragraphs

    @cached_property
    def text_end(self) -> list[Spot]:
        """The last line of the text and of the attendees."""
        last = next((spots for spots in reversed(self.paragraphs) if spots), self.title)
        for label, names in self.sheet.attendees:
            words = label.rstrip("：:")
            last = self.find(f"{words}：{names}", last) or last
        return last[-1:]

    @cached_property
    def attachment_note(self) -> list[Spot]:
        """附件说明, from 附件： to the last name."""
        names = []
        for attachment in self.sheet.attachments:
            names.append(attachment.title.strip().rstrip("。；，"))
        if not names:
            return []
        if len(names) == 1:
            listed = names[0]
        else:
            texts = []
            for place, name in enumerate(names, 1):
                texts.append(f"{place}.{name}")
            listed = "".join(texts)
        return self.find(f"附件：{listed}", self.text_end)

    @cached_property
    def signature(self) -> list[Spot]:
        if not self.sheet.signs:
            return []
        results: list[Spot] = []
        for name in self.sheet.signatures:
            spots = self.find(name, results or self.attachment_note or self.text_end)
            if not spots:
                return []
            results += spots
        return results

    @cached_property
    def date(self) -> list[Spot]:
        if not self.sheet.signs:
            return []
        after = self.signature or self.attachment_note or self.text_end
        return self.find(chinese_date(self.sheet.document_date), after)

    @cached_property
    def note(self) -> list[Spot]:
        words = self.sheet.note.strip().strip("（）()")
        if words:
            return self.find(f"（{words}）", self.date)
        return []

    @cached_property
    def attachment_starts(self) -> list[int]:
        """The page on which each attachment begins, 0 where none does."""
        several = len(self.sheet.attachments) > 1
        labels = []
        for place in range(1, len(self.sheet.attachments) + 1):
            labels.append(f"附件{place}" if several else "附件")
        firsts = {}
        for text in reversed(self._texts):
            if text.lines:
                firsts[text.lines[0].text] = text.number
        return [firsts.get(label, 0) for label in labels]

    @cached_property
    def letter_pages(self) -> range:
        """The pages of the document itself, without attachments and without what follows them."""
        begun = [page for page in self.attachment_starts if page]
        return range(1, min(begun) if begun else len(self.pages) + 1)

    def attachment_on(self, page: int) -> int:
        """Which attachment (from 0) a page belongs to, -1 for none."""
        last = -1
        for place, start in enumerate(self.attachment_starts):
            if 0 < start <= page:
                last = place
        return last

    @cached_property
    def imprint_rules(self) -> list[Rule]:
        """The black rules over the width of the last page, thicker than a table's, from the top
        down.
        """
        rules = []
        for rule in self.pages[-1].rules:
            is_wide = rule.width > 100 and 0.2 < rule.height < 1
            if is_wide and is_black(rule.colour):
                rules.append(rule)
        return sorted(rules, key=lambda rule: rule.top)

    def changed(self, page: int, **fields) -> "Printed":
        """The same with one page otherwise: for trying the rules."""
        pages = list(self.pages)
        pages[page - 1] = replace(pages[page - 1], **fields)
        return Printed(self.sheet, tuple(pages))


def is_named(face: str, names: Sequence[str]) -> bool:
    """Whether a face has one of these in its name."""
    return any(name in face for name in names)


def differs(measured: float, expected: float) -> bool:
    """Whether a measure in mm is farther from where it should be than the standard allows."""
    return abs(measured - expected) > NEAR


def mark_foot(spot: Spot) -> float:
    """Where the ink of a red mark ends, in mm from the page's top."""
    below_baseline = (MARK_INK_HEIGHT - MARK_INK_TOP) * spot.size
    return spot.baseline + below_baseline / MM


def is_black(colour: Sequence[float]) -> bool:
    is_cmyk_black = len(colour) == 4 and colour[3] > 0.99
    return is_cmyk_black or all(part < 0.01 for part in colour)


def is_red(colour: Sequence[float]) -> bool:
    return len(colour) == 3 and colour[0] > 0.8 and max(colour[1:]) < 0.3


def blank_rows(above: Spot, below: Spot) -> float:
    """How many blank lines part two lines, by their middles, so that a larger size counts as one
    row too.
    """
    upper = (above.top + above.bottom) / 2
    lower = (below.top + below.bottom) / 2
    return (lower - upper) / ROW - 1
