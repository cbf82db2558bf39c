"""The register as a workbook that can be read in again, and the empty one to fill."""

from collections.abc import Iterator
from typing import IO, Any

from gongjian.lib.spreadsheets import SheetSpec, write_template, write_xlsx
from gongjian.register.snapshot import Snapshot, take_snapshot
from gongjian.register.specs import SPECS, headers

WIDTHS = {
    "社区名册": [22, 16, 14, 16, 36, 12],
    "单位名册": [40, 20, 12, 24, 12, 16],
    "共建名单": [22, 40, 8, 12, 16],
    "门前三包名册": [16, 34, 12, 28, 12, 16, 22, 12, 12, 8],
}


def export_register(stream: IO[bytes]) -> None:
    """Write the four sheets as they stand; read in again they change nothing."""
    seen = take_snapshot()
    sheets = [(spec.name, list(headers(spec).values()), _rows(seen, spec)) for spec in SPECS]
    write_xlsx(stream, sheets, WIDTHS)


def _rows(seen: Snapshot, spec: SheetSpec) -> Iterator[list[Any]]:
    fields = list(headers(spec))
    return ([values[field] for field in fields] for values in seen.rows(spec.name))


def export_template(stream: IO[bytes]) -> None:
    write_template(stream, SPECS)
