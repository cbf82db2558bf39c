"""Weights and codes, as every part of a rubric's file has them."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from gongjian.lib.rulebooks import Section


class Coded(Protocol):
    @property
    def code(self) -> str: ...


def weight_of(part: Section, key: str = "weight") -> Decimal:
    """Return the weight under `key`, 0 to 1."""
    return part.number(key, 0, 1)


def share_of(part: Section) -> Decimal:
    """Return a weight above 0: it may be left standing alone when the others are absent."""
    return part.number("weight", 0, 1, above_lowest=True)


def refuse_strange_codes(
    rows: Sequence[Section], rules: Sequence[Coded], allowed: Mapping[str, str], why: str
) -> None:
    """Note each code that is not allowed: what nobody can hold or count may not be promised."""
    names = []
    for code, name in allowed.items():
        names.append(f"{code}（{name}）")
    for row, rule in zip(rows, rules, strict=True):
        if rule.code and rule.code not in allowed:
            sentence = f"不认识“{rule.code}”，{why}：{'、'.join(names)}"
            row.fault("code", sentence)


def refuse_repeated_codes(part: Section, key: str, rules: Sequence[Coded]) -> None:
    """Note each code that comes more than once in the list under `key`."""
    codes = [rule.code for rule in rules]
    part.refuse_repeats(key, codes, "代码")


def unknown_codes(codes: Iterable[str], rules: Iterable[Coded]) -> list[str]:
    """Return the codes that no rule has, in their order."""
    return sorted(set(codes) - {rule.code for rule in rules})
