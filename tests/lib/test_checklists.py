from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.lib.checklists import (
    TimeLimit,
    WrongMarks,
    check_marks,
    deduction_for,
    item_scores,
    load_checklist,
    sheet_points,
)
from gongjian.lib.rulebooks import WrongRulebook
from tests.scoring.rules.made import CHECKLIST, CHECKLIST_FILE, checklist_file, clean_marks

POLICY = (
    "各社区要达到“四清”:门前屋后下水管、排污沟等各类管道畅通清洁,"
    "住宅前后卫生清洁,公共厕所卫生清洁,垃圾日产日清;"
    "做到“四无”:无暴露垃圾,无乱堆乱搭,无饲养家禽家畜,无脏水溢流;"
    "达到“五落实”:卫生责任落实,门前三包和门内达标落实,"
    "健康教育落实,绿化达标单位落实,检查评比管理措施落实。"
)


def messages(marks, **more):
    return [error.message for error in check_marks(marks, CHECKLIST, **more)]


def self_check(**given):
    marks = {item.code: {"result": "pass", "instances": 0, "note": ""} for item in CHECKLIST.items}
    return marks | given


def any_marks():
    """Any complete sheet: items deducted in cents up to the cap, the toilet possibly not there."""
    marks = {
        item.code: st.decimals(0, item.cap, places=2).map(_deducted) for item in CHECKLIST.items
    }
    absent = st.just({"deducted": "0", "not_applicable": True})
    return st.fixed_dictionaries(marks | {"Q3": marks["Q3"] | absent})


def _deducted(amount):
    return {"deducted": str(amount), "not_applicable": False}


# the file as shipped


def test_the_checklist_has_the_thirteen_items_in_the_words_of_the_policy():
    assert [item.code for item in CHECKLIST.items] == [
        *("Q1", "Q2", "Q3", "Q4"),
        *("W1", "W2", "W3", "W4"),
        *("L1", "L2", "L3", "L4", "L5"),
    ]
    assert [item.text for item in CHECKLIST.items if item.text not in POLICY] == []


def test_the_checklist_is_worth_one_hundred_points():
    assert sum(item.points for item in CHECKLIST.items) == 100


def test_the_checklist_falls_into_four_clear_four_none_five_in_force():
    assert [(part.name, len(items)) for part, items in CHECKLIST.by_section()] == [
        ("四清", 4),
        ("四无", 4),
        ("五落实", 5),
    ]


def test_an_item_is_found_by_its_code():
    assert CHECKLIST.item("Q4").event_class == "暴露垃圾"
    with pytest.raises(KeyError):
        CHECKLIST.item("Q9")


@pytest.mark.parametrize(
    ("limit", "label"),
    [
        (TimeLimit(0, "day"), "当日"),
        (TimeLimit(4, "working_hour"), "4 个工作小时内"),
        (TimeLimit(5, "working_day"), "5 个工作日内"),
    ],
)
def test_a_time_limit_is_told_in_office_words(limit, label):
    assert limit.label == label


def test_measures_kept_in_the_records_have_no_time_limit():
    assert CHECKLIST.item("L5").put_right is None


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        ("items.0.points", "0", "items[1].points：应是大于 0、不超过 1000 的数"),
        ("items.0.cap", "9", "items[1].cap：扣分上限 9 超过本项分值 8"),
        ("items.1.code", "Q1", "items：项目代码“Q1”重复"),
        (
            "items.1.section",
            "four",
            "items[2].section：应是 four_clear、four_none、five_in_force 之一",
        ),
        (
            "items.2.put_right",
            {"amount": 1, "unit": "week"},
            "items[3].put_right.unit：应是 day、working_day、working_hour 之一",
        ),
        ("items.2.weight", "3", "items[3].weight：不认识这一项"),
        ("sections.1.code", "four_clear", "sections：部分代码“four_clear”重复"),
        ("sections", [], "sections：应是一个不为空的列表"),
    ],
)
def test_a_wrong_checklist_is_refused_by_path(path, value, error):
    with pytest.raises(WrongRulebook) as refused:
        load_checklist(checklist_file(path, value))
    assert any(line.startswith(error) for line in refused.value.errors), refused.value.errors


# deductions


@pytest.mark.parametrize(
    ("code", "instances", "points"),
    [("Q2", 3, "1.5"), ("Q4", 9, "10"), ("W3", 0, "0"), ("L2", 12, "12")],
)
def test_instances_cost_points_up_to_the_cap(code, instances, points):
    assert deduction_for(CHECKLIST.item(code), instances) == Decimal(points)


def test_a_negative_count_is_refused_with_the_item():
    with pytest.raises(ValueError, match="“住宅前后卫生清洁”（Q2）：处数不能是负数，现为 -1"):
        deduction_for(CHECKLIST.item("Q2"), -1)


# marks


def test_a_clean_sheet_brings_one_hundred():
    assert sheet_points(clean_marks(), CHECKLIST) == 100


def test_an_item_that_does_not_apply_leaves_the_sheet_out_of_what_is_left():
    marks = clean_marks(Q1="2.00", Q2="1.50", Q3={"not_applicable": True}, W1="1.00", L2="3.00")
    assert str(sheet_points(marks, CHECKLIST)) == "91.85"  # 84.5 of 92, 91.8478...


def test_a_self_check_is_counted_from_instances():
    marks = self_check(Q4={"result": "fail", "instances": 2}, Q3={"result": "not_applicable"})
    assert str(sheet_points(marks, CHECKLIST)) == "95.65"  # 88 of 92


def test_the_sheet_opens_into_its_items():
    scores = {
        score.item.code: score
        for score in item_scores(clean_marks(Q1="2", Q3={"not_applicable": True}), CHECKLIST)
    }
    assert (scores["Q1"].points, scores["Q1"].deducted, scores["Q3"].applies) == (6, 2, False)


@pytest.mark.parametrize(
    ("mark", "problem"),
    [
        (None, "还没有评，请填写"),
        ("2", "记录格式不对，请重新填写本项"),
        ({"deducted": "0", "note": 3}, "说明应是文字"),
        ({"deducted": ""}, "请填扣分，没有扣分填 0"),
        ({"deducted": "两分"}, "扣分“两分”不是数，请写成如 2.00 的形式"),
        ({"deducted": 0.5}, "扣分“0.5”不是数，请写成如 2.00 的形式"),
        ({"deducted": "-1"}, "扣分不能是负数，现为 -1"),
        ({"deducted": "8.01"}, "扣分 8.01 超过本项扣分上限 8"),
        ({"deducted": "0.125"}, "扣分最多两位小数，现为 0.125"),
        ({"deducted": "1", "not_applicable": True}, "选了“不涉及”就不能再扣分，请将扣分改为 0"),
        ({"deducted": "0", "not_applicable": "yes"}, "“不涉及”只能是“是”或“否”"),
        ({"result": "good"}, "请选“合格”“不合格”或“不涉及”"),
        ({"result": "fail"}, "选了“不合格”，请填发现几处"),
        ({"result": "fail", "instances": -1}, "处数应是不小于 0 的整数，现为“-1”"),
        ({"result": "fail", "instances": "2"}, "处数应是不小于 0 的整数，现为“2”"),
        ({"result": "fail", "instances": True}, "处数应是不小于 0 的整数，现为“True”"),
        ({"result": "pass", "instances": 2}, "填了 2 处问题，请选“不合格”，或将处数改为 0"),
    ],
)
def test_a_wrong_mark_is_refused_with_the_item_in_chinese(mark, problem):
    assert messages(clean_marks() | {"Q3": mark}) == [f"“公共厕所卫生清洁”（Q3）：{problem}"]


@pytest.mark.parametrize("mark", [{"not_applicable": True}, {"result": "not_applicable"}])
def test_only_some_items_may_not_apply(mark):
    assert messages(clean_marks() | {"Q1": mark}) == [
        f"{CHECKLIST.item('Q1').label}：本项不能选“不涉及”"
    ]


def test_an_unknown_item_is_refused():
    assert messages(clean_marks(X1="1")) == ["检查表“社区共建检查表”中没有代码为 X1 的项目"]


def test_a_draft_may_leave_items_out_but_not_get_them_wrong():
    assert messages({"Q1": {"deducted": "1"}, "Q2": {"deducted": "99"}}, complete=False) == [
        "“住宅前后卫生清洁”（Q2）：扣分 99 超过本项扣分上限 10"
    ]


def test_a_sheet_with_every_fault_names_each():
    with pytest.raises(WrongMarks) as refused:
        sheet_points({"Q1": {"deducted": "-1"}}, CHECKLIST)
    assert len(refused.value.errors) == 13
    assert refused.value.errors[0].item_code == "Q1"


def test_a_sheet_on_which_nothing_applies_is_refused():
    only_toilets = load_checklist(CHECKLIST_FILE | {"items": [CHECKLIST_FILE["items"][2]]})
    errors = check_marks({"Q3": {"not_applicable": True}}, only_toilets)
    assert [(error.item_code, error.message) for error in errors] == [
        ("", "所有项目都选了“不涉及”，没有可以计分的项目")
    ]


# properties


@given(any_marks())
def test_a_sheet_lies_between_zero_and_one_hundred(marks):
    assert 0 <= sheet_points(marks, CHECKLIST) <= 100


@given(any_marks(), st.sampled_from(CHECKLIST.items), st.decimals(0, 12, places=2))
def test_more_deduction_never_raises_a_sheet(marks, item, more):
    before = Decimal(marks[item.code]["deducted"])
    worse = marks | {item.code: marks[item.code] | {"deducted": str(min(item.cap, before + more))}}
    if not marks[item.code]["not_applicable"]:
        assert sheet_points(worse, CHECKLIST) <= sheet_points(marks, CHECKLIST)


@given(any_marks(), st.randoms(use_true_random=False))
def test_the_order_of_marks_never_matters(marks, chance):
    shuffled = list(marks.items())
    chance.shuffle(shuffled)
    assert sheet_points(dict(shuffled), CHECKLIST) == sheet_points(marks, CHECKLIST)


@given(st.sampled_from(CHECKLIST.items), st.integers(0, 50))
def test_more_instances_never_cost_less(item, instances):
    assert deduction_for(item, instances) <= deduction_for(item, instances + 1) <= item.cap


# kinds of deduction


def of_kind(**given):
    """A checklist of one item of 10 points."""
    row = CHECKLIST_FILE["items"][1] | {"points": "10"}
    row = {key: value for key, value in row.items() if key not in ("deduction", "cap")} | given
    return load_checklist(CHECKLIST_FILE | {"items": [row]})


FIXED = {"kind": "fixed", "deduction": "8"}
RANGE = {"kind": "range", "from": "1", "to": "3", "cap": "5"}
SHARE = {"kind": "share", "sample": 12}


@pytest.mark.parametrize(
    ("kind", "figures", "points"),
    [
        (FIXED, {}, "20.00"),
        (RANGE, {"instances": 2, "deducted": "4.50"}, "55.00"),
        (SHARE, {"sampled": 12, "failed": 2}, "83.30"),
    ],
)
def test_each_kind_takes_its_own_points(kind, figures, points):
    assert str(sheet_points({"Q2": {"result": "fail", **figures}}, of_kind(**kind))) == points


@pytest.mark.parametrize(
    ("kind", "mark", "problem"),
    [
        (RANGE, {"result": "fail", "instances": 1, "deducted": "4"}, "1 处应扣 1 到 3 分，现为 4"),
        (RANGE, {"result": "fail", "instances": 9, "deducted": "6"}, "9 处应扣 5 到 5 分，现为 6"),
        (RANGE, {"result": "fail", "instances": 1}, "选了“不合格”，请填扣几分"),
        (RANGE, {"deducted": "0.50"}, "本项扣分时至少扣 1 分，现为 0.50"),
        (
            SHARE,
            {"result": "fail", "sampled": 2, "failed": 3},
            "不合格 3 家，多于抽查的 2 家，请核对",
        ),
        (
            SHARE,
            {"result": "fail", "sampled": 0, "failed": 0},
            "选了“不合格”，不合格的至少有 1 家；都合格请选“合格”",
        ),
        (SHARE, {"result": "fail", "sampled": 12}, "选了“不合格”，请填抽查几家、不合格几家"),
        (FIXED, {"deducted": "3"}, "本项一次扣完：扣 8 分，或者不扣，现为 3"),
    ],
)
def test_a_figure_beyond_its_kind_is_refused(kind, mark, problem):
    assert [error.message for error in check_marks({"Q2": mark}, of_kind(**kind))] == [
        f"“住宅前后卫生清洁”（Q2）：{problem}"
    ]


@pytest.mark.parametrize("figures", [{}, {"sampled": 12}])
def test_a_draft_may_lack_the_figures_of_a_failed_item(figures):
    assert (
        check_marks({"Q2": {"result": "fail", **figures}}, of_kind(**SHARE), complete=False) == []
    )


@pytest.mark.parametrize(
    ("policy", "points"), [("renormalise", "90.00"), ("full", "95.00"), ("zero", "45.00")]
)
def test_what_does_not_apply_brings_what_its_policy_says(policy, points):
    rows = [CHECKLIST_FILE["items"][place] | {"points": "10"} for place in (1, 2)]
    rows[1] |= {"not_applicable_policy": policy}
    marks = {"Q2": {"deducted": "1"}, "Q3": {"not_applicable": True}}
    assert str(sheet_points(marks, load_checklist(CHECKLIST_FILE | {"items": rows}))) == points


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"kind": "rate"}, "items[1].kind：应是 instance、fixed、range、share 之一，现为“rate”"),
        (RANGE | {"from": "4"}, "items[1].from：最少扣 4 分，多于最多扣的 3 分（to）"),
        (RANGE | {"to": "6"}, "items[1].to：一处最多扣 6 分，超过扣分上限 5（cap）"),
        (FIXED | {"deduction": "11"}, "items[1].deduction：扣分上限 11 超过本项分值 10"),
        (SHARE | {"deduction": "1"}, "items[1].deduction：不认识这一项，请删去或改正名称"),
        (
            SHARE | {"not_applicable_policy": "full"},
            "items[1].not_applicable_policy：本项不能选“不涉及”",
        ),
        (
            SHARE | {"answered_by": ["meeting"]},
            "items[1].answered_by：由记录直接得出的项目按缺几项扣分",
        ),
        (FIXED | {"answered_by": ["visit"]}, "items[1].answered_by：应是一列 self_check、meeting"),
        (FIXED | {"examples": {"fine": "好"}}, "items[1].examples.fine：不认识这一项"),
    ],
)
def test_a_wrong_kind_is_refused_by_path(given, error):
    with pytest.raises(WrongRulebook) as refused:
        of_kind(**given)
    assert any(line.startswith(error) for line in refused.value.errors), refused.value.errors
