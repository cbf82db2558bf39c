"""An attachment's table, cut into pages with its head repeated (practice; the standard leaves tables open).

The cut is made here, so the PDF engine lays out one short table a page: that is also the fast way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from gongjian.documents.layout.measures import FANG, HEI, UPRIGHT, Area, width_of
from gongjian.documents.layout.printed_sheet import Column, Table
from gongjian.documents.layout.text import Run, set_lines

SIZES = (12.0, 10.5, 9.0)  # 小四, 五号, 小五: the largest that leaves nearly all rows on one line
PADDING = 3.0
LEADING = 1.3
MARGIN = 6.0
RULE = 0.5


@dataclass(frozen=True)
class Row:
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
    """What of a table stands on one page; `top` is in points below the top of the type area, 0 on a page of its own."""

    widths: tuple[float, ...]
    head: Row
    rows: tuple[Row, ...]
    size: float
    top: float = 0.0
    area: Area = UPRIGHT

    @property
    def bottom(self) -> float:
        return self.top + self.head.height + sum(row.height for row in self.rows)

    @property
    def style(self) -> str:
        place = f"top:{self.area.top + self.top:.2f}pt;left:{self.area.left:.2f}pt;width:{self.area.width:.2f}pt"
        return f"{place};font-size:{self.size}pt;line-height:{self.size * LEADING:.2f}pt"

    @property
    def ruling(self) -> str:
        """Where the lines along stand: drawn once a row, as borders on every cell take half as long again."""
        return _place(
            self.area.top + self.top - RULE / 2,
            self.area.left,
            self.area.width,
            self.bottom - self.top,
        )

    @property
    def along(self) -> list[str]:
        """How far each line along the table stands above the next; the last has none."""
        rows = (self.head.height, *(row.height for row in self.rows))
        return [*(f"margin-bottom:{height - RULE:.2f}pt" for height in rows), "margin-bottom:0"]

    @property
    def across(self) -> list[str]:
        """The lines between the columns."""
        right = accumulate(self.widths, initial=self.area.left)
        top, height = self.area.top + self.top, self.bottom - self.top
        return [_place(top, x - RULE / 2, RULE, height) for x in right]

    @property
    def column_styles(self) -> list[str]:
        return [f"width:{width:.2f}pt" for width in self.widths]


def _place(top: float, left: float, width: float, height: float) -> str:
    return f"top:{top:.2f}pt;left:{left:.2f}pt;width:{width:.2f}pt;height:{height:.2f}pt"


def cut_table(table: Table, *, top: float, area: Area = UPRIGHT) -> list[Piece]:
    """The table's pages: the first begins at `top`, the others at the top of the type area."""
    widths = _widths(table.columns, area.width)
    size = _size(table, widths)
    head = _row([column.label for column in table.columns], widths, size, HEI)
    aligns = tuple(column.align for column in table.columns)
    rows = [replace(_row(cells, widths, size, FANG), aligns=aligns) for cells in table.rows]
    if top + head.height + sum(row.height for row in rows[:2]) > area.height:
        top = 0.0
    room = area.height - head.height
    pages = _pages(rows, room - top, room)
    return [
        Piece(widths, head, tuple(page), size, 0.0 if place else top, area)
        for place, page in enumerate(pages)
    ]


def _pages(rows: Sequence[Row], first: float, rest: float) -> list[list[Row]]:
    """The rows page by page; a row is never torn."""
    pages: list[list[Row]] = [[]]
    room = first
    for row in rows:
        if row.height > room and pages[-1]:
            pages.append([])
            room = rest
        pages[-1].append(row)
        room -= row.height
    return pages


def _widths(columns: Sequence[Column], whole: float) -> tuple[float, ...]:
    """Column widths in points, rounded so that they add up to the type area's."""
    total = sum(column.width for column in columns)
    edges = [
        round(whole * part / total, 2) for part in accumulate((c.width for c in columns), initial=0)
    ]
    return tuple(round(right - left, 2) for left, right in pairwise(edges))


def _size(table: Table, widths: Sequence[float]) -> float:
    """The largest size at which nine rows in ten, and the head, keep to one line."""
    for size in SIZES[:-1]:
        rows = [_row(cells, widths, size, FANG) for cells in table.rows]
        single = sum(all(len(cell) == 1 for cell in row.cells) for row in rows)
        if single >= 0.9 * len(rows):
            return size
    return SIZES[-1]


def _row(cells: Sequence[str], widths: Sequence[float], size: float, face: str) -> Row:
    """A row with every cell broken to its column."""
    broken = tuple(
        _cell(str(cell), width, size, face) for cell, width in zip(cells, widths, strict=True)
    )
    return Row(broken, max(map(len, broken)) * size * LEADING + MARGIN)


def _cell(text: str, width: float, size: float, face: str) -> tuple[str, ...]:
    columns = (width - 2 * PADDING) / size
    if "\n" not in text and width_of(text, face) <= columns:
        return (text.strip(),)
    paragraphs = (line.strip() for line in text.splitlines())
    lines = (set_lines([Run(p, face)], columns=columns, justify=False) for p in paragraphs)
    return tuple(line.text for paragraph in lines for line in paragraph) or ("",)
