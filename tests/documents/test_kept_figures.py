"""The drafter edits words, never figures."""

import pytest

from gongjian.documents.drafting.kept_figures import changed_figures, figures_in, kept_from, pieces

TEXT = (
    "根据《意见》第3条和富共建办〔2026〕12号文件，自2026年7月1日起，对全市74个社区进行了考评。\n"
    "一、总体情况\n"
    "全市平均得分84.20分，较上季度下降5.80分，其中优秀2个、合格1个。第1名为虎山社区（91.60分）。\n"
    "（一）问题整改。到期问题36件，按期整改销号33件，按期整改率91.7%；5个工作日内收到申诉2件。"
)
KEPT = kept_from(TEXT)


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("84.20分、3个、91.7%、1,286件", ["84.20分", "3个", "91.7%", "1286件"]),
        ("８４．２０分，占 66.7 ％", ["84.20分", "66.7%"]),
        ("二十三件，一百〇五名，百分之九十点五", ["23件", "105名", "90.5%"]),
        ("5至8件，30余家，1.5", ["5至8件", "30余家", "1.5"]),
        ("排第1名，较上季度-1.60分", ["第1名", "-1.60分"]),
        (
            "2026年11月3日前、第3条、〔2026〕12号、第十五次会议、1. 抓紧、（1）摸清、"
            "5个工作日、3个月",
            [],
        ),
        ("十分重要，一一落实，各个单位，千家万户，四个季度", []),
    ],
)
def test_figures_are_told_from_words(text, figures):
    assert figures_in(text) == figures


@pytest.mark.parametrize(
    "edited",
    [
        TEXT,
        TEXT.replace("进行了考评", "认真组织了考核评议，时间到2026年12月31日"),
        TEXT.replace("第1名为虎山社区（91.60分）。", ""),
        TEXT.replace("优秀2个、合格1个。第1名为", "优秀2个、合格1个，第1名为"),
        TEXT.replace("，较上季度下降5.80分", "。较上季度下降5.80分"),
        "\n".join(reversed(TEXT.splitlines())),
        TEXT.replace("36件", "三十六件"),
        "",
    ],
)
def test_words_may_change_around_the_figures(edited):
    assert changed_figures(KEPT, edited) == []


@pytest.mark.parametrize(
    ("edited", "named"),
    [
        (TEXT.replace("84.20分", "94.20分"), "“94.20分”"),
        (TEXT.replace("84.20分", "84.20个百分点"), "“84.20个百分点”"),
        (TEXT.replace("36件", "36余件"), "“36余件”"),
        (TEXT + "另有4家单位受到表扬。", "“4家”不是原稿在这里的数字：“另有4家单位受到表扬。”"),
        (TEXT + "另有十四家单位受到表扬。", "“14家”"),
        (TEXT + "全市平均得分84.20分。", "“84.20分”"),
        (
            TEXT.replace("优秀2个、合格1个", "优秀1个、合格2个"),
            "先后或归属不同：“全市平均得分84.20分",
        ),
        (TEXT.replace("36件", "X").replace("33件", "36件").replace("X", "33件"), "先后或归属不同"),
    ],
)
def test_a_figure_that_is_not_the_generated_ones_is_named_with_its_sentence(edited, named):
    faults = changed_figures(KEPT, edited)
    assert len(faults) == 1
    assert named in faults[0]


def test_a_page_marks_the_figures_and_nothing_is_lost():
    marked = list(pieces(TEXT))
    assert "".join(part for part, _ in marked) == TEXT
    assert [part for part, is_figure in marked if is_figure] == figures_in(TEXT)
