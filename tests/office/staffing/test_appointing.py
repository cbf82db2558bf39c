from datetime import date

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from gongjian.accounts.roles import THREE_ADMINISTRATORS, Role
from gongjian.audit.models import Entry
from gongjian.office.staffing import services
from gongjian.office.staffing.permissions import may_appoint
from gongjian.workflow import WrongState
from tests.cast import SINCE, appoint, make_user
from tests.editing import send


def named(cast, user, role, by, **given):
    place = {"unit": cast.office, "starts_on": cast.today, **given}
    return services.appoint(user, role=role, by=by, at=cast.now, **place)


def test_each_role_is_named_by_its_own_administrator_and_never_by_its_holder(cast):
    for role in Role.values:
        keeper, other = cast.system_admin, cast.security_admin
        if role in THREE_ADMINISTRATORS:
            keeper, other = other, keeper
        assert may_appoint(keeper, cast.lead_officer, role)
        assert not may_appoint(other, cast.lead_officer, role)
        assert not may_appoint(keeper, keeper, role)
        assert not may_appoint(cast.office_director, cast.lead_officer, role)


def test_system_administrator_does_not_make_an_auditor(cast):
    with pytest.raises(PermissionDenied, match="由安全管理员任免"):
        named(cast, make_user("xin"), Role.AUDITOR, cast.system_admin)


def test_system_administrator_does_not_remove_the_auditor(cast):
    with pytest.raises(PermissionDenied):
        services.end_appointment(
            cast.auditor.appointments.get(), ends_on=cast.today, by=cast.system_admin, at=cast.now
        )


def test_account_without_a_role_becomes_an_auditor_by_the_security_administrator(cast, sign_in):
    said = {"username": "xin", "name": "新审计", "role": "", "starts_on": "2026-11-16"}
    page = sign_in(cast.system_admin).post(reverse("staffing:new"), said)
    account = page.context["account"]
    said = {"role": Role.AUDITOR, "unit": cast.office.pk, "starts_on": "2026-11-16"}
    sign_in(cast.security_admin).post(reverse("staffing:appoint", args=[account.pk]), said)
    assert account.on(cast.today).roles == {Role.AUDITOR}


def test_form_offers_only_the_roles_that_the_reader_may_give(cast, sign_in):
    url = reverse("staffing:appoint", args=[make_user("xin").pk])
    offered = {
        person: {
            value
            for value, _ in sign_in(person).get(url).context["form"].fields["role"].choices
            if value
        }
        for person in (cast.system_admin, cast.security_admin)
    }
    assert offered[cast.security_admin] == set(THREE_ADMINISTRATORS)
    assert offered[cast.system_admin] == set(Role.values) - THREE_ADMINISTRATORS


def test_refusal_names_the_role_held_and_until_when_and_loses_nothing(cast, sign_in):
    user = make_user("xin", name="新来")
    appoint(user, Role.LEAD_OFFICER, unit=cast.lead_unit, ends_on=date(2027, 1, 1))
    said = {
        "role": Role.AUDITOR,
        "unit": cast.office.pk,
        "title": "审计员",
        "starts_on": "2026-11-16",
    }
    page = sign_in(cast.security_admin).post(reverse("staffing:appoint", args=[user.pk]), said)
    assert page.context["form"].errors["role"] == [
        "新来自 2026-01-01 起任牵头单位经办人至 2027-01-01 止。三员分立，同一天不能又任审计员："
        "请另选他人，或从 2027-01-01 起任命"
    ]
    assert 'value="审计员"' in page.content.decode()
    assert user.appointments.count() == 1


def test_same_office_is_not_given_twice_for_one_day(cast):
    with pytest.raises(ValidationError, match="不能重复任命"):
        named(cast, cast.lead_officer, Role.LEAD_OFFICER, cast.system_admin, unit=cast.lead_unit)


def test_same_role_is_held_in_two_units(cast):
    named(cast, cast.lead_officer, Role.LEAD_OFFICER, cast.system_admin, unit=cast.other_lead_unit)
    assert cast.lead_officer.appointments.count() == 2


def test_correction_keeps_both_versions_in_the_log(cast, sign_in):
    held = cast.lead_officer.appointments.get()
    said = {"title": "科长", "starts_on": "2026-02-01", "ends_on": "2026-12-31"}
    send(sign_in(cast.system_admin), reverse("staffing:correct", args=[held.pk]), said)
    changes = Entry.objects.about(cast.lead_officer).get().changes
    assert changes["before"] == {"title": "", "starts_on": "2026-01-01", "ends_on": None}
    assert changes["after"] == {"title": "科长", "starts_on": "2026-02-01", "ends_on": "2026-12-31"}


def test_correction_into_an_overlap_is_refused_at_the_day(cast, sign_in):
    user = make_user("xin", name="新来")
    appoint(user, Role.AUDITOR, ends_on=date(2026, 6, 1), unit=cast.office)
    held = appoint(user, Role.LEAD_OFFICER, starts_on=date(2026, 6, 1), unit=cast.lead_unit)
    said = {"title": "", "starts_on": "2026-05-31", "ends_on": ""}
    page = send(sign_in(cast.system_admin), reverse("staffing:correct", args=[held.pk]), said)
    assert "三员分立" in page.context["form"].errors["starts_on"][0]
    held.refresh_from_db()
    assert held.starts_on == date(2026, 6, 1)


def test_correction_refuses_an_end_before_the_start(cast):
    held = cast.lead_officer.appointments.get()
    with pytest.raises(ValidationError, match="离任日期须晚于任职日期"):
        services.correct_appointment(
            held, title="", starts_on=SINCE, ends_on=SINCE, by=cast.system_admin, at=cast.now
        )


def test_stopping_an_account_signs_it_out_everywhere_and_nobody_else(cast, client, today):
    for person in (cast.lead_officer, cast.member_liaison):
        client.force_login(person)
        client.cookies.clear()
    services.set_active(cast.lead_officer, active=False, by=cast.system_admin, at=cast.now)
    left = {one.get_decoded()["_auth_user_id"] for one in Session.objects.all()}
    assert left == {str(cast.member_liaison.pk)}


def test_ending_an_appointment_signs_its_holder_out(cast, sign_in):
    browser = sign_in(cast.lead_officer)
    services.end_appointment(
        cast.lead_officer.appointments.get(), ends_on=cast.today, by=cast.system_admin, at=cast.now
    )
    assert reverse("accounts:sign_in") in browser.get("/").headers["Location"]


def test_name_and_phone_are_corrected_and_the_log_masks_the_number(cast, sign_in):
    said = {"name": "朱经理", "phone": "13812341234"}
    send(sign_in(cast.system_admin), reverse("staffing:edit", args=[cast.lead_officer.pk]), said)
    cast.lead_officer.refresh_from_db()
    assert (cast.lead_officer.name, cast.lead_officer.phone) == ("朱经理", "13812341234")
    changes = Entry.objects.about(cast.lead_officer).get().changes
    assert changes == {
        "before": {"name": "朱经办", "phone": ""},
        "after": {"name": "朱经理", "phone": "138****1234"},
    }


def test_account_page_offers_each_administrator_only_what_he_may_do(cast, sign_in):
    def controls(reader, account):
        page = sign_in(reader).get(account.get_absolute_url()).content.decode()
        return {
            name
            for name in ("增加任职", "修改姓名电话", "重置密码", "交接", "更正", "结束任职")
            if f">{name}<" in page
        }

    everything = {"增加任职", "修改姓名电话", "重置密码", "交接", "更正", "结束任职"}
    assert controls(cast.system_admin, cast.lead_officer) == everything
    assert controls(cast.security_admin, cast.lead_officer) == {"增加任职"}
    assert controls(cast.security_admin, cast.auditor) == {"增加任职", "交接", "更正", "结束任职"}
    assert controls(cast.system_admin, cast.auditor) == {"增加任职", "修改姓名电话", "重置密码"}
    assert controls(cast.system_admin, cast.system_admin) == set()
    assert controls(cast.auditor, cast.lead_officer) == set()


def test_a_masked_number_sent_back_as_shown_changes_nothing_and_another_is_refused(cast):
    user = make_user("xin", name="新来", phone="13812341234")
    acting = {"by": cast.system_admin, "at": cast.now}
    services.edit_account(user, name="新来", phone="138****1234", **acting)
    assert not Entry.objects.about(user).exists()
    services.edit_account(user, name="新名", phone="138****1234", **acting)
    user.refresh_from_db()
    assert (user.name, user.phone) == ("新名", "13812341234")
    with pytest.raises(ValidationError, match="不是完整号码：请填完整号码"):
        services.edit_account(user, name="新名", phone="139****1234", **acting)


@pytest.mark.parametrize(
    ("role", "sentence"),
    [(Role.LEAD_OFFICER, "这个角色须选单位"), (Role.COMMUNITY_WORKER, "须选社区")],
)
def test_an_office_needs_its_place(cast, role, sentence):
    user = make_user("xin", name="新来")
    with pytest.raises(ValidationError, match=sentence):
        named(cast, user, role, cast.system_admin, unit=None)
    assert not user.appointments.exists()


def test_an_overlap_with_an_office_that_ends_names_its_last_day(cast):
    user = make_user("xin", name="新来")
    appoint(user, Role.LEAD_OFFICER, unit=cast.lead_unit, ends_on=date(2027, 1, 1))
    with pytest.raises(ValidationError, match="新来自 2026-01-01 至 2027-01-01已任"):
        named(cast, user, Role.LEAD_OFFICER, cast.system_admin, unit=cast.lead_unit)


def test_an_office_ends_once_and_not_before_it_began(cast):
    held = cast.lead_officer.appointments.get()
    acting = {"by": cast.system_admin, "at": cast.now}
    with pytest.raises(ValidationError, match="离任日期须晚于任职日期"):
        services.end_appointment(held, ends_on=SINCE, **acting)
    services.end_appointment(held, ends_on=cast.today, **acting)
    with pytest.raises(WrongState, match="这项任职已经结束"):
        services.end_appointment(held, ends_on=cast.today, **acting)


def test_a_stopped_account_is_put_to_use_again(cast):
    acting = {"by": cast.system_admin, "at": cast.now}
    for active in (False, True):
        services.set_active(cast.lead_officer, active=active, **acting)
        cast.lead_officer.refresh_from_db()
        assert cast.lead_officer.is_active == active
    actions = Entry.objects.about(cast.lead_officer).order_by("pk").values_list("event", flat=True)
    assert list(actions) == ["accounts.user.stop", "accounts.user.start"]
