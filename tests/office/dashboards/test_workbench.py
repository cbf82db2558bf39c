"""The workbench: what waits for whom, who is behind, at the same cost for ten communities and for
sixty.
"""

from datetime import timedelta

import pytest
from django.urls import reverse

from gongjian.lib.quarters import Quarter
from gongjian.office.dashboards import progress
from gongjian.office.dashboards.todo import waiting_for
from tests.cast import make_community, make_unit
from tests.communities.factories import make_assignment
from tests.documents.factories import make_document
from tests.queries import count_queries


def titles(person, cast):
    return [todo.title for todo in waiting_for(person, at=cast.now)]


def test_assignment_waits_for_the_lead_officer_and_then_for_the_worker(cast):
    assignment = make_assignment(cast)
    assert any(
        title.startswith("签收季度任务：虎山社区") for title in titles(cast.lead_officer, cast)
    )
    assert not any("季度任务" in title for title in titles(cast.other_lead_officer, cast))
    type(assignment).objects.filter(pk=assignment.pk).update(status="acknowledged")
    assert any(
        title.startswith("完成季度任务：虎山社区") for title in titles(cast.community_worker, cast)
    )


def test_this_months_self_check_waits_for_those_who_keep_the_records(cast):
    assert "11 月自查：虎山社区" in titles(cast.lead_officer, cast)
    assert "11 月自查：虎山社区" in titles(cast.community_worker, cast)
    assert titles(cast.member_liaison, cast) == []


@pytest.mark.parametrize(
    ("status", "person", "word"),
    [
        ("draft", "office_staff", "改定送签"),
        ("in_review", "office_director", "签发"),
        ("approving", "approver", "批准"),
    ],
)
def test_document_waits_for_the_one_whose_turn_it_is(status, person, word, cast):
    make_document(cast, status=status, needs_approval=True)
    assert titles(cast.people[person], cast) == [f"{word}：关于做好环境卫生工作的通知"]


def test_overdue_is_said_in_days(cast):
    assignment = make_assignment(cast)
    type(assignment.plan).objects.update(due_on=cast.today - timedelta(days=3))
    [todo] = [todo for todo in waiting_for(cast.lead_officer, at=cast.now) if "签收" in todo.title]
    assert (todo.due, todo.tone) == ("逾期 3 天", "bad")


def test_matrix_shows_each_its_own(cast):
    quarter = Quarter.parse("2026Q4")
    assert len(progress.matrix(quarter, cast.office_staff, cast.today)) == 3
    assert [row.community for row in progress.matrix(quarter, cast.lead_officer, cast.today)] == [
        cast.community
    ]
    assert progress.matrix(quarter, cast.system_admin, cast.today) == []


def test_workbench_costs_the_same_for_ten_and_sixty_communities(cast, sign_in):
    client = sign_in(cast.office_staff)
    client.get(reverse("workbench"))
    first = count_queries(lambda: client.get(reverse("workbench")))
    for number in range(50):
        make_community(f"第{number}社区", f"33011100{number:04}", lead=make_unit(f"第{number}局"))
    assert count_queries(lambda: client.get(reverse("workbench"))) == first


def test_wrong_quarter_in_the_address_shows_the_present_one(cast, sign_in):
    page = sign_in(cast.office_staff).get(reverse("workbench"), {"quarter": "2026Q9"})
    assert "2026 年第四季度" in page.content.decode()


def test_administrator_is_sent_to_the_accounts(cast, sign_in):
    assert sign_in(cast.system_admin).get(reverse("workbench")).headers["Location"] == reverse(
        "staffing:list"
    )


def test_feedback_reaches_the_office(cast, sign_in):
    sign_in(cast.lead_officer).post(reverse("feedback"), {"text": "自查表能不能少填一遍"})
    assert cast.office_staff.notifications.get().subject == "意见建议：自查表能不能少填一遍"


def test_manual_has_its_chapters_and_no_others(cast, sign_in):
    client = sign_in(cast.lead_officer)
    assert "谁能看到什么" in client.get(reverse("manual")).content.decode()
    assert client.get(reverse("manual_chapter", args=["no-such"])).status_code == 404
