"""Writes workbooks and CSV that open well in Excel and WPS, run no formula and can be imported
again unchanged.
"""

import csv
import datetime
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MAX_WORKSHEET_ROWS = 1_048_576
MAX_CELL_CHARS = 32_767
EXACT_DIGITS = 15
AS_TEXT = 49  # Excel's built-in format @
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# What a spreadsheet would run; `decoder.py` takes the ' away again that is put before it.
RUNS_AS_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
NOT_IN_EXCEL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

WorksheetRows = tuple[str, Sequence[str], Iterable[Sequence[Any]]]


def new_book(stream: IO[bytes], *, streamed: bool = False) -> Any:
    """A workbook to write to; `streamed` rows leave memory as they come and cannot be gone back to.

    The writer takes 12 MB of memory: it is loaded with the first book, not with the site.
    """
    import xlsxwriter

    return xlsxwriter.Workbook(stream, {**SAFE, "constant_memory": streamed})


def write_xlsx(
    stream: IO[bytes],
    worksheets: Iterable[WorksheetRows],
    widths: dict[str, Sequence[float]] | None = None,
) -> None:
    """One worksheet for each (name, headers, rows): bold header, frozen; rows are streamed, memory
    stays small.

    str is text whatever it looks like, Decimal a number with two places, date and datetime real
    dates (aware ones in Shanghai time), bool 是/否, None blank. `widths` in characters by worksheet
    name. Raises ValueError past 1,048,575 rows.
    """
    book = new_book(stream, streamed=True)
    styles = styles_of(book)
    used: set[str] = set()
    for name, headers, rows in worksheets:
        worksheet = book.add_worksheet(free_name(name, used))
        set_widths(worksheet, headers, (widths or {}).get(name))
        worksheet.freeze_panes(1, 0)
        for column, header in enumerate(headers):
            worksheet.write_string(0, column, fitting(header), styles["header"])
        write_rows(worksheet, rows, styles)
    book.close()


def styles_of(book: Any) -> dict[str, Any]:
    header = {
        "bold": True,
        "num_format": AS_TEXT,
        "bottom": 1,
        "bg_color": "#F2F2F2",
        "valign": "vcenter",
    }
    formats = {
        "header": header,
        "text": {"num_format": AS_TEXT},
        "date": {"num_format": "yyyy-mm-dd"},
        "moment": {"num_format": "yyyy-mm-dd hh:mm"},
        "amount": {"num_format": "0.00"},
        "number": {},
    }
    styles = {}
    for name, properties in formats.items():
        styles[name] = book.add_format(properties)
    return styles


def set_widths(worksheet: Any, headers: Sequence[str], widths: Sequence[float] | None) -> None:
    for column, header in enumerate(headers):
        worksheet.set_column(
            column, column, widths[column] if widths else max(12, 2.2 * len(header) + 2)
        )


def write_rows(worksheet: Any, rows: Iterable[Sequence[Any]], styles: dict[str, Any]) -> None:
    for number, row in enumerate(rows, start=1):
        if number >= MAX_WORKSHEET_ROWS:
            raise ValueError(f"一张工作表最多 {MAX_WORKSHEET_ROWS - 1:,} 行：请缩小导出的范围。")
        for column, value in enumerate(row):
            write_cell(worksheet, number, column, value, styles)


def write_cell(worksheet: Any, row: int, column: int, value: Any, styles: dict[str, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        worksheet.write_string(row, column, "是" if value else "否", styles["text"])
    elif isinstance(value, int | float | Decimal) and is_exact(value):
        worksheet.write_number(
            row, column, value, styles["amount" if isinstance(value, Decimal) else "number"]
        )
    elif isinstance(value, datetime.datetime):
        worksheet.write_datetime(row, column, on_the_wall(value), styles["moment"])
    elif isinstance(value, datetime.date) and value.year >= 1900:
        worksheet.write_datetime(row, column, value, styles["date"])
    else:
        worksheet.write_string(row, column, fitting(str(value)), styles["text"])


def is_exact(value: int | float | Decimal) -> bool:
    """Excel keeps 15 digits; a longer number is written as text so that none is lost."""
    if isinstance(value, int):
        number = Decimal(value)
    else:
        number = Decimal(str(value))
    return number.is_finite() and len(number.as_tuple().digits) <= EXACT_DIGITS


def on_the_wall(moment: datetime.datetime) -> datetime.datetime:
    """Excel knows no time zones: what a clock in the office showed."""
    if moment.tzinfo:
        return moment.astimezone(SHANGHAI).replace(tzinfo=None)
    return moment


def fitting(text: str) -> str:
    """Without characters that no workbook can hold; a text past a cell's 32,767 characters ends in
    …
    """
    text = NOT_IN_EXCEL.sub("", str(text)).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) <= MAX_CELL_CHARS:
        return text
    return text[: MAX_CELL_CHARS - 1] + "…"


def free_name(name: str, used: set[str]) -> str:
    """A legal worksheet name (31 characters, none of []:*?/\\, no quote at its ends) that is not
    taken yet.
    """
    legal = NOT_IN_EXCEL.sub("", re.sub(r"[\[\]:*?/\\]", " ", name)).strip("' ")[:31] or "Sheet"
    candidate, count = legal, 1
    while candidate.lower() in used:
        count += 1
        candidate = f"{legal[:26]}({count})"
    used.add(candidate.lower())
    return candidate


def write_csv(stream: IO[bytes], headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """UTF-8 with BOM, which Excel needs to see Chinese.

    Text that a spreadsheet would run gets a leading '.
    """
    text = io.TextIOWrapper(
        stream, encoding="utf-8-sig", errors="replace", newline="", write_through=True
    )
    writer = csv.writer(text)
    writer.writerow([guarded(header) for header in headers])
    for row in rows:
        writer.writerow([guarded(value) for value in row])
    text.detach()


def guarded(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime.datetime):
        return f"{on_the_wall(value):%Y-%m-%d %H:%M}"
    text = NOT_IN_EXCEL.sub("", str(value))
    is_number = isinstance(value, int | float | Decimal)
    if not is_number and RUNS_AS_FORMULA.match(text):
        return f"'{text}"
    return text
