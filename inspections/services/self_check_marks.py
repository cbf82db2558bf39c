"""The marks of a self-check: what is stored of each, and what is wrong with them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet

from gongjian.lib.checklists import Checklist as Rules
from gongjian.lib.checklists import MarkError, Marks, check_marks
from inspections.models import Frontage, SelfCheck
from inspections.services.checklists import rules_of
from units.models import Unit

MOST_INSTANCES = 99
LONGEST_NOTE = 180
LONGEST_PLACE = 100
SHORTEST_NOTE = 2
# The figures of a failed item besides the instances; which are asked depends on its kind.
FIGURES = ("deducted", "sampled", "failed")


def stored_mark(mark: Marks) -> dict[str, Any]:
    """Return a mark as it is stored; only a failed item keeps what was written about it."""
    result = mark.get("result")
    if result != "fail":
        return {"result": result, "instances": 0, "note": ""}
    stored = {"result": result, "instances": mark.get("instances") or 0}
    for figure in FIGURES:
        if mark.get(figure) not in (None, ""):
            stored[figure] = mark[figure]
    for words in ("note", "place"):
        stored[words] = str(mark.get(words) or "").strip()
    for id_of in ("unit", "frontage"):
        stored[id_of] = mark.get(id_of)
    if mark.get("position"):
        stored["position"] = mark["position"]
    return stored


def missing_marks(check: SelfCheck, rules: Rules) -> list[MarkError]:
    """Return what keeps the self-check from being handed in; a failed item needs a note."""
    errors = check_marks(check.marks, rules)
    codes_with_error = {error.item_code for error in errors}
    for item in rules.items:
        mark = check.marks.get(item.code, {})
        if item.code in codes_with_error or mark.get("result") != "fail":
            continue
        if len(mark.get("note", "").strip()) < SHORTEST_NOTE:
            message = f"{item.label}：选了“不合格”，请写明是什么问题"
            errors.append(MarkError(item.code, message))
    return errors


def draft_errors(check: SelfCheck, marks: Marks) -> list[MarkError]:
    """Return what no draft may hold; the figures of a failed item may still be open."""
    errors = check_marks(marks, rules_of(check.checklist), complete=False)
    for code, mark in marks.items():
        errors += length_errors(code, mark)
    return errors + place_errors(check, marks)


def length_errors(code: str, mark: Marks) -> list[MarkError]:
    """Return what is too long or too much in the mark of an item."""
    instances, note, place = mark["instances"], mark["note"], mark.get("place", "")
    messages = []
    if isinstance(instances, int) and instances > MOST_INSTANCES:
        messages.append(f"{code}：处数最多 {MOST_INSTANCES}，现为 {instances}")
    if len(note) > LONGEST_NOTE:
        messages.append(f"{code}：说明最多 {LONGEST_NOTE} 字，现为 {len(note)} 字")
    if len(place) > LONGEST_PLACE:
        messages.append(f"{code}：位置最多 {LONGEST_PLACE} 字，现为 {len(place)} 字")
    return [MarkError(code, message) for message in messages]


def place_errors(check: SelfCheck, marks: Marks) -> list[MarkError]:
    """Return the items whose frontage is of another community or whose unit is not registered.

    Two queries at most.
    """
    frontages = Frontage.objects.filter(community=check.community_id)
    frontage_ids = _existing(frontages, ids_in(marks.values(), "frontage"))
    units = Unit.objects.filter(is_active=True)
    unit_ids = _existing(units, ids_in(marks.values(), "unit"))
    errors = []
    for code, mark in marks.items():
        if mark.get("frontage") and mark["frontage"] not in frontage_ids:
            message = f"{code}：所选责任区不在{check.community}，请重新选择"
            errors.append(MarkError(code, message))
        if mark.get("unit") and mark["unit"] not in unit_ids:
            message = f"{code}：所选责任单位不在名册里，请重新选择"
            errors.append(MarkError(code, message))
    return errors


def ids_in(marks: Iterable[Marks], name: str) -> set[int]:
    """Return the ids of units or frontages (`name`) that the marks refer to."""
    return {mark[name] for mark in marks if mark.get(name)}


def _existing(rows: QuerySet[Model], ids: set[int]) -> set[int]:
    if not ids:
        return set()
    return set(rows.filter(pk__in=ids).values_list("pk", flat=True))
