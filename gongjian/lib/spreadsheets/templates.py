"""The empty workbook that an office downloads, fills and uploads: headers, drop-down lists, an
example and notes.
"""

import datetime
from collections.abc import Sequence
from typing import IO, Any

from .specs import EXAMPLE_MARK, NOTES_WORKSHEET, ColumnSpec, SheetTemplate, column_letters, spread
from .writing import new_book, set_widths, styles_of

LIST_ROWS = 5_000
LISTS_START = 8  # the allowed values stand in the notes from column I on, where the lists point
NOTE_HEADERS = {"工作表": 14, "列": 18, "必填": 8, "格式": 44, "可填的值": 30, "说明": 50}
FORMATS = {
    "text": "文字",
    "code": "编号，按文本填写，不要让 Excel 改成数字",
    "phone": "11 位手机号，或带区号的固定电话，如 0571-63312345",
    "date": "日期，如 2026-03-01",
    "credit_code": "18 位统一社会信用代码",
    "choice": "从下拉列表中选",
    "integer": "整数",
    "decimal": "数，不带单位",
}
STYLES = {"date": "date", "integer": "number", "decimal": "number"}
EXAMPLES = {
    "text": "文字",
    "code": "330111001003",
    "phone": "13800000000",
    "date": "2026-03-01",
    "credit_code": "91330100MA2XXXXXX0",
    "integer": "1",
    "decimal": "6.5",
}


def write_template(stream: IO[bytes], specs: Sequence[SheetTemplate]) -> None:
    """One worksheet for each spec with an example row, which `parse` skips, and the worksheet
    填写说明.
    """
    book = new_book(stream)
    styles = styles_of(book)
    worksheets = [(book.add_worksheet(spec.name), spec) for spec in specs]
    notes = book.add_worksheet(NOTES_WORKSHEET)
    lists = write_notes(notes, specs, styles)
    for worksheet, spec in worksheets:
        write_worksheet(worksheet, spec, lists, styles)
    book.close()


def write_notes(
    notes: Any, specs: Sequence[SheetTemplate], styles: dict[str, Any]
) -> dict[tuple[str, ...], str]:
    """Fills 填写说明; returns where each list of allowed values stands."""
    notes.freeze_panes(1, 0)
    for position, (header, width) in enumerate(NOTE_HEADERS.items()):
        notes.set_column(position, position, width)
        notes.write_string(0, position, header, styles["header"])
    columns = []
    for spec in specs:
        columns += [(spec, column) for column in spec.columns]
    lists: dict[tuple[str, ...], str] = {}
    for row, (spec, column) in enumerate(columns, start=1):
        cells = (spec.name, column.header, "必填" if column.required else "选填", format_of(column))
        for position, text in enumerate((*cells, spread(column.choices), column.note)):
            notes.write_string(row, position, text, styles["text"])
        if column.choices and column.choices not in lists:
            lists[column.choices] = write_list(notes, LISTS_START + len(lists), column, styles)
    hint = f"以“{EXAMPLE_MARK}”开头的行是示例，导入时自动跳过；列的次序可以变，多出的列不会导入。"
    notes.write_string(len(columns) + 2, 0, hint, styles["number"])
    return lists


def write_list(notes: Any, position: int, column: ColumnSpec, styles: dict[str, Any]) -> str:
    notes.write_string(0, position, f"{column.header}可填的值", styles["header"])
    for row, choice in enumerate(column.choices, start=1):
        notes.write_string(row, position, choice, styles["text"])
    letters = column_letters(position)
    return f"='{NOTES_WORKSHEET}'!${letters}$2:${letters}${len(column.choices) + 1}"


def format_of(column: ColumnSpec) -> str:
    limit = ""
    if column.max_length:
        limit = f"，最多 {column.max_length} 字"
    return FORMATS[column.kind] + limit


def write_worksheet(
    worksheet: Any, spec: SheetTemplate, lists: dict[tuple[str, ...], str], styles: dict[str, Any]
) -> None:
    headers = [column.header for column in spec.columns]
    set_widths(worksheet, headers, [max(14, 2.2 * len(header) + 2) for header in headers])
    worksheet.freeze_panes(1, 0)
    for position, column in enumerate(spec.columns):
        # Cells set to text beforehand: typed into a general cell, house number 3-1 becomes the
        # first of March.
        style = styles[STYLES.get(column.kind, "text")]
        worksheet.set_column(position, position, max(14, 2.2 * len(column.header) + 2), style)
        worksheet.write_string(0, position, column.header, styles["header"])
        write_example(worksheet, position, column, styles)
        if column.choices:
            worksheet.data_validation(
                1, position, LIST_ROWS, position, validation(column, lists[column.choices])
            )
    worksheet.write_comment(1, 0, "这一行是示例，导入时自动跳过，可以删除。请从下一行开始填写。")


def write_example(
    worksheet: Any, position: int, column: ColumnSpec, styles: dict[str, Any]
) -> None:
    example = column.example or (
        column.choices[0] if column.choices else EXAMPLES.get(column.kind, "")
    )
    if position == 0:
        worksheet.write_string(1, position, f"{EXAMPLE_MARK}{example}", styles["text"])
    elif column.kind == "date":
        worksheet.write_datetime(1, position, datetime.date.fromisoformat(example), styles["date"])
    else:
        worksheet.write_string(1, position, example, styles["text"])


def validation(column: ColumnSpec, source: str) -> dict[str, Any]:
    error_message = f"只能填：{spread(column.choices)}"[:255]
    return {
        "validate": "list",
        "source": source,
        "error_title": column.header[:32],
        "error_message": error_message,
    }
