"""Writes down who came in, who failed to, who left, and what became of his second factor.

allauth and Django tell of these acts by signals and pass no moment, so the clock is read here.
"""

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.addresses import client_address

METHODS = {"password": "密码", "socialaccount": "统一身份认证"}
FACTORS = {"totp": "验证器", "webauthn": "通行密钥", "recovery_codes": "备用码"}
# Stands for a name that no account has; what was typed is not kept, for it is often a password.
NOBODY = User(pk=0, username="", name="不存在的账号")


def listen() -> None:
    """Connect every receiver below; called once, when the site starts."""
    user_logged_in.connect(note_sign_in, dispatch_uid="note_sign_in")
    user_login_failed.connect(note_failed_password, dispatch_uid="note_failed_password")
    user_logged_out.connect(note_sign_out, dispatch_uid="note_sign_out")
    password_changed.connect(note_own_password, dispatch_uid="note_own_password")
    mfa.authentication_failed.connect(note_failed_code, dispatch_uid="note_failed_code")
    mfa.authenticator_added.connect(note_added_factor, dispatch_uid="note_added_factor")
    mfa.authenticator_removed.connect(note_removed_factor, dispatch_uid="note_removed_factor")
    mfa.authenticator_reset.connect(note_new_recovery_codes, dispatch_uid="note_new_recovery_codes")
    mfa.authenticator_used.connect(note_used_recovery_code, dispatch_uid="note_used_recovery_code")


def _note(user, verb: str, request, *, by=None, **changes) -> None:
    """One entry about `user`, with the address that it came from."""
    if request is not None and request.META.get("REMOTE_ADDR"):
        changes["address"] = client_address(request)
    record(user, f"accounts.user.{verb}", by=by, at=timezone.now(), **changes)


def _method(entry: dict) -> str:
    return METHODS.get(entry["method"]) or FACTORS.get(entry.get("type", ""), entry["method"])


def note_sign_in(sender, request, user, **kwargs) -> None:
    proofs = []
    for entry in get_authentication_records(request, user):
        proofs.append(_method(entry))
    _note(user, "sign_in", request, by=user, method="、".join(proofs))


def note_failed_password(sender, credentials, request=None, **kwargs) -> None:
    users = User.objects.filter(username=credentials.get("username") or "")
    user = users.first() or NOBODY
    _note(user, "sign_in_failed", request)


def note_sign_out(sender, request, user, **kwargs) -> None:
    if user is not None:
        _note(user, "sign_out", request, by=user)


def note_own_password(sender, request, user, **kwargs) -> None:
    _note(user, "change_password", request, by=user)


def note_failed_code(sender, request, user, **kwargs) -> None:
    _note(user, "code_refused", request)


def note_added_factor(sender, request, user, authenticator, **kwargs) -> None:
    _note(user, "add_factor", request, by=user, factor=FACTORS[authenticator.type])


def note_removed_factor(sender, request, user, authenticator, **kwargs) -> None:
    _note(user, "remove_factor", request, by=user, factor=FACTORS[authenticator.type])


def note_new_recovery_codes(sender, request, user, **kwargs) -> None:
    _note(user, "renew_recovery_codes", request, by=user)


def note_used_recovery_code(sender, request, user, authenticator, **kwargs) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _note(user, "use_recovery_code", request, by=user)
