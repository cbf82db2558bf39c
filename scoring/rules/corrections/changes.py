"""What of a frozen record may be put right, kind by kind: how it is read as text, written back, and told."""

import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from gongjian.lib.canonical import canonical_json
from scoring.rules.refusals import Refused

STATES = {"on_time": "按时", "late": "逾期", "missing": "未报"}


@dataclass(frozen=True, slots=True)
class Held:
    """What is on record of one community, and of the unit that the change is about; a copy, to be written into."""

    community: dict[str, Any]
    unit: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of input: its name, what stands there and how another is written, and the text as people read it.

    `of_unit`: the key begins with the unit's standing and number ("member/12/meetings").
    """

    name: str
    read: Callable[[Held, str], str]
    write: Callable[[Held, str, str], None]
    shown: Callable[[str], str]
    of_unit: bool = False


def kind_of(code: str) -> Kind:
    """Raises `Refused` for a kind that there is not."""
    if code not in KINDS:
        raise Refused(
            f"没有“{code}”这一类可更正的数据，只有{'、'.join(kind.name for kind in KINDS.values())}"
        )
    return KINDS[code]


def shown(kind: str, value: str) -> str:
    """A value as people read it."""
    return KINDS[kind].shown(value)


def held_on_record(frozen: Mapping[str, Any], code: str, kind: str, key: str) -> Held:
    """A copy of all that a change of this kind is about. Raises `Refused` if it is not on record."""
    unit = unit_on_record(frozen, key) if kind_of(kind).of_unit else {}
    return Held(deepcopy(dict(community_on_record(frozen, code))), deepcopy(dict(unit)))


def community_on_record(frozen: Mapping[str, Any], code: str) -> Mapping[str, Any]:
    """What is on record of one community. Raises `Refused` if there is none of that code."""
    found: Mapping[str, Any] | None = next(
        (one for one in frozen["communities"] if one["code"] == code), None
    )
    if found is None:
        raise Refused(f"存档中没有代码为 {code} 的社区")
    return found


def unit_on_record(frozen: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """What is on record of the unit with which the key begins. Raises `Refused` if there is none."""
    name = tuple(key.split("/")[:2])
    found: Mapping[str, Any] | None = next(
        (one for one in frozen.get("units", ()) if (one["standing"], one["ref"]) == name), None
    )
    if found is None:
        raise Refused("存档中没有这家单位的数据：单位得分从快照格式三起才可更正")
    return found


def _sheet(community: Mapping[str, Any], key: str) -> tuple[dict[str, str], str]:
    on_pass, _, ref = key.partition("/")
    held = community["sheets"].get(on_pass, {})
    if ref not in held:
        raise Refused(f"{community['name']}：存档中没有编号为 {ref} 的打分表")
    return held, ref


def _read_sheet(held: Held, key: str) -> str:
    points, ref = _sheet(held.community, key)
    return points[ref]


def _write_sheet(held: Held, key: str, new: str) -> None:
    sheets, ref = _sheet(held.community, key)
    points = _points(new, f"打分表得分“{new}”不是数")
    if points > 100:
        raise Refused(f"打分表得分应在 0 至 100 之间，最多两位小数，现为 {new}")
    sheets[ref] = f"{points:.2f}"


def _points(text: str, wrong: str) -> Decimal:
    """A figure of points, 0 or more, to two places. Raises `Refused` with `wrong` for what is no number."""
    try:
        points = Decimal(text)
        if points.is_finite() and points >= 0 and points == round(points, 2):
            return points
    except InvalidOperation as cause:
        raise Refused(wrong) from cause
    raise Refused(f"分数应在 0 至 100 之间，最多两位小数，现为 {text}")


def _read_self_check(held: Held, month: str) -> str:
    if month not in held.community["self_checks"]:
        raise Refused(f"{held.community['name']}：存档中没有 {month} 的月自查")
    return str(held.community["self_checks"][month])


def _write_self_check(held: Held, month: str, new: str) -> None:
    if new not in STATES:
        raise Refused(f"月自查只能是{'、'.join(STATES.values())}，现为“{new}”")
    held.community["self_checks"][month] = new


def _read_rectification(held: Held, _key: str) -> str:
    counted = held.community["rectification"] or {"due": 0, "closed_in_time": 0}
    return f"{counted['closed_in_time']}/{counted['due']}"


def _write_rectification(held: Held, _key: str, new: str) -> None:
    closed, due = _share(new, "问题整改请写成“按期销号件数/到期件数”", "按期销号")
    held.community["rectification"] = {"due": due, "closed_in_time": closed}


def _share(text: str, form: str, done_word: str) -> tuple[int, int]:
    """So many done of so many due, from "11/12"."""
    found = re.fullmatch(r"(\d{1,5})/(\d{1,5})", text, re.ASCII)
    if not found:
        raise Refused(f"{form}，如 11/12，现为“{text}”")
    done, due = map(int, found.groups())
    if done > due:
        raise Refused(f"{done_word} {done} 件，多于到期 {due} 件")
    return done, due


def _cases(column: str) -> tuple[Callable[[Held, str], str], Callable[[Held, str, str], None]]:
    def read(held: Held, code: str) -> str:
        return str(held.community.get(column, {}).get(code, 0))

    def write(held: Held, code: str, new: str) -> None:
        cases = {**held.community.get(column, {}), code: _count(new)}
        held.community[column] = {name: count for name, count in cases.items() if count}
        if column == "bonus_cases" and not held.community[column]:
            del held.community[column]  # records without any do not have the column

    return read, write


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,4}", text, re.ASCII):
        raise Refused(f"请填件数（0 至 9999 的整数），现为“{text}”")
    return int(text)


def _bonus_at(held: Held, key: str) -> int:
    """The place of a bonus with a reason of its own among the community's; one past the last is a new one."""
    bonuses = held.community["bonuses"]
    if not key.isdecimal() or not 1 <= int(key) <= len(bonuses) + 1:
        raise Refused(f"{held.community['name']}：存档中没有第 {key} 项加分")
    return int(key) - 1


def _read_own_bonus(held: Held, key: str) -> str:
    at = _bonus_at(held, key)
    return "".join(
        f"{row['points']} {row['reason']}" for row in held.community["bonuses"][at : at + 1]
    )


def _write_own_bonus(held: Held, key: str, new: str) -> None:
    at, (text, _, reason) = _bonus_at(held, key), new.partition(" ")
    points = _points(text or "0", f"加分“{text}”不是数")
    if points and not reason.strip():
        raise Refused("另行加分请写明分值和事由，如：1 承办全市现场会；不加分填 0")
    row = [{"reason": reason.strip(), "points": f"{points:.2f}"}] if points else []
    held.community["bonuses"] = [
        *held.community["bonuses"][:at],
        *row,
        *held.community["bonuses"][at + 1 :],
    ]


def bonus_written(typed: str, old: str) -> str:
    """A bonus as somebody writes it, as the record keeps it: the points alone leave the reason of `old`."""
    text, _, reason = " ".join(typed.split()).replace("分 ", " ").partition(" ")
    points = _points(
        text.removesuffix("分"), f"加分“{text}”不是数，请先写分值，再写事由，如：1 承办全市现场会"
    )
    reason = reason.strip() or old.partition(" ")[2]
    return f"{points:.2f} {reason}" if points else ""


def _read_veto(held: Held, code: str) -> str:
    return "1" if code in held.community["vetoes"] else "0"


def _write_veto(held: Held, code: str, new: str) -> None:
    if new not in ("0", "1"):
        raise Refused(f"一票否决只能是有或没有，现为“{new}”")
    vetoes = {*held.community["vetoes"]} - {code}
    held.community["vetoes"] = sorted(vetoes | {code} if new == "1" else vetoes)


def _items(held: Held, key: str) -> tuple[dict[str, Any], str]:
    part, _, item = key.partition("/")
    items = held.community.get("readings", {}).get(part, {})
    if item not in items:
        raise Refused(f"{held.community['name']}：存档中没有“{item}”的读数")
    return items, item


def _read_reading(held: Held, key: str) -> str:
    items, item = _items(held, key)
    return canonical_json(items[item]).decode()


def _write_reading(held: Held, key: str, new: str) -> None:
    items, item = _items(held, key)
    try:
        items[item] = dict(json.loads(new))
    except (ValueError, TypeError) as wrong:
        raise Refused(f"读数“{new}”不完整") from wrong


def _read_duty(held: Held, key: str) -> str:
    duties, code = held.unit.get("duties", {}), key.split("/")[2]
    if code not in duties:
        raise Refused(f"{held.unit['name']}：存档中没有职责“{code}”的统计")
    return f"{duties[code]['done']}/{duties[code]['due']}"


def _write_duty(held: Held, key: str, new: str) -> None:
    done, due = _share(new, "单位职责请写成“已办件数/应办件数”", "已办")
    held.unit["duties"][key.split("/")[2]] = {"due": due, "done": done}


def _read_handled(held: Held, _key: str) -> str:
    return f"{held.unit['handled']['done']}/{held.unit['handled']['due']}"


def _write_handled(held: Held, _key: str, new: str) -> None:
    done, due = _share(new, "职能部门办理请写成“按期办结件数/派办件数”", "按期办结")
    held.unit["handled"] = {"due": due, "done": done}


def _read_blame(held: Held, key: str) -> str:
    return str(held.unit.get("blame", {}).get(held.community["code"], {}).get(key.split("/")[2], 0))


def _write_blame(held: Held, key: str, new: str) -> None:
    """The cases in which a department shares; the community's own cases follow."""
    rule, code = key.split("/")[2], held.community["code"]
    more = _count(new) - int(_read_blame(held, key))
    mine = {**held.unit.get("blame", {}).get(code, {}), rule: _count(new)}
    blame = {
        **held.unit.get("blame", {}),
        code: {name: count for name, count in mine.items() if count},
    }
    held.unit["blame"] = {community: cases for community, cases in blame.items() if cases}
    if not held.unit["blame"]:
        del held.unit["blame"]
    _write_malus(held, rule, str(int(_read_malus(held, rule)) + more))


def _closed_of_due(value: str) -> str:
    closed, slash, due = value.partition("/")
    return f"到期 {due} 件，按期销号 {closed} 件" if slash else value


def _done_of_due(value: str) -> str:
    done, slash, due = value.partition("/")
    return f"应 {due}，实 {done}" if slash else value


def _bonus_shown(value: str) -> str:
    points, _, reason = value.partition(" ")
    return f"{points} 分（{reason}）" if reason else "没有"


_READ_AS = {
    "due": "应办",
    "done": "已办",
    "value": "数值",
    "cases": "次数",
    "picked": "逐次扣分",
    "sizes": "规模",
}


def _reading_shown(value: str) -> str:
    found = json.loads(value)
    if found.get("not_applicable"):
        return f"不涉及（{found.get('reason') or '原因未存档'}）"
    return (
        "，".join(f"{_READ_AS[name]} {_plain(held)}" for name, held in found.items()) or "没有扣分"
    )


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return "、".join(f"{name} {_plain(held)}" for name, held in value.items())
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _count_shown(value: str) -> str:
    return f"{value} 件"


_read_malus, _write_malus = _cases("maluses")

KINDS = {
    "sheet": Kind("打分表", _read_sheet, _write_sheet, lambda value: f"{value} 分"),
    "self_check": Kind(
        "月自查", _read_self_check, _write_self_check, lambda value: STATES.get(value, value)
    ),
    "rectification": Kind("问题整改", _read_rectification, _write_rectification, _closed_of_due),
    "reading": Kind("读数", _read_reading, _write_reading, _reading_shown),
    "malus": Kind("扣分事项", _read_malus, _write_malus, _count_shown),
    "bonus": Kind("加分事项", *_cases("bonus_cases"), _count_shown),
    "own_bonus": Kind("另行加分", _read_own_bonus, _write_own_bonus, _bonus_shown),
    "veto": Kind(
        "一票否决", _read_veto, _write_veto, lambda value: "有" if value == "1" else "没有"
    ),
    "blame": Kind("分担事项", _read_blame, _write_blame, _count_shown, of_unit=True),
    "duty": Kind("单位职责", _read_duty, _write_duty, _done_of_due, of_unit=True),
    "handled": Kind("职能部门办理", _read_handled, _write_handled, _closed_of_due, of_unit=True),
}
