from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.http import HttpResponseRedirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.generic import FormView

from gongjian.accounts import services
from gongjian.accounts.forms import OwnPasswordForm, SignInForm


class SignIn(LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


class ChangePassword(FormView):
    """Change one's own password; who signed in with a one-time password, or with one too old, comes here first."""

    template_name = "accounts/password.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("workbench")
    extra_context = {"title": "修改密码", "submit_label": "保存新密码"}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user, "request": self.request}

    def get_context_data(self, **given):
        is_old = services.has_old_password(self.request.user, timezone.now())
        return super().get_context_data(**given, is_old=is_old, days=settings.PASSWORD_DAYS)

    def form_valid(self, form):
        user = services.set_own_password(self.request.user, form.cleaned_data["new_password1"], at=timezone.now())
        update_session_auth_hash(self.request, user)
        messages.success(self.request, "密码已修改，下次请用新密码登录")
        return HttpResponseRedirect(self.get_success_url())
