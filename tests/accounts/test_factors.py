"""The second factor: signing in with one, setting one up, losing it."""

import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.urls import reverse

from gongjian.accounts import services
from gongjian.accounts.factors import has_factor
from tests.accounts.codes import add_passkey, bind_app, code_now, confirm, give_code, give_password
from tests.cast import NOW, PASSWORD


def is_in(client) -> bool:
    return client.get(reverse("workbench")).status_code == 200


def page(answer) -> str:
    return answer.content.decode()


def test_password_alone_opens_for_whoever_has_no_factor(cast, client, today):
    assert give_password(client, cast.lead_officer).headers["Location"] == reverse(
        settings.LOGIN_REDIRECT_URL
    )
    assert is_in(client)


def test_sign_in_goes_back_to_the_page_that_was_asked_for(cast, client, today):
    asked = client.get(reverse("units:list"))
    form = client.get(asked.headers["Location"]).context["redirect_field_value"]
    words = {"username": "zhu", "password": PASSWORD, "next": form}
    assert client.post(reverse("accounts:sign_in"), words).headers["Location"] == reverse(
        "units:list"
    )


def test_sign_in_never_leads_to_a_foreign_site(cast, client, today):
    words = {"username": "zhu", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post(reverse("accounts:sign_in"), words).headers["Location"] == reverse(
        "workbench"
    )


def test_wrong_password_is_told_without_saying_which(cast, client, today):
    known = page(give_password(client, cast.lead_officer, "wrong"))
    unknown = page(
        client.post(reverse("accounts:sign_in"), {"username": "nobody", "password": "wrong"})
    )
    assert "账号或密码不对" in known
    assert "账号或密码不对" in unknown


def test_code_finishes_the_sign_in(cast, client, today):
    bind_app(cast.lead_officer)
    assert give_password(client, cast.lead_officer).headers["Location"] == reverse(
        "mfa_authenticate"
    )
    assert not is_in(client)
    assert give_code(client, code_now()).status_code == 302
    assert is_in(client)


def test_wrong_code_does_not(cast, client, today):
    bind_app(cast.lead_officer)
    give_password(client, cast.lead_officer)
    wrong = f"{(int(code_now()) + 1) % 10**6:06}"
    assert "验证码不对" in page(give_code(client, wrong))
    assert not is_in(client)


def test_code_opens_once(cast, client, today):
    bind_app(cast.lead_officer)
    for opens in (True, False):
        client.logout()
        give_password(client, cast.lead_officer)
        give_code(client, code_now())
        assert is_in(client) is opens


def test_fifth_wrong_code_is_the_last_for_five_minutes(cast, client, today):
    bind_app(cast.lead_officer)
    give_password(client, cast.lead_officer)
    for _ in range(5):
        give_code(client, "000000")
    assert "错得太多了" in page(give_code(client, code_now()))
    with time_machine.travel(NOW.timestamp() + 301, tick=False):
        give_code(client, code_now())
        assert is_in(client)


def test_recovery_code_opens_once(cast, client, today):
    codes = bind_app(cast.lead_officer)
    for opens in (True, False):
        client.logout()
        give_password(client, cast.lead_officer)
        give_code(client, codes[0])
        assert is_in(client) is opens


def test_half_a_sign_in_can_be_given_up(cast, client, today):
    bind_app(cast.lead_officer)
    give_password(client, cast.lead_officer)
    assert client.get(reverse("accounts:sign_in")).headers["Location"] == reverse(
        "mfa_authenticate"
    )
    client.post(reverse("accounts:sign_out"))
    assert client.get(reverse("accounts:sign_in")).status_code == 200


def test_half_a_sign_in_ends_after_a_quarter_of_an_hour(cast, client, today):
    bind_app(cast.lead_officer)
    give_password(client, cast.lead_officer)
    with time_machine.travel(NOW.timestamp() + 901, tick=False):
        assert give_code(client, code_now()).headers["Location"] == reverse("account_login")
        assert not is_in(client)


def test_code_does_not_open_after_the_password_was_reset_meanwhile(cast, client, today):
    bind_app(cast.lead_officer)
    give_password(client, cast.lead_officer)
    services.set_own_password(cast.lead_officer, "Chunjiang-2026-yi", at=cast.now)
    answer = client.post(reverse("mfa_authenticate"), {"code": code_now()}, follow=True)
    assert "密码刚刚改过" in page(answer)
    assert not is_in(client)


def test_code_does_not_open_a_stopped_account(cast, client, today):
    bind_app(cast.lead_officer)
    give_password(client, cast.lead_officer)
    type(cast.lead_officer).objects.filter(pk=cast.lead_officer.pk).update(is_active=False)
    give_code(client, code_now())
    assert not is_in(client)


def test_half_a_sign_in_begins_anew_when_the_factor_was_reset(cast, client, today):
    bind_app(cast.lead_officer)
    give_password(client, cast.lead_officer)
    Authenticator.objects.filter(user=cast.lead_officer).delete()
    answer = client.get(reverse("mfa_authenticate"), follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == reverse("account_login")


def test_app_is_bound_with_its_own_code_and_gives_recovery_codes_once(cast, sign_in):
    client = sign_in(cast.lead_officer)
    confirm(client)
    shown = client.get(reverse("mfa_activate_totp"))
    secret = shown.context["form"].secret
    assert "data:image/svg+xml;base64," in page(shown)
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)}, follow=True)
    assert len(re.findall(r"<code>\d{8}</code>", page(answer))) == 10
    assert has_factor(cast.lead_officer)
    assert "<code>" not in page(client.get(reverse("mfa_view_recovery_codes")))


def test_app_is_not_bound_with_a_wrong_code(cast, sign_in):
    client = sign_in(cast.lead_officer)
    confirm(client)
    client.get(reverse("mfa_activate_totp"))
    assert "验证码不对" in page(client.post(reverse("mfa_activate_totp"), {"code": "000000"}))
    assert not has_factor(cast.lead_officer)


def test_factors_are_changed_only_by_whoever_says_again_who_he_is(cast, sign_in):
    client = sign_in(cast.lead_officer)
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert (
            client.get(reverse(name))
            .headers["Location"]
            .startswith(reverse("account_reauthenticate"))
        )
    confirm(client)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    with time_machine.travel(NOW.timestamp() + 301, tick=False):
        assert client.get(reverse("mfa_activate_totp")).status_code == 302


def test_wrong_password_confirms_nothing(cast, sign_in):
    client = sign_in(cast.lead_officer)
    assert "密码不对" in page(confirm(client, "wrong"))
    assert client.get(reverse("mfa_activate_totp")).status_code == 302


def test_whoever_has_a_factor_confirms_with_it_and_not_with_the_password(cast, sign_in):
    bind_app(cast.lead_officer)
    client = sign_in(cast.lead_officer)
    asked = client.get(reverse("mfa_deactivate_totp"))
    assert asked.headers["Location"].startswith(reverse("mfa_reauthenticate"))
    assert confirm(client).headers["Location"] == reverse("mfa_reauthenticate")
    client.post(reverse("mfa_reauthenticate"), {"code": code_now()})
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200


def test_last_factor_takes_the_recovery_codes_with_it(cast, sign_in):
    codes = bind_app(cast.lead_officer)
    client = sign_in(cast.lead_officer)
    client.post(reverse("mfa_reauthenticate"), {"code": codes[0]})
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=cast.lead_officer).exists()


def test_new_recovery_codes_replace_the_old(cast, sign_in, client):
    old = bind_app(cast.lead_officer)
    sign_in(cast.lead_officer)
    client.post(reverse("mfa_reauthenticate"), {"code": code_now()})
    answer = client.post(reverse("mfa_generate_recovery_codes"), follow=True)
    assert len(re.findall(r"<code>\d{8}</code>", page(answer))) == 10
    client.logout()
    give_password(client, cast.lead_officer)
    give_code(client, old[0])
    assert not is_in(client)


def test_passkey_is_renamed_and_removed(cast, sign_in):
    key, client = add_passkey(cast.lead_officer), sign_in(cast.lead_officer)
    codes = bind_app(cast.lead_officer)
    client.post(reverse("mfa_reauthenticate"), {"code": codes[0]})
    client.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": "值班室电脑"})
    assert "值班室电脑" in page(client.get(reverse("mfa_index")))
    assert client.get(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 200
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert "值班室电脑" not in page(client.get(reverse("mfa_index")))


def test_nobody_touches_anothers_passkey(cast, sign_in):
    key, client = add_passkey(cast.other_lead_officer), sign_in(cast.lead_officer)
    confirm(client)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.get(reverse(name, args=[key.pk])).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["accounts/signup/", "accounts/email/", "accounts/password/reset/", "accounts/3rdparty/"],
)
def test_doors_that_nobody_uses_do_not_exist(cast, sign_in, path):
    assert sign_in(cast.lead_officer).get(f"/{path}").status_code == 404


def test_without_city_identity_no_trace_of_it(cast, client):
    assert "统一身份认证" not in page(client.get(reverse("accounts:sign_in")))
