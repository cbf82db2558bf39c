import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from gongjian.audit.models import Entry
from tests.cast import make_unit
from tests.editing import send
from tests.queries import count_queries
from units.models import Unit
from units.services import change_contact


def test_change_contact_writes_before_and_after(cast):
    change_contact(
        cast.lead_unit, name="王联络", phone="13800002222", by=cast.lead_officer, at=cast.now
    )
    entry = Entry.objects.about(cast.lead_unit).get()
    assert entry.changes["before"] == {"contact": "周联络", "phone": "138****1111"}
    assert entry.changes["after"] == {"contact": "王联络", "phone": "138****2222"}


def test_change_contact_refuses_another_units_officer(cast):
    with pytest.raises(PermissionDenied):
        change_contact(
            cast.lead_unit,
            name="王联络",
            phone="13800002222",
            by=cast.other_lead_officer,
            at=cast.now,
        )
    assert Unit.objects.get(pk=cast.lead_unit.pk).contact.name == "周联络"


def test_contact_form_keeps_what_was_typed_and_names_the_wrong_phone(cast, sign_in):
    client = sign_in(cast.office_staff)
    answer = send(
        client,
        reverse("units:contact", args=[cast.lead_unit.pk]),
        {"name": "王联络", "phone": "12345"},
    )
    assert answer.status_code == 400
    assert answer.context["form"].errors["phone"]
    assert "王联络" in answer.content.decode()


def test_stranger_sees_a_masked_phone(cast, sign_in):
    page = sign_in(cast.other_lead_officer).get(cast.lead_unit.get_absolute_url()).content.decode()
    assert "138****1111" in page
    assert "13800001111" not in page


def test_list_costs_the_same_for_ten_and_sixty_units(cast, sign_in):
    client = sign_in(cast.office_staff)
    first = count_queries(lambda: client.get(reverse("units:list")))
    for number in range(50):
        make_unit(f"第{number}单位")
    assert count_queries(lambda: client.get(reverse("units:list"))) == first


def test_search_finds_by_short_name_and_by_contact(cast, sign_in):
    client = sign_in(cast.office_staff)
    assert "住房和城乡建设局" in client.get(reverse("units:list"), {"q": "市住建"}).content.decode()
    assert (
        "富春商场"
        not in client.get(reverse("units:list"), {"q": "市住建"})
        .content.decode()
        .split("<tbody>")[1]
    )
