import pytest

from gongjian.lib.rulebooks import Section, WrongRulebook


def refusal(top):
    with pytest.raises(WrongRulebook) as refused:
        top.finish()
    return refused.value.errors


def test_a_missing_value_is_named_by_its_path():
    top = Section({"bonus": {}})
    top.section("bonus").number("cap", 0, 100)
    assert refusal(top) == (
        'bonus.cap：缺少此项，应是 0 到 100 之间的数，小数写成带引号的文字，如 "0.85"',
    )


def test_every_wrong_value_is_named_at_once():
    top = Section(
        {"title": " ", "count": "3", "open": "yes", "style": "loose", "weight": 0.5, "share": "0"}
    )
    (
        top.text("title"),
        top.whole("count", 0, 9),
        top.flag("open"),
        top.choice("style", ("competition", "dense")),
    )
    top.number("weight", 0, 1), top.number("share", 0, 1, above_lowest=True)
    assert refusal(top) == (
        "title：应是一段不为空的文字，现为“ ”",
        "count：应是 0 到 9 之间的整数，现为“3”",
        "open：应是 true 或 false，现为“yes”",
        "style：应是 competition、dense 之一，现为“loose”",
        'weight：应是 0 到 1 之间的数，小数写成带引号的文字，如 "0.85"，现为“0.5”',
        'share：应是大于 0、不超过 1 的数，小数写成带引号的文字，如 "0.85"，现为“0”',
    )


def test_a_blank_text_passes_where_it_may_be_blank():
    top = Section({"event_class": ""})
    assert top.text("event_class", blank=True) == ""
    top.finish()


def test_a_number_is_no_text_even_where_it_may_be_blank():
    top = Section({"event_class": 3})
    top.text("event_class", blank=True)
    assert refusal(top) == ("event_class：应是一段文字，现为“3”",)


def test_a_row_is_counted_from_one():
    top = Section({"items": [{"code": "Q1"}, {"code": ""}]})
    for row in top.rows("items"):
        row.text("code")
    assert refusal(top) == ("items[2].code：应是一段不为空的文字，现为“”",)


@pytest.mark.parametrize(("value", "empty"), [([], False), ("Q1", True), (None, True)])
def test_what_is_no_list_of_rows_is_refused(value, empty):
    top = Section({"items": value})
    assert top.rows("items", empty=empty) == []
    assert refusal(top)[0].startswith("items：应是一个")


def test_a_list_may_be_empty_where_the_rules_allow_it():
    top = Section({"items": []})
    assert top.rows("items", empty=True) == []
    top.finish()


def test_an_unknown_name_is_refused_at_any_depth():
    top = Section({"bonus": {"cap": "5", "capp": "6"}})
    top.section("bonus").number("cap", 0, 100)
    assert refusal(top) == ("bonus.capp：不认识这一项，请删去或改正名称",)


def test_a_file_that_is_no_object_is_told_once():
    top = Section(["x"])
    top.text("name"), top.section("bonus").number("cap", 0, 1)
    assert refusal(top) == ("（文件开头）：应是一组“名称: 值”",)


def test_repeats_are_named():
    top = Section({})
    top.refuse_repeats("items", ["Q1", "Q2", "Q1"], "项目代码")
    assert refusal(top) == ("items：项目代码“Q1”重复",)


def test_null_is_told_from_absent():
    top = Section({"put_right": None})
    assert (top.is_null("put_right"), top.is_null("other")) == (True, False)
