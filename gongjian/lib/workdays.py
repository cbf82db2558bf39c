"""Working time in China: arithmetic over public holidays and make-up days (调休), else Monday to
Friday.

The office keeps its own table (gongjian.holidays); `PUBLISHED` is the arrangement that the package
`chinese_calendar` carries, from which that table is first filled. It holds a year only once the
State Council has announced it.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from chinese_calendar.constants import Holiday, holidays, workdays

FRIDAY = 4
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """The days that differ from the week; in a year that is not covered they are not all known."""

    holidays: frozenset[datetime.date] = frozenset()
    workdays: frozenset[datetime.date] = frozenset()
    covered_years: frozenset[int] = field(default_factory=frozenset)

    def is_covered(self, year: int) -> bool:
        """Whether the year's arrangement is known."""
        return year in self.covered_years

    def is_workday(self, day: datetime.date) -> bool:
        """Whether offices work on that day; a make-up Saturday counts, a public holiday does
        not.
        """
        if isinstance(day, datetime.datetime):
            day = day.date()
        if day in self.workdays:
            return True
        return day.weekday() <= FRIDAY and day not in self.holidays

    def add_workdays(self, day: datetime.date, n: int) -> datetime.date:
        """The nth working day after `day`, which is not counted; `day` for 0.

        Raises ValueError when n is negative.
        """
        if n < 0:
            raise ValueError("工作日数不能为负数。")
        while n:
            day += ONE_DAY
            n -= self.is_workday(day)
        return day

    def workdays_between(self, a: datetime.date, b: datetime.date) -> int:
        """How many working days lie after `a` up to and including `b`; negative when `b` is the
        earlier.

        `workdays_between(day, add_workdays(day, n)) == n`.
        """
        if b < a:
            return -self.workdays_between(b, a)
        return sum(
            self.is_workday(a + datetime.timedelta(days=offset))
            for offset in range(1, (b - a).days + 1)
        )


PUBLISHED = Calendar(
    frozenset(holidays), frozenset(workdays), frozenset(day.year for day in holidays)
)


def published_names(year: int) -> Mapping[datetime.date, tuple[bool, str]]:
    """Every special day of a published year: whether offices work, and what for (国庆节)."""
    chinese = {}
    for holiday in Holiday:
        chinese[holiday.value] = str(holiday.chinese)
    rest = {}
    for day, name in holidays.items():
        if day.year == year:
            rest[day] = (False, chinese[name])
    work = {day: (True, chinese[name]) for day, name in workdays.items() if day.year == year}
    return dict(sorted((rest | work).items()))
