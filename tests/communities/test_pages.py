from datetime import timedelta

import pytest
from django.urls import reverse

from communities.models import AssignmentItem, Meeting, PlanItem, WorkPlan
from gongjian.documents.models import Issuer
from gongjian.jobs.models import Job
from gongjian.notifications.models import Notification
from tests.cast import NOW
from tests.communities.factories import (
    make_assignment,
    make_communities,
    make_labour_day,
    make_meeting,
    make_plan,
    make_plan_item,
    make_topic,
    make_visit,
)
from tests.editing import send
from tests.queries import count_queries


def url(name, *args):
    return reverse(f"communities:{name}", args=args)


def text(response):
    return response.content.decode()


@pytest.fixture
def office(cast, sign_in):
    return sign_in(cast.office_staff)


@pytest.fixture
def director(cast, sign_in):
    return sign_in(cast.office_director)


def fill(cast, communities):
    plan = WorkPlan.objects.first() or make_plan(cast, status="issued")
    for community in communities:
        make_assignment(cast, plan=plan, community=community, items=2)
        make_meeting(cast, community=community)
        make_labour_day(cast, community=community)
        make_visit(cast, community=community)
        make_topic(cast, community=community)


LISTS = ["list", "plans", "assignments", "meetings", "labour_days", "visits", "topics"]


@pytest.mark.slow
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("query", ["", "?format=xlsx"])
def test_a_list_costs_the_same_for_few_rows_and_for_many(cast, office, name, query):
    fill(cast, make_communities(10))
    office.get(url(name) + query)
    few = count_queries(lambda: office.get(url(name) + query))
    fill(cast, make_communities(50, start=600))
    assert count_queries(lambda: office.get(url(name) + query)) == few


def test_a_plan_costs_the_same_for_few_items_and_for_many(cast, office):
    plan = make_plan(cast, status="issued")
    make_assignment(cast, plan=plan, items=3)
    page = url("plan", plan.quarter)
    office.get(page)
    few = count_queries(lambda: office.get(page))
    make_assignment(cast, plan=plan, community=cast.other_community, items=30)
    assert count_queries(lambda: office.get(page)) == few


def test_an_assignment_costs_the_same_for_few_items_and_for_many(cast, sign_in):
    client, one = sign_in(cast.lead_officer), make_assignment(cast, items=3, status="acknowledged")
    client.get(one.get_absolute_url())
    few = count_queries(lambda: client.get(one.get_absolute_url()))
    for number in range(30):
        AssignmentItem.objects.create(
            assignment=one, item=make_plan_item(one.plan, text=f"事项{number}")
        )
    assert count_queries(lambda: client.get(one.get_absolute_url())) == few


def test_a_community_shows_its_group_and_masks_telephones(cast, office):
    cast.community.group.members.update(phone="13812345678")
    page = text(office.get(cast.community.get_absolute_url()))
    assert "富春商场有限公司" in page
    assert "13812345678" not in page
    assert "本季度还没有召集" in page


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        ("lead_officer", ["召集例会", "组织劳动日", "记录走访", "提出话题"]),
        ("member_liaison", ["提出话题"]),
        ("liaison_leader", ["记录走访"]),
        ("office_staff", []),
    ],
)
def test_a_community_offers_the_acts_that_the_reader_may_begin(cast, sign_in, person, seen):
    page = text(sign_in(cast.people[person]).get(cast.community.get_absolute_url()))
    acts = ["召集例会", "组织劳动日", "记录走访", "提出话题"]
    assert [act for act in acts if f">{act}</a>" in page] == seen


def test_communities_are_found_by_name_code_and_lead_unit(cast, office):
    for query in ("q=虎山", "q=330111001101", f"lead_unit={cast.lead_unit.pk}"):
        page = text(office.get(f"{url('list')}?{query}"))
        assert cast.community.get_absolute_url() in page
        assert cast.other_community.get_absolute_url() not in page


def test_a_quarter_goes_from_draft_to_assignments(cast, office, sign_in, monkeypatch):
    woken = []
    monkeypatch.setattr(
        "communities.views.plans.wake_waiting", lambda kind, *, key: woken.append((kind, key))
    )
    words = {
        "quarter": "2026Q4",
        "title": "第四季度计划",
        "foreword": "以复评为契机",
        "due_on": "2026-12-20",
    }
    assert office.post(url("plan_new"), words).headers["Location"] == url("plan", "2026Q4")
    item = {"area": "environment", "text": "清理卫生死角", "community": "", "due_on": ""}
    office.post(url("plan_item_add", "2026Q4"), item)
    office.post(
        url("plan_item_add", "2026Q4"),
        {**item, "text": "修复路灯", "community": cast.community.code},
    )
    office.post(url("plan_submit", "2026Q4"))
    client = sign_in(cast.office_director)
    page = text(client.get(url("plan", "2026Q4")))
    assert "富阳市社区共建活动办公室关于下达2026年第四季度社区共建工作任务的通知" in page
    answer = client.post(
        url("plan_issue", "2026Q4"), {"issuer": Issuer.objects.get().pk}, follow=True
    )
    assert answer.redirect_chain == [(f"{url('assignments')}?quarter=2026Q4", 302)]
    assert "3 项" in text(answer)
    assert "富共建办〔2026〕1号" in text(answer)
    assert woken == [("documents.print", Job.objects.get().key)]


def test_a_refused_item_keeps_what_was_typed(cast, office):
    plan = make_plan(cast)
    answer = office.post(
        url("plan_item_add", plan.quarter),
        {"area": "funds", "text": "筹集共建经费", "community": "", "due_on": "2027-02-01"},
    )
    assert "事项时限应在2026 年第四季度内" in text(answer)
    assert "筹集共建经费</textarea>" in text(answer)
    assert not PlanItem.objects.exists()


def test_an_empty_plan_is_not_submitted_and_says_why(cast, office):
    plan = make_plan(cast)
    answer = office.post(url("plan_submit", plan.quarter), follow=True)
    assert "至少添加一项" in text(answer)
    plan.refresh_from_db()
    assert plan.status == "draft"


def test_a_second_issue_is_answered_with_409(cast, director):
    plan = make_plan(cast, status="issued")
    answer = director.post(url("plan_issue", plan.quarter), {"issuer": Issuer.objects.get().pk})
    assert answer.status_code == 409


def test_open_items_are_named_when_completion_is_refused(cast, sign_in):
    one = make_assignment(cast, status="acknowledged")
    answer = sign_in(cast.community_worker).post(
        url("assignment_complete", one.pk), {"summary": "都做完了"}
    )
    assert "还有工作没有办结：“清理卫生死角之1”" in text(answer)
    assert "都做完了</textarea>" in text(answer)


def test_the_list_of_assignments_begins_with_this_quarter(cast, office):
    make_assignment(cast)
    old = make_plan(cast, quarter="2026Q3", status="issued")
    make_assignment(cast, plan=old, community=cast.other_community)
    page = text(office.get(url("assignments")))
    assert "虎山社区" in page and "后周社区" not in page and "2026 年第四季度" in page
    assert "后周社区" in text(office.get(f"{url('assignments')}?quarter=2026Q3"))


def test_a_quarter_without_plan_is_an_empty_list(cast, office):
    make_assignment(cast)
    answer = office.get(f"{url('assignments')}?quarter=2027Q1&tab=issued")
    assert answer.status_code == 200
    assert "虎山社区" not in text(answer)


def test_what_is_no_quarter_is_said_at_the_filter(cast, office):
    answer = office.get(f"{url('assignments')}?quarter=abc")
    assert answer.status_code == 400


def test_the_office_presses_the_ticked_rows_and_comes_back(cast, office):
    one = make_assignment(cast)
    back = f"{url('assignments')}?quarter=2026Q4&tab=issued"
    answer = office.post(url("assignments_remind"), {"ids": [one.pk, "x"], "next": back})
    assert answer.headers["Location"] == back
    assert Notification.objects.get().recipient == cast.lead_officer


def test_nobody_is_sent_to_another_site(cast, office):
    answer = office.post(url("assignments_remind"), {"next": "https://example.org/"})
    assert answer.headers["Location"] == url("assignments")


def test_minutes_keep_what_was_typed_when_the_lead_unit_is_missing(cast, sign_in):
    meeting = make_meeting(cast)
    typed = {
        "chair": "郑组长",
        "minutes": "议定三件事",
        f"came_{cast.member_unit.pk}": "on",
        f"person_{cast.member_unit.pk}": "吴代表",
    }
    answer = send(sign_in(cast.lead_officer), url("meeting_minutes", meeting.pk), typed)
    assert "牵头单位没有到会" in text(answer)
    assert "议定三件事</textarea>" in text(answer)
    assert not meeting.attendances.exists()


def test_minutes_show_who_came(cast, sign_in):
    client, meeting = sign_in(cast.lead_officer), make_meeting(cast)
    typed = {
        "chair": "郑组长",
        "minutes": "议定",
        f"came_{cast.lead_unit.pk}": "on",
        f"person_{cast.lead_unit.pk}": "郑",
    }
    page = text(send(client, url("meeting_minutes", meeting.pk), typed, follow=True))
    assert "已登记纪要" in page and "缺席" in page


def test_a_meeting_is_called_for_the_chosen_quarter(cast, sign_in):
    client = sign_in(cast.lead_officer)
    typed = {
        "community": cast.community.code,
        "starts_at": "2026-11-20T14:00",
        "place": "会议室",
        "agenda": "",
    }
    answer = client.post(url("meeting_new"), {**typed, "quarter": "2027Q1"})
    assert "例会时间应在2027 年第一季度内" in text(answer)
    client.post(url("meeting_new"), {**typed, "quarter": "2026Q4"})
    assert Meeting.objects.get().quarter == "2026Q4"


def test_a_headcount_that_is_no_number_is_said_beside_its_unit(cast, sign_in):
    day = make_labour_day(cast)
    answer = sign_in(cast.lead_officer).post(
        url("labour_day_report", day.pk),
        {
            "outcome": "清运",
            f"count_{cast.lead_unit.pk}": "很多",
            f"count_{cast.member_unit.pk}": "2",
        },
    )
    assert "市住建局参加人数" in text(answer)
    assert 'value="很多"' in text(answer)


def test_a_visit_begins_with_the_leader_of_the_only_community(cast, sign_in):
    page = text(sign_in(cast.liaison_leader).get(url("visit_new")))
    assert 'value="钱领导"' in page and 'value="2026-11-16"' in page


def test_only_those_who_may_answer_are_offered_the_formal_answer(cast, sign_in):
    topic = make_topic(cast)
    assert "作为正式答复" in text(sign_in(cast.lead_officer).get(topic.get_absolute_url()))
    assert "作为正式答复" not in text(sign_in(cast.member_liaison).get(topic.get_absolute_url()))


def test_a_formal_answer_by_a_member_is_a_plain_reply(cast, sign_in):
    topic = make_topic(cast)
    sign_in(cast.member_liaison).post(
        url("topic_reply", topic.pk), {"text": "同感", "is_answer": "on"}
    )
    assert topic.replies.get().unit == cast.member_unit
    assert not topic.replies.get().is_answer


def test_history_names_the_acts(cast, sign_in):
    one = make_assignment(cast)
    client = sign_in(cast.lead_officer)
    client.post(url("assignment_acknowledge", one.pk))
    page = text(client.get(one.get_absolute_url()))
    assert "<b>朱经办</b> 签收" in page


def test_history_says_which_item_was_done(cast, sign_in):
    row = make_assignment(cast, status="acknowledged").items.get()
    answer = send(
        sign_in(cast.lead_officer),
        url("assignment_item", row.assignment_id, row.pk),
        {"done_on": "2026-11-16", "note": "已清"},
        follow=True,
    )
    assert "<q>清理卫生死角之1</q>" in text(answer)
    assert "报告完成</button>" not in text(answer)


def test_a_late_assignment_says_so(cast, office):
    plan = make_plan(cast, status="issued", due_on=(NOW - timedelta(days=2)).date())
    one = make_assignment(cast, plan=plan)
    assert "已过完成时限" in text(office.get(one.get_absolute_url()))
