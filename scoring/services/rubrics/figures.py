"""The figures of a rubric one by one, as the page shows them, and the rubric with others typed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from gongjian.lib.points import written_number
from gongjian.lib.rulebooks import whole_or_text
from scoring.rules.rubrics.items import PERCENT
from scoring.services.rubrics.columns import (
    COLUMNS,
    LISTS,
    NAMES,
    ON_SHEET,
    PARTS,
    PartList,
    at_path,
    item_lists,
)

_TEXTS = {
    "name",
    "version",
    "code",
    "clause",
    "measure",
    "within",
    "shared_by",
    "highest_grade",
    "of_communities",
}
_ITEM_FIGURES = (
    *("points", "cap", "from", "to", "full_at", "none_at"),
    *("at_least", "at_most", "otherwise"),
)
_ITEM_LABELS = {**COLUMNS, "cap": "扣分上限", "from": "最低给分", "to": "最高给分"}
_MEASURED = {"full_at", "none_at", "at_least", "at_most"}


@dataclass(frozen=True)
class Figure:
    """One number of the rubric: where it stands in the file, what it is called, what it is now.

    `row`: the item that it belongs to, `line` the deduction where the item has several.
    `may_be_blank`: a limit that need not be set. `follows`: another place that always holds the
    same number, as a step of a ladder ends where the next begins.
    """

    path: str
    part: str
    label: str
    value: str
    row: str = ""
    line: str = ""
    may_be_blank: bool = False
    follows: str = ""

    @property
    def place(self) -> str:
        """Return what the office calls it, from the part down."""
        return "·".join(filter(None, (self.part, self.row, self.line, self.label)))


@dataclass(frozen=True)
class ItemFigures:
    """The numbers of one item, under its component and group."""

    path: str
    part: str
    group: str
    name: str
    figures: tuple[Figure, ...]


def figures_in(mapping: Mapping[str, Any]) -> list[Figure]:
    """Return a rubric's numbers in the order in which the office reads it, those of items last."""
    figures = figures_outside_items(mapping)
    for item in items_in(mapping):
        figures += item.figures
    return figures


def figures_outside_items(mapping: Mapping[str, Any]) -> list[Figure]:
    """Return the numbers of the parts, then of the lists other than items."""
    figures: list[Figure] = []
    for part, path in PARTS.items():
        values = at_path(mapping, path) or {}
        figures += part_figures(part, path, values)
    for number, value in enumerate(at_path(mapping, "bonus.by_place") or ()):
        label = f"上次公布列本类第 {number + 1} 名"
        figure = Figure(f"bonus.by_place.{number}", "加分", label, str(value))
        figures.append(figure)
    for part_list in LISTS:
        if not part_list.inside:
            rows = at_path(mapping, part_list.path) or ()
            figures += list_figures(part_list, rows)
    return figures


def part_figures(part: str, path: str, values: Mapping[str, Any]) -> Iterator[Figure]:
    """Yield the numbers that stand in a part itself."""
    for key, value in values.items():
        if key in COLUMNS and key not in _TEXTS and _is_number(value):
            yield Figure(f"{path}.{key}".lstrip("."), part, COLUMNS[key], str(value))


def list_figures(part_list: PartList, rows: Iterable[Mapping[str, Any]]) -> Iterator[Figure]:
    """Yield the numbers of a list's rows; the least samples are a list in their row."""
    for number, row in enumerate(rows):
        path = f"{part_list.path}.{number}"
        for key in part_list.columns:
            value = row.get(key)
            label = f"{row['name']}·{COLUMNS[key]}"
            if key == "bands" and value is not None:
                for step, band in enumerate(value):
                    place = f"{path}.{key}.{step}.least"
                    least = str(band["least"])
                    yield Figure(place, part_list.sheet, f"{label}（{step + 1}）", least)
            elif key not in _TEXTS and _is_number(value):
                yield Figure(f"{path}.{key}", part_list.sheet, label, str(value))


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return False
    return written_number(value) is not None


def items_in(mapping: Mapping[str, Any]) -> Iterator[ItemFigures]:
    """Yield every item of the assessors' sheet and of the measured components with its figures."""
    components = mapping["components"]
    for path, owner, part in item_lists(mapping):
        if owner == ON_SHEET:
            title = f"{components['assessment']['name']}（评分表）"
        else:
            title = part["name"]
        for number, item in enumerate(part["items"]):
            place = f"{path}.items.{number}"
            plain = Figure(place, title, "", "", row=item["name"])
            figures = tuple(item_figures(plain, item))
            yield ItemFigures(place, title, item.get("group", ""), item["name"], figures)


def _inside(parent: Figure, key: str, label: str, value: Any, **more: Any) -> Figure:
    """Return the figure under the key of what the parent stands for; nothing set is blank."""
    if value is None:
        text = ""
    else:
        text = str(value)
    path = f"{parent.path}.{key}"
    return replace(parent, path=path, label=label, value=text, **more)


def item_figures(parent: Figure, item: Mapping[str, Any]) -> Iterator[Figure]:
    """Yield the numbers of one item: its points, its rule's bounds, then its rows."""
    unit = ""
    if item.get("measure") == PERCENT:
        unit = "（%）"
    for key in _ITEM_FIGURES:
        is_limit = key == "cap" and item["kind"] == "per_instance"
        if key in item or is_limit:
            label = _ITEM_LABELS[key] + (unit if key in _MEASURED else "")
            yield _inside(parent, key, label, item.get(key), may_be_blank=is_limit)
    deductions = item.get("deductions", ())
    for number, row in enumerate(deductions):
        line = ""
        if len(deductions) > 1:
            line = row["reason"]
        path = f"{parent.path}.deductions.{number}"
        yield from deduction_figures(replace(parent, path=path, line=line), row)
    for number, step in enumerate(item.get("steps", ())):
        yield from step_figures(replace(parent, path=f"{parent.path}.steps"), number, step, unit)
    for number, size in enumerate(item.get("per", ())):
        label = f"{size['name']}以多少计 1"
        yield _inside(parent, f"per.{number}.unit", label, size["unit"])


def deduction_figures(parent: Figure, row: Mapping[str, Any]) -> Iterator[Figure]:
    """Yield what one case costs, and how many count."""
    for key, word in (("each", "扣分"), ("from", "最少扣"), ("to", "最多扣")):
        if key in row:
            yield _inside(parent, key, f"每{row['unit']}{word}", row[key])
    most = row.get("most_cases")
    label = f"最多计几{row['unit']}"
    yield _inside(parent, "most_cases", label, most, may_be_blank=True)


def step_figures(
    parent: Figure, number: int, step: Mapping[str, Any], unit: str
) -> Iterator[Figure]:
    """Yield where a step begins, unless it is the first, and what it brings."""
    name = f"第 {number + 1} 档"
    if number:
        before = f"{parent.path}.{number - 1}.to"
        label = f"{name}起点{unit}"
        yield _inside(parent, f"{number}.from", label, step["from"], follows=before)
    yield _inside(parent, f"{number}.points", f"{name}得分", step["points"])


def with_figures(mapping: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the mapping with the figures typed, by path; strange paths change nothing."""
    changed = deepcopy(dict(mapping))
    for figure in figures_in(mapping):
        text = typed.get(figure.path, figure.value).strip()
        if text == figure.value:
            continue
        for path in filter(None, (figure.path, figure.follows)):
            _put(changed, path.split("."), text, may_be_blank=figure.may_be_blank)
    return changed


def _put(inside: Any, keys: list[str], text: str, *, may_be_blank: bool) -> None:
    *way, last = keys
    for key in way:
        if isinstance(inside, list):
            inside = inside[int(key)]
        else:
            inside = inside[key]
    if may_be_blank and not text:
        inside.pop(last, None)
    else:
        inside[int(last) if isinstance(inside, list) else last] = whole_or_text(text)


def in_words(sentence: str, mapping: Mapping[str, Any]) -> str:
    """Return a refusal with the words of the page in place of the path, as far as known."""
    path, _, words = sentence.partition("：")
    # Paths in refusals count rows from 1, those of figures from 0.
    dotted = re.sub(r"\[(\d+)\]", lambda number: f".{int(number[1]) - 1}", path)
    steps = dotted.split(".")
    places = place_names(mapping)
    for end in range(len(steps), 0, -1):
        place = places.get(".".join(steps[:end]))
        if place:
            return f"{place}：{words}"
    return sentence


def place_names(mapping: Mapping[str, Any]) -> dict[str, str]:
    """Return what the page calls each part, list, item and figure, by path."""
    places = {}
    for item in items_in(mapping):
        places[item.path] = f"{item.part}·{item.name}"
    places.update(NAMES)
    for part_list in LISTS:
        if not part_list.inside:
            places[part_list.path] = part_list.sheet
    places["components"] = "各部分"
    for figure in figures_in(mapping):
        places[figure.path] = figure.place
    return places
