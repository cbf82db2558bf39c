"""What a worksheet should hold, and what was found in it."""

import datetime
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Kind = Literal["text", "code", "phone", "date", "credit_code", "choice", "integer", "decimal"]
Value = str | int | Decimal | datetime.date | None

EXAMPLE_MARK = "【示例】"
NOTES_WORKSHEET = "填写说明"


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column. `max_length` counts characters of text and code, `places` those of a fraction;
    `example` and `note` go into the template.
    """

    header: str
    field: str
    kind: Kind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    max_length: int | None = None
    places: int = 0
    example: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SheetTemplate:
    """One worksheet: its name in the workbook, its columns in the order of the template, other
    names it goes by.
    """

    name: str
    columns: tuple[ColumnSpec, ...]
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class CellError:
    """A remark on one cell; as text it is the line that the office reads: `单位名册!F17:
    联系电话……`.
    """

    worksheet: str
    cell: str
    header: str
    message: str

    def __str__(self) -> str:
        return f"{self.worksheet}!{self.cell}: {self.header}{self.message}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row by field. A column that the worksheet lacks is absent; a blank cell is "" (None for
    dates, numbers).
    """

    number: int
    values: dict[str, Value]


@dataclass(slots=True)
class ParsedWorksheet:
    """One recognised worksheet; `name` is its own name in the file, `columns` maps each field to
    its column's index.
    """

    name: str
    spec: SheetTemplate
    rows: list[Row] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    ignored_columns: list[str] = field(default_factory=list)

    def error(self, row: Row, field_name: str, message: str) -> CellError:
        """The importer's own remark on a cell, e.g. a unit that is not in the register."""
        header = next(column.header for column in self.spec.columns if column.field == field_name)
        index = self.columns.get(field_name, 0)
        column = column_letters(index)
        return CellError(self.name, f"{column}{row.number}", header, message)


@dataclass(slots=True)
class Parsed:
    """Everything read from one file; take it only when `errors` is empty.

    Warnings do not stop an import.
    """

    worksheets: dict[str, ParsedWorksheet] = field(default_factory=dict)
    errors: list[CellError] = field(default_factory=list)
    warnings: list[CellError] = field(default_factory=list)
    missing_worksheets: list[str] = field(default_factory=list)
    unknown_worksheets: list[str] = field(default_factory=list)

    def rows(self, name: str) -> list[Row]:
        if name in self.worksheets:
            return self.worksheets[name].rows
        return []

    @property
    def ignored_columns(self) -> dict[str, list[str]]:
        ignored_columns_by_name = {}
        for name, worksheet in self.worksheets.items():
            if worksheet.ignored_columns:
                ignored_columns_by_name[name] = worksheet.ignored_columns
        return ignored_columns_by_name


def column_letters(index: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    letters = ""
    while index >= 0:
        index, remainder = divmod(index, 26)
        letters = chr(ord("A") + remainder) + letters
        index -= 1
    return letters


def canonical(text: str) -> str:
    """A name as it is compared: full width and half width alike, no spaces, nothing invisible."""
    if text.isascii() and text.isprintable():
        return text.replace(" ", "")
    folded = unicodedata.normalize("NFKC", text)
    return "".join(
        char
        for char in folded
        if not char.isspace() and unicodedata.category(char) not in {"Cc", "Cf"}
    )


def canonical_header(text: str) -> str:
    """A header as it is compared: `联系电话（必填）*` is 联系电话."""
    bare = canonical(text).strip("*:")
    for suffix in ("(必填)", "(选填)", "(必填项)"):
        bare = bare.removesuffix(suffix)
    return bare.strip("*:")


def spread(names: Sequence[str]) -> str:
    return "、".join(names)
