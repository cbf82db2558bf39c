"""更正: one input of a frozen quarter put right, the quarter computed anew as a record of its own.

The record that is corrected stays as it is; the new one names its SHA-256, so that the records are
a chain that anyone can follow with nothing but the files. What may be put right is in `changes`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from gongjian.lib.canonical import fingerprint
from scoring.rules.corrections.changes import copy_on_record, kind_of
from scoring.rules.records.freezing import needed_format, recompute
from scoring.rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class InputChange:
    """One input of one community: what stood there and what stands there now, as text.

    `kind` and `key` as `scoring.rules.corrections.changes` names them. `item`, `deducted`: what on
    the sheet was put right. `said`: the change in words, for people.
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
        """Return the change as it is kept in the record."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class MovedResult:
    """What a community's published result was and is."""

    code: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def explanation(self) -> Mapping[str, Any] | None:
        """Return the new explanation where the figure itself changed, else None."""
        same = self.before["explanation"] == self.after["explanation"]
        return None if same else self.after["explanation"]


def corrected(
    frozen: Mapping[str, Any], change: InputChange, *, number: int, reason: str, basis: str
) -> dict[str, Any]:
    """Return the record that corrects `frozen`: its inputs with `change`, all results anew.

    It names what it corrects. Raises what `computed_with` raises.
    """
    correction = {
        "number": number,
        "corrects": fingerprint(frozen),
        "reason": reason,
        "basis": basis,
        "change": change.as_mapping(),
    }
    return computed_with(frozen, change) | {"correction": correction}


def computed_with(frozen: Mapping[str, Any], change: InputChange) -> dict[str, Any]:
    """Return the record with `change` in its inputs and all results anew.

    Raises `Refused` if the change cannot be, changes nothing or changes who is rated, and what
    `recompute` raises.
    """
    record = applied(frozen, change)
    record["format"] = max(frozen["format"], needed_format(record))
    mended = record | recompute(record)
    others = _rated(frozen) ^ _rated(mended)
    if others:
        names = "、".join(sorted(name for _, _, name in others))
        raise Refused(f"{names}：这样更正后，参评的单位就与原来不同了（应办件数不能改成 0）")
    return mended


def _rated(frozen: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    results = frozen.get("unit_results", ())
    entries = set()
    for result in results:
        entries.add((result["standing"], result["ref"], result["name"]))
    return entries


@dataclass(frozen=True, slots=True)
class Influence:
    """Every community and unit whose result on record is another, in the new ranking's order."""

    communities: list[MovedResult]
    units: list[MovedResult]


def influence(before: Mapping[str, Any], after: Mapping[str, Any]) -> Influence:
    """Return what a correction changed; no units where none are on record."""
    return Influence(moves(before, after), unit_moves(before, after))


def moves(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[MovedResult]:
    """Return every community whose result on record is another, in the new ranking's order."""
    return _moved(before["results"], after["results"], lambda result: result["code"])


def unit_moves(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[MovedResult]:
    """Return every unit whose result on record is another, standing by standing."""
    old = before.get("unit_results", ())
    new = after.get("unit_results", ())
    return _moved(old, new, lambda result: f"{result['standing']}/{result['ref']}")


def _moved(
    before: Iterable[Mapping[str, Any]],
    after: Iterable[Mapping[str, Any]],
    code_of: Callable[[Mapping[str, Any]], str],
) -> list[MovedResult]:
    earlier = {code_of(result): result for result in before}
    moved = []
    for result in after:
        code = code_of(result)
        if earlier[code] != result:
            moved.append(MovedResult(code, earlier[code], result))
    return moved


def broken_link(original: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """Return why `record` is not `original` with its correction and nothing else; "" if it is.

    Raises as `corrected`.
    """
    correction = record.get("correction")
    if not correction:
        return "这份快照不是更正快照"
    sha256 = fingerprint(original)
    corrects = correction["corrects"]
    if sha256 != corrects:
        return f"更正的是校验值 {corrects[:12]}… 的快照，原件却是 {sha256[:12]}…"
    change = InputChange(**correction["change"])
    anew = corrected(
        original,
        change,
        number=correction["number"],
        reason=correction["reason"],
        basis=correction["basis"],
    )
    if fingerprint(anew) != fingerprint(record):
        return "除了写明的更正以外，还有别处与原件不同"
    return ""


def standing(frozen: Mapping[str, Any], code: str, kind: str, key: str) -> str:
    """Return what stands on record for this input, as text. Raises `Refused` if there is none."""
    copy = copy_on_record(frozen, code, kind, key)
    return kind_of(kind).read(copy, key)


def applied(frozen: Mapping[str, Any], change: InputChange) -> dict[str, Any]:
    """Return the record with the change in it and nothing else. Raises `Refused`."""
    kind = kind_of(change.kind)
    key = change.key
    record = copy_on_record(frozen, change.code, change.kind, key)
    name = record.community["name"]
    stands = kind.read(record, key)
    if stands != change.old:
        was = kind.shown(change.old)
        now = kind.shown(stands)
        other = "可能已有别的更正改过，请重新提出"
        raise Refused(f"{name}：存档上现在是“{now}”，不是“{was}”，{other}")
    kind.write(record, key, change.new)
    if kind.read(record, key) == stands:
        raise Refused(f"{name}：原来就是“{kind.shown(stands)}”，没有可更正的")
    communities = _replaced(frozen["communities"], record.community, "code")
    mended = {**frozen, "communities": communities}
    if record.unit:
        mended["units"] = _replaced(frozen["units"], record.unit, "standing", "ref")
    return mended


def _replaced(
    rows: Iterable[Mapping[str, Any]], mended: Mapping[str, Any], *names: str
) -> list[Mapping[str, Any]]:
    """Return the rows with the mended one in the place of its own."""
    replaced = []
    for row in rows:
        is_own = all(row[name] == mended[name] for name in names)
        replaced.append(mended if is_own else row)
    return replaced
