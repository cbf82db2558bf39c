"""The pieces of the demo that need no database: dates, chance, words, pictures, lines."""

from datetime import date, datetime, timedelta
from random import Random

import pytest
from PIL import Image

from gongjian.demo import stories
from gongjian.demo.accounts import DemoAccount, padded
from gongjian.demo.assessment import first_late_month, worst_mark
from gongjian.demo.calendar import in_waking_hours, latest_closed, office_moment, workday_from
from gongjian.demo.checks import day_of_handing_in, with_times
from gongjian.demo.city import credit_code
from gongjian.demo.naming import next_workday
from gongjian.demo.pictures import draw_scene
from gongjian.demo.play import HISTORY, LIVING, WHOLE
from gongjian.demo.quarter import TITLES, Cycle, stages_of
from gongjian.demo.residents import FOREIGN, OBJECTION, Letter
from gongjian.lib.quarters import SHANGHAI, Quarter
from gongjian.lib.spreadsheets.cells import CREDIT_CODE_CHARS, CREDIT_CODE_WEIGHTS

FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)


def moment(day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def test_a_day_off_becomes_the_next_working_day():
    assert workday_from(FRIDAY) == FRIDAY
    assert workday_from(FRIDAY + timedelta(days=1)) == MONDAY


def test_the_same_hour_of_the_next_working_day():
    assert next_workday(moment(FRIDAY, 14)) == moment(MONDAY, 14)


def test_an_office_moment_is_in_office_hours():
    moments = [office_moment(FRIDAY, Random(number)) for number in range(50)]
    assert moment(FRIDAY, 8, 30) <= min(moments)
    assert max(moments) <= moment(FRIDAY, 17, 30)


@pytest.mark.parametrize(
    ("hour", "moved"), [(3, (8, 30)), (11, (11, 0)), (22, (17, 30))], ids=["early", "day", "late"]
)
def test_night_is_moved_into_the_day(hour, moved):
    before = moment(FRIDAY, 0)
    assert in_waking_hours(moment(FRIDAY, hour), after=before) == moment(FRIDAY, *moved)


def test_a_moment_is_never_moved_before_what_it_follows():
    late = moment(FRIDAY, 22)
    assert in_waking_hours(late, after=moment(FRIDAY, 20)) == late


def test_the_latest_closed_quarter_has_its_circulars_out():
    assert latest_closed(moment(MONDAY, 18)) == Quarter(2026, 3)
    assert latest_closed(moment(date(2026, 10, 5), 18)) == Quarter(2026, 2)


def test_a_cycle_has_three_quarters_of_history_one_whole_and_one_living():
    cycle = Cycle(moment(MONDAY, 18))
    quarters, scales = zip(*cycle.quarters, strict=True)
    assert [str(quarter) for quarter in quarters] == [
        *("2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4"),
    ]
    assert scales == (HISTORY, HISTORY, HISTORY, WHOLE, LIVING)
    assert cycle.since == date(2025, 7, 1)


def test_the_whole_quarter_has_a_line_a_stage_and_history_one_in_all():
    assert len({id(stage) for stage in stages_of(Quarter(2026, 3), WHOLE).values()}) == len(TITLES)
    [stage] = {id(row): row for row in stages_of(Quarter(2026, 3), HISTORY).values()}.values()
    assert stage.title.endswith("（历史）")


def test_punctual_groups_hand_in_about_the_months_end():
    days = [day_of_handing_in(Random(number), "2026-10", 1.0) for number in range(60)]
    assert min(days) >= date(2026, 10, 27)
    assert max(days) <= date(2026, 11, 4)


def test_of_the_unpunctual_some_are_late_and_some_never_hand_in():
    days = {day_of_handing_in(Random(number), "2026-10", 0.0) for number in range(200)}
    assert None in days
    assert len(days - {None}) > 5


def test_what_was_given_back_gets_its_times_and_nothing_else_changes():
    marks = {"Q1": {"result": "fail", "note": "淤积"}, "Q2": {"result": "pass"}}
    assert with_times(marks) == {
        "Q1": {"result": "fail", "note": f"淤积{stories.TIMES_OF_DAY}"},
        "Q2": {"result": "pass"},
    }
    assert marks["Q1"]["note"] == "淤积"


def test_the_worst_mark_is_the_largest_deduction():
    marks = {"Q1": {"deducted": "0.50"}, "Q2": {"deducted": "10.00"}, "Q3": {"deducted": "2.00"}}
    assert worst_mark(marks) == ("Q2", 10)


def test_the_first_late_month_is_that_of_the_first_community():
    frozen = {
        "communities": [
            {"code": "a", "self_checks": {"2026-07": "on_time", "2026-08": "missing"}},
            {"code": "b", "self_checks": {"2026-07": "on_time", "2026-08": "late"}},
        ]
    }
    assert first_late_month(frozen) == ("b", "2026-08")
    assert first_late_month({"communities": []}) is None


def test_letters_from_the_street_are_of_three_kinds():
    letters = [Letter(number, community=None) for number in range(7)]
    assert [letter.number for letter in letters if letter.is_objection] == [5]
    assert [letter.number for letter in letters if letter.is_foreign] == [3]
    assert (letters[5].words, letters[3].words) == (OBJECTION, FOREIGN)
    assert letters[0].words == letters[0].problem[1]


def test_a_credit_code_has_a_right_check_digit():
    code = credit_code("91", 7)
    values = [CREDIT_CODE_CHARS.index(character) for character in code]
    weighted = zip(values, CREDIT_CODE_WEIGHTS, strict=False)
    assert (sum(value * weight for value, weight in weighted) + values[-1]) % 31 == 0


def test_every_problem_has_its_remedy():
    assert set(stories.PROBLEMS) == set(stories.PUT_RIGHT)
    assert set(stories.DEPARTMENTS) <= set(stories.PROBLEMS)


def scene(**fields):
    return draw_scene("Q1", "3 幢北侧", **{"is_put_right": False, "seed": "2026-1-01", **fields})


def test_a_picture_is_the_same_for_the_same_seed():
    assert scene().read() == scene().read()
    assert scene().read() != scene(seed="2026-1-02").read()


def test_a_picture_before_differs_from_the_one_after():
    assert Image.open(scene()).size == Image.open(scene(is_put_right=True)).size == (960, 720)
    assert scene().read() != scene(is_put_right=True).read()


def test_the_columns_of_accounts_stand_under_each_other():
    assert padded("审批", 8) == "审批    "
    assert padded("longer than that", 4) == "longer than that "
    account = DemoAccount("审批领导", "shenpi01", "张一", "市府办", "secret")
    assert account.line.startswith("审批领导          shenpi01    secret")
    assert account.line.endswith("市府办 张一")
