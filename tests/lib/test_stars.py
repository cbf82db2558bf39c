"""The arithmetic of stars, worked by hand."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import inspections
from gongjian.lib.rulebooks import WrongRulebook
from gongjian.lib.stars import Look, Rating, load_scheme, rate

V1 = json.loads((Path(inspections.__file__).parent / "star_schemes" / "v1.json").read_text())
ON = date(2026, 11, 16)
CREDIT = {
    **V1,
    "kind": "credit",
    "costs": {"cleanliness": "7.5", "order": 10},
    "credit": {
        "base_points": 100,
        "highest_points": 110,
        "passed_adds": 4,
        "recovery_points": 5,
        "recovery_days": 30,
        "reset": "year",
    },
}


def looks(*given):
    return [Look(date.fromisoformat(day), failed) for day, failed in given]


def test_a_window_is_the_mean_of_its_looks():
    # 100 + (100 - 20 - 15) + 100 = 265; 265 / 3 = 88.333…
    seen = looks(
        ("2026-08-01", []), ("2026-09-10", ["cleanliness", "greening"]), ("2026-11-16", [])
    )
    assert rate(load_scheme(V1), seen, ON) == Rating(Decimal("88.33"), 4, 3)


def test_looks_outside_the_window_and_of_days_to_come_do_not_count():
    # 180 days back from 16 November is 21 May, the first that counts
    seen = looks(("2026-05-20", ["order"]), ("2026-05-21", []), ("2026-11-17", ["order"]))
    assert rate(load_scheme(V1), seen, ON) == Rating(Decimal("100.00"), None, 1)
    assert rate(load_scheme(V1), [], ON) == Rating(None, None, 0)


def test_everything_failed_twice_is_one_star_and_no_less_than_nothing():
    seen = (
        looks(
            ("2026-11-01", ["cleanliness", "greening", "order", "inside_standard", "new", "newer"]),
        )
        * 2
    )
    assert rate(load_scheme(V1), seen, ON) == Rating(Decimal("0.00"), 1, 2)


def test_a_credit_account_is_charged_paid_and_recovers_with_time():
    # 100 -7.5 = 92.5 (3 Aug); 60 days to 2 Oct bring 2 x 5, but only up to 100; passed +4 = 104;
    # -10 = 94 (12 Oct); 30 days on, on 11 Nov, +5 = 99
    seen = looks(("2026-08-03", ["cleanliness"]), ("2026-10-02", []), ("2026-10-12", ["order"]))
    assert rate(load_scheme(CREDIT), seen, ON) == Rating(Decimal("99.00"), 5, 3)
    assert rate(load_scheme(CREDIT), seen, date(2026, 11, 10)).points == Decimal("94.00")


def test_an_account_never_exceeds_its_highest_and_begins_anew_with_the_year():
    seen = looks(*[(f"2026-11-{day:02}", []) for day in range(1, 6)])
    assert rate(load_scheme(CREDIT), seen, ON).points == Decimal("110.00")
    old = looks(("2025-12-30", ["order"]), ("2026-01-04", []), ("2026-01-05", []))
    assert rate(load_scheme(CREDIT), old, date(2026, 1, 9)) == Rating(Decimal("108.00"), 5, 2)


def test_a_wrong_scheme_is_refused_with_every_wrong_value():
    wrong = {
        **V1,
        "window_days": 0,
        "costs": {"order": "viel"},
        "bands": [{"from_points": 60, "stars": 1}],
        "x": 1,
    }
    with pytest.raises(WrongRulebook) as refused:
        load_scheme(wrong)
    said = str(refused.value)
    assert all(path in said for path in ("window_days", "costs.order", "bands", "x：不认识"))
