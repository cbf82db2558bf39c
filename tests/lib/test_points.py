from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.lib.points import clamp, mean, plain, round_half_up, weighted_mean, written_number


@pytest.mark.parametrize(
    ("exact", "published"),
    [
        (Decimal("90.825"), "90.83"),
        (Decimal("90.8249999"), "90.82"),
        (Decimal("0.005"), "0.01"),
        (Decimal("-0.005"), "-0.01"),
        (Fraction(832, 9), "92.44"),
        (100, "100.00"),
    ],
)
def test_a_figure_is_rounded_half_up_to_two_places(exact, published):
    assert str(round_half_up(exact)) == published


@given(st.decimals(-1000, 1000, places=5))
def test_rounding_agrees_with_the_decimal_module(value):
    assert round_half_up(value) == value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_a_mean_of_thirds_is_not_rounded_on_the_way():
    # (1 + 0 + 0) / 3 x 0.6 is exactly 0.2; from 28-digit decimals it would come out below it.
    assert mean([1, 0, 0]) * Fraction("0.6") == Fraction(1, 5)


def test_a_weighted_mean_spreads_the_weight_of_what_is_absent():
    assert weighted_mean([(90, Decimal("0.6")), (60, Decimal("0.3"))]) == 80


def test_clamp_holds_a_value_between_its_bounds():
    assert [clamp(value, 0, 100) for value in (-1, 50, Decimal("100.01"))] == [0, 50, 100]


@pytest.mark.parametrize(
    ("written", "number"), [("2.00", "2.00"), (" 3 ", "3"), (4, "4"), ("-1.5", "-1.5")]
)
def test_a_number_is_read_from_text_or_a_whole_number(written, number):
    assert str(written_number(written)) == number


def test_a_decimal_is_read_as_it_is():
    assert written_number(Decimal("0.85")) == Decimal("0.85")


@pytest.mark.parametrize(
    "written", ["", "两分", "1e3", "1_0", "NaN", "2.", "２", 0.1, True, None, [], Decimal("NaN")]
)
def test_what_is_not_plainly_a_number_is_not_read(written):
    assert written_number(written) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("78.4125"), "78.4125"),
        (Fraction(2, 3), "0.6667"),
        (100, "100.00"),
        (Decimal("0.6"), "0.60"),
    ],
)
def test_a_figure_is_read_with_two_to_four_places(value, text):
    assert plain(value) == text
