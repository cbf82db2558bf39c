from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from inspections.models import Finding, FrontageCheck
from inspections.services.frontages import check_frontage
from tests.editing import send
from tests.inspections.factories import make_checklist, make_frontage


def look(cast, frontage=None, **given) -> FrontageCheck:
    make_checklist()
    row = {
        "checked_on": cast.today,
        "failed": [],
        "remark": "",
        "by": cast.lead_officer,
        "at": cast.now,
    }
    return check_frontage(frontage or make_frontage(cast), **row | given)


def test_a_check_with_every_duty_kept_passes_and_reports_nothing(cast):
    check = look(cast)
    assert (check.passed, check.quarter, Finding.objects.count()) == (True, "2026Q4", 0)


def test_a_failed_check_reports_a_finding_to_the_lead_unit(cast):
    frontage = make_frontage(cast, shop_name="王记面馆")
    check = look(cast, frontage, failed=["order", "cleanliness"], remark="占道摆桌")
    finding = Finding.objects.get()
    assert (check.passed, check.failed) == (False, ["cleanliness", "order"])
    assert finding.description == "王记面馆：包卫生、包秩序未落实，占道摆桌"
    assert (finding.source, finding.responsible_unit, finding.frontage) == (
        "frontage_check",
        cast.lead_unit,
        frontage,
    )


def test_a_second_look_on_the_same_day_is_refused_and_reports_nothing(cast):
    frontage = make_frontage(cast)
    look(cast, frontage)
    with pytest.raises(ValidationError, match="一天只登记一次"):
        look(cast, frontage, failed=["order"])
    assert Finding.objects.count() == 0


def test_a_day_to_come_is_refused(cast):
    with pytest.raises(ValidationError, match="还没有到"):
        look(cast, checked_on=cast.today + timedelta(days=1))


def test_an_unknown_duty_is_refused(cast):
    with pytest.raises(ValidationError, match="juggling"):
        look(cast, failed=["juggling"])


def test_a_vacant_door_is_not_checked(cast):
    with pytest.raises(ValidationError, match="空置"):
        look(cast, make_frontage(cast, status="vacant"))


@pytest.mark.parametrize("person", ["other_lead_officer", "member_liaison", "assessor", "auditor"])
def test_a_check_is_refused_to_who_does_not_act_for_the_group(cast, person):
    with pytest.raises(PermissionDenied):
        look(cast, by=cast.people[person])


def test_the_agreement_says_when_it_ends(cast):
    frontage = make_frontage(cast, valid_until=cast.today + timedelta(days=30))
    assert frontage.agreement_state(cast.today) == ("即将到期", "warn")
    assert frontage.agreement_state(cast.today + timedelta(days=31)) == ("已到期", "bad")
    assert frontage.agreement_state(cast.today - timedelta(days=1)) == ("有效", "good")


def test_the_edit_page_keeps_the_phone_that_it_does_not_show(cast, sign_in):
    frontage = make_frontage(cast, phone="13857112345")
    url, client = (
        reverse("inspections:frontage_edit", args=[frontage.pk]),
        sign_in(cast.lead_officer),
    )
    page = client.get(url).content.decode()
    assert ("138****2345" in page, "13857112345" in page) == (True, False)
    sent = {"shop_name": "新店招", "responsible_person": "吴店主", "status": "closed"}
    assert send(client, url, sent).status_code == 302
    frontage.refresh_from_db()
    assert (frontage.shop_name, frontage.phone, frontage.status) == (
        "新店招",
        "13857112345",
        "closed",
    )
    assert send(client, url, sent | {"phone": "139 5711 2345"}).status_code == 302
    frontage.refresh_from_db()
    assert frontage.phone == "13957112345"
    send(client, url, sent | {"without_phone": "on"})
    frontage.refresh_from_db()
    assert frontage.phone == ""


def test_the_edit_page_says_beside_the_field_what_is_wrong(cast, sign_in):
    frontage = make_frontage(cast, phone="13857112345")
    url = reverse("inspections:frontage_edit", args=[frontage.pk])
    client = sign_in(cast.office_staff)
    answer = send(client, url, {"shop_name": "店", "phone": "123", "status": "trading"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["phone"])
    both = {"shop_name": "店", "phone": "13957112345", "without_phone": "on", "status": "trading"}
    assert list(send(client, url, both).context["form"].errors) == ["phone"]
    frontage.refresh_from_db()
    assert frontage.phone == "13857112345"
