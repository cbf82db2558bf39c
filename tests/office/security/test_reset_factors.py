"""The security administrator takes off a lost second factor."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from gongjian.audit.models import Entry
from gongjian.office.security.services.factors import reset_factors
from gongjian.workflow import WrongState
from tests.accounts.codes import bind_app, confirm, give_password
from tests.office.security.access import open_session
from tests.queries import count_queries


def test_reset_takes_all_factors_ends_sessions_and_is_in_the_log(cast):
    bind_app(cast.lead_officer)
    open_session(cast.lead_officer)
    reset_factors(cast.lead_officer, by=cast.security_admin, at=cast.now)
    assert not Authenticator.objects.filter(user=cast.lead_officer).exists()
    entry = Entry.objects.about(cast.lead_officer).first()
    assert (entry.event, entry.by) == ("accounts.user.reset_factors", cast.security_admin)
    assert entry.changes == {"factors": ["recovery_codes", "totp"], "ended": 1}


def test_reset_leaves_others_factors(cast):
    bind_app(cast.lead_officer)
    bind_app(cast.other_lead_officer)
    reset_factors(cast.lead_officer, by=cast.security_admin, at=cast.now)
    assert Authenticator.objects.filter(user=cast.other_lead_officer).count() == 2


@pytest.mark.parametrize("person", ["system_admin", "auditor", "office_director", "lead_officer"])
def test_reset_is_the_security_administrators_alone(cast, person):
    bind_app(cast.lead_officer)
    with pytest.raises(PermissionDenied):
        reset_factors(cast.lead_officer, by=cast.people[person], at=cast.now)


def test_administrator_never_resets_his_own(cast):
    bind_app(cast.security_admin)
    with pytest.raises(PermissionDenied):
        reset_factors(cast.security_admin, by=cast.security_admin, at=cast.now)


def test_reset_of_nothing_is_refused(cast):
    with pytest.raises(WrongState):
        reset_factors(cast.lead_officer, by=cast.security_admin, at=cast.now)


def test_page_asks_who_is_there_before_the_act(cast, sign_in):
    bind_app(cast.lead_officer)
    client, url = (
        sign_in(cast.security_admin),
        reverse("security:factors_reset", args=[cast.lead_officer.pk]),
    )
    assert "当面或电话核实" in client.get(url).content.decode()
    assert client.post(url).headers["Location"].startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(user=cast.lead_officer).exists()
    confirm(client)
    assert client.post(url).headers["Location"] == reverse(
        "security:person", args=[cast.lead_officer.pk]
    )
    assert not Authenticator.objects.filter(user=cast.lead_officer).exists()


def test_after_a_reset_the_password_alone_opens(cast, client, today):
    bind_app(cast.lead_officer)
    reset_factors(cast.lead_officer, by=cast.security_admin, at=cast.now)
    assert give_password(client, cast.lead_officer).headers["Location"] == reverse("workbench")


def test_page_shows_no_secret(cast, sign_in):
    codes = bind_app(cast.lead_officer)
    shown = (
        sign_in(cast.security_admin)
        .get(reverse("security:person", args=[cast.lead_officer.pk]))
        .content.decode()
    )
    assert "手机验证器" in shown
    assert not any(code in shown for code in codes)


def test_list_costs_the_same_for_few_and_many(cast, sign_in):
    client, url = sign_in(cast.security_admin), reverse("security:people")
    client.get(url)
    before = count_queries(lambda: client.get(url))
    for person in list(cast.people.values()):
        bind_app(person)
        open_session(person)
    assert count_queries(lambda: client.get(url)) == before


def test_list_is_filtered_by_who_has_a_factor(cast, sign_in):
    bind_app(cast.lead_officer)
    rows = (
        sign_in(cast.security_admin)
        .get(reverse("security:people"), {"factor": "1"})
        .context["page"]
    )
    assert rows.paginator.count == 1
