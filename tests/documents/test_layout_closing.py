"""附件说明, signature, date, 附注 (GB/T 9704-2012 §7.3.4-7.3.6)."""

from datetime import date
from itertools import pairwise

import pytest
from pytest import approx

from gongjian.documents.layout.document import Attachment
from gongjian.documents.layout.printed_sheet import Seal
from tests.documents.conftest import OFFICE, text_of
from tests.documents.measuring import CHARACTER, PITCH, TYPE_LEFT

pytestmark = pytest.mark.documents
RIGHT = TYPE_LEFT + 28 * CHARACTER


def line_of(pages, start):
    for page in pages:
        if any(text.startswith(start) for text in page.texts):
            return page.line(start)
    raise AssertionError(f"no line begins with {start}")


def signature_of(pages, name=OFFICE, day="2026年10月8日"):
    page = next(page for page in pages if day in page.texts)
    lines = list(page.lines.values())
    return lines[page.texts.index(name)], lines[page.texts.index(day)]


def test_without_a_seal_the_name_ends_two_from_the_right_and_the_date_begins_two_after_it(printed):
    name, day = signature_of(printed(title="关于报送情况的通知"))
    assert name[-1].right == approx(RIGHT - 2 * CHARACTER, abs=0.1)
    assert day[0].left == approx(name[0].left + 2 * CHARACTER, abs=0.1)
    assert day[0].baseline - name[0].baseline == approx(PITCH, abs=0.05)


def test_one_blank_line_parts_text_and_name(printed):
    pages = printed(title="关于报送情况的通知")
    name, _ = signature_of(pages)
    assert name[0].baseline - line_of(pages, "请于月底前")[0].baseline == approx(
        2 * PITCH, abs=0.05
    )


def test_a_date_longer_than_the_name_ends_two_from_the_right_and_moves_the_name(printed):
    name, day = signature_of(printed(signature="共建办", title="关于报送情况的通知"), "共建办")
    assert day[-1].right == approx(RIGHT - 2 * CHARACTER, abs=0.1)
    assert name[0].left == approx(day[0].left - 2 * CHARACTER, abs=0.1)


def test_with_a_seal_the_date_ends_four_from_the_right_under_the_middle_of_the_name(printed):
    pages = printed(sealed=True, signature="富阳市共建办", title="关于报送情况的通知")
    name, day = signature_of(pages, "富阳市共建办")
    assert day[-1].right == approx(RIGHT - 4 * CHARACTER, abs=0.1)
    assert name[0].left + name[-1].right == approx(day[0].left + day[-1].right, abs=0.2)


def test_a_seal_of_42_mm_on_name_and_date_would_end_within_a_line_of_the_text(printed):
    pages = printed(sealed=True, signature="富阳市共建办", title="关于报送情况的通知")
    name, day = signature_of(pages, "富阳市共建办")
    text_bottom = line_of(pages, "请于月底前")[0].top + CHARACTER
    middle = (name[0].top + day[0].top + CHARACTER) / 2
    seal_centre = middle - 3  # name and date lie slightly below it
    assert 0 <= seal_centre - 21 - text_bottom <= PITCH


def test_dates_have_no_leading_zeros(printed):
    pages = printed(document_date=date(2026, 1, 5))
    assert any("2026年1月5日" in page.texts for page in pages)


def test_the_note_stands_below_the_date_in_brackets(printed):
    pages = printed(note="此件公开发布", title="关于报送情况的通知")
    _, day = signature_of(pages)
    note = line_of(pages, "（此件公开发布）")
    assert note[0].left == approx(TYPE_LEFT + 2 * CHARACTER, abs=0.1)
    assert note[0].baseline - day[0].baseline == approx(PITCH, abs=0.05)


def test_a_single_attachment_is_named_without_a_number_or_a_stop(printed):
    pages = printed(
        attachments=(Attachment("得分排名表。", text="略"),), title="关于报送情况的通知"
    )
    line = line_of(pages, "附件：得分排名表")
    assert "".join(g.text for g in line) == "附件：得分排名表"
    assert line[0].left == approx(TYPE_LEFT + 2 * CHARACTER, abs=0.1)
    assert line[0].baseline - line_of(pages, "请于月底前")[0].baseline == approx(
        2 * PITCH, abs=0.05
    )


def test_several_attachments_are_numbered_and_a_long_name_hangs_under_its_first_character(printed):
    long = "2026年度社区共建先进集体和先进个人建议名单以及主要事迹材料汇编"
    pages = printed(
        attachments=(Attachment(long, text="略"), Attachment("预算表", text="略")),
        title="关于报送的请示",
    )
    first, second, third = (
        line_of(pages, "附件：1.2026"),
        line_of(pages, "以及主要"),
        line_of(pages, "2.预算表"),
    )
    assert second[0].left == approx(first[5].left, abs=0.1)
    assert third[0].left == approx(first[3].left, abs=0.1)


def test_a_signature_never_stands_alone_on_a_page(printed):
    """Page 1 has room for 10 lines of text below a one-line title and no more."""
    for lines in (7, 8, 9, 10, 11):
        pages = printed(body=text_of(lines), title="关于报送情况的通知")
        page = next(page for page in pages if "2026年10月8日" in page.texts)
        above = page.texts[: page.texts.index(OFFICE)]
        assert len(above) >= 2
        assert len(above[-2]) in {26, 28}, above


def test_text_that_fills_page_1_exactly_takes_two_lines_over_with_the_signature(printed):
    pages = printed(body=text_of(9), title="关于报送情况的通知")
    assert [len(text) for text in pages[1].texts[:2]] == [28, 28]
    assert pages[1].texts[2:4] == [OFFICE, "2026年10月8日"]


def test_page_1_always_shows_text(printed):
    many = tuple(Attachment(f"第{n}号表", text="略") for n in range(1, 13))
    pages = printed(body="请审批。\n妥否，请批示。", attachments=many)
    assert "请审批。" in pages[0].texts


JOINT = {"joint": ("富阳市城市管理局", "富阳市民政局"), "title": "关于报送情况的通知"}
# A red square in a seal's place, so that its edges can be measured; the product draws no seal.
RING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 42 42"><rect width="42" '
    'height="42" fill="red"/></svg>'
)


def test_joint_names_stand_one_under_the_other_the_hosts_first(printed):
    pages = printed(**JOINT)
    start = pages[0].texts.index("请于月底前报送情况。") + 1
    assert pages[0].texts[start : start + 4] == [
        OFFICE,
        "富阳市城市管理局",
        "富阳市民政局",
        "2026年10月8日",
    ]
    baselines = list(pages[0].lines)[start : start + 4]
    assert [b - a for a, b in pairwise(baselines)] == approx([PITCH] * 3, abs=0.15)


def seals_of(pages):
    return [
        rule
        for page in pages
        for rule in page.rules
        if rule.width == approx(42, abs=0.1) and rule.height > 40
    ]


def test_a_seal_presses_name_and_date_with_both_slightly_below_its_middle(printed):
    pages = printed(
        sealed=True, signature="富阳市共建办", title="关于报送情况的通知", seals=(Seal(RING),)
    )
    name, day = signature_of(pages, "富阳市共建办")
    (seal,) = seals_of(pages)
    assert seal.left + seal.width / 2 == approx((name[0].left + name[-1].right) / 2, abs=0.1)
    middle = (name[0].top + day[0].top + CHARACTER) / 2
    assert middle - (seal.top + seal.height / 2) == approx(3, abs=0.2)
    assert seal.top - line_of(pages, "请于月底前")[0].top - CHARACTER < PITCH


def test_joint_seals_do_not_touch_and_stay_in_the_type_area(printed):
    pages = printed(**JOINT, sealed=True, seals=(Seal(RING),) * 3)
    seals = seals_of(pages)
    assert len(seals) == 3
    assert seals[0].top == approx(seals[1].top, abs=0.05)
    assert min(seal.left for seal in seals) >= TYPE_LEFT
    assert max(seal.left + seal.width for seal in seals) <= TYPE_LEFT + 156
    for place, one in enumerate(seals):
        for other in seals[place + 1 :]:
            assert ((one.left - other.left) ** 2 + (one.top - other.top) ** 2) ** 0.5 > 42


LONG_NAMES = {
    "signature": "富阳市城市管理办公室",
    "joint": ("富阳市精神文明建设委员会办公室",),
    "title": "关于报送情况的通知",
    "sealed": True,
}


def test_seals_of_the_row_that_the_date_follows_lie_level(printed):
    one, other = seals_of(printed(**LONG_NAMES, seals=(Seal(RING),) * 2))
    assert one.top == approx(other.top, abs=0.05)


def test_joint_names_of_unequal_length_share_a_row_a_character_apart(printed):
    (page,) = (page for page in printed(**LONG_NAMES) if "2026年10月8日" in page.texts)
    line = page.line("富阳市城市管理办公室富阳市精神")
    gap = line[10].left - line[9].right
    assert gap + 0.01 >= CHARACTER
    assert line[0].left >= TYPE_LEFT - 0.05
    assert line[-1].right <= RIGHT + 0.05
    day = page.line("2026年10月8日")
    assert (day[0].left + day[-1].right) / 2 == approx(
        (line[10].left + line[-1].right) / 2, abs=0.1
    )


def test_one_long_name_of_three_leaves_the_others_their_row(printed):
    """Two rows and not three: the page before keeps its text."""
    pages = printed(
        **{**LONG_NAMES, "joint": ("富阳市民政局", *LONG_NAMES["joint"])}, body=text_of(8)
    )
    page = next(page for page in pages if "2026年10月8日" in page.texts)
    assert "富阳市城市管理办公室富阳市民政局" in page.texts


def test_without_a_picture_no_seal_is_printed(printed):
    assert (
        seals_of(printed(sealed=True, signature="富阳市共建办", title="关于报送情况的通知")) == []
    )
