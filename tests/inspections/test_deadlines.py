from datetime import datetime

import pytest

from gongjian.lib.checklists import TimeLimit
from gongjian.lib.quarters import SHANGHAI
from inspections.services.deadlines import due_at


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%m-%d %H:%M").replace(year=2026, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("amount", "unit", "found", "due"),
    [
        (0, "day", "11-16 10:00", "11-16 23:59"),
        (3, "day", "11-16 10:00", "11-19 23:59"),
        (5, "working_day", "11-16 10:00", "11-23 23:59"),
        (4, "working_hour", "11-16 08:00", "11-16 14:00"),
        (4, "working_hour", "11-16 10:00", "11-16 15:30"),
        (4, "working_hour", "11-16 13:30", "11-16 17:30"),
        (4, "working_hour", "11-16 16:30", "11-17 11:30"),
        (4, "working_hour", "11-20 16:30", "11-23 11:30"),
        (4, "working_hour", "11-21 09:00", "11-23 14:00"),
        (4, "working_hour", "09-30 16:30", "10-08 11:30"),
    ],
)
def test_due_at_counts_the_offices_time(amount, unit, found, due):
    assert due_at(TimeLimit(amount, unit), moment(found)).replace(second=0) == moment(due)


def test_an_item_without_a_limit_is_due_with_the_quarter():
    assert due_at(None, moment("11-16 10:00")).replace(second=0) == moment("12-31 23:59")
