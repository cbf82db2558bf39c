"""The two password profiles, the forced change, and one-time passwords."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import settings as site
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from gongjian.accounts import services as accounts
from gongjian.accounts.models import UsedPassword, User
from gongjian.audit.models import Entry
from gongjian.demo.accounts import open_demo_accounts
from gongjian.office.staffing.services import reset_password
from tests.cast import NOW, PASSWORD
from tests.signing_in import is_signed_in, try_to_sign_in

DAY = timedelta(days=1)


@pytest.fixture
def profile(settings):
    def choose(name):
        settings.AUTH_PASSWORD_VALIDATORS = site.PASSWORD_PROFILES[name]
        settings.PASSWORD_DAYS = {"dengbao": 90, "asvs": 0}[name]

    return choose


@pytest.fixture
def clock(cast):
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def complaints(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        return [one.code for one in wrong.error_list]
    return []


DENGBAO = [
    ("Songshu-4-K", []),
    ("Songshu4Ko", []),
    ("Songshu-4", ["too_short"]),
    ("songshulvtu", ["too_few_classes"]),
    ("SONGSHU-LVTU", ["too_few_classes"]),
    ("Password123!", ["our_words"]),
    ("Fuyang-2026-ab", ["our_words"]),
    ("Gongjian@2026", ["our_words"]),
    ("富阳市2026Abc!", ["our_words"]),
    ("Chunjiang-2026-yi", []),
    ("长密码也可以用Ab1", []),
]
ASVS = [
    ("songshulvtuxx", []),
    ("songshu lvtu feng", []),
    ("songshulvtu", ["too_short"]),
    ("manchesterunited", ["password_too_common"]),
    ("gongjian-2026-12345", ["our_words"]),
    ("x7" * 64, []),
    ("字" * 128, []),
]


@pytest.mark.parametrize(("password", "codes"), DENGBAO)
def test_dengbao(password, codes, profile):
    profile("dengbao")
    assert complaints(password) == codes


@pytest.mark.parametrize(("password", "codes"), ASVS)
def test_asvs(password, codes, profile):
    profile("asvs")
    assert complaints(password) == codes


@pytest.mark.parametrize("name", ["dengbao", "asvs"])
def test_a_password_like_the_account_is_refused(name, profile):
    profile(name)
    assert "too_similar" in complaints("Songshuqiao-1", User(username="songshuqiao", name="宋"))


def test_none_of_the_last_five_is_taken_again(cast, profile):
    profile("dengbao")
    user = cast.lead_officer
    words = [f"Songshu-{number}-Qiao" for number in range(7)]
    for word in words[:6]:
        accounts.set_own_password(user, word, at=NOW)
    assert complaints(words[0], user) == []
    assert [complaints(word, user) for word in words[1:6]] == [["used_before"]] * 5
    assert complaints(words[6], user) == []
    assert UsedPassword.objects.filter(user=user).count() == 5
    assert not UsedPassword.objects.filter(hash__contains="Songshu").exists()


def test_the_page_states_the_rules_before_one_types(cast, sign_in, profile):
    profile("dengbao")
    page = sign_in(cast.lead_officer).get(reverse("accounts:password")).content.decode()
    for rule in (
        "至少 10 个字符",
        "四种里至少有三种",
        "常用密码",
        "城市名",
        "账号、姓名、电话",
        "最近 5 次",
    ):
        assert rule in page
    profile("asvs")
    page = sign_in(cast.lead_officer).get(reverse("accounts:password")).content.decode()
    assert "至少 12 个字符" in page
    assert "四种里至少有三种" not in page


def change(client, new, old=PASSWORD):
    form = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(reverse("accounts:password"), form)


def test_other_sessions_end_with_the_old_password(cast, sign_in):
    other = Client()
    other.force_login(cast.lead_officer)
    client = sign_in(cast.lead_officer)
    change(client, "Songshu-4-Qiao")
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302


def test_after_ninety_days_it_must_be_changed_first(cast, clock, profile):
    profile("dengbao")
    accounts.set_own_password(cast.lead_officer, PASSWORD, at=NOW)
    clock.move_to(NOW + 90 * DAY - timedelta(seconds=1))
    client = try_to_sign_in("zhu").client
    assert client.get("/").status_code == 200
    clock.move_to(NOW + 90 * DAY)
    answer = client.get("/", follow=True)
    assert answer.redirect_chain == [(reverse("accounts:password"), 302)]
    assert "已经用了 90 天" in answer.content.decode()
    change(client, "Songshu-4-Qiao")
    assert client.get("/").status_code == 200


def test_asvs_forces_no_change(cast, clock, profile):
    profile("asvs")
    accounts.set_own_password(cast.lead_officer, PASSWORD, at=NOW)
    clock.move_to(NOW + 1000 * DAY)
    assert try_to_sign_in("zhu").client.get("/").status_code == 200


def test_a_one_time_password_opens_once(cast, clock):
    password = reset_password(cast.lead_officer, by=cast.system_admin, at=NOW)
    assert is_signed_in(try_to_sign_in("zhu", password).client)
    again = try_to_sign_in("zhu", password)
    assert not is_signed_in(again.client)
    assert "只能用一次" in again.content.decode()


def test_a_one_time_password_is_valid_for_a_day(cast, clock):
    password = reset_password(cast.lead_officer, by=cast.system_admin, at=NOW)
    clock.move_to(NOW + DAY + timedelta(seconds=1))
    late = try_to_sign_in("zhu", password)
    assert not is_signed_in(late.client)
    assert "24 小时内有效" in late.content.decode()


def test_a_one_time_password_is_valid_to_the_end_of_the_day(cast, clock):
    password = reset_password(cast.lead_officer, by=cast.system_admin, at=NOW)
    clock.move_to(NOW + DAY)
    assert is_signed_in(try_to_sign_in("zhu", password).client)


def test_a_wrong_guess_does_not_spend_it(cast, clock):
    password = reset_password(cast.lead_officer, by=cast.system_admin, at=NOW)
    assert "一次性密码" not in try_to_sign_in("zhu", "guess").content.decode()
    assert is_signed_in(try_to_sign_in("zhu", password).client)


def test_a_second_reset_gives_a_fresh_one(cast, clock):
    first = reset_password(cast.lead_officer, by=cast.system_admin, at=NOW)
    try_to_sign_in("zhu", first)
    second = reset_password(cast.lead_officer, by=cast.system_admin, at=NOW)
    assert is_signed_in(try_to_sign_in("zhu", second).client)


def test_whoever_changed_it_signs_in_as_often_as_he_likes(cast, clock):
    client = try_to_sign_in(
        "zhu", (given := reset_password(cast.lead_officer, by=cast.system_admin, at=NOW))
    ).client
    assert change(client, "Songshu-4-Qiao", given).status_code == 302
    for _ in range(2):
        assert is_signed_in(try_to_sign_in("zhu", "Songshu-4-Qiao").client)


def test_the_console_helps_the_last_administrator(cast, clock):
    out = StringIO()
    call_command("one_time_password", "xi", stdout=out)
    assert is_signed_in(try_to_sign_in("xi", out.getvalue().split()[1]).client)
    assert (
        Entry.objects.about(cast.system_admin).filter(event="accounts.user.reset_password").count()
        == 1
    )


def test_demo_passwords_never_grow_old(cast, clock, monkeypatch):
    monkeypatch.setattr(
        "gongjian.demo.accounts.first_posts", lambda: [cast.lead_officer.appointments.get()]
    )
    shown = open_demo_accounts(at=NOW)[0]
    clock.move_to(NOW + 400 * DAY)
    for _ in range(2):
        client = try_to_sign_in("zhu", shown.secret).client
        assert client.get("/").status_code == 200
