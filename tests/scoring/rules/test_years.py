from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.parts import NO_DUTIES
from scoring.rules.scores.years import (
    Share,
    functional_department_points,
    lead_unit_points,
    mean_of_quarters,
    member_unit_points,
    own_duties_points,
    split_blame,
)
from tests.scoring.rules.made import RUBRIC

YEAR = ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]
DUTIES = {
    "meetings": Share(1, 1),
    "labour_days": Share(1, 0),
    "tasks": Share(4, 3),
    "frontage_checks": Share(0, 0),
}


def test_a_year_is_the_mean_of_its_four_published_quarters():
    published = {
        "2025Q4": "10",
        "2026Q1": "90.01",
        "2026Q2": "90.00",
        "2026Q3": "90.00",
        "2026Q4": "90.01",
    }
    assert (
        str(
            mean_of_quarters(
                {quarter: Decimal(figure) for quarter, figure in published.items()}, YEAR
            )
        )
        == "90.01"
    )


def test_a_year_with_a_quarter_unpublished_has_no_figure():
    with pytest.raises(Missing) as missing:
        mean_of_quarters({"2026Q1": Decimal(90), "2026Q3": Decimal(90)}, YEAR)
    assert missing.value.what == ("2026Q2 的得分尚未公布", "2026Q4 的得分尚未公布")


def test_a_lead_unit_has_the_mean_of_its_communities():
    assert (
        str(lead_unit_points({"虎山社区": Decimal("90.83"), "鹳山社区": Decimal("92.00")}))
        == "91.42"
    )


@pytest.mark.parametrize(
    ("communities", "reason"),
    [
        ({}, "该单位没有所在的共建社区"),
        ({"虎山社区": Decimal(90), "鹳山社区": None}, "^鹳山社区：没有已公布的得分$"),
    ],
)
def test_a_lead_unit_without_its_communities_figures_has_none(communities, reason):
    with pytest.raises(Missing, match=reason):
        lead_unit_points(communities)


def test_own_duties_leave_out_what_was_not_due():
    assert own_duties_points(DUTIES, RUBRIC) == Fraction(175, 3)


def test_a_member_unit_is_half_its_community_and_half_its_own_duties():
    assert (
        str(member_unit_points({"虎山社区": Decimal("90.83")}, DUTIES, RUBRIC)) == "74.58"
    )  # (90.83 + 58.3333) / 2


def test_a_member_unit_of_two_communities_takes_their_mean():
    full = DUTIES | {"labour_days": Share(1, 1), "tasks": Share(4, 4)}
    assert member_unit_points({"甲": Decimal(90), "乙": Decimal(80)}, full, RUBRIC) == Decimal(
        "92.50"
    )


def test_a_duty_that_nobody_counted_is_missing():
    with pytest.raises(Missing, match=r"^单位职责：没有“参加例会”的统计$"):
        own_duties_points(
            {code: share for code, share in DUTIES.items() if code != "meetings"}, RUBRIC
        )


def test_a_unit_of_which_nothing_was_due_has_no_figure():
    with pytest.raises(Missing, match="单位职责：本期没有一项应办事项"):
        own_duties_points(dict.fromkeys(DUTIES, Share(0, 0)), RUBRIC)


def test_an_unknown_duty_is_refused():
    with pytest.raises(Refused, match="没有单位职责“singing”"):
        own_duties_points(DUTIES | {"singing": Share(1, 1)}, RUBRIC)


@pytest.mark.parametrize(("due", "done"), [(1, 2), (1, -1)])
def test_more_done_than_due_is_refused(due, done):
    with pytest.raises(Refused, match=f"应办 {due} 件，已办 {done} 件"):
        Share(due, done)


def test_a_department_has_its_rate_of_handling_in_time():
    assert str(functional_department_points(Share(7, 6))) == "85.71"


def test_a_department_to_which_nothing_was_dispatched_has_no_figure():
    with pytest.raises(Missing, match="没有派给该部门的问题，不参加评比"):
        functional_department_points(Share(0, 0))


def test_a_lead_unit_may_inherit_its_best_community():
    assert lead_unit_points({"甲": Decimal(80), "乙": Decimal(90)}, "highest") == 90


def test_a_member_unit_without_duties_has_its_communities_mean_by_weight():
    rubric = replace(RUBRIC, member_unit=NO_DUTIES)
    assert member_unit_points({"甲": Decimal(90), "乙": Decimal(80)}, {}, rubric) == 85


def test_blame_of_a_kind_that_the_rubric_does_not_know_is_refused():
    with pytest.raises(Refused, match="没有责任分担类别“weather”"):
        split_blame(Decimal(1), "weather", RUBRIC)
