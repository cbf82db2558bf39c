"""更正: one input of a frozen quarter put right, the quarter computed anew as a record of its own.

The record that is corrected stays as it is; the new one names its SHA-256, so that the records are a chain that
anyone can follow with nothing but the files.
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from gongjian.lib.canonical import fingerprint
from scoring.rules.freezing import needed_format, recompute
from scoring.rules.refusals import Refused

STATES = {"on_time": "按时", "late": "逾期", "missing": "未报"}
KINDS = {
    "sheet": "打分表",
    "self_check": "月自查",
    "rectification": "问题整改",
    "malus": "扣分事项",
    "bonus": "加分事项",
    "veto": "一票否决",
}


Held = dict[str, Any]
"""What is on record of one community."""
Reader = Callable[[Held, str], str]
Writer = Callable[[Held, str, str], None]


@dataclass(frozen=True, slots=True)
class Change:
    """One input of one community, what stood there and what stands there now, as text.

    `key`: of a sheet its pass and number ("day/123"), of a self-check its month, of malus, bonus and veto the rule's
    code. A sheet's figure is its total, a self-check's one of STATES, rectification "closed/due", the rest cases.
    `item`, `deducted`: what on the sheet was put right. `said`: the change in words, for people.
    """

    code: str
    kind: str
    key: str
    old: str
    new: str
    said: str = ""
    item: str = ""
    deducted: str = ""

    def as_mapping(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Moved:
    """What a community's published result was and is; `explanation` where the figure itself changed."""

    code: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def explanation(self) -> Mapping[str, Any] | None:
        same = self.before["explanation"] == self.after["explanation"]
        return None if same else self.after["explanation"]


def corrected(frozen: Mapping[str, Any], change: Change, *, number: int, reason: str, basis: str) -> dict[str, Any]:
    """The record that corrects `frozen`: its inputs with `change`, all results anew, and what it corrects.

    Raises `Refused` if the change cannot be or changes nothing, and what `recompute` raises.
    """
    record = {**frozen, "communities": [_applied(one, change) for one in frozen["communities"]]}
    if record["communities"] == frozen["communities"]:
        raise Refused(f"存档中没有代码为 {change.code} 的社区")
    record["format"] = max(frozen["format"], needed_format(record))
    record["correction"] = {
        "number": number,
        "corrects": fingerprint(frozen),
        "reason": reason,
        "basis": basis,
        "change": change.as_mapping(),
    }
    return record | recompute(record)


def moves(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Moved]:
    """Every community whose result on record is another, in the order of the new ranking."""
    earlier = {result["code"]: result for result in before["results"]}
    pairs = [(earlier[result["code"]], result) for result in after["results"]]
    return [Moved(new["code"], old, new) for old, new in pairs if old != new]


def broken_link(original: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """Why `record` is not `original` with its correction and nothing else; "" if it is. Raises as `corrected`."""
    said = record.get("correction")
    if not said:
        return "这份快照不是更正快照"
    if (found := fingerprint(original)) != said["corrects"]:
        return f"更正的是校验值 {said['corrects'][:12]}… 的快照，原件却是 {found[:12]}…"
    named = {name: said[name] for name in ("number", "reason", "basis")}
    anew = corrected(original, Change(**said["change"]), **named)
    return "" if fingerprint(anew) == fingerprint(record) else "除了写明的更正以外，还有别处与原件不同"


def standing(frozen: Mapping[str, Any], code: str, kind: str, key: str) -> str:
    """What stands on record for this input, as text. Raises `Refused` if there is no such input."""
    return _ways(kind)[0](dict(community_on_record(frozen, code)), key)


def _applied(community: Mapping[str, Any], change: Change) -> Mapping[str, Any]:
    if community["code"] != change.code:
        return community
    read, write = _ways(change.kind)
    mended = deepcopy(dict(community))
    if (stands := read(mended, change.key)) != change.old:
        was, now = shown(change.kind, change.old), shown(change.kind, stands)
        raise Refused(f"{mended['name']}：存档上现在是“{now}”，不是“{was}”，可能已有别的更正改过，请重新提出")
    write(mended, change.key, change.new)
    if read(mended, change.key) == stands:
        raise Refused(f"{mended['name']}：原来就是“{shown(change.kind, stands)}”，没有可更正的")
    return mended


def shown(kind: str, value: str) -> str:
    """A value as people read it."""
    if kind == "self_check":
        return STATES.get(value, value)
    if kind == "veto":
        return "有" if value == "1" else "没有"
    if kind == "rectification" and "/" in value:
        closed, due = value.split("/")
        return f"到期 {due} 件，按期销号 {closed} 件"
    return f"{value} {'分' if kind == 'sheet' else '件'}"


def community_on_record(frozen: Mapping[str, Any], code: str) -> Mapping[str, Any]:
    """What is on record of one community. Raises `Refused` if there is none of that code."""
    found: Mapping[str, Any] | None = next((one for one in frozen["communities"] if one["code"] == code), None)
    if found is None:
        raise Refused(f"存档中没有代码为 {code} 的社区")
    return found


def _ways(kind: str) -> tuple[Reader, Writer]:
    """How an input of this kind is read from and written into a community on record."""
    if kind not in _KINDS:
        raise Refused(f"没有“{kind}”这一类可更正的数据，只有{'、'.join(KINDS.values())}")
    return _KINDS[kind]


def _sheet(community: Held, key: str) -> tuple[dict[str, str], str]:
    on_pass, _, ref = key.partition("/")
    held = community["sheets"].get(on_pass, {})
    if ref not in held:
        raise Refused(f"{community['name']}：存档中没有编号为 {ref} 的打分表")
    return held, ref


def _read_sheet(community: Held, key: str) -> str:
    held, ref = _sheet(community, key)
    return held[ref]


def _write_sheet(community: Held, key: str, new: str) -> None:
    held, ref = _sheet(community, key)
    try:
        points = Decimal(new)
    except InvalidOperation as wrong:
        raise Refused(f"打分表得分“{new}”不是数") from wrong
    if not (0 <= points <= 100) or points != round(points, 2):
        raise Refused(f"打分表得分应在 0 至 100 之间，最多两位小数，现为 {new}")
    held[ref] = f"{points:.2f}"


def _read_self_check(community: Held, month: str) -> str:
    if month not in community["self_checks"]:
        raise Refused(f"{community['name']}：存档中没有 {month} 的月自查")
    return str(community["self_checks"][month])


def _write_self_check(community: Held, month: str, new: str) -> None:
    if new not in STATES:
        raise Refused(f"月自查只能是{'、'.join(STATES.values())}，现为“{new}”")
    community["self_checks"][month] = new


def _read_rectification(community: Held, _key: str) -> str:
    counted = community["rectification"] or {"due": 0, "closed_in_time": 0}
    return f"{counted['closed_in_time']}/{counted['due']}"


def _write_rectification(community: Held, _key: str, new: str) -> None:
    found = re.fullmatch(r"(\d{1,5})/(\d{1,5})", new, re.ASCII)
    if not found:
        raise Refused(f"问题整改请写成“按期销号件数/到期件数”，如 11/12，现为“{new}”")
    closed, due = map(int, found.groups())
    if closed > due:
        raise Refused(f"按期销号 {closed} 件，多于到期 {due} 件")
    community["rectification"] = {"due": due, "closed_in_time": closed}


def _cases(column: str) -> tuple[Reader, Writer]:
    def read(community: Held, code: str) -> str:
        return str(community.get(column, {}).get(code, 0))

    def write(community: Held, code: str, new: str) -> None:
        cases = _count(new)
        held = {**community.get(column, {}), code: cases}
        community[column] = {name: count for name, count in held.items() if count}
        if column == "bonus_cases" and not community[column]:
            del community[column]  # records without any do not have the column

    return read, write


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,4}", text, re.ASCII):
        raise Refused(f"请填件数（0 至 9999 的整数），现为“{text}”")
    return int(text)


def _read_veto(community: Held, code: str) -> str:
    return "1" if code in community["vetoes"] else "0"


def _write_veto(community: Held, code: str, new: str) -> None:
    if new not in ("0", "1"):
        raise Refused(f"一票否决只能是有或没有，现为“{new}”")
    held = {*community["vetoes"]} - {code}
    community["vetoes"] = sorted(held | {code} if new == "1" else held)


_KINDS = {
    "sheet": (_read_sheet, _write_sheet),
    "self_check": (_read_self_check, _write_self_check),
    "rectification": (_read_rectification, _write_rectification),
    "malus": _cases("maluses"),
    "bonus": _cases("bonus_cases"),
    "veto": (_read_veto, _write_veto),
}
