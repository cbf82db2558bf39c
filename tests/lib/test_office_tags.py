from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory

from gongjian.lib.templatetags import office
from tests.markup import as_read


def rendered(source, **context):
    return (
        engines["django"]
        .from_string(source)
        .render(context, RequestFactory().get("/list/?q=虎山&page=3"))
    )


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("{{ on|day }}", "2026年11月3日"),
        ("{{ on|day_short }}", "11月3日"),
        ("{{ at|moment }}", "11月24日 00:05"),
        ("{{ at|moment:'full' }}", "2026年11月24日 00:05"),
        ("{{ at|day }}", "2026年11月24日"),
        ("{{ money|yuan }}", "48,600.00 元"),
        ("{{ half|points }}", "81.21"),
        ("{{ half|signed }}", "+81.21"),
        ("{{ fall|signed }}", "−0.30"),
        ("{{ '2026-03'|month_name }}", "3 月"),
        ("{{ '2026-11'|month_name:'full' }}", "2026 年 11 月"),
        ("{{ '2026Q4'|quarter_name }}", "2026 年第四季度"),
        ("{{ '13812345678'|masked_phone }}", "138****5678"),
    ],
)
def test_words_are_the_offices_own(given, shown):
    """A moment is told in Shanghai's time: 16:05 UTC is already the next day there."""
    known = {
        "on": date(2026, 11, 3),
        "at": datetime(2026, 11, 23, 16, 5, tzinfo=UTC),
        "money": Decimal("48600"),
        "half": Decimal("81.205"),
        "fall": Decimal("-0.3"),
    }
    assert rendered(given, **known) == shown


@pytest.mark.parametrize(
    "word",
    [
        "day",
        "day_short",
        "moment",
        "yuan",
        "points",
        "signed",
        "month_name",
        "quarter_name",
        "masked_phone",
    ],
)
def test_a_missing_value_is_empty_and_never_zero(word):
    assert (
        rendered(
            "{{ gap|" + word + " }}{{ gap|" + word + ':"" }}'
            if word == "moment"
            else "{{ gap|" + word + " }}",
            gap=None,
        )
        == ""
    )


def test_zero_is_shown_as_zero():
    assert (
        rendered("{{ none|points }} {{ none|yuan }} {{ none|signed }}", none=0)
        == "0.00 0.00 元 0.00"
    )


def test_state_tag_says_the_state_in_its_tone():
    row = SimpleNamespace(get_status_display=lambda: "已销号", status_tone="good")
    assert office.state_tag(row) == '<span class="tag good">已销号</span>'


def test_state_tag_takes_a_tone_from_a_method_and_refuses_an_unknown_one():
    row = SimpleNamespace(get_status_display=lambda: "草稿", status_tone=lambda: "purple")
    assert office.state_tag(row) == '<span class="tag">草稿</span>'


def test_state_tag_of_nothing_is_nothing():
    assert office.state_tag(None) == ""


def test_tag_escapes_its_words():
    assert office.tag("<b>", "bad") == '<span class="tag bad">&lt;b&gt;</span>'


def test_mark_says_its_state_in_words_too():
    assert "逾期" in office.mark("late")
    assert "应于 11月20日 完成" in office.mark("late", "应于 11月20日 完成")


def test_query_with_changes_one_parameter_and_keeps_the_rest():
    assert rendered("{% query_with page=4 %}") == "?q=%E8%99%8E%E5%B1%B1&amp;page=4"
    assert rendered("{% query_with page=None %}") == "?q=%E8%99%8E%E5%B1%B1"


class Note(forms.Form):
    title = forms.CharField(label="标题", help_text="不超过 40 字", max_length=4)
    way = forms.ChoiceField(
        label="方式",
        widget=forms.RadioSelect,
        choices=[("1", "站内"), ("2", "邮件")],
        required=False,
    )
    agree = forms.BooleanField(label="已核对")


def test_field_shows_label_help_and_error_and_links_them_for_a_screen_reader():
    html = rendered("{% field form.title %}", form=Note({"title": "一二三四五"}))
    assert '<label for="id_title">标题</label>' in html
    assert 'id="id_title_helptext">不超过 40 字' in html
    assert 'aria-describedby="id_title_error id_title_helptext"' in html or (
        'aria-describedby="id_title_helptext id_title_error"' in html
    )
    assert 'id="id_title_error"' in html
    assert 'value="一二三四五"' in html


def test_field_groups_choices_under_one_legend():
    html = rendered("{% field form.way %}", form=Note())
    assert '<legend>方式 <span class="optional">选填</span></legend>' in as_read(html)


def test_error_summary_links_to_each_field():
    html = rendered('{% include "forms/errors.html" %}', form=Note({"title": ""}))
    assert '<a href="#id_title">标题：' in html
    assert '<a href="#id_agree">已核对：' in html
    assert "还有 2 处需要改" in html


def test_error_summary_is_absent_from_a_clean_form():
    assert rendered('{% include "forms/errors.html" %}', form=Note()).strip() == ""
