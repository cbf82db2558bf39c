from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.signals import user_login_failed

APP_CODE = "验证器上的 6 位数字，每 30 秒换一次"


def _plain(field: forms.Field, label: str, help_text: str = "", **attrs) -> None:
    """Say what a field of allauth is in our own words."""
    field.label = label
    field.help_text = help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


class SignInForm(LoginForm):
    """Account name and password; the name goes by `username`, as browsers and people know it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["login"], "账号", autofocus=True)
        _plain(self.fields["password"], "密码")

    def add_prefix(self, field_name):
        return super().add_prefix("username" if field_name == "login" else field_name)


class ConfirmForm(ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["password"], "密码", autofocus=True)


class _CodeWords:
    """One field for both kinds of code, typed on a phone's number keys."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(
            self.fields["code"],
            "验证码",
            f"{APP_CODE}；也可以填一个备用码",
            inputmode="numeric",
            autofocus=True,
        )


class CodeForm(_CodeWords, AuthenticateForm):
    pass


class ConfirmCodeForm(_CodeWords, ReauthenticateByCodeForm):
    pass


class NewAppForm(ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], "验证码", APP_CODE, inputmode="numeric")


class NewPasskeyForm(AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["name"], "名称", "用来分清几个密钥，如“办公室电脑”", maxlength=40)
        _plain(self.fields["passwordless"], "登录时不用再输密码", "密钥须有指纹、人脸或 PIN 码保护")


class PasskeyNameForm(EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["name"], "名称", maxlength=40)


class OwnPasswordForm(PasswordChangeForm):
    """Change one's own password.

    Failures with the old one count like failures to sign in: five lock the name.
    """

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": "原密码不对，请核对大小写。",
    }

    def __init__(self, *, request, **kwargs):
        super().__init__(**kwargs)
        self.request = request
        labels = {
            "old_password": "原密码",
            "new_password1": "新密码",
            "new_password2": "再输一遍新密码",
        }
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["old_password"].widget.attrs.pop("autofocus", None)

    def clean_old_password(self):
        who = {"username": self.user.get_username()}
        if not AxesProxyHandler.is_allowed(self.request, who):
            self.request.axes_locked_out = True
            self.request.axes_credentials = who
            raise forms.ValidationError("账号暂时锁定")
        try:
            return super().clean_old_password()
        except forms.ValidationError:
            user_login_failed.send(sender=__name__, credentials=who, request=self.request)
            raise
