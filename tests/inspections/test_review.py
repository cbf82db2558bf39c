"""Review of a self-check: returned with a reason, every handing-in kept, the last two compared."""

from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from gongjian.lib.spreadsheets import read_tables
from gongjian.workflow import WrongState
from inspections.models import SelfCheck, SelfCheckVersion
from inspections.services.checklists import rules_of
from inspections.services.self_checks import (
    attach_photo,
    explain_lateness,
    return_self_check,
    save_self_check,
    submit_self_check,
)
from inspections.services.versions import compare_versions
from tests.cast import make_community
from tests.inspections.factories import (
    LATER,
    make_checklist,
    make_self_check,
    passed_marks,
    photo_bytes,
)
from tests.queries import count_queries


def handed_in_twice(cast) -> SelfCheck:
    """Returned once for Q2; mended with one more photo at W1."""
    check = make_self_check(cast, marks=passed_marks(Q1=(1, "堵塞"), W1=(1, "垃圾")))
    attach_photo(
        check, item_code="W1", file=BytesIO(photo_bytes()), by=cast.community_worker, at=cast.now
    )
    submit_self_check(check, by=cast.community_worker, at=cast.now)
    return_self_check(check, remark="Q2 漏查", by=cast.lead_officer, at=cast.now + LATER)
    marks = passed_marks(Q1=(1, "堵塞"), W1=(1, "垃圾"), Q2=(2, "楼前不洁"))
    save_self_check(check, marks=marks, by=cast.community_worker, at=cast.now + 2 * LATER)
    blue = BytesIO(photo_bytes("blue"))
    attach_photo(
        check, item_code="W1", file=blue, by=cast.community_worker, at=cast.now + 2 * LATER
    )
    return submit_self_check(check, by=cast.community_worker, at=cast.now + 3 * LATER)


def test_every_handing_in_stays_as_it_was(cast):
    check = handed_in_twice(cast)
    first, second = check.versions.order_by("number")
    assert (first.return_reason, first.returned_by, second.return_reason) == (
        "Q2 漏查",
        cast.lead_officer,
        "",
    )
    assert (first.marks["Q2"]["result"], second.marks["Q2"]["result"]) == ("pass", "fail")
    assert (str(first.total_points), str(second.total_points)) == ("98.00", "97.00")
    (changed, photographed) = compare_versions(first, second, rules_of(check.checklist))
    assert (changed.item.code, changed.now["note"], changed.photos_added) == ("Q2", "楼前不洁", [])
    assert (
        photographed.item.code,
        len(photographed.photos_added),
        photographed.photos_removed,
    ) == ("W1", 1, [])


@pytest.mark.parametrize(
    "change", [{"total_points": 100}, {"marks": {}}, {"return_reason": "改写"}]
)
def test_the_database_keeps_a_version_as_it_was(cast, change):
    first = handed_in_twice(cast).versions.get(number=1)
    with pytest.raises(DatabaseError, match="不能改动"), transaction.atomic():
        SelfCheckVersion.objects.filter(pk=first.pk).update(**change)


def test_the_page_lays_the_last_two_side_by_side(cast, sign_in):
    check = handed_in_twice(cast)
    answer = sign_in(cast.office_staff).get(check.get_absolute_url())
    page = answer.content.decode()
    assert [change.item.code for change in answer.context["changes"]] == ["Q2", "W1"]
    assert "Q2 漏查" in page
    assert "新增 <span" in page
    back = sign_in(cast.office_staff).get(check.get_absolute_url() + "?then=2&now=1")
    assert (back.context["then"].number, back.context["changes"][1].photos_removed) == (2, 1)


def test_nothing_goes_back_without_a_reason(cast, sign_in):
    check = make_self_check(cast, status="submitted")
    with pytest.raises(ValidationError, match="退回的原因"):
        return_self_check(check, remark="  ", by=cast.office_staff, at=cast.now)
    url = reverse("inspections:self_check_return", args=[check.pk])
    answer = sign_in(cast.office_staff).post(url, {"remark": " "})
    assert (answer.status_code, "请写明退回的原因" in answer.content.decode()) == (400, True)
    assert SelfCheck.objects.get().status == "submitted"


def test_the_one_who_handed_in_never_returns_his_own(cast):
    check = make_self_check(cast, status="submitted", submitted_by=cast.office_staff)
    with pytest.raises(PermissionDenied):
        return_self_check(check, remark="请改", by=cast.office_staff, at=cast.now)


def test_why_it_was_late_is_said_once_and_stays_late(cast, sign_in):
    check = submit_self_check(
        make_self_check(cast, month="2026-10"), by=cast.lead_officer, at=cast.now
    )
    client, url = (
        sign_in(cast.lead_officer),
        reverse("inspections:self_check_explain", args=[check.pk]),
    )
    assert client.post(url, {"reason": ""}).status_code == 400
    assert (
        "台风抢险" in client.post(url, {"reason": "台风抢险，补报"}, follow=True).content.decode()
    )
    check.refresh_from_db()
    assert (check.is_late, check.late_reason) == (True, "台风抢险，补报")
    with pytest.raises(WrongState, match="不再改动"):
        explain_lateness(check, reason="另有原因", by=cast.lead_officer, at=cast.now)


MONTHS = "inspections:self_check_months"


def test_every_month_says_how_it_was_reported(cast, sign_in):
    """10 月 was due on 5 November, 11 月 runs, 12 月 is to come."""
    make_self_check(cast, month="2026-10", status="accepted")
    make_self_check(cast, status="returned")
    late = {"status": "submitted", "is_late": True, "late_reason": "台风抢险"}
    make_self_check(cast, community=cast.other_community, month="2026-10", **late)
    make_self_check(cast, community=cast.other_community)
    answer = sign_in(cast.office_staff).get(reverse(MONTHS))
    counts = {tab["label"]: tab["count"] for tab in answer.context["tabs"]}
    assert counts == {"全部": 3, "按时": 1, "迟报": 1, "缺报": 1, "草稿": 1, "退回": 1, "未到期": 3}
    page = answer.content.decode()
    for said in ("按时", "迟报", "台风抢险", "缺报", "草稿", "退回", "未到期"):
        assert said in page
    assert "补报</a>" not in page
    missing = sign_in(cast.office_staff).get(reverse(MONTHS) + "?tab=missing")
    assert [row.name for row in missing.context["page"]] == ["春秋社区"]


def test_a_month_nobody_began_is_missing_and_may_still_come_in(cast, sign_in):
    make_checklist()
    page = sign_in(cast.community_worker).get(reverse(MONTHS)).content.decode()
    assert f"?community={cast.community.pk}&amp;month=2026-10" in page
    assert "缺报" in page
    make_self_check(cast, month="2026-10", status="returned")
    page = sign_in(cast.community_worker).get(reverse(MONTHS)).content.decode()
    assert "缺报" in page
    assert "退回未再报" in page


def test_the_year_leaves_out_what_nobody_asked_for(cast, sign_in):
    make_checklist(valid_from=date(2026, 9, 1))
    answer = sign_in(cast.office_staff).get(reverse(MONTHS) + "?period=2026")
    assert [header.label for header in answer.context["headers"][2:]] == [
        "9 月",
        "10 月",
        "11 月",
        "12 月",
    ]


def test_the_quarter_of_months_leaves_as_a_workbook(cast, sign_in):
    make_self_check(cast, month="2026-10", status="returned")
    answer = sign_in(cast.office_staff).get(reverse(MONTHS) + "?format=xlsx")
    (table,) = read_tables(BytesIO(b"".join(answer.streaming_content)), "x.xlsx")
    rows = {cells[0]: cells[2:] for _, cells in table.rows}
    assert rows["虎山社区"] == ["缺报（退回未再报）", "未到期", "未到期"]


def test_months_cost_the_same_for_any_city(cast, sign_in):
    client = sign_in(cast.office_staff)
    client.get(reverse(MONTHS))
    few = count_queries(lambda: client.get(reverse(MONTHS)))
    for number in range(20):
        community = make_community(f"第{number}社区", f"3301110020{number:02}", lead=cast.lead_unit)
        make_self_check(cast, community=community, status="submitted")
    assert count_queries(lambda: client.get(reverse(MONTHS))) == few


def test_what_was_given_back_waits_on_the_workbench(cast, sign_in):
    make_checklist()
    check = make_self_check(cast, month="2026-09", status="returned")
    page = sign_in(cast.community_worker).get(reverse("workbench")).content.decode()
    assert "9 月自查退回修改：虎山社区" in page
    assert reverse("inspections:self_check_fill", args=[check.pk]) in page
    assert "10 月自查：虎山社区" in page  # missing, and may still come in
