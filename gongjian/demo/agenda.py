"""Dated acts, played in order up to a moment, in short transactions; a line on each stage."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from django.db import transaction

from gongjian.demo.paperwork import Paperwork
from gongjian.notifications.services import deliver_waiting

# Acts a transaction: few enough that nobody else waits long for the one writer that SQLite has.
CHUNK = 40

Act = Callable[[datetime], object]


@dataclass
class TimedStage:
    """One line on the terminal: what is done, how often and how long it took."""

    title: str
    planned: int = 0
    played: int = 0
    seconds: float = 0.0

    @property
    def line(self) -> str:
        return f"{self.title}：{self.played:,} 件，{self.seconds:.1f} 秒"


@dataclass(order=True)
class PlannedAct:
    """A planned act. Of two at the same moment, the one planned first is played first."""

    at: datetime
    serial: int
    stage: TimedStage = field(compare=False)
    act: Act = field(compare=False)
    alone: bool = field(compare=False)


class Agenda:
    """What is to happen up to `until`. An act may plan further acts; later ones are dropped."""

    def __init__(self, until: datetime, paperwork: Paperwork, say: Callable[[str], None]) -> None:
        self.until = until
        self.paperwork = paperwork
        self.say = say
        self.entries: list[PlannedAct] = []
        self.serial = 0

    def plan(self, at: datetime, stage: TimedStage, act: Act, *, alone: bool = False) -> None:
        """Plan an act. One that is `alone` runs outside a transaction, so that it may wait."""
        if at > self.until:
            return
        self.serial += 1
        stage.planned += 1
        entry = PlannedAct(at, self.serial, stage, act, alone)
        heapq.heappush(self.entries, entry)

    def play(self) -> None:
        """Play every act; the documents that acts send to print are made meanwhile."""
        while self.entries:
            if self.entries[0].alone:
                self.play_next()
            else:
                self.play_chunk()
            self.paperwork.hand_out()
            self.paperwork.let_workers_write()
        self.paperwork.finish()

    def play_chunk(self) -> None:
        """Play acts in one transaction, up to one that must be alone; deliver their messages."""
        with transaction.atomic():
            for _ in range(CHUNK):
                if not self.entries or self.entries[0].alone:
                    break
                at = self.play_next()
            deliver_waiting(at=at)

    def play_next(self) -> datetime:
        """Play the next act and return its moment; say the stage's line after its last one."""
        entry = heapq.heappop(self.entries)
        stage = entry.stage
        begun = perf_counter()
        entry.act(entry.at)
        stage.seconds += perf_counter() - begun
        stage.played += 1
        if stage.played == stage.planned:
            self.say(stage.line)
        return entry.at
