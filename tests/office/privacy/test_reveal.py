"""Numbers are masked everywhere; showing one needs a right and leaves an entry without the number
in it.
"""

import pytest
from django.urls import reverse

from communities.models import GroupMember
from gongjian.accounts.models import User
from gongjian.audit.models import Entry
from tests.editing import send
from tests.inspections.factories import make_frontage
from units.models import Contact

NUMBER, MASKED = "13857112345", "138****2345"


@pytest.fixture
def filled(cast):
    Contact.objects.update(phone=NUMBER)
    GroupMember.objects.update(phone=NUMBER)
    User.objects.filter(pk=cast.lead_officer.pk).update(phone=NUMBER)
    cast.frontage = make_frontage(cast, phone=NUMBER)
    return cast


def seat(cast):
    return cast.community.group.members.get(role="lead")


PLACES = {
    "unit": (
        lambda cast: cast.lead_unit.get_absolute_url(),
        lambda cast: reverse("units:reveal_phone", args=[cast.lead_unit.pk]),
        "units.unit.reveal_phone",
        "office_staff",
        {"office_staff", "lead_officer"},
        {"auditor", "community_worker"},
    ),
    "seat": (
        lambda cast: cast.community.get_absolute_url(),
        lambda cast: reverse("communities:reveal_phone", args=[cast.community.code, seat(cast).pk]),
        "communities.community.reveal_phone",
        "community_worker",
        {"office_staff", "lead_officer", "community_worker"},
        {"auditor", "member_liaison"},
    ),
    "frontage": (
        lambda cast: cast.frontage.get_absolute_url(),
        lambda cast: reverse("inspections:frontage_reveal_phone", args=[cast.frontage.pk]),
        "inspections.frontage.reveal_phone",
        "community_worker",
        {"office_staff", "lead_officer", "community_worker"},
        {"auditor", "member_liaison"},
    ),
    "account": (
        lambda cast: cast.lead_officer.get_absolute_url(),
        lambda cast: reverse("staffing:reveal_phone", args=[cast.lead_officer.pk]),
        "accounts.user.reveal_phone",
        "system_admin",
        {"system_admin"},
        {"auditor", "security_admin"},
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_page_masks_the_number_and_shows_it_once_on_asking(filled, sign_in, place):
    page_of, reveal_of, event, asker, _, _ = PLACES[place]
    client, page, reveal = sign_in(filled.people[asker]), page_of(filled), reveal_of(filled)
    before = client.get(page).content.decode()
    assert MASKED in before
    assert NUMBER not in before
    assert reveal in before
    answer = client.post(reveal)
    assert NUMBER in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert NUMBER not in client.get(page).content.decode()
    entry = Entry.objects.get(event=event)
    assert entry.by == filled.people[asker]
    assert NUMBER not in str(entry.changes) + entry.object_label


@pytest.mark.parametrize("place", PLACES)
def test_the_button_stands_only_for_those_who_may(filled, client, today, place):
    page_of, reveal_of, event, _, may, may_not = PLACES[place]
    for person in [*may, *may_not]:
        client.force_login(filled.people[person])
        assert (reveal_of(filled) in client.get(page_of(filled)).content.decode()) == (
            person in may
        ), person
        assert client.post(reveal_of(filled)).status_code == (200 if person in may else 403), person
    assert Entry.objects.filter(event=event).count() == len(may)


def test_a_member_unit_rings_its_own_representative_but_not_the_others(filled, sign_in):
    client = sign_in(filled.member_liaison)
    own = filled.community.group.members.get(unit=filled.member_unit)
    page = client.get(filled.community.get_absolute_url()).content.decode()
    assert reverse("communities:reveal_phone", args=[filled.community.code, own.pk]) in page
    assert (
        reverse("communities:reveal_phone", args=[filled.community.code, seat(filled).pk])
        not in page
    )


def test_the_contact_form_shows_a_masked_number_and_leaves_it_as_it_is(filled, sign_in):
    client, url = sign_in(filled.office_staff), reverse("units:contact", args=[filled.lead_unit.pk])
    form = client.get(url).content.decode()
    assert MASKED in form
    assert NUMBER not in form
    assert send(client, url, {"name": "新联络", "phone": MASKED}).status_code == 302
    contact = Contact.objects.get(unit=filled.lead_unit)
    assert (contact.name, contact.phone) == ("新联络", NUMBER)


def test_a_masked_number_of_somebody_else_is_refused_in_the_contact_form(filled, sign_in):
    client, url = sign_in(filled.office_staff), reverse("units:contact", args=[filled.lead_unit.pk])
    answer = send(client, url, {"name": "新联络", "phone": "139****0000"})
    assert answer.context["form"].errors["phone"]
    assert Contact.objects.get(unit=filled.lead_unit).phone == NUMBER
