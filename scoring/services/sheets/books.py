"""考评打分表 as a workbook: an assessor's open sheets to fill in at a desk, and their way back."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from gongjian.accounts.models import User
from gongjian.lib.spreadsheets import (
    CellError,
    ColumnSpec,
    FilledBook,
    PaperForm,
    ParsedWorksheet,
    Row,
    WorksheetTable,
    WrongBook,
    write_paper_forms,
)
from scoring.models import Sheet
from scoring.models.rounds import Pass, RoundStatus, SheetStatus
from scoring.services.sheets.filling import lock_sheet, save_sheet
from scoring.services.sheets.lists import checklist_of
from scoring.services.sheets.worksheets import (
    CODE,
    COLUMNS,
    FilledSheet,
    lacking,
    worksheet_for,
)

COMMUNITY, QUARTER, PASS, DRAFT = "社区代码", "季度", "时段", "草稿保存于"
NO_DRAFT = "无草稿"
SIGNED = "考评员：                      日期：          年      月      日"

# By which a worksheet says whose sheet it is: community's code, quarter, pass in words.
Key = tuple[str, str, str]


def open_sheets_of(user: User) -> QuerySet[Sheet]:
    """Return the sheets that the assessor may fill in now."""
    sheets = Sheet.objects.visible_to(user).filter(assessor=user, status=SheetStatus.OPEN)
    sheets = sheets.filter(community__is_active=True, round__status=RoundStatus.ASSESSING)
    sheets = sheets.select_related("community", "round__checklist", "round__rubric")
    return sheets.order_by("round__quarter", "community__code", "on_pass")


def write_sheet_book(user: User) -> tuple[bytes, int]:
    """Return the workbook, a worksheet a sheet with the draft's marks, and the number of sheets.

    Raises ValidationError when nothing is open.
    """
    forms = []
    for sheet in open_sheets_of(user):
        forms.append(paper_form(sheet))
    if not forms:
        raise ValidationError("没有要填的打分表：都已锁定，或还没有抽签")
    stream = io.BytesIO()
    write_paper_forms(stream, forms, COLUMNS, signed=SIGNED)
    return stream.getvalue(), len(forms)


def paper_form(sheet: Sheet) -> PaperForm:
    """Return what is printed for one sheet."""
    worksheet = worksheet_for(sheet)
    on_pass = sheet.get_on_pass_display()
    name = str(sheet.community)
    if sheet.on_pass != Pass.DAY:
        name += on_pass
    title = f"{sheet.community} {sheet.round.span.title}{on_pass}考评打分表"
    facts = {COMMUNITY: sheet.community.code, QUARTER: sheet.round.quarter, PASS: on_pass}
    facts[DRAFT] = draft_stamp(sheet)
    return PaperForm(name, title, facts, worksheet.lines(sheet), worksheet.columns)


def draft_stamp(sheet: Sheet) -> str:
    """Return when the draft was saved, as the worksheet tells it."""
    if sheet.saved_at:
        return sheet.saved_at.isoformat()
    return NO_DRAFT


def read_sheet_book(
    tables: Sequence[WorksheetTable], *, by: User, at: datetime
) -> list[FilledSheet]:
    """Return what the workbook would bring, sheet by sheet; nothing is written.

    Lines without an answer leave the draft's. Raises WrongBook naming every wrong cell.
    """
    book = SheetBook(by=by, at=at)
    book.take_all(tables)
    if not book.errors and not book.sheets:
        nothing = "没有填写任何一项：请填好“结果”一栏再上传"
        cell_error = CellError("工作簿", "A1", "", nothing)
        book.errors.append(cell_error)
    if book.errors:
        raise WrongBook(book.errors)
    return book.sheets


def keep_sheet_book(
    previewed: Sequence[Mapping[str, Any]], *, locking: bool, by: User, at: datetime
) -> tuple[list[Sheet], list[Sheet]]:
    """Save what was read (`FilledSheet.as_mapping`), all or none; return (drafts, locked).

    `locking` locks those that lack nothing and leaves the others drafts. Raises ValidationError for
    a sheet that was saved or locked since it was read, WrongState once the scores are gathered.
    """
    drafts, locked = [], []
    with transaction.atomic():
        for mapping in previewed:
            sheet = unchanged_sheet(mapping, by)
            day = mapping["visited_on"]
            visited_on = None
            if day:
                visited_on = date.fromisoformat(day)
            marks = mapping["marks"]
            reason = mapping["reason"]
            answers = {"marks": marks, "visited_on": visited_on, "reason": reason}
            checklist = checklist_of(sheet.round)
            if locking and not lacking(sheet, marks, visited_on, reason, checklist):
                locked.append(lock_sheet(sheet, **answers, by=by, at=at))
            else:
                drafts.append(save_sheet(sheet, **answers, by=by, at=at))
    return drafts, locked


def unchanged_sheet(mapping: Mapping[str, Any], by: User) -> Sheet:
    """Return the locked row of a sheet.

    Raises ValidationError when it changed since it was read.
    """
    sheets = Sheet.objects.select_related("community", "round__checklist", "round__rubric")
    sheets = sheets.filter(pk=mapping["sheet"], assessor=by, status=SheetStatus.OPEN)
    sheet = sheets.select_for_update(of=("self",)).first()
    saved_at = mapping["saved_at"] and datetime.fromisoformat(mapping["saved_at"])
    if sheet is None or sheet.saved_at != saved_at:
        name = "其中一张打分表"
        if sheet:
            name = f"{sheet.community}的打分表"
        changed = f"{name}在预览之后保存过、已锁定或已改派，整本都没有写入"
        raise ValidationError(f"{changed}：请重新下载核对后再上传")
    return sheet


class SheetBook(FilledBook):
    """One upload: the sheets that it fills in, as far as they were read."""

    code = CODE

    def __init__(self, *, by: User, at: datetime) -> None:
        super().__init__()
        self.at = at
        self.own = {key_of(sheet): sheet for sheet in open_sheets_of(by)}
        self.sheets: list[FilledSheet] = []
        self.tables_by_key: dict[Key, str] = {}

    def answers_of(self, subject: Sheet) -> tuple[ColumnSpec, ...]:
        return worksheet_for(subject).answers

    def subject_of(self, table: WorksheetTable, facts: Mapping[str, str]) -> Sheet | None:
        key = (facts.get(COMMUNITY, ""), facts.get(QUARTER, ""), facts.get(PASS, ""))
        if not all(key):
            heads = f"“{COMMUNITY}”“{QUARTER}”“{PASS}”"
            hint = "请用本页下载的表格，不要改动表头"
            self.refuse(table, f"第 2 行里找不到{heads}：{hint}")
            return None
        if key not in self.own:
            code, quarter, on_pass = key
            why = "不归您、已锁定、已汇总或社区已撤销"
            self.refuse(table, f"{code} {quarter}{on_pass}没有要您填的打分表：{why}")
            return None
        if key in self.tables_by_key:
            first = self.tables_by_key[key]
            self.refuse(table, f"与工作表“{first}”是同一张打分表：请删去一张")
            return None
        self.tables_by_key[key] = table.name
        return self.own[key]

    def take_lines(
        self,
        table: WorksheetTable,
        facts: Mapping[str, str],
        subject: Sheet,
        parsed: ParsedWorksheet,
        lines: list[Row],
    ) -> None:
        if subject.marks and facts.get(DRAFT, "") != draft_stamp(subject):
            again = "请重新下载，或在网页上改，以免盖掉后来填的"
            self.refuse(table, f"下载之后草稿又保存过：{again}")
            return
        worksheet = worksheet_for(subject)(subject, parsed, self.at)
        for row in lines:
            worksheet.read(row)
        filled_sheet = worksheet.finish()
        self.errors += worksheet.errors
        if filled_sheet:
            self.sheets.append(filled_sheet)


def key_of(sheet: Sheet) -> Key:
    """Return the key by which a worksheet says that it stands for this sheet."""
    return sheet.community.code, sheet.round.quarter, sheet.get_on_pass_display()
