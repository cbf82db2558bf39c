"""Finding what was done to the log behind the product's back: a byte flipped, rows gone or swapped,
rules lifted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction

from gongjian.audit.chain import FIRST, ChainLine, UnreadableEntry, read_row, stored_rows
from gongjian.audit.models import Entry
from gongjian.lib.triggers import standing_triggers

RULES = {
    "sqlite": {
        "audit_entry_for_ever_update",
        "audit_entry_for_ever_delete",
        "audit_entry_unreplaced_insert",
    },
    "postgresql": {"audit_entry_for_ever", "audit_entry_unreplaced", "audit_entry_untruncated"},
}
MOST_NAMED = 20


class Head(NamedTuple):
    """Where the chain stood once: the number and the hash of its newest entry then."""

    number: int
    hash: str


@dataclass
class Verdict:
    """What a walk along the chain found.

    `faults` are whole sentences, at most twenty; `fault_count` counts all.
    """

    count: int = 0
    first: Head | None = None
    last: Head | None = None
    faults: list[str] = field(default_factory=list)
    fault_count: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.fault_count

    def blame(self, fault: str) -> None:
        self.fault_count += 1
        if len(self.faults) < MOST_NAMED:
            self.faults.append(fault)


def verify_log(*, known: Mapping[int, str] | None = None) -> Verdict:
    """Walk the whole chain, a thousand rows in memory, and compare it with the heads `known` from
    outside.
    """
    verdict = Verdict()
    sealed_hashes = dict(known or {})
    _walk(stored_rows(), verdict, previous=Head(0, FIRST), sealed_hashes=sealed_hashes)
    _blame_missing_rules(verdict)
    return verdict


def verify_newest(most: int) -> Verdict:
    """The same for the newest `most` entries and their link to the entry before them."""
    verdict = Verdict()
    entries = Entry.objects.order_by("-pk").values_list("pk", flat=True)
    newest = entries.first() or 0
    before = Entry.objects.filter(pk=newest - most).values_list("pk", "hash").first()
    if before:
        rows = stored_rows(before[0])
        _walk(rows, verdict, previous=Head(*before), sealed_hashes={})
    else:
        _walk(stored_rows(), verdict, previous=Head(0, FIRST), sealed_hashes={})
    _blame_missing_rules(verdict)
    return verdict


def verify_entry(number: int) -> Verdict:
    """One entry: its own hash and its link to the one before."""
    verdict = Verdict()
    entries = Entry.objects.filter(pk=number - 1)
    before = entries.values_list("pk", "hash").first()
    if before:
        previous = Head(*before)
    else:
        previous = Head(0, FIRST)
    rows = islice(stored_rows(number - 1), 1)
    _walk(
        rows,
        verdict,
        previous=previous,
        sealed_hashes={},
    )
    return verdict


def _walk(
    rows: Iterator[tuple], verdict: Verdict, *, previous: Head, sealed_hashes: dict[int, str]
) -> None:
    number, hash_before = previous
    for row in rows:
        verdict.count += 1
        try:
            line = read_row(row)
        except UnreadableEntry as broken:
            verdict.blame(
                f"第 {_number(row)} 条：“{column_name(str(broken))}”一栏不是系统写入的样子"
            )
            number = _number(row)
            hash_before = _stored_hash(row)
            sealed_hashes.pop(number, None)
            verdict.last = Head(number, hash_before)
            continue
        for fault in _faults(line, number, hash_before, sealed_hashes):
            verdict.blame(fault)
        number = line.id
        hash_before = line.hash
        verdict.first = verdict.first or Head(number, hash_before)
        verdict.last = Head(number, hash_before)
    for missing in sorted(sealed_hashes):
        verdict.blame(f"第 {missing} 条已封存，现在不在记录里：末尾的记录被删除")


def _faults(
    line: ChainLine, number: int, hash_before: str, sealed_hashes: dict[int, str]
) -> Iterator[str]:
    """What is wrong with one entry after the one before; takes its sealed hash from `known`."""
    if line.id != number + 1:
        yield (
            f"第 {number} 条之后应为第 {number + 1} 条，实为第 {line.id} 条："
            "中间有记录被删除或编号被改动"
        )
    if line.previous_hash != hash_before:
        yield f"第 {line.id} 条与前一条接不上：前一条或本条被改动，或者次序被调换"
    if not line.holds():
        yield f"第 {line.id} 条的内容与摘要不符：记录被改动"
    if sealed_hashes.pop(line.id, line.hash) != line.hash:
        yield f"第 {line.id} 条与封存的摘要不符：记录在封存以后被整段重写"


def _number(row: tuple) -> int:
    return int(row[0])


def _stored_hash(row: tuple) -> str:
    stored = row[-1]
    if not isinstance(stored, str):
        return bytes(stored).decode(errors="replace")
    return stored


def column_name(name: str) -> str:
    """The office's word for a column of the log."""
    return str(
        Entry._meta.get_field(name.removesuffix("_id") if name == "by_id" else name).verbose_name
    )


def _blame_missing_rules(verdict: Verdict) -> None:
    for name in sorted(RULES[connection.vendor] - standing_triggers(connection)):
        verdict.blame(
            f"数据库里的保护规则 {name} 不在或已停用：请重新执行 manage.py migrate，"
            "并查明是谁停用的"
        )
    for word, statement in ATTEMPTS:
        if Entry.objects.exists() and _goes_through(statement):
            verdict.blame(f"数据库没有拒绝{word}操作记录：保护规则已失效")


ATTEMPTS = (
    ("修改", "UPDATE audit_entry SET event = event WHERE id = (SELECT MAX(id) FROM audit_entry)"),
    ("删除", "DELETE FROM audit_entry WHERE id = (SELECT MAX(id) FROM audit_entry)"),
)


class _TakenBackError(Exception):
    """The attempt went through and is undone."""


def _goes_through(statement: str) -> bool:
    """Try what must be refused; whatever comes of it is undone at once."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            raise _TakenBackError
    except IntegrityError:
        return False
    except _TakenBackError:
        return True
