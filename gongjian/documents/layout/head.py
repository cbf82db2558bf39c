"""版头 and what opens the text: red mark, number, red rule, title, recipients (§7.2,
§7.3.1-7.3.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gongjian.documents.layout.joint import set_joint_mark
from gongjian.documents.layout.measures import (
    CHARACTER,
    COLUMNS,
    HEI,
    KAI,
    MARK_BELOW_TYPE_TOP,
    MARK_INK_HEIGHT,
    MARK_INK_TOP,
    MARK_NARROWEST,
    MARK_SIZE,
    MARK_WIDTH,
    MM,
    PITCH,
    ROWS,
    SONG,
    STRUT_SHIFT,
    TYPE_LEFT,
    TYPE_TOP,
    TYPE_WIDTH,
    row_top,
    width_of,
)
from gongjian.documents.layout.pages import BLANK, GridRow, rows_of
from gongjian.documents.layout.placing import Page, Placed, place_line, place_rule
from gongjian.documents.layout.printed_sheet import PrintedSheet, chinese_date
from gongjian.documents.layout.text import Line, Run, set_lines
from gongjian.documents.layout.titles import names_on, title_lines

RULE_BELOW_NUMBER = 4 * MM
# Characters between two signers of a row, and how wide a name of two is opened: the blank inside a
# name stays the smaller, or nobody could tell where a name ends.
BETWEEN_SIGNERS, OPENED_TO = 2, 3


@dataclass(frozen=True)
class IssuerMark:
    """The red mark's size in points and how far it is narrowed."""

    size: float
    narrowing: float

    @property
    def ink_bottom(self) -> float:
        """In points below the top of the type area."""
        return MARK_BELOW_TYPE_TOP + MARK_INK_HEIGHT * self.size


def mark_for(text: str) -> IssuerMark:
    """Return the size of a red mark.

    It is as tall as the grid wants it, narrowed to fit the type area, and smaller only where it
    would be too narrow.
    """
    columns = max(width_of(text, SONG), 1.0)
    narrowing = min(1.0, MARK_WIDTH / (columns * MARK_SIZE))
    if narrowing >= MARK_NARROWEST:
        return IssuerMark(MARK_SIZE, narrowing)
    size = MARK_WIDTH / (columns * MARK_NARROWEST)
    return IssuerMark(size, MARK_NARROWEST)


def set_head(sheet: PrintedSheet, page: Page) -> int:
    """Print everything above the title on page 1 and return the row of the title."""
    if sheet.mark_names:
        ink_bottom = set_joint_mark(sheet, page)
    else:
        ink_bottom = _set_mark(sheet, page)
    # the grid row nearest to two blank lines below the mark
    first_row = round((ink_bottom + 2 * PITCH) / PITCH)
    if sheet.urgency:
        run = Run(sheet.urgency, HEI)
        urgency = Line((run,))
        page.items.append(place_line(urgency, 0))
    rows = number_rows(sheet)
    for row, lines in enumerate(rows, first_row):
        for line in lines:
            page.items.append(place_line(line, row))
    last_row = first_row + len(rows) - 1
    rule_top = TYPE_TOP + row_top(last_row) + CHARACTER + RULE_BELOW_NUMBER
    page.items.append(place_rule("red", rule_top))
    return last_row + 3


def _set_mark(sheet: PrintedSheet, page: Page) -> float:
    mark = mark_for(sheet.issuer_mark)
    page.items.append(place_mark(sheet.issuer_mark, mark, TYPE_TOP + MARK_BELOW_TYPE_TOP))
    return mark.ink_bottom


def place_mark(text: str, mark: IssuerMark, ink_top: float) -> Placed:
    """Place the mark in the middle of the type area, `ink_top` points below the page's top."""
    width = width_of(text, SONG) * mark.size * 1.02
    top = ink_top - (0.5 + STRUT_SHIFT - MARK_INK_TOP) * mark.size
    x = TYPE_LEFT + (TYPE_WIDTH - width) / 2
    style = f"top:{top:.3f}pt;left:{x:.3f}pt;width:{width:.3f}pt;"
    style += f"font-size:{mark.size:.3f}pt;line-height:{mark.size:.3f}pt;"
    style += f"transform:scaleX({mark.narrowing:.4f})"
    return Placed("mark", style, (Run(text, SONG),))


def number_rows(sheet: PrintedSheet) -> list[list[Line]]:
    """Return the lines between mark and red rule, row by row.

    The number stands in the middle, on minutes their offices and date below it. To a higher
    organ, the number stands on the left and the signers on the right, two a row, aligned, the
    number on the row of the last (§7.2.5-7.2.6).
    """
    number = Run(sheet.number)
    if sheet.signers:
        room = COLUMNS - 3 - width_of(sheet.number)
        rows = signer_rows(sheet.signers, room)
        line = Line((number,), indent=1)
        rows[-1].insert(0, line)
    else:
        rows = [[Line((number,), align="center")]]
    if sheet.is_minutes:
        rows += minutes_rows(sheet)
    return rows


def signer_rows(signers: tuple[str, ...], room: float) -> list[list[Line]]:
    """Return 签发人 two a row, or one where the room beside the number holds no two."""
    label = Run("签发人：")
    if len(signers) == 1:
        run = Run(signers[0], KAI)
        return [[Line((label, run), indent=1, align="right")]]
    label_width = width_of(label.text)
    widest = max(width_of(name, KAI) for name in signers)
    common_width = min(OPENED_TO, widest)
    for across in (2, 1):
        widths = _signer_widths(signers, across, common_width)
        whole_width = sum(widths) + (across - 1) * BETWEEN_SIGNERS
        if label_width + whole_width <= room:
            break
    lefts = (COLUMNS - 1 - whole_width, COLUMNS - 1 - widths[-1])
    rows: list[list[Line]] = []
    for place, name in enumerate(signers):
        column = place % across
        if column == 0:
            rows.append([])
        rows[-1].append(signer_line(name, lefts[column], common_width))
    line = Line((label,), indent=lefts[0] - label_width)
    rows[0].insert(0, line)
    return rows


def _signer_widths(signers: tuple[str, ...], across: int, common_width: float) -> list[float]:
    """Return the width of each column when so many signers stand across."""
    widths = []
    for place in range(across):
        column = []
        for name in signers[place::across]:
            column.append(width_of(name, KAI))
        widths.append(max(common_width, *column))
    return widths


def signer_line(name: str, x: float, common_width: float) -> Line:
    """Return a name opened to the common width, so that names stand even over each other."""
    opening = 0.0
    if len(name) > 1:
        opening = (common_width - width_of(name, KAI)) / (len(name) - 1)
    return Line((Run(name, KAI),), indent=x, spacing=max(opening, 0.0))


def minutes_rows(sheet: PrintedSheet) -> list[list[Line]]:
    """Return the offices and the date of 纪要 above the rule (practice; the standard is silent).

    Joint minutes name each office, for no name follows their text.
    """
    rows = [[Line((Run(name),), indent=1)] for name in sheet.signatures] or [[]]
    day = Run(chinese_date(sheet.document_date))
    line = Line((day,), indent=1, align="right")
    rows[-1].append(line)
    return rows


def opening_rows(sheet: PrintedSheet) -> list[GridRow]:
    """Return the title, one blank line, and the main recipients, tied together."""
    titles = title_lines(sheet.title, names_on(sheet))
    rows = title_rows(titles)
    if titles:
        first_line = replace(rows[0].lines[0], outline="".join(titles))
        rows[0] = GridRow((first_line,))
    return [*rows, BLANK, *recipient_rows(sheet)]


def title_rows(titles: Sequence[str]) -> list[GridRow]:
    """Return the lines of a title, one under the other: one heading."""
    lines = []
    for place, title in enumerate(titles):
        runs = (Run(title, SONG),)
        line = Line(runs, align="center", size="title", tag="h1", joins=place > 0)
        lines.append(line)
    return rows_of(lines)


def recipient_rows(sheet: PrintedSheet) -> list[GridRow]:
    """Return 主送机关, flush left, ending with a colon."""
    text = sheet.main_recipient.strip().rstrip("：:")
    if text:
        run = Run(f"{text}：")
        return rows_of(set_lines([run]))
    return []


def recipients_crowd_out_text(sheet: PrintedSheet, title_row: int) -> bool:
    """Whether page 1 would show no text: then the recipients go to the imprint (§7.3.2)."""
    return title_row + len(opening_rows(sheet)) >= ROWS
