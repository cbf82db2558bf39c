"""Sets of duties of a frontage (三包、四包、五包) as data; 门内达标 is listed apart.

The shipped sets lie in `inspections/duty_sets/*.json`; the office adds its own
(inspections.services.duty_sets). A set is never changed once it is there: an agreement says for
years what was signed. A duty's code means the same duty in every set.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gongjian.lib.rulebooks import Section

# The item of the checklist that asks for these duties: 门前三包和门内达标落实.
ITEM_CODE = "L2"
SHIPPED_AT = Path(__file__).parent / "duty_sets"


@dataclass(frozen=True)
class Duty:
    code: str
    name: str
    text: str


@dataclass(frozen=True)
class DutyRules:
    """One set: the duties before the door (`outside`) and behind it (`inside`)."""

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
    """Return a set from parsed JSON. Raises WrongRulebook, naming every wrong value."""
    whole = Section(content)
    code, title = whole.text("code"), whole.text("title")
    outside = _duties(whole.rows("outside", empty=False))
    inside = _duties(whole.rows("inside", empty=True))
    rules = DutyRules(code, title, outside, inside)
    codes = [duty.code for duty in rules.duties]
    whole.refuse_repeats("outside", codes, "责任内容")
    whole.finish()
    return rules


def _duties(rows: Iterable[Section]) -> tuple[Duty, ...]:
    duties = []
    for row in rows:
        code, name, text = row.text("code"), row.text("name"), row.text("text")
        duties.append(Duty(code, name, text))
    return tuple(duties)


def shipped_set(code: str) -> DutyRules:
    """Return the set of `inspections/duty_sets/<code>.json`."""
    path = SHIPPED_AT / f"{code}.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    return load_duty_set(content)


SHIPPED = {code: shipped_set(code) for code in ("three", "four", "five")}
DEFAULT = SHIPPED["three"]


def names_in(codes: Iterable[str], names: dict[str, str]) -> str:
    """Return 包卫生、包秩序 in the order of `names`; a code that no set knows is shown as it is."""
    chosen = list(codes)
    words = [name for code, name in names.items() if code in chosen]
    words += [code for code in chosen if code not in names]
    return "、".join(words)
