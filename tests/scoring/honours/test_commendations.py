"""表彰: a plan with its reply, a list within its places, a notice with its objections, two
approvals, a decision.
"""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import get_resolver, reverse

from gongjian.accounts.models import User
from gongjian.documents.models import Issuer
from gongjian.documents.services import sign_document, submit_document
from gongjian.lib.quarters import SHANGHAI
from gongjian.workflow import WrongState
from scoring.api import ScoreSerializer
from scoring.models import CommendationPlan, Nomination, Objection, Score, UnitScore
from scoring.rules.refusals import Missing
from scoring.services.bulletins.publishing import draft_bulletins
from scoring.services.honours import commendations, plans
from scoring.services.honours.naming import named_for
from scoring.services.honours.nominations import LegalReview, add_nomination, strike_nomination
from scoring.services.honours.public_notice import answer_objection, object_to_list
from scoring.services.honours.quarter_lists import propose_honours
from tests.scoring.access import on_public_notice
from tests.scoring.factories import (
    PLAN,
    RUBRIC_FILE,
    four_published,
    make_nomination,
    make_plan,
    make_round,
    make_rubric,
    make_score,
    make_unit_score,
)

# A Monday: five working days later is the Monday after.
AT = datetime(2027, 1, 25, 10, 0, tzinfo=SHANGHAI)
REQUEST = {
    "main_recipient": "市人民政府",
    "signer": "章主任",
    "note": "联系人：陈科长，电话：0571-63310000",
}


def office(cast, **given):
    return {"by": cast.office_staff, "at": AT, **given}


def names(round, honour="commendation"):
    return [one.name for one in named_for(round, honour)]


def test_a_year_from_its_plan_to_the_decision(cast):
    round = four_published(cast)
    with pytest.raises(Missing, match="2026 年度没有表彰计划：请拟订计划，以请示报市委、市政府"):
        commendations.propose_commendation(round, **office(cast))
    plan = plans.draft_plan(**PLAN, **office(cast))
    request = plans.apply_for_plan(plan, issuer=Issuer.objects.get(), **REQUEST, **office(cast))
    assert (
        request.title == "富阳市社区共建活动办公室关于申报2026年度“社区共建先进集体”表彰项目的请示"
    )
    reply = {
        "reply_number": "富政函〔2027〕3号",
        "replied_on": AT.date(),
        "by": cast.approver,
        "at": AT,
    }
    with pytest.raises(WrongState, match="请示还没有签发编号"):
        plans.approve_plan(plan, **reply)
    submit_document(request, **office(cast))
    sign_document(request, by=cast.office_director, at=AT)
    with pytest.raises(Missing, match="正在等待批复"):
        commendations.propose_commendation(round, **office(cast))
    plans.approve_plan(CommendationPlan.objects.get(), **reply)

    held = commendations.propose_commendation(round, **office(cast))
    assert names(round) == ["虎山社区", "富阳市住房和城乡建设局"]
    commendations.open_commendation_public_notice(held, **office(cast))
    assert str(held.notice_ends_on) == "2027-02-01"
    objection = object_to_list(
        held,
        honour="commendation",
        about="虎山社区",
        text="十二月有一起未公布的事故",
        by=cast.other_community_worker,
        at=AT,
    )
    on_last_day = AT + timedelta(days=7)
    with pytest.raises(WrongState, match=r"公示期到 2027-02-01 为止.*；对虎山社区的异议还没有答复"):
        commendations.review_commendation(held, by=cast.office_director, at=on_last_day)
    after = AT + timedelta(days=8)
    with pytest.raises(WrongState, match="对虎山社区的异议还没有答复"):
        commendations.review_commendation(held, by=cast.office_director, at=after)
    answer_objection(objection, answer="经核实，责任不在社区", by=cast.office_staff, at=after)
    with pytest.raises(WrongState, match="不在公示期内"):
        object_to_list(
            held, honour="commendation", about="", text="迟了", by=cast.lead_officer, at=after
        )
    commendations.review_commendation(held, by=cast.office_director, at=after)
    with pytest.raises(PermissionDenied):
        commendations.approve_commendation(held, by=cast.office_director, at=after)
    commendations.approve_commendation(held, by=cast.approver, at=after)
    document = commendations.draft_decision(
        held, issuer=Issuer.objects.get(), by=cast.office_staff, at=after
    ).document
    assert (document.kind, document.needs_approval, held.status) == ("decision", True, "decided")
    assert (
        document.title == "富阳市社区共建活动办公室关于表彰2026年度社区共建工作先进社区和单位的决定"
    )


def test_the_year_waits_for_every_quarter_and_for_somebody_worthy(cast):
    make_plan(cast)
    round = four_published(cast, less=2)
    with pytest.raises(Missing, match="2026 年第二季度考评结果尚未通报"):
        commendations.propose_commendation(round, **office(cast))
    round.__class__.objects.update(status="published")
    Score.objects.update(total_points="80.00")
    UnitScore.objects.update(total_points="80.00")
    with pytest.raises(WrongState, match="没有社区和单位达到"):
        commendations.propose_commendation(round, **office(cast))


def test_a_plan_serves_one_year_that_may_end_with_any_quarter(cast):
    four_published(cast)
    round = make_round(cast, quarter="2027Q1", status="published")
    make_score(round, cast.community, points="91.00")
    make_plan(cast, year=2027)
    commendations.propose_commendation(round, **office(cast))
    later = make_round(cast, quarter="2027Q2", status="published")
    make_score(later, cast.community, points="91.00")
    with pytest.raises(WrongState, match="已用于2027 年第一季度的年度名单"):
        commendations.propose_commendation(later, **office(cast))


def test_equals_at_the_edge_of_the_places_are_left_to_people(cast):
    """Three communities, all of one class and all on 95.00, for two places."""
    round = four_published(cast)
    Score.objects.update(total_points="95.00")
    for one in Score.objects.filter(community=cast.community):
        make_score(one.round, cast.third_community, points="95.00")
    make_plan(cast, community_quota=2)
    held = commendations.propose_commendation(round, **office(cast))
    with pytest.raises(
        WrongState,
        match=r"社区名额 2 个，名单中有 3 个：.*并列（95\.00 分），只余 2 个名额.*剔除 1 个",
    ):
        commendations.open_commendation_public_notice(held, **office(cast))
    with pytest.raises(ValidationError, match="请写明剔除的理由"):
        strike_nomination(
            Nomination.objects.get(community=cast.other_community), reason=" ", **office(cast)
        )
    strike_nomination(
        Nomination.objects.get(community=cast.other_community), reason="案件在办", **office(cast)
    )
    with pytest.raises(ValidationError, match="社区名额 2 个已满"):
        add_nomination(
            round,
            honour="commendation",
            standing="community",
            subject=cast.other_community,
            reason="已结案",
            **office(cast),
        )
    commendations.propose_commendation(round, **office(cast))
    assert Nomination.objects.get(community=cast.other_community).struck_reason == "案件在办"
    assert commendations.open_commendation_public_notice(held, **office(cast)).status == "on_notice"


def test_a_figure_corrected_after_the_proposal_stops_the_list(cast):
    round = four_published(cast)
    make_plan(cast)
    held = commendations.propose_commendation(round, **office(cast))
    Score.objects.filter(round=round, community=cast.community).update(total_points="92.00")
    with pytest.raises(
        WrongState, match=r"虎山社区：提名时四个季度平均 92\.75 分，现为 92\.00 分，请重新提名"
    ):
        commendations.open_commendation_public_notice(held, **office(cast))
    commendations.propose_commendation(round, **office(cast))
    commendations.open_commendation_public_notice(held, **office(cast))
    commendations.return_commendation(held, remark="名额另作研究", by=cast.office_director, at=AT)
    assert (held.status, held.notice_ends_on) == ("proposed", None)


def test_a_plan_names_what_is_wrong_with_it(cast):
    with pytest.raises(ValidationError, match="名额合计 8 个，多于参评数量 5 个"):
        plans.draft_plan(**{**PLAN, "competing": 5}, **office(cast))
    plan = plans.draft_plan(**PLAN, **office(cast))
    with pytest.raises(ValidationError, match="2026 年度已有表彰计划"):
        plans.draft_plan(**PLAN, **office(cast))
    with pytest.raises(ValidationError, match="只写一个主送机关"):
        plans.apply_for_plan(
            plan,
            issuer=Issuer.objects.get(),
            **{**REQUEST, "main_recipient": "市委、市政府"},
            **office(cast),
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        CommendationPlan.objects.update(status="approved")


def frozen(cast, *, quotas=None):
    """A frozen quarter: 虎山 95, 后周 92, 春秋 90; the member unit 40, its lead 95."""
    if quotas:
        content = {**RUBRIC_FILE, "honours": {**RUBRIC_FILE["honours"]}}
        praise = {"best_share": "1", "from_points": "90", "quotas": quotas}
        content["honours"]["praise"] = praise
        rubric = make_rubric(cast)
        type(rubric).objects.update(content=content)
    round = make_round(cast, status="frozen")
    for place, (community, points) in enumerate(
        zip(cast.communities.values(), ("95", "92", "92"), strict=True), 1
    ):
        make_score(round, community, points=points, rank=place, class_rank=place)
    make_unit_score(round, cast.member_unit, "member", points="40.00")
    return round


def test_praise_keeps_to_the_rubrics_places_and_leaves_equals_to_people(cast):
    round = frozen(cast, quotas={"community": 2})
    propose_honours(round, **office(cast))
    assert len(names(round, "praise")) == 3
    with pytest.raises(
        WrongState,
        match=r"通报表扬社区名额 2 个，名单中有 3 个：后周社区、春秋社区并列（92\.00 分）",
    ):
        draft_bulletins(round, issuer=Issuer.objects.get(), **office(cast))
    strike_nomination(
        Nomination.objects.get(community=cast.third_community), reason="一票否决", **office(cast)
    )
    propose_honours(round, **office(cast))
    assert names(round, "praise") == ["虎山社区", "后周社区"]


def test_a_name_is_added_within_the_thresholds_alone(cast):
    round = frozen(cast)
    propose_honours(round, **office(cast))
    given = {"standing": "community", "reason": "整改成效明显", **office(cast)}
    add_nomination(round, honour="praise", subject=cast.other_community, **given)
    assert names(round, "praise") == ["虎山社区", "后周社区"]
    with pytest.raises(ValidationError, match="85 分起免予批评"):
        add_nomination(round, honour="criticism", subject=cast.other_community, **given)
    with pytest.raises(ValidationError, match="没有达到评分细则规定的 90 分"):
        add_nomination(
            round, honour="praise", subject=cast.member_unit, **{**given, "standing": "member"}
        )
    with pytest.raises(ValidationError, match="作为牵头单位，2026 年第四季度没有得分"):
        add_nomination(
            round, honour="praise", subject=cast.lead_unit, **{**given, "standing": "lead"}
        )


def test_an_enterprise_is_criticised_only_on_a_legal_review(cast):
    round = frozen(cast)
    given = {
        "honour": "criticism",
        "standing": "member",
        "subject": cast.member_unit,
        "reason": "门前三包屡查屡犯",
    }
    with pytest.raises(ValidationError, match="须先有法制审核文书"):
        add_nomination(round, **given, **office(cast))
    with pytest.raises(IntegrityError, match="legal_review"), transaction.atomic():
        make_nomination(
            round,
            honour="criticism",
            unit=cast.member_unit,
            unit_kind="enterprise",
            standing="member",
        )
    review = LegalReview("市司法局法制审核意见书〔2026〕8号", AT.date())
    added = add_nomination(round, **given, review=review, **office(cast))
    assert (added.review_document, added.reviewed_by) == (review.document, cast.office_staff)


def test_the_pages_keep_what_was_typed_and_take_the_acts(cast, sign_in):
    on_public_notice(cast)
    client, nominations = (
        sign_in(cast.office_staff),
        reverse("scoring:nominations", args=["2026Q4"]),
    )
    listed = f"{nominations}?tab=commendation"
    refused = client.post(listed, {"act": "strike", "reason": "案件在办"})
    assert (refused.status_code, "案件在办" in refused.content.decode()) == (400, True)
    one = Nomination.objects.get()
    assert (
        client.post(
            listed, {"act": "strike", "nomination": one.pk, "reason": "案件在办"}
        ).status_code
        == 302
    )
    assert "陈科长剔除：案件在办" in client.get(listed).content.decode()
    unknown = {"act": "add", "standing": "lead", "name": "市某某局", "reason": "成绩突出"}
    assert "没有叫“市某某局”的单位" in client.post(nominations, unknown).content.decode()
    workbook = client.get(f"{listed}&format=xlsx")
    assert workbook.headers["Content-Disposition"].endswith(".xlsx")
    act = reverse("scoring:year_commend", args=["2026Q4"])
    assert client.post(act, {"act": "object", "text": ""}).status_code == 400
    objection = Objection.objects.get()
    answered = {"act": "answer", "objection": objection.pk, "answer": "已核实"}
    assert client.post(act, answered).status_code == 302
    objection.refresh_from_db()
    assert (objection.answer, objection.answered_by) == ("已核实", cast.office_staff)
    client = sign_in(cast.other_lead_officer)
    page = client.get(reverse("scoring:year", args=["2026Q4"])).content.decode()
    assert "请再核实" not in page  # another's objection
    assert "剔除" not in client.get(listed).content.decode()


def test_liaison_leaders_are_never_scored_or_named():
    """No row can point at a person, no standing is theirs, no address and no column of the API
    bears their name.
    """
    for model in (Score, UnitScore, Nomination):
        people = {field.name for field in model._meta.get_fields() if field.related_model is User}
        assert people <= {"added_by", "struck_by", "reviewed_by"}, model
    standings = {
        value
        for model in (UnitScore, Nomination)
        for value in model._meta.get_field("standing").choices
    }
    assert standings == {("lead", "牵头单位"), ("member", "共建单位"), ("department", "职能部门")}
    routes = [str(pattern.pattern) for pattern in get_resolver("scoring.urls").url_patterns]
    assert routes and not [route for route in routes if "liaison" in route or "leader" in route]
    told = {*ScoreSerializer().fields, *(field.name for field in UnitScore._meta.get_fields())}
    assert not [name for name in told if "liaison" in name or "leader" in name]


# What the list refuses


def test_names_are_added_and_struck_with_their_reasons_while_the_list_is_open(cast):
    round = frozen(cast)
    propose_honours(round, **office(cast))
    given = {"honour": "praise", "standing": "community", **office(cast)}
    with pytest.raises(ValidationError, match="请写明增补的理由，它随名单公布"):
        add_nomination(round, subject=cast.other_community, reason=" ", **given)
    with pytest.raises(ValidationError, match="虎山社区已在名单里"):
        add_nomination(round, subject=cast.community, reason="成绩突出", **given)
    one = Nomination.objects.get(community=cast.community, honour="praise")
    strike_nomination(one, reason="案件在办", **office(cast))
    with pytest.raises(WrongState, match="虎山社区已经剔除"):
        strike_nomination(one, reason="案件在办", **office(cast))
    round.__class__.objects.update(status="reported")
    with pytest.raises(WrongState, match="定分后、报批前才能增减表扬、批评名单"):
        add_nomination(round, subject=cast.community, reason="已结案", **given)


def test_a_legal_review_of_a_day_to_come_is_none(cast):
    round = frozen(cast)
    review = LegalReview("市司法局法制审核意见书〔2026〕8号", AT.date() + timedelta(days=1))
    with pytest.raises(ValidationError, match="审核日期还没有到，请填文书上的日期"):
        add_nomination(
            round,
            honour="criticism",
            standing="member",
            subject=cast.member_unit,
            reason="屡查屡犯",
            review=review,
            **office(cast),
        )


def test_a_year_is_commended_by_its_own_mean_alone(cast):
    round = four_published(cast)
    given = {"honour": "commendation", "standing": "community", "reason": "成绩突出"}
    with pytest.raises(WrongState, match="请先按表彰计划提名，再增减名单"):
        add_nomination(round, subject=cast.community, **given, **office(cast))
    make_plan(cast)
    commendations.propose_commendation(round, **office(cast))
    with pytest.raises(ValidationError, match="四个季度的得分不齐，没有年度平均分，不能增补"):
        add_nomination(round, subject=cast.third_community, **given, **office(cast))
    with pytest.raises(ValidationError, match="没有达到评分细则规定的 90 分"):
        add_nomination(round, subject=cast.other_community, **given, **office(cast))
    CommendationPlan.objects.update(community_quota=1)
    Score.objects.filter(community=cast.other_community).update(total_points="91.00")
    round = type(round).objects.select_related("rubric").get(pk=round.pk)
    with pytest.raises(ValidationError, match="社区名额 1 个已满，请先剔除一个再增补"):
        add_nomination(round, subject=cast.other_community, **given, **office(cast))
