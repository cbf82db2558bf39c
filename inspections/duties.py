"""Sets of duties of a frontage (三包、四包、五包) as data; 门内达标 is looked at apart.

The shipped sets lie in `inspections/duty_sets/*.json`; the office adds its own (inspections.services.duty_sets). A set
is never changed once it is there: an agreement says for years what was signed. A duty's code means one duty in all.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gongjian.lib.rulebooks import Section

ITEM_CODE = "L2"
"""The item of the checklist that asks for these duties: 门前三包和门内达标落实."""
SHIPPED_AT = Path(__file__).parent / "duty_sets"


@dataclass(frozen=True)
class Duty:
    code: str
    name: str
    text: str


@dataclass(frozen=True)
class DutyRules:
    """One set: what is asked before the door (`outside`) and behind it (`inside`)."""

    code: str
    title: str
    outside: tuple[Duty, ...]
    inside: tuple[Duty, ...]

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        return self.outside + self.inside

    @cached_property
    def names(self) -> dict[str, str]:
        return {duty.code: duty.name for duty in self.duties}


def load_duty_set(content: object) -> DutyRules:
    """A set from parsed JSON. Raises WrongRulebook, naming every wrong value."""
    whole = Section(content)
    rules = DutyRules(
        whole.text("code"), whole.text("title"), _duties(whole, "outside"), _duties(whole, "inside")
    )
    whole.refuse_repeats("outside", [duty.code for duty in rules.duties], "责任内容")
    whole.finish()
    return rules


def _duties(whole: Section, key: str) -> tuple[Duty, ...]:
    rows = whole.rows(key, empty=key == "inside")
    return tuple(Duty(row.text("code"), row.text("name"), row.text("text")) for row in rows)


def _shipped(code: str) -> DutyRules:
    return load_duty_set(json.loads((SHIPPED_AT / f"{code}.json").read_text(encoding="utf-8")))


SHIPPED = {code: _shipped(code) for code in ("three", "four", "five")}
DEFAULT = SHIPPED["three"]


def names_in(codes: Iterable[str], names: dict[str, str]) -> str:
    """包卫生、包秩序, in the order of `names`; a code that is no longer known stands as it is."""
    chosen = list(codes)
    return "、".join(
        [names[code] for code in names if code in chosen] + [c for c in chosen if c not in names]
    )
