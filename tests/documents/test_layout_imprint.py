"""版记 and page numbers (GB/T 9704-2012 §7.4, §7.5)."""

import pytest
from pytest import approx

from tests.documents.conftest import text_of
from tests.documents.measuring import MM, TYPE_BOTTOM, TYPE_LEFT, TYPE_RIGHT

pytestmark = pytest.mark.documents
SMALL = 14 / MM
DASH_TOP = 0.311


def numbers(pages):
    """Per page the printed page number, or None."""
    found = []
    for page in pages:
        low = [
            text
            for baseline, text in zip(page.lines, page.texts, strict=True)
            if baseline > TYPE_BOTTOM
        ]
        found.append(low[0] if low else None)
    return found


def test_the_last_rule_coincides_with_the_foot_of_the_type_area_of_the_last_page(printed):
    first, inner, last = sorted(printed()[-1].rules, key=lambda r: r.top)
    assert last.bottom == approx(TYPE_BOTTOM, abs=0.05)
    assert [r.height for r in (first, inner, last)] == approx([0.35, 0.25, 0.35], abs=0.01)
    assert {(round(r.left, 1), round(r.width, 1)) for r in (first, inner, last)} == {(28.0, 156.0)}


def test_copies_and_printer_are_in_4_hao_one_character_from_both_sides(printed):
    page = printed()[-1]
    copies, printer = (
        page.line("抄送：市委办公室，市政府办公室。"),
        page.line("富阳市社区共建活动办公室2026年10月9日印发"),
    )
    assert {(g.face, round(g.size, 1)) for g in copies + printer} == {("FandolFang", 14.0)}
    assert [copies[0].left, printer[0].left] == approx([TYPE_LEFT + SMALL] * 2, abs=0.05)
    assert printer[-1].right == approx(TYPE_RIGHT - SMALL, abs=0.05)


def test_many_copies_wrap_under_the_first_name(printed):
    page = printed(copy_recipients="市委办公室，" * 9 + "市纪委")[-1]
    lines = list(page.lines.values())
    first = page.line("抄送：")
    assert lines[lines.index(first) + 1][0].left == approx(first[3].left, abs=0.1)


@pytest.mark.parametrize("lines", [3, 12, 20, 26, 30, 34, 45])
def test_the_imprint_is_on_the_last_page_which_is_even_and_clear_of_the_text(printed, lines):
    pages = printed(body=text_of(lines))
    assert len(pages) % 2 == 0
    first = min(pages[-1].rules, key=lambda r: r.top)
    assert sum(text.startswith("抄送：") for page in pages for text in page.texts) == 1
    above = [baseline for baseline in pages[-1].lines if baseline < first.top]
    assert not above or max(above) + 5 < first.top


def test_page_numbers_stand_outside_7_mm_below_the_type_area(printed):
    pages = printed(body=text_of(40))
    odd, even = pages[0].line("—1—"), pages[1].line("—2—")
    assert odd[-1].right == approx(TYPE_RIGHT - SMALL, abs=0.05)
    assert even[0].left == approx(TYPE_LEFT + SMALL, abs=0.05)
    assert [line[0].baseline - DASH_TOP * SMALL for line in (odd, even)] == approx(
        [TYPE_BOTTOM + 7] * 2, abs=0.1
    )
    assert {(g.face, round(g.size, 1)) for g in odd} == {("FandolSong", 14.0)}


def test_a_blank_page_and_the_imprint_after_it_have_no_number(printed):
    pages = printed(body=text_of(26))
    assert pages[2].texts == []
    assert numbers(pages) == ["—1—", "—2—", None, None]


def test_an_imprint_page_that_follows_text_has_its_number(printed):
    pages = printed(body="请报送。", title="关于报送情况的通知")
    assert numbers(pages) == ["—1—", "—2—"]


def test_without_copies_and_printer_there_is_no_imprint(printed):
    pages = printed(copy_recipients="", printed_by="", print_date=None, title="关于报送情况的通知")
    assert len(pages) == 1
    assert [rule.colour for rule in pages[0].rules] == [(1.0, 0.0, 0.0)]
