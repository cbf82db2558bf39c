"""联合行文: several issuers in the red mark and below the text, the host first (§7.2.4, §7.3.5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from gongjian.documents.layout.measures import (
    CHARACTER,
    COLUMNS,
    MARK_BELOW_TYPE_TOP,
    MARK_INK_HEIGHT,
    MARK_INK_TOP,
    MARK_NARROWEST,
    MARK_SIZE,
    MARK_WIDTH,
    MM,
    SEAL,
    SONG,
    STRUT_SHIFT,
    TYPE_LEFT,
    TYPE_TOP,
    TYPE_WIDTH,
    width_of,
)
from gongjian.documents.layout.pages import BLANK, GridRow
from gongjian.documents.layout.placing import Page, Placed
from gongjian.documents.layout.printed_sheet import PrintedSheet, Seal, chinese_date
from gongjian.documents.layout.text import Line, Run

DOCUMENT = "文件"
NAME_SIZES = {2: 36.0, 3: 30.0, 4: 26.0}
SMALLEST = 22.0
NAME_PITCH = 1.35
GAP = 12.0
"""Points between the names and 文件."""

APART = 1.0
"""Characters at least between two sealed names of a row, or their seals."""

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


def joint_mark(sheet: PrintedSheet) -> JointMark:
    """The names one per line, all as wide as the longest, and 文件 at the middle of their right."""
    names = sheet.mark_names
    word = DOCUMENT if sheet.issuer_mark.endswith(DOCUMENT) else ""
    word_width = 2 * MARK_SIZE * MARK_NARROWEST * 1.2 if word else 0.0
    size = NAME_SIZES.get(len(names), SMALLEST)
    room = MARK_WIDTH - (word_width + GAP if word else 0.0)
    longest = max(width_of(name, SONG) for name in names) * size
    narrowing = min(1.0, room / longest)
    return JointMark(names, word, size, narrowing, longest * narrowing, word_width)


def set_joint_mark(sheet: PrintedSheet, page: Page) -> float:
    """Print the joint mark; gives the ink's foot in points below the top of the type area."""
    mark = joint_mark(sheet)
    left = TYPE_LEFT + (TYPE_WIDTH - mark.whole) / 2
    for place, name in enumerate(mark.names):
        top = MARK_BELOW_TYPE_TOP + place * NAME_PITCH * mark.size
        page.items.append(_stretched(name, top, left, mark.width, mark.size, mark.narrowing))
    if mark.word:
        top = MARK_BELOW_TYPE_TOP + (mark.height - MARK_INK_HEIGHT * MARK_SIZE) / 2
        narrow = mark.word_width / (2 * MARK_SIZE)
        page.items.append(
            _stretched(mark.word, top, left + mark.width + GAP, mark.word_width, MARK_SIZE, narrow)
        )
    return MARK_BELOW_TYPE_TOP + mark.height


def _stretched(
    text: str, ink_top: float, left: float, width: float, size: float, narrowing: float
) -> Placed:
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


def joint_signature_rows(sheet: PrintedSheet) -> list[GridRow]:
    """The names in the mark's order over the date: one under the other, or in rows with room for their seals."""
    return _sealed_rows(sheet) if sheet.sealed else _bare_rows(sheet)


def _bare_rows(sheet: PrintedSheet) -> list[GridRow]:
    """The widest name ends two from the right, the others are centred on it; the date begins two after it."""
    day = chinese_date(sheet.document_date)
    width = max(width_of(name) for name in sheet.signatures)
    left = COLUMNS - 2 - max(width, width_of(day) + 2)
    names = [_at(left + (width - width_of(name)) / 2, name) for name in sheet.signatures]
    return [BLANK, *(GridRow((line,)) for line in names), GridRow((_at(left + 2, day),))]


@dataclass(frozen=True)
class _Sealed:
    """A name with its seal, or with the room for one that is pressed by hand; widths in characters."""

    name: str
    seal: Seal | None

    @property
    def width(self) -> float:
        across = max(SEAL, self.seal.diameter * MM if self.seal else 0.0) / CHARACTER
        return max(width_of(self.name), across)


def _sealed_rows(sheet: PrintedSheet) -> list[GridRow]:
    """The names in as few rows as their widths and seals allow; the last stands over the date."""
    day = chinese_date(sheet.document_date)
    shares = _shared_out(
        [
            _Sealed(*pair)
            for pair in zip_longest(sheet.signatures, sheet.seals[: len(sheet.signatures)])
        ]
    )
    rows: list[GridRow] = [BLANK, BLANK]
    for share, middles in zip(
        shares, _middles_of(shares, COLUMNS - 4 - width_of(day) / 2), strict=True
    ):
        rows += [BLANK] * (SEAL_PITCH - 1 if len(rows) > 2 else 0)
        rows.append(
            GridRow(tuple(_sealed(one, middle) for one, middle in zip(share, middles, strict=True)))
        )
    rows[-1] = GridRow(
        tuple(replace(line, seal_rows=2) for line in rows[-1].lines)
    )  # seals of a row lie level
    last = rows[-1].lines[-1]
    middle = last.indent + width_of(last.text) / 2
    return [
        *rows,
        GridRow((_at(min(middle, COLUMNS - width_of(day) / 2) - width_of(day) / 2, day),)),
    ]


def _sealed(one: _Sealed, middle: float) -> Line:
    return _at(middle - width_of(one.name) / 2, one.name, one.seal)


def _shared_out(names: Sequence[_Sealed]) -> list[list[_Sealed]]:
    """Row after row filled in order, so that a page keeps room for text above them."""
    rows: list[list[_Sealed]] = [[]]
    for one in names:
        if rows[-1] and not _fit([each.width for each in (*rows[-1], one)]):
            rows.append([])
        rows[-1].append(one)
    return rows


def _fit(widths: Sequence[float]) -> bool:
    return sum(widths) + (len(widths) - 1) * APART <= COLUMNS


def _middles_of(shares: Sequence[Sequence[_Sealed]], alone: float) -> list[list[float]]:
    """Where each name's middle lies: in columns, a short last row at the right, or where no columns hold them all
    each row by itself. `alone` is the middle of a name that has its row to itself."""
    across = max(map(len, shares))
    set_right = [[0.0] * (across - len(share)) + [one.width for one in share] for share in shares]
    columns = [max(widths) for widths in zip(*set_right, strict=True)]
    if _fit(columns):
        middles = _middles(columns, alone)
        return [middles[across - len(share) :] for share in shares]
    return [_middles([one.width for one in share], alone) for share in shares]


def _middles(widths: Sequence[float], alone: float) -> list[float]:
    """Equal cells where they hold the names, else cells as wide as the names with the rest shared out between."""
    count = len(widths)
    if count == 1:
        return [min(alone, COLUMNS - widths[0] / 2)]
    if max(widths) + APART <= COLUMNS / count:
        return [(place + 0.5) * COLUMNS / count for place in range(count)]
    spare = COLUMNS - sum(widths)
    between = max(APART, spare / count)
    edge = (spare - between * (count - 1)) / 2
    return [
        edge + sum(widths[:place]) + place * between + width / 2
        for place, width in enumerate(widths)
    ]


def _at(left: float, text: str, seal: Seal | None = None) -> Line:
    return Line((Run(text),), indent=max(left, 0.0), seal=seal, seal_rows=1)
