"""考评打分表 as a workbook: an assessor's open sheets to fill in at a desk, and their way back."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from gongjian.lib.checklists import Checklist, ChecklistItem, check_marks, sheet_points
from gongjian.lib.points import written_number
from gongjian.lib.spreadsheets import (
    CellError,
    ColumnSpec,
    FilledBook,
    PaperColumn,
    PaperForm,
    ParsedSheet,
    Row,
    SheetTable,
    WrongBook,
    write_paper_forms,
)
from gongjian.lib.spreadsheets.cells import CellProblem, date_of
from gongjian.lib.spreadsheets.filled import why_no_line
from scoring.models import Sheet
from scoring.models.rounds import LONGEST_REASON, Pass, RoundStatus, SheetStatus
from scoring.services.sheets import checklist_of, lock_sheet, save_sheet, unusual_in, wrong_day

NOTHING, DEDUCT, NOT_APPLICABLE = "不扣分", "扣分", "不涉及"
COMMUNITY, QUARTER, PASS, DRAFT = "社区代码", "季度", "时段", "草稿保存于"
NO_DRAFT = "无草稿"
DAY, REASON = "考评日期", "打分说明"
LONGEST_NOTE = 200
SIGNED = "考评员：                      日期：          年      月      日"

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
ABOUT = {DAY: "写在最后一栏，如 2026-11-16；锁定前必填", REASON: "得分反常时必填，写在最后一栏"}
"""The lines below the items: what is said of the whole sheet, in the column of the words."""


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
        said = {
            "marks": self.marks,
            "visited_on": self.visited_on and self.visited_on.isoformat(),
            "reason": self.reason,
        }
        return {"sheet": self.sheet.pk, "saved_at": saved and saved.isoformat(), **said}


def open_sheets_of(user):
    """The sheets that the assessor may fill in now."""
    own = Sheet.objects.visible_to(user).filter(assessor=user, status=SheetStatus.OPEN, community__is_active=True)
    own = own.filter(round__status=RoundStatus.ASSESSING).select_related("community", "round__checklist")
    return own.order_by("round__quarter", "community__code", "on_pass")


def write_sheet_book(user) -> tuple[bytes, int]:
    """One sheet of the book a community, a draft's marks filled in; with the number of sheets.

    Raises ValidationError when nothing is open.
    """
    forms = [_form(sheet) for sheet in open_sheets_of(user)]
    if not forms:
        raise ValidationError("没有要填的打分表：都已锁定，或还没有抽签")
    stream = io.BytesIO()
    write_paper_forms(stream, forms, COLUMNS, signed=SIGNED)
    return stream.getvalue(), len(forms)


def _form(sheet: Sheet) -> PaperForm:
    rules = checklist_of(sheet)
    facts = {COMMUNITY: sheet.community.code, QUARTER: sheet.round.quarter, PASS: sheet.get_on_pass_display()}
    rows = [_line(item, sheet.marks.get(item.code)) for item in rules.items]
    said = {DAY: sheet.visited_on.isoformat() if sheet.visited_on else "", REASON: sheet.reason}
    rows += [(code, code, about, "", "", "", "", "", said[code]) for code, about in ABOUT.items()]
    name = f"{sheet.community}{'' if sheet.on_pass == Pass.DAY else sheet.get_on_pass_display()}"
    title = f"{sheet.community} {sheet.round.span.title}{sheet.get_on_pass_display()}考评打分表"
    return PaperForm(name, title, {**facts, DRAFT: _stamp(sheet)}, rows)


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
    result = NOT_APPLICABLE if mark.get("not_applicable") else DEDUCT if deducted else NOTHING
    return (*asked, result, str(deducted) if deducted else "", mark.get("note", ""))


def _stamp(sheet: Sheet) -> str:
    return sheet.saved_at.isoformat() if sheet.saved_at else NO_DRAFT


def read_sheet_book(tables: Sequence[SheetTable], *, by, at: datetime) -> list[FilledSheet]:
    """What the workbook would bring, sheet by sheet; nothing is written. Lines without an answer leave the draft's.

    Raises WrongBook naming every wrong cell.
    """
    book = _Book(by=by, at=at)
    book.take_all(tables)
    if not book.errors and not book.found:
        book.errors.append(CellError("工作簿", "A1", "", "没有填写任何一项：请填好“结果”一栏再上传"))
    if book.errors:
        raise WrongBook(book.errors)
    return book.found


def keep_sheet_book(filled: Sequence[Mapping], *, locking: bool, by, at: datetime) -> tuple[list[Sheet], list[Sheet]]:
    """Save what was read (`FilledSheet.as_mapping`) as drafts, all or none; (drafts, locked).

    `locking` locks those that lack nothing and leaves the others drafts. Raises ValidationError for a sheet that was
    saved or locked since it was read, WrongState once the scores are gathered.
    """
    drafts, locked = [], []
    with transaction.atomic():
        for said in filled:
            sheet = _held(said, by)
            visited_on = date.fromisoformat(said["visited_on"]) if said["visited_on"] else None
            given = {"marks": said["marks"], "visited_on": visited_on, "reason": said["reason"], "by": by, "at": at}
            if locking and not _lacking(sheet, said["marks"], visited_on, said["reason"], checklist_of(sheet)):
                locked.append(lock_sheet(sheet, **given))
            else:
                drafts.append(save_sheet(sheet, **given))
    return drafts, locked


def _held(said: Mapping, by) -> Sheet:
    own = Sheet.objects.select_related("community", "round__checklist").select_for_update(of=("self",))
    sheet = own.filter(pk=said["sheet"], assessor=by, status=SheetStatus.OPEN).first()
    saved_at = said["saved_at"] and datetime.fromisoformat(said["saved_at"])
    if sheet is None or sheet.saved_at != saved_at:
        name = f"{sheet.community}的打分表" if sheet else "其中一张打分表"
        raise ValidationError(f"{name}在预览之后保存过、已锁定或已改派，整本都没有写入：请重新下载核对后再上传")
    return sheet


class _Book(FilledBook):
    """One upload: the sheets that were found so far."""

    code, answers = CODE, ANSWERS

    def __init__(self, *, by, at: datetime) -> None:
        super().__init__()
        self.at = at
        self.own = {_key_of(sheet): sheet for sheet in open_sheets_of(by)}
        self.found: list[FilledSheet] = []
        self.seen: dict[tuple, str] = {}

    def known(self, table: SheetTable, facts: Mapping[str, str]) -> Sheet | None:
        key = tuple(facts.get(name, "") for name in (COMMUNITY, QUARTER, PASS))
        if not all(key):
            self.refuse(table, f"第 2 行里找不到“{COMMUNITY}”“{QUARTER}”“{PASS}”：请用本页下载的表格，不要改动表头")
        elif key not in self.own:
            self.refuse(table, f"{key[0]} {key[1]}{key[2]}没有要您填的打分表：不归您、已锁定、已汇总或社区已撤销")
        elif first := self.seen.get(key):
            self.refuse(table, f"与工作表“{first}”是同一张打分表：请删去一张")
        else:
            self.seen[key] = table.name
            return self.own[key]
        return None

    def lay(
        self, table: SheetTable, facts: Mapping[str, str], known: Sheet, sheet: ParsedSheet, filled: list[Row]
    ) -> None:
        if known.marks and facts.get(DRAFT, "") != _stamp(known):
            self.refuse(table, "下载之后草稿又保存过：请重新下载，或在网页上改，以免盖掉后来填的")
            return
        page = _Page(self, known, sheet)
        for row in filled:
            page.read(row)
        page.finish()


def _key_of(sheet: Sheet) -> tuple:
    return (sheet.community.code, sheet.round.quarter, sheet.get_on_pass_display())


class _Page:
    """One sheet on its way back: the lines read so far, laid over the draft."""

    def __init__(self, book: _Book, sheet: Sheet, parsed: ParsedSheet) -> None:
        self.book, self.sheet, self.parsed = book, sheet, parsed
        self.rules = checklist_of(sheet)
        self.items = {item.code: item for item in self.rules.items}
        self.rows: dict[str, Row] = {}
        self.marks = dict(sheet.marks)
        self.said = {DAY: sheet.visited_on, REASON: sheet.reason}
        self.before = len(book.errors)

    def read(self, row: Row) -> None:
        code = str(row.values["code"])
        code = code if code in ABOUT else code.upper()
        if why := why_no_line(code, {**self.items, **ABOUT}, self.rows):
            self._refuse(row, "code", why)
            return
        self.rows[code] = row
        if code in ABOUT:
            self._read_about(row, code)
        elif self._is_fit(row, self.items[code]):
            deducted = row.values.get("deducted")
            self.marks[code] = {
                "deducted": f"{deducted:f}" if deducted else "0",
                "not_applicable": row.values["result"] == NOT_APPLICABLE,
                "note": row.values.get("note") or "",
            }

    def _is_fit(self, row: Row, item: ChecklistItem) -> bool:
        result, deducted = row.values.get("result"), row.values.get("deducted")
        note = str(row.values.get("note") or "")
        if not result:
            self._refuse(row, "result", "没有填：请选不扣分、扣分或不涉及")
        elif result == DEDUCT and (deducted is None or deducted <= 0):
            self._refuse(row, "deducted", "没有填：选了“扣分”，请填扣几分")
        elif result != DEDUCT and deducted:
            self._refuse(row, "deducted", f"只有选“扣分”的才填，本行结果是“{result}”：请改一处")
        elif deducted and deducted > item.cap:
            self._refuse(row, "deducted", f"填了 {deducted}，本项最多扣 {item.cap} 分")
        elif len(note) > LONGEST_NOTE:
            self._refuse(row, "note", f"有 {len(note)} 个字，扣分原因最多 {LONGEST_NOTE} 个：请缩短")
        else:
            return True
        return False

    def _read_about(self, row: Row, code: str) -> None:
        text = str(row.values.get("note") or "")
        if row.values.get("result") or row.values.get("deducted"):
            self._refuse(row, "result", f"“{code}”一行只填最后一栏")
        elif code == REASON:
            self.said[REASON] = text
        else:
            try:
                self.said[DAY] = date_of(text)
            except CellProblem as problem:
                self._refuse(row, "note", str(problem))
                return
            if why := wrong_day(self.sheet, self.said[DAY], self.book.at):
                self._refuse(row, "note", f"：{why}")

    def finish(self) -> None:
        if len(self.book.errors) == self.before:
            for error in check_marks(self.marks, self.rules, complete=False):
                row = self.rows.get(error.item_code)
                known = row and self.parsed.error(row, "result", f"：{error.message}")
                self.book.errors.append(known or CellError(self.parsed.name, "A1", "", error.message))
        if len(self.book.errors) == self.before:
            self.book.found.append(self._filled())

    def _filled(self) -> FilledSheet:
        given = (self.sheet, self.marks, self.said[DAY], self.said[REASON])
        whole = not check_marks(self.marks, self.rules)
        total = sheet_points(self.marks, self.rules) if whole else None
        return FilledSheet(*given, total=total, lacking=_lacking(*given, self.rules))

    def _refuse(self, row: Row, name: str, message: str) -> None:
        self.book.errors.append(self.parsed.error(row, name, message))


def _lacking(sheet: Sheet, marks: dict, visited_on: date | None, reason: str, rules: Checklist) -> list[str]:
    """What keeps the sheet from being locked."""
    open_items = [item.code for item in rules.items if item.code not in marks]
    found = [f"还有 {len(open_items)} 项没有评：{'、'.join(open_items)}"] if open_items else []
    if not open_items:
        found += [error.message for error in check_marks(marks, rules)]
    if not visited_on:
        found.append("没有填考评日期")
    if not found and not reason and (unusual := unusual_in(sheet, marks, rules)):
        found.append(f"{'；'.join(unusual)}，要写打分说明")
    return found
