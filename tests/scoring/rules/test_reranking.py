"""What if: the same findings under another rubric."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.rules.refusals import Missing
from scoring.rules.rubrics.parts import TieBreaker
from scoring.rules.rubrics.rubric import load_rubric
from scoring.rules.scores.components import Bonus, Rectification
from scoring.rules.scores.quarters import quarter_score
from scoring.rules.scores.reranking import Move, contributions, reranked
from tests.scoring.rules.cities import RECORDS, bare, city, rate, value
from tests.scoring.rules.made import MONTHS, ON_TIME, RUBRIC, day, make_inputs, rubric_file

LATE = dict.fromkeys(MONTHS, "late")


def weighted(assessment, self_check, rectification):
    changed = rubric_file("components.assessment.weight", assessment)
    changed["components"]["self_check"]["weight"] = self_check
    changed["components"]["rectification"]["weight"] = rectification
    return load_rubric(changed)


# 虎山 is best in the field and reports late, 鹳山 reports on time;
# half of what was due was put right everywhere.
#        0.85 field + 0.10 reports + 0.05 put right       0.50 field + 0.45 reports + 0.05
# 虎山   76.5  + 6  + 2.5 = 85.0                          45 + 27 + 2.5 = 74.5
# 鹳山   68    + 10 + 2.5 = 80.5                          40 + 45 + 2.5 = 87.5
# 太平桥 59.5  + 10 + 2.5 = 72.0                          35 + 45 + 2.5 = 82.5
HALF = Rectification(2, 1)
CITY = [
    make_inputs("a", name="虎山社区", passes=day("90"), self_checks=LATE, rectification=HALF),
    make_inputs("b", name="鹳山社区", passes=day("80"), rectification=HALF),
    make_inputs("c", name="太平桥社区", passes=day("70"), rectification=HALF),
]
REPORTS_COUNT = weighted("0.50", "0.45", "0.05")


def points_up(move: Move) -> Decimal:
    return move.after.points - move.before.points


def test_a_change_of_weights_shows_who_moves_how_far_and_why():
    moves = reranked(CITY, MONTHS, RUBRIC, REPORTS_COUNT)
    assert [
        (move.name, move.places_up, str(points_up(move)), move.cause_name) for move in moves
    ] == [
        ("虎山社区", -2, "-10.50", "每月自查"),
        ("鹳山社区", 1, "7.00", "每月自查"),
        ("太平桥社区", 1, "10.50", "每月自查"),
    ]
    # reports bring 虎山 27 - 6 = 21 more, the two that passed it 45 - 10 = 35 more:
    # it loses 14 against them
    assert moves[0].cause_points == -14


def test_the_same_rubric_moves_nobody():
    moves = reranked(CITY, MONTHS, RUBRIC, RUBRIC)
    assert [(move.places_up, points_up(move), move.cause) for move in moves] == [(0, 0, "")] * 3


def test_who_keeps_his_place_has_no_cause_though_his_points_change():
    gentler = load_rubric(rubric_file("components.self_check.late_points", "80"))
    first = reranked(CITY, MONTHS, RUBRIC, gentler)[0]
    assert (first.name, first.places_up, str(points_up(first)), first.cause) == (
        "虎山社区",
        0,
        "2.00",
        "",
    )


def test_a_grade_that_changes_is_shown():
    moves = {move.code: move for move in reranked(CITY, MONTHS, RUBRIC, REPORTS_COUNT)}
    assert (moves["a"].grade_before, moves["a"].grade_after) == ("良好", "合格")


def test_a_place_that_only_the_rules_of_places_moved_says_so():
    equal = [
        make_inputs("a", tie_breakers={"repeats": Decimal(3)}),
        make_inputs("b", tie_breakers={"repeats": Decimal(1)}),
    ]
    parted = replace(
        RUBRIC,
        ranking=replace(RUBRIC.ranking, tie_breakers=(TieBreaker("repeats", "重复问题", False),)),
    )
    first = reranked(equal, MONTHS, RUBRIC, parted)[0]
    assert (first.code, first.places_up, first.cause_name) == ("a", -1, "名次规则")


def test_what_the_other_rubric_asks_for_and_nobody_recorded_is_named():
    with pytest.raises(Missing) as missing:
        reranked(CITY[:1], MONTHS, RUBRIC, replace(city("r2"), assessment=RUBRIC.assessment))
    assert (
        missing.value.what[0]
        == "按“成都金牛数字城管案件办理 R2”试算，虎山社区：案件办理：5 项都还没有评"
    )


COMMUNITIES = st.lists(
    st.builds(
        lambda field, checks, due, bonus: (
            day(str(field)),
            dict(zip(MONTHS, checks, strict=True)),
            due,
            bonus,
        ),
        st.decimals(50, 100, places=2),
        st.lists(st.sampled_from(["on_time", "late", "missing"]), min_size=3, max_size=3),
        st.tuples(st.integers(0, 5), st.integers(0, 5)),
        st.decimals(0, 6, places=2),
    ),
    min_size=2,
    max_size=6,
)


@settings(max_examples=60)
@given(COMMUNITIES)
def test_the_cause_always_points_the_way_of_the_move(found):
    several = [
        make_inputs(
            f"c{number}",
            passes=passes,
            self_checks=checks,
            rectification=Rectification(sum(due), due[0]),
            bonuses=(Bonus("现场会", bonus),),
        )
        for number, (passes, checks, due, bonus) in enumerate(found)
    ]
    for move in reranked(several, MONTHS, RUBRIC, REPORTS_COUNT):
        assert (move.cause == "") == (move.places_up == 0)
        assert move.cause_points * move.places_up > 0 or not move.places_up


def test_contributions_add_up_to_the_published_figure():
    score = quarter_score(
        make_inputs(self_checks=ON_TIME | {"2026-07": "late"}, rectification=Rectification(3, 1)),
        MONTHS,
        RUBRIC,
    )
    assert sum(contributions(score, RUBRIC).values()) == Fraction(score.points)


def test_the_items_of_a_rubric_count_among_the_causes():
    # nothing but the records differ; with them at a tenth the field counts more
    records = {"a": RECORDS, "b": RECORDS | {"response": rate(1, 2), "team": value("4")}}
    communities = [
        bare(code, passes=day(field), class_name="城区", readings={"records": records[code]})
        for code, field in (("a", "80"), ("b", "82"))
    ]
    before = city("patterns")
    weights = {
        "assessment": replace(before.assessment, weight=Decimal("0.95")),
        "measured": (replace(before.measured[0], weight=Decimal("0.05")),),
    }
    moves = reranked(communities, MONTHS, before, replace(before, **weights))
    assert [(move.code, move.places_up, move.cause_name) for move in moves] == [
        ("b", 1, "台账"),
        ("a", -1, "台账"),
    ]
