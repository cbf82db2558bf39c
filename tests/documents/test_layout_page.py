"""The page: paper, type area, the grid of 22 lines by 28 characters (GB/T 9704-2012 §5)."""

import pytest
from pytest import approx

from gongjian.documents.layout.text import HANGS
from tests.documents.conftest import text_of
from tests.documents.measuring import CHARACTER, PITCH, TYPE_BOTTOM, TYPE_LEFT, TYPE_RIGHT, TYPE_TOP

pytestmark = pytest.mark.documents
LONG = {"body": text_of(53), "copy_recipients": "", "printed_by": "", "print_date": None}


def test_paper_is_a4(printed):
    assert {(round(page.width, 1), round(page.height, 1)) for page in printed(**LONG)} == {
        (210.0, 297.0)
    }


def test_a_full_line_holds_exactly_28_characters(printed):
    line = next(iter(printed(**LONG)[1].lines.values()))
    assert len(line) == 28
    assert line[0].left == approx(TYPE_LEFT, abs=0.05)
    assert line[-1].right == approx(TYPE_RIGHT, abs=0.6)
    assert [g.left for g in line] == approx(
        [TYPE_LEFT + n * CHARACTER for n in range(28)], abs=0.05
    )


def test_a_full_page_holds_exactly_22_lines(printed):
    lines = list(printed(**LONG)[1].lines.values())[:-1]  # the last is the page number
    assert len(lines) == 22
    assert lines[0][0].top == approx(TYPE_TOP, abs=0.1)
    assert [line[0].top for line in lines] == approx(
        [TYPE_TOP + n * PITCH for n in range(22)], abs=0.1
    )
    assert lines[-1][0].top + CHARACTER == approx(TYPE_BOTTOM, abs=0.8)


def test_text_is_set_in_3_hao_fangsong(printed):
    lines = list(printed(**LONG)[1].lines.values())[:-1]
    assert {(g.face, round(g.size, 2)) for line in lines for g in line} == {("FandolFang", 15.75)}


def test_a_paragraph_is_indented_by_two_characters(printed):
    assert printed(**LONG)[0].line("社区共建活动办公室组织")[0].left == approx(
        TYPE_LEFT + 2 * CHARACTER, abs=0.05
    )


def test_nothing_but_a_hanging_stop_leaves_the_type_area(printed):
    body = "各社区、各单位要“对照清单”，认真开展自查自评；做到《公约》所列事项，逐条落实。" * 30
    for page in printed(body=body):
        for text, line in zip(page.texts, page.lines.values(), strict=True):
            inside = line[:-1] if text[-1] in HANGS else line
            assert min(g.left for g in line) >= TYPE_LEFT - 0.05
            assert max(g.right for g in inside) <= TYPE_RIGHT + 0.05, text


def test_every_broken_line_ends_flush(printed):
    body = (
        "2026年10月，全市74个社区开展自查222次，发现问题1,847个，整改率97.02%，满意率96.5%，较上季度提高1.3个百分点；"
        * 8
    )
    for page in printed(body=body):
        lines = [
            line
            for line in page.lines.values()
            if line[0].face == "FandolFang" and line[0].left < 29
        ]
        for line in lines[1:-1]:
            ends = [g.right for g in (line[-2:] if line[-1].text in HANGS else line[-1:])]
            assert approx(TYPE_LEFT + 28 * CHARACTER, abs=0.15) in ends, "".join(
                g.text for g in line
            )


def test_rare_characters_keep_their_line_on_the_grid(printed):
    page = printed(body="镕喆堃祎玥\n普通一行", main_recipient="")[0]
    assert page.line("普通")[0].baseline - page.line("镕喆")[0].baseline == approx(PITCH, abs=0.02)


def test_headings_are_set_in_their_faces(printed):
    body = "一、总体情况\n（一）组织领导。各社区均已成立。\n1.重视不够。有的单位。\n（1）占道经营"
    pages = printed(body=body)
    lines = {
        text: line
        for page in pages
        for text, line in zip(page.texts, page.lines.values(), strict=True)
    }
    faces = {text[:4]: [g.face for g in line] for text, line in lines.items()}
    assert set(faces["一、总体"]) == {"FandolHei"}
    assert faces["（一）组"] == ["FandolKai"] * 8 + ["FandolFang"] * 8
    assert set(faces["1.重视"]) == {"FandolFang"}
    assert set(faces["（1）占"]) == {"FandolFang"}


def test_a_heading_never_ends_a_page(printed):
    body = f"{text_of(8)}\n一、总体情况\n{text_of(4)}"
    first, second = printed(body=body, title="关于报送情况的通知")[:2]
    assert "一、总体情况" not in first.texts
    assert second.texts[0] == "一、总体情况"
