import hashlib
import json
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.lib.canonical import canonical_json, fingerprint
from scoring.rules.records.freezing import freeze, recompute
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.items import Reading
from scoring.rules.rubrics.mappings import rubric_mapping
from scoring.rules.scores.locked_sheets import pass_totals
from tests.scoring.rules.cities import bare, city
from tests.scoring.rules.made import (
    HUSHAN,
    MONTHS,
    day,
    frozen,
    gathered,
    make_inputs,
    points,
    two_communities,
)


def test_a_frozen_quarter_is_recomputed_from_its_bytes_alone():
    read_back = json.loads(canonical_json(frozen()))
    assert recompute(read_back) == {"results": read_back["results"]}
    assert [
        (row["name"], row["points"], row["grade"], row["place"]) for row in read_back["results"]
    ] == [
        ("虎山社区", "90.89", "不合格", 1),
        ("鹳山社区", "83.85", "良好", 2),
    ]


def test_a_changed_sheet_changes_the_recomputed_results():
    record = json.loads(canonical_json(frozen()))
    record["communities"][0]["sheets"]["day"]["S1"] = "92.50"
    assert recompute(record)["results"] != record["results"]


def test_the_order_in_which_communities_come_never_matters():
    assert fingerprint(frozen()) == fingerprint(frozen(two_communities()[::-1]))


def test_a_changed_rubric_changes_the_fingerprint():
    changed = deepcopy(frozen())
    changed["rubric"]["bonus"]["cap"] = "4"
    assert fingerprint(changed) != fingerprint(frozen())


def test_freezing_is_refused_while_anything_is_missing():
    lacking = make_inputs("c", name="太平桥社区", passes={}, rectification=None)
    with pytest.raises(Missing) as missing:
        frozen([*two_communities(), lacking])
    assert missing.value.what == (
        "太平桥社区：全市考评：没有一张已锁定的评分表",
        "太平桥社区：问题整改：没有统计应整改和按期销号的件数",
    )


def test_totals_that_are_not_those_of_the_sheets_are_refused():
    with pytest.raises(Refused, match="鹳山社区：归集的汇总与评分表不一致"):
        frozen(sheets={"a": HUSHAN, "b": HUSHAN})


def test_a_pass_without_sheets_is_the_same_as_no_pass():
    inputs = make_inputs("a", passes={"day": pass_totals(points("90")), "night": pass_totals([])})
    assert (
        frozen([inputs], {"a": {"day": {"S1": Decimal("90")}}})["results"][0]["points"] == "91.50"
    )


def test_sheet_points_that_writing_would_round_are_refused():
    odd = {"day": {"S1": Decimal("90.125")}}
    with pytest.raises(Refused, match=r"得分 90\.125 超过两位小数"):
        frozen([make_inputs("a", passes=gathered(odd))], {"a": odd})


def test_measured_items_are_frozen_and_recomputed_as_well():
    found = {
        "response": Reading(done=0, due=0),
        "shops": Reading(cases={"late": 3}, picked={"stall": (Decimal("2.5"), Decimal(1))}),
        "team": Reading(value=Decimal("3.5")),
        "patrol": Reading(done=0, due=3),
    }
    whole = bare(
        passes=day("90"), class_name="城区", readings={"records": found}, bonus_cases={"first": 1}
    )
    other = replace(
        whole, code="b", readings={"records": found | {"response": Reading(done=19, due=20)}}
    )
    gone = bare("c", absent="整体拆迁")
    sheets = {"day": {"S1": Decimal(90)}}
    mapping = rubric_mapping(city("patterns"))
    record = freeze("2026Q3", MONTHS, mapping, [whole, other, gone], {"a": sheets, "b": sheets})
    read_back = json.loads(canonical_json(record))
    assert read_back["format"] == "gongjian-quarter/2"
    assert recompute(read_back) == {"results": read_back["results"]}
    assert [(row["code"], row["points"]) for row in read_back["results"]] == [
        ("a", "81.50"),
        ("b", "81.50"),
    ]


def test_a_quarter_without_anything_new_is_frozen_byte_for_byte_as_before():
    assert (
        fingerprint(frozen()) == "7c9e5ebcd8ceb6de0e100ad99dabf58aa13ff9cb0859376f59ff1b1b8a37780c"
    )


def test_another_format_is_refused():
    with pytest.raises(Refused, match="不认识的存档格式“None”"):
        recompute({"quarter": "2026Q3"})


def test_canonical_json_is_sorted_compact_utf8_with_decimals_as_text():
    document = {"名次": 1, "b": [Decimal("90.80"), None, True], "a": Decimal("1E+2"), 3: ("甲",)}
    assert (
        canonical_json(document)
        == '{"3":["甲"],"a":"100","b":["90.80",null,true],"名次":1}'.encode()
    )


def test_the_fingerprint_is_the_sha256_of_those_bytes():
    assert fingerprint({"a": 1}) == hashlib.sha256(b'{"a":1}').hexdigest()


def test_a_float_never_gets_into_a_record():
    with pytest.raises(ValueError, match=r"存档中不能有浮点数 0\.85"):
        canonical_json({"weights": [0.85]})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
)


@given(JSON)
def test_canonical_json_reads_back_and_writes_the_same_bytes(document):
    written = canonical_json(document)
    assert json.loads(written) == document
    assert canonical_json(json.loads(written)) == written
