from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.lib.checklists import TimeLimit
from gongjian.lib.quarters import SHANGHAI
from gongjian.lib.workdays import PUBLISHED
from inspections.services.deadlines import rectification_due_at


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
    assert rectification_due_at(TimeLimit(amount, unit), moment(found), PUBLISHED).replace(
        second=0
    ) == moment(due)


def test_an_item_without_a_limit_is_due_with_the_quarter():
    assert rectification_due_at(None, moment("11-16 10:00")).replace(second=0) == moment(
        "12-31 23:59"
    )


EDGES = [  # 1 to 8 October 2025 rest; Sunday 28 September and Saturday 11 October 2025 work
    pytest.param(
        4,
        "working_hour",
        "2025-09-30 17:29",
        "2025-10-09 13:59",
        id="a minute before eight days off",
    ),
    pytest.param(4, "working_hour", "2025-09-30 17:30", "2025-10-09 14:00", id="at closing time"),
    pytest.param(
        4, "working_hour", "2025-10-03 02:00", "2025-10-09 14:00", id="at night in the holiday"
    ),
    pytest.param(
        4, "working_hour", "2025-09-28 09:00", "2025-09-28 14:30", id="on a make-up Sunday"
    ),
    pytest.param(
        4, "working_hour", "2025-10-10 17:00", "2025-10-11 12:00", id="into a make-up Saturday"
    ),
    pytest.param(4, "working_hour", "2026-11-16 12:00", "2026-11-16 17:30", id="noon"),
    pytest.param(4, "working_hour", "2026-11-16 12:40", "2026-11-16 17:30", id="in the noon break"),
    pytest.param(4, "working_hour", "2026-11-16 23:59", "2026-11-17 14:00", id="at night"),
    pytest.param(
        1, "working_day", "2025-09-30 17:29", "2025-10-09 23:59", id="a day, before eight days off"
    ),
    pytest.param(
        3, "working_day", "2025-10-08 10:00", "2025-10-11 23:59", id="days with a make-up Saturday"
    ),
]


@pytest.mark.parametrize(("amount", "unit", "found", "due"), EDGES)
def test_edges_of_working_time(amount, unit, found, due):
    found, due = (
        datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI) for text in (found, due)
    )
    assert rectification_due_at(TimeLimit(amount, unit), found, PUBLISHED).replace(second=0) == due


@given(
    st.datetimes(datetime(2025, 9, 1), datetime(2026, 12, 31)),
    st.integers(0, 40),
    st.integers(1, 40),
)
def test_more_time_is_never_due_earlier(found, amount, more):
    found = found.replace(tzinfo=SHANGHAI)
    for unit in ("working_hour", "working_day"):
        short, long = (
            rectification_due_at(TimeLimit(n, unit), found, PUBLISHED)
            for n in (amount, amount + more)
        )
        assert found - timedelta(days=1) < short < long
