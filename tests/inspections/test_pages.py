from datetime import timedelta

import pytest
from django.urls import reverse

from gongjian.accounts.scopes import SCOPES
from gongjian.accounts.tokens import create_token
from inspections.models import Finding
from tests.cast import make_community
from tests.inspections.factories import (
    make_checklist,
    make_finding,
    make_frontage,
    make_frontage_check,
    make_photo,
    make_self_check,
    passed_marks,
    photo_upload,
)
from tests.queries import count_queries

LISTS = ["inspections:self_checks", "inspections:findings", "inspections:frontages"]


def body(answer) -> str:
    return answer.content.decode()


def fill_city(cast, count: int) -> None:
    for number in range(count):
        code = f"{len(Finding.objects.all()):012}"
        community = make_community(f"第{code}社区", code, lead=cast.lead_unit)
        check = make_self_check(cast, community=community, status="submitted")
        frontage = make_frontage(cast, community=community)
        finding = make_finding(cast, community=community, frontage=frontage, self_check=check)
        make_frontage_check(cast, frontage=frontage)
        make_photo(cast, colour=(number, 0, 0), finding=finding)


@pytest.mark.slow
@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_with_10_rows_and_with_60(cast, sign_in, name):
    make_checklist()
    client = sign_in(cast.office_staff)
    url = reverse(name)
    fill_city(cast, 10)
    client.get(url)
    few = count_queries(lambda: client.get(url))
    fill_city(cast, 50)
    assert count_queries(lambda: client.get(url)) == few


@pytest.mark.slow
@pytest.mark.parametrize("name", ["finding", "frontage"])
def test_the_api_costs_the_same_with_10_rows_and_with_60(cast, client, today, name):
    make_checklist()
    _, text = create_token(user=cast.api_client, name="test", at=cast.now, scopes=SCOPES)
    url = reverse(f"api:{name}-list")

    def read():
        return client.get(url, headers={"authorization": f"Token {text}"}).json()["results"]

    fill_city(cast, 10)
    read()
    few = count_queries(read)
    fill_city(cast, 50)
    assert count_queries(read) == few
    assert len(read()) == 60


@pytest.mark.slow
def test_details_cost_the_same_with_many_rows_behind_them(cast, sign_in):
    client = sign_in(cast.office_staff)
    check = make_self_check(
        cast, status="submitted", marks=passed_marks(Q1=(1, "堵塞"), Q2=(1, "不洁"))
    )
    frontage = make_frontage(cast)

    def grow(count):
        for number in range(count):
            finding = make_finding(cast, frontage=frontage)
            make_frontage_check(
                cast,
                frontage=frontage,
                checked_on=cast.today - timedelta(days=Finding.objects.count()),
            )
            make_photo(cast, colour=(number, 0, 0), finding=Finding.objects.earliest("pk"))
        return finding

    first = grow(1)
    pages = [check.get_absolute_url(), frontage.get_absolute_url(), first.get_absolute_url()]
    [client.get(page) for page in pages]
    few = [count_queries(lambda page=page: client.get(page)) for page in pages]
    grow(15)
    assert [count_queries(lambda page=page: client.get(page)) for page in pages] == few


def test_findings_are_counted_by_state_and_overdue_ones_say_so(cast, sign_in):
    make_finding(cast, due_at=cast.now - timedelta(days=3))
    make_finding(cast, due_at=cast.now + timedelta(hours=2))
    make_finding(cast, status="closed_out")
    answer = sign_in(cast.office_staff).get(reverse("inspections:findings"))
    counts = {tab["label"]: tab["count"] for tab in answer.context["tabs"]}
    assert counts == {
        "全部": 3,
        "待派发": 0,
        "待整改": 2,
        "待复查": 0,
        "待销号": 0,
        "逾期": 1,
        "已销号": 1,
    }
    assert "逾期 3 天" in body(answer)
    assert "今天到期" in body(answer)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=面馆", ["b"]),
        ("search=绿化带", ["a"]),
        ("item=Q1", ["b"]),
        ("found_from=2026-11-16", ["b"]),
        ("found_to=2026-11-15", ["a"]),
        ("item=XX", []),
    ],
)
def test_findings_are_narrowed_by_the_address(cast, sign_in, query, found):
    make_checklist()
    shop = make_frontage(cast, shop_name="王记面馆")
    made = {
        "a": make_finding(cast, description="绿化带有垃圾"),
        "b": make_finding(cast, item_code="Q1", frontage=shop, found_at=cast.now),
    }
    answer = sign_in(cast.office_staff).get(f"{reverse('inspections:findings')}?{query}")
    assert [row.pk for row in answer.context["page"]] == [made[name].pk for name in found]


def test_reminding_goes_back_to_the_list_it_came_from(cast, sign_in):
    finding = make_finding(cast)
    given = {"ids": [finding.pk, "x"], "next": "/findings/?tab=assigned"}
    answer = sign_in(cast.office_staff).post(reverse("inspections:finding_remind"), given)
    assert answer.headers["Location"] == "/findings/?tab=assigned"
    given["next"] = "https://elsewhere.example/"
    answer = sign_in(cast.office_staff).post(reverse("inspections:finding_remind"), given)
    assert answer.headers["Location"] == reverse("inspections:findings")


def test_a_finding_with_a_photo_from_before_wants_one_from_after(cast, sign_in):
    finding = make_photo(cast).finding
    client = sign_in(cast.lead_officer)
    url = reverse("inspections:finding_rectify", args=[finding.number])
    answer = client.post(url, {"rectification": "已清运"})
    assert (answer.status_code, "请添加至少一张照片" in body(answer)) == (400, True)
    assert "已清运" in body(answer)
    client.post(url, {"rectification": "已清运", "photos": photo_upload("blue")})
    finding.refresh_from_db()
    assert (finding.status, finding.photos.filter(stage="after").count()) == ("rectified", 1)


def test_a_photo_beyond_the_share_is_refused_at_its_field(cast, sign_in, settings):
    finding = make_photo(cast).finding
    settings.PHOTO_QUOTA_MB = 0
    url = reverse("inspections:finding_rectify", args=[finding.number])
    words = {"rectification": "已清运", "photos": photo_upload("blue")}
    answer = sign_in(cast.lead_officer).post(url, words)
    assert (answer.status_code, "已清运" in body(answer)) == (400, True)
    assert "上限 0 MB" in answer.context["form"].errors["photos"][0]
    finding.refresh_from_db()
    assert finding.status == "assigned"


def test_the_doer_sees_why_he_may_not_verify(cast, sign_in):
    finding = make_finding(cast, status="rectified")
    answer = body(sign_in(cast.lead_officer).get(finding.get_absolute_url()))
    assert "复查须由他人办理" in answer
    assert reverse("inspections:finding_verify", args=[finding.number]) not in answer


def test_a_wrong_moment_is_answered_with_409(cast, sign_in):
    finding = make_finding(cast, status="closed_out")
    answer = sign_in(cast.office_staff).post(
        reverse("inspections:finding_verify", args=[finding.number])
    )
    assert answer.status_code == 409


def test_a_photo_is_served_as_a_picture_and_nothing_else(cast, sign_in):
    photo = make_photo(cast)
    answer = sign_in(cast.office_staff).get(photo.get_absolute_url())
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    small = sign_in(cast.office_staff).get(photo.get_absolute_url() + "?size=small")
    assert len(b"".join(small)) < len(b"".join(answer))


def test_a_photo_of_a_draft_is_seen_with_its_community(cast, sign_in):
    photo = make_photo(cast, self_check=make_self_check(cast), item_code="Q1")
    assert sign_in(cast.lead_officer).get(photo.get_absolute_url()).status_code == 200
    assert sign_in(cast.other_lead_officer).get(photo.get_absolute_url()).status_code == 404


def test_the_month_names_who_has_not_started(cast, sign_in):
    make_self_check(cast, month="2026-10")
    answer = sign_in(cast.office_staff).get(reverse("inspections:self_checks") + "?month=2026-10")
    assert [one.name for one in answer.context["not_started"]] == ["后周社区", "春秋社区"]
    assert "已过时限，按缺报计" in body(answer)


def test_a_month_that_is_none_is_refused_with_a_sentence(cast, sign_in):
    answer = sign_in(cast.office_staff).get(reverse("inspections:self_checks") + "?month=2026-99")
    assert (answer.status_code, "月份应写作 2026-11" in body(answer)) == (400, True)


def test_a_phone_is_masked_on_page_sheet_and_api(cast, sign_in, client):
    frontage = make_frontage(cast, phone="13857112345")
    staff = sign_in(cast.office_staff)
    assert "138****2345" in body(staff.get(reverse("inspections:frontages")))
    assert "13857112345" not in body(staff.get(frontage.get_absolute_url()))
    _, text = create_token(user=cast.api_client, name="test", at=cast.now, scopes=SCOPES)
    answer = client.get(reverse("api:frontage-list"), headers={"authorization": f"Token {text}"})
    assert answer.json()["results"][0]["phone"] == "138****2345"


def test_a_frontage_check_without_words_is_refused_where_something_failed(cast, sign_in):
    make_checklist()
    frontage = make_frontage(cast)
    url = reverse("inspections:frontage_check", args=[frontage.pk])
    answer = sign_in(cast.lead_officer).post(url, {"checked_on": "2026-11-16", "failed": ["order"]})
    assert (answer.status_code, "请写明具体情况" in body(answer)) == (400, True)


def test_a_day_to_come_stands_beside_its_field(cast, sign_in):
    make_checklist()
    url = reverse("inspections:frontage_check", args=[make_frontage(cast).pk])
    answer = sign_in(cast.lead_officer).post(url, {"checked_on": "2026-11-17"})
    assert "检查日期还没有到" in answer.context["form"].errors["checked_on"][0]


def test_whoever_comes_second_gets_his_words_back(cast, sign_in):
    finding = make_finding(cast, status="closed_out")
    url = reverse("inspections:finding_rectify", args=[finding.number])
    answer = sign_in(cast.lead_officer).post(url, {"rectification": "已清运三车，路面冲洗干净"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "您填写的内容" in page
    assert "已清运三车，路面冲洗干净" in page
