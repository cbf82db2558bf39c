import json
import re
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal

import pytest

from gongjian.lib.canonical import canonical_json, fingerprint
from scoring.rules.corrections.changes import bonus_written, shown
from scoring.rules.corrections.correcting import (
    InputChange,
    broken_link,
    corrected,
    moves,
    standing,
)
from scoring.rules.records.comparing import differences
from scoring.rules.records.freezing import FORMAT, freeze
from scoring.rules.records.recording import reading_as_mapping as as_mapping
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.items import Reading
from scoring.rules.rubrics.mappings import rubric_mapping
from tests.scoring.rules.cities import RECORDS, bare, city
from tests.scoring.rules.made import MONTHS, day, frozen

SAID = {"number": 1, "reason": "漏登", "basis": "核查记录"}


@pytest.fixture(scope="module")
def original():
    return json.loads(canonical_json(frozen()))


def mended(record, kind, key, old, new, code="a", **said):
    return corrected(record, InputChange(code, kind, key, old, new), **{**SAID, **said})


def test_a_correction_names_what_it_corrects_and_leaves_it_as_it_was(original):
    before = deepcopy(original)
    record = mended(original, "sheet", "day/S1", "92.00", "95.00")
    assert original == before
    assert record["correction"]["corrects"] == fingerprint(original)
    assert (record["format"], differences(record)) == (FORMAT, [])


def test_a_corrected_sheet_moves_the_figure_worked_by_hand(original):
    # 虎山社区: day (92 + 94.5) / 2 = 93.25 becomes (95 + 94.5) / 2 = 94.75; night 88.15;
    # weights 6/7 and 1/7.
    # 0.85 x 1.5 x 6/7 = 1.0929 more: 90.89 (exactly 90.8932) becomes 91.99.
    (moved,) = moves(original, mended(original, "sheet", "day/S1", "92.00", "95.00"))
    assert (moved.code, moved.before["points"], moved.after["points"]) == ("a", "90.89", "91.99")
    assert moved.explanation == moved.after["explanation"]


@pytest.mark.parametrize(
    ("kind", "key", "old", "new", "points"),
    [
        (
            "self_check",
            "2026-09",
            "late",
            "on_time",
            "92.23",
        ),  # 0.10 x (100 - 60) / 3 = 1.3333 more
        ("rectification", "", "11/12", "12/12", "91.31"),  # 0.05 x 100 / 12 = 0.4167 more
        ("malus", "false_rectification", "1", "0", "92.89"),  # two points a case
    ],
)
def test_every_kind_of_input_can_be_put_right(original, kind, key, old, new, points):
    assert standing(original, "a", kind, key) == old
    record = mended(original, kind, key, old, new)
    assert standing(record, "a", kind, key) == new
    assert record["results"][0]["points"] == points


def test_a_bonus_with_a_reason_of_its_own_is_added_changed_and_struck(original):
    first = mended(original, "own_bonus", "2", "", "0.50 文明典型")  # 90.89 + 0.5
    assert [row["points"] for row in first["communities"][0]["bonuses"]] == ["1.00", "0.50"]
    second = mended(first, "own_bonus", "1", "1.00 承办全市现场会", "", number=2)
    assert second["communities"][0]["bonuses"] == [{"reason": "文明典型", "points": "0.50"}]
    assert [record["results"][0]["points"] for record in (first, second)] == ["91.39", "90.39"]
    assert (bonus_written("0.5", "1.00 承办全市现场会"), bonus_written("0", "1.00 承办")) == (
        "0.50 承办全市现场会",
        "",
    )
    assert bonus_written(" 2 分 承办 省现场会 ", "") == "2.00 承办 省现场会"


def test_a_reading_is_put_right_with_the_reason_for_which_it_does_not_apply():
    found = {
        "response": Reading(done=0, due=0),
        "shops": Reading(),
        "team": Reading(value=Decimal("3.5")),
    }
    found["patrol"] = Reading(done=0, due=3)
    whole = bare(passes=day("90"), class_name="城区", readings={"records": found})
    sheets = {"day": {"S1": Decimal(90)}}
    others = {"response": Reading(done=19, due=20)}
    other = replace(whole, code="b", readings={"records": found | others})
    before = freeze(
        "2026Q3",
        MONTHS,
        rubric_mapping(city("patterns")),
        [whole, other],
        {"a": sheets, "b": sheets},
    )
    before = json.loads(canonical_json(before))
    after = mended(before, "reading", "records/patrol", '{"done":0,"due":3}', '{"done":3,"due":3}')
    assert (before["format"], after["format"]) == ("gongjian-quarter/2", "gongjian-quarter/2")
    assert after["results"][0]["points"] > before["results"][0]["points"]
    absent = '{"not_applicable":true,"reason":"没有应办事项"}'
    said = mended(before, "reading", "records/response", '{"done":0,"due":0}', absent)
    assert (
        said["format"],
        said["communities"][0]["readings"]["records"]["response"]["reason"],
    ) == (
        "gongjian-quarter/3",
        "没有应办事项",
    )
    assert (differences(said), broken_link(before, said)) == ([], "")
    with pytest.raises(Refused, match="存档中没有“weather”的读数"):
        mended(before, "reading", "records/weather", "{}", "{}")


def test_a_reading_on_record_is_told_in_the_words_of_the_office():
    r3 = {
        "volume": Reading(value=Decimal(84), sizes={"area": Decimal("2.8")}),
        "satisfaction": Reading(done=27, due=30),
        "repeats": Reading(cases={"repeat": 3}),
    }
    picked = Reading(picked={"stall": (Decimal("2.5"), Decimal(1))})
    words = {
        "volume": "数值 84，规模 area 2.8",
        "satisfaction": "已办 27，应办 30",
        "repeats": "次数 repeat 3",
        "shops": "逐次扣分 stall 2.5、1",
        "litter": "没有扣分",
        "water": "不涉及（没有水体）",
        "pond": "不涉及（原因未存档）",
    }
    readings = {**r3, "shops": picked, "litter": Reading()}
    written = {
        code: shown("reading", json.dumps(as_mapping(one))) for code, one in readings.items()
    }
    written["water"] = shown("reading", '{"not_applicable":true,"reason":"没有水体"}')
    written["pond"] = shown("reading", '{"not_applicable":true}')
    assert written == words


def test_a_veto_established_later_holds_the_grade_down(original):
    (moved,) = moves(original, mended(original, "veto", "fraud", "0", "1", code="b"))
    assert (moved.before["grade"], moved.after["grade"]) == ("良好", "不合格")


def test_a_bonus_case_taken_back_leaves_a_record_without_that_column():
    rubric = rubric_mapping(city("patterns"))
    records = {"records": RECORDS}
    whole = bare(passes=day("90"), class_name="城区", readings=records, bonus_cases={"first": 1})
    before = freeze("2026Q3", MONTHS, rubric, [whole], {"a": {"day": {"S1": Decimal(90)}}})
    before = json.loads(canonical_json(before))
    after = mended(before, "bonus", "first", "1", "0")
    assert "bonus_cases" not in after["communities"][0]
    points = [Decimal(record["results"][0]["points"]) for record in (before, after)]
    assert points[0] - points[1] == 2


def test_a_reading_that_is_torn_is_refused(original):
    record = deepcopy(original)
    record["communities"][0]["readings"] = {"village": {"water": {"value": "1"}}}
    with pytest.raises(Refused, match=re.escape("读数“{”不完整")):
        mended(record, "reading", "village/water", '{"value":"1"}', "{")


def test_a_quarter_in_which_nothing_was_due_counts_as_none_of_none(original):
    record = deepcopy(original)
    record["communities"][0]["rectification"] = None
    assert standing(record, "a", "rectification", "") == "0/0"


def test_a_veto_taken_back_lifts_the_grade_and_leaves_the_points(original):
    (moved,) = moves(original, mended(original, "veto", "fraud", "1", "0"))
    assert (moved.before["grade"], moved.after["grade"]) == ("不合格", "优秀")
    assert moved.before["points"] == moved.after["points"]


def test_corrections_make_a_chain_that_anyone_can_follow(original):
    first = mended(original, "malus", "false_rectification", "1", "0")
    second = mended(first, "sheet", "day/S4", "81.00", "99.00", code="b", number=2)
    assert (broken_link(original, first), broken_link(first, second)) == ("", "")
    assert "原件却是" in broken_link(original, second)
    assert [one.after["place"] for one in moves(first, second)] == [1, 2]
    tampered = deepcopy(first)
    tampered["communities"][1]["name"] = "官山社区"
    assert "别处" in broken_link(original, tampered)
    assert broken_link(original, original) == "这份快照不是更正快照"


@pytest.mark.parametrize(
    ("kind", "key", "old", "new", "why"),
    [
        ("sheet", "day/S1", "92.00", "92.00", "没有可更正的"),
        ("sheet", "day/S1", "92.00", "92", "没有可更正的"),
        ("sheet", "day/S1", "90.00", "95.00", "存档上现在是“92.00 分”"),
        ("sheet", "day/S9", "92.00", "95.00", "没有编号为 S9"),
        ("sheet", "day/S1", "92.00", "101", "0 至 100"),
        ("sheet", "day/S1", "92.00", "-1", "0 至 100"),
        ("sheet", "day/S1", "92.00", "92.005", "最多两位小数"),
        ("sheet", "day/S1", "92.00", "九十二", "打分表得分“九十二”不是数"),
        ("rectification", "", "10/12", "12/12", "存档上现在是“到期 12 件，按期销号 11 件”"),
        ("own_bonus", "1", "2.00 现场会", "", "存档上现在是“1.00 分（承办全市现场会）”"),
        ("own_bonus", "2", "1.00 典型", "", "存档上现在是“没有”"),
        ("own_bonus", "2", "", "一 典型", "加分“一”不是数"),
        ("malus", "false_rectification", "0", "2", "存档上现在是“1 件”"),
        ("veto", "fraud", "0", "1", "存档上现在是“有”"),
        ("veto", "serious_incident", "1", "0", "存档上现在是“没有”"),
        ("bonus", "first", "1", "2", "存档上现在是“0 件”"),
        ("self_check", "2026-09", "late", "好", "只能是按时、逾期、未报"),
        ("self_check", "2026-12", "late", "on_time", "没有 2026-12"),
        ("rectification", "", "11/12", "13/12", "多于到期"),
        ("rectification", "", "11/12", "11", "按期销号件数/到期件数"),
        ("malus", "false_rectification", "1", "-1", "件数"),
        ("malus", "unheard_of", "0", "1", "unheard_of"),
        ("veto", "fraud", "1", "2", "有或没有"),
        ("weather", "", "", "1", "没有“weather”这一类"),
        ("own_bonus", "3", "", "1 典型", "没有第 3 项加分"),
        ("own_bonus", "2", "", "1", "请写明分值和事由"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_the_reason(original, kind, key, old, new, why):
    with pytest.raises(Refused, match=why):
        mended(original, kind, key, old, new)


def test_a_community_that_is_not_on_record_is_refused(original):
    with pytest.raises(Refused, match="代码为 zz"):
        mended(original, "malus", "false_rectification", "0", "1", code="zz")
