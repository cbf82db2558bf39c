from django import forms

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.accounts.scopes import READING, SCOPES, check_scopes
from gongjian.lib.addresses import check_network
from gongjian.office.security.services.tokens import LONGEST_GRACE_DAYS

LONGEST_DAYS = 365


class ClientField(forms.ModelChoiceField):
    def label_from_instance(self, user):
        return f"{user.name}（{user.username}）"


class DaysForm(forms.Form):
    days = forms.IntegerField(
        label="有效天数",
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=LONGEST_DAYS,
        help_text="1 至 365 天，到期前 30 天会有通知",
    )


class TokenForm(DaysForm):
    """A new token: for whom, for what, from where, for how long."""

    user = ClientField(
        label="接口用户", queryset=User.objects.none(), help_text="先由系统管理员开立接口用户的账号"
    )
    name = forms.CharField(
        label="名称", max_length=60, help_text="写明用在哪里，如“城管平台每日读取”"
    )
    scopes = forms.MultipleChoiceField(
        label="权限",
        choices=list(SCOPES.items()),
        initial=list(READING),
        widget=forms.CheckboxSelectMultiple,
    )
    networks = forms.CharField(
        label="允许的网段",
        required=False,
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
        help_text="每行一个，如 10.1.0.0/16 或 2001:db8::/32；不填则任何地址都可以用",
    )
    field_order = ["user", "name", "scopes", "networks", "days"]

    def __init__(self, *args, on, **kwargs):
        super().__init__(*args, **kwargs)
        users = User.objects.holding(Role.API_CLIENT, on=on)
        self.fields["user"].queryset = users.order_by("username")

    def clean_scopes(self):
        try:
            return check_scopes(self.cleaned_data["scopes"])
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong

    def clean_networks(self):
        """The networks in their written form; every line that cannot be read is named."""
        networks, wrong = [], []
        for number, line in enumerate(self.cleaned_data["networks"].splitlines(), 1):
            try:
                networks += [check_network(line)] if line.strip() else []
            except ValueError as reason:
                wrong.append(f"第 {number} 行{reason}")
        if wrong:
            raise forms.ValidationError(wrong)
        return list(dict.fromkeys(networks))


class RenewForm(DaysForm):
    grace_days = forms.IntegerField(
        label="旧令牌再用几天",
        min_value=0,
        max_value=LONGEST_GRACE_DAYS,
        initial=LONGEST_GRACE_DAYS,
        help_text="让对方有时间换上新令牌；填 0 则旧令牌立即失效，最多 7 天",
    )
