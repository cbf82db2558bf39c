"""Forms to be printed, filled in by hand and typed back in: what is asked stands fixed, the
answers' cells are open.

A worksheet holds a title, one line of facts by which it is known again, the headers, and the rows
that are asked. The worksheets are protected without a password: a slip of the hand changes no
question, an office that must can lift it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import IO, Any

from .opening import Cell, WorksheetTable
from .specs import ColumnSpec, canonical, spread
from .writing import AS_TEXT, fitting, free_name, new_book

TITLE_ROW, FACTS_ROW, HEADER_ROW = 0, 1, 2
FACTS_WITHIN = 5
ASKED, OPEN = "asked", "open"
A4 = 9


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """A column of the form; `is_open` to answers, `width` in characters."""

    spec: ColumnSpec
    width: float
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class PaperForm:
    """One worksheet: `facts` say what it is about, `rows` hold a value for each column; `columns`
    where it has its own.
    """

    name: str
    title: str
    facts: Mapping[str, str]
    rows: Sequence[Sequence[Any]]
    columns: Sequence[PaperColumn] = ()


def write_paper_forms(
    stream: IO[bytes],
    forms: Sequence[PaperForm],
    columns: Sequence[PaperColumn],
    *,
    signed: str = "",
) -> None:
    """A workbook with one worksheet a form, landscape A4, one page wide; `signed` stands at the
    foot of each page.
    """
    book = new_book(stream)
    styles = _styles(book)
    used: set[str] = set()
    for form in forms:
        worksheet = book.add_worksheet(free_name(form.name, used))
        _lay_out(worksheet, form.columns or columns, signed)
        _fill(worksheet, form, form.columns or columns, styles)
    book.close()


def facts_of(table: WorksheetTable) -> dict[str, Cell]:
    """The facts at the head of a worksheet by their names: each stands in the cell after its
    name.
    """
    facts: dict[str, Cell] = {}
    for number, cells in table.rows:
        if number > FACTS_WITHIN:
            break
        for name, value in pairwise(cells):
            if isinstance(name, str) and name:
                facts.setdefault(canonical(name), value)
    return facts


def _styles(book: Any) -> dict[str, Any]:
    cell = {
        "num_format": AS_TEXT,
        "text_wrap": True,
        "valign": "vcenter",
        "border": 1,
        "font_size": 10,
    }
    title = book.add_format({"bold": True, "font_size": 16, "num_format": AS_TEXT})
    fact = book.add_format({"num_format": AS_TEXT, "font_size": 9, "font_color": "#595959"})
    header = book.add_format({**cell, "bold": True, "bg_color": "#F2F2F2"})
    return {
        "title": title,
        "fact": fact,
        "header": header,
        ASKED: book.add_format({**cell, "bg_color": "#FAFAFA"}),
        OPEN: book.add_format({**cell, "locked": False}),
    }


def _lay_out(worksheet: Any, columns: Sequence[PaperColumn], signed: str) -> None:
    worksheet.set_landscape()
    worksheet.set_paper(A4)
    worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(HEADER_ROW)
    worksheet.freeze_panes(HEADER_ROW + 1, 2)
    worksheet.set_footer(f"&L{signed}&R第 &P 页，共 &N 页")
    worksheet.protect("", {"format_columns": True, "format_rows": True})
    for place, column in enumerate(columns):
        worksheet.set_column(place, place, column.width)


def _fill(
    worksheet: Any, form: PaperForm, columns: Sequence[PaperColumn], styles: dict[str, Any]
) -> None:
    worksheet.write_string(TITLE_ROW, 0, fitting(form.title), styles["title"])
    for place, text in enumerate(chain.from_iterable(form.facts.items())):
        worksheet.write_string(FACTS_ROW, place, fitting(text), styles["fact"])
    for place, column in enumerate(columns):
        worksheet.write_string(HEADER_ROW, place, column.spec.header, styles["header"])
        _validate(worksheet, place, column, len(form.rows))
    for number, row in enumerate(form.rows, HEADER_ROW + 1):
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            style = styles[OPEN if column.is_open else ASKED]
            if value in (None, ""):
                worksheet.write_blank(number, place, None, style)
            elif isinstance(value, int):
                worksheet.write_number(number, place, value, style)
            else:
                worksheet.write_string(number, place, fitting(str(value)), style)


def _validate(worksheet: Any, place: int, column: PaperColumn, rows: int) -> None:
    if column.is_open and column.spec.choices and rows:
        source = list(column.spec.choices)
        rule = {"validate": "list", "source": source}
        error_message = f"只能填：{spread(column.spec.choices)}"
        texts = {
            "error_title": column.spec.header,
            "error_message": error_message,
        }
        worksheet.data_validation(
            HEADER_ROW + 1, place, HEADER_ROW + rows, place, {**rule, **texts}
        )
