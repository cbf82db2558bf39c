"""One filled-in sheet: whether its marks may stand, what each item costs, and the total.

Marks are the JSON column of a sheet, by item code. An assessor writes
`{"deducted": "2.00", "not_applicable": false, "note": ""}`, a self-check
`{"result": "pass" | "fail" | "not_applicable", "instances": 2, "note": ""}`; a range has
"deducted" besides, a share "sampled" and "failed".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from gongjian.lib.points import HUNDRED, round_half_up, written_number
from gongjian.lib.rulebooks import is_whole

from .items import FIXED, FULL, INSTANCE, RANGE, RENORMALISE, SHARE, Checklist, ChecklistItem

Marks = Mapping[str, Any]

PASS, FAIL, NOT_APPLICABLE = RESULTS = ("pass", "fail", "not_applicable")


@dataclass(frozen=True, slots=True)
class MarkError:
    """What is wrong with the mark of one item; without `item_code` the whole sheet is meant."""

    item_code: str
    message: str


class WrongMarks(ValueError):
    """Raised for a refused sheet; `errors` says why, item by item."""

    def __init__(self, errors: Sequence[MarkError]) -> None:
        self.errors = tuple(errors)
        super().__init__("；".join(error.message for error in errors))


@dataclass(frozen=True, slots=True)
class ItemScore:
    """What one item brought of what it could bring.

    An item that does not apply brings what its policy says: by default it has no points and takes
    none of the total.
    """

    item: ChecklistItem
    applies: bool
    deducted: Decimal
    points: Decimal
    possible: Decimal


def deduction_for(item: ChecklistItem, instances: int) -> Decimal:
    """Return what so many instances (处) cost, at most the item's cap.

    Raises ValueError for a negative count.
    """
    if instances < 0:
        raise ValueError(f"{item.label}：处数不能是负数，现为 {instances}")
    return min(item.cap, item.deduction * instances)


def deducted_by(mark: Marks, item: ChecklistItem) -> Decimal | None:
    """Return what a self-check's mark costs on this item.

    None unless it failed, and while its figures are not all there.
    """
    if mark.get("result") != FAIL or _figures_problem(mark, item, complete=True):
        return None
    if item.kind == FIXED:
        return item.deduction
    if item.kind == RANGE:
        return written_number(mark["deducted"])
    if item.kind == SHARE:
        return round_half_up(Fraction(item.cap) * mark["failed"] / mark["sampled"])
    return deduction_for(item, mark["instances"])


def check_marks(marks: Marks, checklist: Checklist, *, complete: bool = True) -> list[MarkError]:
    """Return everything wrong with a sheet's marks, in the order of the checklist; empty if good.

    With `complete=False` (a draft) items that have no mark yet are passed over, and a failed one
    may lack its figures.
    """
    codes = {item.code for item in checklist.items}
    errors = []
    for code in marks:
        if code not in codes:
            message = f"检查表“{checklist.name}”中没有代码为 {code} 的项目"
            errors.append(MarkError(code, message))
    for item in checklist.items:
        if item.code not in marks and not complete:
            continue
        if problem := mark_problem(marks.get(item.code), item, complete):
            errors.append(MarkError(item.code, f"{item.label}：{problem}"))
    if complete and not errors:
        applies = [_applies(marks[item.code]) for item in checklist.items]
        if not any(applies):
            errors.append(MarkError("", "所有项目都选了“不涉及”，没有可以计分的项目"))
    return errors


def item_scores(marks: Marks, checklist: Checklist) -> list[ItemScore]:
    """Return points less deductions item by item, never below 0. Raises `WrongMarks`."""
    if errors := check_marks(marks, checklist):
        raise WrongMarks(errors)
    return [score_of_item(marks[item.code], item) for item in checklist.items]


def sheet_points(marks: Marks, checklist: Checklist) -> Decimal:
    """Return the total of one sheet out of 100, over the items that count. Raises `WrongMarks`.

    Rounded half up to two places: it is the figure that is shown, signed and locked with the
    sheet, and everything later is computed from it exactly.
    """
    scores = item_scores(marks, checklist)
    reached = sum(score.points for score in scores)
    possible = sum(score.possible for score in scores)
    return round_half_up(HUNDRED * Fraction(reached) / Fraction(possible))


def marks_changed(before: Marks, after: Marks, part: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the old and the new marks that differ, by item code: `part` and the note of each.

    `part` is "result" or "deducted".
    """
    old = {code: _part_and_note(mark, part) for code, mark in (before or {}).items()}
    new = {code: _part_and_note(mark, part) for code, mark in after.items()}
    for code in old.keys() & new.keys():
        if old[code] == new[code]:
            del old[code], new[code]
    return old, new


def _part_and_note(mark: Marks, part: str) -> dict[str, object]:
    written: dict[str, object] = {}
    for name in (part, "note"):
        if mark.get(name) not in (None, ""):
            written[name] = mark[name]
    return written


def score_of_item(mark: Marks, item: ChecklistItem) -> ItemScore:
    """Return what a mark that has passed `check_marks` brings."""
    if not _applies(mark):
        policy = item.not_applicable_policy
        possible = Decimal(0) if policy == RENORMALISE else item.points
        points = item.points if policy == FULL else Decimal(0)
        return ItemScore(item, False, Decimal(0), points, possible)
    if "result" in mark:
        cost = deducted_by(mark, item) or Decimal(0)
    else:
        cost = written_number(mark["deducted"]) or Decimal(0)
    deducted = min(cost, item.points)
    return ItemScore(item, True, deducted, item.points - deducted, item.points)


def _applies(mark: Marks) -> bool:
    return mark.get("result") != NOT_APPLICABLE and not mark.get("not_applicable", False)


def mark_problem(mark: object, item: ChecklistItem, complete: bool) -> str | None:
    """Return what is wrong with one mark, in words that say what to do; None if nothing is."""
    if mark is None:
        return "还没有评，请填写"
    if not isinstance(mark, Mapping):
        return "记录格式不对，请重新填写本项"
    if not isinstance(mark.get("note", ""), str):
        return "说明应是文字"
    if "result" in mark:
        return self_check_problem(mark, item, complete)
    return assessor_problem(mark, item)


def self_check_problem(mark: Marks, item: ChecklistItem, complete: bool) -> str | None:
    """Return what is wrong with a self-check's mark; None if nothing is."""
    result, instances = mark["result"], mark.get("instances") or 0
    if result not in RESULTS:
        return "请选“合格”“不合格”或“不涉及”"
    if result == NOT_APPLICABLE and not item.may_be_not_applicable:
        return "本项不能选“不涉及”"
    if not _is_count(instances):
        return f"处数应是不小于 0 的整数，现为“{instances}”"
    if result == FAIL:
        return _figures_problem(mark, item, complete=complete)
    if instances:
        return f"填了 {instances} 处问题，请选“不合格”，或将处数改为 0"
    return None


def _is_count(value: object) -> bool:
    return is_whole(value) and value >= 0


def _figures_problem(mark: Marks, item: ChecklistItem, *, complete: bool) -> str | None:
    """Return what is wrong with the figures that a failed item of this kind has."""
    if item.kind == SHARE:
        return share_problem(mark.get("sampled"), mark.get("failed"), complete)
    if item.kind == RANGE:
        return range_problem(mark.get("instances") or 0, mark.get("deducted"), item, complete)
    if item.kind == INSTANCE and complete and not mark.get("instances"):
        return "选了“不合格”，请填发现几处"
    return None


def share_problem(sampled: Any, failed: Any, complete: bool) -> str | None:
    """Return what is wrong with so many failed of so many sampled."""
    if sampled is None or failed is None:
        return "选了“不合格”，请填抽查几家、不合格几家" if complete else None
    if not _is_count(sampled) or not _is_count(failed):
        return f"抽查数和不合格数应是不小于 0 的整数，现为“{sampled}”和“{failed}”"
    if failed > sampled:
        return f"不合格 {failed} 家，多于抽查的 {sampled} 家，请核对"
    return None if failed else "选了“不合格”，不合格的至少有 1 家；都合格请选“合格”"


def range_problem(
    instances: int, written: object, item: ChecklistItem, complete: bool
) -> str | None:
    """Return what is wrong with the points that the checker took for so many instances."""
    if written is None or written == "":
        return "选了“不合格”，请填扣几分" if complete else None
    deducted = written_number(written)
    if deducted is None:
        return f"扣分“{written}”不是数，请写成如 2.00 的形式"
    if not instances:
        return "选了“不合格”，请填发现几处" if complete else _deduction_problem(deducted, item)
    lowest = min(item.cap, item.lowest * instances)
    highest = min(item.cap, item.highest * instances)
    if not lowest <= deducted <= highest:
        return f"{instances} 处应扣 {lowest} 到 {highest} 分，现为 {deducted}"
    return _deduction_problem(deducted, item)


def assessor_problem(mark: Marks, item: ChecklistItem) -> str | None:
    """Return what is wrong with an assessor's mark; None if nothing is."""
    not_applicable = mark.get("not_applicable", False)
    if not isinstance(not_applicable, bool):
        return "“不涉及”只能是“是”或“否”"
    if not_applicable and not item.may_be_not_applicable:
        return "本项不能选“不涉及”"
    written = mark.get("deducted")
    if written is None or written == "":
        return None if not_applicable else "请填扣分，没有扣分填 0"
    deducted = written_number(written)
    if deducted is None:
        return f"扣分“{written}”不是数，请写成如 2.00 的形式"
    if not_applicable and deducted:
        return "选了“不涉及”就不能再扣分，请将扣分改为 0"
    return _deduction_problem(deducted, item)


def _deduction_problem(deducted: Decimal, item: ChecklistItem) -> str | None:
    """Return what is wrong with the points taken, whoever took them."""
    if deducted < 0:
        return f"扣分不能是负数，现为 {deducted}"
    if deducted > item.cap:
        return f"扣分 {deducted} 超过本项扣分上限 {item.cap}"
    if deducted != round_half_up(deducted):
        return f"扣分最多两位小数，现为 {deducted}"
    if item.kind == FIXED and deducted not in (0, item.deduction):
        return f"本项一次扣完：扣 {item.deduction} 分，或者不扣，现为 {deducted}"
    if item.kind == RANGE and 0 < deducted < item.lowest:
        return f"本项扣分时至少扣 {item.lowest} 分，现为 {deducted}"
    return None
