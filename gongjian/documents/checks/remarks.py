"""What the checker says of a document: how grave it is, which clause, where, and one sentence."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from gongjian.documents.checks.printed import Printed, Spot


class Level(StrEnum):
    """A 规定 that is broken is an error; a 一般, 推荐 or 可以 a warning; what only practice asks
    for a habit.
    """

    ERROR = "error"
    WARNING = "warning"
    HABIT = "habit"

    @property
    def label(self) -> str:
        return {"error": "错误", "warning": "提醒", "habit": "习惯"}[self.value]

    @property
    def tone(self) -> str:
        return {"error": "bad", "warning": "warn", "habit": ""}[self.value]


@dataclass(frozen=True)
class Remark:
    """One finding. `clause` counts in GB/T 9704-2012; page and line count from 1, 0 where there is
    none.
    """

    level: Level
    clause: str
    sentence: str
    page: int = 0
    line: int = 0

    @property
    def place(self) -> str:
        """第2页第5行, or nothing."""
        return "".join(
            f"第{number}{unit}" for number, unit in ((self.page, "页"), (self.line, "行")) if number
        )


Rule = Callable[[Printed], Iterator[Remark]]


def error(clause: str, sentence: str, spot: Spot | None = None, *, page: int = 0) -> Remark:
    return _remark(Level.ERROR, clause, sentence, spot, page)


def warning(clause: str, sentence: str, spot: Spot | None = None, *, page: int = 0) -> Remark:
    return _remark(Level.WARNING, clause, sentence, spot, page)


def habit(clause: str, sentence: str, spot: Spot | None = None, *, page: int = 0) -> Remark:
    return _remark(Level.HABIT, clause, sentence, spot, page)


def _remark(level: Level, clause: str, sentence: str, spot: Spot | None, page: int) -> Remark:
    if spot is None:
        return Remark(level, clause, sentence, page)
    return Remark(level, clause, sentence, spot.page, spot.row)
