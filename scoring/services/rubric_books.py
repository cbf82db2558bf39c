"""The rubric as a workbook, one sheet a part, in the words of the office; what is wrong is named by sheet and row."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from gongjian.lib.rulebooks import WrongRulebook
from gongjian.lib.spreadsheets import SheetTable, read_tables, write_xlsx
from gongjian.lib.spreadsheets.cells import CellProblem, shown
from scoring.rules.parts import NAMED_STANDINGS
from scoring.rules.rubric import Rubric, load_rubric
from scoring.rules.rubric_mappings import rubric_mapping

BASICS = "基本"
_BASIC_HEADERS = ("部分", "项", "值")
NONE = "不设"
ON_SHEET = "评分表"
"""Stands for the assessors' sheet where an item names the component that it belongs to."""

_COLUMNS = {
    "name": "名称", "version": "版本", "code": "代码", "weight": "权重", "clause": "依据", "points": "分值",
    "trim_from_sheets": "满几张去掉最高最低分", "assessors_each": "每社区考评员数", "on_time_points": "按时得分",
    "late_points": "逾期得分", "missing_points": "未报得分", "nothing_due_points": "无到期问题得分", "cap": "上限",
    "points_each": "每次分值", "highest_grade": "最高等次", "shared_by": "责任分担类别", "lowest_points": "总分下限",
    "highest_points": "总分上限", "from_points": "起点分", "style": "名次方式", "lists_absent": "缺席者只列名",
    "higher_is_better": "高者在前", "community_weight": "社区权重", "own_duties_weight": "自身职责权重",
    "best_share": "所占比例", "below_points": "低于几分", "last": "末几名", "spared_from_points": "免予批评线",
    "full_points": "满分", "not_applicable": "不涉及时", "kind": "计分方式", "group": "分组", "months": "月份",
    "from": "从", "to": "到", "measure": "计量", "full_at": "得满分", "none_at": "得零分", "at_least": "不低于",
    "at_most": "不高于", "otherwise": "不达标得分", "lower_is_better": "低者为好", "reason": "事由", "unit": "单位",
    "each": "每次扣分", "most_cases": "最多计几次", "department_share": "部门承担", "of_communities": "取所辖社区的",
    "within": "属于", "bands": "各类规模最低数", "community": "社区", "lead": "牵头单位", "member": "共建单位",
    "department": "职能部门", "from_last": "与上次公布相差超过", "apart": "与同组平均相差超过",
    "near": "单项扣分相差不超过为一致", "notice_workdays": "名单公示工作日",
}  # fmt: skip
_KEYS = {header: key for key, header in _COLUMNS.items()}
_WHOLE = {"trim_from_sheets", "assessors_each", "last", "most_cases", "notice_workdays", *NAMED_STANDINGS}
_FLAGS = {"lists_absent", "higher_is_better", "lower_is_better"}

_PARTS = {
    "细则": "",
    "全市考评": "components.assessment",
    ON_SHEET: "components.assessment.sheet",
    "反常评分": "components.assessment.unusual",
    "每月自查": "components.self_check",
    "问题整改": "components.rectification",
    "加分": "bonus",
    "总分": "total",
    "名次": "ranking",
    "共建单位": "member_unit",
    "评优通报": "honours",
    "表扬": "honours.praise",
    "表扬名额": "honours.praise.quotas",
    "批评": "honours.criticism",
    "批评名额": "honours.criticism.quotas",
    "表彰": "honours.commendation",
    "表彰名额": "honours.commendation.quotas",
    "牵头单位": "lead_unit",
    "抽样": "sampling",
}
_NAMES = {path: name for name, path in _PARTS.items()}


@dataclass(frozen=True, slots=True)
class _List:
    """A list of the rubric with a sheet of its own; `always` stands in the file even when it is empty."""

    sheet: str
    path: str
    columns: tuple[str, ...]
    always: bool = False


_ITEM = (
    "code", "name", "points", "kind", "cap", "from", "to", "measure", "full_at", "none_at", "at_least", "at_most",
    "otherwise", "lower_is_better", "group", "months", "not_applicable", "clause",
)  # fmt: skip
_CASES = ("code", "name", "points_each", "cap", "clause")
_LISTS = (
    _List("轮次", "components.assessment.passes", ("code", "name", "weight"), True),
    _List("评分部分", "components.measured", ("code", "name", "weight", "clause", "full_points", "not_applicable")),
    _List("评分项目", "items", _ITEM),
    _List("扣分事项", "deductions", ("code", "reason", "unit", "each", "from", "to", "most_cases")),
    _List("阶梯", "steps", ("from", "to", "points")),
    _List("折算规模", "per", ("code", "name", "unit")),
    _List("加分事项", "bonus.rules", _CASES),
    _List("减分事项", "maluses", (*_CASES, "shared_by"), True),
    _List("一票否决", "vetoes", ("code", "name", "highest_grade", "clause"), True),
    _List("等次", "grades", ("name", "from_points"), True),
    _List("并列时比较", "ranking.tie_breakers", ("code", "name", "higher_is_better"), True),
    _List("单位职责", "member_unit.duties", ("code", "name", "weight"), True),
    _List("类别", "classes", ("name",)),
    _List("责任分担", "shared_blame", ("code", "name", "department_share")),
    _List("规模分类", "sampling.bands", ("name", "from", "to"), True),
    _List("抽样数", "sampling.quotas", ("code", "name", "within", "bands"), True),
)
_INSIDE = {"items": ("所属部分",), "deductions": ("所属部分", "所属项目")}
_INSIDE |= {"steps": _INSIDE["deductions"], "per": _INSIDE["deductions"]}


def write_rubric_book(rubric: Rubric) -> bytes:
    """The rubric as .xlsx; `read_rubric_book` reads it back to the same rubric."""
    stream = io.BytesIO()
    write_xlsx(stream, rubric_tables(rubric))
    return stream.getvalue()


def rubric_tables(rubric: Rubric) -> list[tuple[str, Sequence[str], list[tuple[Any, ...]]]]:
    """The rubric as (name, headers, rows) of each sheet, in the words of the office."""
    mapping = rubric_mapping(rubric)
    basics = (BASICS, _BASIC_HEADERS, list(_basic_rows(mapping)))
    lists = ((one.sheet, _headers(one), list(_rows_of(one, mapping))) for one in _LISTS)
    return [basics, *(found for found in lists if found[2])]


def numbered_parts(mapping: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str, Any]]:
    """(path, part, row, column, value) of everything outside the item lists, rows of a list counted from 0."""
    for part, path in _PARTS.items():
        for key, value in (_at(mapping, path)[1] or {}).items():
            if key in _COLUMNS and not isinstance(value, list | dict):
                yield f"{path}.{key}".lstrip("."), part, "", _COLUMNS[key], value
    for one in _LISTS:
        for number, row in enumerate(() if one.path in _INSIDE else _at(mapping, one.path)[1] or ()):
            for key in one.columns:
                if key in row:
                    yield f"{one.path}.{number}.{key}", one.sheet, row.get("name", ""), _COLUMNS[key], row[key]


def read_rubric_book(source: IO[bytes], filename: str) -> Rubric:
    """The rubric in a workbook. Raises `WrongRulebook`, naming sheet and row, and UnreadableWorkbook."""
    book = _Book()
    for table in read_tables(source, filename):
        if table.rows and not table.hidden:
            book.read(table)
    mapping = book.mapping()
    if book.faults:
        raise WrongRulebook(book.faults)
    try:
        return load_rubric(mapping, is_new=True)
    except WrongRulebook as wrong:
        raise WrongRulebook([book.placed(sentence) for sentence in wrong.errors]) from wrong


def _headers(one: _List) -> tuple[str, ...]:
    return (*_INSIDE.get(one.path, ()), *(_COLUMNS[key] for key in one.columns))


def _basic_rows(mapping: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for part, path in _PARTS.items():
        is_there, found = _at(mapping, path)
        if is_there and found is None:
            yield part, "", NONE
        for key, value in (found or {}).items():
            if key in _COLUMNS and not isinstance(value, list | dict):
                yield part, _COLUMNS[key], _cell(value)


def _rows_of(one: _List, mapping: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for inside, row in _found(one.path, mapping):
        yield (*inside, *(_cell(row[key]) if key in row else None for key in one.columns))


def _found(path: str, mapping: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    if path not in _INSIDE:
        yield from (((), row) for row in _at(mapping, path)[1] or ())
        return
    sheet = _at(mapping, "components.assessment.sheet")[1] or {}
    owners = [(ON_SHEET, sheet), *((part["code"], part) for part in mapping["components"].get("measured", ()))]
    for owner, part in owners:
        for item in part.get("items", ()):
            if path == "items":
                yield (owner,), item
            yield from (((owner, item["code"]), row) for row in item.get(path, ()))


def _at(mapping: Any, path: str) -> tuple[bool, Any]:
    """Whether there is anything at the path, and what."""
    for key in filter(None, path.split(".")):
        if not isinstance(mapping, dict) or key not in mapping:
            return False, None
        mapping = mapping[key]
    return True, mapping


def _cell(value: Any) -> Any:
    if value is None:
        return NONE
    if isinstance(value, list):
        return "、".join(str(one["least"] if isinstance(one, dict) else one) for one in value)
    return value


@dataclass(slots=True)
class _Book:
    """What has been read so far: basics by part, rows by list, and where each stands in the workbook."""

    basics: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[tuple[str, tuple[str, ...], dict[str, Any]]]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def read(self, table: SheetTable) -> None:
        """One sheet, its columns in any order."""
        listed = {one.sheet: one for one in _LISTS}
        (_, first), *rest = table.rows
        headers = [str(cell) for cell in first]
        if table.name != BASICS and table.name not in listed:
            self.faults.append(f"{table.name}：不认识这张表，请删去或改正表名")
            return
        known = _BASIC_HEADERS if table.name == BASICS else _headers(listed[table.name])
        if strange := [header for header in headers if header and header not in known]:
            self.faults.append(f"{table.name}第 1 行：不认识“{'、'.join(strange)}”这一列，请删去或改正")
        for number, cells in rest:
            row = self._texts(f"{table.name}第 {number} 行", headers, cells)
            if table.name == BASICS:
                self._basic(f"{table.name}第 {number} 行", row)
            else:
                self._listed(listed[table.name], f"{table.name}第 {number} 行", row)

    def _texts(self, place: str, headers: Sequence[str], cells: Sequence[Any]) -> dict[str, str]:
        found = {}
        for header, cell in zip(headers, cells, strict=False):
            try:
                if text := shown(cell):
                    found[header] = text
            except CellProblem as problem:
                self.faults.append(f"{place}：{header}{problem}")
        return found

    def _basic(self, place: str, row: Mapping[str, str]) -> None:
        part, header, text = (row.get(name, "") for name in _BASIC_HEADERS)
        if part not in _PARTS or (header and header not in _KEYS):
            self.faults.append(f"{place}：不认识“{part} {header}”，请删去或改正")
        elif not header:
            self.basics.setdefault(_PARTS[part], None)
        else:
            key = _KEYS[header]
            self.basics[_PARTS[part]] = {**(self.basics.get(_PARTS[part]) or {}), key: self._value(place, key, text)}
            self.places[f"{_PARTS[part]}.{key}".lstrip(".")] = place

    def _listed(self, one: _List, place: str, row: Mapping[str, str]) -> None:
        inside = tuple(row.get(header, "") for header in _INSIDE.get(one.path, ()))
        keys = {_KEYS[header]: text for header, text in row.items() if header in _KEYS}
        values = {key: self._value(place, key, text) for key, text in keys.items()}
        self.rows.setdefault(one.path, []).append((place, inside, values))

    def _value(self, place: str, key: str, text: str) -> Any:
        if text == NONE:
            return None
        if key in _FLAGS:
            return {"是": True, "否": False}.get(text, text)
        if key in _WHOLE:
            return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
        if key in ("months", "bands"):
            return self._numbers(text, key)
        return text

    def _numbers(self, text: str, key: str) -> list[Any]:
        numbers = [int(one) if one.isascii() and one.isdigit() and len(one) < 10 else one for one in text.split("、")]
        return [{"least": one} for one in numbers] if key == "bands" else numbers

    def mapping(self) -> dict[str, Any]:
        """The workbook as the mapping that a rubric is stored as."""
        mapping: dict[str, Any] = {}
        for path in sorted(self.basics):
            if not _put(mapping, path, self.basics[path]):
                self.faults.append(f"{BASICS}：“{_NAMES[path]}”的上一级写了“{NONE}”，请删去一处")
        mapping.setdefault("components", {})
        for one in _LISTS:
            if one.path not in _INSIDE and (one.path in self.rows or one.always):
                self._fill(one.path, mapping)
        self._fill_items(mapping)
        return mapping

    def _fill(self, path: str, mapping: dict[str, Any]) -> None:
        above, _, key = path.rpartition(".")
        is_there, found = _at(mapping, above)
        rows = self.rows.get(path, [])
        if not (isinstance(found, dict) if is_there else False):
            self.faults += [
                f"{place}：“{BASICS}”表中没有“{_NAMES.get(above, above)}”，请先填写" for place, _, _ in rows
            ]
            return
        found[key] = [row for _, _, row in rows]
        self.places |= {f"{path}[{number}]": place for number, (place, _, _) in enumerate(rows, 1)}

    def _fill_items(self, mapping: dict[str, Any]) -> None:
        components = mapping["components"]
        sheet = _at(mapping, "components.assessment.sheet")[1]
        owners = {ON_SHEET: ("components.assessment.sheet", sheet)} if isinstance(sheet, dict) else {}
        for number, part in enumerate(components.get("measured", ()), 1):
            owners[part.get("code", "")] = (f"components.measured[{number}]", part)
        items: dict[tuple[str, ...], tuple[str, dict[str, Any]]] = {}
        for place, (owner,), row in self.rows.get("items", ()):
            self._hang(place, owner, owners.get(owner), "items", row)
            if owner in owners:
                path, part = owners[owner]
                items[owner, row.get("code", "")] = (f"{path}.items[{len(part['items'])}]", row)
        for key in ("deductions", "steps", "per"):
            for place, inside, row in self.rows.get(key, ()):
                self._hang(place, "、".join(inside), items.get(inside), key, row)

    def _hang(
        self, place: str, name: str, owner: tuple[str, dict[str, Any]] | None, key: str, row: dict[str, Any]
    ) -> None:
        if owner is None:
            self.faults.append(f"{place}：没有“{name}”，请核对所属的部分和项目")
            return
        path, above = owner
        above.setdefault(key, []).append(row)
        self.places[f"{path}.{key}[{len(above[key])}]"] = place

    def placed(self, sentence: str) -> str:
        """The sentence with sheet and row in place of the path, as far as they are known."""
        path, _, words = sentence.partition("：")
        steps = path.split(".")
        for end in range(len(steps), 0, -1):
            if place := self.places.get(".".join(steps[:end])):
                return f"{place}：{self._column(steps[end:])}{words}"
        above = (".".join(steps[:end]) for end in range(len(steps), 0, -1))
        part = next((_NAMES[path] for path in above if path in _NAMES), "")
        return f"{BASICS}“{part}”：{self._column(steps[-1:])}{words}" if part else sentence

    def _column(self, steps: Sequence[str]) -> str:
        return f"“{_COLUMNS[steps[-1]]}”一栏，" if steps and steps[-1] in _COLUMNS else ""


def _put(mapping: dict[str, Any], path: str, values: dict[str, Any] | None) -> bool:
    """Lay a part's values where they belong; False where the part above it was said not to be."""
    *above, last = path.split(".")
    for key in above:
        mapping = mapping.setdefault(key, {})
        if mapping is None:
            return False
    if path:
        mapping[last] = values
    else:
        mapping.update(values or {})
    return True
