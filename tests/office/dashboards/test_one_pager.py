"""社区一页纸: what is known of one community, for whoever is about to visit it."""

from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse

from gongjian.lib.quarters import Quarter
from gongjian.office.dashboards.one_pager import about
from tests.cast import NOW, TODAY
from tests.communities.factories import (
    make_assignment,
    make_labour_day,
    make_meeting,
    make_topic,
    make_visit,
)
from tests.funds.factories import make_expense, receive
from tests.inspections.factories import make_finding, make_self_check
from tests.queries import count_queries
from tests.scoring.factories import make_round, make_score

Q4 = Quarter.parse("2026Q4")


def facts(cast, community=None, user=None):
    return about(community or cast.community, Q4, user or cast.office_staff, TODAY)


def page_of(client, community):
    return client.get(reverse("community_page", args=[community.code]))


def publish(cast, quarter, points):
    round = make_round(cast, quarter=quarter, status="published", published_at=NOW)
    return make_score(round, cast.community, points=points)


def test_a_community_of_which_nothing_is_known_yet_has_its_page(cast, sign_in):
    page = page_of(sign_in(cast.office_staff), cast.community).content.decode()
    for words in ("虎山社区一页纸", "没有未销号的问题", "还没有公布的得分", "尚未下达"):
        assert words in page
    assert "本社区还没有走访记录" in page


def test_the_quarters_duties_are_counted(cast):
    make_assignment(cast, items=2)
    make_meeting(cast, status="held", minutes="议定", minutes_at=NOW)
    make_labour_day(cast, status="held", reported_at=NOW)
    make_visit(cast)
    make_self_check(cast, month="2026-10", status="submitted", is_late=True)
    duties = facts(cast)["duties"]
    assert (duties.items_done, duties.items) == (0, 2)
    assert (duties.meetings_held, duties.labour_days_held, duties.visits) == (1, 1, 1)
    assert facts(cast)["months"] == {
        "2026-10": "late",
        "2026-11": "not_due",
        "2026-12": "not_due",
    }
    assert facts(cast)["assignment"].community == cast.community


def test_open_findings_stand_there_the_most_urgent_first_and_others_do_not(cast):
    later = make_finding(cast, due_at=NOW + timedelta(days=5))
    sooner = make_finding(cast, due_at=NOW + timedelta(days=1))
    make_finding(cast, status="closed_out")
    make_finding(cast, community=cast.other_community)
    assert list(facts(cast)["open_findings"]) == [sooner, later]


def test_the_money_is_that_of_the_quarter_and_spent_once_approved(cast):
    receive(cast, "5000.00")
    receive(cast, "70.00", quarter="2026Q3", received_on=date(2026, 9, 1))
    make_expense(cast, "800.00")
    make_expense(
        cast, "300.00", status="approved", approved_by=cast.lead_officer, approved_at=cast.now
    )
    assert facts(cast)["money"] == {"received": Decimal("5000.00"), "spent": Decimal("300.00")}
    assert facts(cast, cast.other_community)["money"] == {"received": 0, "spent": 0}


def test_the_course_of_its_scores_is_drawn_from_the_second_on(cast):
    first = publish(cast, "2026Q2", "88.00")
    assert (facts(cast)["scores"], facts(cast)["trend"]) == ([first], "")
    second = publish(cast, "2026Q3", "91.25")
    known = facts(cast)
    assert known["scores"] == [first, second]
    assert "虎山社区历季得分" in known["trend"]


def test_no_more_than_eight_quarters_are_shown(cast):
    quarters = [f"{year}Q{number}" for year in (2024, 2025, 2026) for number in (1, 2, 3)]
    for quarter in quarters:
        publish(cast, quarter, "90.00")
    assert [score.round.quarter for score in facts(cast)["scores"]] == quarters[1:]


def test_visits_and_topics_are_the_newest(cast):
    days = [TODAY - timedelta(days=days) for days in range(4)]
    for day in days:
        make_visit(cast, visited_on=day)
    topic = make_topic(cast)
    known = facts(cast)
    assert [visit.visited_on for visit in known["visits"]] == days[:3]
    assert list(known["topics"]) == [topic]


def test_the_page_shows_the_group_and_leads_on(cast, sign_in):
    finding = make_finding(cast)
    make_visit(cast)
    page = page_of(sign_in(cast.liaison_leader), cast.community).content.decode()
    for words in ("富阳市住房和城乡建设局", "郑组长", "钱领导", "富春商场", finding.number):
        assert words in page
    assert finding.get_absolute_url() in page


def test_whoever_may_not_see_the_community_finds_no_page(cast, sign_in):
    assert page_of(sign_in(cast.other_liaison_leader), cast.community).status_code == 404


def test_the_page_costs_the_same_with_much_and_with_little(cast, sign_in):
    client = sign_in(cast.office_staff)
    make_finding(cast)
    make_visit(cast)
    make_topic(cast)
    publish(cast, "2026Q1", "88.00")
    publish(cast, "2026Q2", "88.00")
    page_of(client, cast.community)
    first = count_queries(lambda: page_of(client, cast.community))
    for number in range(20):
        make_finding(cast)
        make_visit(cast, visited_on=TODAY - timedelta(days=number))
        make_topic(cast)
    publish(cast, "2026Q3", "91.00")
    assert count_queries(lambda: page_of(client, cast.community)) == first
