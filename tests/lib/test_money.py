from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.lib.money import format_yuan, in_words, parse_yuan

amounts = st.decimals(0, 9_999_999_999, places=2)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("48600", "48,600.00 元"),
        ("0", "0.00 元"),
        ("0.005", "0.01 元"),
        ("-1234567.8", "-1,234,567.80 元"),
    ],
)
def test_yuan_are_shown_with_groups_and_two_places(amount, text):
    assert format_yuan(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("48600", "48600"),
        ("48,600.5", "48600.50"),
        ("４８，６００．５０元", "48600.50"),
        (" ¥ 48 600 ", "48600"),
        ("人民币48600元", "48600"),
        ("4.86万元", "48600"),
        ("4.86 万", "48600"),
        ("0.123456万元", "1234.56"),
        ("0", "0"),
        ("9999999999.99", "9999999999.99"),
    ],
)
def test_yuan_are_read_as_people_type_them(text, amount):
    assert parse_yuan(text) == Decimal(amount)
    assert parse_yuan(text).as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请填写"),
        ("-5", "负数"),
        ("－5", "负数"),
        ("1.234", "不足一分"),
        ("0.1234567万元", "不足一分"),
        ("四万", "不是金额"),
        ("48,60", "不是金额"),
        ("1e5", "不是金额"),
        ("NaN", "不是金额"),
        ("12元5角", "不是金额"),
        ("٤٨", "不是金额"),
        ("10000000000", "太大"),
        ("1" * 400, "太大"),
        ("0." + "1" * 400, "不足一分"),
        ("5元元", "不是金额"),
    ],
)
def test_what_is_no_amount_is_refused_in_chinese(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        parse_yuan(text)


@given(amounts)
def test_what_is_shown_can_be_read(amount):
    assert parse_yuan(format_yuan(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        # The four examples of 正确填写票据和结算凭证的基本规定
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("107000.53", "壹拾万零柒仟元伍角叁分"),
        ("48600", "肆万捌仟陆佰元整"),
        ("0", "零元整"),
        ("0.50", "伍角整"),
        ("0.05", "伍分"),
        ("10", "壹拾元整"),
        ("100000000", "壹亿元整"),
        ("100010000", "壹亿零壹万元整"),
        ("1000000001", "壹拾亿零壹元整"),
        ("10001000.01", "壹仟万零壹仟元零壹分"),
        ("20500", "贰万零伍佰元整"),
    ],
)
def test_receipts_spell_the_amount_in_capital_figures(amount, words):
    assert in_words(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "1000000000000", "NaN"])
def test_what_no_receipt_can_carry_is_refused(amount):
    with pytest.raises(ValueError, match="大写金额"):
        in_words(Decimal(amount))


DIGIT = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACE = {"拾": 10, "佰": 100, "仟": 1000}


def spelled(words):
    """Reads capital figures back, by another rule than they are written."""
    total, group, digit = Decimal(0), 0, 0
    for char in words:
        if char in DIGIT:
            digit = DIGIT[char]
        elif char in PLACE:
            group, digit = group + digit * PLACE[char], 0
        elif char in "亿万元":
            total += (group + digit) * {"亿": 10**8, "万": 10**4, "元": 1}[char]
            group = digit = 0
        elif char in "角分":
            total, digit = total + digit * Decimal({"角": "0.1", "分": "0.01"}[char]), 0
    return total


@given(amounts)
def test_capital_figures_mean_the_amount(amount):
    words = in_words(amount)
    assert spelled(words) == amount
    assert "零零" not in words
