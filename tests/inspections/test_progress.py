from datetime import date, timedelta
from decimal import Decimal

from communities.models import Community
from inspections.services import progress
from tests.cast import make_community
from tests.inspections.factories import (
    due_and_closed_in_time,
    make_finding,
    make_frontage,
    make_frontage_check,
    make_self_check,
)
from tests.queries import count_queries


def test_months_are_told_apart(cast):
    make_self_check(cast, month="2026-10", status="accepted")
    make_self_check(cast, month="2026-11", status="draft")
    make_self_check(
        cast, community=cast.other_community, month="2026-10", status="submitted", is_late=True
    )
    make_self_check(cast, community=cast.third_community, month="2026-10", status="returned")
    states = progress.self_checks_in("2026Q4", Community.objects.all(), on=cast.today)
    assert states[cast.community.pk] == {
        "2026-10": "on_time",
        "2026-11": "draft",
        "2026-12": "not_due",
    }
    assert states[cast.other_community.pk]["2026-10"] == "late"
    assert states[cast.third_community.pk]["2026-10"] == "missing"


def test_a_draft_left_after_its_day_is_missing(cast):
    make_self_check(cast, month="2026-11", status="draft")
    states = progress.self_checks_in("2026Q4", [cast.community], on=date(2026, 12, 6))
    assert states[cast.community.pk]["2026-11"] == "missing"
    states = progress.self_checks_in("2026Q4", [cast.community], on=date(2026, 12, 5))
    assert states[cast.community.pk]["2026-11"] == "draft"


def test_open_findings_counts_what_is_not_closed_out(cast):
    for status in ("reported", "assigned", "rectified", "closed_out"):
        make_finding(cast, status=status)
    counts = progress.open_findings([cast.community, cast.other_community])
    assert counts == {cast.community.pk: 3, cast.other_community.pk: 0}


def test_rectification_counts_due_and_closed_in_time(cast):
    make_finding(cast, status="closed_out")
    make_finding(cast, status="closed_out", due_at=cast.now - timedelta(hours=1))
    make_finding(cast, status="rectified")
    make_finding(cast)
    make_finding(cast, due_at=cast.now + timedelta(days=60))
    assert due_and_closed_in_time("2026Q4") == {cast.community.pk: (4, 1)}


def test_self_scores_are_the_mean_of_the_months_handed_in(cast):
    for month, score, status in (
        ("2026-10", "90.01", "accepted"),
        ("2026-11", "90.02", "submitted"),
        ("2026-12", "10", "returned"),
    ):
        make_self_check(cast, month=month, total_points=score, status=status)
    assert progress.self_scores_in("2026Q4") == {cast.community.pk: Decimal("90.02")}


def test_reads_cost_the_same_for_any_city(cast):
    def read_all():
        communities = list(Community.objects.all())
        progress.self_checks_in("2026Q4", communities, on=cast.today)
        progress.open_findings(communities)
        progress.self_scores_in("2026Q4")

    few = count_queries(read_all)
    for number in range(20):
        community = make_community(f"第{number}社区", f"3301110020{number:02}", lead=cast.lead_unit)
        make_self_check(cast, community=community, status="submitted")
        make_finding(cast, community=community)
        make_frontage_check(cast, frontage=make_frontage(cast, community=community))
    assert count_queries(read_all) == few == 4
