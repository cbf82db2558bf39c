"""A year as twelve sheets of weeks, Monday first."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from gongjian.holidays.models import DayKind, SpecialDay

SHORT = {DayKind.HOLIDAY: "休", DayKind.WORKDAY: "班", DayKind.ORDINARY: ""}


@dataclass(frozen=True)
class DayCell:
    """One day: its mark (休, 班) and what the mark is for."""

    day: date
    row: SpecialDay | None

    @property
    def mark(self) -> str:
        if self.row:
            return SHORT[self.row.kind]
        return ""

    @property
    def is_off(self) -> bool:
        if self.mark:
            return self.mark == "休"
        return self.day.weekday() > calendar.FRIDAY


@dataclass(frozen=True)
class Month:
    number: int
    weeks: list[list[DayCell | None]]


def months_of(year: int, days: Mapping[date, SpecialDay]) -> list[Month]:
    """The twelve months; None for the days of a week that lie in another month."""
    weeks = calendar.Calendar(calendar.MONDAY)
    months = []
    for number in range(1, 13):
        month = Month(number, [])
        for week in weeks.monthdatescalendar(year, number):
            cells = []
            for day in week:
                cells.append(DayCell(day, days.get(day)) if day.month == number else None)
            month.weeks.append(cells)
        months.append(month)
    return months
