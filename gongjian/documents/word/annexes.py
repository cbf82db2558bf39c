"""附件 of the Word file: each on a new page, its table with a head that repeats."""

from collections.abc import Sequence
from itertools import chain

from gongjian.documents.layout.measures import (
    HEI,
    PITCH,
    ROW_LEAD,
    STRUT_SHIFT,
    TURNED,
    UPRIGHT,
    row_top,
)
from gongjian.documents.layout.printed_sheet import Table
from gongjian.documents.layout.tables import LEADING, PADDING, RULE, Piece, Row, cut_table
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


def table_of(table: Table, *, turned: bool, top: float) -> str:
    """The table as one: the sizes, widths and heights are the print's."""
    pieces = cut_table(table, top=top, area=TURNED if turned else UPRIGHT)
    first = pieces[0]
    texts = []
    for width in first.widths:
        texts.append(f'<w:gridCol w:w="{twips(width)}"/>')
    grid = "".join(texts)
    head = _row(first, first.head, ["center"] * len(first.widths), HEI, head=True)
    rows = "".join(
        _row(first, row, row.aligns) for row in chain.from_iterable(piece.rows for piece in pieces)
    )
    edges = "".join(edge(side, RULE) for side in _EDGES)
    margins = f'<w:left w:w="{twips(PADDING)}" w:type="dxa"/><w:right w:w="{twips(PADDING)}" w:type="dxa"/>'
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{twips(sum(first.widths))}" w:type="dxa"/><w:tblInd w:w="0" w:type="dxa"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"
    )


def _row(
    piece: Piece, row: Row, aligns: Sequence[str], face: str = "fang", *, head: bool = False
) -> str:
    kind = "<w:tblHeader/>" if head else ""
    cells = "".join(
        _cell("\n".join(lines), width, align, piece.size, face)
        for lines, width, align in zip(row.cells, piece.widths, aligns, strict=True)
    )
    height = f'<w:trHeight w:val="{twips(row.height)}" w:hRule="exact"/>'
    return f"<w:tr><w:trPr><w:cantSplit/>{height}{kind}</w:trPr>{cells}</w:tr>"


def _cell(text: str, width: float, align: str, size: float, face: str) -> str:
    half = round(size * 2)
    properties = f'{exact(size * LEADING)}<w:jc w:val="{align}"/>'
    words = run(
        text, face, f'<w:snapToGrid w:val="0"/><w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{paragraph(words, properties=properties)}</w:tc>"
    )
