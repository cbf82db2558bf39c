"""A finding's way with all that it may meet: more time, another unit, an order, a false word, the
same thing again.
"""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from gongjian.accounts.roles import Role
from gongjian.documents.models import Issuer
from gongjian.workflow import WrongState
from inspections.models import Finding, FindingReminder, FindingRequest, Photo
from inspections.permissions import (
    is_colleague_of_doer,
    may_add_photo,
    may_decide_request,
    may_verify_and_close,
)
from inspections.services.findings import (
    close_out_finding,
    mark_false_rectification,
    rectify_finding,
    report_finding,
    send_back_finding,
    verify_finding,
)
from inspections.services.progress import false_rectifications_in, recurrences_in
from inspections.services.rectification_notice import draft_rectification_notice
from inspections.services.recurrence import link_recurrences
from inspections.services.reminders import remind_by_steps
from inspections.services.requests import ask_extension, ask_hand_on, grant_request, refuse_request
from inspections.services.supervision import supervise_finding
from scoring.services.scores.inputs import false_rectification_cases
from tests.cast import make_user
from tests.inspections.factories import (
    due_and_closed_in_time,
    make_checklist,
    make_finding,
    make_frontage,
    make_photo,
    make_request,
    photo_bytes,
)
from tests.scoring.factories import make_round

BASE = (Decimal("30.049123"), Decimal("119.960456"))


def extend(cast, finding, **given):
    row = {
        "reason": "雨天无法施工",
        "until_on": cast.today + timedelta(days=4),
        "by": cast.member_liaison,
        "at": cast.now,
    }
    return ask_extension(finding, **row | given)


def messages_of(person) -> list[str]:
    return list(person.notifications.order_by("pk").values_list("subject", flat=True))


def test_a_rectification_needs_a_photo_or_the_reason_for_none(cast):
    finding = make_finding(cast)
    with pytest.raises(ValidationError, match="至少一张整改后的照片"):
        rectify_finding(
            finding, rectification="已清运", no_photo_reason=" ", by=cast.lead_officer, at=cast.now
        )
    photos = [BytesIO(photo_bytes())]
    rectify_finding(
        finding, rectification="已清运", photos=photos, by=cast.lead_officer, at=cast.now
    )
    assert finding.photos.get().stage == "after"


def test_a_colleague_of_the_doer_does_not_verify_but_the_director_may(cast):
    colleague = make_user("zhu2", Role.LEAD_OFFICER, unit=cast.lead_unit)
    finding = make_finding(cast, status="rectified")
    with pytest.raises(PermissionDenied, match="本单位"):
        verify_finding(finding, by=colleague, at=cast.now)
    own = make_user("chen2", Role.LEAD_OFFICER, unit=cast.office)
    of_the_office = make_finding(
        cast, status="rectified", rectified_by=own, responsible_unit=cast.office
    )
    with pytest.raises(PermissionDenied):
        verify_finding(of_the_office, by=cast.office_staff, at=cast.now)
    verify_finding(of_the_office, by=cast.office_director, at=cast.now)
    assert (of_the_office.verified_at, of_the_office.closed_by) == (cast.now, cast.office_director)


def test_the_database_refuses_a_close_out_without_verification(cast):
    finding = make_finding(cast, status="rectified")
    with pytest.raises(IntegrityError, match="closed_out_after_verification"), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(status="closed_out")
    with pytest.raises(IntegrityError, match="closer_is_not_the_doer"), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(closed_by=finding.rectified_by)


def test_what_is_supervised_is_closed_out_by_the_office_alone(cast):
    finding = make_finding(cast, status="rectified")
    order = {
        "unit": cast.lead_unit,
        "reason": "两次退回",
        "due_on": cast.today,
        "by": cast.office_staff,
    }
    supervise_finding(finding, **order, at=cast.now)
    verify_finding(finding, by=cast.community_worker, at=cast.now)
    assert (finding.status, finding.closed_at) == ("verified", None)
    with pytest.raises(PermissionDenied):
        close_out_finding(finding, by=cast.community_worker, at=cast.now)
    close_out_finding(finding, by=cast.office_staff, at=cast.now)
    assert (finding.verified_by, finding.closed_by) == (cast.community_worker, cast.office_staff)
    assert [one.startswith("督办") for one in messages_of(cast.lead_officer)] == [True]
    with pytest.raises(WrongState, match="虚假整改"):
        supervise_finding(finding, **order, at=cast.now)


def test_a_granted_extension_moves_the_limit_that_the_score_counts(cast):
    finding = make_finding(cast, responsible_unit=cast.member_unit)
    before = finding.due_at
    request = extend(cast, finding)
    assert messages_of(cast.office_staff)[0].startswith("申请延期，请答复")
    finding = grant_request(request, by=cast.office_staff, at=cast.now).finding
    assert (finding.original_due_at, finding.due_at) == (before, request.until_at)
    late = before + timedelta(hours=5)
    done = {
        "rectification": "已修复",
        "no_photo_reason": "夜间",
        "by": cast.member_liaison,
        "at": late,
    }
    verify_finding(rectify_finding(finding, **done), by=cast.office_staff, at=late)
    assert due_and_closed_in_time("2026Q4") == {cast.community.pk: (1, 1)}


def test_an_extension_is_refused_when_it_is_late_too_far_or_once_too_often(cast):
    finding = make_finding(cast, responsible_unit=cast.member_unit)
    with pytest.raises(
        ValidationError, match="延期的日期应在 2026年11月17日 至 2026年12月2日 之间"
    ):
        extend(cast, finding, until_on=date(2026, 12, 3))
    with pytest.raises(ValidationError, match="延期的日期"):
        extend(cast, finding, until_on=cast.today)
    with pytest.raises(WrongState, match="已过，不能再申请"):
        extend(cast, finding, at=finding.due_at)
    with pytest.raises(PermissionDenied):
        extend(cast, finding, by=cast.other_lead_officer)
    make_request(cast, finding=finding, status="granted", decided_by=cast.office_staff)
    with pytest.raises(WrongState, match="已延期 1 次"):
        extend(cast, finding)


def test_one_request_waits_at_a_time_and_lapses_with_the_rectification(cast):
    finding = make_finding(cast, responsible_unit=cast.member_unit)
    extend(cast, finding)
    with pytest.raises(WrongState, match="在等答复"):
        extend(cast, finding)
    done = {
        "rectification": "已修复",
        "no_photo_reason": "夜间",
        "by": cast.member_liaison,
        "at": cast.now,
    }
    rectify_finding(finding, **done)
    assert FindingRequest.objects.get().status == "lapsed"


def test_a_hand_on_is_answered_by_those_who_assign(cast):
    finding = make_finding(cast, responsible_unit=cast.member_unit)
    asked = {
        "reason": "属市政管网",
        "proposed_unit": cast.department,
        "by": cast.member_liaison,
        "at": cast.now,
    }
    request = ask_hand_on(finding, **asked)
    with pytest.raises(ValidationError, match="写明原因"):
        refuse_request(request, decision=" ", by=cast.lead_officer, at=cast.now)
    finding = grant_request(request, by=cast.lead_officer, at=cast.now).finding
    assert (finding.status, finding.responsible_unit) == ("assigned", cast.department)
    assert messages_of(cast.department_officer)[0].startswith("请整改")
    assert messages_of(cast.member_liaison)[-1].startswith("退单申请已同意")


def test_a_false_rectification_reopens_and_is_a_malus_of_the_quarter(cast):
    finding = make_finding(cast, status="closed_out", due_at=cast.now + timedelta(hours=1))
    given = {
        "reason": "垃圾仍在原处",
        "evidence": "11月16日现场复核",
        "by": cast.office_staff,
        "at": cast.now,
    }
    with pytest.raises(PermissionDenied):
        mark_false_rectification(finding, **given | {"by": cast.community_worker})
    marked = mark_false_rectification(finding, **given, photos=[BytesIO(photo_bytes())])
    finding.refresh_from_db()
    assert (finding.status, finding.closed_at, finding.verified_by, finding.false_count) == (
        "assigned",
        None,
        None,
        1,
    )
    assert (marked.rectified_by, marked.verified_by) == (cast.lead_officer, cast.office_staff)
    assert Photo.objects.get().stage == "evidence"
    assert false_rectifications_in("2026Q4") == {cast.community.pk: 1}
    assert false_rectifications_in("2027Q1") == {}
    assert false_rectification_cases(make_round(cast)) == {
        cast.community.pk: {"false_rectification": 1}
    }
    assert due_and_closed_in_time("2026Q4") == {cast.community.pk: (1, 0)}


def report(cast, **given) -> Finding:
    row = {
        "community": cast.community,
        "source": "city",
        "item_code": "W1",
        "description": "垃圾",
        "place": "虎山路",
    }
    return report_finding(**row | given, by=cast.office_staff, at=cast.now)


def test_the_same_thing_at_the_same_frontage_recurs_within_thirty_days(cast):
    make_checklist()
    shop = make_frontage(cast)
    make_finding(cast, status="closed_out", frontage=shop, closed_at=cast.now - timedelta(days=31))
    assert report(cast, frontage=shop).recurs_from is None
    earlier = make_finding(
        cast, status="closed_out", frontage=shop, closed_at=cast.now - timedelta(days=29)
    )
    assert report(cast, frontage=shop).recurs_from == earlier
    assert report(cast, frontage=shop, item_code="W2").recurs_from is None
    assert report(cast).recurs_from is None
    assert recurrences_in("2026Q4") == {cast.community.pk: 1}


@pytest.mark.parametrize(("north", "recurs"), [("0.000150", True), ("0.000200", False)])
def test_where_photos_have_a_place_twenty_metres_decide(cast, north, recurs):
    earlier = make_finding(cast, status="closed_out", closed_at=cast.now - timedelta(days=3))
    earlier.latitude, earlier.longitude = BASE
    earlier.save()
    finding = make_finding(cast, found_at=cast.now)
    photo = make_photo(cast, finding=finding)
    Photo.objects.filter(pk=photo.pk).update(latitude=BASE[0] + Decimal(north), longitude=BASE[1])
    link_recurrences([finding], by=cast.office_staff, at=cast.now)
    assert finding.recurs_from == (earlier if recurs else None)


def test_reminders_climb_and_nobody_is_told_twice(cast):
    due = cast.now
    finding = make_finding(
        cast, responsible_unit=cast.member_unit, found_at=due - timedelta(days=4), due_at=due
    )
    times = {
        "before": due - timedelta(hours=23),
        "at": due,
        "one_day": due + timedelta(days=1),
        "three_days": due + timedelta(days=3),
    }
    people = [cast.member_liaison, cast.lead_officer, cast.office_staff]
    counts = {}
    for name, at in times.items():
        told = remind_by_steps(at=at), remind_by_steps(at=at + timedelta(minutes=1))
        counts[name] = (*told, *(person.notifications.count() for person in people))
    assert counts == {
        "before": (1, 0, 1, 0, 0),
        "at": (1, 0, 2, 0, 0),
        "one_day": (1, 0, 3, 1, 0),
        "three_days": (1, 0, 3, 1, 1),
    }
    assert "建议督办" in messages_of(cast.office_staff)[0]
    assert remind_by_steps(at=times["three_days"] + timedelta(days=30)) == 0
    assert FindingReminder.objects.filter(finding=finding).count() == 4


def test_a_short_limit_is_not_reminded_of_before_half_of_it_is_over(cast):
    finding = make_finding(cast, found_at=cast.now, due_at=cast.now + timedelta(hours=8))
    assert remind_by_steps(at=cast.now + timedelta(hours=3, minutes=59)) == 0
    assert remind_by_steps(at=finding.found_at + timedelta(hours=4)) == 1


def test_many_findings_make_one_message_and_a_killed_run_tells_nobody(cast, monkeypatch):
    for _ in range(3):
        make_finding(cast, due_at=cast.now - timedelta(days=9))
    monkeypatch.setattr("inspections.services.reminders.notify", lambda *told, **given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        remind_by_steps(at=cast.now)
    monkeypatch.undo()
    assert (FindingReminder.objects.count(), remind_by_steps(at=cast.now)) == (0, 12)
    assert messages_of(cast.lead_officer) == ["整改催办：逾期 1 天 3 件"]
    assert messages_of(cast.office_staff) == ["整改催办：逾期 3 天，建议督办 3 件"]


def test_a_notice_lists_what_lies_with_one_unit_and_names_no_shop(cast):
    make_checklist()
    shop = make_frontage(cast, shop_name="王记面馆")
    rows = [
        make_finding(cast, frontage=shop, item_code="L2", description="王记面馆：包秩序未落实"),
        make_finding(cast, due_at=cast.now - timedelta(days=1)),
    ]
    given = {"issuer": Issuer.objects.get(), "by": cast.office_staff, "at": cast.now}
    document = draft_rectification_notice(rows, **given)
    table = document.attachments[0]["table"]["rows"]
    assert (document.kind, document.status, len(table)) == ("rectification_notice", "draft", 2)
    assert document.title == "富阳市社区共建活动办公室关于虎山社区2个问题的整改通知书"
    assert "其中1个问题已超过时限" in document.body
    assert "王记面馆" not in f"{document.body}{table}"
    assert {one.finding_id for one in document.noticed_findings.all()} == {row.pk for row in rows}
    with pytest.raises(ValidationError, match="一次只发给一个单位"):
        draft_rectification_notice(
            [*rows, make_finding(cast, responsible_unit=cast.department)], **given
        )


def test_sending_back_what_was_verified_takes_the_verification_away(cast):
    finding = make_finding(cast, status="verified", supervised_at=cast.now)
    send_back_finding(finding, remark="又堆上了", by=cast.office_staff, at=cast.now)
    assert (finding.status, finding.verified_by, finding.rework_count) == ("assigned", None, 1)


# What is asked and answered


def test_a_unit_hands_on_to_another_than_itself_and_only_what_it_has(cast):
    finding = make_finding(cast, responsible_unit=cast.member_unit)
    asking = {"reason": "不归我们管", "by": cast.member_liaison, "at": cast.now}
    with pytest.raises(ValidationError, match="请选择本单位以外的单位"):
        ask_hand_on(finding, proposed_unit=cast.member_unit, **asking)
    done = make_finding(cast, responsible_unit=cast.member_unit, status="rectified")
    with pytest.raises(WrongState, match="不能申请"):
        ask_hand_on(done, proposed_unit=cast.department, **asking)
    assert not FindingRequest.objects.exists()


def test_a_request_is_not_granted_to_the_unit_that_has_the_finding(cast):
    request = make_request(cast, kind="hand_on")
    with pytest.raises(ValidationError, match=r"这个问题已经派给.*请选择别的单位"):
        grant_request(request, unit=cast.member_unit, by=cast.office_staff, at=cast.now)
    request.refresh_from_db()
    assert request.status == "asked"


def test_a_refusal_needs_its_reason(cast):
    request = make_request(cast)
    with pytest.raises(ValidationError, match="不同意的，请写明原因"):
        refuse_request(request, decision=" ", by=cast.office_staff, at=cast.now)
    refuse_request(request, decision="天已放晴", by=cast.office_staff, at=cast.now)
    assert FindingRequest.objects.get().decision == "天已放晴"


def test_nobody_answers_what_he_asked_himself(cast):
    request = make_request(cast, asked_by=cast.office_staff)
    assert not may_decide_request(cast.office_staff, request)
    assert may_decide_request(cast.office_director, request)
    handed = make_request(
        cast, kind="hand_on", finding=make_finding(cast, responsible_unit=cast.department)
    )
    assert may_decide_request(cast.lead_officer, handed)
    assert not may_decide_request(cast.other_lead_officer, handed)


def test_under_supervision_the_office_alone_verifies_and_nobody_his_own_work(cast):
    everyday = make_finding(
        cast, status="rectified", rectified_by=cast.department_officer, source="self_check"
    )
    assert may_verify_and_close(cast.lead_officer, everyday)
    assert not may_verify_and_close(cast.department_officer, everyday)
    assert not may_verify_and_close(cast.other_lead_officer, everyday)
    everyday.supervised_at = cast.now
    assert not may_verify_and_close(cast.lead_officer, everyday)
    assert may_verify_and_close(cast.office_staff, everyday)
    undone = make_finding(cast)
    assert not is_colleague_of_doer(cast.office_staff, undone)


def test_photos_are_added_by_those_whose_stage_it_is(cast):
    finding = make_finding(cast, responsible_unit=cast.member_unit)
    stages = {
        stage: [
            person
            for person in ("office_staff", "lead_officer", "member_liaison", "other_lead_officer")
            if may_add_photo(getattr(cast, person), finding, stage)
        ]
        for stage in ("before", "after", "evidence")
    }
    assert stages["before"] == ["office_staff", "lead_officer"]
    assert "member_liaison" in stages["after"]
    assert "other_lead_officer" not in [*stages["after"], *stages["evidence"]]
    assert "office_staff" in stages["evidence"]


def test_a_notice_needs_findings_and_names_how_many_communities(cast):
    given = {"issuer": Issuer.objects.get(), "by": cast.office_staff, "at": cast.now}
    with pytest.raises(ValidationError, match="所选问题中没有待整改的"):
        draft_rectification_notice([make_finding(cast, status="closed_out")], **given)
    findings = [make_finding(cast, community=one) for one in (cast.community, cast.other_community)]
    assert "等2个社区2个问题的整改通知书" in draft_rectification_notice(findings, **given).title
