"""The phone page: nothing typed is lost, whatever goes wrong."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from inspections.models import Finding, SelfCheck
from tests.editing import send
from tests.inspections.factories import (
    CODES,
    make_checklist,
    make_frontage,
    make_photo,
    make_self_check,
    photo_upload,
)
from tests.queries import count_queries


@pytest.fixture
def check(cast):
    return make_self_check(cast, marks={})


@pytest.fixture
def page(check):
    return reverse("inspections:self_check_fill", args=[check.pk])


@pytest.fixture
def phone(cast, sign_in):
    return sign_in(cast.lead_officer)


def all_passed(**changes) -> dict:
    return {f"{code}-result": "pass" for code in CODES} | changes


def body(answer) -> str:
    return answer.content.decode()


def test_choosing_community_and_month_opens_the_page(cast, phone):
    make_checklist()
    given = {"community": cast.community.pk, "month": "2026-10"}
    answer = phone.post(reverse("inspections:self_check_new"), given)
    assert answer.headers["Location"] == reverse(
        "inspections:self_check_fill", args=[SelfCheck.objects.get().pk]
    )


@pytest.mark.parametrize(
    ("month", "said"), [("2026-12", "还没有到"), ("2026-13", "月份应写作"), ("明天", "月份应写作")]
)
def test_a_wrong_month_is_refused_beside_its_field(cast, phone, month, said):
    make_checklist()
    answer = phone.post(
        reverse("inspections:self_check_new"), {"community": cast.community.pk, "month": month}
    )
    assert (answer.status_code, said in body(answer)) == (400, True)


def test_a_month_without_a_checklist_is_refused_beside_its_field(cast, phone):
    make_checklist(valid_from=date(2026, 11, 1))
    given = {"community": cast.community.pk, "month": "2026-09"}
    answer = phone.post(reverse("inspections:self_check_new"), given)
    assert (answer.status_code, 'value="2026-09"' in body(answer)) == (400, True)
    assert "还没有启用的自查表" in answer.context["form"].errors["month"][0]


def test_a_draft_keeps_half_the_items(phone, page, check):
    send(
        phone,
        page,
        {"Q1-result": "pass", "Q2-result": "fail", "Q2-note": "楼前有垃圾", "act": "draft"},
    )
    check.refresh_from_db()
    assert (check.status, sorted(check.marks)) == ("draft", ["Q1", "Q2"])
    answer = body(phone.get(page))
    assert 'value="楼前有垃圾"' in answer
    assert "已查 <b" in answer


def test_submitting_half_names_the_open_items_and_keeps_the_rest(phone, page, check):
    answer = send(
        phone, page, all_passed(**{"L5-result": "", "Q2-result": "fail", "act": "submit"})
    )
    check.refresh_from_db()
    assert (answer.status_code, check.status, len(check.marks)) == (400, "draft", 12)
    assert 'href="#L5"' in body(answer)
    assert 'href="#Q2"' in body(answer)
    assert 'href="#Q1"' not in body(answer)


def test_submitting_all_hands_it_in(cast, phone, page, check):
    frontage = make_frontage(cast, shop_name="王记面馆")
    failed = {
        "L2-result": "fail",
        "L2-instances": "2",
        "L2-note": "店外经营",
        "L2-responsible": "王记面馆",
    }
    answer = send(phone, page, all_passed(**failed, act="submit"), follow=True)
    assert "自评 98.00 分，1 个问题已派给责任单位" in body(answer)
    finding = Finding.objects.get()
    assert (finding.frontage, finding.place, finding.responsible_unit) == (
        frontage,
        frontage.address,
        cast.lead_unit,
    )


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("Q1-instances", "许多", "“几处”请填整数"),
        ("Q1-instances", "0", "至少有 1 处"),
        ("Q1-responsible", "没有的店", "名册里没有“没有的店”"),
        ("Q1-note", "长" * 181, "180"),
    ],
)
def test_a_wrong_value_is_named_and_loses_nothing(phone, page, field, value, said):
    given = {"Q1-result": "fail", "Q1-place": "虎山公园东门", field: value, "act": "submit"}
    answer = send(phone, page, given)
    assert answer.status_code == 400
    assert said in body(answer)
    assert "虎山公园东门" in body(answer)
    assert value in body(answer)


def test_a_good_photo_is_kept_when_something_else_is_wrong(phone, page, check):
    given = {"Q1-result": "fail", "Q1-instances": "x", "Q1-photos": photo_upload(), "act": "draft"}
    answer = send(phone, page, given)
    photo = check.photos.get()
    assert photo.get_absolute_url() in body(answer)


def test_a_photo_beyond_the_share_is_refused_at_its_item(phone, page, check, settings):
    settings.PHOTO_QUOTA_MB = 0
    given = {"Q1-result": "fail", "Q1-note": "楼道有垃圾", "Q1-photos": photo_upload()}
    answer = phone.post(page, given | {"act": "draft"})
    assert (answer.status_code, "上限 0 MB" in body(answer)) == (400, True)
    assert "楼道有垃圾" in body(answer)
    assert not check.photos.exists()


def test_a_file_that_is_no_photo_is_named(phone, page, check):
    given = {
        "Q1-result": "fail",
        "Q1-photos": SimpleUploadedFile("报告.jpg", b"<svg/>"),
        "act": "draft",
    }
    answer = send(phone, page, given)
    assert "报告.jpg：文件不是照片" in body(answer)
    assert not check.photos.exists()


def test_a_photo_can_be_taken_away_again(cast, phone, page, check):
    photo = make_photo(cast, self_check=check, item_code="Q1")
    send(phone, page, {"Q1-result": "fail", "Q1-remove": str(photo.uuid), "act": "draft"})
    assert not check.photos.exists()


def test_a_month_handed_in_cannot_be_filled_again(cast, phone):
    check = make_self_check(cast, status="submitted")
    answer = phone.post(
        reverse("inspections:self_check_fill", args=[check.pk]), all_passed(act="submit")
    )
    assert (answer.status_code, "已报送" in body(answer)) == (409, True)


def test_the_page_is_light_and_its_queries_do_not_grow_with_frontages(cast, phone, page):
    phone.get(page)
    make_frontage(cast)
    few = count_queries(lambda: phone.get(page))
    for _ in range(60):
        make_frontage(cast)
    assert count_queries(lambda: phone.get(page)) == few
    assert len(phone.get(page).content) < 100_000


def test_not_applicable_is_offered_only_where_the_checklist_allows_it(phone, page):
    answer = body(phone.get(page))
    assert answer.count("不涉及</span>") == 1
    assert 'name="Q3-result" value="not_applicable"' in answer
