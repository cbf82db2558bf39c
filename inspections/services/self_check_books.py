"""The month's self-check on paper: a workbook to print and fill in by hand, and its way back into drafts."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from communities.models import Community
from gongjian.lib.checklists import Checklist, WrongMarks
from gongjian.lib.quarters import month_of
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
from gongjian.lib.spreadsheets.filled import why_no_line
from gongjian.lib.templatetags.office import month_name
from inspections.models import SelfCheck
from inspections.models.self_checks import valid_month
from inspections.permissions import communities_kept_by
from inspections.services.checklists import checklist_for, rules_of
from inspections.services.self_checks import (
    LONGEST_NOTE,
    LONGEST_PLACE,
    OPEN_TO_CHANGE,
    save_self_check,
    start_self_check,
)
from inspections.services.versions import said_in

RESULTS = {"合格": "pass", "不合格": "fail", "不涉及": "not_applicable"}
RESULT_WORDS = {value: word for word, value in RESULTS.items()}
COMMUNITY, MONTH, DRAFT = "社区代码", "月份", "草稿保存于"
NO_DRAFT = "无草稿"
SIGNED = "检查人：                      检查日期：          年      月      日"

CODE = ColumnSpec("代码", "code", "code", required=True)
RESULT = ColumnSpec("结果", "result", "choice", choices=tuple(RESULTS))
INSTANCES = ColumnSpec("处数", "instances", "integer")
RARER = (
    ColumnSpec("扣几分", "deducted", "decimal"),
    ColumnSpec("抽查数", "sampled", "integer"),
    ColumnSpec("不合格数", "failed", "integer"),
)
FIGURES = (INSTANCES, *RARER)
"""The figures of a failed item, each under the name that its mark has for it; which are asked depends on its kind."""
WORDS = (
    ColumnSpec("什么问题", "note", max_length=LONGEST_NOTE),
    ColumnSpec("位置", "place", max_length=LONGEST_PLACE),
)
ANSWERS = (RESULT, INSTANCES, *WORDS, *RARER)
COLUMNS = (
    PaperColumn(CODE, 6),
    PaperColumn(ColumnSpec("项目", "text"), 26),
    PaperColumn(ColumnSpec("怎样查", "how_checked"), 22),
    PaperColumn(ColumnSpec("扣分办法", "deduction_rule"), 20),
    PaperColumn(ColumnSpec("分值", "points"), 6),
    PaperColumn(RESULT, 9, is_open=True),
    PaperColumn(INSTANCES, 7, is_open=True),
    *(PaperColumn(spec, width, is_open=True) for spec, width in zip(WORDS, (30, 18), strict=True)),
    *(PaperColumn(spec, 7, is_open=True) for spec in RARER),
)


@dataclass
class Taken:
    """What a workbook brought: drafts that were saved, and those that stood there already."""

    saved: list[SelfCheck] = field(default_factory=list)
    unchanged: list[SelfCheck] = field(default_factory=list)


def write_self_check_book(communities: Iterable[Community], *, month: str) -> bytes:
    """One sheet a community, the items of the month's checklist down the page, a draft's answers filled in.

    Months that are handed in already are left out. Raises ValidationError when none is left, WrongState while there
    is no checklist.
    """
    checklist = checklist_for(month)
    begun = {
        check.community_id: check
        for check in SelfCheck.objects.filter(month=month).select_related("checklist")
    }
    forms = []
    for community in communities:
        check = begun.get(community.pk)
        if check is None or check.status in OPEN_TO_CHANGE:
            rules = rules_of(check.checklist if check else checklist)
            forms.append(_form(community, month, rules, check))
    if not forms:
        raise ValidationError(f"{month_name(month, 'full')}自查都已报送，没有要填的表")
    stream = io.BytesIO()
    write_paper_forms(stream, forms, COLUMNS, signed=SIGNED)
    return stream.getvalue()


def _form(community: Community, month: str, rules: Checklist, check: SelfCheck | None) -> PaperForm:
    facts = {COMMUNITY: community.code, MONTH: month, DRAFT: _stamp(check), "自查表": rules.version}
    rows = [_line(item, check.marks.get(item.code, {}) if check else {}) for item in rules.items]
    return PaperForm(str(community), f"{community} {month_name(month, 'full')}自查表", facts, rows)


def _line(item, mark: dict) -> tuple:
    answers = (
        RESULT_WORDS.get(mark.get("result"), ""),
        *(mark.get(spec.field) or "" for spec in ANSWERS[1:]),
    )
    return (item.code, item.text, item.how_checked, item.deduction_rule, str(item.points), *answers)


def _stamp(check: SelfCheck | None) -> str:
    return check.updated_at.isoformat() if check else NO_DRAFT


def take_self_check_book(tables: Sequence[SheetTable], *, by, at: datetime) -> Taken:
    """Lay the answers of a workbook into drafts, all of them or none; nothing is ever handed in by it.

    Lines without an answer leave the draft as it is; the same file once more changes nothing. Raises WrongBook.
    """
    book = _Book(by=by, at=at)
    with transaction.atomic():
        book.take_all(tables)
        if not book.errors and not (book.taken.saved or book.taken.unchanged):
            book.errors.append(
                CellError("工作簿", "A1", "", "没有填写任何一项：请填好“结果”一栏再上传")
            )
        if book.errors:
            raise WrongBook(book.errors)
    return book.taken


class _Book(FilledBook):
    """One upload: what was taken so far and what is wrong with it."""

    code, answers = CODE, ANSWERS

    def __init__(self, *, by, at: datetime) -> None:
        super().__init__()
        self.by, self.at = by, at
        self.kept = {
            community.code: community
            for community in communities_kept_by(by).filter(is_active=True)
        }
        self.taken = Taken()
        self.seen: dict[tuple[str, str], str] = {}

    def known(self, table: SheetTable, facts: Mapping[str, str]) -> tuple[Community, str] | None:
        """The community and month that the head of the sheet names."""
        code, month = facts.get(COMMUNITY, ""), facts.get(MONTH, "")
        if not code or not valid_month.regex.search(month):
            self.refuse(
                table,
                f"第 2 行里找不到“{COMMUNITY}”和“{MONTH}”：请用本页下载的表格填写，不要改动表头",
            )
        elif code not in self.kept:
            self.refuse(table, f"社区代码 {code} 不是您负责填报的社区：请核对是否用错了表")
        elif month > month_of(timezone.localdate(self.at)):
            self.refuse(table, f"{month_name(month, 'full')}还没有到，不能填报")
        elif first := self.seen.get((code, month)):
            self.refuse(table, f"与工作表“{first}”是同一个社区、同一个月：请删去一张")
        else:
            self.seen[code, month] = table.name
            return self.kept[code], month
        return None

    def lay(
        self,
        table: SheetTable,
        facts: Mapping[str, str],
        known,
        sheet: ParsedSheet,
        filled: list[Row],
    ) -> None:
        check = self._open(table, *known)
        if check is not None:
            is_stale = bool(check.marks) and facts.get(DRAFT, "") != _stamp(check)
            _Page(self, sheet, check, is_stale=is_stale).lay(filled)

    def _open(self, table: SheetTable, community: Community, month: str) -> SelfCheck | None:
        """The draft to fill, begun if need be; refused by name once it is handed in."""
        try:
            check = start_self_check(community=community, month=month, by=self.by, at=self.at)
        except ValidationError as refused:
            self.refuse(table, "；".join(refused.messages))
            return None
        if check.status not in OPEN_TO_CHANGE:
            name = f"{community} {month_name(month, 'full')}自查"
            self.refuse(
                table, f"{name}{check.get_status_display()}，不能再导入：需要改的，请审核人先退回"
            )
            return None
        return check


class _Page:
    """One sheet on its way into its draft. A stale sheet was downloaded before the draft was saved again."""

    def __init__(
        self, book: _Book, sheet: ParsedSheet, check: SelfCheck, *, is_stale: bool
    ) -> None:
        self.book, self.sheet, self.check, self.is_stale = book, sheet, check, is_stale
        self.items = {item.code: item for item in rules_of(check.checklist).items}
        self.rows: dict[str, Row] = {}

    def lay(self, filled: Sequence[Row]) -> None:
        before = len(self.book.errors)
        changed = {}
        for row in filled:
            code = str(row.values["code"]).upper()
            if self._is_fit(row, code) and (mark := self._changed(row, code)):
                changed[code] = mark
        if len(self.book.errors) > before:
            return
        if not changed:
            self.book.taken.unchanged.append(self.check)
            return
        try:
            save_self_check(
                self.check, marks={**self.check.marks, **changed}, by=self.book.by, at=self.book.at
            )
        except WrongMarks as wrong:
            self._refuse_marks(wrong)
        else:
            self.book.taken.saved.append(self.check)

    def _is_fit(self, row: Row, code: str) -> bool:
        """Whether the line says something that can be kept; what it says too much is refused, not dropped."""
        said = [spec for spec in FIGURES + WORDS if row.values.get(spec.field)]
        if why := why_no_line(code, self.items, self.rows):
            self._refuse(row, "code", why)
        elif not row.values.get("result"):
            self._refuse(row, "result", f"没有填，却填了{said[0].header}：请选合格、不合格或不涉及")
        elif row.values["result"] != "不合格" and said:
            self._refuse(
                row,
                said[0].field,
                f"只有不合格的才填，本行结果是“{row.values['result']}”：请改一处",
            )
        elif strange := [
            spec for spec in FIGURES if row.values.get(spec.field) and not self._asks(code, spec)
        ]:
            asked = (
                "、".join(spec.header for spec in FIGURES if self._asks(code, spec)) or "不填数字"
            )
            self._refuse(row, strange[0].field, f"这一项不填{strange[0].header}，应填的是：{asked}")
        else:
            self.rows[code] = row
            return True
        return False

    def _asks(self, code: str, spec: ColumnSpec) -> bool:
        return spec.field in self.items[code].asked

    def _changed(self, row: Row, code: str) -> dict | None:
        """The item's mark as it would stand; None where the draft says so already."""
        kept = self.check.marks.get(code, {})
        figures = {
            spec.field: row.values.get(spec.field) or 0
            for spec in FIGURES
            if self._asks(code, spec)
        }
        if figures.get("deducted"):
            figures["deducted"] = f"{figures['deducted']:.2f}"
        words = {spec.field: row.values.get(spec.field) or "" for spec in WORDS}
        mark = {**kept, "result": RESULTS[str(row.values["result"])], **figures, **words}
        if said_in(mark) == said_in(kept):
            return None
        if kept and self.is_stale:
            word = RESULT_WORDS.get(kept.get("result"), "")
            said = "，".join(filter(None, [word, kept.get("note", "")]))
            self._refuse(
                row,
                "result",
                f"与草稿不同：下载之后有人保存过，草稿现为“{said}”。请重新下载，或在网页上改",
            )
        return mark

    def _refuse_marks(self, wrong: WrongMarks) -> None:
        for error in wrong.errors:
            row = self.rows.get(error.item_code)
            if row is None:
                self.book.errors.append(CellError(self.sheet.name, "A1", "", error.message))
            else:
                self._refuse(row, "result", f"：{error.message}")

    def _refuse(self, row: Row, name: str, message: str) -> None:
        self.book.errors.append(self.sheet.error(row, name, message))
