import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.lib.workdays import PUBLISHED, Calendar, published_names

day = datetime.date


@pytest.mark.parametrize(
    ("date", "works"),
    [
        (day(2026, 11, 23), True),  # a Monday
        (day(2026, 11, 22), False),  # a Sunday
        (day(2026, 10, 1), False),  # National Day, a Thursday
        (day(2025, 10, 11), True),  # a Saturday made up for the National Day week
        (day(2025, 1, 26), True),  # a Sunday made up for Spring Festival
    ],
)
def test_holidays_rest_and_make_up_days_work(date, works):
    assert PUBLISHED.is_workday(date) is works


def test_a_year_without_an_arrangement_goes_by_the_week():
    assert not PUBLISHED.is_covered(2090)
    assert PUBLISHED.is_workday(day(2090, 5, 1))  # a Monday, Labour Day or not
    assert not PUBLISHED.is_workday(day(2090, 5, 6))


def test_the_years_of_the_arrangement_are_covered():
    assert PUBLISHED.is_covered(2026)
    assert not PUBLISHED.is_covered(2003)


def test_five_workdays_over_the_national_day_week_of_2025():
    # 30 September, then rest from 1 to 8 October; 9, 10 and the made-up Saturday 11 work.
    assert PUBLISHED.add_workdays(day(2025, 9, 29), 5) == day(2025, 10, 13)


def test_a_period_crosses_into_a_year_without_data():
    assert PUBLISHED.add_workdays(day(2089, 12, 30), 2) == day(2090, 1, 3)


def test_no_workdays_after_a_day_is_the_day_itself():
    assert PUBLISHED.add_workdays(day(2026, 10, 1), 0) == day(2026, 10, 1)


def test_a_negative_number_of_workdays_is_refused():
    with pytest.raises(ValueError, match="不能为负"):
        PUBLISHED.add_workdays(day(2026, 1, 1), -1)


def test_a_datetime_counts_as_its_day():
    assert PUBLISHED.is_workday(datetime.datetime(2026, 10, 1, 9)) is False


@given(st.dates(day(2024, 1, 1), day(2028, 1, 1)), st.integers(0, 60))
def test_between_undoes_add(start, n):
    end = PUBLISHED.add_workdays(start, n)
    assert PUBLISHED.workdays_between(start, end) == n
    assert PUBLISHED.workdays_between(end, start) == -n
    assert n == 0 or PUBLISHED.is_workday(end)


def test_an_empty_calendar_goes_by_the_week():
    assert not Calendar().is_covered(2026)
    assert Calendar().is_workday(day(2026, 10, 1))  # a Thursday


def test_the_published_names_are_the_offices():
    named = published_names(2026)
    assert named[day(2026, 10, 1)] == (False, "国庆节")
    assert named[day(2026, 10, 10)] == (True, "国庆节")
