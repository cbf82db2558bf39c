"""Dated acts, played in their order up to a day, in short transactions, with a line on each stage as it ends."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from django.db import transaction

from gongjian.demo.paperwork import Paperwork
from gongjian.notifications.services import deliver_waiting

CHUNK = 40
"""Acts a transaction: few enough that nobody else waits long for the one writer that SQLite has."""

Act = Callable[[datetime], None]


@dataclass
class Stage:
    """One line on the terminal: what is done, how often and how long it took."""

    title: str
    planned: int = 0
    played: int = 0
    seconds: float = 0.0

    @property
    def line(self) -> str:
        return f"{self.title}：{self.played:,} 件，{self.seconds:.1f} 秒"


@dataclass(order=True)
class Entry:
    at: datetime
    serial: int
    stage: Stage = field(compare=False)
    act: Act = field(compare=False)
    alone: bool = field(compare=False)


class Agenda:
    """What is to happen until `until`. An act may plan further acts; what falls later is never played."""

    def __init__(self, until: datetime, paperwork: Paperwork, say: Callable[[str], None]) -> None:
        self.until = until
        self.paperwork = paperwork
        self._say = say
        self._entries: list[Entry] = []
        self._serial = 0

    def plan(self, at: datetime, stage: Stage, act: Act, *, alone: bool = False) -> None:
        """Plan an act; one that is `alone` has no open transaction around it, so that it may wait for paperwork."""
        if at <= self.until:
            self._serial += 1
            stage.planned += 1
            heapq.heappush(self._entries, Entry(at, self._serial, stage, act, alone))

    def play(self) -> None:
        while self._entries:
            if self._entries[0].alone:
                self._take(heapq.heappop(self._entries))
            else:
                self._take_chunk()
            self.paperwork.hand_out()
        self.paperwork.finish()

    def _take_chunk(self) -> None:
        with transaction.atomic():
            for _ in range(CHUNK):
                if not self._entries or self._entries[0].alone:
                    break
                entry = heapq.heappop(self._entries)
                self._take(entry)
            deliver_waiting(at=entry.at)

    def _take(self, entry: Entry) -> None:
        begun = perf_counter()
        entry.act(entry.at)
        stage = entry.stage
        stage.seconds += perf_counter() - begun
        stage.played += 1
        if stage.played == stage.planned:
            self._say(stage.line)
