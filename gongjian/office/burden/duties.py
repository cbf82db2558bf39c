"""What a unit can be asked for, read from `duties.json`: the fields, the minutes, why, and by which
clause.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("duties.json")


@dataclass(frozen=True, slots=True)
class BurdenDuty:
    """One thing asked for: `fields` once, `fields_each` once for every unit of the group, minutes
    for all of it.
    """

    code: str
    name: str
    fields: tuple[str, ...]
    fields_each: tuple[str, ...]
    minutes: int
    why: str
    clause: str


@dataclass(frozen=True, slots=True)
class RecordKept:
    """A fact that a record answers already, and the words by which a task would ask it again."""

    words: tuple[str, ...]
    record: str


@dataclass(frozen=True, slots=True)
class Table:
    source: str
    red_lines: tuple[str, ...]
    duties: dict[str, BurdenDuty]
    records: tuple[RecordKept, ...]


@cache
def table() -> Table:
    """The office's table; changed in the file and nowhere else."""
    content = json.loads(TABLE.read_text(encoding="utf-8"))
    duties = []
    for row in content["duties"]:
        duties.append(
            BurdenDuty(
                row["code"],
                row["name"],
                tuple(row["fields"]),
                tuple(row.get("fields_each", ())),
                row["minutes"],
                row["why"],
                row["clause"],
            )
        )
    record_kepts = [RecordKept(tuple(row["words"]), row["record"]) for row in content["records"]]
    records = tuple(record_kepts)
    return Table(
        content["source"],
        tuple(content["red_lines"]),
        {duty.code: duty for duty in duties},
        records,
    )
