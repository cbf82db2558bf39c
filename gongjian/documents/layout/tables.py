"""An attachment's table, cut into pages with its head repeated.

That is practice; the standard leaves tables open. The cut is made here, so the PDF engine lays
out one short table a page: that is also the fast way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from gongjian.documents.layout.measures import FANG, HEI, UPRIGHT, TypeArea, width_of
from gongjian.documents.layout.printed_sheet import PrintedColumn, PrintedTable
from gongjian.documents.layout.text import Line, Run, set_lines

SIZES = (12.0, 10.5, 9.0)  # 小四, 五号, 小五: the largest that leaves nearly all rows on one line
PADDING = 3.0
LEADING = 1.3
MARGIN = 6.0
RULE = 0.5


@dataclass(frozen=True)
class TableRow:
    """One row broken into lines, cell by cell, and its height in points."""

    cells: tuple[tuple[str, ...], ...]
    height: float
    aligns: tuple[str, ...] = ()

    @property
    def aligned(self) -> list[tuple[str, tuple[str, ...]]]:
        return list(zip(self.aligns, self.cells, strict=True))

    @property
    def style(self) -> str:
        return f"height:{self.height:.2f}pt"


@dataclass(frozen=True)
class Piece:
    """What of a table stands on one page; `top` is in points below the type area's top.

    `top` is 0 on a page of its own.
    """

    widths: tuple[float, ...]
    head: TableRow
    rows: tuple[TableRow, ...]
    size: float
    top: float = 0.0
    area: TypeArea = UPRIGHT

    @property
    def bottom(self) -> float:
        heights = [row.height for row in self.rows]
        return self.top + self.head.height + sum(heights)

    @property
    def style(self) -> str:
        area = self.area
        top = area.top + self.top
        line_height = self.size * LEADING
        place = f"top:{top:.2f}pt;left:{area.left:.2f}pt;width:{area.width:.2f}pt;"
        return f"{place}font-size:{self.size}pt;line-height:{line_height:.2f}pt"

    @property
    def ruling(self) -> str:
        """Where the lines along stand.

        They are drawn once a row, as borders on every cell take half as long again.
        """
        top = self.area.top + self.top - RULE / 2
        height = self.bottom - self.top
        return _place(top, self.area.left, self.area.width, height)

    @property
    def along(self) -> list[str]:
        """How far each line along the table stands above the next; the last has none."""
        margins = []
        for row in (self.head, *self.rows):
            margins.append(f"margin-bottom:{row.height - RULE:.2f}pt")
        return [*margins, "margin-bottom:0"]

    @property
    def across(self) -> list[str]:
        """Where the lines between the columns stand."""
        edges = accumulate(self.widths, initial=self.area.left)
        top = self.area.top + self.top
        height = self.bottom - self.top
        places = []
        for edge in edges:
            place = _place(top, edge - RULE / 2, RULE, height)
            places.append(place)
        return places

    @property
    def column_styles(self) -> list[str]:
        texts = []
        for width in self.widths:
            texts.append(f"width:{width:.2f}pt")
        return texts


def _place(top: float, x: float, width: float, height: float) -> str:
    return f"top:{top:.2f}pt;left:{x:.2f}pt;width:{width:.2f}pt;height:{height:.2f}pt"


def cut_table(table: PrintedTable, *, top: float, area: TypeArea = UPRIGHT) -> list[Piece]:
    """Cut a table into pages: the first begins at `top`, the others at the type area's top."""
    widths = column_widths(table.columns, area.width)
    size = largest_size(table, widths)
    labels = [column.label for column in table.columns]
    head = _row(labels, widths, size, HEI)
    aligns = tuple(column.align for column in table.columns)
    rows = []
    for cells in table.rows:
        rows.append(replace(_row(cells, widths, size, FANG), aligns=aligns))
    heights = []
    for row in rows[:2]:
        heights.append(row.height)
    least_height = head.height + sum(heights)
    if top + least_height > area.height:
        top = 0.0
    room = area.height - head.height
    pieces = []
    for page in _pages(rows, room - top, room):
        piece = Piece(widths, head, tuple(page), size, top, area)
        pieces.append(piece)
        top = 0.0
    return pieces


def _pages(rows: Sequence[TableRow], first: float, rest: float) -> list[list[TableRow]]:
    """Return the rows page by page; a row is never torn."""
    pages: list[list[TableRow]] = [[]]
    room = first
    for row in rows:
        if row.height > room and pages[-1]:
            pages.append([])
            room = rest
        pages[-1].append(row)
        room -= row.height
    return pages


def column_widths(columns: Sequence[PrintedColumn], whole: float) -> tuple[float, ...]:
    """Return the columns' widths in points, rounded so that they add up to the type area's."""
    shares = [column.width for column in columns]
    total = sum(shares)
    edges = []
    for share in accumulate(shares, initial=0):
        edges.append(round(whole * share / total, 2))
    return tuple(round(right - x, 2) for x, right in pairwise(edges))


def largest_size(table: PrintedTable, widths: Sequence[float]) -> float:
    """Return the largest size at which nine rows in ten keep to one line."""
    for size in SIZES[:-1]:
        single = 0
        for cells in table.rows:
            row = _row(cells, widths, size, FANG)
            single += all(len(lines) == 1 for lines in row.cells)
        if single >= 0.9 * len(table.rows):
            return size
    return SIZES[-1]


def _row(cells: Sequence[str], widths: Sequence[float], size: float, face: str) -> TableRow:
    """Return a row with every cell broken to its column."""
    broken = []
    for cell, width in zip(cells, widths, strict=True):
        broken.append(_cell(str(cell), width, size, face))
    most_lines = max(len(lines) for lines in broken)
    return TableRow(tuple(broken), most_lines * size * LEADING + MARGIN)


def _cell(text: str, width: float, size: float, face: str) -> tuple[str, ...]:
    """Return the lines of one cell."""
    columns = (width - 2 * PADDING) / size
    if "\n" not in text and width_of(text, face) <= columns:
        return (text.strip(),)
    lines: list[Line] = []
    for paragraph in text.splitlines():
        runs = [Run(paragraph.strip(), face)]
        lines += set_lines(runs, columns=columns, justify=False)
    texts = [line.text for line in lines]
    return tuple(texts) or ("",)
