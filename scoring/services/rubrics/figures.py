"""The figures of a rubric one by one, as the page shows them, and the rubric with others in their place."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from gongjian.lib.points import written_number
from scoring.services.rubrics.columns import COLUMNS, INSIDE, LISTS, NAMES, PARTS, at

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
_OF_ITEM = ("points", "cap", "from", "to", "full_at", "none_at", "at_least", "at_most", "otherwise")
_ITEM_LABELS = {**COLUMNS, "cap": "扣分上限", "from": "最低给分", "to": "最高给分"}
_MEASURED = {"full_at", "none_at", "at_least", "at_most"}
_ROOMS = {
    **NAMES,
    **{one.path: one.sheet for one in LISTS if one.path not in INSIDE},
    "components": "各部分",
}


@dataclass(frozen=True)
class Figure:
    """One number of the rubric: where it stands in the file, what it is called, what it is now.

    `row`: the item that it belongs to, `line` the deduction where the item has several. `may_be_blank`: a limit that
    need not be set. `follows`: another place that always holds the same number, as a step of a ladder ends where the
    next begins.
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
    """The numbers of a rubric, in the order in which the office reads it; those of items last."""
    return [
        *figures_outside_items(mapping),
        *(figure for item in items_in(mapping) for figure in item.figures),
    ]


def figures_outside_items(mapping: Mapping[str, Any]) -> list[Figure]:
    return [*_of_parts(mapping), *_of_lists(mapping)]


def _of_parts(mapping: Mapping[str, Any]) -> Iterator[Figure]:
    for part, path in PARTS.items():
        for key, value in (at(mapping, path)[1] or {}).items():
            if key in COLUMNS and key not in _TEXTS and _is_number(value):
                yield Figure(f"{path}.{key}".lstrip("."), part, COLUMNS[key], str(value))
    for number, value in enumerate(at(mapping, "bonus.by_place")[1] or ()):
        yield Figure(
            f"bonus.by_place.{number}", "加分", f"上次公布列本类第 {number + 1} 名", str(value)
        )


def _of_lists(mapping: Mapping[str, Any]) -> Iterator[Figure]:
    for one in LISTS:
        for number, row in enumerate(() if one.path in INSIDE else at(mapping, one.path)[1] or ()):
            for key in one.columns:
                for step, value in _values(row, key):
                    if key not in _TEXTS and _is_number(value):
                        label = f"{row['name']}·{COLUMNS[key]}{step and f'（{int(step) + 1}）'}"
                        path = ".".join(
                            filter(
                                None, (one.path, str(number), key, step, "least" if step else "")
                            )
                        )
                        yield Figure(path, one.sheet, label, str(value))


def _values(row: Mapping[str, Any], key: str) -> Iterator[tuple[str, Any]]:
    """(place in the list, value) of what stands under the key; the least samples are a list, all else is one value."""
    if key == "bands" and key in row:
        yield from ((str(number), band["least"]) for number, band in enumerate(row[key]))
    elif key in row:
        yield "", row[key]


def _is_number(value: Any) -> bool:
    return (
        not isinstance(value, bool)
        and isinstance(value, int | str)
        and written_number(value) is not None
    )


def items_in(mapping: Mapping[str, Any]) -> Iterator[ItemFigures]:
    """Every item of the assessors' sheet and of the measured components, each with its figures."""
    components = mapping["components"]
    lists = [
        (f"components.measured.{n}", part, part["name"])
        for n, part in enumerate(components.get("measured", ()))
    ]
    if sheet := at(mapping, "components.assessment.sheet")[1]:
        title = f"{components['assessment']['name']}（评分表）"
        lists.insert(0, ("components.assessment.sheet", sheet, title))
    for path, part, title in lists:
        for number, item in enumerate(part["items"]):
            place = f"{path}.items.{number}"
            group, name = item.get("group", ""), item["name"]
            figures = tuple(_named(figure, title, name) for figure in _of_item(place, item))
            yield ItemFigures(place, title, group, name, figures)


Found = tuple[str, str, Any, dict[str, Any]]
"""Path, label, value, and what else is said of a figure."""


def _named(found: Found, part: str, row: str) -> Figure:
    path, label, value, said = found
    return Figure(path, part, label, "" if value is None else str(value), row, **said)


def _of_item(path: str, item: Mapping[str, Any]) -> Iterator[Found]:
    unit = "（%）" if item.get("measure") == "percent" else ""
    for key in _OF_ITEM:
        is_limit = key == "cap" and item["kind"] == "per_instance"
        if key in item or is_limit:
            label = _ITEM_LABELS[key] + (unit if key in _MEASURED else "")
            yield f"{path}.{key}", label, item.get(key), {"may_be_blank": is_limit}
    for number, row in enumerate(item.get("deductions", ())):
        line = row["reason"] if len(item["deductions"]) > 1 else ""
        yield from _of_deduction(f"{path}.deductions.{number}", row, line)
    for number, step in enumerate(item.get("steps", ())):
        yield from _of_step(f"{path}.steps", number, step, unit)
    for number, size in enumerate(item.get("per", ())):
        yield f"{path}.per.{number}.unit", f"{size['name']}以多少计 1", size["unit"], {}


def _of_deduction(path: str, row: Mapping[str, Any], line: str) -> Iterator[Found]:
    for key, word in (("each", "扣分"), ("from", "最少扣"), ("to", "最多扣")):
        if key in row:
            yield f"{path}.{key}", f"每{row['unit']}{word}", row[key], {"line": line}
    said = {"line": line, "may_be_blank": True}
    yield f"{path}.most_cases", f"最多计几{row['unit']}", row.get("most_cases"), said


def _of_step(path: str, number: int, step: Mapping[str, Any], unit: str) -> Iterator[Found]:
    if number:
        follows = {"follows": f"{path}.{number - 1}.to"}
        yield f"{path}.{number}.from", f"第 {number + 1} 档起点{unit}", step["from"], follows
    yield f"{path}.{number}.points", f"第 {number + 1} 档得分", step["points"], {}


def with_figures(mapping: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """The mapping with the figures typed, by path; one that is not among its figures changes nothing."""
    changed = deepcopy(dict(mapping))
    for figure in figures_in(mapping):
        text = typed.get(figure.path, figure.value).strip()
        if text != figure.value:
            for path in filter(None, (figure.path, figure.follows)):
                _put(changed, path.split("."), text, may_be_blank=figure.may_be_blank)
    return changed


def _put(inside: Any, keys: list[str], text: str, *, may_be_blank: bool) -> None:
    *way, last = keys
    for key in way:
        inside = inside[int(key)] if isinstance(inside, list) else inside[key]
    if text or not may_be_blank:
        place = int(last) if isinstance(inside, list) else last
        inside[place] = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
    else:
        inside.pop(last, None)


def in_words(sentence: str, mapping: Mapping[str, Any]) -> str:
    """A refusal with the words of the page in place of the path, as far as they are known."""
    path, _, words = sentence.partition("：")
    dotted = re.sub(r"\[(\d+)\]", lambda found: f".{int(found[1]) - 1}", path)
    places = {item.path: f"{item.part}·{item.name}" for item in items_in(mapping)} | _ROOMS
    places |= {figure.path: figure.place for figure in figures_in(mapping)}
    steps = dotted.split(".")
    known = next((end for end in range(len(steps), 0, -1) if ".".join(steps[:end]) in places), 0)
    return f"{places['.'.join(steps[:known])]}：{words}" if known else sentence
