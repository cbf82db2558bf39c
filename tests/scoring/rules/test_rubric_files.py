"""The rubric as a file: the same rubric comes back, every fault is told by its place at once."""

import json
from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongjian.lib.rulebooks import WrongRulebook
from scoring.rules.rubrics.items import (
    MEASURES,
    POLICIES,
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
    Size,
    Threshold,
)
from scoring.rules.rubrics.mappings import rubric_mapping
from scoring.rules.rubrics.parts import (
    NO_ASSESSMENT,
    NO_RECTIFICATION,
    NO_SELF_CHECK,
    MeasuredRules,
)
from scoring.rules.rubrics.rubric import Rubric, load_rubric
from scoring.rules.rubrics.yaml_files import read_mapping, read_rubric, write_rubric
from tests.scoring.rules.cities import NAMES, city, written
from tests.scoring.rules.made import RUBRIC, RUBRIC_FILE, rubric_file


def errors(text):
    with pytest.raises(WrongRulebook) as refused:
        read_rubric(text)
    return refused.value.errors


def changed(name, *changes):
    """The city's file with some of its words exchanged."""
    text = written(name)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_the_default_rubric_comes_back_from_its_file():
    assert read_rubric(write_rubric(RUBRIC)) == RUBRIC
    assert load_rubric(rubric_mapping(RUBRIC)) == RUBRIC


def test_the_rule_file_as_shipped_reads_as_well():
    assert read_rubric(json.dumps(RUBRIC_FILE, ensure_ascii=False).encode()) == RUBRIC


@pytest.mark.parametrize("name", NAMES)
def test_a_printed_rubric_comes_back_from_its_file(name):
    rubric = city(name)
    assert read_rubric(write_rubric(rubric)) == rubric
    assert write_rubric(read_rubric(write_rubric(rubric))) == write_rubric(rubric)


def test_a_figure_is_read_as_it_is_written():
    assert city("r1").measured[0].items.items[1].rule.deductions[0].highest == Decimal("0.1")
    assert "each: 0.1\n" in write_rubric(city("r1"))


def test_a_text_that_looks_like_a_figure_stays_a_text():
    assert "version: '1'" in write_rubric(city("patterns"))


def test_a_byte_order_mark_does_no_harm():
    assert read_rubric(b"\xef\xbb\xbf" + written("r1").encode()) == city("r1")


NAME = st.text(st.sampled_from("社区考评 a5:#-'\"{[,%&*!|>@`"), min_size=1, max_size=8).filter(
    str.strip
)
POINTS = st.decimals("0.5", 50, places=2)
MEASURE = st.sampled_from(MEASURES)
TWO = st.tuples(st.integers(0, 40), st.integers(41, 90)).map(
    lambda pair: [Decimal(n) for n in pair]
)
DEDUCTION = st.builds(
    lambda code, reason, cost, most: Deduction(code, reason, "处", min(cost), max(cost), most),
    NAME,
    NAME,
    st.lists(st.decimals("0.01", "0.5", places=2), min_size=1, max_size=2),
    st.none() | st.integers(1, 9),
)


def held(deductions, cap):
    """A cap that the cases can reach, or none."""
    most = [row.highest * (row.most_cases or 100) for row in deductions]
    return PerInstance(tuple(deductions), cap if cap and sum(most) >= cap else None)


def ladder(points):
    return lambda measure, at: Ladder(
        measure,
        (
            PointStep(Decimal(0), at[0] + 1, Decimal(0)),
            PointStep(at[0] + 1, at[1] + 1, Decimal("0.25")),
            PointStep(at[1] + 1, None, points),
        ),
    )


def rules_worth(points):
    return st.one_of(
        st.builds(
            held,
            st.lists(DEDUCTION, min_size=1, max_size=3, unique_by=lambda row: row.code),
            st.none() | st.just(Decimal("0.5")),
        ),
        st.just(Range(Decimal(0), points)),
        st.builds(ladder(points), MEASURE, TWO),
        st.builds(Rate, st.booleans()),
        st.builds(lambda measure, at: Linear(measure, *at), MEASURE, TWO),
        st.builds(
            lambda measure, at: Threshold(measure, at[0] + 1, None, Decimal(0)), MEASURE, TWO
        ),
        st.builds(
            lambda measure, at: Threshold(measure, None, at[1], Decimal("0.25")), MEASURE, TWO
        ),
        st.builds(
            lambda unit, at: NormalisedCount((Size("area", "面积", unit),), *at), POINTS, TWO
        ),
    )


ITEM = POINTS.flatmap(
    lambda points: st.builds(
        Item,
        NAME,
        NAME,
        st.just(points),
        rules_worth(points),
        clause=st.just("") | NAME,
        group=st.just("") | NAME,
        not_applicable=st.just("") | st.sampled_from(POLICIES),
    )
)


def rubric_of(items):
    listed = ItemList(sum((item.points for item in items), Decimal(0)), "refuse", tuple(items))
    parts = {name: getattr(RUBRIC, name) for name in Rubric.__dataclass_fields__}
    none = {
        "assessment": NO_ASSESSMENT,
        "self_check": NO_SELF_CHECK,
        "rectification": NO_RECTIFICATION,
    }
    measured = (MeasuredRules("field", "现场", Decimal(1), "第一条", listed),)
    return Rubric(**parts | none | {"measured": measured})


@settings(max_examples=40)
@given(st.lists(ITEM, min_size=1, max_size=4, unique_by=lambda item: item.code))
def test_any_rubric_comes_back_from_its_file(items):
    rubric = rubric_of(items)
    assert read_rubric(write_rubric(rubric)) == rubric


# refusals


@pytest.mark.parametrize(
    ("name", "old", "new", "error"),
    [
        (
            "patterns",
            "weight: 0.3\n      clause",
            "weight: 0.2\n      clause",
            "components：各项权重之和应正好是 1，现为 0.9",
        ),
        (
            "patterns",
            "weight: 0.6}",
            "weight: 0.5}",
            "components.assessment.passes：各项权重之和应正好是 1，现为 0.9",
        ),
        (
            "patterns",
            "assessors_each: 5",
            "assessors_each: 3",
            "components.assessment.trim_from_sheets：满 5 张评分表才去掉最高分和最低分，"
            "每个社区却只有 3 名考评员，永远用不上",
        ),
        (
            "patterns",
            "trim_from_sheets: 5",
            "trim_from_sheets: 2",
            "components.assessment.trim_from_sheets：应是 3 到 1000 之间的整数，现为“2”",
        ),
        (
            "patterns",
            "{from: 80, to: 95, points: 6}",
            "{from: 70, to: 95, points: 6}",
            "components.measured[1].items[1].steps[2].from：从 70 起，与前一档（到 80 为止）重叠",
        ),
        (
            "patterns",
            "{from: 80, to: 95, points: 6}",
            "{from: 85, to: 95, points: 6}",
            "components.measured[1].items[1].steps[2].from：80 到 85 之间没有一档，请补齐",
        ),
        (
            "patterns",
            "{from: 80, to: 95, points: 6}",
            "{from: 80, to: 80, points: 6}",
            "components.measured[1].items[1].steps[2].to："
            "本档到 80 为止，不大于起点 80，永远够不到",
        ),
        (
            "patterns",
            "{from: 80, to: 95, points: 6}",
            "{from: 80, to: null, points: 6}",
            "components.measured[1].items[1].steps[3].from："
            "前一档没有上限，从 95 起的这一档永远够不到",
        ),
        (
            "patterns",
            "{from: 95, to: null, points: 10}",
            "{from: 95, to: 100, points: 10}",
            "components.measured[1].items[1].steps[3].to："
            "最后一档到 100 为止，更大的数没有档，请写 null（不设上限）",
        ),
        (
            "patterns",
            "{from: 80, to: 95, points: 6}\n            - {from: 95, to: null, points: 10}",
            "{from: 80, to: 101, points: 6}\n            - {from: 101, to: null, points: 10}",
            "components.measured[1].items[1].steps[3].from："
            "百分比不会超过 100，从 101 起的这一档永远够不到",
        ),
        (
            "patterns",
            "points: 6}",
            "points: 11}",
            "components.measured[1].items[1].steps[2].points：本档 11 分超过本项分值 10",
        ),
        (
            "patterns",
            "cap: 10\n          kind",
            "cap: 2.5\n          kind",
            "components.measured[1].items[2].deductions："
            "扣分上限 2.5 低于“店外经营”一处所扣的 3 分",
        ),
        (
            "patterns",
            "points_each: 1, cap: 10",
            "points_each: 1, cap: 0.5",
            "maluses[2].cap：“逾期未整改”最多 0.5 分，低于一次的 1 分",
        ),
        (
            "patterns",
            "points_each: 2, cap: 2",
            "points_each: 2, cap: 1",
            "bonus.rules[1].cap：“上期第一名”最多 1 分，低于一次的 2 分",
        ),
        (
            "patterns",
            "shared_by: joint",
            "shared_by: street",
            "maluses[1].shared_by：应是 joint、own 之一，现为“street”",
        ),
        (
            "patterns",
            "highest_grade: 合格, ",
            "",
            "vetoes[1].highest_grade：缺少此项，应是 优秀、良好、合格、不合格 之一",
        ),
        ("patterns", "- name: 新区", "- name: 城区", "classes：类别名称“城区”重复"),
        (
            "patterns",
            "code: shops",
            "code: response",
            "components.measured[1].items：项目代码“response”重复",
        ),
        ("patterns", "- code: records", "- code: bonus", "components.measured：代码“bonus”重复"),
        (
            "patterns",
            "at_least: 4",
            "at_least: 4, at_most: 5",
            "components.measured[1].items[3].kind："
            "达标线应写“at_least”（不低于）或“at_most”（不高于）其中一项",
        ),
        (
            "patterns",
            "otherwise: 2",
            "otherwise: 5",
            "components.measured[1].items[3].otherwise：不达标也得 5 分，应低于本项分值 5",
        ),
        (
            "r1",
            "full_points: 100",
            "full_points: 90",
            "components.measured[1].full_points：各项分值之和最多的月份是 100 分，与满分 90 不符",
        ),
        (
            "seasonal",
            "months: [4]",
            "months: [13]",
            "components.measured[1].items[2].months："
            "应是一列 1 到 12 之间、不重复的整数，现为“[13]”",
        ),
        (
            "r3",
            "none_at: 2}",
            "none_at: 1}",
            "components.measured[1].items[3].none_at：得满分和得 0 分的数都是 1，应不相同",
        ),
        (
            "r8",
            "within: appearance",
            "within: streets",
            "sampling.quotas：“主次干道”属于“streets”，但没有这个代码",
        ),
        (
            "r8",
            "{least: 8}",
            "{least: 80}",
            "sampling.quotas：“主次干道”的最低数超过所属的“市容环境卫生”",
        ),
        (
            "r1",
            "measured:",
            "colours:",
            "components：至少要有一项计分，如 assessment（全市考评）或 measured（评分项目）",
        ),
        (
            "r1",
            "  measured:",
            "  colour: red\n  measured:",
            "components.colour：不认识这一项，请删去或改正名称",
        ),
    ],
)
def test_what_could_never_be_scored_is_refused_by_its_place(name, old, new, error):
    assert error in errors(changed(name, (old, new)))


TIE_BREAKERS = "tie_breakers: []"
CANNOT_BE = [
    (
        "r5",
        ("full_points: 100", "full_points: 100.001"),
        ("  points: 100\n", "  points: 100.001\n"),
        "components.assessment.sheet.items[1].points：评分表的分值最多两位小数，现为 100.001",
    ),
    (
        "seasonal",
        ("points: 94\n", "points: 94\n          months: [1, 2, 3]\n"),
        ("full_points: 100", "full_points: 94"),
        "components.measured[1].items：5、6、7、8、9、10、11、12 月没有一项可以评分",
    ),
    (
        "patterns",
        ("from: 1, to: 3", "from: 3, to: 3"),
        "components.measured[1].items[2].deductions[1].to：扣分幅度的上限 3 应大于下限 3",
    ),
    (
        "seasonal",
        ("from: 0, to: 6}", "from: 6, to: 6}"),
        "components.measured[1].items[2].to：评分幅度的上限 6 应大于下限 6",
    ),
    (
        "seasonal",
        ("from: 0, to: 6}", "from: 0, to: 7}"),
        "components.measured[1].items[2].to：评分幅度的上限 7 超过本项分值 6",
    ),
    (
        "patterns",
        (TIE_BREAKERS, "tie_breakers: [{code: age, name: 建成年份, higher_is_better: true}]"),
        "ranking.tie_breakers[1].code：没有“age”的数据，并列时只能比较 "
        "on_time_rectification（按期整改率，多者在前）、repeats（重复问题，少者在前）",
    ),
    (
        "patterns",
        (TIE_BREAKERS, "tie_breakers: [{code: repeats, name: 重复, higher_is_better: true}]"),
        "ranking.tie_breakers[1].higher_is_better：“重复”应是少者在前，请写 false",
    ),
    (
        "patterns",
        (
            TIE_BREAKERS,
            "tie_breakers: [{code: on_time_rectification, name: 按期, higher_is_better: false}]",
        ),
        "ranking.tie_breakers[1].higher_is_better：“按期”应是多者在前，请写 true",
    ),
    (
        "r8",
        ("[{least: 7}, {least: 10}, {least: 13}]", "[{least: 7}, {least: 10}]"),
        "sampling.quotas：“爱卫组织”有 2 个数，规模分 3 类，应一类一个",
    ),
    (
        "patterns",
        ("  rules:\n", "  by_place: [0, 0]\n  rules:\n"),
        "bonus.by_place：各名次都加 0 分，等于不按名次加分",
    ),
    (
        "patterns",
        ("  rules:\n", "  by_place: [5, -1]\n  rules:\n"),
        "bonus.by_place：按名次最多加 5 分，加分合计却最多 3 分，够不到",
    ),
    # Nothing is said of what rests on grades that are wrong themselves.
    (
        "patterns",
        ("{name: 不合格, from_points: 0}", "{name: 不合格, from_points: 10}"),
        ("highest_points: 110", "highest_points: 85"),
        "grades：最低等次应从 0 分起，现从 10 分起",
    ),
]


@pytest.mark.parametrize("case", CANNOT_BE, ids=lambda case: case[-1])
def test_what_cannot_be_is_the_only_fault_that_is_told(case):
    name, *changes, error = case
    assert errors(changed(name, *changes)) == (error,)


def test_tie_breakers_that_are_counted_are_taken_as_they_are_written():
    rows = (
        "tie_breakers: [{code: repeats, name: 重复, higher_is_better: false}, "
        "{code: on_time_rectification, name: 按期, higher_is_better: true}]"
    )
    rubric = read_rubric(changed("patterns", (TIE_BREAKERS, rows)))
    assert [rule.code for rule in rubric.ranking.tie_breakers] == [
        "repeats",
        "on_time_rectification",
    ]
    assert read_rubric(write_rubric(rubric)) == rubric


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        (
            "member_unit.duties.0.code",
            "singing",
            "member_unit.duties[1].code：不认识“singing”，系统只统计这几项：meetings（例会）、"
            "labour_days（劳动日）、tasks（工作任务）、frontage_checks（门前三包抽查）",
        ),
        (
            "honours.criticism.below_points",
            "86",
            "honours.criticism："
            "批评线、免予批评线、表扬线应依次不减，否则同一对象会既受表扬又受批评",
        ),
        (
            "total.highest_points",
            "90",
            "honours.praise.from_points：表扬从 95 分起，总分上限只有 90 分，谁也够不到",
        ),
    ],
)
def test_a_new_rubric_is_refused_for_what_nobody_could_come_to(path, value, error):
    mapping = rubric_file(path, value)
    mapping["honours"]["praise"] = mapping["honours"]["praise"] | {"from_points": "95"}
    with pytest.raises(WrongRulebook) as refused:
        load_rubric(mapping, is_new=True)
    assert refused.value.errors == (error,)


def test_quotas_hold_for_the_standings_that_are_named():
    mapping = rubric_file("honours.praise.quotas", {"community": 3, "lead": 1})
    rubric = load_rubric(mapping)
    assert rubric.honours.praise.quotas == {"community": 3, "lead": 1}
    assert rubric.honours.criticism.quotas == {}
    assert load_rubric(rubric_mapping(rubric)) == rubric


def test_all_faults_are_told_at_once():
    found = errors(
        changed(
            "patterns",
            ("weight: 0.3\n      clause", "weight: 0.2\n      clause"),
            ("{from: 80, to: 95", "{from: 85, to: 95"),
            ("cap: 10\n          kind", "cap: 2.5\n          kind"),
            ("points_each: 1, cap: 10", "points_each: 1, cap: 0.5"),
            ("highest_grade: 合格, ", ""),
            ("full_points: 30", "full_points: 0"),
        )
    )
    places = sorted(sentence.split("：")[0] for sentence in found)
    assert places == [
        "components",
        "components.measured[1].full_points",
        "components.measured[1].items[1].steps[2].from",
        "components.measured[1].items[2].deductions",
        "maluses[2].cap",
        "vetoes[1].highest_grade",
    ]


SHOPS = "            - {code: stall, reason: 店外经营, unit: 处, from: 1, to: 3}\n"
UNREACHABLE = [
    (
        "patterns",
        ("highest_points: 110", "highest_points: 85"),
        "total.highest_points：总分上限 85 分，够不到“优秀”的起点 90 分，谁也评不上",
    ),
    (
        "patterns",
        ("lowest_points: 0", "lowest_points: 61"),
        "total.lowest_points：总分下限 61 分，已到“合格”的起点 60 分，按得分没有人会是“不合格”",
    ),
    (
        "patterns",
        ("highest_grade: 合格", "highest_grade: 优秀"),
        "vetoes[1].highest_grade：“弄虚作假”最高仍可评“优秀”，这是最好的等次，等于没有否决",
    ),
    (
        "patterns",
        ("points_each: 1, cap: 10", "points_each: 0, cap: 10"),
        "maluses[2].points_each：“逾期未整改”每次扣 0 分，等于不扣分",
    ),
    (
        "patterns",
        ("  cap: 3\n", "  cap: 0\n"),
        "bonus.cap："
        "加分合计最多 0 分，等于不加分；不设加分请把 bonus 写成 null（Excel 中“加分”写“不设”）",
    ),
    (
        "patterns",
        ("points_each: 2, cap: 2", "points_each: 0, cap: 4"),
        "bonus.rules[1].points_each：“上期第一名”每次加 0 分，等于不加分",
        "bonus.rules[1].cap：“上期第一名”最多 4 分，加分合计却最多 3 分，够不到",
    ),
    (
        "patterns",
        ("at_least: 4", "at_least: 0"),
        "components.measured[1].items[3].at_least：不低于 0 就达标，什么数都达标，永远得满分",
    ),
    (
        "patterns",
        ("measure: number, at_least: 4", "measure: percent, at_most: 100"),
        "components.measured[1].items[3].at_most："
        "百分比不高于 100 就达标，什么数都达标，永远得满分",
    ),
    (
        "patterns",
        ("to: null, points: 10", "to: null, points: 6"),
        "components.measured[1].items[1].steps：最好的一档只有 6 分，够不到本项分值 10 分",
    ),
    (
        "patterns",
        ("to: 80, points: 0}", "to: 80, points: 10}"),
        ("points: 6}", "points: 10}"),
        "components.measured[1].items[1].steps：各档都是 10 分，落在哪一档都一样",
    ),
    (
        "r6",
        ("kind: range, from: 0, to: 10", "kind: range, from: 0, to: 5"),
        "components.measured[1].items[15].to：评分幅度最高 5 分，够不到本项分值 10 分",
    ),
    (
        "patterns",
        (SHOPS, ""),
        "components.measured[1].items[2].cap："
        "各扣分事项都到最多次数也只扣 4 分，够不到扣分上限 10 分",
    ),
    (
        "r5",
        ("points: 100\n          kind", "points: 100\n          cap: 500\n          kind"),
        "components.assessment.sheet.items[1].cap：扣分上限 500 超过本项分值 100",
    ),
    (
        "r5",
        ("trim_from_sheets: null", "trim_from_sheets: 1000"),
        "components.assessment.trim_from_sheets：满 1000 张评分表才去掉最高分和最低分，"
        "每个社区每轮最多抽 15 名考评员，永远用不上",
    ),
]


@pytest.mark.parametrize("case", UNREACHABLE, ids=lambda case: case[-1].partition("：")[0])
def test_what_could_never_happen_is_refused_only_when_new(case):
    name, *changes = case
    text = changed(name, *(change for change in changes if isinstance(change, tuple)))
    assert errors(text) == tuple(change for change in changes if isinstance(change, str))


def test_a_rubric_in_force_is_read_though_a_new_one_like_it_is_refused():
    text = changed("patterns", *(case[1] for case in UNREACHABLE[:5]))
    old = read_mapping(text) | {"maluses": rubric_file("maluses.0.cap", "1")["maluses"]}
    assert load_rubric(deepcopy(old)).highest_points == 85
    with pytest.raises(WrongRulebook, match="低于一次的 2 分") as refused:
        load_rubric(old, is_new=True)
    assert len(refused.value.errors) == 5


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: &x 1\nb: *x", "第 1 行第 4 列：不能用“&”“*”引用别处的内容，请照写一遍"),
        ("a: 1\na: 2", "第 2 行第 1 列：“a”写了两遍，请删去一处"),
        ("a: [1", "第 1 行第 6 列：写法不对，请检查缩进、冒号后的空格和引号是否成对"),
        ("x: !!int 5", "第 1 行第 4 列：不认识标记“tag:yaml.org,2002:int”，请删去"),
        ("a: 1\n? [b]\n: 2", "第 2 行第 3 列：名称应是一个词"),
        (b"\xff\xfe", "（文件开头）：文件不是 UTF-8 编码，请另存为 UTF-8 后再上传"),
        ("a: \x00", "（文件开头）：文件里有写不进评分细则的字符，或层次太深，请核对"),
        ("[" * 5000, "（文件开头）：文件里有写不进评分细则的字符，或层次太深，请核对"),
        ("甲" * 600_000, "（文件开头）：评分细则文件最大 512 KB，请核对是不是选错了文件"),
    ],
)
def test_a_file_that_is_no_rubric_is_refused_in_one_sentence(text, sentence):
    assert errors(text) == (sentence,)


def test_only_texts_whole_numbers_and_truth_are_read():
    read = read_mapping(
        "a: 0.10\nb: 010\nc: 2026-01-01\nd: yes\ne: 7\nf: true\ng: null\nh: 1e3\ni:\nj: <<\n"
    )
    assert read == {
        "a": "0.10",
        "b": "010",
        "c": "2026-01-01",
        "d": "yes",
        "e": 7,
        "f": True,
        "g": None,
        "h": "1e3",
        "i": "",
        "j": "<<",
    }
