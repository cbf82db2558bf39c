"""The office's own table of holidays and make-up days."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from gongjian.audit.models import Entry
from gongjian.holidays.models import Arrangement, DayKind, SpecialDay
from gongjian.holidays.services import (
    Entered,
    calendar_from,
    declare_announced,
    enter_published_year,
    enter_year,
    set_day,
    unarranged_years,
)
from gongjian.lib.workdays import PUBLISHED
from gongjian.workflow import WrongState
from tests.queries import count_queries

GIVEN = {"source": "国办发明电〔2026〕9号", "reason": "按通知录入"}


@pytest.fixture
def office(cast):
    for year in (2025, 2026):  # another test's commit may have emptied what the migration wrote
        enter_published_year(year, by=cast.office_staff, at=cast.now)
    return {"by": cast.office_staff, "at": cast.now}


def test_the_table_says_what_the_package_says(office):
    calendar = calendar_from(date(2025, 6, 1))
    assert calendar.holidays == {day for day in PUBLISHED.holidays if day.year >= 2025}
    assert calendar.workdays == {day for day in PUBLISHED.workdays if day.year >= 2025}
    assert calendar.covered_years == {2025, 2026}


def test_the_calendar_is_one_query_and_never_stale(office):
    assert count_queries(lambda: calendar_from(date(2026, 1, 1))) == 1
    set_day(date(2026, 11, 20), kind=DayKind.HOLIDAY, name="防汛停工", **GIVEN, **office)
    assert not calendar_from(date(2026, 1, 1)).is_workday(date(2026, 11, 20))
    set_day(date(2026, 11, 20), kind=DayKind.ORDINARY, name="", **GIVEN, **office)
    assert calendar_from(date(2026, 1, 1)).is_workday(date(2026, 11, 20))


def test_a_corrected_day_keeps_what_stood_there_and_why(office):
    row = set_day(date(2026, 10, 8), kind=DayKind.HOLIDAY, name="国庆节", **GIVEN, **office)
    set_day(
        date(2026, 10, 8),
        kind=DayKind.ORDINARY,
        name="国庆节",
        **{**GIVEN, "reason": "录错"},
        **office,
    )
    told = Entry.objects.about(row).first().changes
    assert (told["before"]["kind"], told["after"]["kind"], told["reason"]) == (
        "holiday",
        "ordinary",
        "录错",
    )


def test_a_year_is_not_announced_by_a_single_day(office):
    set_day(date(2027, 1, 1), kind=DayKind.HOLIDAY, name="元旦", **GIVEN, **office)
    assert unarranged_years([date(2026, 12, 31), date(2027, 1, 4)]) == [2027]
    assert not calendar_from(date(2027, 1, 1)).is_workday(date(2027, 1, 1))
    declare_announced(2027, source="", **office)
    assert unarranged_years([date(2027, 1, 4)]) == []


def test_a_year_without_days_is_not_declared_complete(office):
    with pytest.raises(WrongState, match="还没有录入"):
        declare_announced(2031, source="x", **office)


def test_a_year_entered_twice_changes_nothing(office):
    before = SpecialDay.objects.count()
    assert enter_published_year(2026, **office)["new"] == 0
    assert SpecialDay.objects.count() == before


def test_the_package_cannot_give_a_year_it_does_not_know(office):
    with pytest.raises(WrongState, match="没有 2090 年"):
        enter_published_year(2090, **office)


def test_a_file_for_one_year_takes_no_day_of_another(office):
    with pytest.raises(ValidationError, match="不是 2027 年"):
        enter_year(2027, {date(2026, 1, 1): Entered(DayKind.HOLIDAY, "元旦")}, source="x", **office)
    assert not Arrangement.objects.filter(year=2027).exists()


def test_a_make_up_day_in_the_week_is_refused(office):
    with pytest.raises(ValidationError, match="本来就上班"):
        set_day(date(2026, 11, 18), kind=DayKind.WORKDAY, name="", **GIVEN, **office)


def test_only_the_office_keeps_the_calendar(cast):
    with pytest.raises(PermissionDenied):
        set_day(
            date(2026, 11, 20),
            kind=DayKind.HOLIDAY,
            name="",
            **GIVEN,
            by=cast.lead_officer,
            at=cast.now,
        )
