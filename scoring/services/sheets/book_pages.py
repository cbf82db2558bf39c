"""One sheet of the 考评打分表 workbook, out and back: by the checklist a line an item, by a rubric's own list a line a
cell that the item asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from gongjian.lib.checklists import Checklist, ChecklistItem, check_marks, sheet_points
from gongjian.lib.points import written_number
from gongjian.lib.spreadsheets import CellError, ColumnSpec, PaperColumn, ParsedSheet, Row
from gongjian.lib.spreadsheets.cells import CellProblem, date_of, decimal_of, integer_of
from gongjian.lib.spreadsheets.filled import why_no_line
from scoring.models import Sheet
from scoring.models.rounds import LONGEST_REASON
from scoring.rules.readings.asked import FIGURE, TEXT, Ask, cells_of, reading_of, why_refused
from scoring.rules.records.recording import reading_from
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.items import Item
from scoring.rules.sheets.lists import mark_of
from scoring.services.sheets.filling import unusual_in, wrong_day
from scoring.services.sheets.lists import checklist_of, own_list_of

NOTHING, DEDUCT, NOT_APPLICABLE = "不扣分", "扣分", "不涉及"
DAY, REASON = "考评日期", "打分说明"
LONGEST_NOTE = 200

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
ASKED_COLUMNS = (
    PaperColumn(CODE, 13),
    PaperColumn(ColumnSpec("项目", "text"), 24),
    PaperColumn(ColumnSpec("分值", "points"), 6),
    PaperColumn(ColumnSpec("填什么", "label"), 36),
    PaperColumn(ColumnSpec("怎么填", "how"), 34),
    PaperColumn(VALUE, 18, is_open=True),
    PaperColumn(WHY, 28, is_open=True),
)
DAY_ASKED, REASON_ASKED = "如 2026-11-16；锁定前必填", "得分反常时必填"
ABOUT = {DAY: f"写在最后一栏，{DAY_ASKED}", REASON: f"{REASON_ASKED}，写在最后一栏"}
"""The lines below the items: what is said of the whole sheet."""


@dataclass
class FilledSheet:
    """One sheet as the workbook would leave it. `lacking` is what keeps it from being locked; empty if it may be."""

    sheet: Sheet
    marks: dict
    visited_on: date | None
    reason: str
    total: Decimal | None = None
    lacking: list[str] = field(default_factory=list)

    @property
    def as_mapping(self) -> dict:
        saved = self.sheet.saved_at
        visited_on = self.visited_on and self.visited_on.isoformat()
        said = {
            "marks": self.marks,
            "visited_on": visited_on,
            "reason": self.reason,
        }
        return {"sheet": self.sheet.pk, "saved_at": saved and saved.isoformat(), **said}


class Page:
    """One sheet: its lines as they are printed, and the lines read so far, laid over the draft."""

    columns: ClassVar[tuple[PaperColumn, ...]]
    answers: ClassVar[tuple[ColumnSpec, ...]]
    about: ClassVar[ColumnSpec]
    """The column in which the lines below the items are answered, which speak of the whole sheet."""

    def __init__(self, sheet: Sheet, parsed: ParsedSheet, at: datetime) -> None:
        self.sheet, self.parsed, self.at = sheet, parsed, at
        self.rules = checklist_of(sheet.round)
        self.rows: dict[str, Row] = {}
        self.marks = dict(sheet.marks)
        self.said = {DAY: sheet.visited_on, REASON: sheet.reason}
        self.errors: list[CellError] = []

    @classmethod
    def lines(cls, sheet: Sheet) -> list[tuple]:
        """Everything that is asked, with what the draft holds."""
        raise NotImplementedError

    def lines_asked(self) -> Mapping[str, Any]:
        """What the lines of the items are about, by their codes."""
        raise NotImplementedError

    def take(self, row: Row, asked: Any) -> None:
        """Read the line of an item."""
        raise NotImplementedError

    def compose(self) -> None:
        """Make marks of what was read, where one line alone does not."""

    def read(self, row: Row) -> None:
        """One line that has an answer."""
        lines, code = self.lines_asked(), str(row.values["code"])
        if code in ABOUT:
            code = code
        else:
            code = {one.upper(): one for one in lines}.get(code.upper(), code)
        why = why_no_line(code, {**lines, **dict.fromkeys(ABOUT)}, self.rows)
        if why:
            self.refuse(row, "code", why)
            return
        self.rows[code] = row
        if code in ABOUT:
            self._read_about(row, code)
        else:
            self.take(row, lines[code])

    def _read_about(self, row: Row, code: str) -> None:
        text = str(row.values.get(self.about.field) or "")
        stray = []
        for spec in self.answers:
            if spec != self.about and row.values.get(spec.field):
                stray.append(spec)
        if stray:
            self.refuse(row, stray[0].field, f"“{code}”一行只填“{self.about.header}”一栏")
        elif code == REASON:
            self.said[REASON] = text
        else:
            try:
                self.said[DAY] = date_of(text)
            except CellProblem as problem:
                self.refuse(row, self.about.field, str(problem))
                return
            why = wrong_day(self.sheet, self.said[DAY], self.at)
            if why:
                self.refuse(row, self.about.field, f"：{why}")

    def finish(self) -> FilledSheet | None:
        """The sheet as it would be left; None where something of it is wrong, which `errors` name."""
        self.compose()
        if not self.errors:
            for error in check_marks(self.marks, self.rules, complete=False):
                row = self.rows.get(error.item_code)
                known = row and self.parsed.error(row, self.answers[0].field, f"：{error.message}")
                self.errors.append(known or CellError(self.parsed.name, "A1", "", error.message))
        return None if self.errors else self._filled()

    def _filled(self) -> FilledSheet:
        given = (self.sheet, self.marks, self.said[DAY], self.said[REASON])
        whole = not check_marks(self.marks, self.rules)
        total = None
        if whole:
            total = sheet_points(self.marks, self.rules)
        return FilledSheet(*given, total=total, lacking=lacking(*given, self.rules))

    def refuse(self, row: Row, name: str, message: str) -> None:
        error = self.parsed.error(row, name, message)
        self.errors.append(error)


def _about(sheet: Sheet) -> dict[str, str]:
    """What stands in the lines below the items."""
    return {DAY: sheet.visited_on.isoformat() if sheet.visited_on else "", REASON: sheet.reason}


class ChecklistPage(Page):
    """By the checklist: a line an item, with what the assessor deducts."""

    columns, answers, about = COLUMNS, ANSWERS, NOTE

    @classmethod
    def lines(cls, sheet: Sheet) -> list[tuple]:
        items = []
        for item in checklist_of(sheet.round).items:
            line = _line(item, sheet.marks.get(item.code))
            items.append(line)
        said = _about(sheet)
        return [
            *items,
            *((code, code, about, "", "", "", "", "", said[code]) for code, about in ABOUT.items()),
        ]

    def lines_asked(self) -> Mapping[str, ChecklistItem]:
        items_by_code = {}
        for item in self.rules.items:
            items_by_code[item.code] = item
        return items_by_code

    def take(self, row: Row, asked: ChecklistItem) -> None:
        if not self._is_fit(row, asked):
            return
        deducted = row.values.get("deducted")
        not_applicable = row.values["result"] == NOT_APPLICABLE
        note = row.values.get("note") or ""
        self.marks[asked.code] = {
            "deducted": f"{deducted:f}" if deducted else "0",
            "not_applicable": not_applicable,
            "note": note,
        }

    def _is_fit(self, row: Row, item: ChecklistItem) -> bool:
        result, deducted = row.values.get("result"), row.values.get("deducted")
        note = str(row.values.get("note") or "")
        if not result:
            self.refuse(row, "result", "没有填：请选不扣分、扣分或不涉及")
        elif result == DEDUCT and (deducted is None or deducted <= 0):
            self.refuse(row, "deducted", "没有填：选了“扣分”，请填扣几分")
        elif result != DEDUCT and deducted:
            self.refuse(row, "deducted", f"只有选“扣分”的才填，本行结果是“{result}”：请改一处")
        elif deducted and deducted > item.cap:
            self.refuse(row, "deducted", f"填了 {deducted}，本项最多扣 {item.cap} 分")
        elif len(note) > LONGEST_NOTE:
            self.refuse(row, "note", f"有 {len(note)} 个字，扣分原因最多 {LONGEST_NOTE} 个：请缩短")
        else:
            return True
        return False


def _line(item: ChecklistItem, mark: Mapping | None) -> tuple:
    asked = (
        item.code,
        item.text,
        item.standard or item.how_checked,
        item.deduction_rule,
        str(item.points),
        str(item.cap),
    )
    if not mark:
        return (*asked, "", "", "")
    deducted = written_number(mark.get("deducted")) or 0
    if mark.get("not_applicable"):
        result = NOT_APPLICABLE
    else:
        result = DEDUCT if deducted else NOTHING
    return (*asked, result, str(deducted) if deducted else "", mark.get("note", ""))


class AskedPage(Page):
    """By the rubric's own list: a line a cell. Of an item of which a line was filled in, an empty one is none."""

    columns, answers, about = ASKED_COLUMNS, (VALUE, WHY), VALUE

    def __init__(self, sheet: Sheet, parsed: ParsedSheet, at: datetime) -> None:
        super().__init__(sheet, parsed, at)
        self.own = own_list_of(sheet.round)
        self.cells: dict[tuple[str, str, str], Any] = {}
        self.unread: set[str] = set()

    @classmethod
    def lines(cls, sheet: Sheet) -> list[tuple]:
        own = own_list_of(sheet.round)
        items = []
        for item, asks in own.asked:
            mark = sheet.marks.get(item.code)
            for line in _lines_of(item, asks, mark):
                items.append(line)
        about = zip(_about(sheet).items(), (DAY_ASKED, REASON_ASKED), strict=True)
        return [*items, *((code, code, "", "", how, said, "") for (code, said), how in about)]

    def lines_asked(self) -> Mapping[str, tuple[Item, Ask]]:
        lines_asked = {}
        for item, asks in self.own.asked:
            for code, ask in _coded(item, asks):
                lines_asked[code] = (item, ask)
        return lines_asked

    def take(self, row: Row, asked: tuple[Item, Ask]) -> None:
        item, ask = asked
        written = row.values.get("value") or ""
        try:
            if ask.kind == TEXT:
                found = written
            else:
                if ask.kind == FIGURE:
                    found = decimal_of(written, 6)
                else:
                    found = integer_of(written)
        except CellProblem as problem:
            self.refuse(row, "value", str(problem))
            self.unread.add(item.code)
        else:
            self.cells[ask.key] = found

    def compose(self) -> None:
        for item, asks in self.own.asked:
            rows = []
            for code, _ in _coded(item, asks):
                if code in self.rows:
                    rows.append(self.rows[code])
            if rows and item.code not in self.unread:
                self._mark(item, asks, rows)

    def _mark(self, item: Item, asks: tuple[Ask, ...], rows: list[Row]) -> None:
        note = "；".join(str(row.values["note"]) for row in rows if row.values.get("note"))
        try:
            found = reading_of(asks, self.cells)
            if found:
                refused = why_refused(self.own.items, item, found[0])
            else:
                refused = f"“{item.name}”只写了原因，没有填数"
        except Refused as wrong:
            found, refused = None, str(wrong)
        if not refused and len(note) > LONGEST_NOTE:
            refused = f"“{item.name}”的扣分原因一共 {len(note)} 个字，最多 {LONGEST_NOTE} 个"
        if refused:
            self.refuse(rows[0], "value", f"：{refused}")
        else:
            reading, reason = found
            self.marks[item.code] = mark_of(item, reading, reason or note)


def _coded(item: Item, asks: tuple[Ask, ...]) -> list[tuple[str, Ask]]:
    pairs = []
    for number, ask in enumerate(asks, 1):
        pairs.append((f"{item.code}-{number}", ask))
    return pairs


def _lines_of(item: Item, asks: tuple[Ask, ...], mark: Mapping | None) -> list[tuple]:
    """The lines of one item; what the draft says of all of it stands on the first."""
    if mark:
        reading = reading_from(mark["reading"])
        cells = cells_of(asks, reading, mark["note"])
    else:
        cells = {}
    note = ""
    if mark and not mark["reading"].get("not_applicable"):
        note = mark["note"]
    entries = []
    for (code, ask), said in zip(_coded(item, asks), (note, *[""] * len(asks)), strict=False):
        entries.append(
            (
                code,
                item.name,
                f"{item.points:f}",
                ask.label.removeprefix(f"{item.name}·"),
                ask.note,
                cells.get(ask.key),
                said,
            )
        )
    return entries


def page_for(sheet: Sheet) -> type[Page]:
    """The layout of the sheet's page."""
    return AskedPage if sheet.round.follows_rubric else ChecklistPage


def lacking(
    sheet: Sheet, marks: dict, visited_on: date | None, reason: str, rules: Checklist
) -> list[str]:
    """What keeps the sheet from being locked."""
    open_items = []
    for item in rules.items:
        if item.code not in marks:
            open_items.append(item.code)
    if open_items:
        found = [f"还有 {len(open_items)} 项没有评：{'、'.join(open_items)}"]
    else:
        found = []
    if not open_items:
        found += [error.message for error in check_marks(marks, rules)]
    if not visited_on:
        found.append("没有填考评日期")
    if not found and not reason and (unusual := unusual_in(sheet, marks, rules)):
        found.append(f"{'；'.join(unusual)}，要写打分说明")
    return found
