"""Until when something found must be put right (整改时限)."""

from datetime import date, datetime, time, timedelta

from gongjian.lib.checklists import TimeLimit
from gongjian.lib.quarters import SHANGHAI, Quarter
from gongjian.lib.workdays import add_workdays, is_workday

END_OF_DAY = time(23, 59, 59)
OFFICE_HOURS = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
"""The hours in which working hours run, on working days."""


def due_at(limit: TimeLimit | None, found_at: datetime) -> datetime:
    """The end of the time to put right. Days end at the end of the last day and do not count the first.

    An item without a limit (L5, records of the quarter's duties) is due with the quarter (policy 四).
    """
    found = found_at.astimezone(SHANGHAI)
    if limit is None:
        return end_of(Quarter.of(found.date()).end - timedelta(days=1))
    if limit.unit == "working_hour":
        return _after_working_hours(found, timedelta(hours=limit.amount))
    if limit.unit == "working_day":
        return end_of(add_workdays(found.date(), limit.amount))
    return end_of(found.date() + timedelta(days=limit.amount))


def end_of(day: date) -> datetime:
    """The last moment of a day."""
    return datetime.combine(day, END_OF_DAY, SHANGHAI)


def _after_working_hours(start: datetime, left: timedelta) -> datetime:
    """`left` of office time after `start`, skipping nights, noon breaks and days off."""
    day = start.date()
    while True:
        for opens, closes in OFFICE_HOURS if is_workday(day) else ():
            begin = max(start, datetime.combine(day, opens, SHANGHAI))
            end = datetime.combine(day, closes, SHANGHAI)
            if begin < end and left <= end - begin:
                return begin + left
            left -= max(end - begin, timedelta())
        day += timedelta(days=1)
