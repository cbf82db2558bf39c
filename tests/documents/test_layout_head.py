"""版头 and title (GB/T 9704-2012 §7.2, §7.3.1)."""

import pytest
from pytest import approx

from tests.documents.conftest import OFFICE
from tests.documents.measuring import CHARACTER, MM, PITCH, TYPE_LEFT, TYPE_RIGHT, TYPE_TOP

pytestmark = pytest.mark.documents
RED = (1.0, 0.0, 0.0)
CENTRE = (TYPE_LEFT + TYPE_RIGHT) / 2
INK_TOP, INK_BOTTOM = 0.755, -0.16
"""Of bold Song: the ink's edges over the baseline, as parts of the size."""


def middle(line) -> float:
    return (line[0].left + line[-1].right) / 2


def red_rule(page):
    (rule,) = [rule for rule in page.rules if rule.colour == RED]
    return rule


@pytest.mark.parametrize(
    "mark",
    [
        "共建办文件",
        "富阳市人民政府文件",
        "富阳市社区共建活动办公室文件",
        "富阳市创建国家卫生城市与社区共建活动工作领导小组办公室文件",
    ],
)
def test_the_mark_is_red_35_mm_below_the_type_area_and_no_wider_than_it(printed, mark):
    line = printed(issuer_mark=mark)[0].line(mark[:3])
    assert {g.colour for g in line} == {RED}
    assert {g.face for g in line} == {"FandolSong-Bold"}
    assert line[0].baseline - INK_TOP * line[0].size / MM == approx(TYPE_TOP + 35, abs=0.3)
    assert line[-1].right - line[0].left <= 156
    assert middle(line) == approx(CENTRE, abs=0.1)


def test_the_number_stands_two_blank_lines_below_the_mark_in_the_middle(printed):
    page = printed()[0]
    mark, number = page.line("富阳市社区"), page.line("富共建办〔2026〕12号")
    assert number[0].top - (mark[0].baseline - INK_BOTTOM * mark[0].size / MM) == approx(
        2 * PITCH, abs=0.3
    )
    assert middle(number) == approx(CENTRE, abs=0.1)
    assert {g.face for g in number} == {"FandolFang"}


def test_the_red_rule_is_4_mm_below_the_number_and_as_wide_as_the_type_area(printed):
    page = printed()[0]
    rule = red_rule(page)
    assert rule.top - (page.line("富共建办〔")[0].top + CHARACTER) == approx(4, abs=0.1)
    assert (rule.left, rule.width) == approx((28, 156), abs=0.05)


def test_the_title_stands_two_blank_lines_below_the_rule_in_2_hao(printed):
    page = printed()[0]
    first, second = page.line("关于下达2026年"), page.line("工作内容的通知")
    assert first[0].top - red_rule(page).bottom == approx(2 * PITCH, abs=0.9)
    assert {(g.face, round(g.size, 1)) for g in first + second} == {("FandolSong-Bold", 22.0)}
    assert [middle(first), middle(second)] == approx([CENTRE, CENTRE], abs=0.1)


def test_the_main_recipient_is_flush_left_one_blank_line_below_the_title(printed):
    page = printed()[0]
    recipient = page.line("各社区共建牵头单位、共建单位：")
    assert recipient[0].left == approx(TYPE_LEFT, abs=0.05)
    assert recipient[0].baseline - page.line("工作内容的通知")[0].baseline == approx(
        2 * PITCH, abs=1.2
    )


def test_recipients_that_crowd_out_the_text_go_to_the_imprint(printed):
    pages = printed(
        main_recipient="、".join(f"富阳市某某某某某某局第{n}号直属单位" for n in range(30))
    )
    assert "现将工作内容下达给你们，请认真组织实施。" in pages[0].texts
    assert any(text.startswith("主送：") for text in pages[-1].texts)


def test_a_document_upwards_names_its_signer_at_the_right(printed):
    page = printed(signer="张建国", kind="请示")[0]
    line = page.line("富共建办〔2026〕12号签发人：张建国")
    assert line[0].left == approx(TYPE_LEFT + CHARACTER, abs=0.05)
    assert line[-1].right == approx(TYPE_LEFT + 27 * CHARACTER, abs=0.05)
    assert [g.face for g in line[-7:]] == ["FandolFang"] * 4 + ["FandolKai"] * 3


def test_urgency_stands_at_the_top_left_in_hei(printed):
    line = printed(urgency="特急")[0].line("特急")
    assert (line[0].left, line[0].top) == approx((TYPE_LEFT, TYPE_TOP), abs=0.1)
    assert line[0].face == "FandolHei"


def test_minutes_have_their_own_head_and_attendees_instead_of_a_signature(printed):
    pages = printed(
        kind="纪要",
        issuer_mark="社区共建例会纪要",
        number="〔2026〕3号",
        attendees=(("出席", "张明、" * 20 + "李华"), ("请假", "孙丽")),
    )
    page = pages[0]
    assert page.line("富阳市社区共建活动办公室2026年10月8日")[0].baseline < red_rule(page).top
    present = page.line("出席：张明")
    assert [g.face for g in present[:3]] == ["FandolHei", "FandolHei", "FandolFang"]
    lines = list(page.lines.values())
    after = lines[lines.index(present) + 1]
    assert after[0].left == approx(TYPE_LEFT + 5 * CHARACTER, abs=0.1)
    assert "2026年10月8日" not in page.texts


def test_a_draft_says_so_in_the_margin_of_every_page(printed):
    pages = printed(draft=True)
    for page in pages:
        assert page.line("草稿")[0].baseline < TYPE_TOP
    assert not any("草稿" in text for page in printed() for text in page.texts)


def test_several_signers_stand_two_a_row_and_the_number_beside_the_last(printed):
    page = printed(signer="张建国、李明、欧阳文华", kind="请示")[0]
    first, last = page.line("签发人：张建国李明"), page.line("富共建办〔2026〕12号欧阳文华")
    assert first[4].left == approx(last[-4].left, abs=0.05)
    assert first[-1].right == approx(TYPE_LEFT + 27 * CHARACTER, abs=0.2)
    assert last[0].baseline - first[0].baseline == approx(PITCH, abs=0.05)
    assert red_rule(page).top - (last[0].top + CHARACTER) == approx(4, abs=0.1)


@pytest.mark.parametrize("names", ["张三、李四", "张三、李四、王五、欧阳文华"])
def test_the_blank_between_two_signers_is_wider_than_one_inside_a_name(printed, names):
    page = printed(signer=names, kind="请示")[0]
    (line,) = (
        line
        for line, text in zip(page.lines.values(), page.texts, strict=True)
        if "签发人：张三李四" in text
    )
    three, li = line[-3], line[-2]
    assert li.left - three.right >= 2 * CHARACTER - 0.2
    assert three.left - line[-4].right <= CHARACTER + 0.2


def test_signers_that_leave_the_number_no_room_stand_one_a_row(printed):
    texts = printed(
        signer="欧阳文华、司徒建国", kind="请示", number="富城管社区共建办〔2026〕112号"
    )[0].texts
    assert "签发人：欧阳文华" in texts
    assert "富城管社区共建办〔2026〕112号司徒建国" in texts


def test_joint_minutes_keep_their_mark_and_name_each_office(printed):
    page = printed(
        kind="纪要",
        issuer_mark=f"{OFFICE}会议纪要",
        joint=("富阳市城市管理局", "富阳市民政局"),
        number="〔2026〕3号",
    )[0]
    red = [
        text
        for text, line in zip(page.texts, page.lines.values(), strict=True)
        if line[0].colour == RED
    ]
    assert red == [f"{OFFICE}会议纪要"]
    offices = [
        page.line(name) for name in (OFFICE, "富阳市城市管理局", "富阳市民政局2026年10月8日")
    ]
    assert max(line[0].baseline for line in offices) < red_rule(page).top


def test_a_joint_mark_names_all_as_wide_as_the_longest_with_the_word_at_their_middle(printed):
    page = printed(joint=("富阳市城市管理局", "富阳市民政局"))[0]
    names = [
        page.line(name) for name in ("富阳市社区共建活动办公室", "富阳市城市管理局", "富阳市民政局")
    ]
    assert names[0][0].baseline - INK_TOP * names[0][0].size / MM == approx(TYPE_TOP + 35, abs=0.3)
    assert {round(line[0].left, 1) for line in names} == {round(names[0][0].left, 1)}
    assert [line[-1].right for line in names] == approx([names[0][-1].right] * 3, abs=0.2)
    word = page.line("文件")
    assert (names[0][0].left + word[-1].right) / 2 == approx(CENTRE, abs=0.2)
    tops = [
        line[0].baseline - (INK_TOP + INK_BOTTOM) / 2 * line[0].size / MM
        for line in (names[0], names[-1], word)
    ]
    assert tops[2] == approx((tops[0] + tops[1]) / 2, abs=0.3)
    number = page.line("富共建办〔2026〕12号")
    foot = names[-1][0].baseline - INK_BOTTOM * names[-1][0].size / MM
    assert number[0].top - foot == approx(2 * PITCH, abs=PITCH / 2)
