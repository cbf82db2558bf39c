"""The same fact asked twice of the same party in a month: two tasks alike, or a task for what a
record answers.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations

from gongjian.office.burden.asks import Ask
from gongjian.office.burden.duties import table

# From this share of equal characters on two tasks are shown as alike; the office decides.
ALIKE = 0.8
SHORTEST_PART = 6
NOT_WORDS = re.compile(r"[\s\W_]+")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two askings of one fact, and what to do about it."""

    ask: Ask
    other: str
    advice: str


def duplicates_in(asks: Iterable[Ask]) -> list[Duplicate]:
    """What one party is asked twice in the month."""
    tasks = []
    for ask in asks:
        if ask.duty.code == "plan_item":
            tasks.append(ask)
    return [*_alike(tasks), *_answered(tasks)]


def _alike(tasks: list[Ask]) -> Iterator[Duplicate]:
    for first, second in combinations(tasks, 2):
        if is_alike(first.text, second.text):
            yield Duplicate(second, first.text, "两项任务内容相同或相近：下达前合并成一项")


def _answered(tasks: list[Ask]) -> Iterator[Duplicate]:
    for task in tasks:
        for record in table().records:
            if any(word in task.text for word in record.words):
                advice = f"“{record.record}”里已有这项记录：不必再单独登记办理情况，下次下达时删去"
                yield Duplicate(task, record.record, advice)


@cache
def is_alike(first: str, second: str) -> bool:
    """Whether two tasks ask for the same: equal but for punctuation, one within the other, or
    nearly equal.
    """
    shorter, other = sorted((NOT_WORDS.sub("", first), NOT_WORDS.sub("", second)), key=len)
    if len(shorter) >= SHORTEST_PART and shorter in other:
        return True
    return shorter == other or SequenceMatcher(None, shorter, other).ratio() >= ALIKE
