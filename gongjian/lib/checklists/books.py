"""A checklist as a workbook in the words of the office; what is wrong is named by sheet and row."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from gongjian.lib.rulebooks import WrongRulebook
from gongjian.lib.spreadsheets import SheetTable, read_tables, write_xlsx
from gongjian.lib.spreadsheets.cells import CellProblem, shown

from .items import KINDS, POLICIES, RECORDS, TIME_UNITS
from .reading import load_checklist

BASICS, SECTIONS, ITEMS = "基本", "部分", "项目"
_BASIC = {"name": "名称", "version": "版本", "clause": "依据"}
_SECTION = {"code": "代码", "name": "名称"}
_ITEM = {
    "code": "代码", "section": "部分", "text": "内容", "points": "分值", "kind": "扣分方式", "deduction": "每处扣分",
    "from": "最少扣", "to": "最多扣", "cap": "扣分上限", "sample": "抽查数", "deduction_rule": "扣分规则",
    "how_checked": "怎么查", "standard": "怎样算合格", "examples.good": "合格示例", "examples.borderline": "临界示例",
    "examples.bad": "不合格示例", "why": "为什么查", "may_be_not_applicable": "可选不涉及",
    "not_applicable_policy": "不涉及时", "event_class": "问题类别", "put_right.amount": "整改期限",
    "put_right.unit": "期限单位", "answered_by": "由记录得出",
}  # fmt: skip
_FLAGS = {True: "是", False: "否"}
_WORDS: dict[str, Mapping[Any, str]] = {
    "kind": KINDS, "not_applicable_policy": POLICIES, "put_right.unit": TIME_UNITS, "may_be_not_applicable": _FLAGS,
}  # fmt: skip
_WHOLE = {"sample", "put_right.amount"}
_COLUMNS: dict[str, Mapping[str, str]] = {SECTIONS: _SECTION, ITEMS: _ITEM}
_PATHS = {SECTIONS: "sections", ITEMS: "items"}


def write_checklist_book(content: Mapping[str, Any]) -> bytes:
    """The stored content of a version as .xlsx; `read_checklist_book` reads it back to the same checklist."""
    stream = io.BytesIO()
    basics = [(header, content[key]) for key, header in _BASIC.items()]
    lists = (
        (sheet, tuple(_COLUMNS[sheet].values()), list(_rows(sheet, content))) for sheet in _COLUMNS
    )
    write_xlsx(stream, [(BASICS, ("项", "值"), basics), *lists])
    return stream.getvalue()


def _rows(sheet: str, content: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for row in content[_PATHS[sheet]]:
        yield tuple(_cell(key, _inside(row, key)) for key in _COLUMNS[sheet])


def _inside(row: Mapping[str, Any], key: str) -> Any:
    above, _, below = key.partition(".")
    found = row.get(above)
    return found.get(below) if below and found else None if below else found


def _cell(key: str, value: Any) -> Any:
    if value is None:
        return None
    if key == "answered_by":
        return "、".join(RECORDS[record] for record in value)
    return _WORDS[key][value] if key in _WORDS else str(value)


def read_checklist_book(source: IO[bytes], filename: str) -> dict[str, Any]:
    """The content of a version, read from a workbook. Raises WrongRulebook, naming sheet and row, and
    UnreadableWorkbook.
    """
    book = _Book()
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
class _Book:
    """What has been read so far, where each row stands in the workbook, and what is wrong."""

    content: dict[str, Any] = field(default_factory=lambda: {"sections": [], "items": []})
    places: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def read(self, table: SheetTable) -> None:
        """One sheet, its columns in any order."""
        (_, first), *rest = table.rows
        if table.name == BASICS:
            self._read_basics(rest)
        elif table.name in _COLUMNS:
            self._read_list(table.name, [str(cell) for cell in first], rest)
        else:
            self.faults.append(
                f"{table.name}：不认识这张表，只要“{BASICS}”“{SECTIONS}”“{ITEMS}”三张，请删去或改正表名"
            )

    def _read_basics(self, rows: Sequence[tuple[int, Sequence[Any]]]) -> None:
        keys = {header: key for key, header in _BASIC.items()}
        for number, cells in rows:
            place = f"{BASICS}第 {number} 行"
            header, text = (self._text(place, cell) for cell in [*cells, "", ""][:2])
            if header not in keys:
                self.faults.append(f"{place}：不认识“{header}”，请删去或改正")
            else:
                self.content[keys[header]] = text
                self.places[keys[header]] = place

    def _read_list(
        self, sheet: str, headers: list[str], rows: Sequence[tuple[int, Sequence[Any]]]
    ) -> None:
        keys = {header: key for key, header in _COLUMNS[sheet].items()}
        if strange := [header for header in headers if header and header not in keys]:
            self.faults.append(f"{sheet}第 1 行：不认识“{'、'.join(strange)}”这一列，请删去或改正")
            return
        path = _PATHS[sheet]
        for number, cells in rows:
            place = f"{sheet}第 {number} 行"
            pairs = (
                (header, self._text(f"{place}：{header}", cell))
                for header, cell in zip(headers, cells, strict=False)
            )
            row = _row({keys[header]: text for header, text in pairs if header and text})
            self.content[path].append(
                {"event_class": "", "put_right": None, **row} if sheet == ITEMS else row
            )
            self.places[f"{path}[{len(self.content[path])}]"] = place

    def _text(self, place: str, cell: Any) -> str:
        try:
            return shown(cell)
        except CellProblem as problem:
            self.faults.append(f"{place}{problem}")
            return ""

    def placed(self, sentence: str) -> str:
        """The sentence with sheet, row and column in place of the path, as far as they are known."""
        path, _, words = sentence.partition("：")
        first, _, rest = path.partition(".")
        sheet = next(
            (name for name, list_path in _PATHS.items() if first.partition("[")[0] == list_path),
            BASICS,
        )
        header = (_BASIC if sheet == BASICS else _COLUMNS[sheet]).get(rest or first, "")
        column = f"“{header}”一栏，" if header else ""
        return f"{self.places.get(first, sheet)}：{column}{words}"


def _row(texts: Mapping[str, str]) -> dict[str, Any]:
    """One row's texts as the rule file has them; a word that is not known stays, to be refused by its place."""
    row: dict[str, Any] = {}
    for key, text in texts.items():
        above, _, below = key.partition(".")
        value = _value(key, text)
        if below:
            row[above] = {**row.get(above, {}), below: value}
        else:
            row[above] = value
    return row


def _value(key: str, text: str) -> Any:
    if key == "answered_by":
        codes = {name: code for code, name in RECORDS.items()}
        return [codes.get(name, name) for name in text.split("、")]
    if key in _WORDS:
        return {name: code for code, name in _WORDS[key].items()}.get(text, text)
    return (
        int(text)
        if key in _WHOLE and text.isascii() and text.isdigit() and len(text) < 10
        else text
    )
