"""The units of a frozen quarter: on record with what they rest on, recomputed, corrected."""

from copy import deepcopy
from dataclasses import replace
from decimal import Decimal

import pytest

from gongjian.lib.canonical import fingerprint
from scoring.rules.corrections.correcting import (
    InputChange,
    broken_link,
    corrected,
    influence,
    standing,
)
from scoring.rules.records.comparing import differences
from scoring.rules.records.freezing import FORMAT_WITH_UNITS, freeze, recompute
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.parts import NO_DUTIES
from scoring.rules.rubrics.rubric import load_rubric
from scoring.rules.scores.units import UnitInputs, unit_results
from scoring.rules.scores.years import Share
from tests.scoring.rules.made import (
    GUANSHAN,
    HUSHAN,
    MONTHS,
    RUBRIC,
    UNITS,
    record_with_units,
    shared_rubric,
    two_communities,
)

BLAME = "department/3/false_rectification"
SAID = {"number": 1, "reason": "漏登", "basis": "核查记录"}


@pytest.fixture(scope="module")
def original():
    return record_with_units()


def figures(record):
    return [
        (one["standing"], one["name"], one["points"], one["place"])
        for one in record["unit_results"]
    ]


def mended(record, kind, key, old, new, **said):
    return corrected(record, InputChange("a", kind, key, old, new), **{**SAID, **said})


def test_units_are_frozen_with_what_they_rest_on_and_recomputed_by_hand(original):
    # 虎山社区 bears 2 x 0.8 of its case: 90.8932 + 0.4 = 91.2932; 鹳山社区 83.85
    assert original["format"] == FORMAT_WITH_UNITS
    assert figures(original) == [
        ("department", "市综合执法局", "74.60", 1),  # 3 of 4, less 2 x 0.2
        ("lead", "市住建局", "87.57", 1),  # (91.29 + 83.85) / 2
        (
            "member",
            "富春商场",
            "74.81",
            1,
        ),  # (91.29 + (100 + 0 + 75) / 3) / 2; 新登中学: nothing was due
    ]
    assert recompute(original) == {name: original[name] for name in ("results", "unit_results")}
    assert differences(original) == []


@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (
            lambda it: it["unit_results"][2].update(points="75.81"),
            "得分存档为 75.81，复算为 74.81",
        ),
        (
            lambda it: it["units"][2]["duties"]["tasks"].update(done=4),
            "得分存档为 74.81，复算为",
        ),
        (lambda it: it.pop("units"), "：存档中有得分，复算没有"),
    ],
)
def test_a_forged_unit_is_named_with_both_figures(original, forge, told):
    forged = deepcopy(original)
    forge(forged)
    assert told in differences(forged)[0]


@pytest.mark.parametrize(
    ("kind", "key", "old", "new", "moved"),
    [
        # one case less: the community 2 x 0.8 more, the department 2 x 0.2
        ("blame", BLAME, "1", "0", {"department": "75.00", "lead": "88.37", "member": "75.61"}),
        # (91.29 + 275 / 3) / 2
        ("duty", "member/2/labour_days", "0/1", "1/1", {"member": "91.48"}),
        ("handled", "department/3", "3/4", "4/4", {"department": "99.60"}),
        # 91.2932 + 4 / 3
        ("self_check", "2026-09", "late", "on_time", {"lead": "88.24", "member": "75.48"}),
    ],
)
def test_a_correction_moves_the_units_that_rest_on_it(original, kind, key, old, new, moved):
    assert standing(original, "a", kind, key) == old
    record = mended(original, kind, key, old, new)
    assert (
        standing(record, "a", kind, key),
        differences(record),
        broken_link(original, record),
    ) == (new, [], "")
    assert {
        one.after["standing"]: one.after["points"] for one in influence(original, record).units
    } == moved


def test_a_shared_case_taken_back_leaves_the_community_and_its_department(original):
    record = mended(original, "blame", BLAME, "1", "0")
    assert record["communities"][0]["maluses"] == {}
    assert "blame" not in next(one for one in record["units"] if one["ref"] == "3")
    again = mended(record, "blame", BLAME, "0", "1", number=2)
    assert (again["communities"], again["units"]) == (original["communities"], original["units"])


@pytest.mark.parametrize(
    ("kind", "key", "old", "new", "why"),
    [
        (
            "malus",
            "false_rectification",
            "1",
            "0",
            "市综合执法局分担社区 a 的“虚假整改” 1 件，而该社区共 0 件",
        ),
        ("duty", "member/2/labour_days", "0/1", "2/1", "已办 2 件，多于到期 1 件"),
        ("duty", "member/2/visits", "0/1", "1/1", "没有职责“visits”的统计"),
        (
            "duty",
            "member/4/meetings",
            "0/0",
            "1/1",
            "新登中学：这样更正后，参评的单位就与原来不同了",
        ),
        ("handled", "department/9", "1/1", "0/1", "没有这家单位的数据"),
        ("handled", "department/3", "1/4", "4/4", "存档上现在是“到期 4 件，按期销号 3 件”"),
        ("duty", "member/2/tasks", "1/4", "4/4", "存档上现在是“应 4，实 3”"),
        ("blame", BLAME, "0", "1", "存档上现在是“1 件”"),
    ],
)
def test_a_change_of_a_unit_that_cannot_be_is_refused_with_the_reason(
    original, kind, key, old, new, why
):
    with pytest.raises(Refused, match=why):
        mended(original, kind, key, old, new)


def test_a_record_of_before_is_corrected_without_units(original):
    older = {
        name: value for name, value in original.items() if name not in ("units", "unit_results")
    }
    older |= {"format": "gongjian-quarter/1"}
    record = mended(older, "self_check", "2026-09", "late", "on_time")
    assert (record["format"], record.keys() & {"units", "unit_results"}) == (
        "gongjian-quarter/1",
        set(),
    )
    assert (influence(older, record).units, differences(record)) == ([], [])


def test_the_record_does_not_depend_on_the_order_in_which_units_come(original):
    sheets = {"a": HUSHAN, "b": GUANSHAN}
    turned = freeze("2026Q3", MONTHS, shared_rubric(), two_communities(), sheets, UNITS[::-1])
    assert fingerprint(turned) == fingerprint(original)


def rated(units, rubric, **points):
    """The units' figures by name, their communities having these points."""
    published = {code: (f"社区{code}", Decimal(figure)) for code, figure in points.items()}
    results = unit_results(units, published, {}, rubric)
    return {result.inputs.name: result for result in results}


@pytest.mark.parametrize(
    ("style", "figure", "source"), [("lowest", "80", "社区b"), ("highest", "90", "社区a")]
)
def test_a_lead_unit_takes_the_figure_of_one_community_where_the_rubric_says_so(
    style, figure, source
):
    rubric = replace(RUBRIC, lead_unit_style=style)
    lead = UnitInputs("lead", "1", "市住建局", ("a", "b", "c"))
    result = rated([lead], rubric, a="90", b="80", c="85")["市住建局"]
    assert result.points == Decimal(figure)
    parts = result.explanation["parts"]
    assert [part["name"] for part in parts if part["note"] == "得分取自这里"] == [source]
    assert [part["weight"] for part in parts if part["name"] != source] == ["0.00", "0.00"]


def test_a_member_unit_without_duties_in_the_rubric_has_what_its_communities_have():
    rubric = replace(RUBRIC, member_unit=NO_DUTIES)
    member = UnitInputs("member", "2", "富春商场", ("a", "b"))
    result = rated([member], rubric, a="90", b="80")["富春商场"]
    assert result.points == Decimal("85.00")
    assert [part["name"] for part in result.explanation["parts"]] == ["社区a", "社区b"]


def test_a_department_never_falls_below_nought():
    rubric = load_rubric(shared_rubric())
    rubric = replace(
        rubric, maluses=(replace(rubric.maluses[0], points_each=Decimal(50), cap=500),)
    )
    blame = {"a": {"false_rectification": 3}}
    department = UnitInputs("department", "3", "市综合执法局", handled=Share(4, 1), blame=blame)
    points = {"a": ("社区a", Decimal(90))}
    (result,) = unit_results([department], points, {"a": {"false_rectification": 3}}, rubric)
    assert result.points == 0
    # 25 of handling less 3 x 50 x 0.2 = 30
    assert [(part["name"], part["value"]) for part in result.explanation["parts"]] == [
        ("按期办结", "25.00"),
        ("分担扣分", "-30.00"),
        ("保底", "5.00"),
    ]


def test_a_department_is_blamed_only_for_what_the_rubric_shares():
    department = UnitInputs("department", "3", "市综合执法局", handled=Share(1, 1))
    department = replace(department, blame={"a": {"false_rectification": 1}})
    with pytest.raises(Refused, match="市综合执法局分担社区 a 的“false_rectification” 1 件"):
        rated([department], RUBRIC, a="90")


def test_a_unit_of_a_standing_or_a_community_that_is_not_there_is_refused():
    with pytest.raises(Refused, match="市住建局：没有“street”这种身份"):
        rated([UnitInputs("street", "1", "市住建局", ("a",))], RUBRIC, a="90")
    with pytest.raises(Refused, match="市住建局：存档中没有社区 'z' 的得分"):
        rated([UnitInputs("lead", "1", "市住建局", ("z",))], RUBRIC, a="90")
