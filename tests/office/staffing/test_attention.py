from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.models import Entry
from gongjian.office.staffing import services
from gongjian.office.staffing.attention import ending_soon, long_unused, without_office
from tests.cast import appoint, make_user


def found(where):
    return set(User.objects.filter(where).values_list("username", flat=True))


def last_seen(user, days_ago, cast):
    User.objects.filter(pk=user.pk).update(last_login=cast.now - timedelta(days=days_ago))


def test_unused_for_ninety_days(cast):
    last_seen(cast.lead_officer, 91, cast)
    last_seen(cast.member_liaison, 89, cast)
    assert found(long_unused(cast.now)) == {"zhu"}


def test_account_never_used_counts_from_its_opening(cast):
    User.objects.filter(pk=cast.lead_officer.pk).update(created_at=cast.now - timedelta(days=91))
    assert found(long_unused(cast.now)) == {"zhu"}


def test_client_of_the_api_never_signs_in_and_is_not_called_unused(cast):
    User.objects.update(created_at=cast.now - timedelta(days=400), last_login=cast.now)
    User.objects.filter(pk=cast.api_client.pk).update(last_login=None)
    assert found(long_unused(cast.now)) == set()


def test_without_an_office_today(cast):
    ended = make_user("jiu")
    appoint(ended, Role.ASSESSOR, ends_on=cast.today)
    ahead = make_user("jiang")
    appoint(ahead, Role.ASSESSOR, starts_on=cast.today + timedelta(1))
    assert found(without_office(cast.today)) == {"jiu", "jiang"}


def test_office_that_ends_within_thirty_days(cast):
    for name, days in (("a", 1), ("b", 30), ("c", 31)):
        appoint(make_user(name), Role.ASSESSOR, ends_on=cast.today + timedelta(days))
    appoint(make_user("over"), Role.ASSESSOR, ends_on=date(2026, 11, 1))
    assert found(ending_soon(cast.today)) == {"a", "b"}


def test_tabs_count_what_they_list(cast, sign_in):
    make_user("jiu")
    last_seen(cast.lead_officer, 100, cast)
    page = sign_in(cast.system_admin).get(f"{reverse('staffing:list')}?tab=idle")
    counts = {tab["label"]: tab["count"] for tab in page.context["tabs"]}
    assert counts == {
        "全部": User.objects.count(),
        "90 天未登录": 1,
        "没有任职": 1,
        "30 天内到期": 0,
    }
    assert "jiu" in page.content.decode()


def test_ticked_accounts_are_stopped_after_confirmation(cast, sign_in):
    chosen = [cast.lead_officer, cast.member_liaison]
    said, url = {"ids": [user.pk for user in chosen]}, reverse("staffing:stop_many")
    browser = sign_in(cast.system_admin)
    page = browser.post(url, said).content.decode()
    assert "确定停用下列 2 个账号" in page
    assert User.objects.filter(is_active=False).count() == 0
    browser.post(url, {**said, "confirmed": "1"})
    assert set(User.objects.filter(is_active=False)) == set(chosen)
    assert Entry.objects.filter(event="accounts.user.stop").count() == 2


def test_own_account_is_not_stopped_among_others(cast, sign_in):
    sign_in(cast.system_admin).post(
        reverse("staffing:stop_many"),
        {"ids": [cast.system_admin.pk, cast.lead_officer.pk], "confirmed": "1"},
    )
    assert not User.objects.filter(is_active=False).exists()
    with pytest.raises(PermissionDenied):
        services.stop_accounts([cast.system_admin], by=cast.system_admin, at=cast.now)


def test_only_the_keeper_of_accounts_is_offered_the_act(cast, sign_in):
    make_user("jiu")
    url = f"{reverse('staffing:list')}?tab=idle"
    assert "停用所选账号" in sign_in(cast.system_admin).get(url).content.decode()
    assert "停用所选账号" not in sign_in(cast.security_admin).get(url).content.decode()
