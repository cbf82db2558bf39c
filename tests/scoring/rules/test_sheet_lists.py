"""A rubric's own list on the assessors' sheets: marks, totals either way, what cannot be there."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from gongjian.lib.checklists import WrongMarks, check_marks, sheet_points
from gongjian.lib.rulebooks import WrongRulebook
from scoring.rules.readings.marking import sheet_points_by
from scoring.rules.rubrics.items import (
    NOT_APPLICABLE,
    Deduction,
    Item,
    ItemList,
    Ladder,
    Linear,
    NormalisedCount,
    PerInstance,
    PointStep,
    Range,
    Rate,
    Reading,
    Size,
    Threshold,
)
from scoring.rules.rubrics.mappings import rubric_mapping
from scoring.rules.rubrics.parts import USUAL
from scoring.rules.rubrics.rubric import load_rubric
from scoring.rules.sheets.lists import mark_note, mark_of, marks_by_readings, sheet_list
from tests.scoring.rules.cities import MONTH, city, rate, value


def item(code, points, rule, **given):
    return Item(code, f"项目{code}", Decimal(points), rule, **given)


PICKED = PerInstance((Deduction("p", "脏乱", "处", Decimal("0.5"), Decimal(2), 3),), Decimal(5))
STEPS = (PointStep(Decimal(0), Decimal(80), Decimal(0)), PointStep(Decimal(80), None, Decimal(8)))
KINDS = (
    item("picked", 10, PICKED),
    item("given", 10, Range(Decimal(2), Decimal(9))),
    item("steps", 8, Ladder("percent", STEPS)),
    item("rate", 10, Rate(), not_applicable="renormalise"),
    item("line", 10, Linear("number", Decimal(0), Decimal(7))),
    item("bound", 12, Threshold("number", at_least=Decimal(3), at_most=None, otherwise=Decimal(4))),
    item("count", 20, NormalisedCount((Size("p", "人口", Decimal(1000)),), Decimal(0), Decimal(9))),
    item("green", 5, Range(Decimal(0), Decimal(5)), not_applicable="full"),
    item("water", 5, Range(Decimal(0), Decimal(5)), not_applicable="zero"),
    item("summer", 10, Range(Decimal(0), Decimal(10)), months=(7, 8)),
)
READINGS = {
    "picked": Reading(picked={"p": (Decimal("1.5"), Decimal(2), Decimal(1), Decimal(2))}),
    "given": value("7.25"),
    "steps": rate(9, 10),
    "rate": rate(2, 3),
    "line": value(1),
    "bound": value(2),
    "count": Reading(value=Decimal(4), sizes={"p": Decimal(3000)}),
    "green": NOT_APPLICABLE,
    "water": NOT_APPLICABLE,
}


def own_of(*items):
    rules = replace(city("r5").assessment, sheet=ItemList(Decimal(100), "refuse", items))
    return sheet_list(rules, MONTH, version="v1")


def marks_of(own, readings):
    return {code: mark_of(own.item(code), reading) for code, reading in readings.items()}


def test_each_kind_costs_what_its_rule_says_to_the_hundredth():
    marks = marks_of(own_of(*KINDS), READINGS)
    # 2 + 2 + 1.5, at most 5; 10 - 7.25; the upper step; a third of 10; a seventh of 10;
    # 12 - 4; 4 / 3 of 9, times 20
    costs = {
        "picked": "5.00",
        "given": "2.75",
        "steps": "0",
        "rate": "3.33",
        "line": "1.43",
        "bound": "8.00",
    }
    costs |= {"count": "2.96", "green": "0", "water": "0"}
    assert {code: mark["deducted"] for code, mark in marks.items()} == costs


@pytest.mark.parametrize(
    "change", [{}, {"rate": rate(0, 0)}, {"green": value(1), "water": value("4.125")}]
)
def test_the_total_of_the_sheet_is_that_of_its_readings(change):
    own, readings = own_of(*KINDS), READINGS | change
    marks = marks_by_readings(marks_of(own, readings), own)
    assert check_marks(marks, own.checklist) == []
    assert sheet_points(marks, own.checklist) == sheet_points_by(own.items, readings, MONTH)
    if not change:
        # 5 + 7.25 + 8 + 6.67 + 8.57 + 4 + 17.04 + 5 + 0 of 90 = 61.53: 68.366…
        assert str(sheet_points(marks, own.checklist)) == "68.37"


def test_an_item_out_of_season_is_not_on_the_sheet():
    own = own_of(*KINDS)
    assert "summer" not in [entry.code for entry in own.checklist.items]
    with pytest.raises(WrongMarks, match="没有代码为 summer 的项目"):
        marks_by_readings({"summer": {"reading": {"value": "3"}}}, own)


def test_every_bad_reading_is_named_at_its_item():
    own = own_of(*KINDS)
    bad = {
        "given": {"reading": {"value": "9.5"}},
        "rate": {"reading": {"done": 4, "due": 3}},
        "line": {"note": "看过"},
    }
    with pytest.raises(WrongMarks) as refused:
        marks_by_readings({**bad, "picked": {"reading": {"not_applicable": True}}}, own)
    said = {error.item_code: error.message for error in refused.value.errors}
    assert "应给 2 到 9 分，现为 9.5" in said["given"]
    assert "应办 3 件，已办 4 件" in said["rate"]
    assert "没有填" in said["line"]
    assert "不能选“不涉及”" in said["picked"]


def test_what_was_read_stands_in_words_beside_the_item():
    own = own_of(*KINDS)
    mark = mark_of(KINDS[0], READINGS["picked"], "门口")
    assert mark_note(mark, own, "picked") == "脏乱 4 处；门口"
    assert (
        mark_note({**mark, "deducted": "1"}, own, "picked")
        == "脏乱 4 处；按读数应扣 5.00 分，复核后改扣 1 分；门口"
    )
    assert mark_note(mark_of(KINDS[3], rate(2, 3)), own, "rate").startswith("应办 3 件，已办 2 件")


def test_what_one_blind_sheet_cannot_hold_is_refused_when_a_rubric_is_new():
    mapping = json.loads(json.dumps(rubric_mapping(city("r5"))))
    sheet = mapping["components"]["assessment"]["sheet"]
    sheet["not_applicable"] = "mean_of_others"
    sheet["items"][0]["code"] = "environment"
    load_rubric(mapping)
    with pytest.raises(WrongRulebook) as refused:
        load_rubric(mapping, is_new=True)
    code, policy = refused.value.errors
    assert (
        code == "components.assessment.sheet.items[1].code："
        "评分表的项目代码最多 10 个字，现为“environment”"
    )
    assert policy.startswith(
        "components.assessment.sheet.items[1].not_applicable：“社区环境”不涉及时取其他"
    )
    assert policy.endswith("请把本项放到 measured（评分项目）")


def test_what_stands_out_is_the_rubrics_own_or_as_usual():
    mapping = json.loads(json.dumps(rubric_mapping(city("r5"))))
    part = mapping["components"]["assessment"]
    assert part.pop("unusual") == {"below_points": 60, "from_last": 20, "apart": 15, "near": "0.5"}
    assert load_rubric(mapping).assessment.unusual == USUAL
    part["unusual"] = {"apart": "7.5"}
    rubric = load_rubric(mapping, is_new=True)
    assert rubric.assessment.unusual == replace(USUAL, apart=Decimal("7.5"))
    assert load_rubric(rubric_mapping(rubric)) == rubric
    part["unusual"] = {"apart": 0, "far": 1}
    with pytest.raises(WrongRulebook, match=r"unusual\.apart：应是大于 0.*unusual\.far：不认识"):
        load_rubric(mapping)
