"""The office's workbooks: read into named rows or named errors, written so that they can be read again.

tables = read_tables(upload, upload.name)          # UnreadableWorkbook: one sentence for the page
parsed = parse(tables, [COMMUNITIES, UNITS])       # parsed.errors: 单位名册!F17: 联系电话……
write_xlsx(stream, [("单位名册", headers, rows)])
"""

from .opening import SheetTable, UnreadableWorkbook, read_tables
from .parsing import parse
from .specs import CellError, ColumnSpec, Parsed, ParsedSheet, Row, SheetSpec
from .templates import write_template
from .writing import write_csv, write_xlsx

__all__ = [
    "CellError",
    "ColumnSpec",
    "Parsed",
    "ParsedSheet",
    "Row",
    "SheetSpec",
    "SheetTable",
    "UnreadableWorkbook",
    "parse",
    "read_tables",
    "write_csv",
    "write_template",
    "write_xlsx",
]
