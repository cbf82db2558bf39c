"""版头 and what opens the text: red mark, number, red rule, title, recipients (§7.2, §7.3.1-7.3.2)."""

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
BETWEEN_SIGNERS, OPENED_TO = 2, 3
"""Characters between two signers of a row, and how wide a name of two is opened: the blank inside a name stays the
smaller, or nobody could tell where one ends."""


@dataclass(frozen=True)
class Mark:
    """The red mark's size in points and how far it is narrowed."""

    size: float
    narrowing: float

    @property
    def ink_bottom(self) -> float:
        """In points below the top of the type area."""
        return MARK_BELOW_TYPE_TOP + MARK_INK_HEIGHT * self.size


def mark_for(text: str) -> Mark:
    """As tall as the grid wants it, narrowed to fit the type area, and smaller only when it would be too narrow."""
    columns = max(width_of(text, SONG), 1.0)
    narrowing = min(1.0, MARK_WIDTH / (columns * MARK_SIZE))
    if narrowing >= MARK_NARROWEST:
        return Mark(MARK_SIZE, narrowing)
    return Mark(MARK_WIDTH / (columns * MARK_NARROWEST), MARK_NARROWEST)


def set_head(sheet: PrintedSheet, page: Page) -> int:
    """Print everything above the title on page 1; gives the row of the title."""
    ink_bottom = set_joint_mark(sheet, page) if sheet.mark_names else _set_mark(sheet, page)
    row = round(
        (ink_bottom + 2 * PITCH) / PITCH
    )  # the grid row nearest to two blank lines below the mark
    if sheet.urgency:
        page.items.append(place_line(Line((Run(sheet.urgency, HEI),)), 0))
    rows = number_rows(sheet)
    page.items += [
        place_line(line, row + place) for place, lines in enumerate(rows) for line in lines
    ]
    row += len(rows) - 1
    page.items.append(place_rule("red", TYPE_TOP + row_top(row) + CHARACTER + RULE_BELOW_NUMBER))
    return row + 3


def _set_mark(sheet: PrintedSheet, page: Page) -> float:
    mark = mark_for(sheet.issuer_mark)
    page.items.append(place_mark(sheet.issuer_mark, mark, TYPE_TOP + MARK_BELOW_TYPE_TOP))
    return mark.ink_bottom


def place_mark(text: str, mark: Mark, ink_top: float) -> Placed:
    """The mark in the middle of the type area, its ink beginning so far below the page's top."""
    width = width_of(text, SONG) * mark.size * 1.02
    top = ink_top - (0.5 + STRUT_SHIFT - MARK_INK_TOP) * mark.size
    left = TYPE_LEFT + (TYPE_WIDTH - width) / 2
    style = (
        f"top:{top:.3f}pt;left:{left:.3f}pt;width:{width:.3f}pt;font-size:{mark.size:.3f}pt;"
        f"line-height:{mark.size:.3f}pt;transform:scaleX({mark.narrowing:.4f})"
    )
    return Placed("mark", style, (Run(text, SONG),))


def number_rows(sheet: PrintedSheet) -> list[list[Line]]:
    """What stands between mark and red rule: the number in the middle, on minutes their offices and date below it.

    To a higher organ: the number on the left and the signers on the right, two a row, aligned, the number on the row
    of the last (§7.2.5-7.2.6).
    """
    rows: list[list[Line]] = [[Line((Run(sheet.number),), align="center")]]
    if sheet.signers:
        rows = _signer_rows(sheet.signers, COLUMNS - 3 - width_of(sheet.number))
        rows[-1].insert(0, Line((Run(sheet.number),), indent=1))
    return rows + _minutes_rows(sheet) if sheet.is_minutes else rows


def _signer_rows(signers: tuple[str, ...], room: float) -> list[list[Line]]:
    """Two names a row, or one where the room that the number leaves holds no two; the label before the first."""
    label = Run("签发人：")
    if len(signers) == 1:
        return [[Line((label, Run(signers[0], KAI)), indent=1, align="right")]]
    common = min(OPENED_TO, max(width_of(name, KAI) for name in signers))
    for across in (2, 1):
        columns = [signers[place::across] for place in range(across)]
        widths = [max(max(width_of(name, KAI), common) for name in column) for column in columns]
        taken = sum(widths) + (across - 1) * BETWEEN_SIGNERS
        if width_of(label.text) + taken <= room:
            break
    lefts = [COLUMNS - 1 - taken, COLUMNS - 1 - widths[-1]]
    lines = [_signer(name, lefts[place % across], common) for place, name in enumerate(signers)]
    rows = [lines[place : place + across] for place in range(0, len(lines), across)]
    rows[0].insert(0, Line((label,), indent=lefts[0] - width_of(label.text)))
    return rows


def _signer(name: str, left: float, common: float) -> Line:
    """A name of two characters is opened to the width of three, so that names stand even one over the other."""
    opened = (common - width_of(name, KAI)) / (len(name) - 1) if len(name) > 1 else 0.0
    return Line((Run(name, KAI),), indent=left, spacing=max(opened, 0.0))


def _minutes_rows(sheet: PrintedSheet) -> list[list[Line]]:
    """纪要 name their office and date above the rule (practice; the standard leaves it free); joint ones each office,
    for no name follows their text."""
    rows = [[Line((Run(name),), indent=1)] for name in sheet.signatures] or [[]]
    rows[-1].append(Line((Run(chinese_date(sheet.document_date)),), indent=1, align="right"))
    return rows


def opening_rows(sheet: PrintedSheet) -> list[GridRow]:
    """The title, one blank line, and the main recipients, tied together."""
    titles = title_lines(sheet.title, names_on(sheet))
    rows = title_rows(titles)
    if titles:
        rows[0] = GridRow((replace(rows[0].lines[0], outline="".join(titles)),))
    return [*rows, BLANK, *recipient_rows(sheet)]


def title_rows(titles: Sequence[str]) -> list[GridRow]:
    """A title's turns, one under the other: one heading."""
    set_as = {"align": "center", "size": "title", "tag": "h1"}
    return rows_of(
        Line((Run(title, SONG),), joins=place > 0, **set_as) for place, title in enumerate(titles)
    )


def recipient_rows(sheet: PrintedSheet) -> list[GridRow]:
    """主送机关, flush left, ending with a colon."""
    text = sheet.main_recipient.strip().rstrip("：:")
    return rows_of(set_lines([Run(f"{text}：")])) if text else []


def recipients_crowd_out_text(sheet: PrintedSheet, title_row: int) -> bool:
    """Whether page 1 would show no text: then the recipients go to the imprint (§7.3.2)."""
    return title_row + len(opening_rows(sheet)) >= ROWS
