"""The security administrator's tokens: issued, shown once, renewed with grace, revoked, told of in
time.
"""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from gongjian.accounts.models import ApiToken
from gongjian.accounts.scopes import READING
from gongjian.accounts.tokens import create_token, find_token
from gongjian.audit.models import Entry
from gongjian.notifications.models import Notification
from gongjian.office.security.services import tokens as services
from gongjian.workflow import WrongState
from tests.office.security.access import new_token


def issue(cast, **given):
    row = {
        "user": cast.api_client,
        "name": "平台",
        "scopes": ["units:read"],
        "networks": [],
        "days": 365,
    }
    return services.issue_token(**row | given, by=cast.security_admin, at=cast.now)


def renew(cast, token, grace_days=7, at=None):
    return services.renew_token(
        token, grace_days=grace_days, days=365, by=cast.security_admin, at=at or cast.now
    )


def test_a_new_token_is_shown_once_and_never_kept(cast, sign_in):
    client = sign_in(cast.security_admin)
    page = client.post(
        reverse("security:token_new"), new_token(cast) | {"networks": "10.1.0.0/16\n\n192.0.2.1\n"}
    )
    text = page.context["text"]
    assert (page.headers["Cache-Control"], page.content.decode().count(text)) == ("no-store", 1)
    token = find_token(text, at=cast.now)
    assert (token.networks, token.scopes) == (["10.1.0.0/16", "192.0.2.1"], ["units:read"])
    assert text.partition(".")[2] not in client.get(token.get_absolute_url()).content.decode()
    entry = Entry.objects.about(token).get()
    assert (entry.event, entry.changes["scopes"]) == ("accounts.apitoken.issue", ["units:read"])
    assert text.partition(".")[2] not in str(entry.changes)


WRONG = {
    "user": {"user": "0"},
    "scopes": {"scopes": ["units:steal"]},
    "days": {"days": 366},
    "name": {"name": ""},
}


@pytest.mark.parametrize("field", WRONG)
def test_what_may_not_be_stands_beside_its_field(field, cast, sign_in):
    page = sign_in(cast.security_admin).post(
        reverse("security:token_new"), new_token(cast) | WRONG[field]
    )
    assert (page.status_code, list(page.context["form"].errors)) == (400, [field])
    assert not ApiToken.objects.exists()


def test_every_line_that_is_no_network_is_named(cast, sign_in):
    sent = new_token(cast) | {"networks": "10.1.0.0/16\n10.1.2.3/16\ncity"}
    page = sign_in(cast.security_admin).post(reverse("security:token_new"), sent)
    errors = page.context["form"].errors["networks"]
    assert len(errors) == 2
    assert errors[0].startswith("第 2 行“10.1.2.3/16”的后几位应为零：整个网段请写 10.1.0.0/16")
    assert errors[1].startswith("第 3 行“city”不是网段")


def test_only_clients_of_the_api_can_be_holders(cast, sign_in):
    sent = new_token(cast) | {"user": cast.office_staff.pk}
    page = sign_in(cast.security_admin).post(reverse("security:token_new"), sent)
    assert "user" in page.context["form"].errors


def test_the_old_token_lives_on_for_its_grace_and_no_longer(cast):
    token, old = issue(cast, networks=["10.1.0.0/16"])
    fresh, new = renew(cast, token, grace_days=3)
    assert (fresh.scopes, fresh.networks, fresh.replaces) == (token.scopes, token.networks, token)
    nearly, over = cast.now + timedelta(days=3, seconds=-1), cast.now + timedelta(days=3)
    assert [find_token(old, at=nearly), find_token(old, at=over)] == [token, None]
    assert find_token(new, at=over) == fresh
    assert Entry.objects.about(token).first().event == "accounts.apitoken.renew"


def test_grace_does_not_prolong_a_token_and_none_ends_it_at_once(cast):
    token, old = issue(cast, days=2)
    renew(cast, token)
    assert find_token(old, at=cast.now + timedelta(days=2)) is None
    other, text = issue(cast)
    renew(cast, other, grace_days=0)
    assert find_token(text, at=cast.now) is None


def test_a_token_is_renewed_once_and_never_after_its_end(cast):
    token, _ = issue(cast)
    renew(cast, token)
    with pytest.raises(WrongState, match="已经换过"):
        renew(cast, token)
    other, _ = issue(cast, days=1)
    with pytest.raises(WrongState, match="已到期"):
        renew(cast, other, at=cast.now + timedelta(days=1))
    with pytest.raises(ValueError, match="7 天"):
        renew(cast, issue(cast)[0], grace_days=8)


def test_a_revoked_token_opens_nothing_and_is_revoked_once(cast):
    token, text = issue(cast)
    services.revoke_token(token, by=cast.security_admin, at=cast.now)
    assert find_token(text, at=cast.now) is None
    with pytest.raises(WrongState):
        services.revoke_token(token, by=cast.security_admin, at=cast.now)
    assert Entry.objects.about(token).filter(event="accounts.apitoken.revoke").count() == 1


@pytest.mark.parametrize("person", ["system_admin", "auditor", "office_director", "api_client"])
def test_nobody_else_keeps_tokens(person, cast):
    token, _ = issue(cast)
    with pytest.raises(PermissionDenied):
        services.revoke_token(token, by=cast.people[person], at=cast.now)


def test_a_token_about_to_run_out_is_told_of_once(cast):
    soon, _ = issue(cast, days=30)
    issue(cast, days=31)
    replaced, _ = issue(cast, days=20)
    renew(cast, replaced)
    assert services.warn_of_expiring_tokens(at=cast.now) == 1
    services.warn_of_expiring_tokens(at=cast.now + timedelta(hours=1))
    told = Notification.objects.get()
    assert (told.recipient, told.link) == (cast.security_admin, soon.get_absolute_url())
    assert "2026年12月16日" in told.subject


def test_the_holder_sees_his_own_tokens_without_buttons(cast, sign_in):
    mine, _ = issue(cast)
    other = create_token(user=cast.office_staff, name="别人的", scopes=READING, at=cast.now)[0]
    client = sign_in(cast.api_client)
    listed = client.get(reverse("security:tokens")).content.decode()
    assert ("平台" in listed, "别人的" in listed, "签发令牌" in listed) == (True, False, False)
    assert "立即停用" not in client.get(mine.get_absolute_url()).content.decode()
    assert client.get(other.get_absolute_url()).status_code == 404
