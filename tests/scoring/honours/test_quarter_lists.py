"""季度奖惩名单: on public notice, objected to, answered, and only then the circulars."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from gongjian.accounts.models import User
from gongjian.documents.models import Issuer
from gongjian.lib.quarters import SHANGHAI
from gongjian.notifications.models import Notification
from gongjian.workflow import WrongState
from scoring.models import Nomination, Objection, Score
from scoring.services.bulletins.publishing import draft_bulletins
from scoring.services.honours.nominations import add_nomination, strike_nomination
from scoring.services.honours.public_notice import answer_objection, object_to_list
from scoring.services.honours.quarter_lists import (
    hindrances_to_public_notice,
    hindrances_to_reporting,
    open_quarter_list_public_notice,
    propose_honours,
    reached_nobody,
    return_quarter_list,
)
from tests.scoring.factories import (
    RUBRIC_FILE,
    make_measured,
    make_nomination,
    make_quarter_list,
    make_round,
    make_rubric,
    make_score,
    make_unit_score,
)

# A Thursday: three working days later is Tuesday the twenty-sixth.
AT = datetime(2027, 1, 21, 10, 0, tzinfo=SHANGHAI)
AFTER = datetime(2027, 1, 27, 9, 0, tzinfo=SHANGHAI)


def office(cast, **given):
    return {"by": cast.office_staff, "at": AT, **given}


def frozen(cast, **given):
    """虎山 95 and its lead unit are praised, 后周 70 and its lead unit criticised, 春秋 86 is
    neither.
    """
    round = make_round(cast, status="frozen", frozen={"communities": []}, **given)
    for place, (community, points) in enumerate(
        zip(cast.communities.values(), ("95", "70", "86"), strict=True), 1
    ):
        make_score(round, community, points=points, rank=place, class_rank=place)
    make_unit_score(round, cast.lead_unit, "lead", points="95.00")
    make_unit_score(round, cast.other_lead_unit, "lead", points="70.00", rank=2)
    return round


def told(user):
    return list(Notification.objects.filter(recipient=user).values_list("subject", flat=True))


def test_the_circulars_wait_for_the_notice_and_every_answer(cast):
    round = frozen(cast)
    assert hindrances_to_reporting(round, on=AT.date()) == [
        "还没有按评分细则提名表扬、批评名单，请在“奖惩名单”提名"
    ]
    propose_honours(round, **office(cast))
    with pytest.raises(WrongState, match="还没有公示，请在“奖惩名单”核对后公示 3 个工作日"):
        draft_bulletins(round, issuer=Issuer.objects.get(), **office(cast))
    held = open_quarter_list_public_notice(round, **office(cast))
    assert str(held.notice_ends_on) == "2027-01-26"
    said = {"honour": "criticism", "about": "后周社区", "text": "雨水管网改造期间道路封闭"}
    statement = object_to_list(held, **said, by=cast.other_community_worker, at=AT)
    raised = object_to_list(
        held, honour="praise", about="", text="请再核实", by=cast.member_liaison, at=AT
    )
    on_last_day = AT + timedelta(days=5)
    assert hindrances_to_reporting(round, on=on_last_day.date()) == [
        "公示期到 2027-01-26 为止，次日起才能拟稿报批",
        "后周社区的陈述申辩还没有答复",
        "对名单的异议还没有答复",
    ]
    answer_objection(raised, answer="已核实", by=cast.office_staff, at=AFTER)
    with pytest.raises(WrongState, match=r"^后周社区的陈述申辩还没有答复$"):
        draft_bulletins(round, issuer=Issuer.objects.get(), **office(cast, at=AFTER))
    answer_objection(statement, answer="情况属实，不予批评", by=cast.office_staff, at=AFTER)
    strike_nomination(
        Nomination.objects.get(community=cast.other_community),
        reason="申辩成立",
        **office(cast, at=AFTER),
    )
    drafted = draft_bulletins(round, issuer=Issuer.objects.get(), **office(cast, at=AFTER))
    assert [one.kind for one in drafted] == ["ranking", "praise", "criticism"]
    assert "后周社区" not in drafted[2].document.body
    held.refresh_from_db()
    assert held.status == "closed"


def test_those_to_be_criticised_alone_learn_their_names(cast):
    round = frozen(cast)
    propose_honours(round, **office(cast))
    assert not Nomination.objects.visible_to(cast.lead_officer).exists()
    held = open_quarter_list_public_notice(round, **office(cast))

    def seen(user):
        return {one.name for one in Nomination.objects.visible_to(user)}

    praised = {"虎山社区", cast.lead_unit.name}
    assert seen(cast.lead_officer) == seen(cast.liaison_leader) == praised
    assert seen(cast.other_community_worker) == praised | {"后周社区"}
    assert seen(cast.other_lead_officer) == praised | {"后周社区", cast.other_lead_unit.name}
    assert f"2026 年第四季度考评：拟对{cast.other_lead_unit.name}通报批评" in told(
        cast.other_lead_officer
    )
    assert told(cast.lead_officer) == ["2026 年第四季度考评拟通报表扬名单公示"]
    assert told(cast.other_liaison_leader) == ["2026 年第四季度考评拟通报表扬名单公示"]
    assert reached_nobody(held) == []
    User.objects.filter(pk=cast.other_lead_officer.pk).update(is_active=False)
    assert reached_nobody(held) == [cast.other_lead_unit.name]  # 后周社区 still has its worker


def test_a_case_is_stated_by_those_who_are_named_and_by_nobody_else(cast):
    round = frozen(cast)
    propose_honours(round, **office(cast))
    held = open_quarter_list_public_notice(round, **office(cast))
    said = {"honour": "criticism", "about": "后周社区", "text": "请再核实", "at": AT}
    with pytest.raises(PermissionDenied, match="由被提名的社区、单位自己陈述申辩"):
        object_to_list(held, **said, by=cast.lead_officer)
    with pytest.raises(ValidationError, match="名单里没有“虎山社区”"):
        object_to_list(held, **{**said, "about": "虎山社区"}, by=cast.other_lead_officer)
    statement = object_to_list(held, **said, by=cast.other_lead_officer)
    assert not Objection.objects.visible_to(cast.other_community_worker).exists()
    assert statement in Objection.objects.visible_to(cast.auditor)
    with pytest.raises(WrongState, match="不在公示期内"):
        object_to_list(held, **{**said, "at": AFTER}, by=cast.other_lead_officer)


def test_names_are_struck_while_the_list_lies_open_and_added_only_once_it_was_taken_back(cast):
    round = frozen(cast)
    propose_honours(round, **office(cast))
    held = open_quarter_list_public_notice(round, **office(cast))
    with pytest.raises(WrongState, match="表扬、批评名单公示中，由主任退回后才能重新提名"):
        propose_honours(round, **office(cast))
    added = {
        "honour": "criticism",
        "standing": "lead",
        "subject": cast.other_lead_unit,
        "reason": "屡查屡犯",
    }
    strike_nomination(
        Nomination.objects.get(unit=cast.other_lead_unit), reason="再议", **office(cast)
    )
    with pytest.raises(WrongState, match="当前为“公示中”，退回后才能增减"):
        add_nomination(round, **added, **office(cast))
    with pytest.raises(PermissionDenied):
        return_quarter_list(held, remark="增补", **office(cast))
    return_quarter_list(held, remark="增补", **office(cast, by=cast.office_director))
    add_nomination(round, **added, **office(cast))
    assert not Nomination.objects.visible_to(cast.lead_officer).exists()
    Score.objects.filter(community=cast.community).update(total_points="91.00")
    with pytest.raises(
        WrongState, match=r"虎山社区：提名时得 95\.00 分，现为 91\.00 分，请重新提名"
    ):
        open_quarter_list_public_notice(round, **office(cast))


@pytest.mark.parametrize("days", [0, 3])
def test_no_notice_where_the_rubric_asks_for_none_or_nobody_is_named(cast, days):
    honours = {**RUBRIC_FILE["honours"], "notice_workdays": days}
    rubric = make_rubric(cast)
    type(rubric).objects.update(content={**RUBRIC_FILE, "honours": honours})
    round = frozen(cast)
    if days:
        Score.objects.update(total_points="87.00")
        round.unit_scores.all().delete()
        propose_honours(round, **office(cast))
    drafted = draft_bulletins(round, issuer=Issuer.objects.get(), **office(cast))
    assert [one.kind for one in drafted] == (
        ["ranking"] if days else ["ranking", "praise", "criticism"]
    )


def test_a_rubric_without_honours_asks_for_no_list(cast):
    round = make_round(cast, status="frozen", rubric=make_measured(cast))
    assert hindrances_to_reporting(round, on=AT.date()) == []
    with pytest.raises(WrongState, match="评分细则不设名单公示"):
        open_quarter_list_public_notice(round, **office(cast))


def test_the_page_lays_the_list_open_and_takes_what_is_said(cast, sign_in):
    round = frozen(cast)
    page = reverse("scoring:nominations", args=["2026Q4"])
    client = sign_in(cast.office_staff)
    for act in ("propose", "open_notice"):
        assert client.post(page, {"act": act}).status_code == 302
    client = sign_in(cast.other_lead_officer)
    shown = client.get(f"{page}?tab=criticism").content.decode()
    assert "陈述申辩：拟对后周社区通报批评" in shown and "后周社区" in shown
    typed = {"act": "object", "about": "criticism:后周社区", "text": ""}
    assert client.post(page, typed).status_code == 400
    assert client.post(page, {**typed, "text": "道路封闭施工"}).status_code == 302
    client = sign_in(cast.lead_officer)
    assert "后周社区" not in client.get(f"{page}?tab=criticism").content.decode()
    assert client.post(page, typed | {"text": "替别人说"}).status_code == 400
    assert client.post(page, {"act": "strike"}).status_code == 403
    client = sign_in(cast.office_staff)
    shown = client.get(page).content.decode()
    assert "道路封闭施工" in shown and "后周社区的陈述申辩还没有答复" in shown
    answered = {"act": "answer", "objection": Objection.objects.get().pk, "answer": "已核实"}
    assert client.post(page, answered).status_code == 302
    shown = client.get(round.get_absolute_url()).content.decode()
    assert "报批前还要办" in shown and "拟稿报批</a>" not in shown


def test_quarters_drafted_before_there_were_lists_go_on(cast):
    """Frozen with its names but without a list: it goes on public notice as it stands."""
    round = frozen(cast)
    propose_honours(round, **office(cast))
    round.quarter_list.delete()
    round = type(round).objects.get()
    assert len(hindrances_to_reporting(round, on=AT.date())) == 1
    assert open_quarter_list_public_notice(round, **office(cast)).status == "on_notice"


def test_a_case_is_heard_and_answered_in_words_and_once(cast):
    quarter_list = make_quarter_list(cast, make_round(cast, status="frozen"))
    make_nomination(quarter_list.round, community=cast.community)
    acting = {"by": cast.lead_officer, "at": cast.now}
    given = {"honour": "praise", "about": "虎山社区"}
    with pytest.raises(ValidationError, match="请写明事实和理由"):
        object_to_list(quarter_list, text=" ", **given, **acting)
    objection = object_to_list(quarter_list, text="有事故未报", **given, **acting)
    answering = {"by": cast.office_staff, "at": cast.now}
    with pytest.raises(ValidationError, match="请写明核实情况和处理意见"):
        answer_objection(objection, answer="", **answering)
    answer_objection(objection, answer="已核实", **answering)
    with pytest.raises(WrongState, match="这件异议已经答复"):
        answer_objection(objection, answer="再答", **answering)
    assert Objection.objects.get().answer == "已核实"


def test_why_a_list_cannot_lie_open_is_told(cast):
    round = make_round(cast, status="on_notice")
    (why,) = hindrances_to_public_notice(round)
    assert why.endswith("当前为“公示复核”，定分后、报批前才能公示名单")
    type(round).objects.update(status="frozen")
    assert hindrances_to_public_notice(round) == ["名单里没有一个名字，不用公示"]
