from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rules.refusals import Missing, Refused
from scoring.rules.scores.components import (
    Bonus,
    Rectification,
    bonus_points,
    grade_of,
    malus_by_rule,
    rectification_points,
    self_check_points,
    vetoes_in_force,
)
from tests.scoring.rules.made import MONTHS, ON_TIME, RUBRIC


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["on_time", "on_time", "on_time"], Fraction(100)),
        (["on_time", "on_time", "late"], Fraction(260, 3)),
        (["on_time", "missing", "late"], Fraction(160, 3)),
        (["missing", "missing", "missing"], Fraction(0)),
    ],
)
def test_self_checks_bring_the_mean_of_their_months(states, expected):
    assert self_check_points(dict(zip(MONTHS, states, strict=True)), MONTHS, RUBRIC) == expected


def test_a_month_that_nobody_looked_up_is_missing_and_not_nothing():
    with pytest.raises(Missing) as missing:
        self_check_points({"2026-08": "on_time"}, MONTHS, RUBRIC)
    assert missing.value.what == (
        "每月自查：没有 2026-07 的上报情况",
        "每月自查：没有 2026-09 的上报情况",
    )


@pytest.mark.parametrize(
    ("states", "reason"),
    [
        (ON_TIME | {"2026-10": "late"}, "2026-10 不在本季度内"),
        (ON_TIME | {"2026-07": "early"}, "自查状态“early”不对"),
    ],
)
def test_a_strange_month_or_state_is_refused(states, reason):
    with pytest.raises(Refused, match=reason):
        self_check_points(states, MONTHS, RUBRIC)


@pytest.mark.parametrize(
    ("due", "closed", "expected"), [(0, 0, 100), (12, 11, Fraction(275, 3)), (3, 0, 0), (4, 4, 100)]
)
def test_rectification_is_the_share_closed_out_in_time(due, closed, expected):
    assert rectification_points(Rectification(due, closed), RUBRIC) == expected


def test_rectification_that_nobody_counted_is_missing_and_not_full():
    with pytest.raises(Missing, match="问题整改：没有统计应整改和按期销号的件数"):
        rectification_points(None, RUBRIC)


@pytest.mark.parametrize(("due", "closed"), [(1, 2), (0, -1)])
def test_more_closed_than_due_is_refused(due, closed):
    with pytest.raises(Refused, match=f"应整改 {due} 件，按期销号 {closed} 件"):
        Rectification(due, closed)


def test_bonuses_add_up_to_the_cap_and_no_further():
    three = [Bonus("市级现场会", Decimal("3")), Bonus("志愿服务", Decimal("1.5"))]
    assert bonus_points([], RUBRIC) == 0
    assert bonus_points(three, RUBRIC) == Decimal("4.5")
    assert bonus_points([*three, *three], RUBRIC) == 5


def test_a_negative_bonus_is_refused():
    with pytest.raises(Refused, match="加分“志愿服务”不能是负数，现为 -1"):
        Bonus("志愿服务", Decimal(-1))


@pytest.mark.parametrize(("count", "taken"), [(1, [2]), (4, [8]), (9, [10]), (0, [])])
def test_a_malus_takes_points_for_each_case_up_to_its_cap(count, taken):
    assert [
        points for _, _, points in malus_by_rule({"false_rectification": count}, RUBRIC)
    ] == taken


@pytest.mark.parametrize(
    ("counts", "reason"),
    [({"noise": 1}, "没有扣分事项“noise”"), ({"false_rectification": -1}, "不能是负数，现为 -1")],
)
def test_a_malus_out_of_place_is_refused(counts, reason):
    with pytest.raises(Refused, match=reason):
        malus_by_rule(counts, RUBRIC)


@pytest.mark.parametrize(
    ("figure", "grade"),
    [
        ("100", "优秀"),
        ("90.00", "优秀"),
        ("89.99", "良好"),
        ("60", "合格"),
        ("59.99", "不合格"),
        ("0", "不合格"),
    ],
)
def test_a_grade_follows_the_published_figure(figure, grade):
    assert grade_of(Decimal(figure), [], RUBRIC).name == grade


def test_a_veto_holds_the_grade_down():
    assert grade_of(Decimal("95"), vetoes_in_force(["fraud"], RUBRIC), RUBRIC).name == "不合格"


def test_an_unknown_veto_is_refused():
    with pytest.raises(Refused, match="没有一票否决事项“rain”"):
        vetoes_in_force(["fraud", "rain"], RUBRIC)


@given(st.integers(0, 200), st.integers(0, 200))
def test_rectification_lies_between_zero_and_one_hundred(closed, open_):
    assert 0 <= rectification_points(Rectification(closed + open_, closed), RUBRIC) <= 100
