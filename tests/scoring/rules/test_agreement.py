"""Severity and agreement, worked by hand."""

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.rules.rubrics.parts import USUAL
from scoring.rules.sheets.agreement import LockedSheet, agreement_of, figures_of, intraclass


def sheet(assessor, group, total, **marks):
    taken = {code: None if text is None else Decimal(text) for code, text in marks.items()}
    return LockedSheet(assessor, group, Decimal(total), taken)


SHEETS = [
    sheet("甲", "虎山", "80", Q1="2", Q2="0", Q3=None),
    sheet("乙", "虎山", "90", Q1="1.5", Q2="1", Q3=None),
    sheet("丙", "虎山", "94", Q1="0", Q2="0", Q3="1"),
    sheet("甲", "后周", "70", Q1="3"),
    sheet("乙", "后周", "76", Q1="3"),
    sheet("丙", "春江", "88", Q1="0"),
]


def test_severity_is_the_mean_difference_from_the_others_of_the_group():
    figures = {one.assessor: one for one in figures_of(SHEETS, near=USUAL.near)}
    # 甲: 80 - 92 = -12 and 70 - 76 = -6; 乙: 90 - 87 = 3 and 76 - 70 = 6;
    # 丙: 94 - 85 = 9, nobody else in 春江
    assert [figures[who].severity for who in "甲乙丙"] == [-9, Fraction(9, 2), 9]
    assert [figures[who].mean for who in "甲乙丙"] == [75, 83, 91]
    assert [figures[who].sheets for who in "甲乙丙"] == [2, 2, 2]


def test_spread_is_the_standard_deviation_of_his_totals():
    # 甲: 80 and 70, each 5 from 75: sqrt(50 / 1)
    assert figures_of(SHEETS, near=USUAL.near)[0].spread == pytest.approx(50**0.5)
    assert figures_of(SHEETS[:1], near=USUAL.near)[0].spread is None


def test_agreement_counts_items_within_half_a_point_pair_by_pair():
    figures = {one.assessor: one.agreement for one in figures_of(SHEETS, near=USUAL.near)}
    # 虎山: 甲乙 Q1 and Q3 of 3; 甲丙 Q2 of 3; 乙丙 none of 3. 后周: 甲乙 1 of 1
    assert figures == {"甲": Fraction(4, 7), "乙": Fraction(3, 7), "丙": Fraction(1, 6)}


def test_whoever_was_always_alone_is_compared_with_nobody():
    (alone,) = figures_of([sheet("甲", "虎山", "80", Q1="2")], near=USUAL.near)
    assert (alone.severity, alone.agreement) == (None, None)


def test_the_published_example_of_the_intraclass_figure():
    """Shrout and Fleiss 1979, table 2: six targets, four judges, ICC(1) = 0.17."""
    judged = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]
    assert round(float(intraclass([[Decimal(one) for one in row] for row in judged])), 2) == 0.17


def test_groups_of_different_size_by_hand():
    # groups 80 90 and 70: N 3, grand 80, k = 3 - 5/3 = 4/3; MSB = 2 * 25 + 100 = 150, MSW = 50
    # (150 - 50) / (150 + 1/3 * 50) = 100 / (500 / 3) = 3/5
    assert intraclass([[Decimal(80), Decimal(90)], [Decimal(70)]]) == Fraction(3, 5)


@pytest.mark.parametrize("groups", [[], [[80, 90]], [[80], [90]], [[80, 80], [80, 80]]])
def test_no_figure_where_there_is_nothing_to_compare(groups):
    assert intraclass([[Decimal(one) for one in group] for group in groups]) is None


def test_full_agreement_is_one():
    same = [
        sheet(who, place, total)
        for place, total in (("虎山", "80"), ("后周", "90"))
        for who in "甲乙"
    ]
    assert agreement_of(same) == 1
