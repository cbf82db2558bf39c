from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from gongjian.audit.models import Entry
from gongjian.lib.checklists import WrongMarks
from gongjian.lib.quarters import SHANGHAI
from gongjian.notifications.models import Notification
from gongjian.workflow import WrongState
from inspections.models import Finding, SelfCheck
from inspections.services.self_checks import (
    accept_self_check,
    attach_photo,
    due_on,
    explain_lateness,
    remove_photos,
    return_self_check,
    save_self_check,
    start_self_check,
    submit_self_check,
)
from tests.inspections.factories import (
    LATER,
    make_checklist,
    make_frontage,
    make_self_check,
    passed_marks,
    photo_bytes,
)


def refused_items(raised) -> list[str]:
    return [error.item_code for error in raised.value.errors]


def test_the_month_is_due_on_the_fifth_day_after_its_end():
    assert (due_on("2026-11"), due_on("2026-12")) == (date(2026, 12, 5), date(2027, 1, 5))


def test_start_opens_the_month_once(cast):
    make_checklist()
    first = start_self_check(
        community=cast.community, month="2026-11", by=cast.lead_officer, at=cast.now
    )
    again = start_self_check(
        community=cast.community, month="2026-11", by=cast.community_worker, at=cast.now + LATER
    )
    assert (first, SelfCheck.objects.count(), again.started_by) == (again, 1, cast.lead_officer)
    assert (first.due_on, Entry.objects.about(first).count()) == (date(2026, 12, 5), 1)


def test_start_refuses_a_month_to_come(cast):
    make_checklist()
    with pytest.raises(ValidationError, match="还没有到"):
        start_self_check(
            community=cast.community, month="2026-12", by=cast.lead_officer, at=cast.now
        )


@pytest.mark.parametrize(
    "person", ["office_staff", "member_liaison", "liaison_leader", "other_lead_officer"]
)
def test_start_refuses_who_does_not_act_for_the_group(cast, person):
    make_checklist()
    with pytest.raises(PermissionDenied):
        start_self_check(
            community=cast.community, month="2026-11", by=cast.people[person], at=cast.now
        )


def test_start_says_so_when_no_checklist_is_in_force(cast):
    make_checklist(valid_from=date(2026, 12, 1))
    with pytest.raises(ValidationError, match="自查表") as refusal:
        start_self_check(
            community=cast.community, month="2026-11", by=cast.lead_officer, at=cast.now
        )
    assert list(refusal.value.message_dict) == ["month"]


def test_save_keeps_half_a_draft(cast):
    check = make_self_check(cast, marks={})
    marks = {
        "Q1": {"result": "pass"},
        "Q2": {"result": "fail", "instances": None, "note": " 楼道口有 "},
    }
    save_self_check(check, marks=marks, by=cast.lead_officer, at=cast.now)
    kept = SelfCheck.objects.get().marks
    assert (sorted(kept), kept["Q2"]["note"], kept["Q2"]["instances"]) == (
        ["Q1", "Q2"],
        "楼道口有",
        0,
    )


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ({"result": "not_applicable"}, "不能选“不涉及”"),
        ({"result": "perhaps"}, "请选“合格”"),
        ({"result": "fail", "instances": -1}, "处数"),
        ({"result": "fail", "instances": 100}, "最多 99"),
        ({"result": "fail", "instances": 1, "note": "长" * 181}, "最多 180 字"),
        ({"result": "fail", "instances": 1, "unit": 999999}, "不在名册里"),
    ],
)
def test_save_refuses_what_no_draft_may_hold(cast, mark, said):
    with pytest.raises(WrongMarks, match=said):
        save_self_check(
            make_self_check(cast), marks={"Q1": mark}, by=cast.lead_officer, at=cast.now
        )


def test_save_refuses_a_frontage_of_another_community(cast):
    other = make_frontage(cast, community=cast.other_community)
    mark = {"result": "fail", "instances": 1, "note": "店外经营", "frontage": other.pk}
    with pytest.raises(WrongMarks, match="不在虎山社区"):
        save_self_check(
            make_self_check(cast), marks={"L2": mark}, by=cast.lead_officer, at=cast.now
        )


def test_save_refuses_to_overwrite_what_somebody_saved_meanwhile(cast):
    mine = make_self_check(cast)
    theirs = SelfCheck.objects.get()
    save_self_check(theirs, marks={"Q1": {"result": "pass"}}, by=cast.community_worker, at=cast.now)
    with pytest.raises(WrongState, match="他人"):
        save_self_check(mine, marks={}, by=cast.lead_officer, at=cast.now + LATER)
    assert list(SelfCheck.objects.get().marks) == ["Q1"]


def test_submit_names_the_items_still_open(cast):
    marks = passed_marks(W1=(0, ""), Q2=(2, ""))
    del marks["L5"]
    with pytest.raises(WrongMarks) as raised:
        submit_self_check(make_self_check(cast, marks=marks), by=cast.lead_officer, at=cast.now)
    assert refused_items(raised) == ["W1", "L5", "Q2"]


def test_submit_sets_the_score_and_makes_one_finding_an_item(cast):
    check = make_self_check(cast, marks=passed_marks(Q2=(3, "楼前有垃圾"), W3=(9, "养鸡")))
    submit_self_check(check, by=cast.lead_officer, at=cast.now)
    check.refresh_from_db()
    # Q2: 3 x 0.5; W3: 9 x 2, held to its cap of 4.
    assert (check.status, check.total_points, check.is_late) == (
        "submitted",
        Decimal("94.50"),
        False,
    )
    made = Finding.objects.order_by("number").values_list(
        "number", "item_code", "description", "status"
    )
    assert list(made) == [
        ("2026-1116-01", "Q2", "楼前有垃圾（3 处）", "assigned"),
        ("2026-1116-02", "W3", "养鸡（9 处）", "assigned"),
    ]


def test_submit_gives_each_finding_its_time_and_the_lead_unit(cast):
    check = make_self_check(cast, marks=passed_marks(Q1=(1, "管道堵塞"), Q4=(1, "垃圾满溢")))
    submit_self_check(check, by=cast.lead_officer, at=cast.now)
    due = {finding.item_code: finding.due_at for finding in check.findings.all()}
    assert due == {
        "Q1": datetime(2026, 11, 19, 23, 59, 59, tzinfo=SHANGHAI),
        "Q4": datetime(2026, 11, 16, 15, 30, tzinfo=SHANGHAI),
    }
    assert set(check.findings.values_list("responsible_unit", flat=True)) == {cast.lead_unit.pk}


def test_submit_gives_the_finding_to_the_unit_that_is_named(cast):
    frontage = make_frontage(cast)
    marks = passed_marks(L2=(1, "店外经营"))
    marks["L2"] |= {"unit": cast.member_unit.pk, "frontage": frontage.pk, "place": ""}
    check = submit_self_check(make_self_check(cast, marks=marks), by=cast.lead_officer, at=cast.now)
    finding = check.findings.get()
    assert (finding.responsible_unit, finding.frontage, finding.place) == (
        cast.member_unit,
        frontage,
        frontage.address,
    )


def test_submit_tells_the_responsible_officers_once_each(cast):
    marks = passed_marks(Q1=(1, "管道堵塞"), Q4=(1, "垃圾满溢"), W1=(1, "垃圾"))
    marks["W1"]["unit"] = cast.member_unit.pk
    submit_self_check(make_self_check(cast, marks=marks), by=cast.lead_officer, at=cast.now)
    told = Notification.objects.order_by("subject").values_list("recipient__username", "subject")
    assert dict(told) == {
        "zhu": "请整改：虎山社区等处 2 个问题",
        "fu": "请整改：垃圾（虎山社区 2026-1116-03）",
    }


def test_submit_hands_the_photos_of_an_item_to_its_finding(cast):
    check = make_self_check(cast, marks=passed_marks(W1=(1, "垃圾")))
    for colour in ("red", "blue", "red"):
        attach_photo(
            check,
            item_code="W1",
            file=BytesIO(photo_bytes(colour)),
            by=cast.lead_officer,
            at=cast.now,
        )
    submit_self_check(check, by=cast.lead_officer, at=cast.now)
    assert check.findings.get().photos.filter(stage="before").count() == 2


def test_remove_photos_takes_only_those_that_wait(cast):
    check = make_self_check(cast)
    photo = attach_photo(
        check, item_code="W1", file=BytesIO(photo_bytes()), by=cast.lead_officer, at=cast.now
    )
    assert remove_photos(check, uuids=[photo.uuid], by=cast.lead_officer, at=cast.now) == 1
    assert not check.photos.exists()


def test_submit_after_the_day_is_late(cast):
    check = make_self_check(cast, month="2026-10")
    assert submit_self_check(check, by=cast.lead_officer, at=cast.now).is_late


def test_submit_on_the_last_day_is_on_time(cast):
    check = make_self_check(cast, month="2026-10")
    last = datetime(2026, 11, 5, 23, 59, tzinfo=SHANGHAI)
    assert not submit_self_check(check, by=cast.lead_officer.on(last.date()), at=last).is_late


def test_a_submitted_month_cannot_be_submitted_again(cast):
    check = submit_self_check(make_self_check(cast), by=cast.lead_officer, at=cast.now)
    with pytest.raises(WrongState, match="已报送"):
        submit_self_check(check, by=cast.lead_officer, at=cast.now)
    with pytest.raises(WrongState):
        save_self_check(check, marks={}, by=cast.lead_officer, at=cast.now)


def test_a_refused_submission_takes_no_number(cast):
    check = make_self_check(cast, marks=passed_marks(Q1=(1, "堵塞")))
    SelfCheck.objects.update(status="submitted", total_points=1)
    with pytest.raises(WrongState):
        submit_self_check(check, by=cast.lead_officer, at=cast.now)
    SelfCheck.objects.update(status="draft")
    submit_self_check(check, by=cast.lead_officer, at=cast.now)
    assert Finding.objects.get().number == "2026-1116-01"


def test_return_keeps_findings_and_resubmitting_adds_only_new_ones(cast):
    check = make_self_check(cast, marks=passed_marks(Q1=(1, "堵塞")))
    submit_self_check(check, by=cast.lead_officer, at=cast.now)
    return_self_check(check, remark="Q2 漏查", by=cast.office_staff, at=cast.now + LATER)
    marks = passed_marks(Q1=(1, "堵塞"), Q2=(2, "不洁"))
    save_self_check(check, marks=marks, by=cast.lead_officer, at=cast.now + 2 * LATER)
    submit_self_check(check, by=cast.lead_officer, at=cast.now + 3 * LATER)
    assert list(check.findings.order_by("number").values_list("item_code", flat=True)) == [
        "Q1",
        "Q2",
    ]
    assert check.total_points == Decimal("98.00")


def test_return_tells_the_one_who_handed_in(cast):
    check = submit_self_check(make_self_check(cast), by=cast.lead_officer, at=cast.now)
    return_self_check(check, remark="请补照片", by=cast.office_staff, at=cast.now)
    message = Notification.objects.get()
    assert (message.recipient, message.body) == (cast.lead_officer, "请补照片")
    assert Entry.objects.about(check).first().changes["remark"] == "请补照片"


def test_handed_in_again_after_a_return_stays_on_time(cast):
    check = make_self_check(cast, month="2026-10", status="returned", is_late=False)
    assert not submit_self_check(check, by=cast.lead_officer, at=cast.now).is_late


def test_accept_ends_the_review(cast):
    check = submit_self_check(make_self_check(cast), by=cast.lead_officer, at=cast.now)
    assert accept_self_check(check, by=cast.office_staff, at=cast.now).status == "accepted"


def test_a_late_month_is_explained_in_enough_words(cast):
    check = make_self_check(cast, status="submitted", is_late=True)
    with pytest.raises(ValidationError, match="迟报说明请写"):
        explain_lateness(check, reason="忙", by=cast.lead_officer, at=cast.now)
    check.refresh_from_db()
    assert check.late_reason == ""


def test_no_photo_comes_to_a_month_that_was_handed_in(cast):
    check = make_self_check(cast, status="submitted")
    with pytest.raises(WrongState, match="这份自查已经报送，不能再改照片"):
        remove_photos(check, uuids=[], by=cast.lead_officer, at=cast.now)
