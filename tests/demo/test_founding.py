"""`manage.py first_administrator`: what an empty site begins with."""

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.documents.models import Issuer
from inspections.models import Checklist
from scoring.models import Rubric
from tests.cast import NOW

pytestmark = pytest.mark.django_db


def found() -> str:
    out = StringIO()
    call_command("first_administrator", stdout=out)
    return out.getvalue()


def test_three_people_can_begin():
    said = [line.split() for line in found().splitlines() if line.startswith("  ")]
    assert [(username, role) for username, _, role in said] == [
        ("guanli", "系统管理员"),
        ("anquan", "安全管理员"),
        ("zhuren", "共建办主任"),
    ]
    for username, password, _ in said:
        user = authenticate(username=username, password=password)
        assert user.must_change_password
    director = User.objects.get(username="zhuren").on(NOW.date().replace(year=2099))
    assert director.roles == {Role.OFFICE_DIRECTOR}


def test_the_reference_is_in_force():
    found()
    assert (Issuer.objects.count(), Checklist.objects.count(), Rubric.objects.count()) == (1, 1, 1)


def test_a_second_run_changes_nothing():
    found()
    passwords = list(User.objects.values_list("password", flat=True))
    assert found() == "站点里已有账号，不再新开。\n"
    assert list(User.objects.values_list("password", flat=True)) == passwords
