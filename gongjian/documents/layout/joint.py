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
# Points between the names and 文件.
GAP = 12.0

# Characters at least between two sealed names of a row, or their seals.
APART = 1.0

# Grid rows from one row of sealed names to the next: 52 mm, so that seals of 42 mm do not touch.
SEAL_PITCH = 5


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
    """Return the names one per line, all as wide as the longest, and 文件 at their right."""
    names = sheet.mark_names
    word, word_width, room = "", 0.0, MARK_WIDTH
    if sheet.issuer_mark.endswith(DOCUMENT):
        word = DOCUMENT
        word_width = 2 * MARK_SIZE * MARK_NARROWEST * 1.2
        room = MARK_WIDTH - (word_width + GAP)
    size = NAME_SIZES.get(len(names), SMALLEST)
    widths = [width_of(name, SONG) for name in names]
    longest = max(widths) * size
    narrowing = min(1.0, room / longest)
    return JointMark(names, word, size, narrowing, longest * narrowing, word_width)


def set_joint_mark(sheet: PrintedSheet, page: Page) -> float:
    """Print the joint mark and return its ink's foot, in points below the type area's top."""
    mark = joint_mark(sheet)
    x = TYPE_LEFT + (TYPE_WIDTH - mark.whole) / 2
    for place, name in enumerate(mark.names):
        top = MARK_BELOW_TYPE_TOP + place * NAME_PITCH * mark.size
        page.items.append(_stretched(name, top, x, mark.width, mark.size, mark.narrowing))
    if mark.word:
        top = MARK_BELOW_TYPE_TOP + (mark.height - MARK_INK_HEIGHT * MARK_SIZE) / 2
        word_left = x + mark.width + GAP
        narrowing = mark.word_width / (2 * MARK_SIZE)
        word = _stretched(mark.word, top, word_left, mark.word_width, MARK_SIZE, narrowing)
        page.items.append(word)
    return MARK_BELOW_TYPE_TOP + mark.height


def _stretched(
    text: str, ink_top: float, x: float, width: float, size: float, narrowing: float
) -> Placed:
    """Draw a text from `x` to `x + width`: its characters narrowed, then opened evenly."""
    natural_width = width_of(text, SONG) * size
    opening = 0.0
    if len(text) > 1:
        opening = (width / narrowing - natural_width) / (len(text) - 1)
    # the engine adds the opening after the last character too
    box = natural_width + len(text) * opening
    middle = x + (width + opening * narrowing) / 2
    top = TYPE_TOP + ink_top - (0.5 + STRUT_SHIFT - MARK_INK_TOP) * size
    style = f"top:{top:.3f}pt;left:{middle - box / 2:.3f}pt;width:{box + 1:.3f}pt;"
    style += f"font-size:{size:.3f}pt;line-height:{size:.3f}pt;"
    style += f"letter-spacing:{opening:.3f}pt;text-align:left;"
    style += f"transform-origin:{box / 2:.3f}pt 50%;transform:scaleX({narrowing:.4f})"
    return Placed("mark", style, (Run(text, SONG),))


def joint_signature_rows(sheet: PrintedSheet) -> list[GridRow]:
    """Return the names in the mark's order over the date, in rows with room for seals."""
    if sheet.sealed:
        return sealed_rows(sheet)
    return unsealed_rows(sheet)


def unsealed_rows(sheet: PrintedSheet) -> list[GridRow]:
    """Return the names without seals, one under the other, and the date.

    The widest name ends two from the right, the others are centred on it; the date begins two
    after it.
    """
    day = chinese_date(sheet.document_date)
    widths = [width_of(name) for name in sheet.signatures]
    widest = max(widths)
    x = COLUMNS - 2 - max(widest, width_of(day) + 2)
    rows = [BLANK]
    for name in sheet.signatures:
        name_left = x + (widest - width_of(name)) / 2
        grid_row = GridRow((_at(name_left, name),))
        rows.append(grid_row)
    lines = (_at(x + 2, day),)
    return [*rows, GridRow(lines)]


@dataclass(frozen=True)
class _SealedName:
    """A name with its seal, or with the room for one that is pressed by hand; widths in
    characters.
    """

    name: str
    seal: Seal | None

    @property
    def width(self) -> float:
        if self.seal:
            across = max(SEAL, self.seal.diameter * MM)
        else:
            across = SEAL
        return max(width_of(self.name), across / CHARACTER)


def sealed_rows(sheet: PrintedSheet) -> list[GridRow]:
    """Return the names in as few rows as their widths and seals allow, the last over the date."""
    day = chinese_date(sheet.document_date)
    half_day = width_of(day) / 2
    name_rows = _filled_rows(_sealed_names(sheet))
    middles_by_row = middles_in_columns(name_rows, COLUMNS - 4 - half_day)
    rows: list[GridRow] = [BLANK, BLANK]
    for name_row, middles in zip(name_rows, middles_by_row, strict=True):
        if len(rows) > 2:
            rows += [BLANK] * (SEAL_PITCH - 1)
        rows.append(_sealed_row(name_row, middles))
    # the seals of a row lie level, so each of the last row presses the date's row, too
    last_lines = []
    for line in rows[-1].lines:
        last_lines.append(replace(line, seal_rows=2))
    rows[-1] = GridRow(tuple(last_lines))
    last_name = last_lines[-1]
    middle = last_name.indent + width_of(last_name.text) / 2
    day_left = min(middle, COLUMNS - half_day) - half_day
    grid_row = GridRow((_at(day_left, day),))
    return [*rows, grid_row]


def _sealed_names(sheet: PrintedSheet) -> list[_SealedName]:
    """Return each name that signs with its seal, where there is one."""
    seals = sheet.seals[: len(sheet.signatures)]
    sealed_names = []
    for name, seal in zip_longest(sheet.signatures, seals):
        sealed_names.append(_SealedName(name, seal))
    return sealed_names


def _sealed_row(names: Sequence[_SealedName], middles: Sequence[float]) -> GridRow:
    """Return one row of names, each centred on its middle."""
    lines = []
    for sealed, middle in zip(names, middles, strict=True):
        x = middle - width_of(sealed.name) / 2
        lines.append(_at(x, sealed.name, sealed.seal))
    return GridRow(tuple(lines))


def _filled_rows(names: Sequence[_SealedName]) -> list[list[_SealedName]]:
    """Fill row after row in order, so that a page keeps room for text above them."""
    rows: list[list[_SealedName]] = [[]]
    for sealed in names:
        widths = [*_widths(rows[-1]), sealed.width]
        if rows[-1] and not _fit(widths):
            rows.append([])
        rows[-1].append(sealed)
    return rows


def _widths(names: Sequence[_SealedName]) -> list[float]:
    return [sealed.width for sealed in names]


def _fit(widths: Sequence[float]) -> bool:
    return sum(widths) + (len(widths) - 1) * APART <= COLUMNS


def middles_in_columns(rows: Sequence[Sequence[_SealedName]], alone: float) -> list[list[float]]:
    """Return where each name's middle lies, row by row.

    Names stand in columns, a short last row at the right; where no columns hold them all, each
    row stands by itself. `alone` is the middle of a name that has its row to itself.
    """
    across = max(len(row) for row in rows)
    column_widths = [0.0] * across
    for row in rows:
        first_column = across - len(row)
        for column, width in enumerate(_widths(row), first_column):
            column_widths[column] = max(column_widths[column], width)
    if _fit(column_widths):
        middles = _middles(column_widths, alone)
        return [middles[across - len(row) :] for row in rows]
    return [_middles(_widths(row), alone) for row in rows]


def _middles(widths: Sequence[float], alone: float) -> list[float]:
    """Return the middles of one row's cells.

    The cells are equal where they hold the names, else as wide as the names with the spare room
    shared out between them.
    """
    count = len(widths)
    if count == 1:
        return [min(alone, COLUMNS - widths[0] / 2)]
    if max(widths) + APART <= COLUMNS / count:
        return [(place + 0.5) * COLUMNS / count for place in range(count)]
    spare = COLUMNS - sum(widths)
    between = max(APART, spare / count)
    x = (spare - between * (count - 1)) / 2
    middles = []
    for width in widths:
        middles.append(x + width / 2)
        x += width + between
    return middles


def _at(x: float, text: str, seal: Seal | None = None) -> Line:
    return Line((Run(text),), indent=max(x, 0.0), seal=seal, seal_rows=1)
