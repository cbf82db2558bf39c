"""Until when something found must be put right (整改时限)."""

from datetime import date, datetime, time, timedelta

from gongjian.holidays.services import calendar_from
from gongjian.lib.checklists import TimeLimit
from gongjian.lib.quarters import SHANGHAI, Quarter
from gongjian.lib.workdays import Calendar

END_OF_DAY = time(23, 59, 59)
# The hours in which working hours run, on working days.
OFFICE_HOURS = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
# The units of a limit that go by the working calendar.
WORKING = frozenset({"working_hour", "working_day"})


def rectification_due_at(
    limit: TimeLimit | None, found_at: datetime, calendar: Calendar | None = None
) -> datetime:
    """Return the end of the time to put a finding right.

    Days do not count the first and end with the last one. An item without a limit (L5, records of
    the quarter's duties) is due with the quarter (policy 四). Working time goes by `calendar`;
    without one the office's is read, one query, which an act over many rows does for itself once.
    """
    found_on = found_at.astimezone(SHANGHAI).date()
    if limit is None:
        return end_of(Quarter.of(found_on).end - timedelta(days=1))
    if limit.unit not in WORKING:
        return end_of(found_on + timedelta(days=limit.amount))
    calendar = calendar or calendar_from(found_on)
    if limit.unit == "working_hour":
        hours = timedelta(hours=limit.amount)
        return after_office_hours(found_at.astimezone(SHANGHAI), hours, calendar)
    return end_of(calendar.add_workdays(found_on, limit.amount))


def end_of(day: date) -> datetime:
    """Return the last second of a day."""
    return datetime.combine(day, END_OF_DAY, SHANGHAI)


def after_office_hours(start: datetime, hours: timedelta, calendar: Calendar) -> datetime:
    """Return when `hours` of office time have passed since `start`.

    Nights, noon breaks and days off are skipped.
    """
    day = start.date()
    while True:
        for opens, closes in OFFICE_HOURS if calendar.is_workday(day) else ():
            begin = max(start, datetime.combine(day, opens, SHANGHAI))
            end = datetime.combine(day, closes, SHANGHAI)
            if begin < end and hours <= end - begin:
                return begin + hours
            hours -= max(end - begin, timedelta())
        day += timedelta(days=1)
