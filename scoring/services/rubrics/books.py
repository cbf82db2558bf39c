"""The rubric as a workbook, one sheet a part, in the words of the office; what is wrong is named by sheet and row."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from gongjian.lib.rulebooks import WrongRulebook
from gongjian.lib.spreadsheets import SheetTable, read_tables, write_xlsx
from gongjian.lib.spreadsheets.cells import CellProblem, shown
from scoring.rules.rubrics.mappings import rubric_mapping
from scoring.rules.rubrics.rubric import Rubric, load_rubric
from scoring.services.rubrics.columns import (
    COLUMNS,
    FLAGS,
    INSIDE,
    KEYS,
    LISTS,
    NAMES,
    ON_SHEET,
    PARTS,
    WHOLE,
    PartList,
    at,
)

BASICS = "基本"
_BASIC_HEADERS = ("部分", "项", "值")
NONE = "不设"


def write_rubric_book(rubric: Rubric) -> bytes:
    """The rubric as .xlsx; `read_rubric_book` reads it back to the same rubric."""
    stream = io.BytesIO()
    write_xlsx(stream, rubric_tables(rubric))
    return stream.getvalue()


def rubric_tables(rubric: Rubric) -> list[tuple[str, Sequence[str], list[tuple[Any, ...]]]]:
    """The rubric as (name, headers, rows) of each sheet, in the words of the office."""
    mapping = rubric_mapping(rubric)
    basics = (BASICS, _BASIC_HEADERS, list(_basic_rows(mapping)))
    lists = ((one.sheet, _headers(one), list(_rows_of(one, mapping))) for one in LISTS)
    return [basics, *(found for found in lists if found[2])]


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


def _headers(one: PartList) -> tuple[str, ...]:
    return (*INSIDE.get(one.path, ()), *(COLUMNS[key] for key in one.columns))


def _basic_rows(mapping: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for part, path in PARTS.items():
        is_there, found = at(mapping, path)
        if is_there and found is None:
            yield part, "", NONE
        for key, value in (found or {}).items():
            if key in COLUMNS and (key == "by_place" or not isinstance(value, list | dict)):
                yield part, COLUMNS[key], _cell(value)


def _rows_of(one: PartList, mapping: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for inside, row in _found(one.path, mapping):
        yield (*inside, *(_cell(row[key]) if key in row else None for key in one.columns))


def _found(
    path: str, mapping: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    if path not in INSIDE:
        yield from (((), row) for row in at(mapping, path)[1] or ())
        return
    sheet = at(mapping, "components.assessment.sheet")[1] or {}
    owners = [
        (ON_SHEET, sheet),
        *((part["code"], part) for part in mapping["components"].get("measured", ())),
    ]
    for owner, part in owners:
        for item in part.get("items", ()):
            if path == "items":
                yield (owner,), item
            yield from (((owner, item["code"]), row) for row in item.get(path, ()))


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
        listed = {one.sheet: one for one in LISTS}
        (_, first), *rest = table.rows
        headers = [str(cell) for cell in first]
        if table.name != BASICS and table.name not in listed:
            self.faults.append(f"{table.name}：不认识这张表，请删去或改正表名")
            return
        known = _BASIC_HEADERS if table.name == BASICS else _headers(listed[table.name])
        if strange := [header for header in headers if header and header not in known]:
            self.faults.append(
                f"{table.name}第 1 行：不认识“{'、'.join(strange)}”这一列，请删去或改正"
            )
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
        if part not in PARTS or (header and header not in KEYS):
            self.faults.append(f"{place}：不认识“{part} {header}”，请删去或改正")
        elif not header:
            self.basics.setdefault(PARTS[part], None)
        else:
            key = KEYS[header]
            self.basics[PARTS[part]] = {
                **(self.basics.get(PARTS[part]) or {}),
                key: self._value(place, key, text),
            }
            self.places[f"{PARTS[part]}.{key}".lstrip(".")] = place

    def _listed(self, one: PartList, place: str, row: Mapping[str, str]) -> None:
        inside = tuple(row.get(header, "") for header in INSIDE.get(one.path, ()))
        keys = {KEYS[header]: text for header, text in row.items() if header in KEYS}
        values = {key: self._value(place, key, text) for key, text in keys.items()}
        self.rows.setdefault(one.path, []).append((place, inside, values))

    def _value(self, place: str, key: str, text: str) -> Any:
        if text == NONE:
            return None
        if key in FLAGS:
            return {"是": True, "否": False}.get(text, text)
        if key in WHOLE:
            return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
        if key in ("months", "bands"):
            return self._numbers(text, key)
        return [one.strip() for one in text.split("、")] if key == "by_place" else text

    def _numbers(self, text: str, key: str) -> list[Any]:
        numbers = [
            int(one) if one.isascii() and one.isdigit() and len(one) < 10 else one
            for one in text.split("、")
        ]
        return [{"least": one} for one in numbers] if key == "bands" else numbers

    def mapping(self) -> dict[str, Any]:
        """The workbook as the mapping that a rubric is stored as."""
        mapping: dict[str, Any] = {}
        for path in sorted(self.basics):
            if not _put(mapping, path, self.basics[path]):
                self.faults.append(f"{BASICS}：“{NAMES[path]}”的上一级写了“{NONE}”，请删去一处")
        mapping.setdefault("components", {})
        for one in LISTS:
            if one.path not in INSIDE and (one.path in self.rows or one.always):
                self._fill(one.path, mapping)
        self._fill_items(mapping)
        return mapping

    def _fill(self, path: str, mapping: dict[str, Any]) -> None:
        above, _, key = path.rpartition(".")
        is_there, found = at(mapping, above)
        rows = self.rows.get(path, [])
        if not (isinstance(found, dict) if is_there else False):
            self.faults += [
                f"{place}：“{BASICS}”表中没有“{NAMES.get(above, above)}”，请先填写"
                for place, _, _ in rows
            ]
            return
        found[key] = [row for _, _, row in rows]
        self.places |= {f"{path}[{number}]": place for number, (place, _, _) in enumerate(rows, 1)}

    def _fill_items(self, mapping: dict[str, Any]) -> None:
        components = mapping["components"]
        sheet = at(mapping, "components.assessment.sheet")[1]
        owners = (
            {ON_SHEET: ("components.assessment.sheet", sheet)} if isinstance(sheet, dict) else {}
        )
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
        self,
        place: str,
        name: str,
        owner: tuple[str, dict[str, Any]] | None,
        key: str,
        row: dict[str, Any],
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
        part = next((NAMES[path] for path in above if path in NAMES), "")
        return f"{BASICS}“{part}”：{self._column(steps[-1:])}{words}" if part else sentence

    def _column(self, steps: Sequence[str]) -> str:
        return f"“{COLUMNS[steps[-1]]}”一栏，" if steps and steps[-1] in COLUMNS else ""


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
