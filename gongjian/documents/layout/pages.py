"""Rows of text shared out to pages of 22, and what may not be parted (§5.2.3, §7.3.5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gongjian.documents.layout.measures import ROWS
from gongjian.documents.layout.text import Line


@dataclass(frozen=True)
class GridRow:
    """One row of the grid: the lines on it, none for a blank row.

    `keep` says that it must stay with the next.
    """

    lines: tuple[Line, ...] = ()
    keep: bool = False


BLANK = GridRow()


def rows_of(lines: Iterable[Line]) -> list[GridRow]:
    return [GridRow((line,)) for line in lines]


def tied(rows: Sequence[GridRow]) -> list[GridRow]:
    """Return the same rows, tied together and to what follows."""
    return [replace(row, keep=True) for row in rows]


def paginate(rows: Sequence[GridRow], *, first: int = ROWS) -> list[list[GridRow]]:
    """Fill pages of 22 rows, the first of `first`; blank rows at a page's top are dropped.

    Tied rows go to the next page together, so that a heading has text under it and a signature
    text above it; where that would empty a page they are parted after all.
    """
    pages: list[list[GridRow]] = []
    start, room = 0, first
    while start < len(rows):
        end = min(start + room, len(rows))
        if end < len(rows):
            end = _cut(rows, start, end)
        pages.append(list(rows[start:end]))
        start, room = end, ROWS
        while start < len(rows) and not rows[start].lines:
            start += 1
    return pages


def _cut(rows: Sequence[GridRow], start: int, end: int) -> int:
    cut = end
    while cut > start and rows[cut - 1].keep:
        cut -= 1
    return cut if cut > start else end
