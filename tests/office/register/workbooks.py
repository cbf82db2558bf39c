"""Small registers as an office would hand them in."""

from io import BytesIO

from gongjian.lib.spreadsheets import WorksheetTable, read_tables, write_xlsx
from gongjian.office.register.planning import plan_import
from gongjian.office.register.specs import SPECS, headers

HEADERS = {spec.name: list(headers(spec).values()) for spec in SPECS}


def table(name: str, *rows, columns=None) -> WorksheetTable:
    """A sheet whose headers stand in line 1; each row begins at column A."""
    lines = [list(columns or HEADERS[name]), *(list(row) for row in rows)]
    return WorksheetTable(name, list(enumerate(lines, start=1)))


def plan_of(*tables):
    return plan_import(list(tables))


def errors_of(*tables) -> list[str]:
    return [str(error) for error in plan_of(*tables).errors]


def xlsx(*sheets) -> bytes:
    """A workbook of (name, headers, rows)."""
    stream = BytesIO()
    write_xlsx(stream, sheets)
    return stream.getvalue()


def upload_plan(content: bytes, name: str = "名册.xlsx"):
    return plan_import(read_tables(BytesIO(content), name))
