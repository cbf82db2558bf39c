"""附件 of the Word file: each on a new page, its table with a head that repeats."""

from collections.abc import Sequence

from gongjian.documents.layout.measures import (
    HEI,
    PITCH,
    ROW_LEAD,
    STRUT_SHIFT,
    TURNED,
    UPRIGHT,
    row_top,
)
from gongjian.documents.layout.printed_sheet import PrintedTable
from gongjian.documents.layout.tables import LEADING, PADDING, RULE, Piece, TableRow, cut_table
from gongjian.documents.layout.text import Line, Run
from gongjian.documents.word.paper import FIXED, HALF_LEAD
from gongjian.documents.word.words import (
    TEXT_SIZE,
    edge,
    exact,
    on_the_grid,
    paragraph,
    run,
    spacer,
    table_cell,
    table_grid,
    twips,
)

PICTURE = "（图见 PDF 版）"
TITLE_SIZE = 22.0
_EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")


def label_and_title(titles: Sequence[str], label: str) -> str:
    """On the grid: the label on line 1, the title from line 3 on, one blank line."""
    line = Line((Run(label, HEI),))
    named = on_the_grid([line], keep=True)
    content = run("\n".join(titles))
    return named + _blank() + paragraph(content, style="Heading1") + _blank()


def fixed_label_and_title(titles: Sequence[str], label: str) -> str:
    """The same in lines of fixed height, so that the table below begins where the print's does, on
    every page.
    """
    baseline = row_top(2) - ROW_LEAD + PITCH / 2 + STRUT_SHIFT * TITLE_SIZE
    title_top = baseline - FIXED * PITCH
    named = paragraph(run(label, HEI), properties="<w:keepNext/>" + exact(TEXT_SIZE))
    content = run("\n".join(titles))
    title = paragraph(content, style="Heading1")
    below = row_top(3 + len(titles)) - title_top - PITCH * len(titles)
    return named + spacer(title_top - TEXT_SIZE, keep=True) + title + spacer(below, keep=True)


def _blank() -> str:
    return paragraph(properties="<w:keepNext/>")


def lead_in() -> str:
    """From the grid's line down to where a character in it begins."""
    return spacer(HALF_LEAD)


def table_of(table: PrintedTable, *, turned: bool, top: float) -> str:
    """The table as one: the sizes, widths and heights are the print's."""
    pieces = cut_table(table, top=top, area=TURNED if turned else UPRIGHT)
    first = pieces[0]
    centred = ["center"] * len(first.widths)
    rows = [_row(first, first.head, centred, HEI, head=True)]
    for piece in pieces:
        for row in piece.rows:
            rows.append(_row(first, row, row.aligns))
    properties = table_properties(sum(first.widths))
    return f"<w:tbl>{properties}{table_grid(first.widths)}{''.join(rows)}</w:tbl>"


def table_properties(width: float) -> str:
    """A table's borders, its fixed layout, and the white beside its words."""
    padding = f'w:w="{twips(PADDING)}" w:type="dxa"'
    margins = f"<w:left {padding}/><w:right {padding}/>"
    edges = "".join(edge(side, RULE) for side in _EDGES)
    properties = f'<w:tblW w:w="{twips(width)}" w:type="dxa"/><w:tblInd w:w="0" w:type="dxa"/>'
    properties += f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
    return f"<w:tblPr>{properties}<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"


def _row(
    piece: Piece, row: TableRow, aligns: Sequence[str], face: str = "fang", *, head: bool = False
) -> str:
    kind = "<w:tblHeader/>" if head else ""
    cells = []
    for lines, width, align in zip(row.cells, piece.widths, aligns, strict=True):
        text = "\n".join(lines)
        cells.append(_cell(text, width, align, piece.size, face))
    height = f'<w:trHeight w:val="{twips(row.height)}" w:hRule="exact"/>'
    return f"<w:tr><w:trPr><w:cantSplit/>{height}{kind}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(text: str, width: float, align: str, size: float, face: str) -> str:
    half = round(size * 2)
    properties = f'{exact(size * LEADING)}<w:jc w:val="{align}"/>'
    sizes = f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
    words = run(text, face, f'<w:snapToGrid w:val="0"/>{sizes}')
    return table_cell(paragraph(words, properties=properties), width)
