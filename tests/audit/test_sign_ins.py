"""Every sign-in, failure, sign-out and change of a factor is in the log, about the person."""

import pytest
from django.urls import reverse

from gongjian.audit import events
from gongjian.audit.models import Entry
from tests.accounts.codes import bind_app, code_now, confirm, give_code, give_password
from tests.cast import PASSWORD


def noted(user) -> list[str]:
    """What the log says of `user`, oldest first, without the common beginning."""
    about = Entry.objects.about(user).order_by("pk")
    return [event.removeprefix("accounts.user.") for event in about.values_list("event", flat=True)]


def last() -> Entry:
    return Entry.objects.order_by("pk").last()


def test_sign_in_and_sign_out(cast, client, today):
    give_password(client, cast.lead_officer)
    assert last().changes == {"method": "密码", "address": "127.0.0.1"}
    client.post(reverse("accounts:sign_out"))
    assert noted(cast.lead_officer) == ["sign_in", "sign_out"]
    assert last().by == cast.lead_officer


def test_wrong_password_is_noted_without_its_words(cast, client, today):
    give_password(client, cast.lead_officer, "wrong-words")
    assert noted(cast.lead_officer) == ["sign_in_failed"]
    assert (last().by, last().changes) == (None, {"address": "127.0.0.1"})


def test_unknown_name_is_noted_without_what_was_typed(cast, client, today):
    client.post(reverse("accounts:sign_in"), {"username": "my-password", "password": "x"})
    assert (last().event, last().object_label) == ("accounts.user.sign_in_failed", "不存在的账号")
    assert "my-password" not in str(last().changes)


def test_half_a_sign_in_is_none(cast, client, today):
    bind_app(cast.lead_officer)
    give_password(client, cast.lead_officer)
    assert noted(cast.lead_officer) == []


def test_wrong_code_then_the_right_one(cast, client, today):
    bind_app(cast.lead_officer)
    give_password(client, cast.lead_officer)
    give_code(client, "000000")
    give_code(client, code_now())
    assert noted(cast.lead_officer) == ["code_refused", "sign_in"]
    assert last().changes["method"] == "密码、验证器"


def test_recovery_code_is_noted(cast, client, today):
    codes = bind_app(cast.lead_officer)
    give_password(client, cast.lead_officer)
    give_code(client, codes[0])
    assert noted(cast.lead_officer) == ["use_recovery_code", "sign_in"]


def test_factors_added_and_removed(cast, sign_in, django_capture_on_commit_callbacks):
    client = sign_in(cast.lead_officer)
    confirm(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("mfa_deactivate_totp"))
    made = ["add_factor", "add_factor", "renew_recovery_codes", "remove_factor", "remove_factor"]
    assert noted(cast.lead_officer) == made


def test_own_new_password(cast, sign_in):
    new = "Chunjiang-2026-yi"
    words = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    sign_in(cast.lead_officer).post(reverse("accounts:password"), words)
    assert noted(cast.lead_officer) == ["change_password"]


@pytest.mark.parametrize(
    "verb", ["sign_in", "sign_in_failed", "code_refused", "reset_factors", "end_sessions"]
)
def test_each_event_has_its_words(verb):
    assert events.label(f"accounts.user.{verb}") != f"accounts.user.{verb}"
