"""信函格式 (GB/T 9704-2012 §10.1), measured from the PDF."""

import pytest
from pytest import approx

from tests.documents.conftest import OFFICE, text_of
from tests.documents.measuring import CHARACTER, MM, PITCH, TYPE_BOTTOM, TYPE_LEFT

pytestmark = pytest.mark.documents
RED = (1.0, 0.0, 0.0)
GIVEN = {
    "kind": "函",
    "title": "关于商请协助做好社区共建工作的函",
    "issuer_mark": OFFICE,
    "main_recipient": "富阳供电公司",
    "urgency": "加急",
}


@pytest.fixture
def letter(printed):
    return lambda **given: printed(**GIVEN | given)


def test_a_joint_letter_bears_the_hosts_mark_alone(letter):
    page = letter(joint=("富阳市民政局",))[0]
    red = [
        text
        for text, line in zip(page.texts, page.lines.values(), strict=True)
        if line[0].colour == RED
    ]
    assert red == [OFFICE]
    assert "富阳市民政局" in page.texts


def double_rules(page):
    return sorted((rule for rule in page.rules if rule.colour == RED), key=lambda rule: rule.top)


def test_the_mark_is_the_bare_name_30_mm_below_the_pages_top(letter):
    line = letter()[0].line(OFFICE)
    assert {g.colour for g in line} == {RED}
    assert line[0].baseline - 0.755 * line[0].size / MM == approx(30, abs=0.3)


def test_double_rules_of_170_mm_thick_over_thin_above_and_thin_over_thick_below(letter):
    page = letter()[0]
    mark, rules = page.line(OFFICE), double_rules(page)
    assert [(round(rule.left, 1), round(rule.width, 1)) for rule in rules] == [(21.0, 170.0)] * 4
    assert rules[0].height > rules[1].height
    assert rules[2].height < rules[3].height
    assert rules[0].top - mark[0].baseline - 0.16 * mark[0].size / MM == approx(4, abs=0.3)
    assert 297 - rules[3].bottom == approx(20, abs=0.05)
    assert not double_rules(letter(body=text_of(40))[1])


def test_number_right_urgency_left_seven_eighths_of_a_character_below_the_rule(letter):
    page = letter()[0]
    line = page.line("加急富共建办〔2026〕12号")
    assert line[0].left == approx(TYPE_LEFT, abs=0.05)
    assert line[-1].right == approx(TYPE_LEFT + 28 * CHARACTER, abs=0.05)
    assert line[-1].top - double_rules(page)[1].bottom == approx(CHARACTER * 7 / 8, abs=0.1)
    title = page.line("关于商请")
    assert title[0].top - line[-1].top == approx(3 * PITCH, abs=1.5)


def test_page_1_has_no_number_and_page_2_has(letter):
    pages = letter(body=text_of(40))
    below = [[t for b, t in zip(p.lines, p.texts, strict=True) if b > TYPE_BOTTOM] for p in pages]
    assert below[:2] == [[], ["—2—"]]


def test_copies_stand_at_the_foot_of_the_last_page_without_rules_or_printer(letter):
    page = letter()[-1]
    assert page.line("抄送：")[0].baseline == approx(TYPE_BOTTOM, abs=5)
    assert all(rule.colour == RED for rule in page.rules)
    assert not any(text.endswith("印发") for text in page.texts)
