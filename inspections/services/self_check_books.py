"""The month's self-check on paper: a workbook to fill in by hand, and its way back into drafts."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from communities.models import Community
from gongjian.accounts.models import User
from gongjian.lib.checklists import Checklist as Rules
from gongjian.lib.checklists import ChecklistItem, Marks, WrongMarks
from gongjian.lib.quarters import month_of
from gongjian.lib.spreadsheets import (
    CellError,
    ColumnSpec,
    FilledBook,
    PaperColumn,
    PaperForm,
    ParsedWorksheet,
    Row,
    WorksheetTable,
    WrongBook,
    write_paper_forms,
)
from gongjian.lib.spreadsheets.filled import why_no_line
from gongjian.lib.templatetags.office import month_name
from inspections.models import SelfCheck
from inspections.models.self_checks import MONTH as MONTH_PATTERN
from inspections.permissions import communities_kept_by
from inspections.services.checklists import checklist_for, rules_of
from inspections.services.self_check_marks import LONGEST_NOTE, LONGEST_PLACE
from inspections.services.self_checks import OPEN_TO_CHANGE, save_self_check, start_self_check
from inspections.services.versions import without_blanks

RESULTS = {"合格": "pass", "不合格": "fail", "不涉及": "not_applicable"}
RESULT_WORDS = {value: word for word, value in RESULTS.items()}
COMMUNITY, MONTH, DRAFT = "社区代码", "月份", "草稿保存于"
NO_DRAFT = "无草稿"
SIGNED = "检查人：                      检查日期：          年      月      日"

CODE = ColumnSpec("代码", "code", "code", required=True)
RESULT = ColumnSpec("结果", "result", "choice", choices=tuple(RESULTS))
INSTANCES = ColumnSpec("处数", "instances", "integer")
NOTE = ColumnSpec("什么问题", "note", max_length=LONGEST_NOTE)
PLACE = ColumnSpec("位置", "place", max_length=LONGEST_PLACE)
DEDUCTED = ColumnSpec("扣几分", "deducted", "decimal")
SAMPLED = ColumnSpec("抽查数", "sampled", "integer")
FAILED = ColumnSpec("不合格数", "failed", "integer")
# The figures of a failed item, each under the name that its mark has for it; which are asked
# depends on its kind.
FIGURES = (INSTANCES, DEDUCTED, SAMPLED, FAILED)
WORDS = (NOTE, PLACE)
ANSWERS = (RESULT, INSTANCES, NOTE, PLACE, DEDUCTED, SAMPLED, FAILED)
COLUMNS = (
    PaperColumn(CODE, 6),
    PaperColumn(ColumnSpec("项目", "text"), 26),
    PaperColumn(ColumnSpec("怎样查", "how_checked"), 22),
    PaperColumn(ColumnSpec("扣分办法", "deduction_rule"), 20),
    PaperColumn(ColumnSpec("分值", "points"), 6),
    PaperColumn(RESULT, 9, is_open=True),
    PaperColumn(INSTANCES, 7, is_open=True),
    PaperColumn(NOTE, 30, is_open=True),
    PaperColumn(PLACE, 18, is_open=True),
    PaperColumn(DEDUCTED, 7, is_open=True),
    PaperColumn(SAMPLED, 7, is_open=True),
    PaperColumn(FAILED, 7, is_open=True),
)


@dataclass
class BookResult:
    """What a workbook brought: drafts that were saved, and those that held the same already."""

    saved: list[SelfCheck] = field(default_factory=list)
    unchanged: list[SelfCheck] = field(default_factory=list)


def write_self_check_book(communities: Iterable[Community], *, month: str) -> bytes:
    """Return a workbook with one worksheet a community, a draft's answers filled in.

    Months that are handed in already are left out. Raises ValidationError when none is left
    and for a month without a checklist.
    """
    checklist = checklist_for(month)
    checks = SelfCheck.objects.filter(month=month).select_related("checklist")
    check_by_community = {check.community_id: check for check in checks}
    forms = []
    for community in communities:
        check = check_by_community.get(community.pk)
        if check is None:
            forms.append(_form(community, month, rules_of(checklist), check))
        elif check.status in OPEN_TO_CHANGE:
            forms.append(_form(community, month, rules_of(check.checklist), check))
    if not forms:
        message = f"{month_name(month, 'full')}自查都已报送，没有要填的表"
        raise ValidationError({"month": message})
    stream = io.BytesIO()
    write_paper_forms(stream, forms, COLUMNS, signed=SIGNED)
    return stream.getvalue()


def _form(community: Community, month: str, rules: Rules, check: SelfCheck | None) -> PaperForm:
    """Return the worksheet of a community: the items of the month's checklist down the page."""
    facts = {COMMUNITY: community.code, MONTH: month, DRAFT: draft_stamp(check)}
    facts["自查表"] = rules.version
    marks = check.marks if check else {}
    lines = [paper_line(item, marks.get(item.code, {})) for item in rules.items]
    title = f"{community} {month_name(month, 'full')}自查表"
    return PaperForm(str(community), title, facts, lines)


def paper_line(item: ChecklistItem, mark: Marks) -> list[Any]:
    """Return an item's line: what is asked, and what the draft answers."""
    line = [item.code, item.text, item.how_checked, item.deduction_rule, str(item.points)]
    line.append(result_word(mark))
    for spec in ANSWERS[1:]:
        line.append(mark.get(spec.field) or "")
    return line


def result_word(mark: Marks) -> str:
    """Return 合格, 不合格 or 不涉及; empty where the item is open."""
    return RESULT_WORDS.get(mark.get("result", ""), "")


def draft_stamp(check: SelfCheck | None) -> str:
    """Return when the draft was saved, as the head of its worksheet says it."""
    return check.updated_at.isoformat() if check else NO_DRAFT


def take_self_check_book(tables: Sequence[WorksheetTable], *, by: User, at: datetime) -> BookResult:
    """Save the answers of a workbook in drafts, all of them or none; nothing is handed in by it.

    Lines without an answer leave the draft as it is; the same file once more changes nothing.
    Raises WrongBook.
    """
    book = SelfCheckBook(by=by, at=at)
    with transaction.atomic():
        book.take_all(tables)
        is_empty = not (book.result.saved or book.result.unchanged)
        if is_empty and not book.errors:
            message = "没有填写任何一项：请填好“结果”一栏再上传"
            book.errors.append(CellError("工作簿", "A1", "", message))
        if book.errors:
            raise WrongBook(book.errors)
    return book.result


class SelfCheckBook(FilledBook):
    """One upload: what was saved so far and what is wrong with it."""

    code, answers = CODE, ANSWERS

    def __init__(self, *, by: User, at: datetime) -> None:
        super().__init__()
        self.by, self.at = by, at
        self.result = BookResult()
        communities = communities_kept_by(by).filter(is_active=True)
        self.communities = {community.code: community for community in communities}
        self.worksheet_names: dict[tuple[str, str], str] = {}

    def subject_of(
        self, table: WorksheetTable, facts: Mapping[str, str]
    ) -> tuple[Community, str] | None:
        """Return the community and month that the head of the worksheet names."""
        code, month = facts.get(COMMUNITY, ""), facts.get(MONTH, "")
        reason = self.why_refused(code, month)
        if reason:
            self.refuse(table, reason)
            return None
        self.worksheet_names[code, month] = table.name
        return self.communities[code], month

    def why_refused(self, code: str, month: str) -> str:
        """Return why a worksheet cannot be taken by its head; empty if it can."""
        if not code or not re.search(MONTH_PATTERN, month):
            where = f"第 2 行里找不到“{COMMUNITY}”和“{MONTH}”"
            return f"{where}：请用本页下载的表格填写，不要改动表头"
        if code not in self.communities:
            return f"社区代码 {code} 不是您负责填报的社区：请核对是否用错了表"
        if month > month_of(timezone.localdate(self.at)):
            return f"{month_name(month, 'full')}还没有到，不能填报"
        first = self.worksheet_names.get((code, month))
        if first:
            return f"与工作表“{first}”是同一个社区、同一个月：请删去一张"
        return ""

    def take_lines(
        self,
        table: WorksheetTable,
        facts: Mapping[str, str],
        subject: tuple[Community, str],
        parsed: ParsedWorksheet,
        lines: list[Row],
    ) -> None:
        """Save the filled lines of one worksheet in its draft."""
        community, month = subject
        check = self._draft_of(table, community, month)
        if check is None:
            return
        was_saved_since = facts.get(DRAFT, "") != draft_stamp(check)
        is_stale = bool(check.marks) and was_saved_since
        worksheet = DraftWorksheet(self, parsed, check, is_stale=is_stale)
        worksheet.save(lines)

    def _draft_of(
        self, table: WorksheetTable, community: Community, month: str
    ) -> SelfCheck | None:
        """Return the draft to fill, begun if need be; None once it is refused as handed in."""
        try:
            check = start_self_check(community=community, month=month, by=self.by, at=self.at)
        except ValidationError as refused:
            self.refuse(table, "；".join(refused.messages))
            return None
        if check.status in OPEN_TO_CHANGE:
            return check
        status = check.get_status_display()
        name = f"{community} {month_name(month, 'full')}自查{status}"
        self.refuse(table, f"{name}，不能再导入：需要改的，请审核人先退回")
        return None


class DraftWorksheet:
    """One worksheet on its way into its draft.

    A stale worksheet was downloaded before the draft was saved again.
    """

    def __init__(
        self, book: SelfCheckBook, worksheet: ParsedWorksheet, check: SelfCheck, *, is_stale: bool
    ) -> None:
        self.book = book
        self.worksheet = worksheet
        self.check = check
        self.is_stale = is_stale
        rules = rules_of(check.checklist)
        self.items = {item.code: item for item in rules.items}
        self.rows: dict[str, Row] = {}

    def save(self, filled: Sequence[Row]) -> None:
        """Save the answers of the filled lines; nothing where one of them is wrong."""
        errors_before = len(self.book.errors)
        changed = self.changed_marks(filled)
        if len(self.book.errors) > errors_before:
            return
        if not changed:
            self.book.result.unchanged.append(self.check)
            return
        marks = {**self.check.marks, **changed}
        try:
            save_self_check(self.check, marks=marks, by=self.book.by, at=self.book.at)
        except WrongMarks as wrong:
            self._refuse_marks(wrong)
        else:
            self.book.result.saved.append(self.check)

    def changed_marks(self, filled: Sequence[Row]) -> dict[str, dict[str, Any]]:
        """Return by item code the marks that differ from the draft; wrong lines are refused."""
        changed = {}
        for row in filled:
            code = str(row.values["code"]).upper()
            fault = self.fault_of(row, code)
            if fault:
                self._refuse(row, *fault)
                continue
            self.rows[code] = row
            stored = self.check.marks.get(code, {})
            mark = self.mark_of(row, code)
            if without_blanks(mark) == without_blanks(stored):
                continue
            if stored and self.is_stale:
                self._refuse_stale(row, stored)
            changed[code] = mark
        return changed

    def fault_of(self, row: Row, code: str) -> tuple[str, str] | None:
        """Return the column and the reason why the line cannot be taken; None if it can.

        What a line says too much is refused, not dropped.
        """
        reason = why_no_line(code, self.items, self.rows)
        if reason:
            return "code", reason
        word = row.values.get("result")
        details = [spec for spec in FIGURES + WORDS if row.values.get(spec.field)]
        if not word:
            header = details[0].header
            return "result", f"没有填，却填了{header}：请选合格、不合格或不涉及"
        if details and RESULTS[str(word)] != "fail":
            reason = f"只有不合格的才填，本行结果是“{word}”：请改一处"
            return details[0].field, reason
        for spec in details:
            if spec in FIGURES and spec.field not in self.items[code].asked:
                fields = self.asked_headers(code)
                return spec.field, f"这一项不填{spec.header}，应填的是：{fields}"
        return None

    def asked_headers(self, code: str) -> str:
        figures = self.items[code].asked
        headers = [spec.header for spec in FIGURES if spec.field in figures]
        return "、".join(headers) or "不填数字"

    def mark_of(self, row: Row, code: str) -> dict[str, Any]:
        """Return the item's mark as it would stand with what the line says."""
        mark = dict(self.check.marks.get(code, {}))
        mark["result"] = RESULTS[str(row.values["result"])]
        asked_figures = self.items[code].asked
        for spec in FIGURES:
            if spec.field in asked_figures:
                mark[spec.field] = row.values.get(spec.field) or 0
        deducted = mark.get(DEDUCTED.field)
        if DEDUCTED.field in asked_figures and deducted:
            mark[DEDUCTED.field] = f"{deducted:.2f}"
        for spec in WORDS:
            mark[spec.field] = row.values.get(spec.field) or ""
        return mark

    def _refuse_stale(self, row: Row, stored: Marks) -> None:
        words = [result_word(stored), stored.get("note", "")]
        draft = "，".join(filter(None, words))
        message = f"与草稿不同：下载之后有人保存过，草稿现为“{draft}”。请重新下载，或在网页上改"
        self._refuse(row, "result", message)

    def _refuse_marks(self, wrong: WrongMarks) -> None:
        """Place what the self-check refuses at the lines of its items."""
        for error in wrong.errors:
            row = self.rows.get(error.item_code)
            if row is None:
                self.book.errors.append(CellError(self.worksheet.name, "A1", "", error.message))
            else:
                self._refuse(row, "result", f"：{error.message}")

    def _refuse(self, row: Row, column: str, message: str) -> None:
        self.book.errors.append(self.worksheet.error(row, column, message))
