"""Breaking Chinese text into lines and titles: no PDF needed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.documents.layout.measures import HEI, KAI, SONG, width_of
from gongjian.documents.layout.text import (
    HANGS,
    NEVER_FIRST,
    NEVER_LAST,
    Run,
    parse_body,
    set_lines,
)
from gongjian.documents.layout.titles import names_on, title_lines
from tests.documents.conftest import make_sheet

SENTENCES = st.lists(
    st.sampled_from(
        [
            *"社区共建活动办公室，。；：、！？“”《》（）",
            "2026",
            "97.02%",
            "GB/T9704",
            "——",
            "……",
            " ",
        ]
    ),
    min_size=1,
    max_size=150,
).map("".join)


@given(SENTENCES)
def test_no_character_is_lost(text):
    joined = "".join(line.text for line in set_lines([Run(text)], first=2))
    assert joined.replace(" ", "") == text.replace(" ", "")


@given(SENTENCES)
def test_no_line_is_wider_than_28_characters_but_for_one_hanging_stop(text):
    for place, line in enumerate(set_lines([Run(text)], first=2)):
        kept = line.text[:-1] if line.text and line.text[-1] in HANGS else line.text
        assert width_of(kept) <= (28 if place else 26) + 1e-6


@given(
    st.lists(
        st.sampled_from(["社区共建", "活动，", "“四清”", "《公约》。", "（一）", "自查；"]),
        min_size=20,
        max_size=60,
    )
)
def test_no_line_begins_or_ends_with_a_mark_that_may_not_stand_there(words):
    lines = set_lines([Run("".join(words))], first=2)
    assert not any(line.text[0] in NEVER_FIRST for line in lines[1:])
    assert not any(line.text[-1] in NEVER_LAST for line in lines[:-1])


def test_a_stop_after_the_28th_character_hangs():
    first, second = set_lines([Run("社" * 28 + "，" + "区" * 3)])
    assert first.text == "社" * 28 + "，"
    assert second.text == "区区区"


def test_a_bracket_after_the_28th_character_takes_one_with_it_and_the_line_opens():
    first, second = set_lines([Run("社" * 28 + "）" + "区" * 3)])
    assert second.text == "社）区区区"
    assert first.spacing == pytest.approx(1 / 26)


def test_numbers_and_double_dashes_are_never_torn():
    lines = set_lines([Run("社" * 26 + "20261231号" + "区" * 24 + "——完")])
    assert [line.text for line in lines] == ["社" * 26, "20261231号" + "区" * 23, "区——完"]


def test_a_paragraph_never_ends_in_a_line_of_one_character():
    assert [len(line.text) for line in set_lines([Run("社" * 28 + "区。")])] == [27, 3]


def test_a_word_longer_than_a_line_is_taken_apart():
    assert all(
        width_of(line.text) <= 28
        for line in set_lines([Run("https://example.cn/" + "abcdefgh" * 20)])
    )


@pytest.mark.parametrize(
    ("line", "faces", "heading"),
    [
        ("一、总体情况", [HEI], True),
        ("一、关于整治。会议认为要整治。", [HEI, "fang"], False),
        ("（一）组织领导", [KAI], True),
        ("（一）组织领导。各社区已成立。", [KAI, "fang"], False),
        ("（一）开展整治；", ["fang"], False),
        ("1.重视不够。有的单位。", ["fang", "fang"], False),
        ("3.5个百分点", ["fang"], False),
        ("2026年，各社区", ["fang"], False),
        ("一是统一思想。二是落实。", ["fang"], False),
    ],
)
def test_headings_are_told_from_text(line, faces, heading):
    (paragraph,) = parse_body(line)
    assert [run.face for run in paragraph.runs] == faces
    assert paragraph.heading is heading
    assert "".join(run.text for run in paragraph.runs) == line


def test_blank_lines_and_typed_indents_are_dropped():
    assert [p.runs[0].text for p in parse_body("\u3000\u3000第一段\n\n \n\t第二段 ")] == [
        "第一段",
        "第二段",
    ]


OFFICE = "富阳市社区共建活动办公室"
TITLES = [
    "关于下达2026年第四季度社区共建工作内容的通知",
    f"{OFFICE}关于下达2026年第四季度社区共建工作任务的通知",
    f"{OFFICE}关于2026年第三季度社区共建考核评议结果的通报",
    f"{OFFICE}关于进一步做好国家卫生城市复评迎检期间富春街道主要路段门前三包和卫生保洁责任制落实情况抽查督查及问题整改销号工作的紧急通知",
]


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_broken_by_sense_into_no_box(title):
    lines = title_lines(title, (OFFICE,))
    widths = [width_of(line, SONG) for line in lines]
    assert "".join(lines) == title
    assert len(lines) > 1
    assert max(widths) <= 20
    assert min(widths) >= 4
    assert max(widths) - min(widths) >= 1 or len(widths) > 3
    assert not any(re.match("[的、，》）]", line) for line in lines)
    assert not any(line.endswith(("关于", "和", "《")) for line in lines)
    assert OFFICE not in title or any(OFFICE in line for line in lines)


@pytest.mark.parametrize(
    ("title", "wholes"),
    [
        (
            "关于转发富阳市人民政府办公室《关于加强城市管理工作的意见》的通知",
            ["富阳市人民政府办公室"],
        ),
        (
            "关于商请富春街道办事处和鹿山街道办事处协助做好社区共建工作的函",
            ["富春街道办事处", "鹿山街道办事处"],
        ),
        ("关于进一步落实城区沿街单位和商铺门前三包责任制工作的通知", ["门前三包责任制"]),
        (
            "富阳市富春街道办事处辖区沿街单位和商铺门前三包责任制落实情况表",
            ["富阳市富春街道办事处", "门前三包责任制"],
        ),
        (
            "富阳市城市管理局富阳市民政局关于联合开展社区共建活动的通知",
            ["富阳市城市管理局", "富阳市民政局"],
        ),
        (
            "关于同意富阳市精神文明建设指导委员会办公室调整社区共建牵头单位的批复",
            ["富阳市精神文明建设指导委员会办公室"],
        ),
        (
            "关于请东洲社区卫生服务中心协助做好富阳市第一人民医院周边环境卫生工作的函",
            ["东洲社区卫生服务中心", "富阳市第一人民医院"],
        ),
        ("关于商请富阳供电协助做好社区共建活动用电保障春江花月夜工作的函", ["春江花月夜"]),
    ],
)
def test_a_title_never_turns_inside_a_name(title, wholes):
    """Known by how it ends; the last by standing among the recipients."""
    lines = title_lines(title, ("春江花月夜",))
    assert len(lines) > 1
    assert [whole for whole in wholes if not any(whole in line for line in lines)] == []


def test_names_are_those_of_organs_on_the_sheet():
    sheet = make_sheet(main_recipient="各街道办事处，各共建单位：", joint=("富阳市民政局",))
    assert set(names_on(sheet)) == {
        OFFICE,
        "富阳市民政局",
        "街道办事处",
        "市委办公室",
        "市政府办公室",
    }


def test_a_break_typed_into_a_title_is_kept():
    assert title_lines("关于公布\n考评结果的通报") == ("关于公布", "考评结果的通报")


def test_a_short_title_stays_on_one_line():
    assert title_lines("关于2026年第三季度考评结果的通报") == ("关于2026年第三季度考评结果的通报",)
