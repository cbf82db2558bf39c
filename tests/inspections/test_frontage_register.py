"""The register of frontages: what a door has seen, what its agreement asks, how it is found."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from gongjian.audit.models import Entry
from gongjian.workflow import WrongState
from inspections.models import DutyAgreement, DutySet, Frontage
from inspections.models.frontages import spellings
from inspections.services.duty_sets import (
    add_duty_set,
    names_of,
    offered_sets,
    retire_duty_set,
    rules_for,
)
from inspections.services.frontages import change_frontage, check_frontage
from tests.editing import send
from tests.inspections.factories import make_checklist, make_frontage
from tests.queries import count_queries

OUTSIDE = "包卫生：清扫保洁\n包设施：爱护路灯"


def change(frontage, cast, **given):
    return change_frontage(frontage, by=cast.lead_officer, at=cast.now, **given)


def add(cast, **given):
    said = {"title": "门前两包", "outside": OUTSIDE, "inside": "", "by": cast.office_staff}
    return add_duty_set(**said | given, at=cast.now)


def named(cast, shop_name, **given):
    frontage = make_frontage(cast, shop_name=shop_name, **given)
    letters = spellings(shop_name, frontage.road_section.name, frontage.door_number)
    Frontage.objects.filter(pk=frontage.pk).update(**letters)
    return frontage


def test_another_shop_at_the_door_leaves_the_former_in_its_history(cast, sign_in):
    frontage = make_frontage(
        cast, shop_name="老面馆", responsible_person="吴甲", phone="13857112345"
    )
    change(frontage, cast, shop_name="新花店", responsible_person="郑乙", phone="13957112345")
    past = DutyAgreement.objects.get()
    assert (past.shop_name, past.responsible_person, past.by) == (
        "老面馆",
        "吴甲",
        cast.lead_officer,
    )
    page = sign_in(cast.lead_officer).get(frontage.get_absolute_url()).content.decode()
    assert "这一处的旧档" in page and "老面馆" in page


def test_a_new_agreement_ends_the_old_one(cast):
    frontage = make_frontage(
        cast, agreement_number="旧 1 号", signed_on="2024-01-01", valid_until="2025-12-31"
    )
    frontage.refresh_from_db()
    new = {"agreement_number": "新 1 号", "signed_on": cast.today, "valid_until": cast.today}
    change(frontage, cast, **new, duty_set="four")
    past = DutyAgreement.objects.get()
    assert (past.agreement_number, str(past.valid_until), past.duty_set) == (
        "旧 1 号",
        "2025-12-31",
        "three",
    )


@pytest.mark.parametrize(
    "given",
    [
        {"plaque_number": "FY-1"},
        {"shop_name": "江滨面馆", "only_corrects": True},
        {"phone": "13957112345"},
    ],
    ids=["a plaque", "a correction", "a phone"],
)
def test_what_ends_no_agreement_leaves_no_history(cast, given):
    change(make_frontage(cast, shop_name="江宾面馆"), cast, **given)
    assert not DutyAgreement.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"plaque_number": "FY-1"}, "plaque_number"),
        ({"latitude": "30.04"}, "longitude"),
        ({"latitude": "91", "longitude": "119.9"}, "latitude"),
        ({"length_m": Decimal("-1")}, "length_m"),
        ({"duty_set": "juggling"}, "duty_set"),
        ({"signed_on": "2026-03-01", "valid_until": "2026-02-01"}, "valid_until"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(cast, given, field):
    make_frontage(cast, plaque_number="FY-1")
    frontage = make_frontage(cast)
    with pytest.raises(ValidationError) as refused:
        change(frontage, cast, **given)
    assert list(refused.value.message_dict) == [field]
    assert not Entry.objects.about(frontage).exists()


def test_the_edit_page_keeps_agreement_extent_and_place(cast, sign_in):
    frontage = make_frontage(cast)
    url, client = (
        reverse("inspections:frontage_edit", args=[frontage.pk]),
        sign_in(cast.lead_officer),
    )
    typed = {
        "shop_name": frontage.shop_name,
        "status": "trading",
        "plaque_number": "FY-9",
        "length_m": "6.5",
    }
    typed |= {
        "duty_set": "five",
        "latitude": "30.049123",
        "longitude": "119.960456",
        "datum": "gcj02",
    }
    assert send(client, url, typed).status_code == 302
    frontage.refresh_from_db()
    assert (frontage.plaque_number, frontage.duty_set, frontage.extent) == (
        "FY-9",
        "five",
        "长 6.5 米",
    )
    assert (str(frontage.latitude), frontage.datum) == ("30.049123", "gcj02")
    refused = send(client, url, typed | {"longitude": "east"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["longitude"])


def test_a_set_of_duties_is_added_once_and_retired_not_changed(cast):
    row = add(cast)
    assert rules_for(row.code).names == {"cleanliness": "包卫生", "facilities": "包设施"}
    with pytest.raises(ValidationError, match="不能改动"):
        add(cast)
    frontage = change(make_frontage(cast), cast, duty_set=row.code)
    retire_duty_set(row, by=cast.office_staff, at=cast.now)
    assert row.code not in dict(offered_sets())
    assert rules_for(frontage.duty_set).title == "门前两包"
    with pytest.raises(ValidationError, match="停用"):
        change(make_frontage(cast), cast, duty_set=row.code)
    with pytest.raises(WrongState):
        retire_duty_set(row, by=cast.office_staff, at=cast.now)
    with pytest.raises(PermissionDenied):
        add(cast, by=cast.lead_officer, title="另一套")


@pytest.mark.parametrize(
    "outside",
    ["", "包卫生", "包卫生：甲\n包卫生：乙", "\n".join(f"包{n}：内容" for n in range(13))],
)
def test_a_set_that_cannot_be_read_is_refused(cast, outside):
    with pytest.raises(ValidationError) as refused:
        add(cast, outside=outside)
    assert list(refused.value.message_dict) == ["outside"]
    assert not DutySet.objects.exists()


def test_a_check_asks_what_the_agreement_asks(cast):
    make_checklist()
    frontage = make_frontage(cast, duty_set="five")
    given = {"checked_on": cast.today, "remark": "灯不亮", "by": cast.lead_officer, "at": cast.now}
    with pytest.raises(ValidationError, match="cleanliness"):
        check_frontage(frontage, failed=["cleanliness"], **given)
    check = check_frontage(frontage, failed=["lighting"], **given)
    assert names_of(check.failed, rules_for("five")) == "包亮化"
    assert names_of(check.failed, rules_for("three")) == "包亮化"  # the agreement has changed since


@pytest.mark.parametrize("asked", ["江滨", "jbmg", "jiangbin", "HSL", "虎山路", "fcjd", "FY-7"])
def test_a_frontage_is_found_by_name_and_by_how_it_reads(cast, sign_in, asked):
    wanted = named(cast, "江滨面馆", plaque_number="FY-7")
    answer = sign_in(cast.lead_officer).get(reverse("inspections:frontage_search"), {"q": asked})
    assert answer.json()["results"] == [
        {
            "id": wanted.pk,
            "community": cast.community.pk,
            "name": "江滨面馆",
            "address": wanted.address,
            "label": f"江滨面馆 · {wanted.address}",
        }
    ]


def test_the_search_shows_twenty_of_ones_own_and_nothing_for_nothing(cast, sign_in):
    make_frontage(cast, shop_name="面馆零", status="demolished")
    for n in range(25):
        make_frontage(cast, shop_name=f"面馆{n}")
    url = reverse("inspections:frontage_search")
    own = sign_in(cast.lead_officer)
    assert len(own.get(url, {"q": "面馆"}).json()["results"]) == 20
    for given in ({"q": ""}, {"q": "juggling"}, {"q": "面馆", "community": "x"}, {"q": "面馆零"}):
        assert own.get(url, given).json()["results"] == []
    assert sign_in(cast.other_lead_officer).get(url, {"q": "面馆"}).json()["results"] == []


def test_agreements_about_to_end_stand_in_a_tab_of_their_own(cast, sign_in):
    days = {"昨天到期": -1, "今天到期": 0, "月内到期": 30, "以后到期": 31}
    for name, ahead in days.items():
        make_frontage(
            cast, shop_name=name, valid_until=cast.today.fromordinal(cast.today.toordinal() + ahead)
        )
    page = (
        sign_in(cast.office_staff)
        .get(reverse("inspections:frontages"), {"tab": "expiring"})
        .content.decode()
    )
    assert [name for name in days if name in page] == ["今天到期", "月内到期"]


def test_the_public_page_tells_the_duties_and_nobodys_name(cast, client):
    make_checklist()
    frontage = make_frontage(
        cast, shop_name="江滨面馆", responsible_person="吴店主", phone="13857112345"
    )
    given = {
        "checked_on": cast.today,
        "remark": "吴店主占道",
        "by": cast.lead_officer,
        "at": cast.now,
    }
    check_frontage(frontage, failed=["order"], **given)
    url = reverse("inspections:public_frontage", args=[frontage.public_code])
    page = client.get(url).content.decode()
    assert "包秩序未落实" in page and "包绿化" in page and frontage.address in page
    assert [
        word for word in ("吴店主", "13857112345", "2345", cast.lead_officer.name) if word in page
    ] == []
    assert count_queries(lambda: client.get(url)) <= 3
    assert client.get(reverse("inspections:public_frontage", args=["a" * 12])).status_code == 404
    frontage.status = "vacant"
    frontage.save(update_fields=["status"])
    assert "江滨面馆" not in client.get(url).content.decode()


def test_codes_cannot_be_counted_up(cast):
    codes = {make_frontage(cast).public_code for _ in range(30)}
    assert (len(codes), {len(code) for code in codes}) == (30, {12})


def test_who_keeps_the_records_comes_from_the_plaque_to_his_own_acts(cast, client, sign_in):
    make_checklist()
    frontage = make_frontage(cast)
    address = reverse("inspections:public_frontage", args=[frontage.public_code])
    assert "登记问题" not in client.get(address).content.decode()
    keeper = sign_in(cast.community_worker)
    assert f"frontage={frontage.pk}" in keeper.get(address).content.decode()
    given = {"community": frontage.community_id, "frontage": frontage.pk, "place": frontage.address}
    keeper.post(
        reverse("inspections:finding_new"),
        {**given, "item_code": "W1", "description": "门前堆放纸箱"},
    )
    assert frontage.findings.get().description == "门前堆放纸箱"
