from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from communities.models import Assignment, AssignmentItem, Community, WorkPlan
from communities.services import plans
from gongjian.accounts.roles import Role
from gongjian.audit.models import Entry
from gongjian.documents.models import Issuer, NumberSeries, OfficialDocument
from gongjian.jobs.models import Job
from gongjian.notifications.models import Notification
from gongjian.workflow import WrongState
from tests.cast import NOW, make_user
from tests.communities.factories import (
    DUE,
    make_assignment,
    make_communities,
    make_plan,
    make_plan_item,
)
from tests.queries import count_queries


@pytest.fixture
def issuer(cast):
    return Issuer.objects.get()


@pytest.fixture
def submitted(cast):
    plan = make_plan(cast, status="submitted", foreword="以国卫复评为契机。")
    make_plan_item(plan, area="ideas", text="开展邻居节活动")
    make_plan_item(plan, area="environment", text="清理卫生死角", due_on=date(2026, 11, 30))
    make_plan_item(plan, area="environment", text="检查责任牌。")
    make_plan_item(plan, area="facilities", text="修复健身器材", community=cast.community)
    return plan


def draft(cast, **given):
    words = {"quarter": "2026Q4", "title": "第四季度计划", "foreword": "", "due_on": DUE, **given}
    return plans.draft_work_plan(by=cast.office_staff, at=cast.now, **words)


def test_draft_is_one_a_quarter(cast):
    draft(cast)
    with pytest.raises(ValidationError) as wrong:
        draft(cast)
    assert "已有工作计划" in wrong.value.message_dict["quarter"][0]
    assert WorkPlan.objects.count() == 1


def test_draft_refuses_a_day_outside_the_quarter(cast):
    with pytest.raises(ValidationError) as wrong:
        draft(cast, due_on=date(2027, 1, 1))
    assert wrong.value.message_dict == {
        "due_on": ["完成时限应在2026 年第四季度内，即10月1日至12月31日"]
    }


def test_draft_refuses_what_is_no_quarter(cast):
    with pytest.raises(ValidationError):
        draft(cast, quarter="2026-4")


def test_draft_is_the_offices(cast):
    with pytest.raises(PermissionDenied):
        plans.draft_work_plan(
            quarter="2026Q4", title="x", foreword="", due_on=DUE, by=cast.lead_officer, at=cast.now
        )


def test_items_come_and_go_while_the_plan_is_a_draft(cast):
    plan = draft(cast)
    item = plans.add_plan_item(
        plan, area="funds", text=" 筹集经费 ", by=cast.office_staff, at=cast.now
    )
    assert item.text == "筹集经费"
    plans.remove_plan_item(item, by=cast.office_staff, at=cast.now)
    assert not plan.items.exists()


def test_a_submitted_plan_takes_no_item(cast, submitted):
    with pytest.raises(WrongState):
        plans.add_plan_item(
            submitted, area="funds", text="筹集经费", by=cast.office_staff, at=cast.now
        )
    with pytest.raises(WrongState):
        plans.remove_plan_item(submitted.items.first(), by=cast.office_staff, at=cast.now)
    assert submitted.items.count() == 4


def test_an_item_refuses_a_day_outside_the_quarter(cast):
    with pytest.raises(ValidationError) as wrong:
        plans.add_plan_item(
            draft(cast),
            area="funds",
            text="筹集经费",
            due_on=date(2026, 9, 30),
            by=cast.office_staff,
            at=cast.now,
        )
    assert list(wrong.value.message_dict) == ["due_on"]


def test_edit_changes_a_draft_and_keeps_the_change_in_the_log(cast):
    plan = draft(cast)
    plans.edit_work_plan(
        plan, title="新标题", foreword="要求", due_on=DUE, by=cast.office_staff, at=cast.now
    )
    assert WorkPlan.objects.get().title == plan.title == "新标题"
    assert Entry.objects.about(plan).first().changes["after"]["title"] == "新标题"


def test_submit_refuses_a_plan_that_asks_nothing_of_all(cast):
    plan = draft(cast)
    make_plan_item(plan, community=cast.community)
    with pytest.raises(ValidationError, match="面向全部社区"):
        plans.submit_work_plan(plan, by=cast.office_staff, at=cast.now)


def test_submit_tells_the_director(cast):
    plan = draft(cast)
    make_plan_item(plan)
    plans.submit_work_plan(plan, by=cast.office_staff, at=cast.now)
    assert Notification.objects.get().recipient == cast.office_director


def test_return_wants_a_remark_and_gives_it_to_the_drafter(cast, submitted):
    with pytest.raises(ValidationError):
        plans.return_work_plan(submitted, remark=" ", by=cast.office_director, at=cast.now)
    plans.return_work_plan(submitted, remark="补充治安内容", by=cast.office_director, at=cast.now)
    assert submitted.status == "draft"
    assert Notification.objects.get(recipient=cast.office_staff).body == "补充治安内容"
    assert Entry.objects.about(submitted).first().changes["remark"] == "补充治安内容"


def issue(cast, plan, issuer, by=None):
    return plans.issue_work_plan(plan, issuer=issuer, by=by or cast.office_director, at=cast.now)


def test_issue_lays_one_assignment_before_each_active_community(cast, submitted, issuer):
    Community.objects.filter(pk=cast.third_community.pk).update(is_active=False)
    issue(cast, submitted, issuer)
    laid = {
        one.community: sorted(str(row.item) for row in one.items.all())
        for one in Assignment.objects.all()
    }
    general = ["开展邻居节活动", "检查责任牌。", "清理卫生死角"]
    assert laid == {
        cast.community: sorted([*general, "修复健身器材"]),
        cast.other_community: general,
    }
    assert set(Assignment.objects.values_list("status", flat=True)) == {"issued"}


def test_issue_signs_and_numbers_the_notice_and_enlists_its_print(cast, submitted, issuer):
    issue(cast, submitted, issuer)
    notice = WorkPlan.objects.get().notice
    assert notice.number == "富共建办〔2026〕1号"
    assert (notice.status, notice.signed_by) == ("signed", cast.office_director)
    assert Job.objects.get().args == {"document": notice.pk}


def test_issue_composes_the_notice_from_the_plan(cast, submitted, issuer):
    issue(cast, submitted, issuer)
    notice = OfficialDocument.objects.get()
    assert notice.title == "富阳市社区共建活动办公室关于下达2026年第四季度社区共建工作任务的通知"
    lines = notice.body.splitlines()
    assert lines[1:10] == [
        "一、总体要求",
        "以国卫复评为契机。",
        "二、主要工作内容",
        "（一）思想工作联做，共建文明风尚",
        "开展邻居节活动。",
        "（二）环境卫生联抓，共建优美社区",
        "1. 清理卫生死角（11月30日前完成）。",
        "2. 检查责任牌。",
        "三、工作要求",
    ]
    assert "2026年12月20日前" in notice.body
    [attachment] = notice.attachments
    table = attachment["table"]
    assert table["rows"] == [["1", "虎山社区", "公共设施联办", "修复健身器材", "按通知要求"]]
    assert sum(column["width"] for column in table["columns"]) == 100


def test_a_notice_without_foreword_and_own_items_begins_with_the_work(cast, issuer):
    plan = make_plan(cast, status="submitted")
    make_plan_item(plan)
    notice = issue(cast, plan, issuer).notice
    assert notice.body.splitlines()[1] == "一、主要工作内容"
    assert notice.attachments == []
    assert "附件" not in notice.body


def test_issue_tells_officers_of_all_units_and_the_workers(cast, submitted, issuer):
    issue(cast, submitted, issuer)
    told = {one.recipient.username for one in Notification.objects.select_related("recipient")}
    assert told == {"zhu", "fu", "hu", "shui", "shu", "zhou"}


def test_a_second_issue_leaves_nothing_behind(cast, submitted, issuer):
    late = WorkPlan.objects.get(pk=submitted.pk)
    issue(cast, submitted, issuer)
    before = (
        Entry.objects.count(),
        OfficialDocument.objects.count(),
        NumberSeries.objects.get().last,
    )
    with pytest.raises(WrongState):
        issue(cast, late, issuer)
    assert (
        Entry.objects.count(),
        OfficialDocument.objects.count(),
        NumberSeries.objects.get().last,
    ) == before
    assert Assignment.objects.count() == 3


def test_a_failed_issue_leaves_nothing_behind(cast, submitted, issuer, monkeypatch):
    monkeypatch.setattr(plans, "lay_out_assignments", lambda plan: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        issue(cast, submitted, issuer)
    assert WorkPlan.objects.get().status == "submitted"
    assert not OfficialDocument.objects.exists()
    assert not Notification.objects.exists()


def test_issue_costs_the_same_for_few_communities_and_for_many(cast, issuer):
    few, many = (make_plan(cast, status="submitted", quarter=f"2026Q{number}") for number in (3, 4))
    for plan in (few, many):
        make_plan_item(plan)
    before = count_queries(lambda: issue(cast, few, issuer))
    make_communities(60)
    assert count_queries(lambda: issue(cast, many, issuer)) <= before
    assert Assignment.objects.filter(plan=many).count() == 63
    assert AssignmentItem.objects.filter(assignment__plan=many).count() == 63


def test_acknowledge_is_signed_with_name_and_time(cast):
    assignment = make_assignment(cast)
    plans.acknowledge_assignment(assignment, by=cast.lead_officer, at=cast.now)
    assignment.refresh_from_db()
    assert (assignment.acknowledged_by, assignment.acknowledged_at) == (cast.lead_officer, NOW)


def test_an_item_is_done_after_signing_for_it(cast):
    row = make_assignment(cast).items.get()
    with pytest.raises(WrongState, match="还没有签收"):
        plans.complete_item(row, done_on=cast.today, note="", by=cast.lead_officer, at=cast.now)


@pytest.mark.parametrize("days", [1, -60])
def test_an_item_refuses_a_day_to_come_and_one_before_the_quarter(cast, days):
    row = make_assignment(cast, status="acknowledged").items.get()
    with pytest.raises(ValidationError) as wrong:
        plans.complete_item(
            row, done_on=cast.today + timedelta(days), note="", by=cast.lead_officer, at=cast.now
        )
    assert list(wrong.value.message_dict) == ["done_on"]
    row.refresh_from_db()
    assert row.done_on is None


def test_an_item_is_not_a_strangers_to_complete(cast):
    row = make_assignment(cast, status="acknowledged").items.get()
    with pytest.raises(PermissionDenied):
        plans.complete_item(
            row, done_on=cast.today, note="", by=cast.other_lead_officer, at=cast.now
        )


def test_completion_names_what_is_open(cast):
    assignment = make_assignment(cast, status="acknowledged", items=2)
    with pytest.raises(ValidationError, match=r"清理卫生死角之1.*清理卫生死角之2"):
        plans.complete_assignment(assignment, summary="完成", by=cast.community_worker, at=cast.now)
    assignment.refresh_from_db()
    assert assignment.status == "acknowledged"


def test_completion_follows_the_last_item(cast):
    assignment = make_assignment(cast, status="acknowledged")
    plans.complete_item(
        assignment.items.get(), done_on=cast.today, note="已清理", by=cast.lead_officer, at=cast.now
    )
    plans.complete_assignment(assignment, summary="全部完成", by=cast.community_worker, at=cast.now)
    assignment.refresh_from_db()
    assert (assignment.status, assignment.summary, assignment.completed_at) == (
        "completed",
        "全部完成",
        NOW,
    )


def test_a_completed_assignment_takes_no_change(cast):
    row = make_assignment(cast, status="completed").items.get()
    with pytest.raises(WrongState, match="已报告完成"):
        plans.complete_item(row, done_on=cast.today, note="", by=cast.lead_officer, at=cast.now)


def test_remind_presses_those_behind_once_a_day(cast):
    make_assignment(cast)
    make_assignment(cast, community=cast.other_community, status="acknowledged")
    make_assignment(cast, community=cast.third_community, status="completed")
    everything = Assignment.objects.all()
    assert plans.remind_lead_units(everything, by=cast.office_staff, at=cast.now) == 2
    assert (
        plans.remind_lead_units(everything, by=cast.office_staff, at=cast.now + timedelta(hours=1))
        == 2
    )
    told = sorted(Notification.objects.values_list("recipient__username", "subject"))
    assert [name for name, _ in told] == ["shui", "zhou", "zhu"]
    assert told[2][1].endswith("请及时签收")
    assert Entry.objects.filter(event="communities.assignment.remind").count() == 4


def test_remind_is_the_offices(cast):
    with pytest.raises(PermissionDenied):
        plans.remind_lead_units(Assignment.objects.all(), by=cast.lead_officer, at=cast.now)


def test_remind_costs_the_same_for_few_and_for_many(cast):
    def behind(count, start):
        for community in make_communities(count, start=start):
            make_assignment(cast, plan=plan, community=community)
            make_user(f"officer{community.code}", Role.LEAD_OFFICER, unit=community.group.lead_unit)

    def remind(at):
        return plans.remind_lead_units(Assignment.objects.all(), by=cast.office_staff, at=at)

    plan = make_plan(cast, status="issued")
    behind(3, start=500)
    assert cast.office_staff.roles
    few = count_queries(lambda: remind(cast.now))
    behind(40, start=600)
    assert count_queries(lambda: remind(cast.now + timedelta(days=1))) == few
    assert Notification.objects.count() == 3 + 43


def test_an_item_asks_nothing_of_a_community_that_left_the_register(cast):
    plan = draft(cast)
    cast.community.is_active = False
    acting = {"by": cast.office_staff, "at": cast.now}
    with pytest.raises(ValidationError, match="虎山社区已不在册，请另选社区"):
        plans.add_plan_item(
            plan, area="environment", text="清运", community=cast.community, **acting
        )
    assert not plan.items.exists()


def test_many_open_items_are_named_in_part():
    names = [f"事项{number}" for number in range(9)]
    sentence = plans.say_what_is_open(names)
    assert sentence.startswith("还有工作没有办结：“事项0”、“事项1”")
    assert "等 9 项。办结后再报告完成" in sentence
    assert "事项8" not in sentence
