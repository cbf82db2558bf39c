"""A rubric's own list on the assessors' sheets: marks, totals either way, what cannot be there."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from gongjian.lib.checklists import WrongMarks, check_marks, sheet_points
from gongjian.lib.rulebooks import WrongRulebook
from scoring.rules.readings.asked import cells_of, in_words, line_of, reading_of, typed_cells
from scoring.rules.readings.marking import sheet_points_by
from scoring.rules.refusals import Refused
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


def test_a_rubric_without_a_list_of_its_own_has_none():
    assert sheet_list(city("r8").assessment, MONTH, version="v1") is None


def test_a_mark_without_a_reading_says_only_what_the_assessor_wrote():
    own = own_of(*KINDS)
    assert mark_note({"deducted": "1", "note": "门口"}, own, "picked") == "门口"
    assert mark_note(mark_of(KINDS[0], READINGS["picked"], "门口"), None, "picked") == "门口"
    assert mark_note(mark_of(KINDS[7], NOT_APPLICABLE, "没有绿地"), own, "green") == "没有绿地"


# The cells of an item, as an assessor types them in a line and as they stand in a workbook.


def cells_of_item(code):
    own = own_of(*KINDS, item("cases", 5, FIXED))
    return next(asks for one, asks in own.asked if one.code == code)


FIXED = PerInstance((Deduction("f", "缺岗", "人", Decimal(1), Decimal(1), 4),))
LINES = [
    ("picked", "2.5、0、1", Reading(picked={"p": (Decimal("2.5"), Decimal(1))}), "2.5、1"),
    ("cases", "3", Reading(cases={"f": 3}), "3"),
    ("given", "7.50", value("7.5"), "7.5"),
    ("steps", "应办 30；已办 27", rate(27, 30), "应办 30；已办 27"),
    ("steps", "30；27", rate(27, 30), "应办 30；已办 27"),
    ("steps", "百分比：90", value(90), "百分比 90"),
    (
        "count",
        "人口 3000；件数 4",
        Reading(value=Decimal(4), sizes={"p": Decimal(3000)}),
        "件数 4；人口 3000",
    ),
]


@pytest.mark.parametrize(("code", "line", "reading", "again"), LINES)
def test_a_line_is_read_and_written_again(code, line, reading, again):
    asks = cells_of_item(code)
    assert reading_of(asks, typed_cells(asks, line)) == (reading, "")
    assert line_of(asks, cells_of(asks, reading)) == again
    assert reading_of(asks, cells_of(asks, reading)) == (reading, "")


def test_a_line_may_say_that_the_item_does_not_apply():
    asks = cells_of_item("green")
    cells = typed_cells(asks, "不涉及：没有绿地")
    assert reading_of(asks, cells) == (NOT_APPLICABLE, "没有绿地")
    assert line_of(asks, cells) == "不涉及：没有绿地"
    assert cells_of(asks, NOT_APPLICABLE, "没有绿地") == cells
    assert in_words(asks, cells) == "项目green·不涉及原因 没有绿地"


@pytest.mark.parametrize(
    ("code", "line", "why"),
    [
        ("picked", "很多", "“很多”不是数，逐次扣分用顿号隔开，如 2.5、1"),
        ("cases", "2.5", "应填0 或正整数，现为“2.5”"),
        ("cases", "1；2", "“2”是多出来的，这一项没有这么多栏"),
        ("given", "-1", "应填不小于 0 的数，现为“-1”"),
        ("steps", "应办 30；百分比 90", "件数和百分比只填一样"),
        ("green", "3；不涉及：没有绿地", "写了不涉及原因，又填了数，请只留一样"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_in_a_sentence(code, line, why):
    asks = cells_of_item(code)
    with pytest.raises(Refused, match=why):
        reading_of(asks, typed_cells(asks, line))


def test_an_empty_line_is_no_reading():
    asks = cells_of_item("given")
    assert reading_of(asks, typed_cells(asks, " ；")) is None


def test_cells_that_would_be_called_alike_are_told_apart_by_their_codes():
    first = item("one", 5, FIXED)
    second = replace(item("two", 5, FIXED), name=first.name)
    labels = [asks[0].label for _, asks in own_of(first, second).asked]
    assert labels == ["项目one（人数）[one.cases.f]", "项目one（人数）[two.cases.f]"]
