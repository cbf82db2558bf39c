from decimal import Decimal

import pytest

from gongjian.lib.rulebooks import WrongRulebook
from scoring.rules.rubrics.rubric import load_rubric
from tests.scoring.rules.made import RUBRIC, rubric_file


def test_the_default_rubric_carries_the_default_model():
    parts = (RUBRIC.assessment, RUBRIC.self_check, RUBRIC.rectification)
    assert [str(part.weight) for part in parts] == ["0.85", "0.10", "0.05"]
    assert [(rule.code, str(rule.weight)) for rule in RUBRIC.assessment.passes] == [
        ("day", "0.6"),
        ("off_peak", "0.3"),
        ("night", "0.1"),
    ]
    assert (RUBRIC.assessment.trim_from_sheets, RUBRIC.bonus.cap, RUBRIC.ranking.style) == (
        5,
        5,
        "competition",
    )
    assert RUBRIC.self_check.points == {"on_time": 100, "late": 60, "missing": 0}


def test_trimming_can_be_switched_off():
    assert (
        load_rubric(
            rubric_file("components.assessment.trim_from_sheets", None)
        ).assessment.trim_from_sheets
        is None
    )


def test_a_whole_number_may_stand_without_quotes():
    assert load_rubric(rubric_file("bonus.cap", 3)).bonus.cap == Decimal(3)


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        ("components.self_check.weight", "0.2", "components：各项权重之和应正好是 1，现为 1.10"),
        (
            "components.assessment.weight",
            0.85,
            "components.assessment.weight：应是 0 到 1 之间的数",
        ),
        (
            "components.assessment.passes.0.weight",
            "0.5",
            "components.assessment.passes：各项权重之和应正好是 1，现为 0.9",
        ),
        (
            "components.assessment.passes.0.weight",
            "0",
            "components.assessment.passes[1].weight：应是大于 0、不超过 1 的数",
        ),
        (
            "components.assessment.passes.1.code",
            "day",
            "components.assessment.passes：代码“day”重复",
        ),
        (
            "components.assessment.trim_from_sheets",
            2,
            "components.assessment.trim_from_sheets：应是 3 到 1000 之间的整数",
        ),
        (
            "components.self_check.late_points",
            "101",
            "components.self_check.late_points：应是 0 到 100 之间的数",
        ),
        (
            "components.self_check.missing_points",
            "70",
            "components.self_check：按时、逾期、未报的得分应依次不增",
        ),
        ("maluses.0.cap", "-1", "maluses[1].cap：应是 0 到 100 之间的数"),
        (
            "vetoes.0.highest_grade",
            "差",
            "vetoes[1].highest_grade：应是 优秀、良好、合格、不合格 之一",
        ),
        ("vetoes.1.code", "serious_incident", "vetoes：代码“serious_incident”重复"),
        ("grades.1.from_points", "95", "grades：等次应从高分到低分排列"),
        ("grades.1.from_points", "90", "grades：等次应从高分到低分排列"),
        ("grades.3.from_points", "10", "grades：最低等次应从 0 分起，现从 10 分起"),
        ("grades.1.name", "优秀", "grades：等次名称“优秀”重复"),
        ("grades", [], "grades：应是一个不为空的列表"),
        ("total.highest_points", "0", "total：总分下限 0 应小于上限 0"),
        ("ranking.style", "olympic", "ranking.style：应是 competition、dense 之一"),
        (
            "member_unit.own_duties_weight",
            "0.4",
            "member_unit：community_weight 与 own_duties_weight 之和应正好是 1",
        ),
        (
            "member_unit.duties.0.weight",
            "0.5",
            "member_unit.duties：各项权重之和应正好是 1，现为 1.25",
        ),
        ("colour", "red", "colour：不认识这一项"),
    ],
)
def test_a_wrong_rubric_is_refused_by_path(path, value, error):
    with pytest.raises(WrongRulebook) as refused:
        load_rubric(rubric_file(path, value))
    assert any(line.startswith(error) for line in refused.value.errors), refused.value.errors


@pytest.mark.parametrize("mapping", [[], None, {}])
def test_what_is_no_rubric_is_refused(mapping):
    with pytest.raises(WrongRulebook):
        load_rubric(mapping)
