"""The office's workbooks: read into named rows or named errors, written so that they can be read
again.

tables = read_tables(upload, upload.name) # UnreadableWorkbook: one sentence for the page parsed =
parse(tables, [COMMUNITIES, UNITS]) # parsed.errors: 单位名册!F17: 联系电话…… write_xlsx(stream,
[("单位名册", headers, rows)])
"""

from .filled import FilledBook, WrongBook
from .opening import UnreadableWorkbook, WorksheetTable, read_tables
from .paper import PaperColumn, PaperForm, facts_of, write_paper_forms
from .parsing import parse
from .specs import CellError, ColumnSpec, Parsed, ParsedWorksheet, Row, SheetTemplate
from .templates import write_template
from .writing import write_csv, write_xlsx

__all__ = [
    "CellError",
    "ColumnSpec",
    "FilledBook",
    "PaperColumn",
    "PaperForm",
    "Parsed",
    "ParsedWorksheet",
    "Row",
    "SheetTemplate",
    "UnreadableWorkbook",
    "WorksheetTable",
    "WrongBook",
    "facts_of",
    "parse",
    "read_tables",
    "write_csv",
    "write_paper_forms",
    "write_template",
    "write_xlsx",
]
