"""Signing in and out, one's own password, and saying again who one is: allauth's views in the
house's words.
"""

from allauth.account.internal.flows.password_change import finalize_password_change
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.internal.stagekit import clear_login
from allauth.account.views import LoginView, LogoutView, PasswordChangeView, ReauthenticateView
from allauth.mfa.base import views as factors
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as apps
from allauth.mfa.webauthn import views as passkeys
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from gongjian.accounts import services
from gongjian.accounts.factors import has_factor, owes_factor
from gongjian.accounts.forms import OwnPasswordForm
from gongjian.lib.acting import BadDataIs400

SECURITY = [("登录安全", reverse_lazy("mfa_index"))]
ADDRESS_OF_SECURITY = reverse_lazy("mfa_index")


class SignIn(LoginView):
    template_name = "accounts/sign_in.html"

    def _redirect_to_pending_stage(self, request, stage):
        """Back to the code that is still owed; somebody whose factor was reset meanwhile begins
        anew.
        """
        if stage.login.user and has_factor(stage.login.user):
            return super()._redirect_to_pending_stage(request, stage)
        clear_login(request)
        return None

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context.pop("site")  # allauth's; the page shows the office's own
        if settings.OIDC_ISSUER:
            way = self.passthrough_next_url(reverse("openid_connect_login", args=["city"]))
            context |= {"oidc_name": settings.OIDC_NAME, "oidc_url": way}
        return context


@method_decorator(login_not_required, name="dispatch")
class SignOut(LogoutView):
    """Sign out, also from a half-finished sign-in."""

    http_method_names = ["post"]


@method_decorator(login_not_required, name="dispatch")
class Stopped(TemplateView):
    template_name = "accounts/stopped.html"
    extra_context = {"title": "账号已停用"}


@method_decorator(never_cache, name="dispatch")
class ChangePassword(BadDataIs400, PasswordChangeView):
    """Change one's own password; who signed in with a one-time password, or with one too old, comes
    here first.
    """

    template_name = "accounts/password.html"
    form_class = OwnPasswordForm
    extra_context = {"title": "修改密码", "submit_label": "保存新密码"}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "request": self.request}

    def get_context_data(self, **fields):
        is_old = services.has_old_password(self.request.user, timezone.now())
        return super().get_context_data(**fields, is_old=is_old, days=settings.PASSWORD_DAYS)

    def form_valid(self, form):
        user = services.set_own_password(
            self.request.user, form.cleaned_data["new_password1"], at=timezone.now()
        )
        finalize_password_change(self.request, user)
        services.end_sessions(user, keep=self.request.session.session_key)
        reauthenticate_by_password(self.request)  # the old password was asked for
        return redirect(self.get_success_url())


class Confirm(BadDataIs400, ReauthenticateView):
    template_name = "accounts/confirm.html"
    extra_context = {"title": "请再确认一次身份"}


class ConfirmByCode(BadDataIs400, factors.ReauthenticateView):
    template_name = "accounts/confirm.html"
    extra_context = {"title": "请再确认一次身份"}


class ConfirmByPasskey(passkeys.ReauthenticateWebAuthnView):
    template_name = "accounts/confirm_passkey.html"
    extra_context = {"title": "请再确认一次身份"}


class SecondStep(factors.AuthenticateView):
    """The code or passkey after the password: until then nobody is signed in."""

    template_name = "accounts/second_step.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context.pop("site")
        has_passkey = Authenticator.objects.filter(
            user=self.stage.login.user, type=Authenticator.Type.WEBAUTHN
        )
        return {**context, "has_passkey": has_passkey.exists()}


class OwnSecurity(factors.IndexView):
    """Everything that guards one's own account."""

    template_name = "accounts/security.html"
    extra_context = {"title": "登录安全"}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {**context, "owes_factor": owes_factor(self.request.user)}


@method_decorator(never_cache, name="dispatch")
class AddApp(BadDataIs400, apps.ActivateTOTPView):
    template_name = "accounts/app_add.html"
    extra_context = {"title": "绑定验证器", "crumbs": SECURITY}


class RemoveApp(apps.DeactivateTOTPView):
    template_name = "parts/confirm_page.html"
    extra_context = {
        "title": "解除验证器",
        "crumbs": SECURITY,
        "question": "解除以后，手机验证器上的验证码不再有效。",
        "consequences": [
            "没有通行密钥的，备用码同时作废，登录只凭密码",
            "职务要求两步登录的，须马上重新绑定才能办事",
        ],
        "submit_label": "解除",
        "danger": True,
        "back_url": ADDRESS_OF_SECURITY,
    }

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "form": None}  # nothing to fill in


@method_decorator(never_cache, name="dispatch")
class RecoveryCodes(recovery_codes.ViewRecoveryCodesView):
    template_name = "accounts/recovery_codes.html"
    extra_context = {"title": "备用码", "crumbs": SECURITY}


class NewRecoveryCodes(recovery_codes.GenerateRecoveryCodesView):
    template_name = "parts/confirm_page.html"
    extra_context = {
        "title": "换一套备用码",
        "crumbs": SECURITY,
        "question": "生成 10 个新的备用码，只显示一次。",
        "consequences": ["原来的备用码全部作废"],
        "submit_label": "生成",
        "back_url": ADDRESS_OF_SECURITY,
    }


@method_decorator(never_cache, name="dispatch")
class AddPasskey(passkeys.AddWebAuthnView):
    template_name = "accounts/passkey_add.html"

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "title": "添加通行密钥", "crumbs": SECURITY}


class RenamePasskey(BadDataIs400, passkeys.EditWebAuthnView):
    template_name = "forms/form_page.html"
    success_url = ADDRESS_OF_SECURITY
    extra_context = {"title": "给通行密钥改名", "crumbs": SECURITY, "back_url": ADDRESS_OF_SECURITY}


class RemovePasskey(passkeys.RemoveWebAuthnView):
    template_name = "parts/confirm_page.html"
    success_url = ADDRESS_OF_SECURITY
    extra_context = {
        "title": "删除通行密钥",
        "crumbs": SECURITY,
        "question": "删除以后，这个密钥不能再用来登录。",
        "consequences": ["没有验证器和其他密钥的，备用码同时作废，登录只凭密码"],
        "submit_label": "删除",
        "danger": True,
        "back_url": ADDRESS_OF_SECURITY,
    }

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "form": None}
