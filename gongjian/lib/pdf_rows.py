"""Rows of a table that differ in nothing but their words: WeasyPrint lays one of them out, the
others are copies of it.

A row costs WeasyPrint the same whether or not it looks like the one above; in an annex of a
thousand rows that is half of the time. A table that sets `data-alike` on its <tbody> promises to
stay on one page, with rows of a fixed height in whose cells words stand on one line (`white-space:
pre`). Of such rows only the first of each shape is handed to the engine; the words of the others
are put on copies of its boxes, where the engine would have put them.
`tests/documents/test_rows_alike.py` holds both ways equal to the byte.
"""

from collections.abc import Iterator
from typing import Any

ALIKE = "data-alike"

# Of the page as lib/pdf_source.py reads it, the one place that reads XML.
Element = Any

# Of a table's body, in order: the row that shows how each looks, and the words of each that is not
# that row itself.
Rows = list[tuple[Element, list[str] | None]]


def take_out_alike(root: Element) -> dict[Element, Rows]:
    """Leave of rows alike only the first in the page; all of them, by the body of their table."""
    thinned_by_body = {}
    for body in root.iter("tbody"):
        if ALIKE in body.attrib:
            thinned_by_body[body] = _thinned(body)
    return thinned_by_body


def _thinned(body: Element) -> Rows:
    rows = Rows()
    first = dict[Any, Element]()
    for row in list(body):
        first_alike = first.setdefault(_shape(row), row)
        if first_alike is row:
            rows.append((row, None))
        else:
            rows.append((first_alike, [cell.text or "" for cell in row]))
            body.remove(row)
    return rows


def _shape(row: Element) -> Any:
    """Equal for rows of which one stands for the other; a row with more than words in a cell is
    like no other.
    """
    if any(len(cell) for cell in row):
        return row
    return (*row.items(), *((cell.tag, *cell.items(), bool(cell.text)) for cell in row))


def put_back_alike(document: Any, taken: dict[Element, Rows]) -> None:
    """Set all rows into the laid-out document, one below the other."""
    words = _Words()
    for page in document.pages:
        for group in _groups(page._page_box, taken):
            _fill(group, taken[group.element], words)


def _groups(box: Any, alike: dict[Element, Rows]) -> Iterator[Any]:
    """The boxes of the table bodies from which rows were taken."""
    if box.element_tag == "tbody" and box.element in alike:
        yield box
        return
    for child in box.children:
        yield from _groups(child, alike)


def _fill(group: Any, all_rows: Rows, words: "_Words") -> None:
    laid_out = {row.element: row for row in group.children}
    rows = []
    top = group.position_y
    for element, texts in all_rows:
        row = laid_out[element]
        down = top - row.position_y
        if texts is None:
            row.translate(dy=down)
        else:
            row = row.deepcopy()
            row.translate(dy=down)
            for cell, text in zip(row.children, texts, strict=True):
                words.write(text, cell)
        rows.append(row)
        top += row.height
    group.children = rows
    group.height = top - group.position_y


class _Words:
    """Writes into copied cells; words that stand in many cells are shaped once."""

    def __init__(self) -> None:
        self.shaped: dict[tuple[int, str], Any] = {}

    def write(self, text: str, cell: Any) -> None:
        """Other words on the cell's line, aligned as they were and on the same baseline."""
        from weasyprint.layout.inline import text_align

        for line in cell.children:  # an empty cell has none
            (old,) = line.children
            new = self._shaped(old, text).copy()
            line.children = [new]
            line.width = new.width
            new.position_x = cell.content_box_x() + text_align(None, line, cell.width, last=True)
            new.position_y = old.position_y + old.baseline - new.baseline

    def _shaped(self, old: Any, text: str) -> Any:
        from weasyprint.layout.inline import split_text_box

        key = id(old.style), text
        if key not in self.shaped:
            self.shaped[key], *_ = split_text_box(None, old.copy_with_text(text), None, 0)
        return self.shaped[key]
