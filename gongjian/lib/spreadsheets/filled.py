"""Paper forms on their way back: each worksheet is known by its facts, its lines are read, every
wrong cell is named.
"""

from collections.abc import Container, Mapping, Sequence
from typing import Any, ClassVar

from .cells import CellProblem, folded, shown
from .opening import Cell, WorksheetTable
from .paper import facts_of
from .parsing import parse
from .specs import CellError, ColumnSpec, ParsedWorksheet, Row, SheetTemplate


class WrongBook(ValueError):
    """The workbook is refused whole; `errors` name worksheet, cell and reason."""

    def __init__(self, errors: Sequence[CellError]) -> None:
        self.errors = list(errors)
        super().__init__("；".join(map(str, errors)))


class FilledBook:
    """One upload of forms that `write_paper_forms` made; whoever reads it collects what is wrong in
    `errors`.

    A subclass names the column of the `code` and those of the `answers`, tells what a worksheet is
    about from its head (`subject_of`, None once it has refused the worksheet) and takes the lines
    that have an answer (`take_lines`).
    """

    code: ClassVar[ColumnSpec]
    answers: ClassVar[tuple[ColumnSpec, ...]] = ()

    def __init__(self) -> None:
        self.errors: list[CellError] = []

    def subject_of(self, table: WorksheetTable, facts: Mapping[str, str]) -> Any:
        raise NotImplementedError

    def answers_of(self, subject: Any) -> tuple[ColumnSpec, ...]:
        """The columns of a worksheet's answers, where a book holds worksheets of several
        layouts.
        """
        return self.answers

    def take_lines(
        self,
        table: WorksheetTable,
        facts: Mapping[str, str],
        subject: Any,
        parsed: ParsedWorksheet,
        lines: list[Row],
    ) -> None:
        raise NotImplementedError

    def take_all(self, tables: Sequence[WorksheetTable]) -> None:
        for table in tables:
            if table.rows and not table.hidden:
                self._take(table)

    def _take(self, table: WorksheetTable) -> None:
        facts = {}
        for name, cell in facts_of(table).items():
            facts[name] = _fact(cell)
        subject = self.subject_of(table, facts)
        if subject is None:
            return
        answers = self.answers_of(subject)
        columns = (self.code, *answers)
        template = SheetTemplate(table.name, columns)
        parsed = parse([table], [template])
        self.errors += parsed.errors
        worksheet = parsed.worksheets[table.name]
        filled = []
        for row in worksheet.rows:
            if any(row.values.get(spec.field) for spec in answers):
                filled.append(row)
        if filled and not parsed.errors:
            self.take_lines(table, facts, subject, worksheet, filled)

    def refuse(self, table: WorksheetTable, message: str) -> None:
        """A worksheet is refused by its head."""
        cell_error = CellError(table.name, "A2", "", message)
        self.errors.append(cell_error)


def why_no_line(code: str, codes: Container[str], seen: Mapping[str, Row]) -> str:
    """Why a line cannot stand by its code: nobody asked, or it came before; empty if it can."""
    if code not in codes:
        return f"“{code}”不在这张表里：请不要改动代码"
    first = seen.get(code)
    if first:
        return f"“{code}”与第 {first.number} 行重复：请删去一行"
    return ""


def _fact(cell: Cell) -> str:
    try:
        if not isinstance(cell, str):
            return folded(cell)
        return shown(cell)
    except CellProblem:
        return ""
