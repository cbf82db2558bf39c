"""更正: one input of a frozen quarter put right, the quarter computed anew as a record of its own.

The record that is corrected stays as it is; the new one names its SHA-256, so that the records are a chain that
anyone can follow with nothing but the files. What may be put right is in `changes`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from gongjian.lib.canonical import fingerprint
from scoring.rules.corrections.changes import held_on_record, kind_of, shown
from scoring.rules.records.freezing import needed_format, recompute
from scoring.rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class Change:
    """One input, found with one community: what stood there and what stands there now, as text.

    `key`: of a sheet its pass and number ("day/123"), of a self-check its month, of malus, bonus and veto the rule's
    code, of a reading its component and item ("village/water"), of a bonus with its own reason its place ("1"), of a
    unit its standing, number and duty or malus ("member/12/meetings"). A sheet's figure is its total, a self-check's
    one of STATES, a share "done/due", a reading its JSON, an own bonus "1.00 reason", the rest cases.
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


def corrected(
    frozen: Mapping[str, Any], change: Change, *, number: int, reason: str, basis: str
) -> dict[str, Any]:
    """The record that corrects `frozen`: its inputs with `change`, all results anew, and what it corrects.

    Raises what `computed_with` raises.
    """
    said = {"number": number, "corrects": fingerprint(frozen), "reason": reason, "basis": basis}
    return computed_with(frozen, change) | {"correction": said | {"change": change.as_mapping()}}


def computed_with(frozen: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """The record with `change` in its inputs and all results anew.

    Raises `Refused` if the change cannot be, changes nothing or changes who is rated, and what `recompute` raises.
    """
    record = applied(frozen, change)
    record["format"] = max(frozen["format"], needed_format(record))
    mended = record | recompute(record)
    if others := _rated(frozen) ^ _rated(mended):
        named = "、".join(sorted(name for _, _, name in others))
        raise Refused(f"{named}：这样更正后，参评的单位就与原来不同了（应办件数不能改成 0）")
    return mended


def _rated(frozen: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    return {(one["standing"], one["ref"], one["name"]) for one in frozen.get("unit_results", ())}


@dataclass(frozen=True, slots=True)
class Influence:
    """Every community and every unit whose result on record is another, in the order of the new ranking."""

    communities: list[Moved]
    units: list[Moved]


def influence(before: Mapping[str, Any], after: Mapping[str, Any]) -> Influence:
    """What a correction changed; no units where none are on record."""
    return Influence(moves(before, after), unit_moves(before, after))


def moves(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Moved]:
    """Every community whose result on record is another, in the order of the new ranking."""
    earlier = {result["code"]: result for result in before["results"]}
    pairs = [(earlier[result["code"]], result) for result in after["results"]]
    return [Moved(new["code"], old, new) for old, new in pairs if old != new]


def unit_moves(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Moved]:
    """Every unit whose result on record is another, standing by standing; none where no units are on record."""
    earlier = {_unit_code(result): result for result in before.get("unit_results", ())}
    pairs = [(_unit_code(result), result) for result in after.get("unit_results", ())]
    return [Moved(code, earlier[code], new) for code, new in pairs if earlier[code] != new]


def _unit_code(result: Mapping[str, Any]) -> str:
    return f"{result['standing']}/{result['ref']}"


def broken_link(original: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """Why `record` is not `original` with its correction and nothing else; "" if it is. Raises as `corrected`."""
    said = record.get("correction")
    if not said:
        return "这份快照不是更正快照"
    if (found := fingerprint(original)) != said["corrects"]:
        return f"更正的是校验值 {said['corrects'][:12]}… 的快照，原件却是 {found[:12]}…"
    named = {name: said[name] for name in ("number", "reason", "basis")}
    anew = corrected(original, Change(**said["change"]), **named)
    return (
        "" if fingerprint(anew) == fingerprint(record) else "除了写明的更正以外，还有别处与原件不同"
    )


def standing(frozen: Mapping[str, Any], code: str, kind: str, key: str) -> str:
    """What stands on record for this input, as text. Raises `Refused` if there is no such input."""
    return kind_of(kind).read(held_on_record(frozen, code, kind, key), key)


def applied(frozen: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """The record with the change in it and nothing else. Raises `Refused`."""
    kind, held = kind_of(change.kind), held_on_record(frozen, change.code, change.kind, change.key)
    name = held.community["name"]
    if (stands := kind.read(held, change.key)) != change.old:
        was, now = shown(change.kind, change.old), shown(change.kind, stands)
        raise Refused(f"{name}：存档上现在是“{now}”，不是“{was}”，可能已有别的更正改过，请重新提出")
    kind.write(held, change.key, change.new)
    if kind.read(held, change.key) == stands:
        raise Refused(f"{name}：原来就是“{shown(change.kind, stands)}”，没有可更正的")
    mended = {
        **frozen,
        "communities": [_either(one, held.community, "code") for one in frozen["communities"]],
    }
    if held.unit:
        mended["units"] = [_either(one, held.unit, "standing", "ref") for one in frozen["units"]]
    return mended


def _either(one: Mapping[str, Any], mended: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """The mended row in the place of its own, the others as they are."""
    return mended if all(one[name] == mended[name] for name in names) else one
