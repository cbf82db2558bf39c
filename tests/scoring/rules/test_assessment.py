from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.lib.points import round_half_up
from scoring.rules.refusals import Missing, Refused
from scoring.rules.scores.assessment import assessment_points, pass_mean
from scoring.rules.scores.locked_sheets import PassTotals, pass_totals
from tests.scoring.rules.made import RUBRIC, day, points

SHEET = st.decimals(0, 100, places=2)
SHEETS = st.lists(SHEET, min_size=1, max_size=12)
PASSES = st.dictionaries(st.sampled_from(["day", "off_peak", "night"]), SHEETS, min_size=1)


def by_sheets(passes):
    """The assessment straight from the sheets, told a second time and another way."""
    value = weight_held = Fraction(0)
    for rule in RUBRIC.assessment.passes:
        if sheets := sorted(passes.get(rule.code, [])):
            kept = sheets[1:-1] if len(sheets) >= 5 else sheets
            value += Fraction(rule.weight) * mean(map(Fraction, kept))
            weight_held += Fraction(rule.weight)
    return value / weight_held


def totals(passes):
    return {code: pass_totals(sheets) for code, sheets in passes.items()}


def test_a_pass_is_the_mean_of_its_sheets():
    assert round_half_up(
        assessment_points(day("90.00", "91.00", "91.00"), RUBRIC).points
    ) == Decimal("90.67")


def test_from_five_sheets_on_one_highest_and_one_lowest_are_dropped():
    assert assessment_points(day("96", "92", "94", "90", "95"), RUBRIC).points == Fraction(281, 3)


def test_four_sheets_are_not_trimmed():
    assert assessment_points(day("60", "92", "94", "90"), RUBRIC).points == 84


def test_three_passes_are_weighted():
    passes = totals({"day": points("90"), "off_peak": points("80"), "night": points("70")})
    result = assessment_points(passes, RUBRIC)
    assert (result.points, result.statement, result.absent) == (85, "", ())


def test_an_absent_pass_renormalises_the_weights_and_is_stated():
    result = assessment_points(
        totals({"day": points("90"), "off_peak": points("81"), "night": []}), RUBRIC
    )
    assert result.points == 87
    assert [part.share for part in result.passes] == [Fraction(2, 3), Fraction(1, 3)]
    assert result.statement == "未进行夜间考评，其余各轮权重按比例折算"


@pytest.mark.parametrize("passes", [{}, totals({"day": []})])
def test_without_a_locked_sheet_there_is_no_assessment(passes):
    with pytest.raises(Missing, match="全市考评：没有一张已锁定的评分表"):
        assessment_points(passes, RUBRIC)


def test_a_pass_that_the_rubric_does_not_know_is_refused():
    with pytest.raises(Refused, match="评分细则中没有“dawn”这一轮考评"):
        assessment_points(day("90") | {"dawn": pass_totals(points("90"))}, RUBRIC)


@pytest.mark.parametrize(
    ("count", "total", "highest", "lowest"),
    [
        (1, "90", "80", "80"),
        (2, "100", "80", "60"),
        (0, "1", "0", "0"),
        (1, "101", "101", "101"),
        (-1, "0", "0", "0"),
    ],
)
def test_totals_that_no_sheets_could_have_are_refused(count, total, highest, lowest):
    with pytest.raises(Refused, match="请重新归集本轮评分表"):
        PassTotals(count, Decimal(total), Decimal(highest), Decimal(lowest))


@given(PASSES)
def test_totals_give_the_same_figure_as_the_sheets(passes):
    assert assessment_points(totals(passes), RUBRIC).points == by_sheets(passes)


@given(PASSES, st.randoms(use_true_random=False))
def test_the_order_of_sheets_never_matters(passes, chance):
    shuffled = {code: chance.sample(sheets, len(sheets)) for code, sheets in passes.items()}
    assert totals(shuffled) == totals(passes)


@given(PASSES)
def test_an_assessment_lies_between_its_lowest_and_its_highest_sheet(passes):
    every = [sheet for sheets in passes.values() for sheet in sheets]
    assert min(every) <= assessment_points(totals(passes), RUBRIC).points <= max(every)


@given(SHEETS)
def test_a_trimmed_mean_lies_between_the_lowest_and_the_highest_sheet(sheets):
    assert min(sheets) <= pass_mean(pass_totals(sheets), 5) <= max(sheets)


@given(PASSES, st.data())
def test_a_lower_sheet_never_raises_the_assessment(passes, data):
    code = data.draw(st.sampled_from(sorted(passes)))
    index = data.draw(st.integers(0, len(passes[code]) - 1))
    lower = data.draw(st.decimals(0, passes[code][index], places=2))
    worse = passes | {code: [*passes[code][:index], lower, *passes[code][index + 1 :]]}
    assert (
        assessment_points(totals(worse), RUBRIC).points
        <= assessment_points(totals(passes), RUBRIC).points
    )


@given(SHEETS)
def test_a_rubric_without_trimming_takes_the_plain_mean(sheets):
    untrimmed = replace(RUBRIC, assessment=replace(RUBRIC.assessment, trim_from_sheets=None))
    result = assessment_points({"day": pass_totals(sheets)}, untrimmed)
    assert (result.points, result.passes[0].trimmed) == (mean(map(Fraction, sheets)), False)
