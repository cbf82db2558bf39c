"""The rubric as a workbook."""

import io
from dataclasses import replace
from decimal import Decimal

import pytest

from gongjian.lib.rulebooks import WrongRulebook
from gongjian.lib.spreadsheets import read_tables, write_xlsx
from scoring.rules.rubrics.parts import UnusualRules
from scoring.rules.rubrics.rubric import load_rubric
from scoring.rules.rubrics.yaml_files import read_rubric, write_rubric
from scoring.services.rubrics.books import read_rubric_book, write_rubric_book
from tests.scoring.rules.cities import NAMES, city
from tests.scoring.rules.made import RUBRIC, rubric_file

pytestmark = pytest.mark.slow


def read(content):
    return read_rubric_book(io.BytesIO(content), "细则.xlsx")


def edited(name, sheet, row, column, value):
    """The city's workbook with one cell typed over."""
    sheets = []
    for table in read_tables(io.BytesIO(write_rubric_book(city(name))), "细则.xlsx"):
        headers = table.rows[0][1]
        width = len(headers)
        rows = [[*cells, *[""] * (width - len(cells))] for _, cells in table.rows[1:]]
        if table.name == sheet:
            rows[row - 2][headers.index(column)] = value
        sheets.append((table.name, headers, rows))
    stream = io.BytesIO()
    write_xlsx(stream, sheets)
    return stream.getvalue()


def test_the_default_rubric_comes_back_from_its_workbook():
    assert read(write_rubric_book(RUBRIC)) == RUBRIC


@pytest.mark.parametrize("name", NAMES)
def test_a_printed_rubric_comes_back_from_its_workbook(name):
    assert read(write_rubric_book(city(name))) == city(name)


def test_the_days_of_the_names_go_out_and_in_and_are_three_when_nothing_is_said():
    five = replace(RUBRIC, honours=replace(RUBRIC.honours, notice_workdays=5))
    assert read(write_rubric_book(five)) == five == read_rubric(write_rubric(five))
    assert (RUBRIC.honours.notice_workdays, city("r6").honours.notice_workdays) == (3, 0)


def test_what_a_place_brings_goes_out_and_in():
    rubric = load_rubric(rubric_file("bonus.by_place", [2, "1", 0, "-0.5", -1]), is_new=True)
    assert rubric.bonus.by_place == tuple(map(Decimal, ("2", "1", "0", "-0.5", "-1")))
    assert read(write_rubric_book(rubric)) == rubric == read_rubric(write_rubric(rubric))
    for wrong, sentence in (
        ([6], "按名次最多加 6 分，加分合计却最多 5 分"),
        ([0], "各名次都加 0 分"),
        (["x"], "应是一列"),
    ):
        with pytest.raises(WrongRulebook, match=sentence):
            load_rubric(rubric_file("bonus.by_place", wrong), is_new=True)


def test_a_figure_typed_as_a_number_is_read_as_it_is_shown():
    typed = read(edited("r1", "扣分事项", 2, "每次扣分", 0.2))
    assert str(typed.measured[0].items.items[1].rule.deductions[0].highest) == "0.2"


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "sentence"),
    [
        (
            "评分项目",
            3,
            "上限",
            "2.5",
            "评分项目第 3 行：扣分上限 2.5 低于“店外经营”一处所扣的 3 分",
        ),
        ("阶梯", 3, "从", "70", "阶梯第 3 行：“从”一栏，从 70 起，与前一档（到 80 为止）重叠"),
        (
            "减分事项",
            3,
            "上限",
            "0.5",
            "减分事项第 3 行：“上限”一栏，“逾期未整改”最多 0.5 分，低于一次的 1 分",
        ),
        (
            "扣分事项",
            2,
            "所属项目",
            "nobody",
            "扣分事项第 2 行：没有“records、nobody”，请核对所属的部分和项目",
        ),
        ("基本", 2, "项", "颜色", "基本第 2 行：不认识“细则 颜色”，请删去或改正"),
        ("轮次", 2, "权重", "0.5", "基本“全市考评”：各项权重之和应正好是 1，现为 0.9"),
    ],
)
def test_a_fault_is_named_by_its_sheet_and_row(sheet, row, column, value, sentence):
    with pytest.raises(WrongRulebook) as refused:
        read(edited("patterns", sheet, row, column, value))
    assert sentence in refused.value.errors


def test_what_is_said_not_to_be_cannot_have_parts():
    table = ("基本", ["部分", "项", "值"], [["评优通报", "", "不设"], ["表彰", "起点分", "90"]])
    stream = io.BytesIO()
    write_xlsx(stream, [table])
    with pytest.raises(WrongRulebook) as refused:
        read(stream.getvalue())
    assert refused.value.errors == ("基本：“表彰”的上一级写了“不设”，请删去一处",)


def test_a_sheet_that_is_none_of_the_rubrics_is_refused():
    stream = io.BytesIO()
    write_xlsx(stream, [("天气", ["代码"], [["1"]])])
    with pytest.raises(WrongRulebook, match="天气：不认识这张表，请删去或改正表名"):
        read(stream.getvalue())


def test_the_places_of_an_honour_come_back_from_file_and_workbook():
    """A rubric with places for praise, none of them for departments, and one without any."""
    file = rubric_file("honours.praise.quotas", {"community": 3, "department": 0})
    rubric = load_rubric(file, is_new=True)
    assert rubric.honours.praise.quotas == {"community": 3, "department": 0}
    assert rubric.honours.criticism.quotas == {}
    assert read(write_rubric_book(rubric)) == read_rubric(write_rubric(rubric)) == rubric
    with pytest.raises(WrongRulebook, match=r"honours\.praise\.quotas\.liaison：不认识这一项"):
        load_rubric(rubric_file("honours.praise.quotas", {"liaison": 1}))


def test_what_stands_out_comes_back_and_a_wrong_bound_is_told_by_its_row():
    assessment = replace(city("r5").assessment, unusual=UnusualRules(apart=Decimal("7.5")))
    rubric = replace(city("r5"), assessment=assessment)
    assert read(write_rubric_book(rubric)) == rubric
    wrong = replace(rubric, assessment=replace(assessment, unusual=UnusualRules(near=Decimal(-1))))
    with pytest.raises(WrongRulebook, match=r"^基本第 \d+ 行：应是 0 到 100 之间的数"):
        read(write_rubric_book(wrong))
