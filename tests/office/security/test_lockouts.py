"""Five failures close an account name, not the office's address; the security administrator opens
it again.
"""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from gongjian.accounts.lockout import standing_locks
from gongjian.audit.models import Entry
from gongjian.office.security.services.lockouts import unlock
from gongjian.workflow import WrongState
from tests.cast import NOW, PASSWORD
from tests.signing_in import is_signed_in, try_to_sign_in

SAME_OFFICE = "10.1.2.3"


def fail(username, times=5, **options):
    for _ in range(times):
        answer = try_to_sign_in(username, "wrong", REMOTE_ADDR=SAME_OFFICE, **options)
    return answer


@pytest.fixture
def clock(cast):
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_four_failures_lock_nothing(cast, clock):
    assert fail("zhu", 4).status_code == 200
    assert is_signed_in(try_to_sign_in("zhu", REMOTE_ADDR=SAME_OFFICE).client)


def test_the_fifth_failure_says_when_it_opens_and_whom_to_ask(cast, clock):
    answer = fail("zhu")
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "11月16日 10:15 起可以再登录" in page
    assert "安全管理员" in page
    assert answer.headers["Retry-After"] == "900"


def test_the_right_password_does_not_open_a_locked_name(cast, clock):
    fail("zhu")
    answer = try_to_sign_in("zhu", REMOTE_ADDR=SAME_OFFICE)
    assert answer.status_code == 429
    assert not is_signed_in(answer.client)


def test_a_colleague_at_the_same_address_signs_in(cast, clock):
    fail("zhu")
    assert is_signed_in(try_to_sign_in("fu", REMOTE_ADDR=SAME_OFFICE).client)


def test_another_browser_address_and_spelling_do_not_help(cast, clock):
    for place, spelling in enumerate(["zhu", "ZHU", " zhu", "Zhu ", "ｚｈｕ"]):
        browser = Client(headers={"user-agent": f"browser {place}"})
        answer = try_to_sign_in(spelling, "wrong", browser, REMOTE_ADDR=f"10.9.9.{place}")
    assert answer.status_code == 429
    assert not is_signed_in(try_to_sign_in("zhu").client)


def test_an_unknown_name_locks_with_the_same_page(cast, clock):
    known, unknown = fail("zhu"), fail("nobody")
    assert (known.status_code, unknown.status_code) == (429, 429)
    assert known.content == unknown.content


def test_the_name_opens_after_a_quarter_of_an_hour_and_not_before(cast, clock):
    fail("zhu")
    clock.move_to(NOW + timedelta(minutes=14, seconds=59))
    assert try_to_sign_in("zhu").status_code == 429
    clock.move_to(NOW + timedelta(minutes=15, seconds=1))
    assert is_signed_in(try_to_sign_in("zhu").client)


def test_trying_on_during_the_lock_does_not_make_it_longer_and_is_written_down(cast, clock):
    fail("zhu")
    clock.move_to(NOW + timedelta(minutes=10))
    fail("zhu", 3)
    assert AccessFailureLog.objects.filter(username="zhu", locked_out=True).count() == 4
    clock.move_to(NOW + timedelta(minutes=16))
    assert is_signed_in(try_to_sign_in("zhu").client)


def test_a_sign_in_forgives_earlier_slips(cast, clock):
    fail("zhu", 4)
    try_to_sign_in("zhu")
    fail("zhu", 4)
    assert is_signed_in(try_to_sign_in("zhu").client)
    assert AccessFailureLog.objects.filter(username="zhu").count() == 8


def test_no_password_is_written_down(cast, clock):
    fail("zhu", 2)
    assert "wrong" not in AccessAttempt.objects.get().post_data
    assert "zhu" not in AccessAttempt.objects.get().post_data


def test_failures_at_different_moments_open_when_fewer_than_five_are_young(cast, clock):
    for minute in range(5):
        clock.move_to(NOW + timedelta(minutes=minute))
        fail("zhu", 1, headers={"user-agent": f"browser {minute}"})
    lock = standing_locks(NOW + timedelta(minutes=5))[0]
    assert (lock.failures, lock.opens_at) == (5, NOW + timedelta(minutes=15))


def test_the_security_administrator_sees_and_opens_it(cast, clock, sign_in):
    fail("zhu")
    page = sign_in(cast.security_admin).get(reverse("security:lockouts")).content.decode()
    assert SAME_OFFICE in page
    assert "朱经办" in page
    sign_in(cast.security_admin).post(reverse("security:unlock", args=[cast.lead_officer.pk]))
    assert is_signed_in(try_to_sign_in("zhu").client)
    entry = Entry.objects.about(cast.lead_officer).get(event="accounts.user.unlock")
    assert (entry.by, entry.changes) == (
        cast.security_admin,
        {"failures": 5, "addresses": [SAME_OFFICE]},
    )
    assert AccessFailureLog.objects.filter(username="zhu").count() == 5


def test_what_was_typed_in_place_of_a_name_is_not_shown(cast, clock, sign_in):
    fail("My-Secret-Password-1", 1)
    page = sign_in(cast.security_admin).get(reverse("security:lockouts")).content.decode()
    assert "secret-password" not in page.lower()
    assert "不存在的账号" in page


def test_nobody_opens_his_own_account(cast):
    with pytest.raises(PermissionDenied):
        unlock(cast.security_admin, by=cast.security_admin, at=NOW)


def test_an_open_account_cannot_be_opened(cast):
    with pytest.raises(WrongState):
        unlock(cast.lead_officer, by=cast.security_admin, at=NOW)


def test_guessing_the_old_password_of_an_open_session_locks_too(cast, sign_in):
    client = sign_in(cast.lead_officer)
    for _ in range(5):
        form = {"old_password": "guess", "new_password1": "Xx", "new_password2": "Xx"}
        answer = client.post(reverse("accounts:password"), form)
    assert answer.status_code == 429
    form = {
        "old_password": PASSWORD,
        "new_password1": "Songshu-4-Qiao-gao",
        "new_password2": "Songshu-4-Qiao-gao",
    }
    assert client.post(reverse("accounts:password"), form).status_code == 429
    cast.lead_officer.refresh_from_db()
    assert cast.lead_officer.check_password(PASSWORD)
