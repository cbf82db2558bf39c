from datetime import timedelta

from communities.models import Community
from communities.services.progress import Duties, duties_in
from tests.communities.factories import (
    make_assignment,
    make_communities,
    make_labour_day,
    make_meeting,
    make_topic,
    make_visit,
)
from tests.queries import count_queries


def test_duties_say_how_far_a_community_is(cast):
    assignment = make_assignment(cast, items=3, status="acknowledged", acknowledged_at=cast.now)
    assignment.items.filter(pk=assignment.items.first().pk).update(done_on=cast.today)
    make_meeting(cast)
    make_meeting(cast, status="held")
    make_labour_day(cast)
    make_visit(cast)
    make_topic(cast)
    make_topic(cast, status="answered")
    duties = duties_in("2026Q4", Community.objects.all())[cast.community.pk]
    assert duties == Duties(
        assignment_id=assignment.pk,
        assignment_status="acknowledged",
        acknowledged_at=cast.now,
        items=3,
        items_done=1,
        meetings_called=2,
        meetings_held=1,
        labour_days_called=1,
        visits=1,
        topics=2,
        topics_unanswered=1,
    )
    assert duties.is_acknowledged and duties.meeting_held
    assert not duties.is_completed and not duties.labour_day_held


def test_duties_of_a_community_that_did_nothing_are_zeros(cast):
    assert duties_in(cast.quarter, [cast.other_community]) == {cast.other_community.pk: Duties()}


def test_duties_leave_out_other_quarters(cast):
    make_visit(cast, quarter="2026Q3")
    make_meeting(cast, quarter="2026Q3", status="held")
    make_topic(cast, raised_at=cast.now - timedelta(days=60))
    assert duties_in("2026Q4", [cast.community])[cast.community.pk] == Duties()


def test_duties_cost_the_same_for_few_and_for_many(cast):
    few = count_queries(lambda: duties_in("2026Q4", Community.objects.all()))
    for community in make_communities(40):
        make_assignment(cast, community=community)
        make_visit(cast, community=community)
    assert count_queries(lambda: duties_in("2026Q4", Community.objects.all())) == few == 7
    page = Community.objects.order_by("code")[:10]
    assert len(duties_in("2026Q4", page)) == 10
