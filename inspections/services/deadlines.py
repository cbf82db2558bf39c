"""Until when something found must be put right (整改时限)."""

from datetime import date, datetime, time, timedelta

from gongjian.holidays.services import calendar_from
from gongjian.lib.checklists import TimeLimit
from gongjian.lib.quarters import SHANGHAI, Quarter
from gongjian.lib.workdays import Calendar

END_OF_DAY = time(23, 59, 59)
OFFICE_HOURS = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
"""The hours in which working hours run, on working days."""
WORKING = frozenset({"working_hour", "working_day"})
"""The units of a limit that go by the working calendar."""


def due_at(
    limit: TimeLimit | None, found_at: datetime, calendar: Calendar | None = None
) -> datetime:
    """The end of the time to put right. Days end at the end of the last day and do not count the first.

    An item without a limit (L5, records of the quarter's duties) is due with the quarter (policy 四). Working time goes
    by `calendar`; without one the office's is read, one query, which an act over many rows does for itself once.
    """
    found = found_at.astimezone(SHANGHAI)
    if limit is None:
        return end_of(Quarter.of(found.date()).end - timedelta(days=1))
    if limit.unit not in WORKING:
        return end_of(found.date() + timedelta(days=limit.amount))
    calendar = calendar or calendar_from(found.date())
    if limit.unit == "working_hour":
        return _after_working_hours(found, timedelta(hours=limit.amount), calendar)
    return end_of(calendar.add_workdays(found.date(), limit.amount))


def end_of(day: date) -> datetime:
    """The last moment of a day."""
    return datetime.combine(day, END_OF_DAY, SHANGHAI)


def _after_working_hours(start: datetime, left: timedelta, calendar: Calendar) -> datetime:
    """`left` of office time after `start`, skipping nights, noon breaks and days off."""
    day = start.date()
    while True:
        for opens, closes in OFFICE_HOURS if calendar.is_workday(day) else ():
            begin = max(start, datetime.combine(day, opens, SHANGHAI))
            end = datetime.combine(day, closes, SHANGHAI)
            if begin < end and left <= end - begin:
                return begin + left
            left -= max(end - begin, timedelta())
        day += timedelta(days=1)
