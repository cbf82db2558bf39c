from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.signals import user_login_failed


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "账号或密码不对。请核对大小写；忘记密码请找系统管理员重置。",
        "inactive": "这个账号已停用，请找系统管理员。",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "账号"


class OwnPasswordForm(PasswordChangeForm):
    """Change one's own password. Failures with the old one count like failures to sign in: five lock the name."""

    error_messages = {**PasswordChangeForm.error_messages, "password_incorrect": "原密码不对，请核对大小写。"}

    def __init__(self, *, request, **kwargs):
        super().__init__(**kwargs)
        self.request = request
        labels = {"old_password": "原密码", "new_password1": "新密码", "new_password2": "再输一遍新密码"}
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["old_password"].widget.attrs.pop("autofocus", None)

    def clean_old_password(self):
        who = {"username": self.user.get_username()}
        if not AxesProxyHandler.is_allowed(self.request, who):
            self.request.axes_locked_out, self.request.axes_credentials = True, who
            raise forms.ValidationError("账号暂时锁定")
        try:
            return super().clean_old_password()
        except forms.ValidationError:
            user_login_failed.send(sender=__name__, credentials=who, request=self.request)
            raise
