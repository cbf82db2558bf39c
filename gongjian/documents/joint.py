"""联合行文: several issuers in the red mark and below the text, the host first (§7.2.4, §7.3.5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gongjian.documents.measures import (
    COLUMNS,
    MARK_BELOW_TYPE_TOP,
    MARK_INK_HEIGHT,
    MARK_INK_TOP,
    MARK_NARROWEST,
    MARK_SIZE,
    MARK_WIDTH,
    SONG,
    STRUT_SHIFT,
    TYPE_LEFT,
    TYPE_TOP,
    TYPE_WIDTH,
    width_of,
)
from gongjian.documents.pages import BLANK, GridRow
from gongjian.documents.placing import Page, Placed
from gongjian.documents.sheet import Seal, Sheet, chinese_date
from gongjian.documents.text import Line, Run

DOCUMENT = "文件"
NAME_SIZES = {2: 36.0, 3: 30.0, 4: 26.0}
SMALLEST = 22.0
NAME_PITCH = 1.35
GAP = 12.0
"""Points between the names and 文件."""

SEAL_PITCH = 5
"""Grid rows from one row of sealed names to the next: 52 mm, so that seals of 42 mm do not touch."""


@dataclass(frozen=True)
class JointMark:
    """The names of a joint mark and the word at their right; all measures in points."""

    names: tuple[str, ...]
    word: str
    size: float
    narrowing: float
    width: float
    word_width: float

    @property
    def whole(self) -> float:
        return self.width + (self.word_width + GAP if self.word else 0.0)

    @property
    def height(self) -> float:
        """From the top of the first name's ink to the foot of the last's."""
        return (len(self.names) - 1) * NAME_PITCH * self.size + MARK_INK_HEIGHT * self.size


def joint_mark(sheet: Sheet) -> JointMark:
    """The names one per line, all as wide as the longest, and 文件 at the middle of their right."""
    names = sheet.joint_names
    word = DOCUMENT if sheet.issuer_mark.endswith(DOCUMENT) else ""
    word_width = 2 * MARK_SIZE * MARK_NARROWEST * 1.2 if word else 0.0
    size = NAME_SIZES.get(len(names), SMALLEST)
    room = MARK_WIDTH - (word_width + GAP if word else 0.0)
    longest = max(width_of(name, SONG) for name in names) * size
    narrowing = min(1.0, room / longest)
    return JointMark(names, word, size, narrowing, longest * narrowing, word_width)


def set_joint_mark(sheet: Sheet, page: Page) -> float:
    """Print the joint mark; gives the ink's foot in points below the top of the type area."""
    mark = joint_mark(sheet)
    left = TYPE_LEFT + (TYPE_WIDTH - mark.whole) / 2
    for place, name in enumerate(mark.names):
        top = MARK_BELOW_TYPE_TOP + place * NAME_PITCH * mark.size
        page.items.append(_stretched(name, top, left, mark.width, mark.size, mark.narrowing))
    if mark.word:
        top = MARK_BELOW_TYPE_TOP + (mark.height - MARK_INK_HEIGHT * MARK_SIZE) / 2
        narrow = mark.word_width / (2 * MARK_SIZE)
        page.items.append(_stretched(mark.word, top, left + mark.width + GAP, mark.word_width, MARK_SIZE, narrow))
    return MARK_BELOW_TYPE_TOP + mark.height


def _stretched(text: str, ink_top: float, left: float, width: float, size: float, narrowing: float) -> Placed:
    """A text drawn from `left` to `left + width`: its characters narrowed, then opened evenly."""
    natural = width_of(text, SONG) * size
    opening = (width / narrowing - natural) / (len(text) - 1) if len(text) > 1 else 0.0
    box = natural + len(text) * opening  # the engine adds the opening after the last character too
    middle = left + (width + opening * narrowing) / 2
    top = TYPE_TOP + ink_top - (0.5 + STRUT_SHIFT - MARK_INK_TOP) * size
    style = (
        f"top:{top:.3f}pt;left:{middle - box / 2:.3f}pt;width:{box + 1:.3f}pt;font-size:{size:.3f}pt;"
        f"line-height:{size:.3f}pt;letter-spacing:{opening:.3f}pt;text-align:left;"
        f"transform-origin:{box / 2:.3f}pt 50%;transform:scaleX({narrowing:.4f})"
    )
    return Placed("mark", style, (Run(text, SONG),))


def joint_signature_rows(sheet: Sheet) -> list[GridRow]:
    """The names in the mark's order over the date: one under the other, or in rows with room for their seals."""
    return _sealed_rows(sheet) if sheet.sealed else _bare_rows(sheet)


def _bare_rows(sheet: Sheet) -> list[GridRow]:
    """The widest name ends two from the right, the others are centred on it; the date begins two after it."""
    day = chinese_date(sheet.document_date)
    width = max(width_of(name) for name in sheet.signatures)
    left = COLUMNS - 2 - max(width, width_of(day) + 2)
    names = [_at(left + (width - width_of(name)) / 2, name) for name in sheet.signatures]
    return [BLANK, *(GridRow((line,)) for line in names), GridRow((_at(left + 2, day),))]


def _sealed_rows(sheet: Sheet) -> list[GridRow]:
    """Two or three names a row, as their width allows; the last stands over the date."""
    widest = max(width_of(name) for name in sheet.signatures)
    across = 3 if widest <= COLUMNS / 3 - 1 else 2 if widest <= COLUMNS / 2 - 1 else 1
    rows: list[GridRow] = [BLANK, BLANK]
    seals: list[Seal | None] = [*sheet.seals, *[None] * len(sheet.signatures)]
    pairs = list(zip(sheet.signatures, seals, strict=False))
    for start in range(0, len(pairs), across):
        if len(rows) > 2:
            rows += [BLANK] * (SEAL_PITCH - 1)
        rows.append(GridRow(_sealed_row(pairs[start : start + across], across)))
    day = chinese_date(sheet.document_date)
    last = replace(rows[-1].lines[-1], seal_rows=2)
    rows[-1] = GridRow((*rows[-1].lines[:-1], last))
    middle = last.indent + width_of(last.text) / 2
    return [*rows, GridRow((_at(min(middle, COLUMNS - width_of(day) / 2) - width_of(day) / 2, day),))]


def _sealed_row(names: Sequence[tuple[str, Seal | None]], across: int) -> tuple[Line, ...]:
    """Names in equal cells, the last cell at the right: a short last row ends there too."""
    cell = COLUMNS / across
    first = across - len(names)
    return tuple(
        _at((first + place + 0.5) * cell - width_of(name) / 2, name, seal) for place, (name, seal) in enumerate(names)
    )


def _at(left: float, text: str, seal: Seal | None = None) -> Line:
    return Line((Run(text),), indent=max(left, 0.0), seal=seal, seal_rows=1)
