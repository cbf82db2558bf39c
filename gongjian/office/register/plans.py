"""What an import would do, before anything is written."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, ClassVar

from gongjian.lib.phones import mask
from gongjian.lib.spreadsheets import CellError
from gongjian.office.register.snapshot import Key, Snapshot, Table
from gongjian.office.register.specs import SPECS, headers


@dataclass(frozen=True)
class RowChange:
    """A row that would be written.

    `where` is its line in the file; `fields` holds (header, before, after).
    """

    label: str
    where: str
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass
class WorksheetPlan:
    """One worksheet: `final` is the worksheet as it would stand; `new`, `changed` its keys that
    would be written.
    """

    SHOWN: ClassVar[int] = 200  # rows of a kind that the preview lists; the counts are always whole
    name: str
    before: Table
    final: Table = field(default_factory=dict)
    places: dict[Key, str] = field(default_factory=dict)
    new: list[Key] = field(default_factory=list)
    changed: dict[Key, tuple[str, ...]] = field(default_factory=dict)
    unchanged: int = 0

    def compare(self, words: dict[str, str]) -> None:
        """Sort the touched rows into new, changed and unchanged."""
        for key in self.places:
            if key not in self.before:
                self.new.append(key)
            elif fields := changed_fields(self.before[key], self.final[key], words):
                self.changed[key] = fields
            else:
                self.unchanged += 1

    @property
    def changes(self) -> Iterator[RowChange]:
        """Every changed row with its fields before and after, in the office's words; telephone
        numbers masked.
        """
        words = WORDS[self.name]
        for key, fields in self.changed.items():
            old = self.before[key]
            new = self.final[key]
            entries = []
            for name in fields:
                entries.append((words[name], written(name, old[name]), written(name, new[name])))
            yield RowChange(label_of(new), self.places[key], tuple(entries))

    @property
    def additions(self) -> Iterator[RowChange]:
        return (RowChange(label_of(self.final[key]), self.places[key]) for key in self.new)

    @property
    def first_changes(self) -> list[RowChange]:
        return list(islice(self.changes, self.SHOWN))

    @property
    def first_additions(self) -> list[RowChange]:
        return list(islice(self.additions, self.SHOWN))


@dataclass
class ImportPlan:
    """The four worksheets, what is wrong, and what was not read.

    Apply it only while `errors` is empty.
    """

    worksheets: dict[str, WorksheetPlan]
    snapshot: Snapshot
    errors: list[CellError] = field(default_factory=list)
    warnings: list[CellError] = field(default_factory=list)
    ignored_columns: dict[str, list[str]] = field(default_factory=dict)
    unknown_worksheets: list[str] = field(default_factory=list)
    missing_worksheets: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        counts = {}
        for name, plan in self.worksheets.items():
            counts[name] = {
                "new": len(plan.new),
                "changed": len(plan.changed),
                "unchanged": plan.unchanged,
            }
        return counts

    @property
    def is_empty(self) -> bool:
        return not any(plan.new or plan.changed for plan in self.worksheets.values())

    def fingerprint(self) -> str:
        """Equal for two plans that would write the same: what was previewed is applied."""
        writes = []
        for name, plan in self.worksheets.items():
            pairs = []
            for key in [*plan.new, *plan.changed]:
                pairs.append((plan.final[key], plan.before.get(key)))
            writes.append([name, pairs])
        dumps = json.dumps(writes, default=str, ensure_ascii=False)
        return hashlib.sha256(dumps.encode()).hexdigest()


WORDS = {spec.name: {**headers(spec), "active": "在册"} for spec in SPECS}


def written(field: str, value: object) -> str:
    if field == "phone" and value:
        return mask(str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or value == "":
        return "（空）"
    return str(value)


def changed_fields(
    before: Mapping[str, Any], final: Mapping[str, Any], names: Iterable[str]
) -> tuple[str, ...]:
    """Return those of the named fields in which a row would become another."""
    changed = []
    for name in names:
        if before[name] != final[name]:
            changed.append(name)
    return tuple(changed)


def label_of(values: dict) -> str:
    """What people call the row: its name, or its places and names."""
    if "door_number" in values:
        return (
            f"{values['community']} {values['road_section']} {values['door_number']} "
            f"{values['shop_name']}"
        )
    if "unit" in values:
        return f"{values['community']} {values['unit']}"
    return values["name"]
