"""What allauth leaves to the house: its words, the client's address, and which proof of identity
counts.
"""

import time

import qrcode
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from qrcode.image.svg import SvgPathFillImage

from gongjian.accounts import services
from gongjian.accounts.factor_secrets import lock, unlock
from gongjian.accounts.factors import came_by_oidc
from gongjian.lib.addresses import client_address

WRONG_PASSWORD = "账号或密码不对。请核对大小写；忘记密码请找系统管理员重置。"  # noqa: S105
WRONG_CODE = "验证码不对或已经用过。请核对手机时间，等下一个验证码再试。"
TOO_MANY = "错得太多了，请过 5 分钟再试。"
CHANGED_MEANWHILE = "登录没有完成：密码刚刚改过。请用新密码重新登录。"
# What stands on the page after an act, by allauth's own name for it; nothing else is said.
SAID_AFTERWARDS = {
    "account/messages/password_changed.txt": "密码已修改，下次请用新密码登录；"
    "其他地方的登录都已退出",
    "mfa/messages/totp_activated.txt": "验证器已绑定，下次登录要输验证码",
    "mfa/messages/totp_deactivated.txt": "验证器已解除",
    "mfa/messages/webauthn_added.txt": "通行密钥已添加",
    "mfa/messages/webauthn_removed.txt": "通行密钥已删除",
}

PASSWORD_SEEN = "password_seen"  # noqa: S105


class OfficeAccounts(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG_PASSWORD,
        "incorrect_password": "密码不对，请再输一次。",
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_client_ip(self, request) -> str:
        return client_address(request)

    def pre_authenticate(self, request, **credentials) -> None:
        """Wrong passwords are counted by the lock-out of the account name, not here."""

    def add_message(
        self,
        request,
        level,
        message_template=None,
        message_context=None,
        extra_tags="",
        message=None,
    ):
        words = message or SAID_AFTERWARDS.get(message_template or "")
        if words:
            messages.add_message(request, level, words, extra_tags)

    def get_password_change_redirect_url(self, request) -> str:
        return reverse(settings.LOGIN_REDIRECT_URL)

    def pre_login(self, request, user, **kwargs):
        """Remember which password was proved: a code typed later must not open an account that was
        reset meanwhile.
        """
        request.session[PASSWORD_SEEN] = user.get_session_auth_hash()
        return super().pre_login(request, user, **kwargs)

    def login(self, request, user) -> None:
        if not constant_time_compare(
            request.session.pop(PASSWORD_SEEN, ""), user.get_session_auth_hash()
        ):
            messages.error(request, CHANGED_MEANWHILE)
            raise ImmediateHttpResponse(redirect(settings.LOGIN_URL))
        super().login(request, user)
        request.session[services.SEEN_AT] = time.time()

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Coming fresh from 统一身份认证 is proof enough: such a person may know no password of
        ours.
        """
        came = came_by_oidc(context.request)
        return not came or time.time() - came[-1] >= app_settings.REAUTHENTICATION_TIMEOUT

    def get_reauthentication_methods(self, user) -> list[dict]:
        """The second factor where there is one, else the password."""
        labels = {}
        for method in super().get_reauthentication_methods(user):
            labels[method["id"]] = method
        order = ("mfa_reauthenticate", "mfa_reauthenticate:webauthn")
        authenticators = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP)
        if not authenticators.exists():
            order = order[::-1]  # codes are then recovery codes: the last resort
        names = [name for name in order if name in labels] or [
            name for name in ("reauthenticate",) if name in labels
        ]
        reauthentication_methods = []
        for name in names:
            reauthentication_methods.append(labels[name] | {"description": METHODS[name]})
        return reauthentication_methods


METHODS = {
    "reauthenticate": "用密码确认",
    "mfa_reauthenticate": "用验证码或备用码确认",
    "mfa_reauthenticate:webauthn": "用通行密钥确认",
}


class OfficeFactors(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "cannot_generate_recovery_codes": "请先绑定验证器或添加通行密钥，再生成备用码。",
    }

    def encrypt(self, text: str) -> str:
        return lock(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unlock(encrypted_text)

    def _get_site_name(self) -> str:
        return settings.OFFICE_NAME

    def build_totp_svg(self, url: str) -> str:
        """The square on white ground: on a dark page a transparent one cannot be read."""
        return qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode")

    def generate_authenticator_name(self, user, type) -> str:
        authenticators = Authenticator.objects.filter(user_id=user.pk, type=type)
        return f"通行密钥 {authenticators.count() + 1}"
