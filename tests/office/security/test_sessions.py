"""Where people are signed in: seen, ended by themselves, by the security administrator, and by what
changes them.
"""

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from gongjian.accounts import services as accounts
from gongjian.audit.models import Entry
from gongjian.office.security.devices import describe
from gongjian.office.security.services import sessions as services
from tests.accounts.codes import give_password
from tests.cast import NOW, PASSWORD
from tests.office.security.access import open_session

WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0 Safari/537.36"
)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "Version/17.5 Safari/604.1"
)


def signed_in(user, agent=WINDOWS, address="10.1.2.3") -> Client:
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    give_password(client, user)
    return client


def is_in(client) -> bool:
    return client.get(reverse("mfa_index")).status_code == 200


def latest(user) -> Entry:
    return Entry.objects.about(user).first()


def test_own_list_names_devices_addresses_and_this_place(cast, today):
    here = signed_in(cast.lead_officer)
    signed_in(cast.lead_officer, PHONE, "10.9.9.9")
    shown = here.get(reverse("security:my_sessions")).content.decode()
    assert "Windows 上的 Chrome" in shown
    assert "iPhone 上的 Safari" in shown
    assert "10.9.9.9" in shown
    assert shown.count("就是这里") == 1


def test_one_is_signed_out_at_one_other_place(cast, today):
    here, there = signed_in(cast.lead_officer), signed_in(cast.lead_officer, PHONE)
    other = UserSession.objects.get(user_agent=PHONE)
    here.post(reverse("security:my_session_end", args=[other.pk]))
    assert (is_in(here), is_in(there)) == (True, False)
    assert latest(cast.lead_officer).event == "accounts.user.end_session"


def test_one_is_signed_out_everywhere_else(cast, today):
    here, *others = (signed_in(cast.lead_officer) for _ in range(3))
    here.post(reverse("security:my_sessions_end"))
    assert [is_in(client) for client in (here, *others)] == [True, False, False]
    assert latest(cast.lead_officer).changes["ended"] == 2


def test_security_administrator_ends_anothers_sessions(cast, today):
    keeper, officer = signed_in(cast.security_admin), signed_in(cast.lead_officer)
    keeper.post(reverse("security:sessions_end", args=[cast.lead_officer.pk]))
    assert (is_in(keeper), is_in(officer)) == (True, False)
    assert latest(cast.lead_officer).by == cast.security_admin


def test_security_administrator_ends_one_of_them(cast, today):
    keeper, officer, phone = (
        signed_in(cast.security_admin),
        signed_in(cast.lead_officer),
        signed_in(cast.lead_officer, PHONE),
    )
    session = UserSession.objects.get(user_agent=PHONE)
    keeper.post(reverse("security:session_end", args=[cast.lead_officer.pk, session.pk]))
    assert (is_in(officer), is_in(phone)) == (True, False)


def test_session_of_somebody_else_is_not_found_under_a_person(cast, sign_in):
    session = open_session(cast.other_lead_officer)
    url = reverse("security:session_end", args=[cast.lead_officer.pk, session.pk])
    assert sign_in(cast.security_admin).post(url).status_code == 404
    assert UserSession.objects.filter(pk=session.pk).exists()


def test_administrator_never_keeps_his_own(cast, sign_in):
    client = sign_in(cast.security_admin)
    assert (
        client.post(reverse("security:sessions_end", args=[cast.security_admin.pk])).status_code
        == 403
    )
    shown = client.get(reverse("security:person", args=[cast.security_admin.pk])).content.decode()
    assert "全部结束" not in shown


def test_own_new_password_ends_all_but_this_place(cast, today):
    here, there = signed_in(cast.lead_officer), signed_in(cast.lead_officer)
    new = "Chunjiang-2026-yi"
    words = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    here.post(reverse("accounts:password"), words)
    assert (is_in(here), is_in(there)) == (True, False)
    assert UserSession.objects.filter(user=cast.lead_officer).count() == 1


def test_stopped_account_is_not_signed_in_again_by_being_started(cast, today):
    client = signed_in(cast.lead_officer)
    accounts.end_sessions(cast.lead_officer)
    assert not is_in(client)


def test_end_sessions_says_how_many_and_spares_others(cast, today):
    signed_in(cast.lead_officer), signed_in(cast.lead_officer)
    other = signed_in(cast.other_lead_officer)
    assert accounts.end_sessions(cast.lead_officer) == 2
    assert accounts.end_sessions(cast.lead_officer) == 0
    assert is_in(other)


def test_use_is_noted_every_five_minutes(cast, today):
    client = signed_in(cast.lead_officer)
    session = UserSession.objects.get(user=cast.lead_officer)
    for seconds, moved in ((299, False), (301, True)):
        with time_machine.travel(NOW.timestamp() + seconds, tick=False):
            client.get(reverse("workbench"), REMOTE_ADDR="10.8.8.8")
        session.refresh_from_db()
        assert (session.last_seen_at > NOW) is moved
    assert session.ip == "10.8.8.8"


def test_dead_sessions_are_swept_from_the_list(cast, sign_in):
    open_session(cast.lead_officer)
    sign_in(cast.lead_officer).get(reverse("security:my_sessions"))
    assert UserSession.objects.filter(user=cast.lead_officer).count() == 1


def test_devices_are_named_in_known_words():
    assert describe(WINDOWS) == "Windows 上的 Chrome"
    assert describe(WINDOWS + " Edg/126.0") == "Windows 上的 Edge"
    assert describe("Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0") == "安卓手机 上的 微信"
    assert describe("curl/8.0") == "其他设备"


def test_end_all_is_refused_to_others(cast):
    with pytest.raises(PermissionDenied):
        services.end_all_sessions(cast.lead_officer, by=cast.system_admin, at=cast.now)


def test_session_that_began_at_no_door_ends_like_any_other(cast, sign_in):
    client = sign_in(cast.lead_officer)
    assert accounts.end_sessions(cast.lead_officer) == 1
    assert not is_in(client)
