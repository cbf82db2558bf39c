"""The rubric as a workbook, a worksheet a part, in the words of the office.

What is wrong is named by worksheet and row.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from gongjian.lib.rulebooks import WrongRulebook, whole_or_text
from gongjian.lib.spreadsheets import WorksheetTable, read_tables, write_xlsx
from gongjian.lib.spreadsheets.cells import CellProblem, shown
from scoring.rules.rubrics.mappings import rubric_mapping
from scoring.rules.rubrics.rubric import Rubric, load_rubric
from scoring.services.rubrics.columns import (
    COLUMNS,
    FLAGS,
    KEYS,
    LISTS,
    NAMES,
    ON_SHEET,
    PARTS,
    WHOLE,
    PartList,
    at_path,
    has_path,
    item_lists,
)

BASICS = "基本"
BASIC_HEADERS = ("部分", "项", "值")
NONE = "不设"

# The name of a worksheet, its headers, its rows.
Table = tuple[str, Sequence[str], list[tuple[Any, ...]]]


def write_rubric_book(rubric: Rubric) -> bytes:
    """Return the rubric as .xlsx, which `read_rubric_book` reads back to the same rubric."""
    stream = io.BytesIO()
    write_xlsx(stream, rubric_tables(rubric))
    return stream.getvalue()


def rubric_tables(rubric: Rubric) -> list[Table]:
    """Return the rubric as worksheets, in the words of the office."""
    mapping = rubric_mapping(rubric)
    tables: list[Table] = [(BASICS, BASIC_HEADERS, list(basic_rows(mapping)))]
    for part_list in LISTS:
        rows = []
        for owners, row in rows_of(part_list, mapping):
            rows.append((*owners, *_cells(row, part_list)))
        if rows:
            tables.append((part_list.sheet, part_list.headers, rows))
    return tables


def read_rubric_book(source: IO[bytes], filename: str) -> Rubric:
    """Return the rubric in a workbook.

    Raises `WrongRulebook`, naming worksheet and row, and UnreadableWorkbook.
    """
    book = RubricBook()
    for table in read_tables(source, filename):
        if table.rows and not table.hidden:
            book.read(table)
    mapping = book.mapping()
    if book.faults:
        raise WrongRulebook(book.faults)
    try:
        return load_rubric(mapping, is_new=True)
    except WrongRulebook as wrong:
        placed = []
        for sentence in wrong.errors:
            placed.append(book.placed(sentence))
        raise WrongRulebook(placed) from wrong


def basic_rows(mapping: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield what is said of each part itself, a value a row."""
    for part, path in PARTS.items():
        values = at_path(mapping, path)
        if values is None:
            if has_path(mapping, path):
                yield part, "", NONE
            continue
        for key, value in values.items():
            is_list = isinstance(value, list | dict) and key != "by_place"
            if key in COLUMNS and not is_list:
                yield part, COLUMNS[key], _cell(value)


def rows_of(
    part_list: PartList, mapping: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Yield the rows of a list, each with what it belongs to."""
    path = part_list.path
    if not part_list.inside:
        for row in at_path(mapping, path) or ():
            yield (), row
        return
    for _, owner, part in item_lists(mapping):
        for item in part["items"]:
            if path == "items":
                yield (owner,), item
            for row in item.get(path, ()):
                yield (owner, item["code"]), row


def _cells(row: Mapping[str, Any], part_list: PartList) -> list[Any]:
    cells = []
    for key in part_list.columns:
        cells.append(_cell(row[key]) if key in row else None)
    return cells


def _cell(value: Any) -> Any:
    if value is None:
        return NONE
    if not isinstance(value, list):
        return value
    words = []
    for entry in value:
        words.append(str(entry["least"] if isinstance(entry, dict) else entry))
    return "、".join(words)


@dataclass(frozen=True, slots=True)
class BookRow:
    """A row of a list: where it stands in the workbook, what it belongs to, its values."""

    place: str
    owners: tuple[str, ...]
    values: dict[str, Any]


@dataclass(slots=True)
class RubricBook:
    """What was read of a workbook: basics by part, rows by list, and where each stands."""

    basics: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[BookRow]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def read(self, table: WorksheetTable) -> None:
        """Read one worksheet, its columns in any order."""
        lists = {part_list.sheet: part_list for part_list in LISTS}
        part_list = lists.get(table.name)
        if part_list is None and table.name != BASICS:
            self.faults.append(f"{table.name}：不认识这张表，请删去或改正表名")
            return
        (_, first), *rows = table.rows
        headers = [str(cell) for cell in first]
        expected = part_list.headers if part_list else BASIC_HEADERS
        strange = []
        for header in headers:
            if header and header not in expected:
                strange.append(header)
        if strange:
            column = f"不认识“{'、'.join(strange)}”这一列"
            self.faults.append(f"{table.name}第 1 行：{column}，请删去或改正")
        for number, cells in rows:
            place = f"{table.name}第 {number} 行"
            texts = self._texts(place, headers, cells)
            if part_list:
                self.read_listed(part_list, place, texts)
            else:
                self.read_basic(place, texts)

    def _texts(self, place: str, headers: Sequence[str], cells: Sequence[Any]) -> dict[str, str]:
        texts = {}
        for header, cell in zip(headers, cells, strict=False):
            try:
                text = shown(cell)
                if text:
                    texts[header] = text
            except CellProblem as problem:
                self.faults.append(f"{place}：{header}{problem}")
        return texts

    def read_basic(self, place: str, texts: Mapping[str, str]) -> None:
        """Read one value of a part, or that the part is not there."""
        part, header, text = (texts.get(name, "") for name in BASIC_HEADERS)
        if part not in PARTS or (header and header not in KEYS):
            self.faults.append(f"{place}：不认识“{part} {header}”，请删去或改正")
            return
        path = PARTS[part]
        if not header:
            self.basics.setdefault(path, None)
            return
        key = KEYS[header]
        self.basics[path] = {**(self.basics.get(path) or {}), key: _value(key, text)}
        self.places[f"{path}.{key}".lstrip(".")] = place

    def read_listed(self, part_list: PartList, place: str, texts: Mapping[str, str]) -> None:
        """Read one row of a list."""
        owners = tuple(texts.get(header, "") for header in part_list.inside)
        values = {}
        for header, text in texts.items():
            if header in KEYS:
                values[KEYS[header]] = _value(KEYS[header], text)
        book_row = BookRow(place, owners, values)
        self.rows.setdefault(part_list.path, []).append(book_row)

    def mapping(self) -> dict[str, Any]:
        """Return the workbook as the mapping that a rubric is stored as."""
        mapping: dict[str, Any] = {}
        for path in sorted(self.basics):
            if not _put(mapping, path, self.basics[path]):
                self.faults.append(f"{BASICS}：“{NAMES[path]}”的上一级写了“{NONE}”，请删去一处")
        mapping.setdefault("components", {})
        for part_list in LISTS:
            is_wanted = part_list.path in self.rows or part_list.always
            if is_wanted and not part_list.inside:
                self._fill(part_list.path, mapping)
        self.fill_items(mapping)
        return mapping

    def _fill(self, path: str, mapping: dict[str, Any]) -> None:
        """Put the rows of a list under the part that it belongs to."""
        above, _, key = path.rpartition(".")
        part = at_path(mapping, above)
        rows = self.rows.get(path, [])
        if not isinstance(part, dict):
            sentence = f"“{BASICS}”表中没有“{NAMES.get(above, above)}”，请先填写"
            self.faults += [f"{row.place}：{sentence}" for row in rows]
            return
        part[key] = [row.values for row in rows]
        for number, row in enumerate(rows, 1):
            self.places[f"{path}[{number}]"] = row.place

    def fill_items(self, mapping: dict[str, Any]) -> None:
        """Hang the items under their components, and their rows under the items."""
        components = owners_of_items(mapping)
        items: dict[tuple[str, ...], Owner] = {}
        for row in self.rows.get("items", ()):
            owner = components.get(row.owners)
            path = self._hang("items", row, owner)
            if path:
                items[*row.owners, row.values.get("code", "")] = (path, row.values)
        for key in ("deductions", "steps", "per"):
            for row in self.rows.get(key, ()):
                self._hang(key, row, items.get(row.owners))

    def _hang(self, key: str, row: BookRow, owner: "Owner | None") -> str:
        """Put a row into its owner's list and return its path; without an owner note a fault."""
        if owner is None:
            name = "、".join(row.owners)
            self.faults.append(f"{row.place}：没有“{name}”，请核对所属的部分和项目")
            return ""
        above, values = owner
        rows = values.setdefault(key, [])
        rows.append(row.values)
        path = f"{above}.{key}[{len(rows)}]"
        self.places[path] = row.place
        return path

    def placed(self, sentence: str) -> str:
        """Return the fault with worksheet and row in place of the path, as far as known."""
        path, _, words = sentence.partition("：")
        steps = path.split(".")
        for end in range(len(steps), 0, -1):
            place = self.places.get(".".join(steps[:end]))
            if place:
                column = _column(steps[end:])
                return f"{place}：{column}{words}"
        for end in range(len(steps), 0, -1):
            part = NAMES.get(".".join(steps[:end]))
            if part:
                return f"{BASICS}“{part}”：{_column(steps[-1:])}{words}"
        return sentence


# The path of what a row hangs under, and its values.
Owner = tuple[str, dict[str, Any]]


def owners_of_items(mapping: Mapping[str, Any]) -> dict[tuple[str, ...], Owner]:
    """Return what items may belong to, by what their rows name."""
    owners: dict[tuple[str, ...], Owner] = {}
    sheet = at_path(mapping, "components.assessment.sheet")
    if isinstance(sheet, dict):
        owners[ON_SHEET,] = ("components.assessment.sheet", sheet)
    for number, part in enumerate(mapping["components"].get("measured", ()), 1):
        owners[part.get("code", ""),] = (f"components.measured[{number}]", part)
    return owners


def _value(key: str, text: str) -> Any:
    """Return a cell's text as the rule file has it; what is no value stays, to be refused."""
    if text == NONE:
        return None
    if key in FLAGS:
        return {"是": True, "否": False}.get(text, text)
    if key in WHOLE:
        return whole_or_text(text)
    if key == "months":
        whole_or_texts = []
        for word in text.split("、"):
            whole_or_texts.append(whole_or_text(word))
        return whole_or_texts
    if key == "bands":
        return [{"least": whole_or_text(word)} for word in text.split("、")]
    if key == "by_place":
        return [word.strip() for word in text.split("、")]
    return text


def _column(steps: Sequence[str]) -> str:
    if steps and steps[-1] in COLUMNS:
        return f"“{COLUMNS[steps[-1]]}”一栏，"
    return ""


def _put(mapping: dict[str, Any], path: str, values: dict[str, Any] | None) -> bool:
    """Lay a part's values where they belong; False where the part above is said not to be."""
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
