"""The checklist (四清、四无、五落实) as data, and the arithmetic of one filled-in sheet.

Inspections fill it in as a self-check, scoring as an assessor's sheet: the same items, deductions and total.
Marks are the JSON column of a sheet, by item code. An assessor writes
`{"deducted": "2.00", "not_applicable": false, "note": ""}`, a self-check
`{"result": "pass" | "fail" | "not_applicable", "instances": 2, "note": ""}`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from gongjian.lib.points import HUNDRED, round_half_up, written_number
from gongjian.lib.rulebooks import Section

Marks = Mapping[str, Any]

TIME_UNITS = ("day", "working_day", "working_hour")
RESULTS = ("pass", "fail", "not_applicable")
_UNIT_NAMES = {"day": "日", "working_day": "个工作日", "working_hour": "个工作小时"}


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long a finding may take to be put right (整改期限). 0 days: on the day that it was found."""

    amount: int
    unit: str

    @property
    def label(self) -> str:
        return f"{self.amount} {_UNIT_NAMES[self.unit]}内" if self.amount else "当日"


@dataclass(frozen=True, slots=True)
class ChecklistSection:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One item: `deduction` points for each instance found, at most `cap` in all."""

    code: str
    section: str
    text: str
    points: Decimal
    how_checked: str
    deduction: Decimal
    deduction_rule: str
    cap: Decimal
    may_be_not_applicable: bool
    event_class: str
    put_right: TimeLimit | None

    @property
    def label(self) -> str:
        return f"“{self.text}”（{self.code}）"


@dataclass(frozen=True, slots=True)
class Checklist:
    """One version of the checklist; its items keep the order in which they are walked."""

    name: str
    version: str
    clause: str
    sections: tuple[ChecklistSection, ...]
    items: tuple[ChecklistItem, ...]

    def item(self, code: str) -> ChecklistItem:
        """The item with this code. Raises KeyError if there is none."""
        return {item.code: item for item in self.items}[code]

    def by_section(self) -> list[tuple[ChecklistSection, list[ChecklistItem]]]:
        return [(part, [item for item in self.items if item.section == part.code]) for part in self.sections]


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
    """What one item brought. An item that does not apply has no points and takes none."""

    item: ChecklistItem
    applies: bool
    deducted: Decimal
    points: Decimal


def load_checklist(mapping: object) -> Checklist:
    """The checklist read from its rule file. Raises `WrongRulebook`, naming every wrong value by its path."""
    top = Section(mapping)
    sections = tuple(ChecklistSection(row.text("code"), row.text("name")) for row in top.rows("sections"))
    codes = [section.code for section in sections] or [""]
    items = tuple(_read_item(row, codes) for row in top.rows("items"))
    top.refuse_repeats("sections", codes, "部分代码")
    top.refuse_repeats("items", [item.code for item in items], "项目代码")
    checklist = Checklist(top.text("name"), top.text("version"), top.text("clause"), sections, items)
    top.finish()
    return checklist


def _read_item(row: Section, sections: Sequence[str]) -> ChecklistItem:
    item = ChecklistItem(
        code=row.text("code"),
        section=row.choice("section", sections),
        text=row.text("text"),
        points=row.number("points", 0, 1000, above_lowest=True),
        how_checked=row.text("how_checked"),
        deduction=row.number("deduction", 0, 1000, above_lowest=True),
        deduction_rule=row.text("deduction_rule"),
        cap=row.number("cap", 0, 1000, above_lowest=True),
        may_be_not_applicable=row.flag("may_be_not_applicable"),
        event_class=row.text("event_class", blank=True),
        put_right=_read_time_limit(row),
    )
    if item.points and item.cap > item.points:
        row.fault("cap", f"扣分上限 {item.cap} 超过本项分值 {item.points}")
    return item


def _read_time_limit(row: Section) -> TimeLimit | None:
    if row.is_null("put_right"):
        return None
    limit = row.section("put_right")
    return TimeLimit(limit.whole("amount", 0, 365), limit.choice("unit", TIME_UNITS))


def deduction_for(item: ChecklistItem, instances: int) -> Decimal:
    """What so many instances (处) cost on this item, held to its cap. Raises ValueError for a negative count."""
    if instances < 0:
        raise ValueError(f"{item.label}：处数不能是负数，现为 {instances}")
    return min(item.cap, item.deduction * instances)


def check_marks(marks: Marks, checklist: Checklist, *, complete: bool = True) -> list[MarkError]:
    """Everything wrong with the marks of one sheet, in the order of the checklist; empty if it may be handed in.

    With `complete=False` (a draft) items that have no mark yet are passed over.
    """
    codes = {item.code for item in checklist.items}
    errors = [
        MarkError(code, f"检查表“{checklist.name}”中没有代码为 {code} 的项目") for code in marks if code not in codes
    ]
    for item in checklist.items:
        if item.code in marks or complete:
            problem = _problem(marks.get(item.code), item)
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
    """The total of one sheet out of 100, over the items that apply. Raises `WrongMarks`.

    Rounded half up to two places: it is the figure that is shown, signed and locked with the sheet, and everything
    later is computed from it exactly.
    """
    scores = [score for score in item_scores(marks, checklist) if score.applies]
    reached = sum(score.points for score in scores)
    possible = sum(score.item.points for score in scores)
    return round_half_up(HUNDRED * Fraction(reached) / Fraction(possible))


def marks_changed(before: Marks, after: Marks, part: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """By item code, `part` of the marks ("result" or "deducted") and the note where either differs, old and new."""
    told = [{code: _told(mark, part) for code, mark in marks.items()} for marks in (before or {}, after)]
    changed = [code for code in {**told[0], **told[1]} if told[0].get(code) != told[1].get(code)]
    old, new = ({code: marks[code] for code in changed if code in marks} for marks in told)
    return old, new


def _told(mark: Marks, part: str) -> dict[str, object]:
    return {name: mark[name] for name in (part, "note") if mark.get(name) not in (None, "")}


def _item_score(mark: Marks, item: ChecklistItem) -> ItemScore:
    if not _applies(mark):
        return ItemScore(item, False, Decimal(0), Decimal(0))
    deducted = min(_deducted(mark, item), item.points)
    return ItemScore(item, True, deducted, item.points - deducted)


def _applies(mark: Marks) -> bool:
    return mark.get("result") != "not_applicable" and not mark.get("not_applicable", False)


def _deducted(mark: Marks, item: ChecklistItem) -> Decimal:
    """The deduction of a mark that has passed `check_marks`."""
    if "result" in mark:
        return deduction_for(item, mark.get("instances") or 0)
    return written_number(mark["deducted"]) or Decimal(0)


def _problem(mark: object, item: ChecklistItem) -> str | None:
    """What is wrong with one mark, in words that say what to do; None if nothing is."""
    if mark is None:
        return "还没有评，请填写"
    if not isinstance(mark, Mapping):
        return "记录格式不对，请重新填写本项"
    if not isinstance(mark.get("note", ""), str):
        return "说明应是文字"
    return _self_check_problem(mark, item) if "result" in mark else _assessor_problem(mark, item)


def _self_check_problem(mark: Marks, item: ChecklistItem) -> str | None:
    result, instances = mark["result"], mark.get("instances") or 0
    if result not in RESULTS:
        return "请选“合格”“不合格”或“不涉及”"
    if result == "not_applicable" and not item.may_be_not_applicable:
        return "本项不能选“不涉及”"
    if not isinstance(instances, int) or isinstance(instances, bool) or instances < 0:
        return f"处数应是不小于 0 的整数，现为“{instances}”"
    if result == "fail" and not instances:
        return "选了“不合格”，请填发现几处"
    if result != "fail" and instances:
        return f"填了 {instances} 处问题，请选“不合格”，或将处数改为 0"
    return None


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
    return None
