"""The register as a workbook that can be read in again, and the empty one to fill."""

from collections.abc import Iterator
from typing import IO, Any

from gongjian.lib.phones import mask
from gongjian.lib.spreadsheets import SheetTemplate, write_template, write_xlsx
from gongjian.office.register.snapshot import Snapshot, take_snapshot
from gongjian.office.register.specs import SPECS, headers

WIDTHS = {
    "社区名册": [22, 16, 14, 16, 36, 12],
    "单位名册": [40, 20, 12, 24, 12, 16],
    "共建名单": [22, 40, 8, 12, 16],
    "门前三包名册": [16, 34, 12, 28, 12, 16, 22, 12, 12, 8, 12, 14, 16, 10, 10, 12, 12, 10],
}

# Written as text: Excel would show a number with two places.
DEGREES = ("latitude", "longitude")


def export_register(stream: IO[bytes], *, whole_phones: bool = False) -> dict[str, int]:
    """Write the four worksheets as they stand; read in again they change nothing.

    Returns the rows of each worksheet.

    Telephone numbers are masked unless `whole_phones`.
    """
    seen = take_snapshot()
    rows = {}
    for spec in SPECS:
        rows[spec.name] = list(_rows(seen, spec, whole_phones))
    entries = [(spec.name, list(headers(spec).values()), rows[spec.name]) for spec in SPECS]
    write_xlsx(
        stream,
        entries,
        WIDTHS,
    )
    export_register = {}
    for name, lines in rows.items():
        export_register[name] = len(lines)
    return export_register


def _rows(seen: Snapshot, spec: SheetTemplate, whole_phones: bool) -> Iterator[list[Any]]:
    fields = list(headers(spec))
    for values in seen.rows(spec.name):
        if not whole_phones and values.get("phone"):
            phone = mask(values["phone"])
            values = {**values, "phone": phone}
        cells = []
        for field in fields:
            is_degree = field in DEGREES and values[field]
            cells.append(str(values[field]) if is_degree else values[field])
        yield cells


def export_template(stream: IO[bytes]) -> None:
    write_template(stream, SPECS)
