"""考评打分表 as a workbook: an assessor's open sheets to fill in at a desk, and their way back."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from gongjian.lib.spreadsheets import (
    CellError,
    ColumnSpec,
    FilledBook,
    PaperForm,
    ParsedSheet,
    Row,
    SheetTable,
    WrongBook,
    write_paper_forms,
)
from scoring.models import Sheet
from scoring.models.rounds import Pass, RoundStatus, SheetStatus
from scoring.services.sheets.book_pages import CODE, COLUMNS, FilledSheet, lacking, page_for
from scoring.services.sheets.filling import lock_sheet, save_sheet
from scoring.services.sheets.lists import checklist_of

COMMUNITY, QUARTER, PASS, DRAFT = "社区代码", "季度", "时段", "草稿保存于"
NO_DRAFT = "无草稿"
SIGNED = "考评员：                      日期：          年      月      日"


def open_sheets_of(user):
    """The sheets that the assessor may fill in now."""
    sheets = Sheet.objects.visible_to(user)
    own = sheets.filter(assessor=user, status=SheetStatus.OPEN, community__is_active=True)
    own = own.filter(round__status=RoundStatus.ASSESSING).select_related(
        "community", "round__checklist", "round__rubric"
    )
    return own.order_by("round__quarter", "community__code", "on_pass")


def write_sheet_book(user) -> tuple[bytes, int]:
    """One sheet of the book a community, a draft's marks filled in; with the number of sheets.

    Raises ValidationError when nothing is open.
    """
    forms = []
    for sheet in open_sheets_of(user):
        forms.append(_form(sheet))
    if not forms:
        raise ValidationError("没有要填的打分表：都已锁定，或还没有抽签")
    stream = io.BytesIO()
    write_paper_forms(stream, forms, COLUMNS, signed=SIGNED)
    return stream.getvalue(), len(forms)


def _form(sheet: Sheet) -> PaperForm:
    page = page_for(sheet)
    facts = {
        COMMUNITY: sheet.community.code,
        QUARTER: sheet.round.quarter,
        PASS: sheet.get_on_pass_display(),
    }
    name = f"{sheet.community}{'' if sheet.on_pass == Pass.DAY else sheet.get_on_pass_display()}"
    title = f"{sheet.community} {sheet.round.span.title}{sheet.get_on_pass_display()}考评打分表"
    return PaperForm(name, title, {**facts, DRAFT: _stamp(sheet)}, page.lines(sheet), page.columns)


def _stamp(sheet: Sheet) -> str:
    return sheet.saved_at.isoformat() if sheet.saved_at else NO_DRAFT


def read_sheet_book(tables: Sequence[SheetTable], *, by, at: datetime) -> list[FilledSheet]:
    """What the workbook would bring, sheet by sheet; nothing is written. Lines without an answer leave the draft's.

    Raises WrongBook naming every wrong cell.
    """
    book = _Book(by=by, at=at)
    book.take_all(tables)
    if not book.errors and not book.found:
        book.errors.append(
            CellError("工作簿", "A1", "", "没有填写任何一项：请填好“结果”一栏再上传")
        )
    if book.errors:
        raise WrongBook(book.errors)
    return book.found


def keep_sheet_book(
    filled: Sequence[Mapping], *, locking: bool, by, at: datetime
) -> tuple[list[Sheet], list[Sheet]]:
    """Save what was read (`FilledSheet.as_mapping`) as drafts, all or none; (drafts, locked).

    `locking` locks those that lack nothing and leaves the others drafts. Raises ValidationError for a sheet that was
    saved or locked since it was read, WrongState once the scores are gathered.
    """
    drafts, locked = [], []
    with transaction.atomic():
        for said in filled:
            sheet = _held(said, by)
            visited_on = None
            if said["visited_on"]:
                visited_on = date.fromisoformat(said["visited_on"])
            given = {
                "marks": said["marks"],
                "visited_on": visited_on,
                "reason": said["reason"],
                "by": by,
                "at": at,
            }
            if locking and not lacking(
                sheet, said["marks"], visited_on, said["reason"], checklist_of(sheet.round)
            ):
                locked.append(lock_sheet(sheet, **given))
            else:
                drafts.append(save_sheet(sheet, **given))
    return drafts, locked


def _held(said: Mapping, by) -> Sheet:
    sheets = Sheet.objects.select_related("community", "round__checklist", "round__rubric")
    own = sheets.select_for_update(of=("self",))
    sheet = own.filter(pk=said["sheet"], assessor=by, status=SheetStatus.OPEN).first()
    saved_at = said["saved_at"] and datetime.fromisoformat(said["saved_at"])
    if sheet is None or sheet.saved_at != saved_at:
        name = f"{sheet.community}的打分表" if sheet else "其中一张打分表"
        raise ValidationError(
            f"{name}在预览之后保存过、已锁定或已改派，整本都没有写入：请重新下载核对后再上传"
        )
    return sheet


class _Book(FilledBook):
    """One upload: the sheets that were found so far."""

    code = CODE

    def __init__(self, *, by, at: datetime) -> None:
        super().__init__()
        self.at = at
        self.own = {_key_of(sheet): sheet for sheet in open_sheets_of(by)}
        self.found: list[FilledSheet] = []
        self.seen: dict[tuple, str] = {}

    def answers_of(self, known: Sheet) -> tuple[ColumnSpec, ...]:
        return page_for(known).answers

    def known(self, table: SheetTable, facts: Mapping[str, str]) -> Sheet | None:
        key = tuple(facts.get(name, "") for name in (COMMUNITY, QUARTER, PASS))
        if not all(key):
            self.refuse(
                table,
                f"第 2 行里找不到“{COMMUNITY}”“{QUARTER}”“{PASS}”：请用本页下载的表格，不要改动表头",
            )
        elif key not in self.own:
            self.refuse(
                table,
                f"{key[0]} {key[1]}{key[2]}没有要您填的打分表：不归您、已锁定、已汇总或社区已撤销",
            )
        elif first := self.seen.get(key):
            self.refuse(table, f"与工作表“{first}”是同一张打分表：请删去一张")
        else:
            self.seen[key] = table.name
            return self.own[key]
        return None

    def lay(
        self,
        table: SheetTable,
        facts: Mapping[str, str],
        known: Sheet,
        sheet: ParsedSheet,
        filled: list[Row],
    ) -> None:
        if known.marks and facts.get(DRAFT, "") != _stamp(known):
            self.refuse(table, "下载之后草稿又保存过：请重新下载，或在网页上改，以免盖掉后来填的")
            return
        page = page_for(known)(known, sheet, self.at)
        for row in filled:
            page.read(row)
        found = page.finish()
        self.errors += page.errors
        self.found += [found] if found else []


def _key_of(sheet: Sheet) -> tuple:
    return (sheet.community.code, sheet.round.quarter, sheet.get_on_pass_display())
