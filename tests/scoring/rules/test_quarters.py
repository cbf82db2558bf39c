"""A quarter's score. The worked example is the one in docs/scoring.md."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.lib.checklists import sheet_points
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.parts import SELF_CHECK_STATES, TieBreaker
from scoring.rules.rubrics.rubric import load_rubric
from scoring.rules.scores.components import Bonus, Rectification
from scoring.rules.scores.explanation import explain
from scoring.rules.scores.locked_sheets import pass_totals
from scoring.rules.scores.quarters import city_scores, quarter_score
from tests.scoring.rules.made import (
    CHECKLIST,
    MONTHS,
    ON_TIME,
    ROOT,
    RUBRIC,
    clean_marks,
    day,
    make_inputs,
    points,
    rubric_file,
)

WORKED = make_inputs(
    passes=day("92", "94", "95", "90", "96") | {"off_peak": pass_totals(points("91.85", "88.15"))},
    self_checks=ON_TIME | {"2026-09": "late"},
    rectification=Rectification(12, 11),
    bonuses=(Bonus("承办全市现场会", Decimal("1.00")),),
    maluses={"false_rectification": 1},
)

ANY_INPUTS = st.builds(
    make_inputs,
    passes=st.dictionaries(
        st.sampled_from(["day", "off_peak", "night"]),
        st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=7).map(pass_totals),
        min_size=1,
    ),
    self_checks=st.fixed_dictionaries(dict.fromkeys(MONTHS, st.sampled_from(SELF_CHECK_STATES))),
    rectification=st.tuples(st.integers(0, 9), st.integers(0, 9)).map(
        lambda n: Rectification(sum(n), n[0])
    ),
    bonuses=st.lists(
        st.builds(Bonus, st.just("志愿服务"), st.decimals(0, 4, places=2)), max_size=3
    ).map(tuple),
    maluses=st.fixed_dictionaries({"false_rectification": st.integers(0, 7)}),
    vetoes=st.sampled_from([(), ("fraud",)]),
)


def score(inputs, rubric=RUBRIC):
    return quarter_score(inputs, MONTHS, rubric)


def test_the_worked_example_comes_out_as_by_hand():
    marks = clean_marks(Q1="2.00", Q2="1.50", Q3={"not_applicable": True}, W1="1.00", L2="3.00")
    assert sheet_points(marks, CHECKLIST) == Decimal("91.85")
    result = score(WORKED)
    assert (result.assessment.points, result.self_check, result.rectification) == (
        Fraction(832, 9),
        Fraction(260, 3),
        Fraction(275, 3),
    )
    assert (str(result.points), result.grade) == ("90.83", "优秀")


def test_the_page_in_the_docs_shows_the_worked_example():
    page = (ROOT / "docs/scoring.md").read_text(encoding="utf-8")
    figures = [
        "91.85",
        "93.6667",
        "92.4444",
        "78.5778",
        "86.6667",
        "91.6667",
        "4.5833",
        "90.8278",
        "90.83",
    ]
    assert [figure for figure in figures if figure not in page] == []


def test_everything_that_is_missing_is_named_at_once():
    with pytest.raises(Missing) as missing:
        score(
            make_inputs(
                passes={}, self_checks={"2026-07": "late", "2026-08": "late"}, rectification=None
            )
        )
    assert missing.value.what == (
        "全市考评：没有一张已锁定的评分表",
        "每月自查：没有 2026-09 的上报情况",
        "问题整改：没有统计应整改和按期销号的件数",
    )


def test_a_total_is_held_to_one_hundred():
    assert (
        score(make_inputs(passes=day("100"), bonuses=(Bonus("现场会", Decimal(3)),))).points == 100
    )


def test_a_total_is_held_to_zero():
    absent = dict.fromkeys(MONTHS, "missing")
    worst = make_inputs(passes=day("0"), self_checks=absent, rectification=Rectification(1, 0))
    assert score(replace(worst, maluses={"false_rectification": 3})).points == 0


def test_a_veto_takes_the_grade_and_leaves_the_points():
    free, vetoed = score(WORKED), score(replace(WORKED, vetoes=("serious_incident",)))
    assert (vetoed.points, vetoed.grade, free.grade) == (free.points, "不合格", "优秀")


def test_the_mark_a_community_gives_itself_has_nowhere_to_enter():
    assert [name for name in type(WORKED).__dataclass_fields__ if "self" in name] == ["self_checks"]


# the city


def test_a_city_is_ranked_without_those_that_lack_something_and_names_them():
    lacking = make_inputs("c", name="鹳山社区", rectification=None)
    city = city_scores(
        [make_inputs("a", passes=day("80")), lacking, make_inputs("b")], MONTHS, RUBRIC
    )
    assert [(place.code, place.place) for place in city.places] == [("b", 1), ("a", 2)]
    assert [result.inputs.code for result in city.scores] == ["b", "a"]
    assert [(one.name, one.what) for one in city.lacking] == [
        ("鹳山社区", ("问题整改：没有统计应整改和按期销号的件数",))
    ]


def test_published_figures_that_look_equal_share_a_place():
    nearly = [make_inputs("a", passes=day("90", "90", "90.01")), make_inputs("b", passes=day("90"))]
    city = city_scores(nearly, MONTHS, RUBRIC)
    assert city.scores[0].exact != city.scores[1].exact
    assert [place.place for place in city.places] == [1, 1]


def test_a_tie_breaker_that_was_not_gathered_is_lacking():
    broken = replace(
        RUBRIC,
        ranking=replace(RUBRIC.ranking, tie_breakers=(TieBreaker("repeats", "重复问题", False),)),
    )
    city = city_scores(
        [make_inputs("a"), make_inputs("b", tie_breakers={"repeats": Decimal(2)})], MONTHS, broken
    )
    assert [(one.code, one.what) for one in city.lacking] == [
        ("a", ("没有用于区分并列名次的“重复问题”",))
    ]


def test_impossible_data_is_refused_with_the_community():
    with pytest.raises(Refused, match="虎山社区：评分细则中没有一票否决事项“rain”"):
        city_scores([make_inputs(vetoes=("rain",))], MONTHS, RUBRIC)


# why


def names(part):
    return [inner.name for inner in part.parts]


def test_the_explanation_opens_into_named_parts_with_their_clauses():
    why = explain(score(WORKED), MONTHS, RUBRIC)
    assert names(why) == ["全市考评", "每月自查", "问题整改", "加分", "虚假整改"]
    assert [names(part) for part in why.parts[:2]] == [
        ["日常考评", "错时考评"],
        ["7 月", "8 月", "9 月"],
    ]
    assert [part.clause for part in why.parts if not part.clause] == []
    assert why.note == "四舍五入到两位小数，公布为 90.83 分，优秀"


def test_the_explanation_says_what_was_done_to_the_sheets():
    assessment = explain(score(WORKED), MONTHS, RUBRIC).parts[0]
    assert assessment.note == "未进行夜间考评，其余各轮权重按比例折算"
    assert [part.note for part in assessment.parts] == [
        "5 张评分表，去掉最高分 96.00、最低分 90.00 后平均",
        "2 张评分表平均",
    ]


def test_the_explanation_names_a_veto_and_the_caps():
    bonuses = (Bonus("现场会", Decimal(3)), Bonus("志愿服务", Decimal(3)))
    why = explain(
        score(make_inputs(passes=day("100"), bonuses=bonuses, vetoes=("fraud",))), MONTHS, RUBRIC
    )
    assert why.note.endswith("；一票否决：考评中弄虚作假，等次不高于不合格")
    assert names(why)[-2:] == ["加分", "总分封顶"]
    assert [(part.name, part.value) for part in why.parts[-2].parts] == [
        ("现场会", 3),
        ("志愿服务", 3),
        ("加分封顶", -1),
    ]


def test_the_explanation_shows_a_total_held_up_to_the_floor():
    floor = load_rubric(rubric_file("total.lowest_points", "40"))
    why = explain(score(make_inputs(passes=day("0")), floor), MONTHS, floor)
    assert (why.parts[-1].name, why.parts[-1].contribution) == ("总分保底", 25)


def test_the_explanation_says_that_nothing_was_due():
    assert explain(score(make_inputs()), MONTHS, RUBRIC).parts[2].note == "本季度没有到期的问题"


def test_the_explanation_is_ready_for_json():
    mapping = explain(score(WORKED), MONTHS, RUBRIC).as_mapping()
    assert {
        key: mapping["parts"][0][key] for key in ("name", "value", "weight", "contribution")
    } == {
        "name": "全市考评",
        "value": "92.4444",
        "weight": "0.85",
        "contribution": "78.5778",
    }
    assert (mapping["weight"], mapping["value"]) == (None, "90.8278")


# properties


@given(ANY_INPUTS)
def test_a_total_lies_between_zero_and_one_hundred(inputs):
    assert 0 <= score(inputs).points <= 100


@pytest.mark.slow
@given(ANY_INPUTS)
def test_a_published_figure_is_within_half_a_cent_of_the_exact_one(inputs):
    result = score(inputs)
    assert abs(Fraction(result.points) - result.exact) <= Fraction(1, 200)


@given(ANY_INPUTS)
def test_contributions_add_up_exactly_in_every_part(inputs):
    waiting = [explain(score(inputs), MONTHS, RUBRIC)]
    while waiting:
        part = waiting.pop()
        assert not part.parts or sum(inner.contribution for inner in part.parts) == part.value
        waiting += part.parts


@given(ANY_INPUTS)
def test_one_more_false_rectification_never_raises_a_score(inputs):
    worse = replace(
        inputs, maluses={"false_rectification": inputs.maluses["false_rectification"] + 1}
    )
    assert score(worse).points <= score(inputs).points


@given(ANY_INPUTS, st.sampled_from(MONTHS))
def test_a_month_not_reported_never_raises_a_score(inputs, month):
    worse = replace(inputs, self_checks=inputs.self_checks | {month: "missing"})
    assert score(worse).points <= score(inputs).points
