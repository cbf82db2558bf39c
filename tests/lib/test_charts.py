from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.utils.safestring import SafeString

from gongjian.lib import charts
from gongjian.lib.heat_charts import HEAT, heat_matrix
from gongjian.lib.templatetags.office import yuan

SVG = "{http://www.w3.org/2000/svg}"
LONG = "富春街道江滨东大道与迎宾北路交叉口东北侧金色阳光花园及周边沿街商铺联合社区居民委员会"
ROWS = [("太平桥社区", Decimal("93.15")), (LONG, Decimal("79.645")), ("新民社区", None)]
DRAWN = {
    "bars": lambda: charts.bar_chart(ROWS, title="得分"),
    "no bars": lambda: charts.bar_chart([], title="得分"),
    "zero bars": lambda: charts.bar_chart([("甲", 0), ("乙", 0)], title="得分"),
    "line": lambda: charts.trend_line(["一", "二", "三"], {"甲": [90, None, 92]}, title="走势"),
    "lines": lambda: charts.trend_line(
        ["一", "二"], {"甲": [90, 91], "乙": [80, 82]}, title="走势"
    ),
    "one point": lambda: charts.trend_line(["一"], {"甲": [90]}, title="走势"),
    "flat line": lambda: charts.trend_line(["一", "二"], {"甲": [90, 90]}, title="走势"),
    "no line": lambda: charts.trend_line([], {}, title="走势"),
    "stack": lambda: charts.stacked_bar(
        [("甲", [78, 10, None])], ["考评", "自查", "整改"], title="构成"
    ),
    "no stack": lambda: charts.stacked_bar([], ["考评"], title="构成"),
    "matrix": lambda: charts.matrix(
        ["签收", "例会"], [("甲", ["done", "late"]), ("乙", ["none", "due"])], title="进度"
    ),
    "no matrix": lambda: charts.matrix([], [], title="进度"),
    "heat": lambda: heat_matrix(
        ["Q1", "Q2", "Q3"],
        [("1 甲", [0.05, Decimal("0.1"), 0.95]), ("2 乙", [0.3, None, 0])],
        title="扣分",
        key=["Q1 管道畅通"],
    ),
    "no heat": lambda: heat_matrix([], [], title="扣分"),
    "mini": lambda: charts.mini_stack([78, 10, 5], title="构成", top=100),
    "spark": lambda: charts.sparkline([88, None, 92], title="走势"),
    "one spark": lambda: charts.sparkline([88], title="走势"),
    "no spark": lambda: charts.sparkline([], title="走势"),
}


def parsed(svg):
    return ElementTree.fromstring(str(svg))


def words(svg):
    return [text.text for text in parsed(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", DRAWN)
def test_every_picture_is_well_formed_named_and_free_of_inline_style(name):
    svg = DRAWN[name]()
    root = parsed(svg)
    assert isinstance(svg, SafeString)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text in {"得分", "走势", "构成", "进度", "扣分"}
    assert "PingFang SC" in root.get("font-family")
    assert float(root.get("height")) > 0
    assert not [
        node
        for node in root.iter()
        if node.get("style") or node.tag in {f"{SVG}style", f"{SVG}script"}
    ]


@pytest.mark.parametrize("name", ["no bars", "no line", "no stack", "no matrix"])
def test_a_picture_of_nothing_says_so(name):
    assert words(DRAWN[name]()) == ["暂无数据"]


def test_bars_show_figures_rounded_half_up_and_name_what_is_missing():
    assert {"93.15", "79.65", "未评"} <= set(words(DRAWN["bars"]()))


def test_bars_are_as_long_as_their_share_of_the_top():
    root = parsed(charts.bar_chart([("甲", 50), ("乙", 100)], title="得分", top=200))
    half, whole = (float(bar.get("width")) for bar in root.iter(f"{SVG}rect"))
    assert half == pytest.approx(whole / 2, abs=0.1)
    assert whole == pytest.approx((charts.WIDTH - charts.LABEL - 110) / 2, abs=0.1)


def test_a_long_name_is_cut_on_the_axis_and_whole_in_its_title():
    root = parsed(DRAWN["bars"]())
    label = next(text.text for text in root.iter(f"{SVG}text") if text.text.startswith("富春"))
    assert label.endswith("…")
    assert charts.measured(label) <= charts.LABEL
    assert f"{LONG} 79.65" in [title.text for title in root.iter(f"{SVG}title")]


def test_names_are_escaped():
    svg = charts.bar_chart([('<script>"&', 1)], title="<b>得分</b>")
    assert "<script>" not in svg
    assert parsed(svg).find(f"{SVG}title").text == "<b>得分</b>"


def test_the_description_tells_the_figures():
    assert (
        parsed(DRAWN["bars"]()).find(f"{SVG}desc").text
        == f"太平桥社区 93.15，{LONG} 79.65，新民社区 未评"
    )


def test_money_is_shown_as_money():
    assert "48,600.00 元" in words(
        charts.bar_chart([("甲", Decimal(48600))], title="得分", show=yuan)
    )


def test_a_line_breaks_where_a_value_is_missing():
    root = parsed(
        charts.trend_line(list("一二三四五"), {"甲": [90, 91, None, 92, 93]}, title="走势")
    )
    assert len(list(root.iter(f"{SVG}polyline"))) == 2
    assert len(list(root.iter(f"{SVG}circle"))) == 4


def test_a_higher_value_stands_higher():
    first, last = parsed(charts.trend_line(["一", "二"], {"甲": [80, 90]}, title="走势")).iter(
        f"{SVG}circle"
    )
    assert float(last.get("cy")) < float(first.get("cy"))


def test_segments_stand_end_to_end_and_sum_up_behind_the_bar():
    svg = charts.stacked_bar(
        [("甲", [Decimal("78.41"), 10, Decimal("4.74")])],
        ["考评", "自查", "整改"],
        title="构成",
        top=100,
    )
    bars = [bar for bar in parsed(svg).iter(f"{SVG}rect") if bar.get("height") == "18"]
    starts = [float(bar.get("x")) for bar in bars]
    assert starts == sorted(starts)
    assert float(bars[1].get("x")) == pytest.approx(
        starts[0] + float(bars[0].get("width")) + 1, abs=0.2
    )
    assert "93.15" in words(svg)


def test_matrix_says_each_state_in_a_sign_and_a_word():
    svg = DRAWN["matrix"]()
    assert {"✓", "!", "–", "…"} <= set(words(svg))
    assert "甲 逾期" in [title.text for title in parsed(svg).iter(f"{SVG}title")]
    assert parsed(svg).find(f"{SVG}desc").text == "2 行，有逾期的：甲"


def test_a_heat_matrix_says_in_digits_what_it_says_in_grounds():
    root = parsed(DRAWN["heat"]())
    assert {"１９", "３—", "Q1 管道畅通", "1 甲"} <= set(words(DRAWN["heat"]()))
    filled = [path.get("stroke") for path in root.iter(f"{SVG}path")][:-1]
    assert filled == [HEAT[0][0], HEAT[2][0], HEAT[3][0]]  # 0.95, 0.3 and exactly a tenth
    assert root.find(f"{SVG}desc").text == "2 行，各列平均扣分比例：Q3 48%，Q1 18%，Q2 10%"


def test_lines_are_told_apart_without_colour():
    root = parsed(DRAWN["lines"]())
    assert [line.get("stroke-dasharray") for line in root.iter(f"{SVG}polyline")] == [None, "6 3"]
    assert (
        len(list(root.iter(f"{SVG}circle"))) == 3
    )  # two points and the key; the other line is marked by squares
