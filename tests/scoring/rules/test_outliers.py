"""What asks for a reason, and who stands apart."""

from decimal import Decimal
from fractions import Fraction

import pytest

from gongjian.lib.checklists import item_scores, sheet_points
from scoring.rules.rubrics.parts import USUAL
from scoring.rules.sheets.outliers import is_apart, mean_of_others, why_unusual
from tests.scoring.factories import RULES, clean_marks


def asked(last=None, **deducted) -> list[str]:
    marks = clean_marks(**deducted)
    return why_unusual(
        item_scores(marks, RULES), sheet_points(marks, RULES), USUAL, last=last and Decimal(last)
    )


def test_a_usual_sheet_asks_for_nothing():
    assert asked(Q2="1", last="79.00") == []


def test_each_thing_that_stands_out_is_named():
    assert asked() == ["没有一处扣分"]
    emptied = next(item for item in RULES.items if item.cap == item.points)
    assert asked(**{emptied.code: str(emptied.cap)}) == [f"{emptied.code} 扣完了全部分值"]
    lowest = {item.code: str(item.cap) for item in RULES.items if item.cap < item.points}
    lowest |= {item.code: str(item.cap - 1) for item in RULES.items if item.cap == item.points}
    said = asked(**lowest)
    assert any(line.endswith("低于 60 分") for line in said)


@pytest.mark.parametrize(("last", "number"), [("79.00", 0), ("78.99", 1), (None, 0)])
def test_more_than_twenty_points_from_the_last_published_quarter(last, number):
    assert len(asked(Q2="1", last=last)) == number


@pytest.mark.parametrize(
    ("total", "others", "apart"),
    [(75, (90, 90), False), (74, (90, 90), True), (75, (60, 59), True), (50, (), False)],
)
def test_apart_is_more_than_fifteen_points_from_the_mean_of_the_others(total, others, apart):
    assert is_apart(Decimal(total), [Decimal(one) for one in (total, *others)], USUAL) is apart


def test_the_mean_of_the_others_is_exact():
    totals = [Decimal(text) for text in ("90", "80", "81", "84")]
    assert mean_of_others(totals[0], totals) == Fraction(245, 3)
    assert mean_of_others(Decimal(90), [Decimal(90)]) is None
