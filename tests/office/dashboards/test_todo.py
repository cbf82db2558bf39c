"""待我办理: every duty as one line to the one whose turn it is, and to nobody else."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from gongjian.office.dashboards.todo import Todo, waiting_for
from inspections.models import Finding
from tests.cast import NOW
from tests.communities.factories import (
    make_assignment,
    make_labour_day,
    make_meeting,
    make_plan,
    make_topic,
)
from tests.documents.factories import make_document
from tests.funds.factories import make_expense
from tests.inspections.factories import (
    make_finding,
    make_report,
    make_request,
    make_self_check,
)
from tests.queries import count_queries
from tests.scoring.factories import make_appeal, make_correction, make_round, make_sheet


def todos(user, about="") -> list[Todo]:
    return [todo for todo in waiting_for(user, at=NOW) if about in todo.title]


def seen_by(cast, about) -> set[str]:
    """The people of the cast for whom a line with these words waits."""
    return {person for person, user in cast.people.items() if todos(user, about)}


def test_a_handed_in_self_check_waits_for_the_office_five_days(cast):
    check = make_self_check(cast, status="submitted", submitted_at=NOW - timedelta(days=1))
    [todo] = todos(cast.office_staff, "审核")
    assert todo.title == "审核 11 月自查：虎山社区"
    assert todo.url == check.get_absolute_url()
    assert (todo.note, todo.due_on) == ("朱经办 报送", date(2026, 11, 20))
    assert seen_by(cast, "审核") == {"office_staff", "office_director"}


def test_a_self_check_given_back_waits_for_those_who_keep_the_records(cast):
    check = make_self_check(cast, status="returned", month="2026-08")
    [todo] = todos(cast.community_worker, "退回修改")
    assert todo.title == "8 月自查退回修改：虎山社区"
    assert todo.url == reverse("inspections:self_check_fill", args=[check.pk])
    assert (todo.note, todo.tone) == ("改后再报", "bad")
    assert seen_by(cast, "退回修改") == {"community_worker", "lead_officer"}


def test_last_months_self_check_waits_first_and_leads_to_a_new_one(cast):
    [october, november] = todos(cast.community_worker, "自查：虎山社区")
    assert (october.title, november.title) == ("10 月自查：虎山社区", "11 月自查：虎山社区")
    new = reverse("inspections:self_check_new")
    assert october.url == f"{new}?community={cast.community.pk}&month=2026-10"


def test_a_begun_self_check_is_gone_on_with_and_a_handed_in_one_waits_no_more(cast):
    draft = make_self_check(cast)
    make_self_check(cast, month="2026-10", status="submitted")
    [todo] = todos(cast.community_worker, "自查：虎山社区")
    assert todo.url == reverse("inspections:self_check_fill", args=[draft.pk])


OFFICE = {"office_staff", "office_director"}


@pytest.mark.parametrize(
    ("status", "words", "people"),
    [
        ("reported", "派发问题：虎山社区 · 路边有暴露垃圾", OFFICE),
        ("rectified", "复查整改：虎山社区 · 路边有暴露垃圾", OFFICE),
        ("verified", "督办销号：虎山社区 · 路边有暴露垃圾", OFFICE),
        ("assigned", "整改：虎山社区 · 路边有暴露垃圾", {"lead_officer"}),
        ("closed_out", "路边有暴露垃圾", set()),
    ],
)
def test_a_finding_waits_for_whose_turn_it_is(status, words, people, cast):
    finding = make_finding(cast, status=status)
    assert seen_by(cast, words) == people
    for person in people:
        [todo] = todos(cast.people[person], words)
        assert (todo.title, todo.url) == (words, finding.get_absolute_url())
        assert (todo.note, todo.due_on, todo.tone) == ("虎山路 12 号", date(2026, 11, 17), "warn")


@pytest.mark.parametrize("status", ["rectified", "verified"])
def test_who_rectified_a_finding_is_not_asked_to_judge_it(status, cast):
    judged = {"verified_by": cast.office_director} if status == "verified" else {}
    make_finding(cast, status=status, rectified_by=cast.office_staff, **judged)
    assert seen_by(cast, "路边有暴露垃圾") == {"office_director"}


def test_an_overdue_finding_waits_for_the_office_and_for_the_one_who_is_to_mend_it(cast):
    make_finding(cast, due_at=NOW - timedelta(days=2))
    [todo] = todos(cast.office_director, "整改逾期")
    assert (todo.due, todo.late_days) == ("逾期 2 天", 2)
    assert seen_by(cast, "整改逾期") == OFFICE
    [mine] = todos(cast.lead_officer, "整改：虎山社区")
    assert mine.tone == "bad"


def test_a_finding_of_the_member_and_of_the_department_waits_for_them(cast):
    make_finding(cast, responsible_unit=cast.member_unit, description="甲")
    make_finding(cast, responsible_unit=cast.department, description="乙")
    assert seen_by(cast, "整改：虎山社区 · 甲") == {"member_liaison"}
    assert seen_by(cast, "整改：虎山社区 · 乙") == {"department_officer"}


def test_a_request_for_more_time_waits_for_the_office(cast):
    make_request(cast)
    assert seen_by(cast, "答复延期：虎山社区") == OFFICE


def test_a_request_to_hand_on_waits_for_those_who_may_decide_it(cast):
    make_request(cast, kind="hand_on")
    assert seen_by(cast, "答复退单：虎山社区") >= OFFICE
    assert "member_liaison" not in seen_by(cast, "答复退单")
    assert "other_lead_officer" not in seen_by(cast, "答复退单")


def test_an_answered_request_waits_for_nobody(cast):
    finding = make_finding(cast, responsible_unit=cast.member_unit, status="rectified")
    make_request(cast, finding=finding)
    assert seen_by(cast, "答复延期") == set()


def test_reports_of_residents_are_one_line_with_the_oldest_day(cast):
    make_report(cast, received_at=NOW - timedelta(days=4))
    make_report(cast)
    make_report(cast, status="answered", received_at=NOW - timedelta(days=9))
    [todo] = todos(cast.office_staff, "办理居民反映")
    assert (todo.title, todo.url) == ("办理居民反映：2 件", reverse("inspections:reports"))
    assert (todo.note, todo.due_on) == ("最早一件 11月12日 收到", date(2026, 11, 17))
    assert seen_by(cast, "办理居民反映") == {*OFFICE, "community_worker"}


def test_an_objection_of_a_resident_is_the_offices_alone(cast):
    make_report(cast, kind="objection")
    assert seen_by(cast, "办理居民反映") == OFFICE


@pytest.mark.parametrize(
    ("status", "words", "people"),
    [
        ("checking", "核稿：", OFFICE),
        ("in_review", "签发：", {"office_director"}),
        ("approving", "批准：", {"approver"}),
        ("draft", "改定送签：", {"office_staff"}),
    ],
)
def test_a_document_waits_for_whose_turn_it_is(status, words, people, cast):
    make_document(cast, status=status)
    assert seen_by(cast, words) == people
    for person in people:
        [todo] = todos(cast.people[person], words)
        assert (todo.note, todo.due, todo.tone) == ("陈科长 拟稿", "", "")


def test_a_signed_document_waits_to_be_sealed_when_it_needs_a_seal(cast):
    make_document(cast, status="signed")
    sealed = make_document(cast, status="signed", needs_seal=True)
    [todo] = todos(cast.office_staff, "用印")
    assert (todo.url, todo.note) == (sealed.get_absolute_url(), sealed.number)
    assert seen_by(cast, "用印") == OFFICE


def test_a_submitted_plan_waits_for_the_director(cast):
    plan = make_plan(cast, status="submitted")
    [todo] = todos(cast.office_director, "下达：")
    assert (todo.url, todo.note) == (plan.get_absolute_url(), "完成时限 12月20日")
    assert seen_by(cast, "下达：") == {"office_director"}


@pytest.mark.parametrize(
    ("status", "words", "person"),
    [
        ("raised", "初核申诉：虎山社区", "office_staff"),
        ("prechecked", "核实申诉：虎山社区", "department_officer"),
        ("verified", "裁定申诉：虎山社区", "office_director"),
    ],
)
def test_an_appeal_waits_at_its_node(status, words, person, cast):
    make_appeal(cast, status=status)
    [todo] = todos(cast.people[person], "申诉")
    assert (todo.title, todo.note) == (words, "管道当日已经疏通")


def test_a_decided_appeal_waits_for_nobody(cast):
    make_appeal(
        cast,
        status="refused",
        decision="不予支持",
        decided_by=cast.office_director,
        decided_at=cast.now,
    )
    assert seen_by(cast, "申诉") == set()


def test_a_correction_waits_for_a_director_who_has_not_drafted_it(cast):
    round = make_round(cast, status="frozen", frozen={}, sha256="0" * 64)
    correction = make_correction(cast, round)
    [todo] = todos(cast.office_director, "批准更正")
    assert (todo.title, todo.url) == ("批准更正：虎山社区", correction.get_absolute_url())
    assert seen_by(cast, "批准更正") == {"office_director"}
    type(correction).objects.update(drafted_by=cast.office_director)
    assert seen_by(cast, "批准更正") == set()


def test_assignments_of_this_quarter_and_the_one_before_wait_and_older_ones_do_not(cast):
    for quarter, title in (("2026Q2", "二"), ("2026Q3", "三"), ("2026Q4", "四")):
        plan = make_plan(cast, quarter=quarter, title=title, status="issued", issued_at=NOW)
        make_assignment(cast, plan=plan)
    assert [todo.note for todo in todos(cast.lead_officer, "签收季度任务")] == ["三", "四"]


def test_a_called_meeting_of_yesterday_waits_for_its_minutes(cast):
    meeting = make_meeting(cast)
    make_meeting(cast, starts_at=NOW + timedelta(days=1))
    make_labour_day(cast)
    [todo] = todos(cast.lead_officer, "例会")
    assert (todo.title, todo.url) == ("补录例会纪要：虎山社区", meeting.get_absolute_url())
    assert todo.due_on == date(2026, 11, 18)
    assert seen_by(cast, "补录例会") == {"lead_officer"}


def test_a_topic_of_residents_waits_for_the_lead_and_the_liaison_leader(cast):
    topic = make_topic(cast)
    [todo] = todos(cast.liaison_leader, "答复居民意见")
    assert (todo.url, todo.note) == (topic.get_absolute_url(), "“楼道堆物”")
    assert seen_by(cast, "答复居民意见") == {"lead_officer", "liaison_leader"}


def test_an_open_sheet_waits_for_its_assessor(cast):
    round = make_round(cast, status="assessing")
    sheet = make_sheet(round, cast.community, cast.assessor)
    make_sheet(round, cast.other_community, cast.assessor, total_points=Decimal("90"))
    [todo] = todos(cast.assessor, "考评打分")
    assert (todo.title, todo.url) == ("考评打分：虎山社区", sheet.get_absolute_url())
    assert todo.due_on == round.ends_on
    assert seen_by(cast, "考评打分") == {"assessor"}


def test_an_expense_waits_for_the_lead_unit_that_has_not_asked_for_it(cast):
    expense = make_expense(cast)
    [todo] = todos(cast.lead_officer, "审批支出")
    assert (todo.title, todo.url) == ("审批支出：虎山社区", expense.get_absolute_url())
    assert todo.note.startswith("添置健身器材 ")
    assert seen_by(cast, "审批支出") == {"lead_officer"}
    type(expense).objects.update(requested_by=cast.lead_officer)
    assert seen_by(cast, "审批支出") == set()


def test_of_one_kind_five_wait_and_the_most_urgent_come_first(cast):
    for days in range(7):
        make_finding(cast, status="reported", due_at=NOW + timedelta(days=9 - days))
    days = [todo.due_on for todo in todos(cast.office_staff, "派发问题")]
    assert days == sorted(days)
    assert (len(days), days[0]) == (5, date(2026, 11, 19))


def test_one_thing_is_one_line_even_to_one_who_would_see_it_twice(cast):
    make_finding(cast, responsible_unit=cast.lead_unit, due_at=NOW - timedelta(days=1))
    urls = [todo.url for todo in waiting_for(cast.lead_officer, at=NOW)]
    assert len(urls) == len(set(urls))


@pytest.mark.slow
def test_the_list_costs_the_same_for_one_and_for_forty_of_each_kind(cast):
    def write(times):
        for _ in range(times):
            make_finding(cast, status="reported")
            make_finding(cast, status="rectified")
            make_finding(cast, due_at=NOW - timedelta(days=1))
            make_report(cast)
            make_document(cast, status="checking")
            make_request(cast)

    write(1)
    waiting_for(cast.office_staff, at=NOW)
    first = count_queries(lambda: waiting_for(cast.office_staff, at=NOW))
    write(40)
    assert Finding.objects.count() > 100
    assert count_queries(lambda: waiting_for(cast.office_staff, at=NOW)) == first


@pytest.mark.parametrize(
    ("due_on", "due", "tone"),
    [
        (None, "", ""),
        (date(2026, 11, 12), "逾期 4 天", "bad"),
        (date(2026, 11, 16), "今天", "warn"),
        (date(2026, 11, 18), "11月18日", "warn"),
        (date(2026, 11, 19), "11月19日", ""),
    ],
)
def test_a_line_says_by_when(due_on, due, tone):
    todo = Todo("做", "/", due_on=due_on, on=date(2026, 11, 16))
    assert (todo.due, todo.tone) == (due, tone)
