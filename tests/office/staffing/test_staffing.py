import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from gongjian.accounts.models import User
from gongjian.audit.models import Entry
from gongjian.office.staffing import services
from tests.markup import as_read


def test_new_account_signs_in_with_its_one_time_password_and_must_change_it(cast, client, sign_in):
    form = {
        "username": "xin",
        "name": "新来",
        "role": "office_staff",
        "unit": cast.office.pk,
        "starts_on": "2026-11-16",
    }
    page = sign_in(cast.system_admin).post(reverse("staffing:new"), form)
    password = page.context["password"]
    client.logout()
    answer = client.post(
        reverse("accounts:sign_in"), {"username": "xin", "password": password}, follow=True
    )
    assert answer.redirect_chain[-1][0] == reverse("accounts:password")
    assert "一次性密码" in answer.content.decode()


def test_community_worker_needs_a_community_and_the_form_says_so_at_the_field(cast, sign_in):
    form = {
        "username": "xin",
        "name": "新来",
        "role": "community_worker",
        "starts_on": "2026-11-16",
    }
    page = sign_in(cast.system_admin).post(reverse("staffing:new"), form)
    assert page.context["form"].errors["community"] == ["社区工作者和联系领导须选社区"]
    assert not User.objects.filter(username="xin").exists()


def test_ended_appointment_no_longer_opens_the_unit(cast):
    held = cast.lead_officer.appointments.get()
    services.end_appointment(held, ends_on=cast.today, by=cast.system_admin, at=cast.now)
    assert User.objects.get(pk=cast.lead_officer.pk).on(cast.today).roles == frozenset()
    assert Entry.objects.about(cast.lead_officer).get().event == "accounts.user.end_appointment"


def test_administrator_does_not_reset_his_own_password(cast):
    with pytest.raises(PermissionDenied):
        services.reset_password(cast.system_admin, by=cast.system_admin, at=cast.now)


def test_stopped_account_cannot_sign_in(cast, client):
    services.set_active(cast.lead_officer, active=False, by=cast.system_admin, at=cast.now)
    answer = client.post(
        reverse("accounts:sign_in"), {"username": "zhu", "password": "Fuyang-2026-jia"}
    )
    assert answer.headers["Location"] == reverse("account_inactive")


def test_the_day_of_appointment_is_filled_in_as_browsers_read_it(cast, sign_in):
    page = sign_in(cast.system_admin).get(reverse("staffing:new")).content.decode()
    assert 'type="date" name="starts_on" value="2026-11-16"' in page
    held = cast.lead_officer.appointments.get()
    page = sign_in(cast.system_admin).get(reverse("staffing:end", args=[held.pk])).content.decode()
    assert 'type="date" name="ends_on" value="2026-11-16"' in page


def test_the_auditor_finds_the_accounts_in_the_head_bar(cast, sign_in):
    page = sign_in(cast.auditor).get("/").content.decode()
    assert '<a href="/staff/">账号</a>' in as_read(page)
    assert "/staff/" not in sign_in(cast.office_director).get("/").content.decode()
