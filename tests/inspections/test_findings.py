from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from gongjian.audit.models import Entry
from gongjian.lib.uploads import BadUpload
from gongjian.notifications.models import Notification
from gongjian.workflow import WrongState
from inspections.models import Finding, Photo
from inspections.services.findings import (
    add_photo,
    assign_finding,
    rectify_finding,
    remind_units,
    report_finding,
    send_back_finding,
    verify_finding,
)
from inspections.services.numbers import take_numbers
from tests.inspections.factories import make_checklist, make_finding, make_frontage, photo_bytes


def report(cast, **given) -> Finding:
    make_checklist()
    row = {
        "community": cast.community,
        "source": "city",
        "item_code": "W1",
        "description": "绿化带有垃圾",
        "place": "虎山路",
        "by": cast.office_staff,
        "at": cast.now,
    }
    return report_finding(**row | given)


def told() -> set[str]:
    return set(Notification.objects.values_list("recipient__username", flat=True))


def test_report_numbers_without_a_gap(cast):
    numbers = [report(cast).number for _ in range(3)]
    assert numbers == ["2026-1116-01", "2026-1116-02", "2026-1116-03"]
    assert report(cast, at=cast.now + timedelta(days=1)).number == "2026-1117-01"


def test_a_number_given_back_by_a_failed_act_is_taken_again(cast):
    with pytest.raises(RuntimeError), transaction.atomic():
        take_numbers(cast.today, 2)
        raise RuntimeError
    assert take_numbers(cast.today, 1) == ["2026-1116-01"]


def test_report_waits_for_a_unit_when_none_is_named(cast):
    finding = report(cast)
    assert (finding.status, told()) == ("reported", set())


def test_report_with_a_unit_is_assigned_and_its_officers_are_told(cast):
    finding = report(cast, responsible_unit=cast.member_unit)
    assert (finding.status, told()) == ("assigned", {"fu"})


@pytest.mark.parametrize(
    "person", ["member_liaison", "department_officer", "other_lead_officer", "auditor"]
)
def test_report_refuses_who_may_not(cast, person):
    with pytest.raises(PermissionDenied):
        report(cast, by=cast.people[person])


def test_report_refuses_an_unknown_item(cast):
    with pytest.raises(ValidationError, match="Z9"):
        report(cast, item_code="Z9")


def test_report_refuses_a_frontage_of_another_community(cast):
    with pytest.raises(ValidationError, match="不在虎山社区"):
        report(cast, frontage=make_frontage(cast, community=cast.other_community))


def test_assign_hands_on_to_another_unit(cast):
    finding = make_finding(cast)
    assign_finding(finding, responsible_unit=cast.department, by=cast.office_staff, at=cast.now)
    finding.refresh_from_db()
    assert (finding.responsible_unit, told()) == (cast.department, {"cheng"})
    assert Entry.objects.about(finding).first().changes["remark"] == "派给市城管局"


def test_assign_refuses_the_unit_that_has_it(cast):
    with pytest.raises(ValidationError, match="市住建局") as refused:
        assign_finding(
            make_finding(cast), responsible_unit=cast.lead_unit, by=cast.office_staff, at=cast.now
        )
    assert list(refused.value.message_dict) == ["responsible_unit"]


def test_rectify_tells_those_who_look_but_not_the_doer(cast):
    finding = make_finding(cast, responsible_unit=cast.member_unit)
    rectify_finding(
        finding,
        rectification="已清运",
        no_photo_reason="夜间作业",
        by=cast.member_liaison,
        at=cast.now,
    )
    assert (finding.status, finding.rectified_at, told()) == (
        "rectified",
        cast.now,
        {"zhu", "hu", "chen"},
    )


def test_a_department_puts_right_what_lies_with_it(cast):
    finding = make_finding(cast, responsible_unit=cast.department)
    rectify_finding(
        finding,
        rectification="已清运",
        no_photo_reason="夜间作业",
        by=cast.department_officer,
        at=cast.now,
    )
    assert finding.rectified_by == cast.department_officer


def test_verify_closes_out(cast):
    finding = make_finding(cast, status="rectified")
    verify_finding(finding, by=cast.office_staff, at=cast.now)
    assert (finding.status, finding.verified_by, finding.closed_at) == (
        "closed_out",
        cast.office_staff,
        cast.now,
    )


def test_verify_refuses_the_doer_with_a_sentence(cast):
    with pytest.raises(PermissionDenied, match="复查须由他人办理"):
        verify_finding(make_finding(cast, status="rectified"), by=cast.lead_officer, at=cast.now)


def test_the_database_refuses_a_doer_who_verifies(cast):
    finding = make_finding(cast, status="rectified")
    with pytest.raises(IntegrityError, match="verifier_is_not_the_doer"), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(verified_by=finding.rectified_by)


def test_send_back_is_rework_and_tells_the_unit_once(cast):
    finding = make_finding(cast, status="rectified")
    send_back_finding(finding, remark="还有残渣", by=cast.office_staff, at=cast.now)
    finding.refresh_from_db()
    assert (finding.status, finding.rework_count, finding.rectified_by) == ("assigned", 1, None)
    assert [one.recipient for one in Notification.objects.all()] == [cast.lead_officer]


def test_of_two_who_verify_one_wins(cast):
    first = make_finding(cast, status="rectified")
    second = Finding.objects.get()
    verify_finding(first, by=cast.office_staff, at=cast.now)
    with pytest.raises(WrongState, match="他人先行办理"):
        verify_finding(second, by=cast.community_worker, at=cast.now)


def test_add_photo_keeps_the_same_picture_once(cast):
    finding = make_finding(cast)
    for _ in range(2):
        add_photo(
            finding, stage="after", file=BytesIO(photo_bytes()), by=cast.lead_officer, at=cast.now
        )
    photo = Photo.objects.get()
    assert (photo.finding, photo.width, photo.small.size < photo.file.size) == (finding, 640, True)


def test_add_photo_refuses_a_file_that_is_none(cast):
    with pytest.raises(BadUpload, match="不是照片"):
        add_photo(
            make_finding(cast),
            stage="after",
            file=BytesIO(b"<svg/>"),
            by=cast.lead_officer,
            at=cast.now,
        )


def test_add_photo_refuses_a_closed_finding(cast):
    finding = make_finding(cast, status="closed_out")
    with pytest.raises(WrongState, match="已销号"):
        add_photo(
            finding, stage="after", file=BytesIO(photo_bytes()), by=cast.lead_officer, at=cast.now
        )


def test_remind_counts_what_waits_and_tells_a_person_once_a_day(cast):
    findings = [make_finding(cast), make_finding(cast), make_finding(cast, status="rectified")]
    assert remind_units(findings, by=cast.office_staff, at=cast.now) == 2
    remind_units(findings, by=cast.office_staff, at=cast.now + timedelta(minutes=1))
    assert Notification.objects.filter(recipient=cast.lead_officer).count() == 1


def test_remind_is_the_offices(cast):
    with pytest.raises(PermissionDenied):
        remind_units([], by=cast.lead_officer, at=cast.now)


def test_overdue_is_past_its_time_and_not_put_right(cast):
    past = cast.now - timedelta(seconds=1)
    late = make_finding(cast, due_at=past)
    make_finding(cast, due_at=past, status="rectified")
    make_finding(cast, due_at=cast.now)
    assert list(Finding.objects.overdue(cast.now)) == [late]
    assert late.is_overdue(cast.now)


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        ("office_staff", 3),
        ("assessor", 3),
        ("lead_officer", 2),
        ("member_liaison", 2),
        ("department_officer", 1),
        ("other_lead_officer", 1),
        ("system_admin", 0),
    ],
)
def test_findings_are_seen_with_the_community_or_the_duty(cast, person, seen):
    make_finding(cast)
    make_finding(cast, responsible_unit=cast.department)
    make_finding(cast, community=cast.other_community, responsible_unit=cast.office)
    assert Finding.objects.visible_to(cast.people[person]).count() == seen
