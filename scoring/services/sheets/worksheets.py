"""One worksheet of the 考评打分表 workbook, out and back: it stands for one assessor's sheet.

By the checklist it has a line an item, by a rubric's own list a line a cell that the item asks for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from gongjian.lib.checklists import Checklist, ChecklistItem, check_marks, sheet_points
from gongjian.lib.points import written_number
from gongjian.lib.spreadsheets import CellError, ColumnSpec, PaperColumn, ParsedWorksheet, Row
from gongjian.lib.spreadsheets.cells import CellProblem, date_of, decimal_of, integer_of
from gongjian.lib.spreadsheets.filled import why_no_line
from scoring.models import Sheet
from scoring.models.rounds import LONGEST_REASON
from scoring.rules.readings.asked import FIGURE, TEXT, AskedCell, cells_of, reading_of, why_refused
from scoring.rules.records.recording import reading_from
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.items import Item
from scoring.rules.sheets.lists import mark_of
from scoring.services.sheets.filling import SheetMarks, unusual_in, wrong_day
from scoring.services.sheets.lists import checklist_of, rubric_list_of

NOTHING, DEDUCT, NOT_APPLICABLE = "不扣分", "扣分", "不涉及"
DAY, REASON = "考评日期", "打分说明"
LONGEST_NOTE = 200
# Decimals of a figure in a cell: finer than anything that an assessor reads.
FIGURE_PLACES = 6

CODE = ColumnSpec("代码", "code", "code", required=True)
RESULT = ColumnSpec("结果", "result", "choice", choices=(NOTHING, DEDUCT, NOT_APPLICABLE))
DEDUCTED = ColumnSpec("扣几分", "deducted", "decimal", places=2)
NOTE = ColumnSpec("扣分原因或填写内容", "note", max_length=LONGEST_REASON)
ANSWERS = (RESULT, DEDUCTED, NOTE)
COLUMNS = (
    PaperColumn(CODE, 9),
    PaperColumn(ColumnSpec("项目", "text"), 28),
    PaperColumn(ColumnSpec("标准", "standard"), 34),
    PaperColumn(ColumnSpec("扣分办法", "deduction_rule"), 20),
    PaperColumn(ColumnSpec("分值", "points"), 6),
    PaperColumn(ColumnSpec("最多扣", "cap"), 7),
    PaperColumn(RESULT, 9, is_open=True),
    PaperColumn(DEDUCTED, 8, is_open=True),
    PaperColumn(NOTE, 34, is_open=True),
)
VALUE = ColumnSpec("填写", "value", max_length=LONGEST_REASON)
WHY = ColumnSpec("扣分原因", "note", max_length=LONGEST_NOTE)
CELL_COLUMNS = (
    PaperColumn(CODE, 13),
    PaperColumn(ColumnSpec("项目", "text"), 24),
    PaperColumn(ColumnSpec("分值", "points"), 6),
    PaperColumn(ColumnSpec("填什么", "label"), 36),
    PaperColumn(ColumnSpec("怎么填", "how"), 34),
    PaperColumn(VALUE, 18, is_open=True),
    PaperColumn(WHY, 28, is_open=True),
)
# The lines below the items, which speak of the whole sheet, and how they are filled in.
ABOUT_SHEET = {DAY: "如 2026-11-16；锁定前必填", REASON: "得分反常时必填"}


@dataclass
class FilledSheet:
    """One sheet as the workbook would leave it.

    `lacking` is what keeps it from being locked; empty if it may be.
    """

    sheet: Sheet
    marks: SheetMarks
    visited_on: date | None
    reason: str
    total: Decimal | None = None
    lacking: list[str] = field(default_factory=list)

    @property
    def as_mapping(self) -> dict[str, Any]:
        """The sheet as `keep_sheet_book` takes it, ready for JSON."""
        saved_at = self.sheet.saved_at
        visited_on = self.visited_on and self.visited_on.isoformat()
        return {
            "sheet": self.sheet.pk,
            "saved_at": saved_at and saved_at.isoformat(),
            "marks": self.marks,
            "visited_on": visited_on,
            "reason": self.reason,
        }


class Worksheet:
    """The lines that a worksheet prints for a sheet, and those read so far, laid over the draft."""

    columns: ClassVar[tuple[PaperColumn, ...]]
    answers: ClassVar[tuple[ColumnSpec, ...]]
    # The column in which the lines about the whole sheet are answered.
    about_column: ClassVar[ColumnSpec]

    def __init__(self, sheet: Sheet, parsed: ParsedWorksheet, at: datetime) -> None:
        self.sheet = sheet
        self.parsed = parsed
        self.at = at
        self.checklist = checklist_of(sheet.round)
        self.rows: dict[str, Row] = {}
        self.marks: SheetMarks = dict(sheet.marks)
        self.visited_on: date | None = sheet.visited_on
        self.reason: str = sheet.reason
        self.errors: list[CellError] = []

    @classmethod
    def lines(cls, sheet: Sheet) -> list[tuple[Any, ...]]:
        """Return everything that is asked, with what the draft has."""
        raise NotImplementedError

    def items_by_line(self) -> Mapping[str, Any]:
        """Return what the lines of the items are about, by their codes."""
        raise NotImplementedError

    def take(self, row: Row, subject: Any) -> None:
        """Read the line of an item."""
        raise NotImplementedError

    def compose(self) -> None:
        """Make marks of what was read, where one line alone does not."""

    def read(self, row: Row) -> None:
        """Read one line that has an answer."""
        subjects = self.items_by_line()
        codes = {code.upper(): code for code in [*subjects, *ABOUT_SHEET]}
        code = str(row.values["code"])
        code = codes.get(code.upper(), code)
        why = why_no_line(code, codes.values(), self.rows)
        if why:
            self.refuse(row, CODE, why)
            return
        self.rows[code] = row
        if code in subjects:
            self.take(row, subjects[code])
        else:
            self.read_about_sheet(row, code)

    def read_about_sheet(self, row: Row, code: str) -> None:
        """Read the line of the day or of the reason."""
        for column in self.answers:
            if column != self.about_column and row.values.get(column.field):
                only = f"“{code}”一行只填“{self.about_column.header}”一栏"
                self.refuse(row, column, only)
                return
        text = str(row.values.get(self.about_column.field) or "")
        if code == REASON:
            self.reason = text
            return
        try:
            day: Any = date_of(text)
            self.visited_on = day
        except CellProblem as problem:
            self.refuse(row, self.about_column, str(problem))
            return
        why = wrong_day(self.sheet, self.visited_on, self.at)
        if why:
            self.refuse(row, self.about_column, f"：{why}")

    def finish(self) -> FilledSheet | None:
        """Return the sheet as it would be left; None where something is wrong, see `errors`."""
        self.compose()
        if not self.errors:
            for error in check_marks(self.marks, self.checklist, complete=False):
                if error.item_code in self.rows:
                    row = self.rows[error.item_code]
                    self.refuse(row, self.answers[0], f"：{error.message}")
                else:
                    cell_error = CellError(self.parsed.name, "A1", "", error.message)
                    self.errors.append(cell_error)
        if self.errors:
            return None
        is_whole = not check_marks(self.marks, self.checklist)
        filled = FilledSheet(self.sheet, self.marks, self.visited_on, self.reason)
        filled.total = None
        if is_whole:
            filled.total = sheet_points(self.marks, self.checklist)
        filled.lacking = lacking(
            self.sheet, self.marks, self.visited_on, self.reason, self.checklist
        )
        return filled

    def refuse(self, row: Row, column: ColumnSpec, message: str) -> None:
        """Note what is wrong with a cell."""
        error = self.parsed.error(row, column.field, message)
        self.errors.append(error)


def answers_about(sheet: Sheet) -> dict[str, str]:
    """Return what the draft has for the lines about the whole sheet."""
    visited_on = ""
    if sheet.visited_on:
        visited_on = sheet.visited_on.isoformat()
    return {DAY: visited_on, REASON: sheet.reason}


class ChecklistWorksheet(Worksheet):
    """By the checklist: a line an item, with what the assessor deducts."""

    columns, answers, about_column = COLUMNS, ANSWERS, NOTE

    @classmethod
    def lines(cls, sheet: Sheet) -> list[tuple[Any, ...]]:
        lines = []
        for item in checklist_of(sheet.round).items:
            lines.append((*_asked_of(item), *_answered(sheet.marks.get(item.code))))
        answers = answers_about(sheet)
        # The day's line says first where its answer goes, the reason's says it last.
        where = "写在最后一栏"
        hints = {DAY: f"{where}，{ABOUT_SHEET[DAY]}", REASON: f"{ABOUT_SHEET[REASON]}，{where}"}
        for code, hint in hints.items():
            lines.append((code, code, hint, "", "", "", "", "", answers[code]))
        return lines

    def items_by_line(self) -> Mapping[str, ChecklistItem]:
        items_by_code = {}
        for item in self.checklist.items:
            items_by_code[item.code] = item
        return items_by_code

    def take(self, row: Row, subject: ChecklistItem) -> None:
        wrong = why_unfit(row, subject)
        if wrong:
            self.refuse(row, *wrong)
            return
        deducted = row.values.get("deducted")
        not_applicable = row.values["result"] == NOT_APPLICABLE
        note = row.values.get("note") or ""
        self.marks[subject.code] = {
            "deducted": f"{deducted:f}" if deducted else "0",
            "not_applicable": not_applicable,
            "note": note,
        }


def _asked_of(item: ChecklistItem) -> tuple[str, ...]:
    standard = item.standard or item.how_checked
    points = str(item.points)
    cap = str(item.cap)
    return item.code, item.text, standard, item.deduction_rule, points, cap


def _answered(mark: Mapping[str, Any] | None) -> tuple[str, str, str]:
    """Return result, deduction and reason of the draft's mark."""
    if not mark:
        return "", "", ""
    deducted = written_number(mark.get("deducted"))
    result = DEDUCT if deducted else NOTHING
    if mark.get("not_applicable"):
        result = NOT_APPLICABLE
    return result, str(deducted) if deducted else "", mark.get("note", "")


def why_unfit(row: Row, item: ChecklistItem) -> tuple[ColumnSpec, str] | None:
    """Return the cell that keeps the line from being a mark, and why; None if it is one."""
    result = row.values.get("result")
    deducted: Any = row.values.get("deducted")
    note = str(row.values.get("note") or "")
    if not result:
        return RESULT, "没有填：请选不扣分、扣分或不涉及"
    if result == DEDUCT and (deducted is None or deducted <= 0):
        return DEDUCTED, "没有填：选了“扣分”，请填扣几分"
    if result != DEDUCT and deducted:
        return DEDUCTED, f"只有选“扣分”的才填，本行结果是“{result}”：请改一处"
    if deducted and deducted > item.cap:
        return DEDUCTED, f"填了 {deducted}，本项最多扣 {item.cap} 分"
    if len(note) > LONGEST_NOTE:
        return NOTE, f"有 {len(note)} 个字，扣分原因最多 {LONGEST_NOTE} 个：请缩短"
    return None


class RubricWorksheet(Worksheet):
    """By the rubric's own list: a line a cell.

    Of an item of which a line was filled in, an empty line is none.
    """

    columns, answers, about_column = CELL_COLUMNS, (VALUE, WHY), VALUE

    def __init__(self, sheet: Sheet, parsed: ParsedWorksheet, at: datetime) -> None:
        super().__init__(sheet, parsed, at)
        self.own_list = rubric_list_of(sheet.round)
        self.cells: dict[tuple[str, str, str], Any] = {}
        self.unread_items: set[str] = set()

    @classmethod
    def lines(cls, sheet: Sheet) -> list[tuple[Any, ...]]:
        lines: list[tuple[Any, ...]] = []
        for item, asks in rubric_list_of(sheet.round).asked:
            mark = sheet.marks.get(item.code)
            lines += cell_lines(item, asks, mark)
        answers = answers_about(sheet)
        for code, hint in ABOUT_SHEET.items():
            lines.append((code, code, "", "", hint, answers[code], ""))
        return lines

    def items_by_line(self) -> Mapping[str, tuple[Item, AskedCell]]:
        subjects = {}
        for item, asks in self.own_list.asked:
            for code, ask in cell_codes(item, asks):
                subjects[code] = (item, ask)
        return subjects

    def take(self, row: Row, subject: tuple[Item, AskedCell]) -> None:
        item, ask = subject
        written: Any = row.values.get("value") or ""
        try:
            if ask.kind == TEXT:
                self.cells[ask.key] = written
            elif ask.kind == FIGURE:
                self.cells[ask.key] = decimal_of(written, FIGURE_PLACES)
            else:
                self.cells[ask.key] = integer_of(written)
        except CellProblem as problem:
            self.refuse(row, VALUE, str(problem))
            self.unread_items.add(item.code)

    def compose(self) -> None:
        for item, asks in self.own_list.asked:
            codes = []
            for code, _ in cell_codes(item, asks):
                codes.append(code)
            rows = [self.rows[code] for code in codes if code in self.rows]
            if rows and item.code not in self.unread_items:
                self.mark_item(item, asks, rows)

    def mark_item(self, item: Item, asks: Sequence[AskedCell], rows: Sequence[Row]) -> None:
        """Make the mark of one item of which these rows were filled in."""
        note = "；".join(str(row.values["note"]) for row in rows if row.values.get("note"))
        try:
            reading, reason = reading_of(asks, self.cells) or (None, "")
            refused = f"“{item.name}”只写了原因，没有填数"
            if reading is not None:
                refused = why_refused(self.own_list.items, item, reading)
        except Refused as refusal:
            refused = str(refusal)
        if not refused and len(note) > LONGEST_NOTE:
            refused = f"“{item.name}”的扣分原因一共 {len(note)} 个字，最多 {LONGEST_NOTE} 个"
        if refused:
            self.refuse(rows[0], VALUE, f"：{refused}")
        elif reading is not None:
            self.marks[item.code] = mark_of(item, reading, reason or note)


def cell_codes(item: Item, asks: Sequence[AskedCell]) -> list[tuple[str, AskedCell]]:
    """Return the cells of an item with the codes of their lines: "1.2-1", "1.2-2" …."""
    cells = []
    for number, ask in enumerate(asks, 1):
        cells.append((f"{item.code}-{number}", ask))
    return cells


def cell_lines(
    item: Item, asks: Sequence[AskedCell], mark: Mapping[str, Any] | None
) -> Iterator[tuple[Any, ...]]:
    """Yield the lines of one item; what the draft says of all of it stands on the first."""
    cells, note = {}, ""
    if mark:
        reading = reading_from(mark["reading"])
        cells = cells_of(asks, reading, mark["note"])
        # The reason for which an item does not apply has a cell of its own.
        if reading.not_applicable:
            note = ""
        else:
            note = mark["note"]
    for code, ask in cell_codes(item, asks):
        label = ask.label.removeprefix(f"{item.name}·")
        points = f"{item.points:f}"
        yield code, item.name, points, label, ask.note, cells.get(ask.key), note
        note = ""


def worksheet_for(sheet: Sheet) -> type[Worksheet]:
    """Return the layout of the sheet's worksheet."""
    return RubricWorksheet if sheet.round.follows_rubric else ChecklistWorksheet


def lacking(
    sheet: Sheet,
    marks: SheetMarks,
    visited_on: date | None,
    reason: str,
    checklist: Checklist,
) -> list[str]:
    """Return what keeps the sheet from being locked."""
    lacks = []
    unmarked = []
    for item in checklist.items:
        if item.code not in marks:
            unmarked.append(item.code)
    if unmarked:
        lacks.append(f"还有 {len(unmarked)} 项没有评：{'、'.join(unmarked)}")
    else:
        lacks += [error.message for error in check_marks(marks, checklist)]
    if not visited_on:
        lacks.append("没有填考评日期")
    if not lacks and not reason:
        unusual = unusual_in(sheet, marks, checklist)
        if unusual:
            lacks.append(f"{'；'.join(unusual)}，要写打分说明")
    return lacks
