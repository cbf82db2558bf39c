"""What of a frozen record may be put right: how each kind is read, written back and told."""

import json
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from gongjian.lib.canonical import canonical_json
from scoring.rules.corrections.kinds import CorrectionKind
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.parts import LATE, MISSING, ON_TIME

STATES = {ON_TIME: "按时", LATE: "逾期", MISSING: "未报"}


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A copy of what is on record of one community, and of the unit that a change is about."""

    community: dict[str, Any]
    unit: dict[str, Any]

    def lacks(self, what: str) -> Refused:
        """Return the refusal of an input that is not on the community's record."""
        return Refused(f"{self.community['name']}：存档中没有{what}")


class InputKind:
    """One kind of input: what stands on record as text, how another is written, how it is shown.

    `of_unit`: the key begins with the unit's standing and number ("member/12/meetings"). `read` and
    `write` raise `Refused`.
    """

    name: str
    of_unit = False

    def read(self, record: OnRecord, key: str) -> str:
        """Return what stands under the key, as text."""
        raise NotImplementedError

    def write(self, record: OnRecord, key: str, new: str) -> None:
        """Put the new text under the key."""
        raise NotImplementedError

    def shown(self, value: str) -> str:
        """Return the text as people read it."""
        return value


class SheetTotal(InputKind):
    """The total of an assessor's sheet, under its pass and number ("day/123")."""

    name = "打分表"

    def read(self, record: OnRecord, key: str) -> str:
        sheets, number = self.sheets(record, key)
        return sheets[number]

    def write(self, record: OnRecord, key: str, new: str) -> None:
        sheets, number = self.sheets(record, key)
        points = _points(new, f"打分表得分“{new}”不是数")
        if points > 100:
            raise Refused(f"打分表得分应在 0 至 100 之间，最多两位小数，现为 {new}")
        sheets[number] = f"{points:.2f}"

    def sheets(self, record: OnRecord, key: str) -> tuple[dict[str, str], str]:
        """Return the totals of the pass by number, and the number of this sheet."""
        on_pass, _, number = key.partition("/")
        sheets: dict[str, str] = record.community["sheets"].get(on_pass, {})
        if number not in sheets:
            raise record.lacks(f"编号为 {number} 的打分表")
        return sheets, number

    def shown(self, value: str) -> str:
        return f"{value} 分"


def _points(text: str, wrong: str) -> Decimal:
    """Return points, 0 or more, to two places. Raises `Refused`, with `wrong` for no number."""
    try:
        points = Decimal(text)
        if points.is_finite() and points >= 0 and points == round(points, 2):
            return points
    except InvalidOperation as cause:
        raise Refused(wrong) from cause
    raise Refused(f"分数应在 0 至 100 之间，最多两位小数，现为 {text}")


class SelfCheckState(InputKind):
    """Whether a month's self-check came on time, late or not at all, under the month."""

    name = "月自查"

    def read(self, record: OnRecord, key: str) -> str:
        states = record.community["self_checks"]
        if key not in states:
            raise record.lacks(f" {key} 的月自查")
        return str(states[key])

    def write(self, record: OnRecord, key: str, new: str) -> None:
        if new not in STATES:
            raise Refused(f"月自查只能是{'、'.join(STATES.values())}，现为“{new}”")
        record.community["self_checks"][key] = new

    def shown(self, value: str) -> str:
        return STATES.get(value, value)


class RectificationShare(InputKind):
    """The findings closed out in time of those due, as "11/12"; it has no key."""

    name = "问题整改"

    def read(self, record: OnRecord, key: str) -> str:
        counted = record.community["rectification"]
        if counted:
            return f"{counted['closed_in_time']}/{counted['due']}"
        return "0/0"

    def write(self, record: OnRecord, key: str, new: str) -> None:
        closed, due = _share(new, "问题整改请写成“按期销号件数/到期件数”", "按期销号")
        record.community["rectification"] = {"due": due, "closed_in_time": closed}

    def shown(self, value: str) -> str:
        return _closed_of_due(value)


def _share(text: str, form: str, done_word: str) -> tuple[int, int]:
    """Return so many done of so many due, from "11/12"."""
    match = re.fullmatch(r"(\d{1,5})/(\d{1,5})", text, re.ASCII)
    if not match:
        raise Refused(f"{form}，如 11/12，现为“{text}”")
    closed = int(match[1])
    due = int(match[2])
    if closed > due:
        raise Refused(f"{done_word} {closed} 件，多于到期 {due} 件")
    return closed, due


def _closed_of_due(value: str) -> str:
    closed, slash, due = value.partition("/")
    if slash:
        return f"到期 {due} 件，按期销号 {closed} 件"
    return value


class Cases(InputKind):
    """The cases counted under a rule's code, in one column of the community's record.

    `leaves_no_empty`: records without a case do not have the column.
    """

    def __init__(self, name: str, column: str, *, leaves_no_empty: bool = False) -> None:
        self.name = name
        self.column = column
        self.leaves_no_empty = leaves_no_empty

    def read(self, record: OnRecord, key: str) -> str:
        return str(record.community.get(self.column, {}).get(key, 0))

    def write(self, record: OnRecord, key: str, new: str) -> None:
        cases = _with_count(record.community.get(self.column, {}), key, _count(new))
        record.community[self.column] = cases
        if self.leaves_no_empty and not cases:
            del record.community[self.column]

    def shown(self, value: str) -> str:
        return f"{value} 件"


def _with_count(cases: Mapping[str, int], code: str, count: int) -> dict[str, int]:
    """Return the cases with another count, without those of 0."""
    changed = {**cases, code: count}
    numbers_by_name = {}
    for name, number in changed.items():
        if number:
            numbers_by_name[name] = number
    return numbers_by_name


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,4}", text, re.ASCII):
        raise Refused(f"请填件数（0 至 9999 的整数），现为“{text}”")
    return int(text)


class OwnBonus(InputKind):
    """A bonus with a reason of its own, as "1.00 承办现场会", under its place ("1").

    One past the last is a new one.
    """

    name = "另行加分"

    def read(self, record: OnRecord, key: str) -> str:
        index = self.index(record, key)
        bonuses = record.community["bonuses"]
        if index == len(bonuses):
            return ""
        return f"{bonuses[index]['points']} {bonuses[index]['reason']}"

    def write(self, record: OnRecord, key: str, new: str) -> None:
        index = self.index(record, key)
        text, _, reason = new.partition(" ")
        points = _points(text or "0", f"加分“{text}”不是数")
        if points and not reason.strip():
            raise Refused("另行加分请写明分值和事由，如：1 承办全市现场会；不加分填 0")
        if points:
            row = [{"reason": reason.strip(), "points": f"{points:.2f}"}]
        else:
            row = []
        bonuses = record.community["bonuses"]
        record.community["bonuses"] = [*bonuses[:index], *row, *bonuses[index + 1 :]]

    def index(self, record: OnRecord, key: str) -> int:
        """Return where the bonus stands, or will stand, among the community's."""
        places = len(record.community["bonuses"]) + 1
        if not key.isdecimal() or not 1 <= int(key) <= places:
            raise record.lacks(f"第 {key} 项加分")
        return int(key) - 1

    def shown(self, value: str) -> str:
        points, _, reason = value.partition(" ")
        if reason:
            return f"{points} 分（{reason}）"
        return "没有"


def bonus_written(typed: str, old: str) -> str:
    """Return a bonus as the record keeps it; points alone leave the reason of `old`."""
    text, _, reason = " ".join(typed.split()).replace("分 ", " ").partition(" ")
    wrong = f"加分“{text}”不是数，请先写分值，再写事由，如：1 承办全市现场会"
    points = _points(text.removesuffix("分"), wrong)
    reason = reason.strip() or old.partition(" ")[2]
    if points:
        return f"{points:.2f} {reason}"
    return ""


class VetoSet(InputKind):
    """Whether a veto is in force ("1") or not ("0"), under its code."""

    name = "一票否决"

    def read(self, record: OnRecord, key: str) -> str:
        if key in record.community["vetoes"]:
            return "1"
        return "0"

    def write(self, record: OnRecord, key: str, new: str) -> None:
        if new not in ("0", "1"):
            raise Refused(f"一票否决只能是有或没有，现为“{new}”")
        vetoes = set(record.community["vetoes"]) - {key}
        if new == "1":
            vetoes.add(key)
        record.community["vetoes"] = sorted(vetoes)

    def shown(self, value: str) -> str:
        return "有" if value == "1" else "没有"


_FIGURE_NAMES = {
    "due": "应办",
    "done": "已办",
    "value": "数值",
    "cases": "次数",
    "picked": "逐次扣分",
    "sizes": "规模",
}


class ItemReading(InputKind):
    """The reading of an item as JSON, under its component and code ("village/water")."""

    name = "读数"

    def read(self, record: OnRecord, key: str) -> str:
        items, item = self.items(record, key)
        return canonical_json(items[item]).decode()

    def write(self, record: OnRecord, key: str, new: str) -> None:
        items, item = self.items(record, key)
        try:
            items[item] = dict(json.loads(new))
        except (ValueError, TypeError) as wrong:
            raise Refused(f"读数“{new}”不完整") from wrong

    def items(self, record: OnRecord, key: str) -> tuple[dict[str, Any], str]:
        """Return the component's readings by item, and the code of this item."""
        part, _, item = key.partition("/")
        items: dict[str, Any] = record.community.get("readings", {}).get(part, {})
        if item not in items:
            raise record.lacks(f"“{item}”的读数")
        return items, item

    def shown(self, value: str) -> str:
        reading = json.loads(value)
        if reading.get("not_applicable"):
            return f"不涉及（{reading.get('reason') or '原因未存档'}）"
        figures = []
        for name, figure in reading.items():
            figures.append(f"{_FIGURE_NAMES[name]} {_plain(figure)}")
        return "，".join(figures) or "没有扣分"


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return "、".join(f"{name} {_plain(figure)}" for name, figure in value.items())
    if isinstance(value, list):
        return "、".join(map(str, value))
    return str(value)


class DutyShare(InputKind):
    """A member unit's duty done of due, as "11/12"."""

    name = "单位职责"
    of_unit = True

    def read(self, record: OnRecord, key: str) -> str:
        duties = record.unit.get("duties", {})
        code = _rule_code(key)
        if code not in duties:
            raise Refused(f"{record.unit['name']}：存档中没有职责“{code}”的统计")
        return f"{duties[code]['done']}/{duties[code]['due']}"

    def write(self, record: OnRecord, key: str, new: str) -> None:
        fulfilled, due = _share(new, "单位职责请写成“已办件数/应办件数”", "已办")
        record.unit["duties"][_rule_code(key)] = {"due": due, "done": fulfilled}

    def shown(self, value: str) -> str:
        fulfilled, slash, due = value.partition("/")
        if slash:
            return f"应 {due}，实 {fulfilled}"
        return value


def _rule_code(key: str) -> str:
    """Return the duty or malus in the key of a unit's input ("member/12/meetings")."""
    return key.split("/")[2]


class HandledShare(InputKind):
    """A department's cases handled in time of those dispatched to it, as "11/12"."""

    name = "职能部门办理"
    of_unit = True

    def read(self, record: OnRecord, key: str) -> str:
        handled = record.unit["handled"]
        return f"{handled['done']}/{handled['due']}"

    def write(self, record: OnRecord, key: str, new: str) -> None:
        closed, due = _share(new, "职能部门办理请写成“按期办结件数/派办件数”", "按期办结")
        record.unit["handled"] = {"due": due, "done": closed}

    def shown(self, value: str) -> str:
        return _closed_of_due(value)


class BlamedCases(InputKind):
    """The cases of a malus in which a department shares; the community's own cases follow."""

    name = "分担事项"
    of_unit = True

    def read(self, record: OnRecord, key: str) -> str:
        cases = record.unit.get("blame", {}).get(record.community["code"], {})
        return str(cases.get(_rule_code(key), 0))

    def write(self, record: OnRecord, key: str, new: str) -> None:
        rule = _rule_code(key)
        code = record.community["code"]
        count = _count(new)
        more = count - int(self.read(record, key))
        blame = dict(record.unit.get("blame", {}))
        blame[code] = _with_count(blame.get(code, {}), rule, count)
        record.unit["blame"] = {place: cases for place, cases in blame.items() if cases}
        if not record.unit["blame"]:
            del record.unit["blame"]
        cases_of_community = int(MALUS.read(record, rule)) + more
        MALUS.write(record, rule, str(cases_of_community))

    def shown(self, value: str) -> str:
        return f"{value} 件"


MALUS = Cases("扣分事项", "maluses")
KINDS: dict[str, InputKind] = {
    CorrectionKind.SHEET: SheetTotal(),
    CorrectionKind.SELF_CHECK: SelfCheckState(),
    CorrectionKind.RECTIFICATION: RectificationShare(),
    CorrectionKind.READING: ItemReading(),
    CorrectionKind.MALUS: MALUS,
    CorrectionKind.BONUS: Cases("加分事项", "bonus_cases", leaves_no_empty=True),
    CorrectionKind.OWN_BONUS: OwnBonus(),
    CorrectionKind.VETO: VetoSet(),
    CorrectionKind.BLAME: BlamedCases(),
    CorrectionKind.DUTY: DutyShare(),
    CorrectionKind.HANDLED: HandledShare(),
}


def kind_of(code: str) -> InputKind:
    """Return the kind of this code. Raises `Refused` if there is none."""
    if code not in KINDS:
        names = "、".join(kind.name for kind in KINDS.values())
        raise Refused(f"没有“{code}”这一类可更正的数据，只有{names}")
    return KINDS[code]


def shown(kind: str, value: str) -> str:
    """Return a value as people read it."""
    return KINDS[kind].shown(value)


def copy_on_record(frozen: Mapping[str, Any], code: str, kind: str, key: str) -> OnRecord:
    """Return a copy of all that a change of this kind is about. Raises `Refused`."""
    if kind_of(kind).of_unit:
        unit = unit_on_record(frozen, key)
    else:
        unit = {}
    community = community_on_record(frozen, code)
    return OnRecord(deepcopy(dict(community)), deepcopy(dict(unit)))


def community_on_record(frozen: Mapping[str, Any], code: str) -> Mapping[str, Any]:
    """Return what is on record of one community. Raises `Refused` if there is none of that code."""
    communities: Sequence[Mapping[str, Any]] = frozen["communities"]
    for community in communities:
        if community["code"] == code:
            return community
    raise Refused(f"存档中没有代码为 {code} 的社区")


def unit_on_record(frozen: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return what is on record of the unit with which the key begins. Raises `Refused` if none."""
    standing, _, rest = key.partition("/")
    number = rest.partition("/")[0]
    units: Sequence[Mapping[str, Any]] = frozen.get("units", ())
    for unit in units:
        if unit["standing"] == standing and unit["ref"] == number:
            return unit
    raise Refused("存档中没有这家单位的数据：单位得分从快照格式三起才可更正")
