from decimal import Decimal

from scoring.rules.tracing import Standing, traced
from tests.scoring.rules.made import MONTHS, RUBRIC, day, make_inputs


def test_one_changed_sheet_is_followed_to_the_place():
    # 0.85 x 90 + 10 + 5 = 91.5; with sheets of 90 and 96: 0.85 x 93 + 15 = 94.05, past the other's 92.35.
    city = [make_inputs("a", passes=day("90.00", "90.00")), make_inputs("b", passes=day("91.00"))]
    before, after = traced(city, "a", day("90.00", "96.00"), MONTHS, RUBRIC)
    assert before == Standing(Decimal("90.00"), Decimal("91.50"), 2, 2)
    assert after == Standing(Decimal("93.00"), Decimal("94.05"), 1, 1)


def test_nothing_is_said_of_places_while_somebody_cannot_be_scored():
    city = [make_inputs("a"), make_inputs("b", passes={})]
    assert traced(city, "a", day("95.00"), MONTHS, RUBRIC) is None
