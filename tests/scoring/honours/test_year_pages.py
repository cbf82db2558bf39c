"""年度得分 and 表彰计划 on their pages: every act, and what is refused keeps its words."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from gongjian.documents.models import Issuer
from gongjian.workflow import WrongState
from scoring.models import Commendation, CommendationPlan, Nomination
from scoring.services.honours import plans
from tests.editing import send
from tests.scoring.factories import (
    PLAN,
    four_published,
    make_commendation,
    make_plan,
    make_unit_score,
)

YEAR = reverse("scoring:year", args=["2026Q4"])
COMMEND = reverse("scoring:year_commend", args=["2026Q4"])


def list_in(cast, status, **given):
    """The year's list, with a name on it."""
    commendation = make_commendation(cast, round=four_published(cast), status=status, **given)
    community = {"community": cast.community, "honour": "commendation", "points": "92.75"}
    Nomination.objects.create(round=commendation.round, reason="第 1 名", **community)
    return commendation


def step_state(answer):
    return [(line["label"], line["state"]) for line in answer.context["cycle"]]


def test_what_the_year_still_lacks_is_told_and_nothing_is_proposed(cast, sign_in):
    four_published(cast, less=2)
    client = sign_in(cast.office_staff)
    answer = client.post(COMMEND, {"act": "propose"}, follow=True)
    assert "2026 年第二季度考评结果尚未通报" in answer.content.decode()
    assert not Commendation.objects.exists()
    assert dict(step_state(answer))["计划批复"] == "now"
    assert "还差 1 个季度" in answer.content.decode()


def test_the_office_proposes_and_lays_the_list_open(cast, sign_in):
    four_published(cast)
    make_plan(cast)
    client = sign_in(cast.office_staff)
    answer = client.post(COMMEND, {"act": "propose"}, follow=True)
    assert "已在名额内提名，核对增减后公示" in answer.content.decode()
    assert dict(step_state(answer))["名额内提名"] == "now"
    answer = client.post(COMMEND, {"act": "open_notice"}, follow=True)
    assert dict(step_state(answer))["名单公示"] == "now"
    assert "名单已开始公示" in answer.content.decode()
    assert Commendation.objects.get().status == "on_notice"


def test_the_director_reviews_and_the_city_approves(cast, sign_in):
    list_in(cast, "on_notice", notice_ends_on=date(2026, 11, 13))
    answer = sign_in(cast.office_director).post(COMMEND, {"act": "review"}, follow=True)
    assert "已审核同意，报市委、市政府批准" in answer.content.decode()
    answer = sign_in(cast.approver).post(COMMEND, {"act": "approve"}, follow=True)
    assert "已批准名单，由共建办拟决定" in answer.content.decode()
    assert Commendation.objects.get().status == "approved"
    assert dict(step_state(answer))["拟表彰决定"] == "now"


def test_the_decision_names_its_issuer_or_is_asked_for_it_again(cast, sign_in):
    list_in(cast, "approved")
    client = sign_in(cast.office_staff)
    refused = client.post(COMMEND, {"act": "decide"})
    assert refused.status_code == 400
    assert "issuer" in refused.context["decide_form"].errors
    answer = client.post(COMMEND, {"act": "decide", "issuer": Issuer.objects.get().pk})
    decided = Commendation.objects.get()
    assert answer.status_code == 302
    assert decided.status == "decided"
    assert client.get(YEAR).context["decision"].document.kind == "decision"
    # Who does not see the nominations sees the decision once it is published.
    assert sign_in(cast.lead_officer).get(YEAR).context["decision"] is None


def test_a_list_is_returned_with_a_remark(cast, sign_in):
    list_in(cast, "on_notice")
    client = sign_in(cast.office_director)
    assert "return_form" in client.get(YEAR).context
    refused = client.post(COMMEND, {"act": "return", "remark": ""})
    assert refused.status_code == 400
    assert "remark" in refused.context["return_form"].errors
    answer = client.post(COMMEND, {"act": "return", "remark": "名额另作研究"}, follow=True)
    assert "已退回，重新提名后须再次公示" in answer.content.decode()
    assert Commendation.objects.get().status == "proposed"
    assert sign_in(cast.office_staff).get(YEAR).context["hindrances"] is not None


def test_the_city_sends_a_reviewed_list_back(cast, sign_in):
    list_in(cast, "reviewed")
    client = sign_in(cast.approver)
    answer = client.post(COMMEND, {"act": "return", "remark": "请再核实"})
    assert (answer.status_code, Commendation.objects.get().status) == (302, "proposed")


def test_years_are_shown_by_standing(cast, sign_in):
    round = four_published(cast)
    make_unit_score(round, cast.member_unit, "member", points="80.00")
    client = sign_in(cast.office_staff)
    page = client.get(YEAR, {"tab": "member"})
    assert [str(year.subject) for year, _ in page.context["page"].lines] == ["富春商场"]
    assert "未参评" in page.content.decode()
    communities = client.get(YEAR, {"tab": "nobody"}).context["page"].lines
    assert {str(year.subject) for year, _ in communities} == {"虎山社区", "后周社区"}


# plans


def posted(**given):
    return {**PLAN, **given}


def test_a_plan_is_written_changed_and_applied_for_on_its_page(cast, sign_in):
    client = sign_in(cast.office_staff)
    listed = reverse("scoring:commendation_plans")
    refused = client.post(
        listed, posted(community_quota=0, lead_quota=0, member_quota=0) | {"department_quota": 0}
    )
    assert refused.status_code == 400
    assert "请至少给一类对象安排名额" in refused.content.decode()
    assert client.post(listed, posted()).status_code == 302
    plan = CommendationPlan.objects.get()
    send(client, plan.get_absolute_url(), posted(name="社区共建示范单位", act="save"))
    plan.refresh_from_db()
    assert plan.name == "社区共建示范单位"
    assert "社区共建示范单位" in client.get(plan.get_absolute_url()).content.decode()
    assert send(client, plan.get_absolute_url(), posted(competing=5, act="save")).status_code == 400


def test_a_plan_that_was_applied_for_is_not_changed(cast):
    plan = make_plan(cast, status="applied", reply_number="", replied_on=None)
    with pytest.raises(WrongState, match="表彰计划已经报送请示，不能再改"):
        plans.edit_plan(plan, by=cast.office_staff, at=cast.now, **PLAN)


def test_a_reply_lies_between_the_request_and_today(cast):
    plan = make_plan(cast, status="applied", reply_number="", replied_on=None)
    type(plan.request).objects.filter(pk=plan.request.pk).update(
        serial=3, year=2026, document_date=date(2026, 11, 2)
    )
    plan.refresh_from_db()
    reply = {"reply_number": "富政函〔2026〕3号", "by": cast.approver, "at": cast.now}
    for day in (date(2026, 11, 1), date(2026, 11, 17)):
        with pytest.raises(ValidationError, match="批复日期应在 2026-11-02（请示成文日期）至今天"):
            plans.approve_plan(plan, replied_on=day, **reply)
    plans.approve_plan(plan, replied_on=date(2026, 11, 2), **reply)
    assert CommendationPlan.objects.get().status == "approved"


def test_a_refused_plan_makes_room_for_another(cast, sign_in):
    plan = make_plan(cast, status="applied", reply_number="", replied_on=None)
    client = sign_in(cast.approver)
    answer = client.post(
        plan.get_absolute_url(), {"act": "refuse", "refusal": "本年度不再新设项目"}, follow=True
    )
    plan.refresh_from_db()
    assert "已登记不予批准" in answer.content.decode()
    assert (plan.status, plan.refusal) == ("refused", "本年度不再新设项目")
    another = plans.draft_plan(**PLAN, by=cast.office_staff, at=cast.now)
    assert another.year == plan.year
