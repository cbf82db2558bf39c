"""A checklist as a workbook in the words of the office; faults are named by worksheet and row."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from gongjian.lib.rulebooks import WrongRulebook, whole_or_text
from gongjian.lib.spreadsheets import WorksheetTable, read_tables, write_xlsx
from gongjian.lib.spreadsheets.cells import CellProblem, shown

from .items import KINDS, POLICIES, RECORDS, TIME_UNITS
from .reading import load_checklist

BASICS, SECTIONS, ITEMS = "基本", "部分", "项目"
BASIC_HEADERS = {"name": "名称", "version": "版本", "clause": "依据"}
SECTION_HEADERS = {"code": "代码", "name": "名称"}
ITEM_HEADERS = {
    "code": "代码",
    "section": "部分",
    "text": "内容",
    "points": "分值",
    "kind": "扣分方式",
    "deduction": "每处扣分",
    "from": "最少扣",
    "to": "最多扣",
    "cap": "扣分上限",
    "sample": "抽查数",
    "deduction_rule": "扣分规则",
    "how_checked": "怎么查",
    "standard": "怎样算合格",
    "examples.good": "合格示例",
    "examples.borderline": "临界示例",
    "examples.bad": "不合格示例",
    "why": "为什么查",
    "may_be_not_applicable": "可选不涉及",
    "not_applicable_policy": "不涉及时",
    "event_class": "问题类别",
    "put_right.amount": "整改期限",
    "put_right.unit": "期限单位",
    "answered_by": "由记录得出",
}
_FLAGS = {True: "是", False: "否"}
_WORDS: dict[str, Mapping[Any, str]] = {
    "kind": KINDS,
    "not_applicable_policy": POLICIES,
    "put_right.unit": TIME_UNITS,
    "may_be_not_applicable": _FLAGS,
}
_WHOLE = {"sample", "put_right.amount"}
LIST_HEADERS: dict[str, Mapping[str, str]] = {SECTIONS: SECTION_HEADERS, ITEMS: ITEM_HEADERS}
LIST_PATHS = {SECTIONS: "sections", ITEMS: "items"}

NumberedRows = Sequence[tuple[int, Sequence[Any]]]


def write_checklist_book(content: Mapping[str, Any]) -> bytes:
    """Return a version's content as .xlsx, which `read_checklist_book` reads back."""
    stream = io.BytesIO()
    basics = [(header, content[key]) for key, header in BASIC_HEADERS.items()]
    tables: list[Any] = [(BASICS, ("项", "值"), basics)]
    for name, headers in LIST_HEADERS.items():
        rows = []
        for row in content[LIST_PATHS[name]]:
            rows.append(tuple(_cell(key, _value_at(row, key)) for key in headers))
        tables.append((name, tuple(headers.values()), rows))
    write_xlsx(stream, tables)
    return stream.getvalue()


def _value_at(row: Mapping[str, Any], key: str) -> Any:
    above, _, below = key.partition(".")
    value = row.get(above)
    return value.get(below) if below and value else value


def _cell(key: str, value: Any) -> Any:
    if value is None:
        return None
    if key == "answered_by":
        return "、".join(RECORDS[record] for record in value)
    return _WORDS[key][value] if key in _WORDS else str(value)


def read_checklist_book(source: IO[bytes], filename: str) -> dict[str, Any]:
    """Return the content of a version, read from a workbook.

    Raises WrongRulebook, naming worksheet and row, and UnreadableWorkbook.
    """
    book = ChecklistBook()
    for table in read_tables(source, filename):
        if table.rows and not table.hidden:
            book.read(table)
    if book.faults:
        raise WrongRulebook(book.faults)
    try:
        load_checklist(book.content)
    except WrongRulebook as wrong:
        raise WrongRulebook([book.placed(sentence) for sentence in wrong.errors]) from wrong
    return book.content


@dataclass(slots=True)
class ChecklistBook:
    """What was read of a workbook, where each row stands in it, and what is wrong."""

    content: dict[str, Any] = field(default_factory=lambda: {"sections": [], "items": []})
    places: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def read(self, table: WorksheetTable) -> None:
        """Read one worksheet, its columns in any order."""
        (_, headers), *rows = table.rows
        if table.name == BASICS:
            self.read_basics(rows)
        elif table.name in LIST_HEADERS:
            self.read_list(table.name, [str(cell) for cell in headers], rows)
        else:
            sheets = f"只要“{BASICS}”“{SECTIONS}”“{ITEMS}”三张"
            self.faults.append(f"{table.name}：不认识这张表，{sheets}，请删去或改正表名")

    def read_basics(self, rows: NumberedRows) -> None:
        """Read what is said of the checklist as a whole, a value a row."""
        keys = {header: key for key, header in BASIC_HEADERS.items()}
        for number, cells in rows:
            place = f"{BASICS}第 {number} 行"
            header_cell, value_cell, *_ = [*cells, "", ""]
            header, text = self._text(place, header_cell), self._text(place, value_cell)
            if header not in keys:
                self.faults.append(f"{place}：不认识“{header}”，请删去或改正")
            else:
                self.content[keys[header]] = text
                self.places[keys[header]] = place

    def read_list(self, sheet: str, headers: list[str], rows: NumberedRows) -> None:
        """Read the sections or the items, one a row."""
        keys = {header: key for key, header in LIST_HEADERS[sheet].items()}
        if strange := [header for header in headers if header and header not in keys]:
            self.faults.append(f"{sheet}第 1 行：不认识“{'、'.join(strange)}”这一列，请删去或改正")
            return
        path = LIST_PATHS[sheet]
        entries = self.content[path]
        for number, cells in rows:
            place = f"{sheet}第 {number} 行"
            entry = {"event_class": "", "put_right": None} if sheet == ITEMS else {}
            for header, cell in zip(headers, cells, strict=False):
                text = self._text(f"{place}：{header}", cell)
                if header and text:
                    _put(entry, keys[header], text)
            entries.append(entry)
            self.places[f"{path}[{len(entries)}]"] = place

    def _text(self, place: str, cell: Any) -> str:
        try:
            return shown(cell)
        except CellProblem as problem:
            self.faults.append(f"{place}{problem}")
            return ""

    def placed(self, sentence: str) -> str:
        """Return the fault with worksheet, row and column instead of its path, where known."""
        path, _, words = sentence.partition("：")
        first, _, rest = path.partition(".")
        list_path = first.partition("[")[0]
        sheet = BASICS
        headers: Mapping[str, str] = BASIC_HEADERS
        for name in LIST_HEADERS:
            if LIST_PATHS[name] == list_path:
                sheet, headers = name, LIST_HEADERS[name]
        header = headers.get(rest or first, "")
        column = f"“{header}”一栏，" if header else ""
        return f"{self.places.get(first, sheet)}：{column}{words}"


def _put(entry: dict[str, Any], key: str, text: str) -> None:
    """Put a cell's text into its row; an unknown word stays, to be refused by its place."""
    above, _, below = key.partition(".")
    if below:
        entry[above] = {**(entry.get(above) or {}), below: _value(key, text)}
    else:
        entry[above] = _value(key, text)


def _value(key: str, text: str) -> Any:
    if key == "answered_by":
        codes = {name: code for code, name in RECORDS.items()}
        return [codes.get(name, name) for name in text.split("、")]
    if key in _WORDS:
        codes_by_word = {word: code for code, word in _WORDS[key].items()}
        return codes_by_word.get(text, text)
    return whole_or_text(text) if key in _WHOLE else text
