"""Working days in China: public holidays and make-up days from the published arrangement, else Monday to Friday.

Seeded from `chinese_calendar`, which holds a year only once the State Council has announced it (usually in November of
the year before). `is_covered` tells a page when to say that dates of that year are provisional. A table that the office
edits and imports itself comes with a later issue and will take precedence here.
"""

import datetime

from chinese_calendar.constants import holidays, workdays

FRIDAY = 4
ONE_DAY = datetime.timedelta(days=1)
COVERED_YEARS = frozenset(day.year for day in holidays)


def is_covered(year: int) -> bool:
    """Whether the year's holidays are known."""
    return year in COVERED_YEARS


def is_workday(day: datetime.date) -> bool:
    """Whether offices work on that day; a make-up Saturday counts, a public holiday does not."""
    if isinstance(day, datetime.datetime):
        day = day.date()
    if day in workdays:
        return True
    return day.weekday() <= FRIDAY and day not in holidays


def add_workdays(day: datetime.date, n: int) -> datetime.date:
    """The nth working day after `day`, which is not counted; `day` for 0. Raises ValueError when n is negative."""
    if n < 0:
        raise ValueError("工作日数不能为负数。")
    while n:
        day += ONE_DAY
        n -= is_workday(day)
    return day


def workdays_between(a: datetime.date, b: datetime.date) -> int:
    """How many working days lie after `a` up to and including `b`; negative when `b` is the earlier.

    `workdays_between(day, add_workdays(day, n)) == n`.
    """
    if b < a:
        return -workdays_between(b, a)
    return sum(is_workday(a + datetime.timedelta(days=offset)) for offset in range(1, (b - a).days + 1))
