"""A year's arrangement as a worksheet: every wrong cell is named, what is written can be read."""

from collections.abc import Sequence
from datetime import date
from typing import IO

from gongjian.holidays.models import Arrangement, DayKind
from gongjian.holidays.services import Entered, fault_of
from gongjian.lib.spreadsheets import (
    CellError,
    ColumnSpec,
    SheetTemplate,
    WorksheetTable,
    parse,
    write_xlsx,
)

KINDS = {"放假": DayKind.HOLIDAY, "调休上班": DayKind.WORKDAY, "照常": DayKind.ORDINARY}
SAID = {kind: word for word, kind in KINDS.items()}
YEAR_TEMPLATE = SheetTemplate(
    "放假安排",
    (
        ColumnSpec("日期", "day", "date", required=True, example="2026-10-01"),
        ColumnSpec("类别", "kind", "choice", required=True, choices=tuple(KINDS)),
        ColumnSpec("名称", "name", max_length=40, example="国庆节"),
        ColumnSpec("依据", "source", max_length=100, note="文号；不填用上传时写的文号"),
    ),
)


def read_year(
    tables: Sequence[WorksheetTable], year: int
) -> tuple[dict[date, Entered], list[CellError]]:
    """The days of the file, and every cell that is wrong; take the days only when there is none."""
    parsed = parse(tables, [YEAR_TEMPLATE])
    days: dict[date, Entered] = {}
    errors = list(parsed.errors)
    if YEAR_TEMPLATE.name not in parsed.worksheets:
        headers = [c.header for c in YEAR_TEMPLATE.columns]
        message = f"找不到列有{'、'.join(headers)}的表"
        errors.append(CellError("文件", "A1", "", message))
    for row in parsed.rows(YEAR_TEMPLATE.name):
        day = row.values.get("day")
        kind = KINDS.get(row.values.get("kind") or "")
        if day is None or kind is None:
            continue
        fault = _fault(day, kind, year, days)
        if fault:
            error = parsed.worksheets[YEAR_TEMPLATE.name].error(row, "day", f"：{fault}")
            errors.append(error)
        name = row.values.get("name") or ""
        source = row.values.get("source") or ""
        days[day] = Entered(kind, name, source)
    if not days and not errors:
        cell_error = CellError(YEAR_TEMPLATE.name, "A2", "", "没有一行：请填写放假和调休上班的日子")
        errors.append(cell_error)
    return days, errors


def _fault(day: date, kind: str, year: int, days_read: dict[date, Entered]) -> str:
    if day.year != year:
        return f"{day:%Y-%m-%d} 不是 {year} 年的日子"
    if day in days_read:
        return f"{day:%Y-%m-%d} 在文件里有两行，请删去一行"
    return fault_of(day, kind)


def write_year(stream: IO[bytes], arrangement: Arrangement | None) -> None:
    """The year as it stands; read in again it changes nothing.

    Without an arrangement the empty sheet.
    """
    if arrangement:
        days = arrangement.days.order_by("day")
    else:
        days = ()
    rows = []
    for row in days:
        rows.append([row.day, SAID[row.kind], row.name, row.source])
    headers = [column.header for column in YEAR_TEMPLATE.columns]
    sheets = [(YEAR_TEMPLATE.name, headers, rows)]
    write_xlsx(stream, sheets)
