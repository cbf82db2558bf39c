"""One filled-in sheet: whether its marks may stand, what each item costs, and the total.

Marks are the JSON column of a sheet, by item code. An assessor writes
`{"deducted": "2.00", "not_applicable": false, "note": ""}`, a self-check
`{"result": "pass" | "fail" | "not_applicable", "instances": 2, "note": ""}`; a range has "deducted" besides, a share
"sampled" and "failed".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from gongjian.lib.points import HUNDRED, round_half_up, written_number

from .items import FIXED, INSTANCE, RANGE, SHARE, Checklist, ChecklistItem

Marks = Mapping[str, Any]

RESULTS = ("pass", "fail", "not_applicable")


@dataclass(frozen=True, slots=True)
class MarkError:
    """What is wrong with the mark of one item; `item_code` is empty where the whole sheet is meant."""

    item_code: str
    message: str


class WrongMarks(ValueError):
    """The sheet is refused; `errors` says why, item by item."""

    def __init__(self, errors: Sequence[MarkError]) -> None:
        self.errors = tuple(errors)
        super().__init__("；".join(error.message for error in errors))


@dataclass(frozen=True, slots=True)
class ItemScore:
    """What one item brought of what it could bring. What does not apply brings what its policy says: by default it
    has no points and takes none of the total.
    """

    item: ChecklistItem
    applies: bool
    deducted: Decimal
    points: Decimal
    possible: Decimal


def deduction_for(item: ChecklistItem, instances: int) -> Decimal:
    """What so many instances (处) cost on this item, held to its cap. Raises ValueError for a negative count."""
    if instances < 0:
        raise ValueError(f"{item.label}：处数不能是负数，现为 {instances}")
    return min(item.cap, item.deduction * instances)


def deducted_by(mark: Marks, item: ChecklistItem) -> Decimal | None:
    """What a self-check's mark costs on this item; None unless it failed, and while its figures are not all there."""
    if mark.get("result") != "fail" or _figures_problem(mark, item, complete=True):
        return None
    if item.kind == FIXED:
        return item.deduction
    if item.kind == RANGE:
        return written_number(mark["deducted"])
    if item.kind == SHARE:
        return round_half_up(Fraction(item.cap) * mark["failed"] / mark["sampled"])
    return deduction_for(item, mark["instances"])


def check_marks(marks: Marks, checklist: Checklist, *, complete: bool = True) -> list[MarkError]:
    """Everything wrong with the marks of one sheet, in the order of the checklist; empty if it may be handed in.

    With `complete=False` (a draft) items that have no mark yet are passed over, and a failed one may lack its figures.
    """
    codes = {item.code for item in checklist.items}
    errors = [
        MarkError(code, f"检查表“{checklist.name}”中没有代码为 {code} 的项目")
        for code in marks
        if code not in codes
    ]
    for item in checklist.items:
        if item.code in marks or complete:
            problem = _problem(marks.get(item.code), item, complete)
            errors += [MarkError(item.code, f"{item.label}：{problem}")] if problem else []
    if complete and not errors and not any(_applies(marks[item.code]) for item in checklist.items):
        errors.append(MarkError("", "所有项目都选了“不涉及”，没有可以计分的项目"))
    return errors


def item_scores(marks: Marks, checklist: Checklist) -> list[ItemScore]:
    """The sheet item by item: points less deductions, never below 0. Raises `WrongMarks`."""
    if errors := check_marks(marks, checklist):
        raise WrongMarks(errors)
    return [_item_score(marks[item.code], item) for item in checklist.items]


def sheet_points(marks: Marks, checklist: Checklist) -> Decimal:
    """The total of one sheet out of 100, over the items that count. Raises `WrongMarks`.

    Rounded half up to two places: it is the figure that is shown, signed and locked with the sheet, and everything
    later is computed from it exactly.
    """
    scores = item_scores(marks, checklist)
    reached = sum(score.points for score in scores)
    possible = sum(score.possible for score in scores)
    return round_half_up(HUNDRED * Fraction(reached) / Fraction(possible))


def marks_changed(before: Marks, after: Marks, part: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """By item code, `part` of the marks ("result" or "deducted") and the note where either differs, old and new."""
    told = [
        {code: _told(mark, part) for code, mark in marks.items()} for marks in (before or {}, after)
    ]
    changed = [code for code in {**told[0], **told[1]} if told[0].get(code) != told[1].get(code)]
    old, new = ({code: marks[code] for code in changed if code in marks} for marks in told)
    return old, new


def _told(mark: Marks, part: str) -> dict[str, object]:
    return {name: mark[name] for name in (part, "note") if mark.get(name) not in (None, "")}


def _item_score(mark: Marks, item: ChecklistItem) -> ItemScore:
    if not _applies(mark):
        possible = Decimal(0) if item.not_applicable_policy == "renormalise" else item.points
        points = item.points if item.not_applicable_policy == "full" else Decimal(0)
        return ItemScore(item, False, Decimal(0), points, possible)
    deducted = min(_deducted(mark, item), item.points)
    return ItemScore(item, True, deducted, item.points - deducted, item.points)


def _applies(mark: Marks) -> bool:
    return mark.get("result") != "not_applicable" and not mark.get("not_applicable", False)


def _deducted(mark: Marks, item: ChecklistItem) -> Decimal:
    """The deduction of a mark that has passed `check_marks`."""
    found = deducted_by(mark, item) if "result" in mark else written_number(mark["deducted"])
    return found or Decimal(0)


def _problem(mark: object, item: ChecklistItem, complete: bool) -> str | None:
    """What is wrong with one mark, in words that say what to do; None if nothing is."""
    if mark is None:
        return "还没有评，请填写"
    if not isinstance(mark, Mapping):
        return "记录格式不对，请重新填写本项"
    if not isinstance(mark.get("note", ""), str):
        return "说明应是文字"
    return (
        _self_check_problem(mark, item, complete)
        if "result" in mark
        else _assessor_problem(mark, item)
    )


def _self_check_problem(mark: Marks, item: ChecklistItem, complete: bool) -> str | None:
    result, instances = mark["result"], mark.get("instances") or 0
    if result not in RESULTS:
        return "请选“合格”“不合格”或“不涉及”"
    if result == "not_applicable" and not item.may_be_not_applicable:
        return "本项不能选“不涉及”"
    if not _is_count(instances):
        return f"处数应是不小于 0 的整数，现为“{instances}”"
    if result == "fail":
        return _figures_problem(mark, item, complete=complete)
    if instances:
        return f"填了 {instances} 处问题，请选“不合格”，或将处数改为 0"
    return None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _figures_problem(mark: Marks, item: ChecklistItem, *, complete: bool) -> str | None:
    """What is wrong with the figures that a failed item of this kind has."""
    if item.kind == SHARE:
        return _share_problem(mark.get("sampled"), mark.get("failed"), complete)
    if item.kind == RANGE:
        return _range_problem(mark.get("instances") or 0, mark.get("deducted"), item, complete)
    if item.kind == INSTANCE and complete and not mark.get("instances"):
        return "选了“不合格”，请填发现几处"
    return None


def _share_problem(sampled: object, failed: object, complete: bool) -> str | None:
    if sampled is None or failed is None:
        return "选了“不合格”，请填抽查几家、不合格几家" if complete else None
    if not _is_count(sampled) or not _is_count(failed):
        return f"抽查数和不合格数应是不小于 0 的整数，现为“{sampled}”和“{failed}”"
    if failed > sampled:  # type: ignore[operator]
        return f"不合格 {failed} 家，多于抽查的 {sampled} 家，请核对"
    return None if failed else "选了“不合格”，不合格的至少有 1 家；都合格请选“合格”"


def _range_problem(
    instances: int, written: object, item: ChecklistItem, complete: bool
) -> str | None:
    if written is None or written == "":
        return "选了“不合格”，请填扣几分" if complete else None
    deducted = written_number(written)
    if deducted is None:
        return f"扣分“{written}”不是数，请写成如 2.00 的形式"
    if not instances:
        return "选了“不合格”，请填发现几处" if complete else _deduction_problem(deducted, item)
    lowest, highest = (min(item.cap, bound * instances) for bound in (item.lowest, item.highest))
    if not lowest <= deducted <= highest:
        return f"{instances} 处应扣 {lowest} 到 {highest} 分，现为 {deducted}"
    return _deduction_problem(deducted, item)


def _assessor_problem(mark: Marks, item: ChecklistItem) -> str | None:
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
