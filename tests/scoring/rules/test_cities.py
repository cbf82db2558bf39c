"""Every rubric of assessment 3.2 scores as somebody with a pencil would.

The working stands above each figure.
"""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.rules.readings.marking import sheet_points_by
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rounds.sampling import least_samples, too_few_samples
from scoring.rules.rubrics.items import Reading
from scoring.rules.scores.explanation import explain
from scoring.rules.scores.locked_sheets import pass_totals
from scoring.rules.scores.quarters import city_scores, quarter_score
from scoring.rules.scores.years import lead_unit_points, split_blame
from tests.scoring.rules.cities import (
    ABSENT,
    MONTH,
    R1,
    R2,
    R3,
    R6,
    RECORDS,
    bare,
    cases,
    city,
    rate,
    value,
)
from tests.scoring.rules.made import day, points

PATTERNS = city("patterns")


def score(name, months=MONTH, **given):
    return quarter_score(bare(**given), months, city(name))


def patterns(code="a", records=RECORDS, **given):
    given = {"passes": day("90", "80"), "class_name": "城区"} | given
    return bare(code, readings={"records": records}, **given)


def test_r1_counts_problems_against_each_item():
    # 18 + (20 - 12 x 0.1) + (20 - 3 x 0.5) + (20 - 5 x 0.1) + 45/50 x 10 + 8.5
    # = 18 + 18.8 + 18.5 + 19.5 + 9 + 8.5 = 92.3
    result = score("r1", readings={"environment": R1})
    assert (str(result.points), result.grade) == ("92.30", "优秀")


def test_r2_turns_rates_round_where_less_is_better():
    # 30 x 0.95 + 20 x 0.9 + 20 x (1 - 6/120) + 20 x (1 - 4/80) + 10 x (1 - 3/60)
    # = 28.5 + 18 + 19 + 19 + 9.5 = 94
    assert score("r2", readings={"cases": R2}).points == 94


def test_r2_leaves_out_a_rate_of_which_nothing_was_due():
    # without the extension rate: 84.5 of 90 points, x 100 / 90 = 93.888...
    assert str(score("r2", readings={"cases": R2 | {"extension": rate(0, 0)}}).points) == "93.89"


def test_r3_measures_volume_against_area_and_people():
    # 84 / 2.8 / (30,000 / 10,000) = 10; 30 x (40 - 10) / 40 = 22.5
    # 30 x 27/30 = 27; (2 - 1.4) x 10 = 6; 20 - 3 = 17; one overdue case: 0
    # 22.5 + 27 + 6 + 17 + 0 = 72.5
    assert score("r3", readings={"requests": R3}).points == Decimal("72.5")


@pytest.mark.parametrize(("days", "expected"), [("0.5", "76.50"), ("2", "66.50"), ("9", "66.50")])
def test_r3_holds_the_cycle_within_its_points(days, expected):
    # 66.5 without the cycle; half a day would be 15, held to 10; two days and more are 0
    assert str(score("r3", readings={"requests": R3 | {"cycle": value(days)}}).points) == expected


def test_r5_deducts_from_one_hundred_on_each_sheet():
    # 1 x 1 + 2 x 2 + 3 x 0.5 + 4 x 0.5 = 8.5 -> 91.5; the other sheet 94.5; (91.5 + 94.5) / 2 = 93
    sheet = city("r5").assessment.sheet
    first = sheet_points_by(
        sheet, {"community": cases(cleaner=1, road=2, green=3, scribbling=4)}, MONTH
    )
    assert first == Decimal("91.5")
    assert score("r5", passes={"day": pass_totals([first, Decimal("94.5")])}).points == 93


def test_r5_never_falls_below_zero():
    assert sheet_points_by(city("r5").assessment.sheet, {"community": cases(bins=60)}, MONTH) == 0


def test_r6_holds_each_part_and_leaves_out_water_where_there_is_none():
    # litter 4 - 1.5 = 2.5; bins 3 - 4, at least 0; toilets 12 - 2 - 3 = 7;
    # facilities 13 - 2 = 11; rest 8; all else full
    # lost: 1.5 + 3 + 5 + 2 + 2 = 13.5 of 96 (no water): 82.5 x 100 / 96 = 85.9375
    result = score("r6", readings={"village": R6})
    assert (result.measured[0].points, str(result.points)) == (Fraction("85.9375"), "85.94")


def test_r6_is_explained_by_its_groups():
    why = explain(score("r6", readings={"village": R6}), MONTH, city("r6")).parts[0]
    groups = [(part.name, part.value) for part in why.parts]
    # public area 18 - 1.5 - 3 = 13.5; courtyards 4 + 4 + 3; sorting 2 + 11 + 30
    assert groups == [
        ("公共区域", Fraction("13.5")),
        ("公厕", 7),
        ("水体", 0),
        ("庭院", 11),
        ("垃圾分类", 43),
        ("其他", 8),
    ]


def test_r8_asks_for_more_places_in_a_larger_city():
    rules = city("r8").sampling
    taken = {
        "total": 210,
        "organisation": 10,
        "communities": 3,
        "education": 13,
        "appearance": 79,
        "roads": 9,
    }
    # 1.2 million people: the middle band, 215 places, of them 12 main roads
    assert least_samples(Decimal(120), rules)["appearance"] == 79
    assert too_few_samples(taken, Decimal(120), rules) == [
        "抽样点位总数：抽了 210 处，至少 215 处，还差 5 处",
        "主次干道：抽了 9 处，至少 12 处，还差 3 处",
    ]


@pytest.mark.parametrize(("size", "least"), [("0", 161), ("49.99", 161), ("50", 215), ("200", 267)])
def test_r8_counts_a_city_on_the_line_as_the_larger(size, least):
    assert least_samples(Decimal(size), city("r8").sampling)["total"] == least


def test_r8_refuses_a_sample_of_what_nobody_asks_for_and_a_city_below_nought():
    rules = city("r8").sampling
    with pytest.raises(Refused, match="没有抽样类别“schools”"):
        too_few_samples({"schools": 3}, Decimal(120), rules)
    with pytest.raises(Refused, match="城区人口（万人）不能是负数，现为 -1"):
        least_samples(Decimal(-1), rules)


def test_a_seasonal_item_counts_in_its_month_only():
    rubric, found = city("seasonal"), {"streets": cases(problem=4)}
    april = bare(readings={"town": found | {"campaign": value("3")}})
    # May: 90 of 94, x 100 / 94 = 95.7446...; April: 90 + 3 of 100
    assert str(quarter_score(bare(readings={"town": found}), MONTH, rubric).points) == "95.74"
    assert quarter_score(april, ("2026-04",), rubric).points == 93


def test_the_ways_of_other_cities_fit_into_one_rubric():
    # field: (90 + 80) / 2 = 85 (off-peak and night were not held)
    # records: 19/20 = 95 %, top step 10;
    # shops 12 - min(10, 2.5 + 1 + 2 x 2 = 7.5) = 4.5 (a third case does not count)
    #          team 3, below 4: 2; patrol 3 x 2/3 = 2; 18.5 of 30 x 100 = 61.666...
    # 0.7 x 85 + 0.3 x 61.666... = 59.5 + 18.5 = 78
    # + 2 (first last time) - 5 x 0.3 x 0.8 (2:8 shared) - 1 = 78 + 2 - 1.2 - 1 = 77.8
    found = patterns(
        bonus_cases={"first": 1}, maluses={"city_found": 5, "unrectified": 1}, vetoes=("fraud",)
    )
    result = quarter_score(found, MONTH, city("patterns"))
    assert (str(result.points), result.grade) == ("77.80", "合格")


def test_an_item_that_is_not_there_gets_the_mean_of_the_others():
    # b: response 6 (18/20 = 90 %), c: 10; for a the mean of both, 8
    # a has 8 + 4.5 + 2 + 2 = 16.5 of 30 = 55; 59.5 + 16.5 = 76
    several = [
        patterns("a", RECORDS | {"response": ABSENT}),
        patterns("b", RECORDS | {"response": rate(18, 20)}),
        patterns("c"),
    ]
    scores = {
        one.inputs.code: one.points for one in city_scores(several, MONTH, city("patterns")).scores
    }
    assert scores == {"a": Decimal("76.00"), "b": Decimal("74.00"), "c": Decimal("78.00")}


def test_without_any_other_there_is_no_mean_and_it_is_said():
    alone = city_scores([patterns(records=RECORDS | {"response": ABSENT})], MONTH, city("patterns"))
    assert alone.lacking[0].what == (
        "台账：“投诉办结率”不涉及，应取其他社区的平均分，但没有一个社区评了这一项",
    )


def test_a_reading_that_cannot_be_is_refused_with_its_community():
    wrong = patterns("b", RECORDS | {"response": rate(21, 20)}, name="鹳山社区")
    with pytest.raises(Refused, match="鹳山社区：“投诉办结率”统计有误：应办 20 件，已办 21 件"):
        city_scores([patterns(), wrong], MONTH, city("patterns"))


@pytest.mark.parametrize(("item", "expected"), [("team", "81.00"), ("patrol", "76.00")])
def test_an_item_that_is_not_there_is_full_or_nothing_as_the_rubric_says(item, expected):
    # 78 with team 2 and patrol 2: team full 5 is + 3, patrol nothing is - 2
    assert (
        str(
            quarter_score(
                patterns(records=RECORDS | {item: ABSENT}), MONTH, city("patterns")
            ).points
        )
        == expected
    )


def test_one_that_was_not_there_is_listed_without_a_place():
    gone = bare("z", name="拆迁社区", class_name="城区", absent="整体拆迁")
    result = city_scores([patterns(), gone], MONTH, city("patterns"))
    assert ([place.code for place in result.places], result.lacking) == (["a"], ())
    assert [(one.name, one.why) for one in result.absent] == [("拆迁社区", "整体拆迁")]


def test_one_that_was_not_there_is_refused_where_the_rubric_lists_no_such():
    with pytest.raises(Refused, match="虎山社区：评分细则不许只列名、不排名（整体拆迁）"):
        city_scores([bare(absent="整体拆迁")], MONTH, city("r1"))


def test_a_department_answers_for_its_share_of_the_blame():
    rubric = city("patterns")
    assert split_blame(Decimal("1.5"), "joint", rubric) == (Decimal("0.30"), Decimal("1.20"))


def test_a_lead_unit_may_inherit_its_lowest_community():
    assert city("patterns").lead_unit_style == "lowest"
    assert lead_unit_points({"甲": Decimal(80), "乙": Decimal(90)}, "lowest") == 80


# what cannot be scored


def test_an_item_that_nobody_looked_at_is_missing_and_never_full():
    with pytest.raises(Missing) as missing:
        score(
            "r3",
            readings={
                "requests": {"volume": Reading(value=Decimal(8)), "satisfaction": rate(1, 2)}
            },
        )
    assert missing.value.what == (
        "市民诉求：“案件量”没有面积（平方公里）、人口",
        "市民诉求：“办理周期（天）”还没有评",
        "市民诉求：“重复投诉”还没有评",
        "市民诉求：“超期件”还没有评",
    )


@pytest.mark.parametrize(
    ("item", "reading", "sentence"),
    [
        ("sweeping", value("21"), "“道路清扫”应给 0 到 20 分，现为 21"),
        ("sweeping", ABSENT, "“道路清扫”不能选“不涉及”"),
        ("cleaning", cases(dust=1), "“保洁”没有扣分事项“dust”"),
        ("cleaning", cases(problem=-1), "“保洁”的“保洁不到位”应填不小于 0 的个数"),
        ("handling", rate(51, 50), "“问题处置率”统计有误：应办 50 件，已办 51 件"),
        ("handling", value("101"), "“问题处置率”应是 0 到 100 之间的百分比，现为 101"),
        ("handling", value("-1"), "“问题处置率”应是 0 到 100 之间的百分比，现为 -1"),
        ("weather", value("1"), "评分细则中没有评分项目“weather”"),
    ],
)
def test_a_reading_that_cannot_be_is_refused_by_name(item, reading, sentence):
    with pytest.raises(Refused) as refused:
        score("r1", readings={"environment": R1 | {item: reading}})
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("item", "reading", "sentence"),
    [
        ("cycle", value("-1"), "“办理周期（天）”应是 不小于 0 的数，现为 -1"),
        (
            "volume",
            Reading(value=Decimal(84), sizes={"area": Decimal(0), "population": Decimal(9)}),
            "“案件量”的面积（平方公里）应大于 0，现为 0",
        ),
    ],
)
def test_a_figure_out_of_bounds_is_refused_by_name(item, reading, sentence):
    with pytest.raises(Refused, match=sentence):
        score("r3", readings={"requests": R3 | {item: reading}})


def test_where_nothing_applies_there_is_nothing_to_score():
    nothing = dict.fromkeys(R2, ABSENT)
    with pytest.raises(Missing, match="所有项目都不涉及，没有可以计分的项目"):
        score("r2", readings={"cases": nothing})


def test_a_threshold_may_hold_from_above_and_a_step_between_two_bounds():
    why = explain(
        quarter_score(patterns(records=RECORDS | {"response": rate(9, 10)}), MONTH, PATTERNS),
        MONTH,
        PATTERNS,
    ).parts[1]
    assert why.parts[0].note.endswith("占 90%，在“80 起，不到 95”一档，得 6 分")
    above = quarter_score(patterns(records=RECORDS | {"team": value("4")}), MONTH, PATTERNS)
    (note,) = [
        part.note
        for part in explain(above, MONTH, PATTERNS).parts[1].parts
        if "应不低于" in part.note
    ]
    assert note == "满分 5 分；实为 4，应不低于 4，达标，得满分"


def test_a_percentage_may_stand_for_the_cases():
    why = explain(score("r2", readings={"cases": R2 | {"daily": value("95")}}), MONTH, city("r2"))
    assert why.parts[0].parts[0].note == "满分 30 分；实为 95%，按比例得分"


def test_the_place_of_last_time_brings_what_the_rubric_names_for_it():
    rubric = replace(PATTERNS, bonus=replace(PATTERNS.bonus, by_place=(Decimal(2), Decimal(-1))))
    figures, are_named = {}, {}
    for place in (None, 1, 2, 3):
        result = quarter_score(patterns(last_place=place), MONTH, rubric)
        figures[place] = result.points - quarter_score(patterns(), MONTH, PATTERNS).points
        are_named[place] = "加分" in [part.name for part in explain(result, MONTH, rubric).parts]
    assert figures == {None: 0, 1: 2, 2: -1, 3: 0}
    assert are_named == {None: False, 1: True, 2: True, 3: False}


def test_a_part_that_the_rubric_does_not_know_is_refused():
    with pytest.raises(Refused, match="评分细则中没有“weather”这一部分"):
        score("r1", readings={"environment": R1, "weather": {}})


def test_a_class_that_the_rubric_does_not_know_is_refused():
    with pytest.raises(Refused, match="评分细则中没有“郊区”这一类，只有城区、新区"):
        quarter_score(patterns(class_name="郊区"), MONTH, city("patterns"))


def test_a_deduction_outside_its_range_is_refused():
    dear = RECORDS | {"shops": Reading(picked={"stall": (Decimal(4),)})}
    with pytest.raises(Refused, match="“门店包干”的“店外经营”应逐处填扣分，在 1 到 3 分之间"):
        quarter_score(patterns(records=dear), MONTH, city("patterns"))


# why


def test_every_kind_of_rule_explains_itself():
    why = explain(score("r3", readings={"requests": R3}), MONTH, city("r3")).parts[0]
    assert [part.note for part in why.parts] == [
        "满分 30 分；共 84 件，按面积（平方公里） 2.8、人口 30000 折算为 10，"
        "0 得满分，40 得 0 分，其间按比例",
        "满分 30 分；应办 30 件，已办 27 件，占 90%，按比例得分",
        "满分 10 分；实为 1.4，1 得满分，2 得 0 分，其间按比例",
        "满分 20 分；共扣 3 分",
        "满分 10 分；实为 1，应不高于 0，未达标，得 0 分",
    ]
    why = explain(
        quarter_score(patterns(), MONTH, city("patterns")), MONTH, city("patterns")
    ).parts[1]
    assert [part.note for part in why.parts] == [
        "满分 10 分；应办 20 件，已办 19 件，占 95%，在“95 及以上”一档，得 10 分",
        "满分 12 分；共扣 7.5 分",
        "满分 5 分；实为 3，应不低于 4，未达标，得 2 分",
        "满分 3 分；应办 3 件，已办 2 件，占 66.6667%，按比例得分",
    ]
    assert [(part.name, part.value, part.note) for part in why.parts[1].parts] == [
        ("满分", 12, ""),
        ("店外经营", Fraction("-3.5"), "2 处，逐次评定扣分"),
        ("逾期未改", -4, "2 次，每次扣 2 分，最多计 2 次"),
    ]


@pytest.mark.parametrize("policy", ["renormalise", "full", "zero"])
def test_what_does_not_apply_says_what_became_of_it(policy):
    rubric = city("r2")
    rules = rubric.measured[0]
    changed = replace(
        rubric, measured=(replace(rules, items=replace(rules.items, not_applicable=policy)),)
    )
    why = explain(
        quarter_score(bare(readings={"cases": R2 | {"rework": ABSENT}}), MONTH, changed),
        MONTH,
        changed,
    )
    words = {"renormalise": "不计入满分", "full": "按细则给满分", "zero": "按细则不得分"}
    assert why.parts[0].parts[2].note == f"满分 20 分；不涉及，{words[policy]}"


def test_shared_blame_and_bonus_rules_explain_themselves():
    found = patterns(bonus_cases={"first": 2}, maluses={"city_found": 5})
    why = explain(quarter_score(found, MONTH, city("patterns")), MONTH, city("patterns"))
    bonus, malus = why.parts[2:]
    assert [(part.name, part.value) for part in bonus.parts] == [("上期第一名", 2)]
    assert (malus.value, malus.note) == (
        Fraction("-1.2"),
        "5 次，每次扣 0.3 分，最多扣 6 分；“部门与街道 2∶8”由职能部门分担，社区承担 80.00%",
    )


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("r1", {"readings": {"environment": R1}}),
        ("r2", {"readings": {"cases": R2 | {"extension": rate(0, 0)}}}),
        ("r3", {"readings": {"requests": R3}}),
        ("r5", {"passes": {"day": pass_totals(points("91.5", "94.5"))}}),
        ("r6", {"readings": {"village": R6}}),
    ],
)
def test_contributions_add_up_exactly_in_every_part(name, given):
    waiting = [explain(score(name, **given), MONTH, city(name))]
    while waiting:
        part = waiting.pop()
        assert not part.parts or sum(inner.contribution for inner in part.parts) == part.value, (
            part.name
        )
        waiting += part.parts
